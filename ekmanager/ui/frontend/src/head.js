/** The heads of the columns: what they are, and the order they are in. */
import { button, el, setAttribute, show } from "./dom.js";
import { icon } from "./icons.js";
import { checkbox } from "./row.js";

/**
 * @typedef {{id: string, label: string, align?: "end", title?: string}} Column
 * @typedef {{sort: string, descending: boolean}} Order
 */

export class Head {
  node = el("div", "head");
  #line = el("div", "line");
  #all = checkbox();
  /** @type {{sort: string, node: HTMLElement}[]} */
  #heads = [];
  #shown = "";
  #sort;
  #sorts;
  /** @type {Order} */
  #order = /** @type {any} */ ({});

  /**
   * @param {Record<string, {down: boolean}>} sorts what a column can be sorted by, under the column's id
   * @param {{sort: (sort: string, descending: boolean) => void, all: (on: boolean) => void}} handlers
   */
  constructor(sorts, handlers) {
    this.#sorts = sorts;
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
      if (column.title) cell.title = column.title;
      if (this.#sorts[column.id]) {
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

  /** @param {Order} order @param {boolean} shown @param {number} checked @param {number} total */
  set(order, shown, checked, total) {
    this.#order = order;
    show(this.node, shown);
    for (const { sort, node } of this.#heads) {
      const direction = order.descending ? "descending" : "ascending";
      setAttribute(node, "aria-sort", sort === order.sort ? direction : null);
    }
    this.#all.checked = total > 0 && checked === total;
    this.#all.indeterminate = checked > 0 && checked < total;
    setAttribute(this.#all, "aria-label", `Select all ${total}`);
  }

  /** @param {string} sort */
  #clicked(sort) {
    const again = this.#order.sort === sort;
    this.#sort(sort, again ? !this.#order.descending : (this.#sorts[sort]?.down ?? false));
  }
}
