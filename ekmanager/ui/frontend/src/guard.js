/** Asks before a page with unsaved changes is left: by a link of the app, the switcher, Back, reload, closing the tab. */
import { go, LEAVE } from "./navigate.js";

/**
 * @typedef {object} Data
 * @property {boolean} unsaved
 * @property {string} question
 * @property {boolean} links whether anything but reload and closing the tab leaves
 * @property {string} button the key of the button that leads away as links do
 * @typedef {import("./component").Component<Data>} Mounted
 */

/** What is left when one of these changes; the parts of one rule share its draft. */
const PLACE = ["server", "rule", "new"];

/** @param {string} address */
function place(address) {
  const { pathname, searchParams } = new URL(address);
  return [pathname, ...PLACE.map((name) => searchParams.get(name) ?? "")].join("\n");
}

/** @param {EventTarget} node @param {string} button */
function isWayOut(node, button) {
  if (node instanceof HTMLAnchorElement) return node.target !== "_blank" && !node.hasAttribute("download");
  return node instanceof Element && node.classList.contains(`st-key-${button}`);
}

/** @type {WeakMap<ShadowRoot, {component: Mounted, here: string, stop: () => void}>} */
const mounted = new WeakMap();

/** @param {Mounted} component */
export default function guard(component) {
  const root = component.parentElement;
  const known = mounted.get(root);
  if (known) {
    known.component = component;
    known.here = location.href;
    return known.stop;
  }
  /** @param {BeforeUnloadEvent} event */
  const leaving = (event) => {
    if (entry.component.data.unsaved) event.preventDefault();
  };
  /** @param {MouseEvent} event */
  const clicked = (event) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey || event.button !== 0) return;
    const { button } = entry.component.data;
    if (event.composedPath().some((node) => isWayOut(node, button))) ask(event);
  };
  /** @param {Event} event */
  const ask = (event) => {
    const { unsaved, links, question } = entry.component.data;
    if (!unsaved || !links || confirm(question)) return true;
    event.preventDefault();
    event.stopImmediatePropagation();
    return false;
  };
  /** @param {PopStateEvent} event */
  const stepped = (event) => {
    // Those that are not trusted are our own, which a link has asked about. Streamlit has heard of it already, and
    // a step in the history cannot be refused: whoever stays is led back.
    if (!event.isTrusted) return;
    if (place(location.href) === place(entry.here)) entry.here = location.href;
    else if (!ask(event)) go(entry.here);
  };
  const entry = {
    component,
    here: location.href,
    stop() {
      removeEventListener("beforeunload", leaving);
      removeEventListener("popstate", stepped);
      document.removeEventListener(LEAVE, ask);
      document.removeEventListener("click", clicked, true);
      mounted.delete(root);
    },
  };
  mounted.set(root, entry);
  addEventListener("beforeunload", leaving);
  document.addEventListener(LEAVE, ask);
  addEventListener("popstate", stepped);
  // Before Streamlit's own handlers, which follow the link.
  document.addEventListener("click", clicked, true);
  return entry.stop;
}
