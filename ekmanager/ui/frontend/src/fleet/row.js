/** One server as a row of the table. */
import { button, el, setAttribute, setText } from "../dom.js";
import { icon } from "../icons.js";
import { applyState, checkbox, gridcell, menuButton } from "../row.js";
import { beatsBar } from "./beats.js";

/**
 * @typedef {import("./rows.js").Row} Row
 * @typedef {import("./columns.js").Context} Context
 * @typedef {import("./columns.js").Column} Column
 * @typedef {import("../row.js").Item<Row, Context>} Item
 */

export const ACTIONS_WIDTH = 58;
export const NARROW_ACTIONS_WIDTH = 28;

/** With fewer columns there is no room for a sentence. */
const MIN_YIELDING = 3;

/** @param {Row} row */
export function isUnwell(row) {
  return Boolean(row.reason) && row.shown !== "online" && row.shown !== "unknown";
}

/** @param {Row} row why it is not well, and what to try */
export function whyText(row) {
  const ended = !row.reason || /[.!?…:]$/.test(row.reason);
  return [ended ? row.reason : `${row.reason}.`, row.hint].filter(Boolean).join(" ");
}

/**
 * @param {import("./columns.js").Fitted} fitted
 * @param {Context["mode"]} mode
 * @param {import("../tooltip.js").Tooltip} tip
 * @param {{select: boolean, act: boolean}} parts
 * @returns {Item}
 */
export function tableRow(fitted, mode, tip, parts) {
  const cells = fitted.shown.map((column) => ({ column, cell: column.build(tip) }));
  const line = el("div", "line");
  const node = el("div", "row", line);
  node.role = "row";
  const check = parts.select ? checkbox() : null;
  if (check) line.append(gridcell("select", check));

  let track = check ? 2 : 1;
  const yielding = fitted.shown.filter((column) => column.yields?.includes(mode));
  /** @type {[number, number] | null} */
  let span = null;
  for (const { column, cell } of cells) {
    const yields = yielding.length >= MIN_YIELDING && yielding.includes(column);
    const box = gridcell(`${column.align === "end" ? "end" : ""}${yields ? " yields" : ""}`, cell.node);
    box.dataset.column = column.id;
    box.style.gridColumn = String(track);
    if (yields) span = [span?.[0] ?? track, track + 1];
    line.append(box);
    track += 1;
  }
  const why = span ? gridcell("why") : null;
  if (why && span) {
    why.style.gridColumn = `${span[0]} / ${span[1]}`;
    line.append(why);
  }
  const actions = parts.act ? rowActions() : null;
  if (actions) line.append(gridcell("actions", actions));
  const more = fitted.second ? moreLine(fitted.dropped, tip) : null;
  if (more) node.append(more.node);

  return {
    node,
    set(row, context, state) {
      const unwell = isUnwell(row);
      line.classList.toggle("unwell", unwell && why !== null);
      for (const { cell } of cells) cell.set(row, context);
      if (why) {
        const text = unwell ? whyText(row) : "";
        setText(why, text);
        setAttribute(why, "title", text || null);
        setAttribute(why, "data-status", row.shown);
      }
      more?.set(row, context, unwell && why === null);
      applyState(node, check, spoken(row), state);
      setAttribute(node, "aria-rowindex", String(state.index + 2));
    },
  };
}

/** A server as rows and cards tell it to their elements. @param {Row} row */
export function spoken(row) {
  return { id: row.id, name: row.name, status: row.shown, spoken: row.shown };
}

export function rowActions() {
  const edit = button("icon-button", "Edit", icon("edit"));
  edit.dataset.act = "edit";
  return el("span", "buttons", edit, menuButton());
}

/** The second line of a narrow table: what had no room as a column. @param {Column[]} dropped @param {import("../tooltip.js").Tooltip} tip */
function moreLine(dropped, tip) {
  const bar = dropped.some((column) => column.id === "beats") ? beatsBar(tip) : null;
  const failing = dropped.some((column) => column.id === "rules") ? el("span", "failing") : null;
  const text = el("span", "facts-text");
  const line = el("span", "facts", ...(failing ? [failing] : []), text);
  const node = el("div", "more");
  node.setAttribute("role", "gridcell");
  if (bar) node.append(bar.node);
  node.append(line);
  const facts = dropped.flatMap((column) => column.fact ?? []);
  return {
    node,
    /** @param {Row} row @param {Context} context @param {boolean} tellWhy */
    set(row, context, tellWhy) {
      bar?.set(row);
      const words = facts.map((fact) => fact(row, context.now)).filter(Boolean).join(" · ");
      const value = tellWhy ? whyText(row) : words;
      setText(text, value);
      if (failing) setText(failing, row.failing && !tellWhy ? `${row.failing} failing · ` : "");
      setAttribute(line, "title", tellWhy ? value : null);
    },
  };
}
