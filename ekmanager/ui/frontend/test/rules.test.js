import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { menuOf, bulkOf } from "../src/rules/acts.js";
import { fit, wanted } from "../src/rules/columns.js";
import { RowStore, storeOf, unpack } from "../src/rules/rows.js";
import { LOOKS } from "../src/rules/state.js";
import { counts, filtered, isFiltered, NO_FILTER, sorted } from "../src/rules/view.js";
import { packed, row, VIEW } from "./rules-fixture.js";

const ids = (rows) => rows.map(({ id }) => id).join(" ");
const acts = (items) => items.map(({ act }) => act).join(" ");
const change = (base, serial, rows, gone = [], epoch = "e") =>
  JSON.stringify({ epoch, base, serial, rows: rows.map((values) => packed(values)), gone });

test("a rule that Python packed is read back", () => {
  const rule = unpack(JSON.parse(readFileSync(new URL("packed-rule.json", import.meta.url), "utf8")));
  assert.deepEqual([rule.id, rule.name, rule.state, rule.shown, rule.trace], ["hot_parts", "Hot parts", "running", "exceptions", true]);
  assert.deepEqual([rule.in, rule.out, rule.over, rule.latency, rule.cpu], [12300, 0.25, 2, 1.23, 12]);
  assert.deepEqual([rule.exceptions, rule.error, rule.lastExceptionAt], [40, "no such host", 1700000000]);
  assert.match(rule.text, /^hot_parts\nhot parts\nline\npress\nno such host\n40 exceptions/);
});

test("a rule that runs with a concern does not look like one that runs well", () => {
  for (const concern of ["exceptions", "silent", "disconnected"]) {
    const { shown } = row({ concern });
    assert.equal(shown, concern);
    assert.notEqual(LOOKS[shown].note, "");
    assert.notEqual(LOOKS[shown].path, LOOKS.running.path);
  }
  assert.equal(row({ letter: "F", concern: "failed" }).shown, "failed");
  assert.equal(row({ letter: "?" }).shown, "unknown");
});

test("why a rule failed counts more than its last exception", () => {
  assert.equal(row({ letter: "F", reason: "no broker", lastException: "old" }).error, "no broker");
  assert.equal(row({ letter: "F", lastException: "old" }).error, "old");
  assert.equal(row({ letter: "S", reason: "canceled manually" }).error, "");
});

test("what needs attention comes first, the worst of it at the top, the rest by id as people count", () => {
  const store = new RowStore();
  store.take(change(null, 1, [
    { id: "r10" }, { id: "r2" }, { id: "quiet", concern: "silent" }, { id: "R1" }, { id: "z", letter: "F", concern: "failed" },
    { id: "lost", concern: "disconnected" }, { id: "err", concern: "exceptions" }, { id: "b", letter: "F" },
  ]));
  assert.equal(ids(sorted(store.inOrder, VIEW)), "b z err lost quiet R1 r2 r10");
  assert.equal(ids(sorted(store.inOrder, { ...VIEW, sort: "id", descending: true })), "z r10 r2 R1 quiet lost err b");
});

test("unknown figures come last in both directions, equals by id", () => {
  const rows = [row({ id: "a", in: null }), row({ id: "b", in: 2 }), row({ id: "c", in: 2 }), row({ id: "d", in: 9 })];
  assert.equal(ids(sorted(rows, { ...VIEW, sort: "in" })), "b c d a");
  assert.equal(ids(sorted(rows, { ...VIEW, sort: "in", descending: true })), "d b c a");
  assert.equal(ids(sorted(rows, { ...VIEW, sort: "no such" })), "a b c d");
});

test("text finds id, name, tags and errors; states and streams are alternatives, tags add up", () => {
  const rows = [
    row({ id: "a", name: "Hot", tags: ["x", "y"], streams: ["s"] }),
    row({ id: "b", letter: "S", tags: ["x"], streams: ["s", "t"] }),
    row({ id: "c", letter: "F", reason: "No broker", tags: ["x"], streams: ["u"] }),
  ];
  assert.equal(ids(filtered(rows, { ...VIEW, text: " HOT y" })), "a");
  assert.equal(ids(filtered(rows, { ...VIEW, text: "broker" })), "c");
  assert.equal(ids(filtered(rows, { ...VIEW, states: ["failed", "stopped"] })), "b c");
  assert.equal(ids(filtered(rows, { ...VIEW, tags: ["x", "y"] })), "a");
  assert.equal(ids(filtered(rows, { ...VIEW, streams: ["t", "u"] })), "b c");
  assert.equal(ids(filtered(rows, { ...VIEW, onlyAttention: true })), "c");
  assert.ok(isFiltered({ ...VIEW, onlyAttention: true }));
  assert.ok(!isFiltered({ ...VIEW, text: "x", onlyAttention: true, ...NO_FILTER }));
});

test("the chips of the states are counted without themselves and with the other filters", () => {
  const rows = [
    row({ id: "a", tags: ["x"], concern: "silent" }), row({ id: "b", letter: "F", tags: ["x"], streams: ["s"] }), row({ id: "c", letter: "F" }),
  ];
  const counted = counts(rows, { ...VIEW, states: ["running"], onlyAttention: true, tags: ["x"] });
  assert.deepEqual([counted.all, counted.attention, counted.states.get("failed"), counted.states.get("running")], [2, 2, 1, 1]);
  assert.deepEqual([...counted.tags, ...counted.streams], [["x", 1], ["s", 0]]);
});

test("all rows come once, then those that changed", () => {
  const store = new RowStore();
  assert.ok(store.take(change(null, 4, [{ id: "b" }, { id: "a" }, { id: "c" }])));
  const [a, b] = store.inOrder;
  assert.ok(store.take(change(4, 5, [{ id: "b", in: 9 }, { id: "a2" }], ["c"])));
  assert.equal(ids(store.inOrder), "a a2 b");
  assert.equal(store.rows.get("a"), a);
  assert.notEqual(store.rows.get("b"), b);
  assert.equal(store.inOrder[2].in, 9);
});

test("a change that begins before what is there is taken, as after a message that got lost", () => {
  const store = new RowStore();
  store.take(change(null, 4, [{ id: "a" }]));
  assert.ok(store.take(change(4, 6, [{ id: "a", in: 6 }])));
  assert.ok(store.take(change(4, 7, [{ id: "a", in: 7 }])));
  assert.equal(store.rows.get("a").in, 7);
});

test("an old message that is drawn again does not undo a newer one", () => {
  const store = new RowStore();
  store.take(change(null, 4, [{ id: "a", in: 4 }]));
  store.take(change(4, 5, [{ id: "a", in: 5 }]));
  assert.ok(store.take(change(null, 4, [{ id: "a", in: 4 }])));
  assert.equal(store.rows.get("a").in, 5);
});

test("a change on rows that are not here is not taken", () => {
  const store = new RowStore();
  assert.ok(!store.take(change(4, 5, [{ id: "a" }])));
  store.take(change(null, 4, [{ id: "a" }]));
  assert.ok(!store.take(change(5, 6, [{ id: "b" }])));
  assert.ok(!store.take(change(4, 6, [{ id: "b" }], [], "other")));
  assert.equal(ids(store.inOrder), "a");
  assert.ok(store.take(change(null, 1, [{ id: "z" }], [], "other")));
  assert.equal(ids(store.inOrder), "z");
});

test("the rows of the servers looked at last are kept", () => {
  const first = storeOf("1");
  for (const server of ["2", "3", "4"]) storeOf(server);
  assert.equal(storeOf("1"), first);
  for (const server of ["5", "6", "7", "8"]) storeOf(server);
  assert.notEqual(storeOf("1"), first);
});

test("usual columns are those with something to show, chosen ones come anyway", () => {
  const rows = [row({ id: "a" })];
  assert.equal(ids(wanted([], rows)), "id state in out latency exceptions");
  assert.equal(ids(wanted([], [row({ cpu: 1, tags: ["x"], streams: ["s"], concern: "silent", concernText: "No records." })])), "id state tags in out latency exceptions error cpu streams");
  assert.equal(ids(wanted(["trace", "cpu"], rows)), "id cpu trace");
});

test("columns give way to room, id and state stay", () => {
  const columns = wanted(["state", "tags", "in", "out", "latency", "exceptions", "error", "cpu", "streams", "version", "trace"], []);
  assert.equal(ids(fit(columns, 2000, false).dropped), "");
  assert.equal(ids(fit(columns, 650, false).shown), "id state in out latency exceptions");
  assert.equal(ids(fit(columns, 2000, true).shown), "id state");
});

test("the menu offers what fits the state", () => {
  const may = { canEdit: true, pending: false };
  assert.equal(acts(menuOf(row({}), may)), "open stop restart duplicate export tags delete");
  for (const letter of ["S", "F", "P"]) assert.equal(acts(menuOf(row({ letter }), may)), "open start duplicate export tags delete");
  for (const letter of ["W", "U"]) assert.equal(acts(menuOf(row({ letter }), may)), "open start stop duplicate export tags delete");
  assert.equal(acts(menuOf(row({}), { ...may, pending: true })), "open duplicate export tags delete");
  assert.equal(acts(menuOf(row({}), { ...may, canEdit: false })), "open export");
});

test("the button that deletes says how many", () => {
  assert.equal(bulkOf(1, true).at(-1).label, "Delete 1 rule");
  assert.equal(bulkOf(5000, true).at(-1).label, "Delete 5,000 rules");
  assert.equal(acts(bulkOf(3, false)), "export");
});
