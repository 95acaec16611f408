import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { decodeBeats, unpack } from "../src/fleet/rows.js";
import { channels } from "../src/dom.js";
import { found, unpack as unpackServer } from "../src/switcher.js";

const packed = JSON.parse(readFileSync(new URL("packed-row.json", import.meta.url), "utf8"));

test("a row that Python packed is read back", () => {
  const row = unpack(packed);
  assert.equal(row.id, "plant-3");
  assert.deepEqual([row.status, row.shown, row.isDefault, row.shared, row.demo], ["offline", "checking", true, true, true]);
  assert.deepEqual([row.running, row.stopped, row.failing, row.records], [12, 1, 2, 18.4]);
  assert.deepEqual([row.memoryUsed, row.memoryTotal, row.cpu, row.latency, row.uptime], [41, 25, 3.5, 8.25, 99.98]);
  assert.deepEqual([row.since, row.changedAt, row.serverUptime], [1000, 900, 3600]);
  assert.match(row.text, /plant 3\n.*\nline controller\n2\.4\.0\nline\npress$/);
});

test("heartbeats come back with times, statuses and latencies", () => {
  assert.deepEqual(decodeBeats(packed[11], packed[10]), [
    { at: 970, status: "online", latency: 12 },
    { at: 980, status: "error", latency: 1000 },
    { at: 990, status: "unauthorized", latency: 0 },
    { at: 1000, status: "offline", latency: null },
    { at: 1060, status: "unknown", latency: null },
  ]);
});

test("no heartbeat is no heartbeat", () => {
  assert.deepEqual(decodeBeats("", 0), []);
});

test("colours are read in the forms in which the theme may give them", () => {
  assert.deepEqual(channels("#fff"), [255, 255, 255]);
  assert.deepEqual(channels("#10151d"), [16, 21, 29]);
  assert.deepEqual(channels("rgb(1, 2, 3)"), [1, 2, 3]);
});

test("the switcher finds by name and address", () => {
  const servers = [unpackServer(["a", "Plant 3", "O", 4, "http://10.0.0.1:9081", ""]), unpackServer(["b", "Lab", "F", 1, "http://lab", "no"])];
  assert.deepEqual(found(servers, "10.0").map(({ id }) => id), ["a"]);
  assert.deepEqual(found(servers, "LAB").map(({ shown }) => shown), ["checking"]);
  assert.equal(found(servers, "").length, 2);
});
