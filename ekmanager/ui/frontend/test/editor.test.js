import assert from "node:assert/strict";
import { mock, test } from "node:test";
import { CompletionContext } from "@codemirror/autocomplete";
import { LanguageSupport, syntaxTree } from "@codemirror/language";
import { EditorState, Text } from "@codemirror/state";
import { completion, inUse } from "../src/editor/completion.js";
import { dialect, isAboutStreams, quoted } from "../src/editor/dialect.js";
import { problem } from "../src/editor/json.js";
import { diagnostic } from "../src/editor/marks.js";
import { REST, reporting } from "../src/editor/reporting.js";

const NAMES = {
  streams: { demo: ["device", "temperature", "from"], machines: ["device", "line"], "my stream": ["a b"] },
  functions: [["avg", "(column)", "The mean."], ["lag", "lag(expr, offset)", ""]],
};
const FUNCTIONS = "avg lag";

/** A state in which `|` was the cursor. */
function state(marked, aboutStreams = false) {
  const at = marked.indexOf("|");
  const language = new LanguageSupport(dialect(aboutStreams, FUNCTIONS).language);
  return { at, state: EditorState.create({ doc: marked.replace("|", ""), extensions: language }) };
}

/** What is offered there. */
function offered(marked, explicit = false) {
  const { at, state: now } = state(marked);
  return completion(NAMES)(new CompletionContext(now, at, explicit));
}

const labels = (result, type) => result.options.filter((option) => !type || option.type === type).map(({ label }) => label);

/** The kind of the token at the cursor. */
function kind(marked, aboutStreams = false) {
  const { at, state: now } = state(marked, aboutStreams);
  return syntaxTree(now).resolveInner(at, 1).name;
}

test("the words of eKuiper's SQL are told apart", () => {
  assert.equal(kind("SELECT a |INVISIBLE FROM demo"), "Keyword");
  assert.equal(kind("SELECT count(*) |FILTER (WHERE a > 1) FROM demo"), "Keyword");
  assert.equal(kind("SELECT * FROM demo GROUP BY |TumblingWindow(ss, 10)"), "Builtin");
  for (const name of ["HOPPINGWINDOW", "SLIDINGWINDOW", "SESSIONWINDOW", "COUNTWINDOW", "STATEWINDOW", "UNNEST", "avg"]) {
    assert.equal(kind(`SELECT |${name}(a) FROM demo`), "Builtin");
  }
  assert.equal(kind('SELECT |"a" FROM demo'), "String");
  assert.equal(kind("SELECT |'a\\'b' FROM demo"), "String");
  assert.equal(kind("SELECT |`from` FROM demo"), "QuotedIdentifier");
  assert.equal(kind("-- |SELECT"), "LineComment");
});

test("words of statements about streams are names in a rule", () => {
  assert.equal(kind("SELECT |timestamp, type FROM demo"), "Identifier");
  assert.equal(kind("CREATE |STREAM demo () WITH (TYPE='mqtt')", true), "Keyword");
  assert.equal(kind("CREATE STREAM demo (a |BIGINT) WITH (TYPE='mqtt')", true), "Type");
  assert.ok(isAboutStreams("  create table x ()"));
  assert.ok(!isAboutStreams("SELECT * FROM created"));
});

test("names that SQL could not read otherwise are quoted", () => {
  assert.deepEqual(["temperature", "from", "a b", "1a", "温度"].map(quoted), ["temperature", "`from`", "`a b`", "`1a`", "`温度`"]);
});

test("a stream's fields follow its name, or what it is called", () => {
  assert.deepEqual(labels(offered("SELECT demo.| FROM demo")), ["device", "temperature", "from"]);
  assert.deepEqual(labels(offered("SELECT d.te| FROM demo AS d")), ["device", "temperature", "from"]);
  assert.deepEqual(labels(offered("SELECT m.| FROM demo JOIN machines m ON 1")), ["device", "line"]);
  assert.equal(offered("SELECT d.| FROM demo d").options[2].apply, "`from`");
  assert.deepEqual(labels(offered("SELECT `my stream`.| FROM demo")), ["a b"]);
});

test("nothing is offered after an unknown name, in a number, in a text or in a comment", () => {
  for (const text of ["SELECT other.| FROM demo", "SELECT 1.| FROM demo", "SELECT 1| FROM demo", 'SELECT "de|" FROM demo', "-- de|"]) {
    assert.equal(offered(text, true), null, text);
  }
});

test("without a stream's name the fields of the streams in use are offered", () => {
  assert.deepEqual(labels(offered("SELECT t| FROM demo"), "property"), ["device", "temperature", "from"]);
  assert.deepEqual(labels(offered("SELECT t|"), "property"), ["device", "temperature", "from", "line", "a b"]);
});

test("a field of two joined streams is offered with the name of each", () => {
  const found = labels(offered("SELECT d| FROM demo INNER JOIN machines AS m ON 1"), "property");
  assert.deepEqual(found, ["demo.device", "m.device", "temperature", "from", "line"]);
});

test("after FROM and JOIN only streams and tables are offered", () => {
  assert.deepEqual(labels(offered("SELECT * FROM |")), ["demo", "machines", "my stream"]);
  assert.deepEqual(labels(offered("SELECT * FROM demo INNER JOIN ma|")), ["demo", "machines", "my stream"]);
});

test("functions are offered with parameters and what they do", () => {
  const found = offered("SELECT a| FROM demo").options.filter(({ type }) => type === "function");
  assert.deepEqual(found.slice(0, 2).map(({ label, detail, info }) => [label, detail, info]), [
    ["avg", "(column)", "The mean."],
    ["lag", "(expr, offset)", undefined],
  ]);
  assert.ok(found.some(({ label }) => label === "TUMBLINGWINDOW"));
});

test("what looks like a stream in a text or comment is none", () => {
  assert.deepEqual([...inUse("SELECT 'x FROM nowhere' /* FROM a */ FROM `my stream` AS s -- JOIN b\nJOIN demo ON 1 WHERE 1")], [
    ["s", "my stream"],
    ["demo", "demo"],
  ]);
  assert.deepEqual([...inUse("SELECT * FROM demo WHERE a")], [["demo", "demo"]]);
});

test("a mark stands under the word at its line and column", () => {
  const doc = Text.of(["SELECT avgg(a)", "FROM 🙂 demo", ""]);
  const under = (line, column) => {
    const { from, to } = diagnostic(doc, [line, column, "m", "error"]);
    return doc.sliceString(from, to);
  };
  assert.equal(under(1, 8), "avgg");
  assert.equal(under(2, 8), "demo");
  assert.equal(under(2, 0), "FROM 🙂 demo");
  assert.equal(under(1, 999), ")");
  assert.equal(under(99, 7), "");
});

test("JSON is taken as it is, line breaks in texts included", () => {
  for (const text of ['{}', '[]', ' {"a": [1, -2.5e3, true, null, "x\\u00e9\\n"], "b": {"c": {}}} ', '"a\nb"', "0"]) {
    assert.equal(problem(text), null, text);
  }
});

test("what is wrong with JSON is said at its place", () => {
  const cases = [
    ['{"a": tru}', "tru", /value/],
    ['{"a": 1 "b": 2}', '"b"', /comma or }/],
    ['{"a": 1,}', "}", /comma too many/],
    ['[1, 2', "2", /too early.*comma or \]/],
    ['{"a" 1}', "1", /:/],
    ['{} x', "x", /after the end/],
    ['{a: 1}', "a", /double quotes/],
    ['{"a": "b\\x"}', '"b\\x"}', /\\/],
    ['{"a": True}', "True", /small letters/],
    ["[01]", "01", /value/],
  ];
  for (const [text, part, message] of cases) {
    const found = problem(text);
    assert.ok(found, text);
    assert.equal(text.slice(found.from, found.to), part, text);
    assert.match(found.message, message, text);
  }
});

test("typing is reported when it rests, and at once when it is left", () => {
  mock.timers.enable({ apis: ["setTimeout"] });
  let text = "a";
  const sent = [];
  const reports = reporting(() => text, Object.is, (now) => sent.push(now));
  text = "ab";
  reports.soon();
  mock.timers.tick(REST - 1);
  text = "abc";
  reports.soon();
  mock.timers.tick(REST - 1);
  assert.deepEqual(sent, []);
  mock.timers.tick(1);
  assert.deepEqual(sent, ["abc"]);
  text = "abcd";
  reports.soon();
  reports.now();
  mock.timers.tick(REST);
  assert.deepEqual(sent, ["abc", "abcd"]);
  reports.now();
  assert.deepEqual(sent, ["abc", "abcd"]);
  mock.timers.reset();
});
