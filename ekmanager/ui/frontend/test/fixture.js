import { COLUMNS, unpack } from "../src/fleet/rows.js";

/** A row with these values, the others as of a healthy private server. */
export function row(values = {}) {
  const plain = {
    id: "a", name: "a", url: "http://10.0.0.1:9081", description: "", tags: [], letter: "O", flags: 0, reason: "", hint: "",
    since: 0, beatsAt: 0, beats: "", latency: 5, uptime: 100, version: "2.4.0", cpu: 3, memoryUsed: 1, memoryTotal: 2,
    running: 1, stopped: 0, failing: 0, records: 1, changedAt: 0, serverUptime: 1,
  };
  const all = { ...plain, ...values };
  return unpack(COLUMNS.map((name) => all[name]));
}

export const VIEW = {
  search: "", statuses: [], tags: [], where: [], sort: "name", descending: false, layout: "table", density: "comfortable",
};
