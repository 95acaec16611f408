/** One tooltip in the top layer, so that no box clips it. */
import { el } from "./dom.js";

const GAP = 8;

export class Tooltip {
  #node = el("div", "tip");
  /** @type {unknown} */
  #owner = null;

  /** @param {ShadowRoot} root */
  constructor(root) {
    this.#node.popover = "manual";
    this.#node.setAttribute("aria-hidden", "true");
    root.append(this.#node);
  }

  /**
   * Shows lines of text over a box; `owner` is who may hide it again.
   * @param {unknown} owner @param {DOMRect | {left: number, top: number, width: number, bottom: number}} box
   * @param {(string | Node)[]} lines
   */
  show(owner, box, lines) {
    this.#owner = owner;
    this.#node.replaceChildren(...lines.map((line) => el("div", "", line)));
    if (!this.#node.matches(":popover-open")) this.#node.showPopover();
    const { width, height } = this.#node.getBoundingClientRect();
    const left = Math.min(Math.max(GAP, box.left + box.width / 2 - width / 2), innerWidth - width - GAP);
    const above = box.top - height - GAP;
    this.#node.style.left = `${left}px`;
    this.#node.style.top = `${above > GAP ? above : box.bottom + GAP}px`;
  }

  /** @param {unknown} [owner] hides only what this one shows */
  hide(owner) {
    if (owner !== undefined && owner !== this.#owner) return;
    this.#owner = null;
    if (this.#node.matches(":popover-open")) this.#node.hidePopover();
  }
}
