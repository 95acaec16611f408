/** What can be typed next: fields, streams and tables, functions, windows and the words of SQL. */
import { snippetCompletion } from "@codemirror/autocomplete";
import { syntaxTree } from "@codemirror/language";
import { RESERVED, WINDOWS, quoted } from "./dialect.js";

/**
 * @typedef {{streams: Record<string, string[]>, functions: [name: string, signature: string, doc: string][]}} Names
 * @typedef {import("@codemirror/autocomplete").Completion} Completion
 * @typedef {import("@codemirror/autocomplete").CompletionContext} Context
 */

/** How far from the cursor names are looked for: a text may be huge. */
const SIGHT = 20_000;

/** Order of the kinds of what can be typed, larger comes first. */
const FIRST = { field: 4, stream: 3, function: 2, window: 1, word: 0 };

const NAME = "(?:`[^`\n]*`|[A-Za-z_]\\w*)";
// Looks ahead for what a stream is called: that may as well be the JOIN after it.
const IN_USE = new RegExp(`\\b(?:FROM|JOIN)\\s+(${NAME})(?=(?:\\s+(?:AS\\s+)?(${NAME}))?)`, "gi");
const AFTER_DOT = new RegExp(`(${NAME})\\.(\`?\\w*)$`);
const NUMBER = /(?:^|[^\w`])\d[\w.]*$/;
const AFTER_FROM = /\b(?:FROM|JOIN)\s+`?\w*$/i;
const SILENT = new Set(["String", "LineComment", "BlockComment"]);
const reserved = new Set(RESERVED);

/** @param {string} name */
const bare = (name) => name.replaceAll("`", "");

/** The text with its strings and comments blanked, as long as before. @param {string} text */
export function blanked(text) {
  return text.replace(
    /--[^\n]*|\/\*[\s\S]*?(?:\*\/|$)|"(?:\\.|[^"\\\n])*"?|'(?:\\.|[^'\\\n])*'?/g,
    (part) => part.replace(/[^\n]/g, " "),
  );
}

/** The streams that a text reads, by the name by which it calls them. @param {string} text @returns {Map<string, string>} */
export function inUse(text) {
  /** @type {Map<string, string>} */
  const streams = new Map();
  for (const [, stream = "", alias] of blanked(text).matchAll(IN_USE)) {
    const called = alias !== undefined && !reserved.has(alias.toUpperCase()) ? alias : stream;
    streams.set(bare(called), bare(stream));
  }
  return streams;
}

/** A name to complete; backquotes come with it where it needs them, or where one was typed. @param {string} name @param {string} typed */
function apply(name, typed) {
  return typed.startsWith("`") ? `\`${name}\`` : quoted(name);
}

/** @param {Names} names @param {Map<string, string>} streams @param {string} typed @returns {Completion[]} */
function fields(names, streams, typed) {
  /** @type {[string, string][]} name by which a stream is called, and the stream */
  const known = [...streams].filter(([, stream]) => Object.hasOwn(names.streams, stream));
  const shown = known.length ? known : Object.keys(names.streams).map((stream) => /** @type {[string, string]} */ ([stream, stream]));
  /** @type {Map<string, string[]>} */
  const owners = new Map();
  for (const [called, stream] of shown) {
    for (const field of names.streams[stream] ?? []) owners.set(field, [...(owners.get(field) ?? []), called]);
  }
  return [...owners].flatMap(([field, called]) =>
    // A field of several streams that are joined has to say whose it is.
    known.length > 1 && called.length > 1
      ? called.map((owner) => ({
          label: `${owner}.${field}`,
          apply: `${quoted(owner)}.${quoted(field)}`,
          type: "property",
          boost: FIRST.field,
        }))
      : [{ label: field, apply: apply(field, typed), detail: called.join(", "), type: "property", boost: FIRST.field }],
  );
}

/** @param {Names} names @param {string} typed @param {number} boost @returns {Completion[]} */
function streamNames(names, typed, boost) {
  return Object.entries(names.streams).map(([name, own]) => ({
    label: name,
    apply: apply(name, typed),
    detail: own.length ? `${own.length} ${own.length === 1 ? "field" : "fields"}` : "",
    type: "class",
    boost,
  }));
}

/**
 * Puts the cursor between the brackets, which are not written twice.
 * @param {import("@codemirror/view").EditorView} view @param {Completion} completion @param {number} from @param {number} to
 */
function call(view, { label }, from, to) {
  const open = view.state.sliceDoc(to, to + 1) === "(";
  view.dispatch({
    changes: { from, to, insert: open ? label : `${label}()` },
    selection: { anchor: from + label.length + 1 },
    userEvent: "input.complete",
  });
}

/** @param {Names} names @returns {Completion[]} */
function fixed(names) {
  const functions = names.functions.map(([label, detail, info]) => ({
    label,
    detail: detail.startsWith(label) ? detail.slice(label.length) : detail,
    info: info || undefined,
    type: "function",
    boost: FIRST.function,
    apply: call,
  }));
  const known = new Set(names.functions.map(([name]) => name.toUpperCase()));
  const windows = WINDOWS.filter(([name]) => !known.has(name)).map(([label, parameters, info]) =>
    snippetCompletion(`${label}(${parameters.replace(/\w+/g, "${$&}")})`, {
      label,
      detail: `(${parameters})`,
      info,
      type: "function",
      boost: FIRST.window,
    }),
  );
  const words = RESERVED.filter((word) => !known.has(word)).map((label) => ({ label, type: "keyword", boost: FIRST.word }));
  return [...functions, ...windows, ...words];
}

/**
 * What completes names in a rule's SQL.
 * @param {Names} names
 * @returns {import("@codemirror/autocomplete").CompletionSource}
 */
export function completion(names) {
  const always = fixed(names);
  return (context) => {
    const { state, pos } = context;
    if (SILENT.has(syntaxTree(state).resolveInner(pos, -1).name)) return null;
    const line = state.doc.lineAt(pos);
    const before = state.sliceDoc(Math.max(line.from, pos - 500), pos);
    const around = state.sliceDoc(Math.max(0, pos - SIGHT), pos + SIGHT);
    const dotted = AFTER_DOT.exec(before);
    if (dotted) {
      const [, called = "", typed = ""] = dotted;
      const stream = inUse(around).get(bare(called)) ?? bare(called);
      const own = Object.hasOwn(names.streams, stream) ? names.streams[stream] : undefined;
      if (!own) return null;
      return {
        from: pos - typed.length,
        options: own.map((label) => ({ label, apply: apply(label, typed), type: "property" })),
        validFor: /^`?\w*$/,
      };
    }
    const typed = /`?\w*$/.exec(before)?.[0] ?? "";
    if (NUMBER.test(before) || (!typed && !context.explicit && !/\b(?:FROM|JOIN)\s$/i.test(before))) return null;
    const from = pos - typed.length;
    if (AFTER_FROM.test(before)) return { from, options: streamNames(names, typed, FIRST.stream), validFor: /^`?\w*$/ };
    return {
      from,
      options: [...fields(names, inUse(around), typed), ...streamNames(names, typed, FIRST.stream), ...always],
      validFor: /^`?\w*$/,
    };
  };
}
