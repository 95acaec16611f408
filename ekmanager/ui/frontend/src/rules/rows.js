/** Rows as Python packs them (`pack` in `ekmanager/ui/widgets/rules_wire.py`), and how they are kept up to date. */
import { names } from "../order.js";
import { Selection } from "../selection.js";
import { CONCERNS, stateOf } from "./state.js";

/** The order of `pack`. */
export const COLUMNS = /** @type {const} */ ([
  "id", "name", "letter", "words", "reason", "tags", "version", "trace", "streams", "in", "out", "over", "latency",
  "exceptions", "lastException", "lastExceptionAt", "cpu", "concern", "concernText",
]);

/**
 * @typedef {object} Row
 * @property {string} id
 * @property {string} name
 * @property {import("./state.js").StateName} state
 * @property {import("./state.js").LookName} shown the state, or what is wrong with a rule that runs
 * @property {string} words the server's own
 * @property {string} reason
 * @property {string[]} tags
 * @property {string} version
 * @property {boolean} trace
 * @property {string[]} streams
 * @property {number | null} in records a second
 * @property {number | null} out records a second
 * @property {number | null} over seconds that the rates are of
 * @property {number | null} latency milliseconds
 * @property {number} exceptions
 * @property {string} lastException
 * @property {number | null} lastExceptionAt epoch seconds
 * @property {number | null} cpu percent of what all rules use
 * @property {string | null} concern
 * @property {string} concernText
 * @property {number} rank the worst first, those without a concern last
 * @property {string} error what went wrong last
 * @property {string} text what the search looks into, in lower case
 */

/** @param {unknown[]} packed @returns {Row} */
export function unpack(packed) {
  const raw = /** @type {any} */ (Object.fromEntries(COLUMNS.map((name, index) => [name, packed[index] ?? null])));
  const { letter, ...rest } = raw;
  const state = stateOf(letter);
  const known = CONCERNS.includes(rest.concern);
  const rank = known ? CONCERNS.indexOf(rest.concern) : state === "failed" ? 0 : CONCERNS.length;
  const error = (state === "failed" && rest.reason) || rest.lastException;
  return {
    ...rest,
    name: rest.name || rest.id,
    state,
    shown: state === "running" && known && rank > 0 ? rest.concern : state,
    trace: Boolean(rest.trace),
    rank,
    error,
    text: [rest.id, rest.name, ...rest.tags, error, rest.concernText].join("\n").toLowerCase(),
  };
}

/**
 * All rows, or those that changed since `base`, as text. Any state between `base` and `serial` becomes `serial` by it.
 * @typedef {{epoch: string, base: number | null, serial: number, rows: unknown[][], gone: string[]}} Change
 */

/** The rows of one server as Python told them, and which of them a person selected. */
export class RowStore {
  selection = new Selection();
  /** @type {Map<string, Row>} */
  rows = new Map();
  /** The same in the order of their ids. @type {Row[]} */
  inOrder = [];
  /** @type {string | null} */
  #epoch = null;
  #serial = 0;
  #taken = "";

  /** @param {string} word a Change as JSON @returns {boolean} false: it builds on rows that are not here */
  take(word) {
    if (word === this.#taken) return true;
    /** @type {Change} */
    const { epoch, base, serial, rows, gone } = JSON.parse(word);
    const same = epoch === this.#epoch;
    if (base !== null && (!same || this.#serial < base)) return false;
    this.#taken = word;
    if (same && serial <= this.#serial) return true;
    const next = new Map(base === null ? [] : this.rows);
    for (const id of gone) next.delete(id);
    for (const packed of rows) {
      const row = unpack(packed);
      next.set(row.id, row);
    }
    // To compare thousands of ids is the dear part of the order, and they change seldom.
    const stay = this.inOrder.length === next.size && this.inOrder.every(({ id }) => next.has(id));
    this.inOrder = stay
      ? this.inOrder.map(({ id }) => /** @type {Row} */ (next.get(id)))
      : [...next.values()].sort((a, b) => names.compare(a.id, b.id) || (a.id < b.id ? -1 : 1));
    this.rows = next;
    this.#epoch = epoch;
    this.#serial = serial;
    return true;
  }
}

const KEPT_SERVERS = 4;
/** @type {Map<string, RowStore>} */
const stores = new Map();

/**
 * The rows of a server outlive the table: who comes back to the page sees them at once, and finds what was selected.
 * @param {string} server
 */
export function storeOf(server) {
  const store = stores.get(server) ?? new RowStore();
  stores.delete(server);
  stores.set(server, store);
  for (const old of [...stores.keys()].slice(0, -KEPT_SERVERS)) stores.delete(old);
  return store;
}
