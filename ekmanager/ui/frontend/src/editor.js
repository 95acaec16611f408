/**
 * The editor for SQL and JSON.
 *
 * Python hands over a text together with its revision, and the text stays as it was then: what stands here afterwards
 * is only ever reported, so that no run of the page can overwrite what is being typed. A new revision replaces it.
 */
import { acceptCompletion } from "@codemirror/autocomplete";
import { indentLess, insertTab } from "@codemirror/commands";
import { json } from "@codemirror/lang-json";
import { LanguageSupport, syntaxHighlighting } from "@codemirror/language";
import { Compartment, EditorState, Prec } from "@codemirror/state";
import { EditorView, keymap, tooltips } from "@codemirror/view";
import { basicSetup } from "codemirror";
import { el, followTheme, setAttribute, setText, show, style } from "./dom.js";
import { completion } from "./editor/completion.js";
import { dialect, isAboutStreams } from "./editor/dialect.js";
import { COLOURS } from "./editor/highlight.js";
import { marks, setMarks, summary } from "./editor/marks.js";
import { reporting } from "./editor/reporting.js";
import baseStyles from "./styles/base.css";
import editorStyles from "./styles/editor.css";

/**
 * @typedef {{epoch: string, revision: number, text: string, edited: boolean, language: "sql" | "json", names: string,
 *   marks: string, height: number, readOnly: boolean, label: string, showLabel: boolean}} Data
 * @typedef {import("./component").Component<Data>} Mounted
 * @typedef {import("@codemirror/state").Text} Text
 */

const LEAVE = "Esc, then Tab leaves the editor";

/** How many texts of editors that are out of sight are kept. */
const PARKED = 20;

/**
 * What stood in editors that were taken off the page, by epoch and revision: a page that is left and opened again
 * shows what was typed, and its cursor.
 * @type {Map<string, EditorState>}
 */
const parked = new Map();

/** @param {Data} data */
const place = ({ epoch, revision }) => `${epoch}/${revision}`;

class Editor {
  /** @type {Mounted} */
  #component;
  #label = el("div", "label");
  #frame = el("div", "frame");
  #position = el("span", "position");
  #problem = el("button", "problem");
  #hint = el("span", "hint", LEAVE);
  #root = el("div", "editor");
  #language = new Compartment();
  #writable = new Compartment();
  #named = new Compartment();
  #theme = new Compartment();
  /** @type {Partial<Data>} what is applied */
  #applied = {};
  #aboutStreams = false;
  #leaving = false;
  #replacing = false;
  /** @type {EditorView} */
  #view;
  /** @type {ReturnType<typeof reporting<Text>>} */
  #reports;

  /** @param {Mounted} component */
  constructor(component) {
    this.#component = component;
    const { parentElement: root, data } = component;
    style(root, baseStyles, editorStyles);
    this.#problem.type = "button";
    this.#problem.addEventListener("click", () => this.#visit());
    const status = el("div", "status", this.#problem);
    status.setAttribute("role", "status");
    this.#hint.id = "leave";
    this.#root.append(this.#label, this.#frame, el("div", "footer", status, this.#hint, this.#position));
    root.append(this.#root);
    const kept = parked.get(place(data));
    this.#view = new EditorView({ parent: this.#frame, root, state: this.#state(data, kept) });
    this.#reports = reporting(
      () => this.#view.state.doc,
      (a, b) => a.eq(b),
      (text) => this.#send("typed", text),
    );
    if (!kept && data.edited) this.#send("lost", null);
    this.#root.addEventListener("keydown", (event) => this.#key(event));
    this.#view.contentDOM.addEventListener("blur", () => this.#reports.now());
    this.#view.contentDOM.addEventListener("focus", () => this.#leave(false));
    this.#footer();
  }

  /** @param {Data} data @param {EditorState} [kept] */
  #state(data, kept) {
    this.#applied = { epoch: data.epoch, revision: data.revision, text: data.text };
    const submit = () => this.#submit();
    return EditorState.create({
      doc: kept?.doc ?? data.text,
      selection: kept?.selection,
      extensions: [
        Prec.highest(
          keymap.of([
            { key: "Mod-Enter", run: submit },
            { key: "Ctrl-Enter", run: submit },
            { key: "Tab", run: (view) => acceptCompletion(view) || (!view.state.readOnly && insertTab(view)), shift: indentLess },
          ]),
        ),
        basicSetup,
        EditorView.lineWrapping,
        syntaxHighlighting(COLOURS),
        tooltips({ position: "fixed" }),
        this.#language.of([]),
        this.#writable.of([]),
        this.#named.of([]),
        this.#theme.of([]),
        marks(data.language === "json"),
        EditorView.updateListener.of((update) => {
          if (update.docChanged && !this.#replacing) this.#typed();
          this.#footer();
        }),
      ],
    });
  }

  /** @param {Mounted} component */
  update(component) {
    this.#component = component;
    const { data } = component;
    followTheme(component.parentElement);
    this.#replace(data);
    const dark = component.parentElement.host.getAttribute("data-theme") === "dark";
    this.#set(this.#theme, "theme", dark, () => EditorView.darkTheme.of(dark));
    this.#set(this.#writable, "readOnly", data.readOnly, () => [
      EditorState.readOnly.of(data.readOnly),
      EditorView.contentAttributes.of({ "aria-readonly": String(data.readOnly) }),
    ]);
    this.#set(this.#named, "label", data.label, () =>
      EditorView.contentAttributes.of({ "aria-label": data.label, "aria-describedby": "leave" }),
    );
    this.#speak();
    if (data.marks !== this.#applied.marks) {
      this.#applied.marks = data.marks;
      setMarks(this.#view, JSON.parse(data.marks));
    }
    setText(this.#label, data.label);
    show(this.#label, data.showLabel);
    const height = `${data.height}px`;
    if (this.#frame.dataset.height !== height) {
      this.#frame.dataset.height = height;
      this.#frame.style.height = height;
    }
    this.#root.classList.toggle("is-read-only", data.readOnly);
  }

  /** Streamlit calls this when the element goes, and now and then when it stays. */
  destroy() {
    if (this.#component.parentElement.host.isConnected) return false;
    this.#reports.now();
    const at = `${this.#applied.epoch}/${this.#applied.revision}`;
    parked.delete(at);
    parked.set(at, this.#view.state);
    for (const [oldest] of parked) {
      if (parked.size <= PARKED) break;
      parked.delete(oldest);
    }
    this.#view.destroy();
    this.#root.remove();
    return true;
  }

  /** Takes the text of another revision. @param {Data} data */
  #replace({ epoch, revision, text }) {
    const applied = this.#applied;
    if (epoch === applied.epoch && revision <= (applied.revision ?? -1)) return;
    // The app was restarted: it offers what it offered before, and knows nothing of what was typed since.
    const resumed = epoch !== applied.epoch && text === applied.text;
    Object.assign(applied, { epoch, revision, text });
    const { state } = this.#view;
    const now = state.toText(text);
    if (resumed) {
      this.#reports.knows(now);
      this.#reports.soon();
      return;
    }
    if (!state.doc.eq(now)) {
      this.#replacing = true;
      this.#view.dispatch({ changes: { from: 0, to: state.doc.length, insert: now }, selection: { anchor: 0 }, scrollIntoView: true });
      this.#replacing = false;
    }
    this.#reports.settled();
  }

  /** @param {Compartment} part @param {string} name @param {unknown} value @param {() => import("@codemirror/state").Extension} extension */
  #set(part, name, value, extension) {
    const applied = /** @type {Record<string, unknown>} */ (this.#applied);
    if (applied[name] === value) return;
    applied[name] = value;
    this.#view.dispatch({ effects: part.reconfigure(extension()) });
  }

  /** Reads the text in its language, with the names that can be completed. */
  #speak() {
    const { language, names } = this.#component.data;
    this.#aboutStreams = isAboutStreams(this.#view.state.sliceDoc(0, 200));
    this.#set(this.#language, "names", `${language}${this.#aboutStreams}${names}`, () => {
      if (language === "json") return json();
      /** @type {import("./editor/completion.js").Names} */
      const known = JSON.parse(names);
      const words = dialect(this.#aboutStreams, known.functions.map(([name]) => name).join(" "));
      return new LanguageSupport(words.language, words.language.data.of({ autocomplete: completion(known) }));
    });
  }

  #typed() {
    this.#reports.soon();
    // Not from within an update, which this would change.
    if (isAboutStreams(this.#view.state.sliceDoc(0, 200)) !== this.#aboutStreams) queueMicrotask(() => this.#speak());
  }

  #submit() {
    this.#reports.settled();
    this.#send("submit", this.#view.state.doc);
    return true;
  }

  /** @param {"typed" | "submit" | "lost"} event @param {Text | null} text */
  #send(event, text) {
    const { epoch, revision } = this.#applied;
    this.#component.setTriggerValue(event, { epoch, revision, text: text === null ? null : text.toString() });
  }

  /** Keys stay here: the page has shortcuts of its own. The first Escape frees Tab, the second is the page's. @param {KeyboardEvent} event */
  #key(event) {
    if (event.key === "Tab") return;
    if (event.key !== "Escape") {
      event.stopPropagation();
      if (!["Shift", "Control", "Alt", "Meta"].includes(event.key)) this.#leave(false);
    } else if (event.defaultPrevented) {
      event.stopPropagation();
    } else if (!this.#leaving) {
      event.stopPropagation();
      this.#leave(true);
    }
  }

  /** @param {boolean} leaving */
  #leave(leaving) {
    if (leaving === this.#leaving) return;
    this.#leaving = leaving;
    this.#view.setTabFocusMode(leaving);
    setText(this.#hint, leaving ? "Tab leaves the editor" : LEAVE);
  }

  #footer() {
    const { state } = this.#view;
    const { head } = state.selection.main;
    const line = state.doc.lineAt(head);
    const before = line.text.slice(0, head - line.from);
    // Columns count characters, also those that take two places.
    const column = before.length - (before.match(/[\ud800-\udbff]/g)?.length ?? 0) + 1;
    setText(this.#position, `Line ${line.number}, column ${column}`);
    const { count, worst } = summary(state);
    show(this.#problem, worst !== null);
    if (worst === null) return;
    const at = state.doc.lineAt(worst.from).number;
    setText(this.#problem, `Line ${at}: ${worst.message.replace(/\s+/g, " ")}${count > 1 ? ` (1 of ${count})` : ""}`);
    setAttribute(this.#problem, "title", worst.message);
    setAttribute(this.#problem, "data-level", worst.severity);
  }

  /** Goes to the worst mark. */
  #visit() {
    const { worst } = summary(this.#view.state);
    if (worst === null) return;
    this.#view.dispatch({ selection: { anchor: worst.from, head: worst.to }, scrollIntoView: true });
    this.#view.focus();
  }
}

/** @type {WeakMap<ShadowRoot, Editor>} */
const editors = new WeakMap();

/** @param {Mounted} component */
export default function editor(component) {
  const root = component.parentElement;
  const shown = editors.get(root) ?? new Editor(component);
  editors.set(root, shown);
  shown.update(component);
  return () => {
    if (shown.destroy()) editors.delete(root);
  };
}
