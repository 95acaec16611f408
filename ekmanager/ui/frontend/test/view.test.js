import assert from "node:assert/strict";
import { test } from "node:test";
import { counts, filtered, isFiltered, keepOrder, sorted } from "../src/fleet/view.js";
import { row, VIEW } from "./fixture.js";

const ids = (rows) => rows.map(({ id }) => id).join(" ");

test("names sort as people count", () => {
  const rows = ["gw-10", "gw-2", "Gw-1"].map((name) => row({ id: name, name }));
  assert.equal(ids(sorted(rows, VIEW)), "Gw-1 gw-2 gw-10");
});

test("equal values stand in the order of their names, in both directions", () => {
  const rows = [row({ id: "b", name: "b", cpu: 5 }), row({ id: "c", name: "c", cpu: 9 }), row({ id: "a", name: "a", cpu: 5 })];
  assert.equal(ids(sorted(rows, { ...VIEW, sort: "cpu" })), "a b c");
  assert.equal(ids(sorted(rows, { ...VIEW, sort: "cpu", descending: true })), "c a b");
});

test("unknown values come last in both directions", () => {
  const rows = [row({ id: "x", latency: null }), row({ id: "y", latency: 1 }), row({ id: "z", latency: 2 })];
  assert.equal(ids(sorted(rows, { ...VIEW, sort: "latency" })), "y z x");
  assert.equal(ids(sorted(rows, { ...VIEW, sort: "latency", descending: true })), "z y x");
});

test("the worst status comes first, and checking is a status of its own", () => {
  const rows = [row({ id: "on" }), row({ id: "off", letter: "F" }), row({ id: "check", flags: 1 }), row({ id: "err", letter: "E" })];
  assert.equal(ids(sorted(rows, { ...VIEW, sort: "status" })), "off err check on");
});

test("failing rules count more than many rules", () => {
  const rows = [row({ id: "many", running: 900 }), row({ id: "bad", running: 1, failing: 1 }), row({ id: "none", running: null })];
  assert.equal(ids(sorted(rows, { ...VIEW, sort: "rules", descending: true })), "bad many none");
});

test("every word of the search must occur, in any field, in any case", () => {
  const rows = [row({ id: "a", name: "Plant 3", tags: ["line"] }), row({ id: "b", name: "Plant 4", tags: ["press"] })];
  assert.equal(ids(filtered(rows, { ...VIEW, search: " LINE  plant" })), "a");
  assert.equal(ids(filtered(rows, { ...VIEW, search: "line press" })), "");
});

test("statuses are alternatives, tags add up", () => {
  const rows = [
    row({ id: "a", tags: ["x", "y"] }), row({ id: "b", tags: ["x"], letter: "F" }), row({ id: "c", tags: ["x"], letter: "E" }),
  ];
  assert.equal(ids(filtered(rows, { ...VIEW, statuses: ["offline", "error"] })), "b c");
  assert.equal(ids(filtered(rows, { ...VIEW, tags: ["x", "y"] })), "a");
  assert.equal(ids(filtered(rows, { ...VIEW, where: ["server"] })), "");
});

test("a filter is counted without itself and with the others", () => {
  const rows = [row({ id: "a", tags: ["x"] }), row({ id: "b", letter: "F", tags: ["x"] }), row({ id: "c", letter: "F" })];
  const counted = counts(rows, { ...VIEW, statuses: ["online"], tags: ["x"] });
  assert.equal(counted.all, 2);
  assert.deepEqual([counted.statuses.get("online"), counted.statuses.get("offline"), counted.statuses.get("error")], [1, 1, 0]);
  assert.equal(counted.tags.get("x"), 1);
});

test("blank search filters nothing", () => {
  assert.equal(isFiltered({ ...VIEW, search: "  " }), false);
  assert.equal(isFiltered({ ...VIEW, tags: ["x"] }), true);
});

test("an order that was shown stays, whatever the figures do", () => {
  const rows = [row({ id: "a" }), row({ id: "b" }), row({ id: "c" })];
  assert.equal(ids(keepOrder(rows, ["c", "a", "b"])), "c a b");
});

test("a server that appears stands behind its neighbour, one that is gone leaves no gap", () => {
  const rows = [row({ id: "a" }), row({ id: "new" }), row({ id: "c" })];
  assert.equal(ids(keepOrder(rows, ["c", "b", "a"])), "c a new");
  assert.equal(ids(keepOrder([row({ id: "new" }), row({ id: "a" })], ["a"])), "new a");
});
