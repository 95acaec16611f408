/**
 * The rows or cards, of which only those in sight are in the document.
 *
 * Up to 50 rows the list has its full height and the page scrolls, as with any other element. More of them get a
 * box that scrolls by itself: what stands below it stays in reach, and since every line has the same known
 * height, the lines in sight follow from the scroll position alone, with no measuring. A line that stays keeps its
 * elements, so that focus, tooltip and hover survive every refresh.
 */
import { el } from "./dom.js";

const UNBOUNDED = 50;
const OVERSCAN = 6;

/**
 * @template Row, Context
 * @typedef {import("./row.js").Item<Row, Context>} Item
 */
/**
 * @template Row, Context
 * @typedef {{lineHeight: number, perLine: number, gap: number, build: () => Item<Row, Context>}} Shape
 */
/**
 * @typedef {{open: (id: string) => void, act: (act: string, id: string, from: HTMLElement) => void,
 *   select: (id: string, on: boolean, range: boolean) => void}} Handlers
 */

/** @template {{id: string}} Row @template Context */
export class List {
  node = el("div", "scroller");
  #canvas = el("div", "canvas");
  /** @type {Map<string, Item<Row, Context>>} */
  #items = new Map();
  /** @type {Row[]} */
  #rows = [];
  /** @type {Map<string, number>} */
  #index = new Map();
  /** @type {Shape<Row, Context>} */
  #shape = { lineHeight: 1, perLine: 1, gap: 0, build: () => ({ node: el("div"), set() {} }) };
  #context = /** @type {Context} */ ({});
  /** @type {Set<string>} */
  #selected = new Set();
  /** @type {string | null} */
  #current = null;
  /** @type {string | null} the row that Tab comes to */
  #active = null;
  #frame = 0;
  /** @type {{x: number, y: number}} */
  #pressed = { x: 0, y: 0 };
  #handlers;
  #label;

  /** @param {string} label what the rows are @param {HTMLElement} head @param {Handlers} handlers */
  constructor(label, head, handlers) {
    this.#handlers = handlers;
    this.#label = label;
    this.node.setAttribute("aria-label", label);
    this.node.append(head, this.#canvas);
    this.node.addEventListener("scroll", () => this.#soon(), { passive: true });
    this.#canvas.addEventListener("pointerdown", (event) => (this.#pressed = { x: event.clientX, y: event.clientY }));
    this.#canvas.addEventListener("click", (event) => this.#click(event));
    this.#canvas.addEventListener("keydown", (event) => this.#key(event));
    this.#canvas.addEventListener("focusin", (event) => this.#focused(event));
  }

  /** Another shape needs other elements. @param {Shape<Row, Context>} shape @param {"table" | "cards"} layout */
  reshape(shape, layout) {
    const cards = layout === "cards";
    this.node.role = cards ? null : "grid";
    this.#canvas.role = cards ? "list" : "rowgroup";
    this.#canvas.ariaLabel = cards ? this.#label : null;
    const top = this.#rows[this.#topIndex()];
    for (const { node } of this.#items.values()) node.remove();
    this.#items.clear();
    this.#shape = shape;
    if (top && this.#bounded) this.#scrollTo(this.#index.get(top.id) ?? 0, "start");
  }

  /**
   * @param {Row[]} rows in order @param {Context} context
   * @param {Set<string>} selected @param {string | null} current
   * @param {boolean} stay keep the first line in sight where it is
   */
  update(rows, context, selected, current, stay) {
    const top = stay && this.node.scrollTop > 0 ? this.#rows[this.#topIndex()]?.id : undefined;
    const before = top === undefined ? 0 : this.#topOf(this.#index.get(top) ?? 0);
    this.#rows = rows;
    this.#index = new Map(rows.map((row, index) => [row.id, index]));
    this.#context = context;
    this.#selected = selected;
    this.#current = current;
    if (this.#active === null || !this.#index.has(this.#active)) this.#active = rows[0]?.id ?? null;
    const lines = Math.ceil(rows.length / this.#shape.perLine);
    this.#canvas.style.height = `${Math.max(0, lines * this.#shape.lineHeight - this.#shape.gap)}px`;
    this.node.classList.toggle("bounded", this.#bounded);
    if (!stay) this.node.scrollTop = 0;
    else if (top !== undefined && this.#index.has(top)) {
      const moved = this.#topOf(this.#index.get(top) ?? 0) - before;
      if (moved) this.node.scrollTop += moved;
    }
    this.#render();
  }

  /** Draws the lines in sight again, for ages that went on. @param {Context} context */
  refresh(context) {
    this.#context = context;
    this.#render();
  }

  /** @param {string} id @returns {HTMLElement | undefined} */
  element(id) {
    return this.#items.get(id)?.node;
  }

  /** The ids between two, both included, in the order shown. @param {string} from @param {string} to */
  between(from, to) {
    const [a, b] = [this.#index.get(from), this.#index.get(to)];
    if (a === undefined || b === undefined) return [to];
    return this.#rows.slice(Math.min(a, b), Math.max(a, b) + 1).map((row) => row.id);
  }

  get #bounded() {
    return this.#rows.length > UNBOUNDED;
  }

  /** @param {number} index */
  #topOf(index) {
    return Math.floor(index / this.#shape.perLine) * this.#shape.lineHeight;
  }

  #topIndex() {
    return Math.floor(this.node.scrollTop / this.#shape.lineHeight) * this.#shape.perLine;
  }

  #soon() {
    this.#frame ||= requestAnimationFrame(() => {
      this.#frame = 0;
      this.#render();
    });
  }

  #render() {
    const { lineHeight, perLine, gap } = this.#shape;
    let first = 0;
    let last = this.#rows.length;
    if (this.#bounded) {
      const height = this.node.clientHeight || 900;
      first = Math.max(0, (Math.floor(this.node.scrollTop / lineHeight) - OVERSCAN) * perLine);
      last = Math.min(last, (Math.ceil((this.node.scrollTop + height) / lineHeight) + OVERSCAN) * perLine);
    }
    const wanted = this.#rows.slice(first, last).map((row, offset) => ({ row, index: first + offset }));
    // The row with the focus stays in the document, wherever it is.
    const active = this.#active === null ? undefined : this.#index.get(this.#active);
    const outside = active !== undefined && (active < first || active >= last);
    const kept = outside ? this.#rows[active] : undefined;
    if (kept && outside) wanted.splice(active < first ? 0 : wanted.length, 0, { row: kept, index: active });

    const ids = new Set(wanted.map(({ row }) => row.id));
    for (const [id, { node }] of this.#items) {
      if (ids.has(id)) continue;
      node.remove();
      this.#items.delete(id);
    }
    /** @type {ChildNode | null} */
    let next = this.#canvas.firstChild;
    for (const { row, index } of wanted) {
      let item = this.#items.get(row.id);
      if (!item) {
        item = this.#shape.build();
        this.#items.set(row.id, item);
      }
      item.set(row, this.#context, {
        selected: this.#selected.has(row.id),
        current: row.id === this.#current,
        active: row.id === this.#active,
        index,
      });
      place(item.node, this.#topOf(index), index % perLine, perLine, lineHeight - gap);
      if (next === item.node) next = next.nextSibling;
      else move(this.#canvas, item.node, next);
    }
  }

  /** @param {number} index @param {"nearest" | "start"} where */
  #scrollTo(index, where) {
    const top = this.#topOf(index);
    const head = /** @type {HTMLElement} */ (this.node.firstElementChild).offsetHeight;
    const room = this.node.clientHeight - head - this.#shape.lineHeight;
    const { scrollTop } = this.node;
    if (where === "start" || top < scrollTop) this.node.scrollTop = top;
    else if (top > scrollTop + room) this.node.scrollTop = top - room;
  }

  /** @param {Event} event @returns {HTMLElement | null} */
  #itemOf(event) {
    const target = /** @type {Element} */ (event.target);
    return target.closest("[data-id]");
  }

  /** @param {MouseEvent} event */
  #click(event) {
    const item = this.#itemOf(event);
    const id = item?.dataset.id;
    if (!item || id === undefined) return;
    const target = /** @type {HTMLElement} */ (event.target);
    const acting = /** @type {HTMLElement | null} */ (target.closest("[data-act]"));
    if (acting) return this.#handlers.act(/** @type {string} */ (acting.dataset.act), id, acting);
    if (target instanceof HTMLInputElement) return this.#handlers.select(id, target.checked, event.shiftKey);
    if (target.closest(".select")) return this.#handlers.select(id, !this.#selected.has(id), event.shiftKey);
    if (event.ctrlKey || event.metaKey || event.shiftKey) return undefined;
    if (target.closest("a")) event.preventDefault();
    // Text that was selected with the mouse is not a click.
    const moved = Math.hypot(event.clientX - this.#pressed.x, event.clientY - this.#pressed.y);
    if (moved < 5 || event.detail === 0) this.#handlers.open(id);
    return undefined;
  }

  /** @param {KeyboardEvent} event */
  #key(event) {
    const item = this.#itemOf(event);
    const id = item?.dataset.id;
    if (!item || id === undefined || event.altKey || event.ctrlKey || event.metaKey) return;
    const index = this.#index.get(id) ?? 0;
    const { perLine } = this.#shape;
    const page = perLine * Math.max(1, Math.floor(this.node.clientHeight / this.#shape.lineHeight) - 1);
    const onItem = event.target === item;
    const to = {
      ArrowDown: index + perLine, ArrowUp: index - perLine, PageDown: index + page, PageUp: index - page,
      ...(onItem ? { Home: 0, End: this.#rows.length - 1 } : {}),
      ...(onItem && perLine > 1 ? { ArrowRight: index + 1, ArrowLeft: index - 1 } : {}),
    }[event.key];
    if (to !== undefined) {
      event.preventDefault();
      this.#focus(Math.min(Math.max(to, 0), this.#rows.length - 1));
    } else if (event.key === "Enter" && onItem) {
      event.preventDefault();
      this.#handlers.open(id);
    } else if (event.key === " " && onItem) {
      event.preventDefault();
      if (item.dataset.selected !== undefined) this.#handlers.select(id, !this.#selected.has(id), event.shiftKey);
    } else if ((event.key === "ContextMenu" || (event.key === "F10" && event.shiftKey)) && onItem) {
      const menu = /** @type {HTMLElement | null} */ (item.querySelector("[data-act=menu]"));
      if (!menu) return;
      event.preventDefault();
      this.#handlers.act("menu", id, menu);
    }
  }

  /** @param {number} index */
  #focus(index) {
    const row = this.#rows[index];
    if (!row) return;
    this.#active = row.id;
    if (this.#bounded) this.#scrollTo(index, "nearest");
    this.#render();
    const node = this.element(row.id);
    node?.focus({ preventScroll: this.#bounded });
  }

  /** @param {FocusEvent} event */
  #focused(event) {
    const id = this.#itemOf(event)?.dataset.id;
    if (id === undefined || id === this.#active) return;
    this.#active = id;
    this.#render();
  }
}

/** @param {HTMLElement} node @param {number} top @param {number} column @param {number} perLine @param {number} height */
function place(node, top, column, perLine, height) {
  for (const [name, value] of Object.entries({
    "--top": `${top}px`, "--height": `${height}px`, "--column": String(column), "--columns": String(perLine),
  })) {
    if (node.style.getPropertyValue(name) !== value) node.style.setProperty(name, value);
  }
}

/** Moves an element without the loss of focus that taking it out would cost. @param {HTMLElement} parent @param {HTMLElement} node @param {ChildNode | null} before */
function move(parent, node, before) {
  if (node.parentNode === parent && "moveBefore" in parent) {
    /** @type {any} */ (parent).moveBefore(node, before);
    return;
  }
  const focused = /** @type {HTMLElement | null} */ (
    node.isConnected ? /** @type {ShadowRoot} */ (node.getRootNode()).activeElement : null
  );
  parent.insertBefore(node, before);
  if (focused && node.contains(focused)) focused.focus({ preventScroll: true });
}
