/** What can be done with the selected rows. */
import { button, el, setText, show } from "./dom.js";
import { count } from "./format.js";

export class BulkBar {
  node = el("div", "bulk");
  #count = el("span", "bulk-count");
  #note = el("span", "bulk-note");
  #buttons = el("span", "bulk-buttons");
  #shown = "";

  /** @param {string} label @param {{act: (act: string) => void, unselect: () => void}} handlers */
  constructor(label, handlers) {
    const unselect = button("link", "Clear selection");
    unselect.addEventListener("click", handlers.unselect);
    this.node.append(this.#count, this.#note, this.#buttons, unselect);
    this.node.setAttribute("role", "group");
    this.node.setAttribute("aria-label", label);
    this.#buttons.addEventListener("click", (event) => {
      const act = /** @type {HTMLElement} */ (event.target).closest("button")?.dataset.act;
      if (act) handlers.act(act);
    });
  }

  /** @param {number} selected @param {{label: string, act: string, danger?: boolean}[]} acts @param {string} [note] */
  set(selected, acts, note = "") {
    show(this.node, selected > 0);
    setText(this.#count, `${count(selected)} selected`);
    setText(this.#note, note);
    show(this.#note, note !== "");
    const word = JSON.stringify(acts);
    if (word === this.#shown) return;
    this.#shown = word;
    this.#buttons.replaceChildren(
      ...acts.map(({ label, act, danger }) => {
        const node = button(`control${danger ? " danger" : ""}`, label);
        node.dataset.act = act;
        return node;
      }),
    );
  }
}
