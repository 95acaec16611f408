/** Our icons: strokes on a field of 16 by 16, in the colour of the text around them. */
import { svg } from "./dom.js";

const PATHS = {
  search: "M7 2.5a4.5 4.5 0 1 1 0 9 4.5 4.5 0 0 1 0-9ZM10.3 10.3l3.4 3.4",
  clear: "M4 4l8 8M12 4l-8 8",
  more: "M3.2 8h.01M8 8h.01M12.8 8h.01",
  edit: "M3 13l.6-2.8L10.8 3a1.3 1.3 0 0 1 1.9 0l.3.3a1.3 1.3 0 0 1 0 1.9L5.8 12.4 3 13Z",
  table: "M2.5 4h11M2.5 8h11M2.5 12h11",
  columns: "M2.5 3h11v10h-11zM6.2 3v10M9.8 3v10",
  cards: "M2.5 3h4.6v4.2H2.5zM8.9 3h4.6v4.2H8.9zM2.5 8.8h4.6V13H2.5zM8.9 8.8h4.6V13H8.9z",
  comfortable: "M2.5 4.2h11M2.5 11.8h11",
  compact: "M2.5 3h11M2.5 6.3h11M2.5 9.7h11M2.5 13h11",
  down: "M4 6.2 8 10l4-3.8",
  ascending: "M8 12.5v-9M4.5 7 8 3.5 11.5 7",
  descending: "M8 3.5v9M4.5 9 8 12.5 11.5 9",
  check: "M3.5 8.5l3 3 6-7",
  shared: "M5.8 7.4a2.2 2.2 0 1 0 0-4.4 2.2 2.2 0 0 0 0 4.4ZM1.8 13c0-2.2 1.8-3.6 4-3.6s4 1.4 4 3.6M10.6 3.2a2.1 2.1 0 0 1 0 4M11.8 9.6c1.5.4 2.5 1.6 2.5 3.4",
  private: "M4 7.2h8V13H4zM5.7 7.2V5a2.3 2.3 0 0 1 4.6 0v2.2",
};

/** @param {keyof typeof PATHS} name */
export function icon(name) {
  const node = svg("svg", { viewBox: "0 0 16 16", class: `icon icon-${name}`, "aria-hidden": "true" });
  node.append(svg("path", { d: PATHS[name] }));
  return node;
}

export function star() {
  const node = svg("svg", { viewBox: "0 0 16 16", class: "star", role: "img", "aria-label": "Default" });
  node.append(
    svg("path", { d: "M8 1.6l1.9 4.1 4.5.5-3.3 3 .9 4.4L8 11.4l-4 2.2.9-4.4-3.3-3 4.5-.5Z" }),
  );
  return node;
}
