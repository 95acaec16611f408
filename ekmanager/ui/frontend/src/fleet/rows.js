/** Rows as Python packs them (`pack` in `ekmanager/ui/widgets/fleet.py`), and the heartbeats inside them. */
import { fromLetter } from "../status.js";

/** The order of `pack`. */
export const COLUMNS = /** @type {const} */ ([
  "id", "name", "url", "description", "tags", "letter", "flags", "reason", "hint", "since", "beatsAt", "beats",
  "latency", "uptime", "version", "cpu", "memoryUsed", "memoryTotal", "running", "stopped", "failing", "records",
  "changedAt", "serverUptime",
]);

/**
 * @typedef {object} Row
 * @property {string} id
 * @property {string} name
 * @property {string} url
 * @property {string} description
 * @property {string[]} tags
 * @property {import("../status.js").StatusName} status as confirmed
 * @property {import("../status.js").StatusName} shown `checking` while a change is not confirmed
 * @property {boolean} isDefault
 * @property {boolean} shared
 * @property {boolean} demo
 * @property {string} reason
 * @property {string} hint
 * @property {number | null} since
 * @property {number} beatsAt time of the newest beat
 * @property {string} beats
 * @property {number | null} latency
 * @property {number | null} uptime
 * @property {string} version
 * @property {number | null} cpu
 * @property {number | null} memoryUsed
 * @property {number | null} memoryTotal
 * @property {number | null} running
 * @property {number | null} stopped
 * @property {number | null} failing
 * @property {number | null} records
 * @property {number | null} changedAt
 * @property {number | null} serverUptime
 * @property {string} text what the search looks into, in lower case
 */

/** @param {unknown[]} packed @returns {Row} */
export function unpack(packed) {
  const raw = /** @type {any} */ (Object.fromEntries(COLUMNS.map((name, index) => [name, packed[index] ?? null])));
  const { letter, flags, ...rest } = raw;
  const status = fromLetter(letter);
  return {
    ...rest,
    status,
    shown: flags & 1 ? "checking" : status,
    isDefault: Boolean(flags & 2),
    shared: Boolean(flags & 4),
    demo: Boolean(flags & 8),
    text: [rest.name, rest.url, rest.description, rest.version, ...rest.tags].join("\n").toLowerCase(),
  };
}

/** @typedef {{at: number, status: import("../status.js").StatusName, latency: number | null}} Beat */

/** @param {string} word @param {number} newestAt @returns {Beat[]} oldest first */
export function decodeBeats(word, newestAt) {
  const beats = [];
  let elapsed = 0;
  let gap = 0;
  for (const [, letter, latency, change] of word.matchAll(/([A-Z])([0-9a-z]*)(?::([0-9a-z]+))?/g)) {
    if (change) gap = Number.parseInt(change, 36);
    elapsed += gap;
    beats.push({ at: elapsed, status: fromLetter(letter), latency: latency ? Number.parseInt(latency, 36) : null });
  }
  for (const beat of beats) beat.at += newestAt - elapsed;
  return beats;
}
