/** The columns of the table: what a cell shows, how wide it is, and which columns give way when there is less room. */
import { squeeze, tagsCell, textCell } from "../columns.js";
import { el, setAttribute, setText, show } from "../dom.js";
import * as format from "../format.js";
import { icon, star } from "../icons.js";
import { mark, STATUS } from "../status.js";
import { addressOf } from "../navigate.js";
import { beatsBar } from "./beats.js";

/**
 * @typedef {import("./rows.js").Row} Row
 * @typedef {{now: number, mode: "overview" | "connections", mixed: boolean, link: string, compact: boolean,
 *   fitted: Fitted}} Context
 * @typedef {object} Fitted the columns that fit
 * @property {Column[]} shown
 * @property {Column[]} dropped
 * @property {boolean} second whether the dropped ones get a line of their own, else they stand under the name
 * @typedef {{node: HTMLElement, set: (row: Row, context: Context) => void}} Cell
 * @typedef {object} Column
 * @property {string} id
 * @property {string} label
 * @property {number} min pixels
 * @property {number} [compact] pixels where it must do with one line
 * @property {number} [narrow] pixels where only this and few others stay
 * @property {number} [grow] share of the room that is left
 * @property {"end"} [align]
 * @property {number} drop the highest goes first; 0 stays
 * @property {("overview" | "connections")[]} [yields] where it gives its room to the reason when a server is not well
 * @property {boolean} [light] has room under the name when it has no column
 * @property {(tip: import("../tooltip.js").Tooltip) => Cell} build
 * @property {(row: Row, now: number) => string} [fact] what remains of it in the second line
 */

/** @type {Record<string, Column>} */
const ALL = {
  name: { id: "name", label: "Server", min: 150, narrow: 84, grow: 2.2, drop: 0, build: nameCell },
  status: { id: "status", label: "Status", min: 116, narrow: 110, grow: 0.5, drop: 0, build: statusCell },
  beats: { id: "beats", label: "Last 30 checks", min: 150, drop: 5, yields: ["connections"], build: (tip) => beatsBar(tip) },
  latency: {
    id: "latency", label: "Latency", min: 68, align: "end", drop: 3, yields: ["connections"],
    build: () => textCell((row) => format.latency(row.latency)),
    fact: (row) => (row.latency === null ? "" : format.latency(row.latency)),
  },
  uptime: {
    id: "uptime", label: "24 h", min: 66, align: "end", drop: 6, yields: ["connections"],
    build: () => textCell((row) => format.percent(row.uptime, 2)),
    fact: (row) => (row.uptime === null ? "" : `24 h ${format.percent(row.uptime, 2)}`),
  },
  cpu: {
    id: "cpu", label: "CPU", min: 56, align: "end", drop: 7, yields: ["overview"],
    build: () => meterCell((row) => [format.percent(row.cpu), row.cpu, ""]),
    fact: (row) => (row.cpu === null ? "" : `CPU ${format.percent(row.cpu)}`),
  },
  memory: {
    id: "memory", label: "Memory", min: 68, align: "end", drop: 8, yields: ["overview"],
    build: () =>
      meterCell((row) => [
        format.nbytes(row.memoryUsed),
        row.memoryUsed !== null && row.memoryTotal ? (100 * row.memoryUsed) / row.memoryTotal : null,
        format.memory(row.memoryUsed, row.memoryTotal),
      ]),
    fact: (row) => (row.memoryUsed === null ? "" : format.nbytes(row.memoryUsed)),
  },
  rules: {
    id: "rules", label: "Rules", min: 78, compact: 120, align: "end", drop: 2, yields: ["overview"], build: rulesCell,
    fact: (row) => (row.running === null ? "" : `${rulesText(row)} rules`),
  },
  records: {
    id: "records", label: "Records", min: 70, align: "end", drop: 9, light: true, yields: ["overview"],
    build: () => textCell((row) => format.rate(row.records)),
    fact: (row) => (row.records === null ? "" : format.rate(row.records)),
  },
  version: {
    id: "version", label: "Version", min: 58, drop: 10, light: true,
    build: () => textCell((row) => row.version || format.UNKNOWN),
    fact: (row) => row.version,
  },
  tags: { id: "tags", label: "Tags", min: 110, grow: 1, drop: 4, build: () => tagsCell(), fact: (row) => row.tags.join(", ") },
  where: {
    id: "where", label: "Kept in", min: 88, drop: 8, light: true,
    build: () => textCell((row) => (row.shared ? "Shared" : "This browser")),
    fact: (row) => (row.shared ? "shared" : "this browser"),
  },
  changed: {
    id: "changed", label: "Changed", min: 104, drop: 11, light: true,
    build: () => textCell((row, { now }) => format.age(row.changedAt, now), changedTitle),
    fact: (row, now) => (row.changedAt === null ? "" : `changed ${format.age(row.changedAt, now)}`),
  },
};

const SETS = {
  overview: ["name", "status", "beats", "latency", "uptime", "cpu", "memory", "rules", "records", "version", "changed"],
  connections: ["name", "status", "beats", "latency", "uptime", "tags", "where", "version", "changed"],
};

/**
 * The columns that fit, and those that do not.
 * @param {"overview" | "connections"} mode @param {number} room pixels for all columns
 * @param {Set<string>} unused columns without a value anywhere
 * @param {{narrow: boolean, compact: boolean}} look narrow: only what always stays
 * @returns {Fitted}
 */
export function fit(mode, room, unused, { narrow, compact }) {
  const shown = SETS[mode]
    .filter((id) => !unused.has(id))
    .map((id) => /** @type {Column} */ (ALL[id]))
    .map((column) => ({ ...column, min: (narrow && column.narrow) || (compact && column.compact) || column.min }));
  const fitted = squeeze(shown, narrow ? 0 : room);
  return { ...fitted, second: fitted.dropped.some((column) => !column.light) };
}

/** @param {Row} row */
function changedTitle(row) {
  return row.changedAt === null ? "" : format.moment(row.changedAt);
}

/** @param {(row: Row) => [string, number | null, string]} of text, percent, title @returns {Cell} */
function meterCell(of) {
  const text = el("span", "figure");
  const fill = el("i", "fill");
  const track = el("i", "meter", fill);
  const node = el("span", "metered", text, track);
  return {
    node,
    set(row) {
      const [value, share, title] = of(row);
      setText(text, value);
      text.classList.toggle("none", value === format.UNKNOWN);
      setAttribute(node, "title", title && share !== null ? `${title} · ${format.percent(share)}` : null);
      const width = share === null ? "0" : `${Math.min(100, Math.max(1.5, share)).toFixed(1)}%`;
      if (fill.style.width !== width) fill.style.width = width;
      setAttribute(track, "data-level", share === null ? "none" : share >= 90 ? "high" : share >= 75 ? "raised" : null);
    },
  };
}

/** @param {Row} row */
export function rulesText(row) {
  return `${row.running} / ${(row.running ?? 0) + (row.stopped ?? 0) + (row.failing ?? 0)}`;
}

/** @returns {Cell} */
function rulesCell() {
  const text = el("span", "figure");
  const failing = el("span", "failing");
  const node = el("span", "rules", text, failing);
  return {
    node,
    set(row) {
      setText(text, row.running === null ? format.UNKNOWN : rulesText(row));
      text.classList.toggle("none", row.running === null);
      setText(failing, row.failing ? `${row.failing} failing` : "");
      show(failing, Boolean(row.failing));
      const title = `${row.running} running, ${row.stopped ?? 0} stopped, ${row.failing ?? 0} failing`;
      setAttribute(node, "title", row.running === null ? null : title);
    },
  };
}

/** @returns {Cell} */
function nameCell() {
  const name = nameLine();
  const sub = el("span", "sub");
  return {
    node: el("span", "stack", name.node, sub),
    set(row, context) {
      name.set(row, context);
      const words = [row.url.replace(/^http:\/\//, "")];
      for (const column of context.fitted.dropped) {
        // The status beside it says since when.
        if (column.id !== "changed") words.push(column.fact?.(row, context.now) ?? "");
      }
      if (context.mode === "overview") words.push(...row.tags);
      setText(sub, words.filter(Boolean).join(" · "));
      setAttribute(sub, "title", row.description ? `${row.url}\n${row.description}` : row.url);
      show(sub, !context.compact && !context.fitted.second);
    },
  };
}

/** Name, default star and badges; the name is a link to its page. @returns {Cell} */
export function nameLine() {
  const name = el("a", "name");
  name.tabIndex = -1;
  const preferred = star();
  preferred.append(Object.assign(document.createElementNS("http://www.w3.org/2000/svg", "title"), { textContent: "Default" }));
  const store = el("span", "store");
  const demo = el("span", "badge", "demo");
  const node = el("span", "title", name, preferred, store, demo);
  /** @type {boolean | undefined} */
  let shared;
  return {
    node,
    set(row, { link, mixed, mode }) {
      setText(name, row.name);
      setAttribute(name, "title", row.name);
      setAttribute(name, "href", addressOf(link, row.id));
      preferred.style.display = row.isDefault ? "" : "none";
      show(demo, row.demo);
      show(store, mixed && mode === "overview" && !row.demo);
      if (shared !== row.shared) {
        shared = row.shared;
        store.replaceChildren(icon(shared ? "shared" : "private"));
        store.title = shared ? "Shared: kept on the server" : "Private: kept in this browser";
      }
    },
  };
}

/** @returns {Cell} */
function statusCell() {
  const word = statusLine();
  const sub = el("span", "sub");
  return {
    node: el("span", "stack", word.node, sub),
    set(row, context) {
      word.set(row, context);
      setText(sub, statusNote(row, context));
      setAttribute(sub, "title", row.since === null ? null : `since ${format.moment(row.since)}`);
      show(sub, !context.compact && !context.fitted.second);
    },
  };
}

/** @param {Row} row @param {Context} context */
function statusNote(row, { now }) {
  if (row.shown === "checking") return `was ${STATUS[row.status].word.toLowerCase()}`;
  return row.since === null ? "" : `for ${format.duration(now - row.since)}`;
}

/** @returns {Cell} */
export function statusLine() {
  const shape = mark();
  const word = el("span");
  const node = el("span", "status", shape.node, word);
  return {
    node,
    set(row) {
      shape.set(row.shown);
      setText(word, STATUS[row.shown].word);
      setAttribute(node, "data-status", row.shown);
      setAttribute(node, "title", [row.reason, row.hint].filter(Boolean).join("\n") || null);
    },
  };
}
