/** One server as a card. */
import { el, setAttribute, setText, show } from "../dom.js";
import * as format from "../format.js";
import { applyState, checkbox } from "../row.js";
import { beatsBar } from "./beats.js";
import { nameLine, rulesText, statusLine } from "./columns.js";
import { isUnwell, rowActions, spoken, whyText } from "./row.js";

/**
 * The figures of a card: label, value, and whether it needs attention.
 * @type {{label: string, of: (row: import("./rows.js").Row, now: number) => string, alert?: (row: import("./rows.js").Row) => boolean}[]}
 */
const FIGURES = [
  { label: "Latency", of: (row) => format.latency(row.latency) },
  { label: "24 h", of: (row) => format.percent(row.uptime, 2) },
  { label: "CPU", of: (row) => format.percent(row.cpu), alert: (row) => (row.cpu ?? 0) >= 90 },
  { label: "Memory", of: (row) => format.nbytes(row.memoryUsed) },
];

/**
 * @param {import("../tooltip.js").Tooltip} tip
 * @param {{select: boolean, act: boolean}} parts
 * @returns {import("./row.js").Item}
 */
export function card(tip, parts) {
  const name = nameLine();
  const check = parts.select ? checkbox() : null;
  const head = el("div", "card-head", ...(check ? [check] : []), name.node, ...(parts.act ? [rowActions()] : []));
  const url = el("div", "sub card-url");
  const status = statusLine();
  const note = el("span", "card-note");
  const bar = beatsBar(tip, 2.2);
  const figures = FIGURES.map(({ label, of, alert }) => {
    const value = el("dd");
    return { node: el("div", "", el("dt", "", label), value), value, of, alert };
  });
  const why = el("div", "card-why");
  const list = el("dl", "card-figures", ...figures.map((figure) => figure.node));
  const foot = el("div", "card-foot");
  const node = el("div", "card", head, url, el("div", "card-status", status.node, note), bar.node, list, why, foot);
  node.role = "listitem";
  return {
    node,
    set(row, context, state) {
      const { now } = context;
      const unwell = isUnwell(row);
      name.set(row, context);
      status.set(row, context);
      bar.set(row);
      setText(url, row.url.replace(/^http:\/\//, ""));
      setAttribute(url, "title", row.description ? `${row.url}\n${row.description}` : row.url);
      setText(note, row.since === null ? "" : `for ${format.duration(now - row.since)}`);
      setAttribute(note, "title", row.since === null ? null : `since ${format.moment(row.since)}`);
      show(list, !unwell);
      show(why, unwell);
      setText(why, unwell ? whyText(row) : "");
      setAttribute(why, "title", unwell ? whyText(row) : null);
      for (const { value, of, alert } of figures) {
        setText(value, of(row, now));
        value.classList.toggle("failing", alert?.(row) ?? false);
      }
      setFoot(foot, row);
      applyState(node, check, spoken(row), state);
    },
  };
}

/** @param {HTMLElement} foot @param {import("./rows.js").Row} row */
function setFoot(foot, row) {
  const words = [
    ["", row.running === null ? "" : `${rulesText(row)} rules`],
    ["failing", row.running !== null && row.failing ? `${row.failing} failing` : ""],
    ["", row.records === null ? "" : format.rate(row.records)],
    ["", row.version],
  ].filter(([, word]) => word);
  if (foot.textContent === words.map(([, word]) => word).join(" · ")) return;
  foot.replaceChildren(...words.flatMap(([name, word], index) => [index ? " · " : "", el("span", name, word ?? "")]));
}
