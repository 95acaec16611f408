/** The columns of the rules: what a cell shows, how wide it is, and which columns give way when there is less room. */
import { squeeze, tagsCell, textCell } from "../columns.js";
import { el, setAttribute, setText, show } from "../dom.js";
import * as format from "../format.js";
import { addressOf } from "../navigate.js";
import { mark } from "../status.js";
import { LOOKS } from "./state.js";

/**
 * @typedef {import("./rows.js").Row} Row
 * @typedef {{now: number, link: string, pending: Map<string, string>, dropped: Column[]}} Context
 * @typedef {{node: HTMLElement, set: (row: Row, context: Context) => void}} Cell
 * @typedef {object} Column
 * @property {string} id
 * @property {string} label
 * @property {string} [title]
 * @property {number} min pixels
 * @property {number} [grow] share of the room that is left
 * @property {"end"} [align]
 * @property {number} drop the highest goes first; 0 stays
 * @property {boolean} [extra] shown only when it was chosen
 * @property {(row: Row) => boolean} [used] whether it has something to show; without it always
 * @property {() => Cell} build
 * @property {(row: Row) => string} [fact] what remains of it below the id
 */

/** @type {Column[]} */
export const COLUMNS = [
  { id: "id", label: "Rule", min: 150, grow: 1.6, drop: 0, build: idCell },
  { id: "state", label: "State", min: 116, drop: 0, build: stateCell },
  {
    id: "tags", label: "Tags", min: 92, grow: 0.7, drop: 8, used: (row) => row.tags.length > 0, build: () => tagsCell(),
    fact: (row) => row.tags.join(", "),
  },
  {
    id: "in", label: "In", title: "Records in, a second", min: 62, align: "end", drop: 1,
    build: () => textCell((row) => format.rate(row.in), over), fact: (row) => (row.in === null ? "" : `${format.rate(row.in)} in`),
  },
  {
    id: "out", label: "Out", title: "Records out, a second", min: 62, align: "end", drop: 3,
    build: () => textCell((row) => format.rate(row.out), over), fact: (row) => (row.out === null ? "" : `${format.rate(row.out)} out`),
  },
  {
    id: "latency", label: "Latency", min: 64, align: "end", drop: 4,
    build: () => textCell((row) => format.latency(row.latency)),
    fact: (row) => (row.latency === null ? "" : format.latency(row.latency)),
  },
  {
    id: "exceptions", label: "Exceptions", min: 80, align: "end", drop: 2, build: exceptionsCell,
    fact: (row) => (row.exceptions ? `${format.count(row.exceptions)} exceptions` : ""),
  },
  {
    id: "error", label: "Last error", min: 150, grow: 2, drop: 7, build: errorCell, used: (row) => Boolean(why(row)), fact: why,
  },
  {
    id: "cpu", label: "CPU", title: "Share of the CPU time that all rules of this server used lately", min: 60, align: "end", drop: 9,
    used: (row) => row.cpu !== null, build: () => textCell((row) => format.percent(row.cpu)),
    fact: (row) => (row.cpu === null ? "" : `CPU ${format.percent(row.cpu)}`),
  },
  {
    id: "streams", label: "Streams", min: 92, grow: 0.6, drop: 10, used: (row) => row.streams.length > 0,
    build: () => textCell((row) => row.streams.join(", ") || format.UNKNOWN, (row) => row.streams.join(", ")),
    fact: (row) => (row.streams.length ? `from ${row.streams.join(", ")}` : ""),
  },
  {
    id: "version", label: "Version", min: 64, drop: 11, extra: true,
    build: () => textCell((row) => row.version || format.UNKNOWN, (row) => row.version),
    fact: (row) => (row.version ? `version ${row.version}` : ""),
  },
  {
    id: "trace", label: "Trace", min: 48, drop: 12, extra: true, build: () => textCell((row) => (row.trace ? "on" : "off")),
    fact: (row) => (row.trace ? "traced" : ""),
  },
];

/** Those that can be chosen. */
export const CHOICES = COLUMNS.filter(({ id }) => id !== "id");

/**
 * The columns that are asked for: those chosen, else the usual ones that have something to show.
 * @param {string[]} chosen @param {Row[]} rows
 */
export function wanted(chosen, rows) {
  return COLUMNS.filter(({ id, extra, used }) => {
    if (id === "id") return true;
    return chosen.length ? chosen.includes(id) : !extra && (!used || rows.some(used));
  });
}

/** @param {Column[]} columns @param {number} room pixels @param {boolean} narrow only what always stays */
export function fit(columns, room, narrow) {
  return squeeze(columns, narrow ? 0 : room);
}

/** @param {Row} row */
function over(row) {
  return row.over === null ? "" : `over ${format.duration(row.over)}`;
}

/** What went wrong, else why it needs attention. @param {Row} row */
export function why(row) {
  return row.error || row.concernText;
}

/** @param {Row} row @param {number} now */
function lastException(row, now) {
  if (!row.lastException) return "";
  const at = row.lastExceptionAt === null ? "" : `${format.moment(row.lastExceptionAt)}, ${format.age(row.lastExceptionAt, now)}`;
  return [row.lastException, at].filter(Boolean).join("\n");
}

/** @returns {Cell} */
function idCell() {
  const link = el("a", "name");
  link.tabIndex = -1;
  const sub = el("span", "sub");
  return {
    node: el("span", "stack", link, sub),
    set(row, context) {
      setText(link, row.id);
      setAttribute(link, "title", row.id);
      setAttribute(link, "href", addressOf(context.link, row.id));
      // What went wrong is worth more than the figures when there is room for little.
      const dropped = context.dropped.toSorted((a, b) => Number(b.id === "error") - Number(a.id === "error"));
      const facts = dropped.map((column) => column.fact?.(row) ?? "");
      const words = [row.name === row.id ? "" : row.name, ...facts].filter(Boolean).join(" · ");
      setText(sub, words);
      setAttribute(sub, "title", words || null);
      show(sub, words !== "");
    },
  };
}

/** @returns {Cell} */
function stateCell() {
  const shape = mark(LOOKS);
  const word = el("span");
  const status = el("span", "status", shape.node, word);
  const note = el("span", "sub");
  const node = el("span", "stack", status, note);
  return {
    node,
    set(row, { pending }) {
      const waits = pending.get(row.id);
      const name = waits === undefined ? row.shown : "pending";
      shape.set(name);
      setText(word, waits === undefined ? LOOKS[name].word : `${waits.replace(/…$/, "")}…`);
      setAttribute(status, "data-status", name);
      setText(note, LOOKS[name].note);
      show(note, LOOKS[name].note !== "");
      const title = [row.words, row.words.includes(row.reason) ? "" : row.reason, row.concernText];
      setAttribute(node, "title", [...new Set(title)].filter(Boolean).join("\n") || null);
    },
  };
}

/** @returns {Cell} */
function exceptionsCell() {
  const node = el("span", "figure");
  return {
    node,
    set(row, { now }) {
      setText(node, format.count(row.exceptions));
      node.classList.toggle("failing", row.concern === "exceptions");
      node.classList.toggle("none", !row.exceptions);
      setAttribute(node, "title", lastException(row, now) || null);
    },
  };
}

/** @returns {Cell} */
function errorCell() {
  const node = el("span", "error-text");
  return {
    node,
    set(row, { now }) {
      setText(node, why(row));
      const title = [row.concernText, row.state === "failed" ? row.reason : "", lastException(row, now)];
      setAttribute(node, "title", [...new Set(title)].filter(Boolean).join("\n") || null);
    },
  };
}
