/** What can be done with a rule, and with several. */
import { count } from "../format.js";

/** @typedef {import("../menu.js").MenuItem} MenuItem */

/** States in which the server would do nothing, or harm, when asked to start or to stop. */
const UP = new Set(["running", "starting"]);
const DOWN = new Set(["stopped", "failed", "stopping"]);

/**
 * @param {import("./rows.js").Row} row @param {{canEdit: boolean, pending: boolean}} may
 * @returns {MenuItem[]}
 */
export function menuOf(row, { canEdit, pending }) {
  const open = { label: "Open", act: "open" };
  const keep = { label: "Export", act: "export" };
  if (!canEdit) return [open, keep];
  const run = [
    ...(UP.has(row.state) ? [] : [{ label: "Start", act: "start" }]),
    ...(DOWN.has(row.state) ? [] : [{ label: "Stop", act: "stop" }]),
    ...(UP.has(row.state) ? [{ label: "Restart", act: "restart" }] : []),
  ];
  return [
    open,
    ...(pending ? [] : run),
    { label: "Duplicate", act: "duplicate" },
    keep,
    { label: "Set tags", act: "tags" },
    { label: "Delete", act: "delete", danger: true, apart: true },
  ];
}

/** @param {number} selected @param {boolean} canEdit @returns {MenuItem[]} */
export function bulkOf(selected, canEdit) {
  const keep = { label: "Export", act: "export" };
  if (!canEdit) return [keep];
  return [
    { label: "Start", act: "start" },
    { label: "Stop", act: "stop" },
    { label: "Restart", act: "restart" },
    { label: "Set tags", act: "tags" },
    keep,
    { label: `Delete ${count(selected)} rule${selected === 1 ? "" : "s"}`, act: "delete", danger: true },
  ];
}
