/** What is shown of the rules, and in which order: pure functions of rows and view. */
import { names, sortedBy } from "../order.js";
import { STATES } from "./state.js";

/**
 * @typedef {import("./rows.js").Row} Row
 * @typedef {object} View
 * @property {string} text
 * @property {string[]} states
 * @property {string[]} tags
 * @property {string[]} streams
 * @property {string} sort
 * @property {boolean} descending
 * @property {string[]} columns none: the usual ones
 * @property {boolean} onlyAttention
 */

/** @type {Record<string, import("../order.js").Sort<Row>>} */
export const SORTS = {
  attention: { label: "Needs attention", value: (row) => row.rank, steady: true, down: false },
  id: { label: "Id", value: (row) => row.id, steady: true, down: false },
  state: { label: "State", value: (row) => STATES.indexOf(row.state), steady: true, down: false },
  tags: { label: "Tags", value: (row) => row.tags.join(", ") || null, steady: true, down: false },
  in: { label: "In", value: (row) => row.in, steady: false, down: true },
  out: { label: "Out", value: (row) => row.out, steady: false, down: true },
  latency: { label: "Latency", value: (row) => row.latency, steady: false, down: true },
  exceptions: { label: "Exceptions", value: (row) => row.exceptions, steady: false, down: true },
  error: { label: "Last error", value: (row) => row.error || row.concernText || null, steady: false, down: false },
  cpu: { label: "CPU", value: (row) => row.cpu, steady: false, down: true },
  streams: { label: "Streams", value: (row) => row.streams.join(", ") || null, steady: true, down: false },
  version: { label: "Version", value: (row) => row.version || null, steady: true, down: false },
  trace: { label: "Trace", value: (row) => Number(row.trace), steady: true, down: true },
};

/** @param {View} view */
function wordsOf(view) {
  return view.text.toLowerCase().split(/\s+/).filter(Boolean);
}

/** @param {Row} row */
export function needsAttention(row) {
  return row.concern !== null || row.state === "failed";
}

/** @param {Row} row @param {View} view @param {"states" | null} except a filter to leave out @param {string[]} words */
function passes(row, view, except, words) {
  return (
    (except === "states" ||
      ((!view.states.length || view.states.includes(row.state)) && (!view.onlyAttention || needsAttention(row)))) &&
    view.tags.every((tag) => row.tags.includes(tag)) &&
    (!view.streams.length || view.streams.some((stream) => row.streams.includes(stream))) &&
    words.every((word) => row.text.includes(word))
  );
}

/** @param {Row[]} rows @param {View} view */
export function filtered(rows, view) {
  const words = wordsOf(view);
  return rows.filter((row) => passes(row, view, null, words));
}

/** @param {View} view */
export function isFiltered(view) {
  return Boolean(
    view.text.trim() || view.states.length || view.tags.length || view.streams.length || view.onlyAttention,
  );
}

/** What shows every rule again. @type {Partial<View>} */
export const NO_FILTER = { text: "", states: [], tags: [], streams: [], onlyAttention: false };

/**
 * How many rows each choice of a filter would show, the other filters as they are. States and attention are one
 * filter: the chips of both stand in one line and are told of the same rows.
 * @param {Row[]} rows @param {View} view
 */
export function counts(rows, view) {
  const words = wordsOf(view);
  const states = new Map(STATES.map((name) => [name, 0]));
  /** @type {Map<string, number>} */
  const tags = new Map();
  /** @type {Map<string, number>} */
  const streams = new Map();
  let all = 0;
  let attention = 0;
  for (const row of rows) {
    if (passes(row, view, "states", words)) {
      all += 1;
      states.set(row.state, (states.get(row.state) ?? 0) + 1);
      if (needsAttention(row)) attention += 1;
    }
    const counted = passes(row, view, null, words) ? 1 : 0;
    for (const tag of row.tags) tags.set(tag, (tags.get(tag) ?? 0) + counted);
    for (const stream of row.streams) streams.set(stream, (streams.get(stream) ?? 0) + counted);
  }
  return { all, attention, states, tags: byName(tags), streams: byName(streams) };
}

/** @param {Map<string, number>} counted */
function byName(counted) {
  return new Map([...counted].sort(([a], [b]) => names.compare(a, b)));
}

/** A new array in the view's order, equals by id. @param {Row[]} rows in the order of their ids @param {View} view */
export function sorted(rows, view) {
  const { value } = SORTS[view.sort] ?? /** @type {any} */ (SORTS.attention);
  return sortedBy(rows, value, view.descending, () => 0);
}
