import { COLUMNS, unpack } from "../src/rules/rows.js";

/** A packed rule with these values, the others as of one that runs well. */
export function packed(values = {}) {
  const plain = {
    id: "a", name: "", letter: "R", words: "running", reason: "", tags: [], version: "", trace: 0, streams: [], in: 1, out: 1,
    over: 2, latency: 5, exceptions: 0, lastException: "", lastExceptionAt: null, cpu: null, concern: null, concernText: "",
  };
  const all = { ...plain, ...values };
  return COLUMNS.map((name) => all[name]);
}

export const row = (values) => unpack(packed(values));

export const VIEW = {
  text: "", states: [], tags: [], streams: [], sort: "attention", descending: false, columns: [], onlyAttention: false,
};
