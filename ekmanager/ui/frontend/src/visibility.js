/** Tells Python whether the tab is visible, so that nothing is renewed that nobody sees. */

/** @typedef {import("./component").Component<{visible: boolean}>} Mounted */

/** @type {WeakMap<ShadowRoot, {component: Mounted, stop: () => void}>} */
const mounted = new WeakMap();

/** @param {Mounted} component */
export default function visibility(component) {
  const root = component.parentElement;
  const known = mounted.get(root);
  if (known) {
    known.component = component;
    report(component);
    return known.stop;
  }
  const entry = {
    component,
    stop() {
      document.removeEventListener("visibilitychange", changed);
      mounted.delete(root);
    },
  };
  const changed = () => report(entry.component);
  mounted.set(root, entry);
  document.addEventListener("visibilitychange", changed);
  report(component);
  return entry.stop;
}

/** Reports when Python believes something else; `data` is what it believes. @param {Mounted} component */
function report(component) {
  const visible = document.visibilityState === "visible";
  if (visible !== component.data.visible) component.setStateValue("visible", visible);
}
