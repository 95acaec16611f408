/** The graph as Python hands it over, and what of it is drawn. */
import { rate } from "../format.js";

/**
 * @typedef {"source" | "op" | "sink"} Kind
 * @typedef {"ok" | "failing" | "disconnected" | "idle"} State
 * @typedef {{id: string, label: string, kind: Kind, state: State, caption: string}} Node
 * @typedef {{id: string, source: string, target: string, rate: number | null}} Edge
 */

/** @type {Record<State, {word: string, path: string}>} `path` is the mark on a field of 12 by 12 */
export const STATES = {
  ok: { word: "works", path: "M6 .8a5.2 5.2 0 1 1 0 10.4A5.2 5.2 0 0 1 6 .8Z" },
  failing: { word: "failing", path: "M2.5 1.5h7a1 1 0 0 1 1 1v7a1 1 0 0 1-1 1h-7a1 1 0 0 1-1-1v-7a1 1 0 0 1 1-1Z" },
  disconnected: { word: "disconnected", path: "M6 .9 11.7 11H.3Z" },
  idle: { word: "idle", path: "M6 .8a5.2 5.2 0 1 1 0 10.4A5.2 5.2 0 0 1 6 .8Zm0 1.8a3.4 3.4 0 1 0 0 6.8 3.4 3.4 0 0 0 0-6.8Z" },
};

/** @type {Record<Kind, string>} */
export const KINDS = { source: "source", op: "operator", sink: "sink" };

/** @param {string} graph JSON: nodes and edges, each a list in the order of `topology` in Python @returns {{nodes: Node[], edges: Edge[]}} */
export function read(graph) {
  /** @type {[[string, string, Kind, State, string][], [string, string, number | null][]]} */
  const [nodes, edges] = JSON.parse(graph);
  const known = new Set(nodes.map(([id]) => id));
  return {
    nodes: nodes.map(([id, label, kind, state, caption]) => ({ id, label, kind, state, caption })),
    edges: edges
      .filter(([source, target]) => known.has(source) && known.has(target))
      .map(([source, target, perSecond]) => ({ id: JSON.stringify([source, target]), source, target, rate: perSecond })),
  };
}

/** What decides where things stand: figures may change without moving anything. @param {{nodes: Node[], edges: Edge[]}} graph */
export function shape({ nodes, edges }) {
  return JSON.stringify([nodes.map(({ id, label, kind }) => [id, label, kind]), edges.map(({ id }) => id)]);
}

/** How wide an edge is drawn, in px: a tenfold rate is one and a half wider. @param {number | null} perSecond */
export function width(perSecond) {
  return perSecond === null || perSecond <= 0 ? 1.5 : Math.min(8, 2 + 1.5 * Math.max(0, Math.log10(perSecond)));
}

/** @param {number | null} perSecond */
export function edgeLabel(perSecond) {
  return perSecond === null ? "" : rate(perSecond);
}

/** Nodes in the order in which data passes them: along the edges, in the given order otherwise. @param {{nodes: Node[], edges: Edge[]}} graph */
export function dataflow({ nodes, edges }) {
  const open = new Map(nodes.map(({ id }) => [id, 0]));
  for (const { target } of edges) open.set(target, (open.get(target) ?? 0) + 1);
  const rest = [...nodes];
  /** @type {Node[]} */
  const order = [];
  while (rest.length) {
    // In a circle nothing is free: the first one goes then.
    const index = Math.max(0, rest.findIndex(({ id }) => open.get(id) === 0));
    const [node] = rest.splice(index, 1);
    if (!node) break;
    order.push(node);
    for (const { source, target } of edges) if (source === node.id) open.set(target, (open.get(target) ?? 0) - 1);
  }
  return order;
}

/** Whether, of nodes one above the other, most stand against their order. @param {{x: number, y: number}[]} places in the order of the nodes */
export function isUpsideDown(places) {
  const turns = places.flatMap((one, index) =>
    places.slice(index + 1).map((other) => (Math.abs(one.x - other.x) < 1 ? Math.sign(one.y - other.y) : 0)),
  );
  return turns.reduce((sum, turn) => sum + turn, 0) > 0;
}
