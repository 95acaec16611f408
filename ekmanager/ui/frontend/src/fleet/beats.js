/** The heartbeat bar: the last 30 checks, a bar each, told by colour and by shape, with a tooltip a check. */
import { el, setAttribute, svg } from "../dom.js";
import { latency, moment } from "../format.js";
import { mark, STATUS } from "../status.js";
import { decodeBeats } from "./rows.js";

const SLOTS = 30;
const SLOT = 5;
const HEIGHT = 20;

/**
 * The outline of one bar of some width, from its left edge: online is a short one, offline a tall one, error a broken
 * one, unauthorized a pointed one, unknown a stub.
 * @type {Record<string, (x: number, width: number) => string>}
 */
const SHAPES = {
  online: (x, width) => pill(x, 4, width, 12),
  offline: (x, width) => pill(x, 0, width, 20),
  error: (x, width) => pill(x, 0, width, 8.4) + pill(x, 11.6, width, 8.4),
  unauthorized: (x, width) => `M${x} 17.5V5L${x + width / 2} .5 ${x + width} 5V17.5Z`,
  unknown: (x, width) => pill(x, 8, width, 4),
};

/** @param {number} x @param {number} y @param {number} width @param {number} height */
function pill(x, y, width, height) {
  const half = width / 2;
  return `M${x} ${y + 1.2}q0-1.2 ${half}-1.2t${half} 1.2v${height - 2.4}q0 1.2-${half} 1.2t-${half}-1.2Z`;
}

/** @typedef {import("./rows.js").Beat} Beat */

/**
 * @param {import("../tooltip.js").Tooltip} tip
 * @param {number} thickness of a bar, of the 5 that it has room in
 * @returns {{node: HTMLElement, set: (row: import("./rows.js").Row) => void}}
 */
export function beatsBar(tip, thickness = 3.2) {
  const cursor = svg("rect", { class: "cursor", y: -3, width: SLOT, height: HEIGHT + 6, rx: 1.5 });
  const paths = Object.fromEntries(
    ["none", ...Object.keys(SHAPES)].map((name) => [name, svg("path", { "data-status": name })]),
  );
  const image = svg("svg", { viewBox: `0 0 ${SLOTS * SLOT} ${HEIGHT}`, preserveAspectRatio: "none" });
  image.append(cursor, ...Object.values(paths));
  const node = el("div", "beats", image);
  node.setAttribute("role", "slider");
  node.setAttribute("aria-label", "Last checks");
  node.setAttribute("aria-readonly", "true");
  node.setAttribute("aria-valuemin", "1");
  node.tabIndex = -1;

  /** @type {Beat[]} */
  let beats = [];
  let word = "";
  let at = -1;
  /** @type {number | null} index into `beats` */
  let chosen = null;

  /** @param {number | null} index */
  const choose = (index) => {
    chosen = index === null || !beats.length ? null : Math.min(Math.max(index, 0), beats.length - 1);
    describe();
  };

  const describe = () => {
    const beat = chosen === null ? undefined : beats[chosen];
    node.classList.toggle("has-cursor", beat !== undefined);
    setAttribute(node, "aria-valuemax", String(Math.max(1, beats.length)));
    setAttribute(node, "aria-valuenow", String((chosen ?? beats.length - 1) + 1));
    setAttribute(node, "aria-valuetext", beat ? spoken(beat) : summary(beats));
    if (!beat || chosen === null) {
      tip.hide(node);
      return;
    }
    const slot = SLOTS - beats.length + chosen;
    cursor.setAttribute("x", String(slot * SLOT - 0.9));
    const box = image.getBoundingClientRect();
    const width = box.width / SLOTS;
    tip.show(node, { left: box.left + slot * width, width, top: box.top, bottom: box.bottom }, lines(beat));
  };

  /** @param {PointerEvent} event */
  const point = (event) => {
    const box = image.getBoundingClientRect();
    const slot = Math.floor(((event.clientX - box.left) / box.width) * SLOTS);
    const index = slot - (SLOTS - beats.length);
    choose(index < 0 ? null : index);
  };
  node.addEventListener("pointermove", point);
  node.addEventListener("pointerleave", () => choose(null));
  node.addEventListener("focus", () => node.matches(":focus-visible") && choose(beats.length - 1));
  node.addEventListener("blur", () => choose(null));
  node.addEventListener("keydown", (event) => {
    const from = chosen ?? beats.length;
    const to = { ArrowLeft: from - 1, ArrowRight: from + 1, Home: 0, End: beats.length - 1 }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    event.stopPropagation();
    choose(to);
  });

  return {
    node,
    set(row) {
      if (row.beats === word && row.beatsAt === at) return;
      const moved = row.beatsAt !== at;
      word = row.beats;
      at = row.beatsAt;
      const before = beats[chosen ?? -1]?.at;
      beats = decodeBeats(word, at);
      draw(paths, beats, thickness);
      // The cursor stays on the check it was on, while the bar moves on under it.
      if (chosen !== null && moved && node.matches(":focus-visible")) {
        const same = beats.findIndex((beat) => Math.abs(beat.at - (before ?? 0)) < 1);
        choose(same === -1 ? chosen : same);
      } else {
        describe();
      }
    },
  };
}

/** @param {Record<string, SVGPathElement>} paths @param {Beat[]} beats @param {number} thickness */
function draw(paths, beats, thickness) {
  /** @type {Record<string, string>} */
  const outlines = Object.fromEntries(Object.keys(paths).map((name) => [name, ""]));
  for (let slot = 0; slot < SLOTS; slot += 1) {
    const beat = beats[slot - (SLOTS - beats.length)];
    const x = slot * SLOT;
    if (beat) outlines[beat.status] += SHAPES[beat.status]?.(x, thickness) ?? "";
    else outlines.none += pill(x, 9, thickness, 2.4);
  }
  for (const [name, outline] of Object.entries(outlines)) setAttribute(/** @type {Element} */ (paths[name]), "d", outline);
}

/** @param {Beat} beat */
function lines(beat) {
  const shape = mark();
  shape.set(beat.status);
  const what = el("span", "tip-status", shape.node, STATUS[beat.status].word);
  if (beat.latency !== null) what.append(el("b", "", latency(beat.latency)));
  return [what, el("span", "tip-time", moment(beat.at))];
}

/** @param {Beat} beat */
function spoken(beat) {
  const took = beat.latency === null ? "" : `, ${latency(beat.latency)}`;
  return `${moment(beat.at)}, ${STATUS[beat.status].word}${took}`;
}

/** @param {Beat[]} beats */
function summary(beats) {
  if (!beats.length) return "not checked yet";
  const online = beats.filter((beat) => beat.status === "online").length;
  return `${online} of the last ${beats.length} checks online`;
}
