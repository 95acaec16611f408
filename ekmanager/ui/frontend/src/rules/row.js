/** One rule as a row of the table. */
import { el, setAttribute } from "../dom.js";
import { applyState, checkbox, gridcell, menuButton } from "../row.js";
import { LOOKS } from "./state.js";

/**
 * @param {import("./columns.js").Column[]} columns
 * @returns {import("../row.js").Item<import("./rows.js").Row, import("./columns.js").Context>}
 */
export function tableRow(columns) {
  const cells = columns.map((column) => ({ column, cell: column.build() }));
  const check = checkbox();
  const line = el("div", "line", gridcell("select", check));
  for (const { column, cell } of cells) {
    const box = gridcell(column.align ?? "", cell.node);
    box.dataset.column = column.id;
    line.append(box);
  }
  line.append(gridcell("actions", el("span", "buttons", menuButton())));
  const node = el("div", "row", line);
  node.role = "row";
  return {
    node,
    set(row, context, state) {
      for (const { cell } of cells) cell.set(row, context);
      const waits = context.pending.get(row.id);
      const { word, note } = LOOKS[row.shown];
      const spoken = waits ?? [word.toLowerCase(), note].filter(Boolean).join(", ");
      applyState(node, check, { id: row.id, name: row.id, status: waits === undefined ? row.shown : "pending", spoken }, state);
      setAttribute(node, "aria-busy", waits === undefined ? null : "true");
      setAttribute(node, "aria-rowindex", String(state.index + 2));
    },
  };
}
