/** Asks before a page with unsaved changes is left: by a link of the app, by reload, by closing the tab. */

/** @typedef {import("./component").Component<{unsaved: boolean, question: string, links: boolean}>} Mounted */

/** @type {WeakMap<ShadowRoot, {component: Mounted, stop: () => void}>} */
const mounted = new WeakMap();

/** @param {Mounted} component */
export default function guard(component) {
  const root = component.parentElement;
  const known = mounted.get(root);
  if (known) {
    known.component = component;
    return known.stop;
  }
  /** @param {BeforeUnloadEvent} event */
  const leaving = (event) => {
    if (entry.component.data.unsaved) event.preventDefault();
  };
  /** @param {MouseEvent} event */
  const clicked = (event) => {
    const { unsaved, links } = entry.component.data;
    if (!unsaved || !links || event.ctrlKey || event.metaKey || event.shiftKey || event.button !== 0) return;
    const link = event.composedPath().find((node) => node instanceof HTMLAnchorElement);
    if (!(link instanceof HTMLAnchorElement) || link.target === "_blank" || link.hasAttribute("download")) return;
    if (confirm(entry.component.data.question)) return;
    event.preventDefault();
    event.stopImmediatePropagation();
  };
  const entry = {
    component,
    stop() {
      removeEventListener("beforeunload", leaving);
      document.removeEventListener("click", clicked, true);
      mounted.delete(root);
    },
  };
  mounted.set(root, entry);
  addEventListener("beforeunload", leaving);
  // Before Streamlit's own handlers, which follow the link.
  document.addEventListener("click", clicked, true);
  return entry.stop;
}
