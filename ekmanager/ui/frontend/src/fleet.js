/** The fleet: puts together rows, view, toolbar and list, and tells Python what a person did. */
import { GAP, track } from "./columns.js";
import { button, el, followTheme, setAttribute, show, style } from "./dom.js";
import { card } from "./fleet/card.js";
import { fit } from "./fleet/columns.js";
import { ACTIONS_WIDTH, NARROW_ACTIONS_WIDTH, tableRow } from "./fleet/row.js";
import { unpack } from "./fleet/rows.js";
import { Toolbar } from "./fleet/toolbar.js";
import { counts, filtered, isFiltered, sorted, SORTS } from "./fleet/view.js";
import { Head } from "./head.js";
import { List } from "./list.js";
import { Menu } from "./menu.js";
import { addressOf, go } from "./navigate.js";
import { ShownOrder } from "./order.js";
import { CHECK_WIDTH } from "./row.js";
import { searchKeys } from "./search.js";
import { Selection } from "./selection.js";
import baseStyles from "./styles/base.css";
import cardStyles from "./styles/cards.css";
import listStyles from "./styles/list.css";
import narrowStyles from "./styles/narrow.css";
import toolbarStyles from "./styles/toolbar.css";
import { Tooltip } from "./tooltip.js";
import { ViewTalk } from "./view_talk.js";

/**
 * @typedef {import("./fleet/rows.js").Row} Row
 * @typedef {import("./fleet/view.js").View} View
 * @typedef {object} Data
 * @property {unknown[][]} rows
 * @property {string} view a View as JSON
 * @property {"overview" | "connections"} mode
 * @property {number} now
 * @property {("browser" | "server")[]} copyTo
 * @property {string | null} selected
 * @property {boolean} canEdit
 * @property {string} link
 * @property {string} empty
 * @typedef {import("./component").Component<Data>} Mounted
 */

const SEARCH_PAUSE_MS = 400;
const NARROW = 560;
const PADDING = 12;
const CARD_WIDTH = 288;
const CARD_GAP = 14;
const NOTHING_DROPPED = { shown: [], dropped: [], second: false };

class Fleet {
  /** @type {Mounted} */
  #component;
  #root = el("section", "fleet");
  #tip;
  #menu;
  #toolbar;
  #head;
  /** @type {List<Row, import("./fleet/columns.js").Context>} */
  #list;
  #empty = el("div", "empty");
  /** @type {Row[]} */
  #rows = [];
  /** @type {View} */
  #view;
  #talk = new ViewTalk(() => this.#tell());
  #order = new ShownOrder();
  #selection = new Selection();
  #menuOf = "";
  #clock = 0;
  #width = 0;
  #shape = "";
  /** @type {import("./fleet/columns.js").Fitted} */
  #fitted = NOTHING_DROPPED;
  #acts = 0;
  #stop = new AbortController();

  /** @param {Mounted} component */
  constructor(component) {
    const root = component.parentElement;
    const before = new Set(root.children);
    this.#component = component;
    this.#view = JSON.parse(component.data.view);
    style(root, baseStyles, toolbarStyles, listStyles, cardStyles, narrowStyles);
    root.append(this.#root);
    this.#tip = new Tooltip(root);
    this.#menu = new Menu(root);
    this.#toolbar = new Toolbar(root, {
      change: (part, late) => this.#change(part, late),
      clear: () => this.#change({ search: "", statuses: [], tags: [], where: [] }),
      resort: () => this.#draw({ resort: true }),
      bulk: (act) => this.#act(act, this.#order.sort(this.#selection.ids)),
      unselect: () => this.#select([]),
    });
    this.#head = new Head(SORTS, {
      sort: (sort, descending) => this.#change({ sort, descending }),
      all: (on) => this.#select(on ? this.#order.ids : []),
    });
    this.#list = new List("Servers", this.#head.node, {
      open: (id) => this.#open(id),
      act: (act, id, from) => (act === "menu" ? this.#openMenu(id, from) : this.#act(act, [id])),
      select: (id, on, range) => this.#check(id, on, range),
    });
    this.#root.append(this.#toolbar.node, this.#list.node, this.#empty);
    this.#list.node.addEventListener("scroll", () => this.#tip.hide(), { passive: true });
    // Streamlit may mount anew on the same root: what stays behind would be a second fleet that nobody updates.
    const added = [...root.children].filter((node) => !before.has(node));
    this.#stop.signal.addEventListener("abort", () => added.forEach((node) => node.remove()));
    this.#listen();
  }

  #listen() {
    const { signal } = this.#stop;
    const size = new ResizeObserver(() => this.#resized());
    size.observe(this.#root);
    signal.addEventListener("abort", () => size.disconnect());
    const timer = setInterval(() => {
      if (!document.hidden && this.#rows.length) this.#list.refresh(this.#context());
    }, 1000);
    signal.addEventListener("abort", () => clearInterval(timer));
    searchKeys(this.#toolbar.search, signal, () => this.#change({ search: "" }));
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
    this.#rows = data.rows.map(unpack);
    const known = new Set(this.#rows.map((row) => row.id));
    this.#selection.keep(known);
    if (this.#menu.isOpen && !known.has(this.#menuOf)) this.#menu.close();
    const told = this.#talk.take(data.view);
    if (told) this.#view = told;
    followTheme(component.parentElement);
    setAttribute(this.#root, "data-mode", data.mode);
    this.#draw({ resort: told !== null, top: told !== null });
  }

  /** @param {Partial<View>} part @param {boolean} [late] wait until the person has stopped typing */
  #change(part, late = false) {
    this.#view = { ...this.#view, ...part };
    this.#draw({ resort: true, top: !("density" in part) });
    this.#talk.soon(late ? SEARCH_PAUSE_MS : 0);
  }

  #tell() {
    const { search, statuses, tags, where, sort, descending, layout, density } = this.#view;
    const view = { search, statuses, tags, where, sort, descending, layout, density };
    this.#component.setTriggerValue("view", view);
    return view;
  }

  /** @param {string} kind @param {string[]} ids */
  #act(kind, ids) {
    if (!ids.length) return;
    this.#acts += 1;
    const [name, to] = kind.split(":");
    const nonce = `${Date.now().toString(36)}-${this.#acts}`;
    this.#component.setTriggerValue("action", { kind: name, ids, to: to ?? null, nonce });
  }

  get #now() {
    return this.#clock + performance.now() / 1000;
  }

  get #narrow() {
    return this.#width < NARROW;
  }

  get #parts() {
    const connections = this.#component.data.mode === "connections";
    return { select: connections, act: connections };
  }

  get #mixed() {
    return this.#rows.some((row) => row.shared) && this.#rows.some((row) => !row.shared);
  }

  /** @returns {import("./fleet/columns.js").Context} */
  #context() {
    const { mode, link } = this.#component.data;
    const compact = this.#view.density === "compact";
    return { now: this.#now, mode, link, compact, mixed: this.#mixed, fitted: this.#fitted };
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
    const matching = sorted(filtered(this.#rows, view), view);
    const rows = this.#ordered(matching, resort);
    this.#reshape();
    const cards = view.layout === "cards";
    this.#toolbar.set({
      view,
      counts: counts(this.#rows, view),
      total: this.#rows.length,
      matching: rows.length,
      filtered: isFiltered(view),
      mixed: this.#mixed,
      sortable: cards || this.#narrow,
      outdated: this.#order.outdated,
      selected: this.#selection.size,
      bulk: this.#bulkActs(),
    });
    const checked = rows.filter((row) => this.#selection.ids.has(row.id)).length;
    this.#head.set(view, !cards && !this.#narrow, checked, rows.length);
    setAttribute(this.#list.node, "aria-rowcount", cards ? null : String(rows.length + 1));
    this.#root.classList.toggle("compact", view.density === "compact");
    this.#root.classList.toggle("as-cards", cards);
    this.#root.classList.toggle("narrow", this.#narrow);
    this.#root.classList.toggle("slim", this.#width < 760);
    show(this.#toolbar.node, this.#rows.length > 0);
    show(this.#list.node, rows.length > 0);
    this.#drawEmpty(rows.length);
    this.#list.update(rows, this.#context(), this.#selection.ids, data.selected, !top);
  }

  /** Figures that move all the time do not move the rows. @param {Row[]} rows @param {boolean} resort */
  #ordered(rows, resort) {
    const steady = SORTS[this.#view.sort]?.steady ?? true;
    return this.#order.arrange(rows, `${this.#view.sort} ${this.#view.descending}`, !steady && !resort);
  }

  /** Chooses columns and heights for the room there is; new elements only when these change. */
  #reshape() {
    const { mode } = this.#component.data;
    const compact = this.#view.density === "compact";
    const parts = this.#parts;
    if (this.#view.layout === "cards") {
      const perLine = Math.max(1, Math.floor((this.#width + CARD_GAP) / (CARD_WIDTH + CARD_GAP)));
      const lineHeight = (compact ? 132 : 190) + CARD_GAP;
      this.#fitted = NOTHING_DROPPED;
      this.#setShape(`cards ${perLine} ${lineHeight} ${mode}`, {
        lineHeight, perLine, gap: CARD_GAP, build: () => card(this.#tip, parts),
      });
      return;
    }
    const unused = new Set(this.#rows.some((row) => row.tags.length) ? [] : ["tags"]);
    const actions = this.#narrow ? NARROW_ACTIONS_WIDTH : ACTIONS_WIDTH;
    const taken = (parts.select ? CHECK_WIDTH + GAP : 0) + (parts.act ? actions + GAP : 0) + 2 * PADDING;
    const columns = fit(mode, this.#width - taken, unused, { narrow: this.#narrow, compact });
    this.#fitted = columns;
    const more = columns.second ? (this.#narrow ? 58 : 22) : 0;
    const lineHeight = (compact || more ? 36 : 54) + more + (more && !compact ? 8 : 0);
    const tracks = [
      ...(parts.select ? [`${CHECK_WIDTH}px`] : []),
      ...columns.shown.map(track),
      ...(parts.act ? [`${actions}px`] : []),
    ].join(" ");
    this.#root.style.setProperty("--tracks", tracks);
    this.#setShape(`table ${mode} ${lineHeight} ${columns.shown.length} ${tracks}`, {
      lineHeight, perLine: 1, gap: 0, build: () => tableRow(columns, mode, this.#tip, parts),
    });
    this.#head.columns(columns.shown, parts);
  }

  /** @param {string} word @param {import("./list.js").Shape<Row, import("./fleet/columns.js").Context>} shape */
  #setShape(word, shape) {
    if (word === this.#shape) return;
    this.#shape = word;
    this.#list.reshape(shape, this.#view.layout);
  }

  /** @param {number} matching */
  #drawEmpty(matching) {
    show(this.#empty, matching === 0);
    if (matching > 0) return;
    const search = this.#view.search.trim();
    const none = this.#rows.length === 0;
    const text = none ? this.#component.data.empty : `No server matches${search ? ` “${search}”` : " these filters"}.`;
    const clear = button("control", "Clear filters");
    clear.addEventListener("click", () => this.#change({ search: "", statuses: [], tags: [], where: [] }));
    this.#empty.replaceChildren(el("p", "", text), ...(none ? [] : [clear]));
  }

  /** @param {string[]} ids */
  #select(ids) {
    this.#selection.replace(ids);
    this.#draw();
  }

  /** @param {string} id @param {boolean} on @param {boolean} range */
  #check(id, on, range) {
    this.#selection.check(id, on, range, (from, to) => this.#list.between(from, to));
    this.#draw();
  }

  #bulkActs() {
    const { canEdit, copyTo } = this.#component.data;
    const number = this.#selection.size;
    return [
      { label: "Check now", act: "check" },
      { label: "Export", act: "export" },
      ...(canEdit && copyTo.length > 1 ? copyTo.map(copyItem) : []),
      ...(canEdit ? [{ label: `Delete ${number} server${number === 1 ? "" : "s"}`, act: "delete", danger: true }] : []),
    ];
  }

  /** @param {string} id @param {HTMLElement} from */
  #openMenu(id, from) {
    const row = this.#rows.find((one) => one.id === id);
    if (!row) return;
    const { canEdit, copyTo } = this.#component.data;
    const own = row.shared ? "server" : "browser";
    this.#menuOf = id;
    this.#tip.hide();
    const change = [
      { label: "Edit", act: "edit" },
      { label: "Duplicate", act: "duplicate" },
      row.isDefault ? { label: "No longer default", act: "no_default" } : { label: "Set as default", act: "default" },
      ...copyTo.filter((where) => where !== own).map(copyItem),
    ];
    this.#menu.open(
      from,
      [
        { label: "Open", act: "open" },
        { label: "Test", act: "test" },
        ...(canEdit ? change : []),
        { label: "Export", act: "export" },
        ...(canEdit ? [{ label: "Delete", act: "delete", danger: true, apart: true }] : []),
      ],
      (act) => (act === "open" ? this.#open(id) : this.#act(act, [id])),
    );
  }

  /** @param {string} id */
  #open(id) {
    go(addressOf(this.#component.data.link, id));
  }
}

/** @param {"browser" | "server"} where */
function copyItem(where) {
  return { label: where === "server" ? "Copy to the server" : "Copy to this browser", act: `copy:${where}` };
}

/** @type {WeakMap<ShadowRoot, Fleet>} */
const fleets = new WeakMap();

/** @param {Mounted} component */
export default function fleet(component) {
  const root = component.parentElement;
  const shown = fleets.get(root) ?? new Fleet(component);
  fleets.set(root, shown);
  shown.update(component);
  return () => {
    shown.destroy();
    fleets.delete(root);
  };
}
