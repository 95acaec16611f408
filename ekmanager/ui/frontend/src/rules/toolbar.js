/** Search, filters, order and columns of the rules, and what is done with the selected ones. */
import { BulkBar } from "../bulk.js";
import { Choices } from "../choices.js";
import { button, el, press, setAttribute, setText, show } from "../dom.js";
import { count } from "../format.js";
import { icon } from "../icons.js";
import { searchBox } from "../search.js";
import { mark } from "../status.js";
import { CHOICES } from "./columns.js";
import { LOOKS, STATES } from "./state.js";
import { NO_FILTER, SORTS } from "./view.js";

/**
 * @typedef {import("./view.js").View} View
 * @typedef {object} Shown
 * @property {View} view
 * @property {ReturnType<typeof import("./view.js").counts>} counts
 * @property {number} total
 * @property {number} matching
 * @property {boolean} filtered
 * @property {boolean} outdated the order shown is not the newest
 * @property {string} renewing what stands beside the count while the rules are read
 * @property {string[]} columns the ids of those that are asked for
 * @property {Set<string>} noRoom the ids of those that have no room
 * @property {number} selected
 * @property {number} hidden selected ones that the filters do not show
 * @property {import("../menu.js").MenuItem[]} bulk
 * @typedef {{node: HTMLElement, number: HTMLElement, word: string}} Chip
 */

/** States that are rare: their chips are shown only when there are some. */
const RARE = new Set(["scheduled", "starting", "stopping", "unknown"]);

export class Toolbar {
  node = el("div", "toolbar");
  search = el("input", "search-input");
  #change;
  #all = button("chip", "");
  #attention = chip("exceptions", "Needs attention");
  /** @type {Map<string, Chip>} */
  #chips = new Map();
  #tags;
  #streams;
  #columns;
  #sort = el("select", "control select-control");
  #direction = button("icon-button boxed", "Direction", icon("ascending"));
  #directionIcon = "ascending";
  #summary = el("span", "summary");
  #clear = button("link", "Clear filters");
  #resort = button("link", "Sort again");
  #filterLine = el("div", "filters");
  #bulk;
  /** @type {Shown | undefined} */
  #shown;

  /**
   * @param {ShadowRoot} root
   * @param {{change: (part: Partial<View>, late?: boolean) => void, resort: () => void, bulk: (act: string) => void,
   *   unselect: () => void}} handlers
   */
  constructor(root, handlers) {
    this.#change = handlers.change;
    this.#tags = new Choices(root, "Tags", (tag) => this.#toggle("tags", tag));
    this.#streams = new Choices(root, "Streams", (stream) => this.#toggle("streams", stream));
    const usual = button("link panel-foot", "Usual columns");
    usual.addEventListener("click", () => this.#change({ columns: [] }));
    this.#columns = new Choices(root, "Columns", (column) => this.#chooseColumn(column), usual);
    this.#bulk = new BulkBar("Selected rules", { act: handlers.bulk, unselect: handlers.unselect });
    this.#build(handlers);
  }

  /** @param {ConstructorParameters<typeof Toolbar>[1]} handlers */
  #build(handlers) {
    const search = searchBox(this.search, { placeholder: "Search id, name, tag, error", label: "Search rules" });
    this.search.addEventListener("input", () => handlers.change({ text: this.search.value }, true));
    for (const [id, { label }] of Object.entries(SORTS)) this.#sort.append(new Option(`Sort: ${label}`, id));
    this.#sort.setAttribute("aria-label", "Sort by");
    this.#sort.addEventListener("change", () => {
      handlers.change({ sort: this.#sort.value, descending: SORTS[this.#sort.value]?.down ?? false });
    });
    this.#direction.addEventListener("click", () => {
      handlers.change({ descending: this.#direction.getAttribute("aria-pressed") !== "true" });
    });
    this.#attention.node.classList.add("spoken");
    const order = el("span", "order", this.#sort, this.#direction);
    const controls = el("span", "controls", this.#tags.button, this.#streams.button, order, this.#columns.button);

    this.#all.addEventListener("click", () => handlers.change({ states: [], onlyAttention: false }));
    this.#attention.node.addEventListener("click", () => {
      handlers.change({ onlyAttention: !this.#shown?.view.onlyAttention });
    });
    const chips = el("div", "chips", this.#all, this.#attention.node);
    chips.setAttribute("role", "group");
    chips.setAttribute("aria-label", "State");
    for (const state of STATES) {
      const one = chip(state, LOOKS[state].word);
      one.node.addEventListener("click", () => this.#toggle("states", state));
      chips.append(one.node);
      this.#chips.set(state, one);
    }
    this.#clear.addEventListener("click", () => handlers.change(NO_FILTER));
    this.#resort.addEventListener("click", handlers.resort);
    this.#resort.title = "The figures moved on since the order was made";
    this.#summary.setAttribute("role", "status");
    this.#filterLine.append(chips, el("span", "note", this.#resort, this.#clear, this.#summary));
    this.node.append(el("div", "top", search, controls), this.#filterLine, this.#bulk.node);
  }

  /** @param {"states" | "tags" | "streams"} part @param {string} value */
  #toggle(part, value) {
    const now = this.#shown?.view[part] ?? [];
    this.#change({ [part]: now.includes(value) ? now.filter((other) => other !== value) : [...now, value] });
  }

  /** @param {string} id */
  #chooseColumn(id) {
    const now = new Set(this.#shown?.columns);
    if (!now.delete(id)) now.add(id);
    const columns = CHOICES.map((column) => column.id).filter((one) => now.has(one));
    // None chosen would mean the usual ones: the state is what a rule is never shown without.
    this.#change({ columns: columns.length ? columns : ["state"] });
  }

  /** @param {Shown} shown */
  set(shown) {
    const { view, counts } = shown;
    this.#shown = shown;
    if (this.search.value !== view.text) this.search.value = view.text;
    setText(this.#all, `All ${count(counts.all)}`);
    press(this.#all, !view.states.length && !view.onlyAttention);
    setChip(this.#attention, counts.attention, view.onlyAttention);
    for (const [state, one] of this.#chips) {
      const of = counts.states.get(/** @type {any} */ (state)) ?? 0;
      const pressed = view.states.includes(state);
      setChip(one, of, pressed);
      show(one.node, of > 0 || pressed || !RARE.has(state));
    }
    this.#tags.set(noted(counts.tags), view.tags);
    this.#streams.set(noted(counts.streams), view.streams);
    const room = (/** @type {string} */ id) => (shown.noRoom.has(id) ? "no room" : "");
    this.#columns.set(new Map(CHOICES.map(({ id, label }) => [id, { label, note: room(id) }])), shown.columns, false);
    this.#setOrder(view);
    const of = shown.filtered ? `${count(shown.matching)} of ` : "";
    const rules = `${of}${count(shown.total)} rule${shown.total === 1 ? "" : "s"}`;
    setText(this.#summary, shown.renewing ? `${rules}, ${shown.renewing}` : rules);
    show(this.#clear, shown.filtered);
    show(this.#resort, shown.outdated);
    show(this.#filterLine, shown.selected === 0);
    this.#bulk.set(shown.selected, shown.bulk, shown.hidden ? `${count(shown.hidden)} of them not shown` : "");
  }

  /** @param {View} view */
  #setOrder(view) {
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

/** @param {import("./state.js").LookName} look @param {string} word @returns {Chip} */
function chip(look, word) {
  const shape = mark(LOOKS);
  shape.set(look);
  const number = el("span", "chip-count");
  const node = el("button", "chip", shape.node, el("span", "chip-word", word), number);
  node.type = "button";
  node.dataset.status = look;
  node.title = word;
  return { node, number, word };
}

/** @param {Chip} chip @param {number} number @param {boolean} on */
function setChip({ node, number: text, word }, number, on) {
  setText(text, count(number));
  press(node, on);
  node.classList.toggle("zero", number === 0);
  setAttribute(node, "aria-label", `${word}, ${number}`);
}

/** @param {Map<string, number>} counted */
function noted(counted) {
  return new Map([...counted].map(([name, note]) => [name, { note }]));
}
