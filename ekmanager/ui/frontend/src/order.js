/** The order of rows: by a value of theirs, and steady while figures move. */

export const names = new Intl.Collator(undefined, { numeric: true, sensitivity: "base" });

/**
 * What rows can be sorted by. `steady` ones are put in order at every refresh; the others move all the time, so their
 * order stays until a person asks for it again. `down`: the first click shows the largest first.
 * @template Row
 * @typedef {{label: string, value: (row: Row) => number | string | null, steady: boolean, down: boolean}} Sort
 */

/**
 * A new array in order: unknown values last in both directions, ties by name, then by id.
 * @template {{id: string, name: string}} Row
 * @param {Row[]} rows @param {Sort<Row>["value"]} value @param {boolean} descending
 * @param {(a: Row, b: Row) => number} [tie] what orders equals; 0 leaves them as they were
 * @returns {Row[]}
 */
export function sortedBy(rows, value, descending, tie = byName) {
  const sign = descending ? -1 : 1;
  const keyed = rows.map((row) => ({ row, key: value(row) }));
  keyed.sort((a, b) => {
    if (a.key === null || b.key === null) {
      if (a.key !== b.key) return a.key === null ? 1 : -1;
    } else {
      const order =
        typeof a.key === "string" ? names.compare(a.key, String(b.key)) : a.key - /** @type {number} */ (b.key);
      if (order) return sign * order;
    }
    return tie(a.row, b.row);
  });
  return keyed.map(({ row }) => row);
}

/** @param {{id: string, name: string}} a @param {{id: string, name: string}} b */
function byName(a, b) {
  return names.compare(a.name, b.name) || (a.id < b.id ? -1 : 1);
}

/**
 * The rows in an order that was shown before; new ones stand where the sort puts them, after their new neighbour.
 * @template {{id: string}} Row
 * @param {Row[]} rows in sorted order @param {string[]} before ids as they were shown
 * @returns {Row[]}
 */
export function keepOrder(rows, before) {
  const byId = new Map(rows.map((row) => [row.id, row]));
  const kept = before.flatMap((id) => byId.get(id) ?? []);
  if (kept.length === rows.length) return kept;
  const known = new Set(before);
  /** @type {Map<string | null, Row[]>} */
  const behind = new Map();
  let neighbour = /** @type {string | null} */ (null);
  for (const row of rows) {
    if (known.has(row.id)) neighbour = row.id;
    else if (!behind.get(neighbour)?.push(row)) behind.set(neighbour, [row]);
  }
  return [...(behind.get(null) ?? []), ...kept.flatMap((row) => [row, ...(behind.get(row.id) ?? [])])];
}

/** The order that is on the screen, and whether it is still the one of the figures. */
export class ShownOrder {
  /** @type {string[]} */
  ids = [];
  outdated = false;
  #by = "";

  /**
   * @template {{id: string}} Row
   * @param {Row[]} rows in sorted order @param {string} by what they are sorted by
   * @param {boolean} keep leave what is shown where it is, as long as it is sorted by the same
   * @returns {Row[]}
   */
  arrange(rows, by, keep) {
    const kept = keep && by === this.#by;
    const ordered = kept ? keepOrder(rows, this.ids) : rows;
    this.outdated = kept && ordered.some((row, index) => row !== rows[index]);
    this.#by = by;
    this.ids = ordered.map((row) => row.id);
    return ordered;
  }

  /** Some ids in the order shown, those that are not shown last. @param {Iterable<string>} ids */
  sort(ids) {
    const chosen = new Set(ids);
    const shown = this.ids.filter((id) => chosen.delete(id));
    return [...shown, ...chosen];
  }
}
