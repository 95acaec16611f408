/** Search, filters, order and layout of the fleet, and what is done with the selected ones. */
import { BulkBar } from "../bulk.js";
import { Choices } from "../choices.js";
import { button, el, press, setAttribute, setText, show } from "../dom.js";
import { count } from "../format.js";
import { icon } from "../icons.js";
import { searchBox } from "../search.js";
import { mark, STATUSES } from "../status.js";
import { SORTS } from "./view.js";

/**
 * @typedef {import("./view.js").View} View
 * @typedef {ReturnType<typeof import("./view.js").counts>} Counts
 * @typedef {object} Shown
 * @property {View} view
 * @property {Counts} counts
 * @property {number} total
 * @property {number} matching
 * @property {boolean} filtered
 * @property {boolean} mixed whether there are both private and shared ones
 * @property {boolean} sortable the order needs its own control, because there are no column heads
 * @property {boolean} outdated the order shown is not the newest
 * @property {number} selected
 * @property {{label: string, act: string, danger?: boolean}[]} bulk
 */

export class Toolbar {
  node = el("div", "toolbar");
  search = el("input", "search-input");
  #change;
  #chips = new Map();
  #all = button("chip", "");
  #tags;
  #sort = el("select", "control select-control");
  #direction = button("icon-button boxed", "Direction", icon("ascending"));
  #directionIcon = "ascending";
  #density = button("icon-button boxed", "Compact rows", icon("compact"));
  #layouts;
  #summary = el("span", "summary");
  #clear = button("link", "Clear filters");
  #resort = button("link", "Sort again");
  #bulk;
  #filterLine = el("div", "filters");
  /** @type {{where: string, chip: HTMLButtonElement, number: HTMLElement}[]} */
  #where = [];

  /**
   * @param {ShadowRoot} root
   * @param {{change: (part: Partial<View>, late?: boolean) => void, clear: () => void, resort: () => void,
   *   bulk: (act: string) => void, unselect: () => void}} handlers
   */
  constructor(root, handlers) {
    this.#change = handlers.change;
    this.#layouts = /** @type {const} */ (["table", "cards"]).map((layout) => {
      const node = button("icon-button", layout === "table" ? "Table" : "Cards", icon(layout));
      node.addEventListener("click", () => handlers.change({ layout }));
      return { layout, node };
    });
    this.#tags = new Choices(root, "Tags", (tag) => this.#toggle("tags", tag));
    this.#bulk = new BulkBar("Selected servers", { act: handlers.bulk, unselect: handlers.unselect });
    this.#build(handlers);
  }

  /** @param {ConstructorParameters<typeof Toolbar>[1]} handlers */
  #build(handlers) {
    const search = searchBox(this.search, { placeholder: "Search name, address, tag", label: "Search servers" });
    this.search.addEventListener("input", () => handlers.change({ search: this.search.value }, true));
    for (const [id, { label }] of Object.entries(SORTS)) this.#sort.append(new Option(label, id));
    this.#sort.setAttribute("aria-label", "Sort by");
    this.#sort.addEventListener("change", () => {
      handlers.change({ sort: this.#sort.value, descending: SORTS[this.#sort.value]?.down ?? false });
    });
    this.#direction.addEventListener("click", () => {
      handlers.change({ descending: this.#direction.getAttribute("aria-pressed") !== "true" });
    });
    this.#density.addEventListener("click", () => {
      const compact = this.#density.getAttribute("aria-pressed") === "true";
      handlers.change({ density: compact ? "comfortable" : "compact" });
    });
    const layouts = el("span", "segments", ...this.#layouts.map(({ node }) => node));
    layouts.setAttribute("role", "group");
    layouts.setAttribute("aria-label", "Layout");
    const order = el("span", "order", this.#sort, this.#direction);
    const controls = el("span", "controls", this.#tags.button, order, this.#density, layouts);

    this.#all.addEventListener("click", () => handlers.change({ statuses: [] }));
    const chips = el("div", "chips", this.#all);
    chips.setAttribute("role", "group");
    chips.setAttribute("aria-label", "Status");
    for (const status of STATUSES.toSorted((a, b) => a.chip - b.chip)) {
      const shape = mark();
      shape.set(status.name);
      const number = el("span", "chip-count");
      const node = el("button", "chip", shape.node, el("span", "chip-word", status.word), number);
      node.type = "button";
      node.dataset.status = status.name;
      node.addEventListener("click", () => this.#toggle("statuses", status.name));
      chips.append(node);
      this.#chips.set(status.name, { node, number, word: status.word });
    }
    for (const [where, word] of /** @type {const} */ ([["server", "shared"], ["browser", "private"]])) {
      const number = el("span", "chip-count");
      const text = el("span", "chip-word", word === "shared" ? "Shared" : "Private");
      const chip = el("button", "chip", icon(word), text, number);
      chip.type = "button";
      chip.addEventListener("click", () => this.#toggle("where", where));
      chips.append(chip);
      this.#where.push({ where, chip, number });
    }
    this.#clear.addEventListener("click", handlers.clear);
    this.#resort.addEventListener("click", handlers.resort);
    this.#resort.title = "The figures moved on since the order was made";
    this.#summary.setAttribute("role", "status");
    const note = el("span", "note", this.#resort, this.#clear, this.#summary);
    this.#filterLine.append(chips, note);
    this.node.append(el("div", "top", search, controls), this.#filterLine, this.#bulk.node);
  }

  /** @type {View} */
  #view = /** @type {any} */ ({});

  /** @param {"statuses" | "where" | "tags"} part @param {string} value */
  #toggle(part, value) {
    const now = this.#view[part];
    this.#change({ [part]: now.includes(value) ? now.filter((other) => other !== value) : [...now, value] });
  }

  /** @param {Shown} shown */
  set(shown) {
    const { view, counts } = shown;
    this.#view = view;
    if (this.search.value !== view.search) this.search.value = view.search;
    setText(this.#all, `All ${count(counts.all)}`);
    press(this.#all, !view.statuses.length);
    for (const [name, { node, number, word }] of this.#chips) {
      const of = counts.statuses.get(name) ?? 0;
      setText(number, count(of));
      press(node, view.statuses.includes(name));
      node.classList.toggle("zero", of === 0);
      setAttribute(node, "aria-label", `${word}, ${of}`);
      setAttribute(node, "title", word);
    }
    for (const { where, chip, number } of this.#where) {
      show(chip, shown.mixed);
      setText(number, count(counts.where.get(where) ?? 0));
      press(chip, view.where.includes(where));
    }
    this.#tags.set(new Map([...counts.tags].map(([tag, note]) => [tag, { note }])), view.tags);
    this.#setOrder(shown);
    press(this.#density, view.density === "compact");
    for (const { layout, node } of this.#layouts) press(node, layout === view.layout);
    const servers = `server${shown.total === 1 ? "" : "s"}`;
    const of = shown.filtered ? `${count(shown.matching)} of ` : "";
    setText(this.#summary, `${of}${count(shown.total)} ${servers}`);
    show(this.#clear, shown.filtered);
    show(this.#resort, shown.outdated);
    show(this.#filterLine, shown.selected === 0);
    this.#bulk.set(shown.selected, shown.bulk);
  }

  /** @param {Shown} shown */
  #setOrder({ view, sortable }) {
    show(/** @type {HTMLElement} */ (this.#sort.parentElement), sortable);
    if (this.#sort.value !== view.sort) this.#sort.value = view.sort;
    const name = view.descending ? "descending" : "ascending";
    press(this.#direction, view.descending);
    if (this.#directionIcon !== name) {
      this.#directionIcon = name;
      this.#direction.replaceChildren(icon(name));
    }
    setAttribute(this.#direction, "title", name === "ascending" ? "Smallest first" : "Largest first");
  }
}
