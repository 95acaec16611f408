import assert from "node:assert/strict";
import { test } from "node:test";
import { dataflow, edgeLabel, isUpsideDown, read, shape, width } from "../src/topology/model.js";

const node = (id, state = "ok", caption = "") => [id, id, "op", state, caption];
const graph = (nodes, edges) => read(JSON.stringify([nodes, edges]));

test("the graph is read in the order in which Python writes it", () => {
  const { nodes, edges } = graph([["a", "A", "source", "idle", "no records"], node("b")], [["a", "b", 2.5]]);
  assert.deepEqual(nodes[0], { id: "a", label: "A", kind: "source", state: "idle", caption: "no records" });
  assert.deepEqual([edges[0].source, edges[0].target, edges[0].rate], ["a", "b", 2.5]);
});

test("an edge to nowhere is not drawn", () => {
  assert.deepEqual(graph([node("a")], [["a", "gone", 1]]).edges, []);
});

test("figures do not move the graph, another shape does", () => {
  const one = shape(graph([node("a"), node("b")], [["a", "b", 1]]));
  assert.equal(one, shape(graph([node("a", "failing", "2 exceptions"), node("b")], [["a", "b", 99]])));
  assert.notEqual(one, shape(graph([node("a"), node("b")], [])));
  assert.notEqual(one, shape(graph([node("a"), node("c")], [["a", "c", 1]])));
});

test("nodes come in the order in which data passes them", () => {
  const ids = (nodes, edges) => dataflow(graph(nodes.map((id) => node(id)), edges)).map(({ id }) => id);
  assert.deepEqual(ids(["sink", "op", "source"], [["source", "op", null], ["op", "sink", null]]), ["source", "op", "sink"]);
  assert.deepEqual(ids(["a", "b"], [["a", "b", 1], ["b", "a", 1]]), ["a", "b"]);
  assert.deepEqual(ids(["b", "a"], []), ["b", "a"]);
});

test("an edge is the wider the more passes it, within bounds", () => {
  const widths = [null, 0, 1, 10, 1_000, 1e9].map(width);
  assert.deepEqual(widths, [1.5, 1.5, 2, 3.5, 6.5, 8]);
});

test("an unknown rate has no label, none passing has one", () => {
  assert.deepEqual([null, 0, 12_400].map(edgeLabel), ["", "0/s", "12.4 k/s"]);
});

test("the first of several sources stands on top", () => {
  const at = (...ys) => ys.map((y) => ({ x: 0, y }));
  assert.equal(isUpsideDown(at(0, 10, 20)), false);
  assert.equal(isUpsideDown(at(20, 10, 0)), true);
  assert.equal(isUpsideDown([{ x: 0, y: 20 }, { x: 9, y: 10 }]), false);
});
