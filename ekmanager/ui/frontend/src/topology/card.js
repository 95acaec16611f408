/** The card of a node: an element over the canvas, so that it has the page's fonts and can be reached by keyboard. */
import { el, setAttribute, setText, svg } from "../dom.js";
import { KINDS, STATES } from "./model.js";

export const HEIGHT = 54;
const NARROWEST = 124;
const WIDEST = 210;
/** How much larger names are at most where all of a name should be seen. */
const FAR = 1.6;
/** Where a name can be broken. */
const BREAK = /(?<=[_.\-/])(?=.)/;

/** @type {CanvasRenderingContext2D | null} */
let pen = null;

/** How wide a card is, in px: as its name needs, also from far, whatever its figures. @param {string} label @param {string} font */
export function widthOf(label, font) {
  pen ??= el("canvas").getContext("2d");
  if (!pen) return WIDEST;
  pen.font = `600 13px ${font}`;
  const wide = (/** @type {string} */ text) => pen?.measureText(text).width ?? WIDEST;
  const far = Math.max(...label.split(BREAK).map(wide)) * FAR;
  return Math.round(Math.min(WIDEST, Math.max(NARROWEST, wide(label) + 62, far + 46)));
}

export class Card {
  #shape = svg("path", { "fill-rule": "evenodd" });
  #name = el("span", "name");
  #caption = el("span", "caption");
  node = el("div", "node");

  /** @param {string} id @param {number} width */
  constructor(id, width) {
    const mark = svg("svg", { viewBox: "0 0 12 12", class: "mark", "aria-hidden": "true" });
    mark.append(this.#shape);
    this.node.append(el("span", "line", mark, this.#name), this.#caption);
    this.node.dataset.id = id;
    this.node.style.width = `${width}px`;
    this.node.style.height = `${HEIGHT}px`;
    this.node.setAttribute("role", "option");
  }

  /** @param {import("./model.js").Node} now @param {boolean} selected @param {string} flows what it gets and gives */
  set({ label, kind, state, caption }, selected, flows) {
    const { word, path } = STATES[state];
    setAttribute(this.#shape, "d", path);
    setAttribute(this.node, "data-kind", kind);
    setAttribute(this.node, "data-state", state);
    // Names are broken where their words end.
    setText(this.#name, label.split(BREAK).join("\u200b"));
    setText(this.#caption, caption || KINDS[kind]);
    setAttribute(this.node, "aria-selected", String(selected));
    setAttribute(this.node, "aria-label", [label, KINDS[kind], word, caption, flows].filter(Boolean).join(", "));
  }

  /** @param {{x: number, y: number}} centre @param {number} width */
  place({ x, y }, width) {
    this.node.style.transform = `translate(${x - width / 2}px, ${y - HEIGHT / 2}px)`;
  }
}
