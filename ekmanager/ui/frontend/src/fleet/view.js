/** What is shown of the rows, and in which order: pure functions of rows and view. */
import { STATUS } from "../status.js";

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

const names = new Intl.Collator(undefined, { numeric: true, sensitivity: "base" });

/**
 * What can be sorted by. `steady` ones are put in order at every refresh; the others move all the time, so their order
 * stays until a person asks for it again. `down`: the first click shows the largest first.
 * @type {Record<string, {label: string, value: (row: Row) => number | string | null, steady: boolean, down: boolean}>}
 */
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

/**
 * A new array in the view's order: unknown values last in both directions, ties by name, then by id.
 * @param {Row[]} rows @param {View} view
 */
export function sorted(rows, view) {
  const { value } = SORTS[view.sort] ?? /** @type {any} */ (SORTS.name);
  const sign = view.descending ? -1 : 1;
  const keyed = rows.map((row) => ({ row, key: /** @type {number | string | null} */ (value(row)) }));
  keyed.sort((a, b) => {
    if (a.key === null || b.key === null) {
      if (a.key !== b.key) return a.key === null ? 1 : -1;
    } else {
      const order =
        typeof a.key === "string" ? names.compare(a.key, String(b.key)) : a.key - /** @type {number} */ (b.key);
      if (order) return sign * order;
    }
    return names.compare(a.row.name, b.row.name) || (a.row.id < b.row.id ? -1 : 1);
  });
  return keyed.map(({ row }) => row);
}

/**
 * The rows in an order that was shown before; new ones stand where the sort puts them, after their new neighbour.
 * @param {Row[]} rows in sorted order @param {string[]} before ids as they were shown
 */
export function keepOrder(rows, before) {
  const byId = new Map(rows.map((row) => [row.id, row]));
  const kept = before.flatMap((id) => byId.get(id) ?? []);
  const known = new Set(before);
  if (kept.length === rows.length) return kept;
  const result = [...kept];
  rows.forEach((row, index) => {
    if (known.has(row.id)) return;
    const neighbour = index ? result.findIndex((other) => other.id === rows[index - 1]?.id) : -1;
    result.splice(neighbour + 1, 0, row);
  });
  return result;
}
