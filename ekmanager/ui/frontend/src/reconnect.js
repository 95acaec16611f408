/**
 * Wakes the page after a lost connection. Streamlit asks a restarted app only for the live parts that the tab knows, and
 * that app knows none of them: without a run of the whole page the tab would show old figures for ever. So this
 * component belongs to no live part.
 */

/** @typedef {import("./component").Component<null>} Mounted */

/** Where Streamlit writes how its connection is (observed in 1.67). */
const CONNECTION = "data-test-connection-state";

/** @type {WeakMap<ShadowRoot, {component: Mounted, stop: () => void}>} */
const mounted = new WeakMap();

/** @param {Mounted} component */
export default function reconnect(component) {
  const root = component.parentElement;
  const known = mounted.get(root);
  if (known) {
    known.component = component;
    return known.stop;
  }
  let lost = false;
  const app = document.querySelector(`[${CONNECTION}]`);
  const watch = new MutationObserver(() => {
    const connected = app?.getAttribute(CONNECTION) === "CONNECTED";
    if (connected && lost) entry.component.setTriggerValue("back", true);
    lost = !connected;
  });
  if (app) watch.observe(app, { attributes: true, attributeFilter: [CONNECTION] });
  const entry = {
    component,
    stop() {
      watch.disconnect();
      mounted.delete(root);
    },
  };
  mounted.set(root, entry);
  return entry.stop;
}
