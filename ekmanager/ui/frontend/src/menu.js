/** A menu or panel in the top layer, opened at a button; a click beside it or Escape closes it. */
import { button, el } from "./dom.js";

const GAP = 4;

/** @typedef {{label: string, act: string, danger?: boolean, apart?: boolean}} MenuItem */

/** Puts a popover under (or over) its anchor, inside the window. @param {HTMLElement} node @param {Element} anchor @param {"start" | "end"} side */
export function placeAt(node, anchor, side) {
  const box = anchor.getBoundingClientRect();
  const { width, height } = node.getBoundingClientRect();
  const left = side === "end" ? box.right - width : box.left;
  const below = box.bottom + GAP;
  const top = below + height > innerHeight - GAP && box.top - GAP - height > 0 ? box.top - GAP - height : below;
  node.style.left = `${Math.max(GAP, Math.min(left, innerWidth - width - GAP))}px`;
  node.style.top = `${Math.max(GAP, Math.min(top, innerHeight - height - GAP))}px`;
}

export class Menu {
  #node = el("div", "menu");
  /** @type {HTMLElement | null} */
  #anchor = null;
  /** @type {(act: string) => void} */
  #picked = () => {};

  /** @param {ShadowRoot} root */
  constructor(root) {
    this.#node.popover = "auto";
    this.#node.setAttribute("role", "menu");
    this.#node.addEventListener("keydown", (event) => this.#key(event));
    this.#node.addEventListener("toggle", (event) => {
      if (/** @type {ToggleEvent} */ (event).newState === "closed") this.#closed();
    });
    root.append(this.#node);
  }

  get isOpen() {
    return this.#node.matches(":popover-open");
  }

  /** @param {HTMLElement} anchor @param {MenuItem[]} items @param {(act: string) => void} picked */
  open(anchor, items, picked) {
    if (this.isOpen) this.#node.hidePopover();
    this.#anchor = anchor;
    this.#picked = picked;
    this.#node.replaceChildren(
      ...items.map((item) => {
        const node = button(`menu-item${item.danger ? " danger" : ""}${item.apart ? " apart" : ""}`, item.label);
        node.setAttribute("role", "menuitem");
        node.tabIndex = -1;
        node.addEventListener("click", () => {
          this.#node.hidePopover();
          this.#picked(item.act);
        });
        return node;
      }),
    );
    anchor.setAttribute("aria-expanded", "true");
    this.#node.showPopover();
    placeAt(this.#node, anchor, "end");
    /** @type {HTMLElement | null} */ (this.#node.firstElementChild)?.focus();
  }

  close() {
    if (this.isOpen) this.#node.hidePopover();
  }

  #closed() {
    const hadFocus = /** @type {ShadowRoot} */ (this.#node.getRootNode()).activeElement;
    this.#anchor?.setAttribute("aria-expanded", "false");
    if (!hadFocus || this.#node.contains(hadFocus)) this.#anchor?.focus({ preventScroll: true });
    this.#anchor = null;
  }

  /** @param {KeyboardEvent} event */
  #key(event) {
    const items = /** @type {HTMLElement[]} */ ([...this.#node.children]);
    const at = items.indexOf(/** @type {HTMLElement} */ (event.target));
    const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: items.length - 1, Tab: -2 }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    event.stopPropagation();
    if (to === -2) this.#node.hidePopover();
    else items[(to + items.length) % items.length]?.focus();
  }
}
