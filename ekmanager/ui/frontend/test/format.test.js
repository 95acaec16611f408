import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import * as format from "../src/format.js";

process.env.TZ = "UTC";
const cases = JSON.parse(readFileSync(new URL("format-cases.json", import.meta.url), "utf8"));

for (const [name, rows] of Object.entries(cases)) {
  test(`${name} reads as in Python`, () => {
    for (const [given, expected] of rows) assert.equal(format[name](...given), expected, `${name}(${given})`);
  });
}

test("what is not a number is not known", () => {
  for (const name of Object.keys(cases)) {
    for (const value of [undefined, Number.NaN, Number.POSITIVE_INFINITY]) assert.equal(format[name](value, 1), "–", name);
  }
});
