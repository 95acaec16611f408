/** What every row of a list has: its cells, its check box, and which one is focused, selected, current. */
import { button, el, setAttribute } from "./dom.js";
import { icon } from "./icons.js";

/**
 * @typedef {{selected: boolean, current: boolean, active: boolean, index: number}} State
 */
/**
 * @template Row, Context
 * @typedef {{node: HTMLElement, set: (row: Row, context: Context, state: State) => void}} Item
 */

export const CHECK_WIDTH = 20;

export function checkbox() {
  const node = el("input", "check");
  node.type = "checkbox";
  return node;
}

/** @param {string} className @param {Node[]} children */
export function gridcell(className, ...children) {
  const node = el("div", `cell ${className}`.trim(), ...children);
  node.setAttribute("role", "gridcell");
  return node;
}

/** The button of a row's menu. */
export function menuButton() {
  const node = button("icon-button", "More actions", icon("more"));
  node.dataset.act = "menu";
  node.setAttribute("aria-haspopup", "menu");
  return node;
}

/**
 * @param {HTMLElement} node @param {HTMLInputElement | null} check null where rows cannot be selected
 * @param {{id: string, name: string, status: string, spoken: string}} row
 * @param {State} state
 */
export function applyState(node, check, row, state) {
  setAttribute(node, "data-id", row.id);
  setAttribute(node, "data-status", row.status);
  setAttribute(node, "data-selected", check ? String(state.selected) : null);
  setAttribute(node, "aria-selected", check && node.role === "row" ? String(state.selected) : null);
  setAttribute(node, "aria-current", state.current ? "true" : null);
  setAttribute(node, "aria-label", `${row.name}, ${row.spoken}`);
  const tab = state.active ? 0 : -1;
  if (node.tabIndex !== tab || !node.hasAttribute("tabindex")) {
    node.tabIndex = tab;
    for (const inner of /** @type {NodeListOf<HTMLElement>} */ (node.querySelectorAll("button, input, .beats"))) {
      inner.tabIndex = tab;
    }
  }
  if (check) {
    if (check.checked !== state.selected) check.checked = state.selected;
    setAttribute(check, "aria-label", `Select ${row.name}`);
  }
}
