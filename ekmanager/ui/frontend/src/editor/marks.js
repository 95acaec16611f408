/** Marks at places in the text: those that Python gives, and what is wrong with a text that is not JSON. */
import { forEachDiagnostic, forceLinting, lintGutter, linter } from "@codemirror/lint";
import { StateEffect, StateField } from "@codemirror/state";
import { problem } from "./json.js";

/**
 * @typedef {"error" | "warning" | "info"} Level
 * @typedef {[line: number, column: number, message: string, level: Level]} Mark line and column count from 1; column 0: the line
 * @typedef {import("@codemirror/lint").Diagnostic} Diagnostic
 */

/** How long a text rests before it is looked at, in ms. */
const REST = 400;

/**
 * Where a mark stands: from its column, which counts characters, to the end of the word there.
 * @param {import("@codemirror/state").Text} doc @param {Mark} mark @returns {Diagnostic}
 */
export function diagnostic(doc, [number, column, message, severity]) {
  const line = doc.line(Math.min(Math.max(1, number), doc.lines));
  if (column < 1) return { from: line.from, to: line.to, message, severity };
  const skipped = [...line.text].slice(0, column - 1).join("").length;
  const start = Math.min(skipped, Math.max(0, line.length - 1));
  const word = /^(?:`[^`]*`|[\w\u0080-\uffff]+|.)/u.exec(line.text.slice(start))?.[0] ?? "";
  return { from: line.from + start, to: line.from + start + word.length, message, severity };
}

/** @type {import("@codemirror/state").StateEffectType<readonly Mark[]>} */
const given = StateEffect.define();

/** The marks that Python gave, moved along with the text around them. @type {StateField<readonly Diagnostic[]>} */
const marked = StateField.define({
  create: () => /** @type {readonly Diagnostic[]} */ ([]),
  update(marks, transaction) {
    for (const effect of transaction.effects) {
      if (effect.is(given)) return effect.value.map((mark) => diagnostic(transaction.newDoc, mark));
    }
    if (!transaction.docChanged) return marks;
    const { changes } = transaction;
    return marks.map((mark) => {
      const from = changes.mapPos(mark.from, 1);
      return { ...mark, from, to: Math.max(from, changes.mapPos(mark.to, -1)) };
    });
  },
});

/** What keeps a text from being JSON, unless Python has marked that line. @param {import("@codemirror/view").EditorView} view @returns {Diagnostic[]} */
function jsonProblems({ state }) {
  const { doc } = state;
  const found = problem(doc.toString());
  const line = found && doc.lineAt(found.from).number;
  if (found === null || state.field(marked).some(({ from }) => doc.lineAt(from).number === line)) return [];
  return [{ ...found, severity: "error" }];
}

/** @param {boolean} json */
export function marks(json) {
  return [
    marked,
    linter((view) => [...view.state.field(marked), ...(json && view.state.doc.length ? jsonProblems(view) : [])], {
      delay: REST,
      needsRefresh: ({ transactions }) => transactions.some(({ effects }) => effects.some((effect) => effect.is(given))),
    }),
    lintGutter({ hoverTime: 150 }),
  ];
}

/** @param {import("@codemirror/view").EditorView} view @param {readonly Mark[]} now */
export function setMarks(view, now) {
  view.dispatch({ effects: given.of(now) });
  forceLinting(view);
}

/** The worst of what is marked, the first of those. @param {import("@codemirror/state").EditorState} state @returns {{count: number, worst: Diagnostic | null}} */
export function summary(state) {
  const rank = { error: 3, warning: 2, info: 1, hint: 0 };
  /** @type {Diagnostic | null} */
  let worst = null;
  let count = 0;
  forEachDiagnostic(state, (one, from, to) => {
    count += 1;
    if (worst === null || rank[one.severity] > rank[worst.severity]) worst = { ...one, from, to };
  });
  return { count, worst };
}
