/** The heads of the columns: what they are, and the order they are in. */
import { button, el, setAttribute, show } from "../dom.js";
import { icon } from "../icons.js";
import { checkbox } from "./row.js";
import { SORTS } from "./view.js";

/** @typedef {import("./columns.js").Column} Column */

export class Head {
  node = el("div", "head");
  #line = el("div", "line");
  #all = checkbox();
  /** @type {{sort: string, node: HTMLElement}[]} */
  #heads = [];
  #shown = "";
  #sort;
  /** @type {import("./view.js").View} */
  #view = /** @type {any} */ ({});

  /** @param {{sort: (sort: string, descending: boolean) => void, all: (on: boolean) => void}} handlers */
  constructor(handlers) {
    this.#sort = handlers.sort;
    this.node.setAttribute("role", "rowgroup");
    this.#line.setAttribute("role", "row");
    this.#line.setAttribute("aria-rowindex", "1");
    this.node.append(this.#line);
    this.#all.addEventListener("change", () => handlers.all(this.#all.checked));
  }

  /** @param {Column[]} columns @param {{select: boolean, act: boolean}} parts */
  columns(columns, parts) {
    const word = `${columns.map(({ id }) => id).join(" ")} ${parts.select} ${parts.act}`;
    if (word === this.#shown) return;
    this.#shown = word;
    this.#heads = [];
    const cells = columns.map((column) => {
      const cell = el("div", `cell ${column.align === "end" ? "end" : ""}`.trim());
      cell.setAttribute("role", "columnheader");
      if (SORTS[column.id]) {
        const label = button("sort", column.label);
        label.append(icon("ascending"));
        label.addEventListener("click", () => this.#clicked(column.id));
        cell.append(label);
        this.#heads.push({ sort: column.id, node: cell });
      } else {
        cell.append(column.label);
      }
      return cell;
    });
    const select = el("div", "cell select", this.#all);
    select.setAttribute("role", "columnheader");
    this.#line.replaceChildren(...(parts.select ? [select] : []), ...cells);
  }

  /** @param {import("./view.js").View} view @param {boolean} shown @param {number} checked @param {number} total */
  set(view, shown, checked, total) {
    this.#view = view;
    show(this.node, shown);
    for (const { sort, node } of this.#heads) {
      const order = view.descending ? "descending" : "ascending";
      setAttribute(node, "aria-sort", sort === view.sort ? order : null);
    }
    this.#all.checked = total > 0 && checked === total;
    this.#all.indeterminate = checked > 0 && checked < total;
    setAttribute(this.#all, "aria-label", `Select all ${total}`);
  }

  /** @param {string} sort */
  #clicked(sort) {
    const again = this.#view.sort === sort;
    this.#sort(sort, again ? !this.#view.descending : (SORTS[sort]?.down ?? false));
  }
}
