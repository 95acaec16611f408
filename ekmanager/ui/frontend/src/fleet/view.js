/** What is shown of the rows, and in which order: pure functions of rows and view. */
import { names, sortedBy } from "../order.js";
import { STATUS } from "../status.js";

export { keepOrder } from "../order.js";

/**
 * @typedef {import("./rows.js").Row} Row
 * @typedef {object} View
 * @property {string} search
 * @property {string[]} statuses
 * @property {string[]} tags
 * @property {string[]} where
 * @property {string} sort
 * @property {boolean} descending
 * @property {"table" | "cards"} layout
 * @property {"comfortable" | "compact"} density
 */

/** What can be sorted by. @type {Record<string, import("../order.js").Sort<Row>>} */
export const SORTS = {
  name: { label: "Name", value: (row) => row.name, steady: true, down: false },
  status: { label: "Status", value: (row) => STATUS[row.shown].rank, steady: true, down: false },
  latency: { label: "Latency", value: (row) => row.latency, steady: false, down: true },
  uptime: { label: "24 h", value: (row) => row.uptime, steady: false, down: false },
  cpu: { label: "CPU", value: (row) => row.cpu, steady: false, down: true },
  memory: { label: "Memory", value: (row) => row.memoryUsed, steady: false, down: true },
  rules: { label: "Rules", value: rulesRank, steady: false, down: true },
  records: { label: "Records", value: (row) => row.records, steady: false, down: true },
  version: { label: "Version", value: (row) => row.version || null, steady: true, down: false },
  changed: { label: "Changed", value: (row) => row.changedAt, steady: true, down: true },
};

/** Failing rules first, then by how many there are. @param {Row} row */
function rulesRank(row) {
  if (row.running === null) return null;
  return (row.failing ?? 0) * 1e6 + row.running + (row.stopped ?? 0);
}

/** @param {Row} row @param {View} view @param {"statuses" | "tags" | "where" | null} except a filter to leave out */
function passes(row, view, except, words = wordsOf(view)) {
  return (
    (except === "statuses" || !view.statuses.length || view.statuses.includes(row.shown)) &&
    (except === "tags" || view.tags.every((tag) => row.tags.includes(tag))) &&
    (except === "where" || !view.where.length || view.where.includes(row.shared ? "server" : "browser")) &&
    words.every((word) => row.text.includes(word))
  );
}

/** @param {View} view */
function wordsOf(view) {
  return view.search.toLowerCase().split(/\s+/).filter(Boolean);
}

/** @param {Row[]} rows @param {View} view */
export function filtered(rows, view) {
  const words = wordsOf(view);
  return rows.filter((row) => passes(row, view, null, words));
}

/** @param {View} view */
export function isFiltered(view) {
  return Boolean(view.search.trim() || view.statuses.length || view.tags.length || view.where.length);
}

/**
 * How many rows each choice of a filter would show, the other filters as they are.
 * @param {Row[]} rows @param {View} view
 */
export function counts(rows, view) {
  const words = wordsOf(view);
  const statuses = new Map(Object.keys(STATUS).map((name) => [name, 0]));
  const where = new Map([["browser", 0], ["server", 0]]);
  /** @type {Map<string, number>} */
  const tags = new Map();
  let all = 0;
  for (const row of rows) {
    if (passes(row, view, "statuses", words)) {
      all += 1;
      statuses.set(row.shown, (statuses.get(row.shown) ?? 0) + 1);
    }
    if (passes(row, view, "where", words)) {
      const store = row.shared ? "server" : "browser";
      where.set(store, (where.get(store) ?? 0) + 1);
    }
    const counted = passes(row, view, null, words) ? 1 : 0;
    for (const tag of row.tags) tags.set(tag, (tags.get(tag) ?? 0) + counted);
  }
  return { all, statuses, where, tags: new Map([...tags].sort(([a], [b]) => names.compare(a, b))) };
}

/** @param {Row[]} rows @param {View} view */
export function sorted(rows, view) {
  const { value } = SORTS[view.sort] ?? /** @type {any} */ (SORTS.name);
  return sortedBy(rows, value, view.descending);
}
