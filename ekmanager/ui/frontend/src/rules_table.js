/** The rules of a server: puts together rows, view, toolbar and list, and tells Python what a person did. */
import { GAP, track } from "./columns.js";
import { button, el, followTheme, setAttribute, show, style } from "./dom.js";
import { count } from "./format.js";
import { Head } from "./head.js";
import { List } from "./list.js";
import { Menu } from "./menu.js";
import { addressOf, go } from "./navigate.js";
import { ShownOrder } from "./order.js";
import { CHECK_WIDTH } from "./row.js";
import { bulkOf, menuOf } from "./rules/acts.js";
import { fit, wanted } from "./rules/columns.js";
import { tableRow } from "./rules/row.js";
import { RowStore, storeOf } from "./rules/rows.js";
import { Toolbar } from "./rules/toolbar.js";
import { counts, filtered, isFiltered, NO_FILTER, sorted, SORTS } from "./rules/view.js";
import { searchKeys } from "./search.js";
import baseStyles from "./styles/base.css";
import listStyles from "./styles/list.css";
import narrowStyles from "./styles/narrow.css";
import rulesStyles from "./styles/rules.css";
import toolbarStyles from "./styles/toolbar.css";
import { ViewTalk } from "./view_talk.js";

/**
 * @typedef {import("./rules/rows.js").Row} Row
 * @typedef {import("./rules/view.js").View} View
 * @typedef {import("./rules/columns.js").Context} Context
 * @typedef {import("./rules/columns.js").Column} Column
 * @typedef {object} Data
 * @property {string} server
 * @property {string} change what is new of the rows, as JSON
 * @property {string} view a View as JSON
 * @property {string} pending words by id as JSON
 * @property {number} now
 * @property {string | null} selected
 * @property {boolean} canEdit
 * @property {string} link
 * @property {string} empty
 * @property {boolean} loading
 * @property {readonly [number, number] | null} progress
 * @typedef {import("./component").Component<Data>} Mounted
 */

const SEARCH_PAUSE_MS = 400;
const ASK_AGAIN_MS = 5_000;
const NARROW = 520;
const PADDING = 12;
const LINE_HEIGHT = 46;
const MENU_WIDTH = 28;

class RulesTable {
  /** @type {Mounted} */
  #component;
  #root = el("section", "fleet rules-table");
  #menu;
  #toolbar;
  #head;
  /** @type {List<Row, Context>} */
  #list;
  #empty = el("div", "empty");
  #store = new RowStore();
  #server = "";
  /** Whether there are rows of this server that are not here. */
  #missing = false;
  /** @type {Row[]} */
  #rows = [];
  /** A rule may be called `constructor`. @type {Map<string, string>} */
  #pending = new Map();
  /** @type {View} */
  #view;
  #talk = new ViewTalk(() => this.#tell());
  #order = new ShownOrder();
  #menuOf = "";
  #clock = 0;
  #width = 0;
  #shape = "";
  #told = 0;
  #asked = Number.NEGATIVE_INFINITY;
  /** @type {{shown: Column[], dropped: Column[]}} */
  #fitted = { shown: [], dropped: [] };
  #stop = new AbortController();

  /** @param {Mounted} component */
  constructor(component) {
    const root = component.parentElement;
    const before = new Set(root.children);
    this.#component = component;
    this.#view = JSON.parse(component.data.view);
    style(root, baseStyles, toolbarStyles, listStyles, narrowStyles, rulesStyles);
    root.append(this.#root);
    this.#menu = new Menu(root);
    this.#toolbar = new Toolbar(root, {
      change: (part, late) => this.#change(part, late),
      resort: () => this.#draw({ resort: true }),
      bulk: (act) => this.#act(act, this.#order.sort(this.#selection.ids)),
      unselect: () => this.#select([]),
    });
    this.#head = new Head(SORTS, {
      sort: (sort, descending) => this.#change({ sort, descending }),
      all: (on) => this.#select(on ? this.#order.ids : []),
    });
    this.#list = new List("Rules", this.#head.node, {
      open: (id) => this.#open(id),
      act: (_act, id, from) => this.#openMenu(id, from),
      select: (id, on, range) => {
        this.#selection.check(id, on, range, (a, b) => this.#list.between(a, b));
        this.#draw();
      },
    });
    this.#root.append(this.#toolbar.node, this.#list.node, this.#empty);
    // Streamlit may mount anew on the same root: what stays behind would be a second table that nobody updates.
    const added = [...root.children].filter((node) => !before.has(node));
    const { signal } = this.#stop;
    signal.addEventListener("abort", () => added.forEach((node) => node.remove()));
    searchKeys(this.#toolbar.search, signal, () => this.#change({ text: "" }));
    const size = new ResizeObserver(() => this.#resized());
    size.observe(this.#root);
    signal.addEventListener("abort", () => size.disconnect());
  }

  get #selection() {
    return this.#store.selection;
  }

  destroy() {
    this.#stop.abort();
    this.#talk.stop();
  }

  /** @param {Mounted} component */
  update(component) {
    this.#component = component;
    const { data } = component;
    this.#clock = data.now - performance.now() / 1000;
    if (data.server !== this.#server) {
      // The same id means another rule there.
      this.#server = data.server;
      this.#store = storeOf(data.server);
      this.#menu.close();
    }
    this.#missing = !this.#store.take(data.change);
    if (this.#missing) this.#ask();
    this.#rows = this.#store.inOrder;
    this.#pending = new Map(Object.entries(JSON.parse(data.pending)));
    this.#selection.keep(this.#store.rows);
    if (this.#menu.isOpen && !this.#store.rows.has(this.#menuOf)) this.#menu.close();
    const told = this.#talk.take(data.view);
    if (told) this.#view = told;
    followTheme(component.parentElement);
    this.#draw({ resort: told !== null, top: told !== null });
  }

  /** Python takes for granted that what it sent has come; where it has not, it is asked for all of it. */
  #ask() {
    if (performance.now() - this.#asked < ASK_AGAIN_MS) return;
    this.#asked = performance.now();
    this.#component.setTriggerValue("missing", this.#nonce());
  }

  #nonce() {
    this.#told += 1;
    return `${Date.now().toString(36)}-${this.#told}`;
  }

  /** @param {Partial<View>} part @param {boolean} [late] wait until the person has stopped typing */
  #change(part, late = false) {
    this.#view = { ...this.#view, ...part };
    const order = !("columns" in part);
    this.#draw({ resort: order, top: order });
    this.#talk.soon(late ? SEARCH_PAUSE_MS : 0);
  }

  #tell() {
    const { text, states, tags, streams, sort, descending, columns, onlyAttention } = this.#view;
    const view = { text, states, tags, streams, sort, descending, columns, onlyAttention };
    this.#component.setTriggerValue("view", view);
    return view;
  }

  /** @param {string} kind @param {string[]} ids */
  #act(kind, ids) {
    if (ids.length) this.#component.setTriggerValue("action", { kind, ids, nonce: this.#nonce() });
  }

  /** @returns {Context} */
  #context() {
    return {
      now: this.#clock + performance.now() / 1000,
      link: this.#component.data.link,
      pending: this.#pending,
      dropped: this.#fitted.dropped,
    };
  }

  #resized() {
    const width = this.#root.clientWidth;
    if (!width || width === this.#width) return;
    this.#width = width;
    this.#draw();
  }

  /** @param {{resort?: boolean, top?: boolean}} [options] */
  #draw({ resort = false, top = false } = {}) {
    if (!this.#width) this.#width = this.#root.clientWidth;
    const { data } = this.#component;
    const view = this.#view;
    const columns = wanted(view.columns, this.#rows);
    this.#reshape(columns);
    const rows = this.#arranged(resort);
    const shown = new Set(this.#order.ids);
    const { ids } = this.#selection;
    const hidden = [...ids].filter((id) => !shown.has(id)).length;
    this.#toolbar.set({
      view,
      counts: counts(this.#rows, view),
      total: this.#rows.length,
      matching: rows.length,
      filtered: isFiltered(view),
      outdated: this.#order.outdated,
      renewing: this.#renewing(),
      columns: columns.map(({ id }) => id).filter((id) => id !== "id"),
      noRoom: new Set(this.#fitted.dropped.map(({ id }) => id)),
      selected: ids.size,
      hidden,
      bulk: bulkOf(ids.size, data.canEdit),
    });
    this.#head.set(view, true, ids.size - hidden, rows.length);
    setAttribute(this.#list.node, "aria-rowcount", String(rows.length + 1));
    setAttribute(this.#list.node, "aria-multiselectable", "true");
    this.#root.classList.toggle("narrow", this.#width < NARROW);
    this.#root.classList.toggle("slim", this.#width < 800);
    show(this.#toolbar.node, this.#rows.length > 0);
    show(this.#list.node, rows.length > 0);
    this.#drawEmpty(rows.length);
    this.#list.update(rows, this.#context(), ids, data.selected, !top);
  }

  /**
   * Figures that move all the time do not move the rows. What begins to need attention comes up by itself, but not
   * under the pointer or the focus: what is about to be clicked stays where it is.
   * @param {boolean} resort
   */
  #arranged(resort) {
    const rows = sorted(filtered(this.#rows, this.#view), this.#view);
    const steady = SORTS[this.#view.sort]?.steady ?? true;
    const busy = this.#menu.isOpen || this.#list.node.matches(":hover, :focus-within");
    return this.#order.arrange(rows, `${this.#view.sort} ${this.#view.descending}`, !resort && (!steady || busy));
  }

  /** Chooses columns for the room there is; new elements only when these change. @param {Column[]} columns */
  #reshape(columns) {
    const taken = CHECK_WIDTH + MENU_WIDTH + 2 * (PADDING + GAP);
    this.#fitted = fit(columns, this.#width - taken, this.#width < NARROW);
    const tracks = [`${CHECK_WIDTH}px`, ...this.#fitted.shown.map(track), `${MENU_WIDTH}px`].join(" ");
    const word = `${this.#fitted.shown.map(({ id }) => id).join(" ")} ${tracks}`;
    if (word === this.#shape) return;
    this.#shape = word;
    const { shown } = this.#fitted;
    this.#root.style.setProperty("--tracks", tracks);
    this.#list.reshape({ lineHeight: LINE_HEIGHT, perLine: 1, gap: 0, build: () => tableRow(shown) }, "table");
    this.#head.columns(shown, { select: true, act: true });
  }

  #renewing() {
    const { loading, progress } = this.#component.data;
    if (!loading && !this.#missing) return "";
    return progress ? `reading ${count(progress[0])} of ${count(progress[1])}` : "reading";
  }

  /** @param {number} matching */
  #drawEmpty(matching) {
    show(this.#empty, matching === 0);
    if (matching > 0) return;
    const clear = button("control", "Clear filters");
    clear.addEventListener("click", () => this.#change(NO_FILTER));
    const text = this.#view.text.trim();
    const none = this.#rows.length === 0;
    const renewing = this.#renewing();
    const sentence = none
      ? renewing
        ? `Reading the rules${renewing.replace(/^reading/, "")}…`
        : this.#component.data.empty
      : `No rule matches${text ? ` “${text}”` : " these filters"}.`;
    setAttribute(this.#empty, "aria-busy", none && renewing ? "true" : null);
    this.#empty.replaceChildren(el("p", "", sentence), ...(none ? [] : [clear]));
  }

  /** @param {string[]} ids */
  #select(ids) {
    this.#selection.replace(ids);
    this.#draw();
  }

  /** @param {string} id @param {HTMLElement} from */
  #openMenu(id, from) {
    const row = this.#store.rows.get(id);
    if (!row) return;
    this.#menuOf = id;
    const items = menuOf(row, { canEdit: this.#component.data.canEdit, pending: this.#pending.has(id) });
    this.#menu.open(from, items, (act) => (act === "open" ? this.#open(id) : this.#act(act, [id])));
  }

  /** @param {string} id */
  #open(id) {
    go(addressOf(this.#component.data.link, id));
  }
}

/** @type {WeakMap<ShadowRoot, RulesTable>} */
const tables = new WeakMap();

/** @param {Mounted} component */
export default function rulesTable(component) {
  const root = component.parentElement;
  const shown = tables.get(root) ?? new RulesTable(component);
  tables.set(root, shown);
  shown.update(component);
  return () => {
    shown.destroy();
    tables.delete(root);
  };
}
