/** A button that opens a list of things to tick. */
import { el, setText, show } from "./dom.js";
import { count } from "./format.js";
import { icon } from "./icons.js";
import { placeAt } from "./menu.js";

/** Lists that are longer than this get a box to search them. */
const LONG = 12;

export class Choices {
  button = el("button", "control");
  #panel = el("div", "panel");
  #list = el("div", "panel-list");
  #find = el("input", "panel-find");
  #name;
  #toggled;
  /** @type {Map<string, {node: HTMLElement, input: HTMLInputElement, note: HTMLElement}>} */
  #rows = new Map();
  #label = "";

  /**
   * @param {ShadowRoot} root @param {string} name what is chosen from: Tags
   * @param {(value: string) => void} toggled @param {HTMLElement[]} foot what stands below the list
   */
  constructor(root, name, toggled, ...foot) {
    this.#name = name;
    this.#toggled = toggled;
    this.button.type = "button";
    this.#panel.popover = "auto";
    this.#panel.setAttribute("role", "group");
    this.#panel.setAttribute("aria-label", name);
    this.#find.type = "search";
    this.#find.placeholder = `Find in ${name.toLowerCase()}`;
    this.#find.setAttribute("aria-label", this.#find.placeholder);
    this.#find.addEventListener("input", () => this.#narrow());
    this.#panel.append(this.#find, this.#list, ...foot);
    root.append(this.#panel);
    this.button.popoverTargetElement = this.#panel;
    this.#panel.addEventListener("toggle", () => {
      if (this.#panel.matches(":popover-open")) placeAt(this.#panel, this.button, "start");
    });
  }

  /**
   * @param {Map<string, {label?: string, note: number | string}>} options by value
   * @param {string[]} chosen the button names them, those that are no option any more are listed too
   * @param {boolean} [named] whether the button names what is chosen
   */
  set(options, chosen, named = true) {
    const all = new Map(options);
    for (const value of chosen) if (!all.has(value)) all.set(value, { note: 0 });
    show(this.button, all.size > 0);
    const label = named && chosen.length ? `${this.#name}: ${chosen.join(", ")}` : this.#name;
    if (this.#label !== label) {
      this.#label = label;
      this.button.replaceChildren(el("span", "control-text", label), icon("down"));
    }
    this.button.classList.toggle("is-on", named && chosen.length > 0);
    if ([...all.keys()].join("\n") !== [...this.#rows.keys()].join("\n")) {
      this.#rows = new Map([...all].map(([value, option]) => [value, this.#row(value, option.label)]));
      this.#list.replaceChildren(...[...this.#rows.values()].map(({ node }) => node));
      show(this.#find, all.size > LONG);
      this.#narrow();
    }
    for (const [value, row] of this.#rows) {
      row.input.checked = chosen.includes(value);
      const note = all.get(value)?.note ?? 0;
      setText(row.note, typeof note === "number" ? count(note) : note);
    }
  }

  #narrow() {
    const word = this.#find.hidden ? "" : this.#find.value.trim().toLowerCase();
    for (const [value, { node }] of this.#rows) show(node, value.toLowerCase().includes(word));
  }

  /** @param {string} value @param {string} [label] */
  #row(value, label = value) {
    const input = el("input", "check");
    input.type = "checkbox";
    input.addEventListener("change", () => this.#toggled(value));
    const note = el("span", "chip-count");
    return { node: el("label", "panel-row", input, el("span", "panel-text", label), note), input, note };
  }
}
