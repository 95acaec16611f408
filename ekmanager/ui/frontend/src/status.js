/** How a status looks: the same words, shapes and colours as `ekmanager/ui/widgets/status.py`. */
import { svg } from "./dom.js";

/**
 * @typedef {"online" | "offline" | "unauthorized" | "error" | "unknown" | "checking"} StatusName
 * @typedef {{name: StatusName, word: string, rank: number, chip: number, path: string}} Status
 */

/** Worst first; `chip` is the place among the filters, `path` is the mark on a field of 12 by 12. @type {Status[]} */
export const STATUSES = [
  { name: "offline", word: "Offline", rank: 0, chip: 4, path: "M2.5 1.5h7a1 1 0 0 1 1 1v7a1 1 0 0 1-1 1h-7a1 1 0 0 1-1-1v-7a1 1 0 0 1 1-1Z" },
  { name: "error", word: "Error", rank: 1, chip: 3, path: "M6 .4 11.6 6 6 11.6.4 6Z" },
  { name: "unauthorized", word: "Unauthorized", rank: 2, chip: 2, path: "M6 .9 11.7 11H.3Z" },
  { name: "checking", word: "Checking", rank: 3, chip: 1, path: "M6 .8a5.2 5.2 0 1 1 0 10.4A5.2 5.2 0 0 1 6 .8Zm0 1.6v7.2a3.6 3.6 0 0 0 0-7.2Z" },
  { name: "unknown", word: "Unknown", rank: 4, chip: 5, path: "M6 .8a5.2 5.2 0 1 1 0 10.4A5.2 5.2 0 0 1 6 .8Zm0 1.8a3.4 3.4 0 1 0 0 6.8 3.4 3.4 0 0 0 0-6.8Z" },
  { name: "online", word: "Online", rank: 5, chip: 0, path: "M6 .8a5.2 5.2 0 1 1 0 10.4A5.2 5.2 0 0 1 6 .8Z" },
];

/** @type {Record<StatusName, Status>} */
export const STATUS = /** @type {any} */ (Object.fromEntries(STATUSES.map((status) => [status.name, status])));

/** @type {Record<string, StatusName>} */
const LETTERS = { O: "online", F: "offline", U: "unauthorized", E: "error", N: "unknown" };

/** @param {unknown} letter as Python packs it @returns {StatusName} */
export function fromLetter(letter) {
  return LETTERS[String(letter)] ?? "unknown";
}

/**
 * A mark that can be changed in place.
 * @template {string} [Name=StatusName]
 * @param {Record<Name, {path: string}>} looks
 */
export function mark(looks = /** @type {any} */ (STATUS)) {
  const shape = svg("path", { "fill-rule": "evenodd" });
  const node = svg("svg", { viewBox: "0 0 12 12", class: "mark", "aria-hidden": "true" });
  node.append(shape);
  /** @type {Name | undefined} */
  let shown;
  return {
    node,
    /** @param {Name} name */
    set(name) {
      if (name === shown) return;
      shown = name;
      shape.setAttribute("d", looks[name].path);
      node.setAttribute("data-status", name);
    },
  };
}
