/** Where a text stops being JSON, and why: browsers say it each in their own way, and often without the place. */

const TOKEN = /[\s\ufeff]*(?:([{}[\],:])|("(?:[^"\\]|\\(?:["\\/bfnrt]|u[\da-f]{4}))*")|(-?(?:0|[1-9]\d*)(?:\.\d+)?(?:e[+-]?\d+)?\b|true\b|false\b|null\b))/giy;

/** @typedef {{from: number, to: number, message: string}} Problem */

/**
 * The first thing that is wrong, null when nothing is. Line breaks within strings are let pass, as whoever reads
 * the text lets them.
 * @param {string} text @returns {Problem | null}
 */
export function problem(text) {
  /** @type {("{" | "[")[]} what is open */
  const open = [];
  /** @type {"value" | "first value" | "first name" | "name" | "colon" | "next" | "end"} */
  let expected = "value";
  TOKEN.lastIndex = 0;
  for (;;) {
    const start = TOKEN.lastIndex;
    const match = TOKEN.exec(text);
    if (!match) return rest(text, start, expected, open.at(-1));
    const [, sign, string, plain] = match;
    const to = TOKEN.lastIndex;
    const from = to - (sign ?? string ?? plain ?? "").length;
    const inside = open.at(-1);
    const closes = (sign === "}" && inside === "{") || (sign === "]" && inside === "[");
    if (plain !== undefined && plain !== plain.toLowerCase() && /^[tfn]/i.test(plain)) {
      return { from, to, message: `Write ${plain.toLowerCase()} in small letters.` };
    }
    if (closes && (expected === "next" || expected === (sign === "}" ? "first name" : "first value"))) {
      open.pop();
      expected = open.length ? "next" : "end";
    } else if (expected === "next" && sign === ",") {
      expected = inside === "{" ? "name" : "value";
    } else if (expected === "colon" && sign === ":") {
      expected = "value";
    } else if ((expected === "name" || expected === "first name") && string) {
      expected = "colon";
    } else if (expected === "value" || expected === "first value") {
      if (sign === "{" || sign === "[") {
        open.push(sign);
        expected = sign === "{" ? "first name" : "first value";
      } else if (string !== undefined || plain !== undefined) {
        expected = open.length ? "next" : "end";
      } else return { from, to, message: wanted(expected, inside) };
    } else return { from, to, message: wanted(expected, inside) };
  }
}

/** What follows the last part that could be read. @param {string} text @param {number} start @param {string} expected @param {"{" | "[" | undefined} inside @returns {Problem | null} */
function rest(text, start, expected, inside) {
  const from = start + (/^[\s\ufeff]*/.exec(text.slice(start))?.[0].length ?? 0);
  if (from >= text.length) {
    if (expected === "end") return null;
    return { from: Math.max(0, text.trimEnd().length - 1), to: text.trimEnd().length, message: `The text ends too early. ${wanted(expected, inside)}` };
  }
  const word = /^(?:[\w.+-]+|.)/su.exec(text.slice(from, from + 200))?.[0] ?? "";
  if (word !== '"') return { from, to: from + word.length, message: wanted(expected, inside) };
  const line = text.indexOf("\n", from);
  return { from, to: line < 0 ? text.length : line, message: "This text is not closed, or has a \\ that means nothing: write \\\\ for the sign itself." };
}

/** @param {string} expected @param {"{" | "[" | undefined} inside */
function wanted(expected, inside) {
  if (expected === "colon") return "A : is missing after the name.";
  if (expected === "end") return "Something follows after the end.";
  if (expected === "next") return inside === "{" ? "A comma or } is missing." : "A comma or ] is missing.";
  if (expected === "name") return "A name in double quotes is expected: there is a comma too many, or the quotes are missing.";
  if (expected === "first name") return "A name in double quotes or } is expected.";
  return "A value is expected: an object, a list, a text in double quotes, a number, true, false or null.";
}
