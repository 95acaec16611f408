/** The columns of a table: which of them fit, how wide they are, and cells that every table has. */
import { el, setAttribute, setText } from "./dom.js";
import { UNKNOWN } from "./format.js";

export const GAP = 14;

/**
 * The columns that fit, and those that do not, in the order in which they would come back.
 * @template {{min: number, drop: number}} Column min: pixels; drop: the highest goes first, 0 stays
 * @param {Column[]} columns @param {number} room pixels for all of them; 0: only those that always stay
 */
export function squeeze(columns, room) {
  const shown = [...columns];
  /** @type {Column[]} */
  const dropped = [];
  const width = () => shown.reduce((sum, column) => sum + column.min + GAP, -GAP);
  while (width() > room) {
    const least = shown.reduce((a, b) => (b.drop > a.drop ? b : a));
    if (least.drop === 0) break;
    shown.splice(shown.indexOf(least), 1);
    dropped.push(least);
  }
  dropped.sort((a, b) => a.drop - b.drop);
  return { shown, dropped };
}

/** @param {{min: number, grow?: number}} column */
export function track({ min, grow }) {
  return grow ? `minmax(${min}px, ${grow}fr)` : `${min}px`;
}

/**
 * @template Row, Context
 * @param {(row: Row, context: Context) => string} text
 * @param {(row: Row, context: Context) => string} [title]
 */
export function textCell(text, title) {
  const node = el("span", "figure");
  return {
    node,
    /** @param {Row} row @param {Context} context */
    set(row, context) {
      const value = text(row, context);
      setText(node, value);
      node.classList.toggle("none", value === UNKNOWN);
      if (title) setAttribute(node, "title", title(row, context) || null);
    },
  };
}

/** Short words side by side. @template {{tags: string[]}} Row @param {(row: Row) => string[]} [of] */
export function tagsCell(of = (row) => row.tags) {
  const node = el("span", "tags");
  let shown = "";
  return {
    node,
    /** @param {Row} row */
    set(row) {
      const words = of(row);
      const word = words.join("\n");
      if (word === shown) return;
      shown = word;
      node.title = words.join(", ");
      node.replaceChildren(...words.map((one) => el("span", "tag", one)));
    },
  };
}
