/**
 * The graph of a rule, left to right.
 *
 * Cytoscape lays out, draws the edges and handles the pointer; the nodes are elements that lie over it. Figures change
 * in place: only a graph of another shape is laid out anew.
 */
import cytoscape from "cytoscape";
import dagre from "cytoscape-dagre";
import { button, el, followTheme, setAttribute, show, style, svg } from "./dom.js";
import baseStyles from "./styles/base.css";
import topologyStyles from "./styles/topology.css";
import { Card, HEIGHT, widthOf } from "./topology/card.js";
import { KINDS, STATES, dataflow, edgeLabel, isUpsideDown, read, shape, width } from "./topology/model.js";
import { Tooltip } from "./tooltip.js";

/**
 * @typedef {{graph: string, selected: string | null, height: number, label: string}} Data
 * @typedef {import("./component").Component<Data>} Mounted
 * @typedef {import("./topology/model.js").Node} Node
 */

cytoscape.use(dagre);

const PADDING = 16;
/** Where text is still legible; a larger graph is moved through. The whole of it shows when that is asked for. */
const LEGIBLE = 0.5;
const LARGEST = 1.15;
const STEP = 1.3;
const COLOURS = ["--text", "--flow", "--surface"];
const EDGE_FONT = 12;
const ICONS = { in: "M8 3.5v9M3.5 8h9", out: "M3.5 8h9", fit: "M3 6V3h3M10 3h3v3M13 10v3h-3M6 13H3v-3" };

/** @param {keyof typeof ICONS} name @param {string} label */
function tool(name, label) {
  const node = svg("svg", { viewBox: "0 0 16 16", class: "icon", "aria-hidden": "true" });
  node.append(svg("path", { d: ICONS[name] }));
  return button("tool", label, node);
}

class Topology {
  /** @type {Mounted} */
  #component;
  #root = el("div", "topology");
  #canvas = el("div", "canvas");
  #layer = el("div", "layer");
  #none = el("div", "none", "Nothing to show: the rule has no graph yet.");
  #tooltip;
  #graph = "";
  #shape = "";
  #colours = "";
  #chosen = /** @type {string | null} */ (null);
  #selected = /** @type {string | null} */ (null);
  /** Whether someone moved or zoomed: then the view stays as it is. */
  #touched = false;
  #fitted = false;
  /** How much larger texts are than the view is: it stays legible when it is far away. */
  #far = 1;
  /** @type {Node[]} */
  #order = [];
  /** @type {Map<string, {card: Card, width: number}>} */
  #cards = new Map();
  /** @type {cytoscape.Core} */
  #cy;
  #observer = new ResizeObserver(() => this.#resized());

  /** @param {Mounted} component */
  constructor(component) {
    this.#component = component;
    const { parentElement: root } = component;
    style(root, baseStyles, topologyStyles);
    this.#tooltip = new Tooltip(root);
    const zoomIn = tool("in", "Zoom in");
    const zoomOut = tool("out", "Zoom out");
    const fit = tool("fit", "Show the whole graph");
    zoomIn.addEventListener("click", () => this.#zoom(STEP));
    zoomOut.addEventListener("click", () => this.#zoom(1 / STEP));
    fit.addEventListener("click", () => this.#fit(0));
    this.#layer.setAttribute("role", "listbox");
    this.#layer.addEventListener("keydown", (event) => this.#key(event));
    this.#layer.addEventListener("focusin", (event) => this.#focused(/** @type {HTMLElement} */ (event.target)));
    const tools = el("div", "tools", zoomOut, zoomIn, fit);
    this.#root.append(this.#canvas, this.#layer, this.#none, tools);
    root.append(this.#root);
    this.#cy = cytoscape({
      container: this.#canvas,
      minZoom: 0.1,
      maxZoom: 3,
      boxSelectionEnabled: false,
      autounselectify: true,
      style: [],
    });
    this.#listen();
    this.#observer.observe(this.#root);
  }

  #listen() {
    const cy = this.#cy;
    // A page that is scrolled past the graph is not zoomed: that takes Ctrl, or the fingers' pinch, which sends it.
    this.#root.addEventListener(
      "wheel",
      (event) => {
        event.stopPropagation();
        if (!event.ctrlKey && !event.metaKey) return;
        event.preventDefault();
        const { left, top } = this.#root.getBoundingClientRect();
        const turned = event.deltaY * (event.deltaMode === WheelEvent.DOM_DELTA_LINE ? 18 : 1);
        this.#zoom(2 ** (-Math.max(-200, Math.min(200, turned)) / 150), { x: event.clientX - left, y: event.clientY - top });
      },
      { capture: true, passive: false },
    );
    cy.on("viewport", () => this.#follow());
    cy.on("dragpan pinchzoom", () => {
      this.#touched = true;
    });
    cy.on("position", "node", (event) => this.#place(event.target));
    cy.on("tap", "node", (event) => this.#choose(event.target.id()));
    cy.on("mouseover", "node", (event) => this.#hover(event.target));
    cy.on("mouseout drag", "node", () => this.#tooltip.hide());
    cy.on("viewport", () => this.#tooltip.hide());
  }

  /** @param {Mounted} component */
  update(component) {
    this.#component = component;
    const { graph, selected, height, label } = component.data;
    followTheme(component.parentElement);
    setAttribute(this.#layer, "aria-label", label);
    const tall = `${height}px`;
    if (this.#root.style.height !== tall) this.#root.style.height = tall;
    if (graph !== this.#graph) {
      this.#graph = graph;
      this.#chosen = selected;
      this.#draw(read(graph));
    } else if (selected !== this.#selected) {
      this.#chosen = selected;
    }
    this.#selected = selected;
    this.#mark();
    this.#paint();
  }

  /** Streamlit calls this when the element goes, and now and then when it stays. */
  destroy() {
    if (this.#component.parentElement.host.isConnected) return false;
    this.#observer.disconnect();
    this.#cy.destroy();
    this.#root.remove();
    return true;
  }

  /** @param {ReturnType<typeof read>} graph */
  #draw(graph) {
    const cy = this.#cy;
    const now = shape(graph);
    const anew = now !== this.#shape;
    this.#shape = now;
    this.#order = dataflow(graph);
    show(this.#none, graph.nodes.length === 0);
    if (anew) this.#build(graph);
    for (const node of this.#order) {
      this.#cards.get(node.id)?.card.set(node, false, this.#flows(graph, node.id));
    }
    cy.batch(() => {
      for (const edge of graph.edges) {
        cy.getElementById(edge.id).data({ label: edgeLabel(edge.rate), width: width(edge.rate), still: edge.rate === 0 });
      }
    });
    if (anew) this.#arrange();
  }

  /** @param {ReturnType<typeof read>} graph */
  #build({ edges }) {
    const font = getComputedStyle(this.#component.parentElement.host).fontFamily;
    this.#cy.elements().remove();
    this.#cards = new Map(
      this.#order.map(({ id, label }) => {
        const wide = widthOf(label, font);
        return [id, { card: new Card(id, wide), width: wide }];
      }),
    );
    this.#layer.replaceChildren(...[...this.#cards.values()].map(({ card }) => card.node));
    const first = this.#layer.firstElementChild;
    if (first instanceof HTMLElement) first.tabIndex = 0;
    this.#cy.add([
      ...this.#order.map(({ id }) => ({
        group: /** @type {const} */ ("nodes"),
        data: { id, width: this.#cards.get(id)?.width, height: HEIGHT },
      })),
      ...edges.map(({ id, source, target }) => ({
        group: /** @type {const} */ ("edges"),
        data: { id, source, target, label: "", width: 1.5, still: false },
      })),
    ]);
    this.#paint(true);
  }

  #arrange() {
    /** @type {import("cytoscape-dagre").DagreLayoutOptions} */
    const options = { name: "dagre", rankDir: "LR", nodeSep: 22, rankSep: 74, edgeSep: 12, fit: false, animate: false };
    const cy = this.#cy;
    cy.layout(options).run();
    const places = this.#order.map(({ id }) => cy.getElementById(id).position());
    if (isUpsideDown(places)) cy.nodes().positions((node) => ({ x: node.position("x"), y: -node.position("y") }));
    this.#touched = this.#fitted = false;
    this.#resized();
  }

  /** What a node gets and gives, in words. @param {ReturnType<typeof read>} graph @param {string} id */
  #flows({ nodes, edges }, id) {
    const name = (/** @type {string} */ other) => nodes.find((node) => node.id === other)?.label ?? other;
    return edges
      .filter(({ source, rate }) => source === id && rate !== null)
      .map(({ target, rate }) => `${edgeLabel(rate)} to ${name(target)}`)
      .join(", ");
  }

  /** Shows which node is selected. */
  #mark() {
    for (const [id, { card }] of this.#cards) setAttribute(card.node, "aria-selected", String(id === this.#chosen));
  }

  /** The canvas knows no variables of CSS, so it is given the colours that they have now. */
  #paint(anew = false) {
    const computed = getComputedStyle(this.#root);
    const probe = el("i");
    this.#root.append(probe);
    const [text, flow, surface] = COLOURS.map((name) => {
      probe.style.color = `var(${name})`;
      return plain(getComputedStyle(probe).color);
    });
    probe.remove();
    const colours = [text, flow, surface].join();
    if (colours === this.#colours && !anew) return;
    this.#colours = colours;
    this.#cy.style(
      /** @type {any} */ ([
        {
          selector: "node",
          style: {
            shape: "round-rectangle",
            width: "data(width)",
            height: "data(height)",
            "background-opacity": 0,
            "overlay-opacity": 0,
          },
        },
        {
          selector: "edge",
          style: {
            width: "data(width)",
            label: "data(label)",
            "curve-style": "bezier",
            "line-color": flow,
            "target-arrow-color": flow,
            "target-arrow-shape": "triangle",
            "arrow-scale": 0.7,
            "overlay-opacity": 0,
            events: "no",
            "font-size": EDGE_FONT * this.#far,
            "text-margin-y": (/** @type {cytoscape.EdgeSingular} */ edge) => -10 * this.#far - edge.data("width") / 2,
            "font-family": computed.fontFamily,
            color: text,
            "text-background-color": surface,
            "text-background-opacity": 0.9,
            "text-background-padding": "2px",
            "text-background-shape": "round-rectangle",
          },
        },
        { selector: "edge[?still]", style: { "line-style": "dashed" } },
      ]),
    );
  }

  #resized() {
    const { clientWidth, clientHeight } = this.#root;
    if (!clientWidth || !clientHeight) return;
    this.#cy.resize();
    if (!this.#touched || !this.#fitted) this.#fit(LEGIBLE);
    this.#follow();
  }

  /** Shows the graph, or its beginning where the whole would be smaller than `least`. @param {number} least */
  #fit(least) {
    const cy = this.#cy;
    const box = cy.nodes().boundingBox();
    if (!cy.nodes().nonempty() || !this.#root.clientWidth) return;
    const zoom = Math.min((cy.width() - 2 * PADDING) / box.w, (cy.height() - 2 * PADDING) / box.h, LARGEST);
    const level = Math.max(zoom, least);
    const wide = box.w * level > cy.width() - 2 * PADDING;
    const tall = box.h * level > cy.height() - 2 * PADDING;
    cy.viewport({
      zoom: level,
      pan: {
        x: wide ? PADDING - box.x1 * level : (cy.width() - box.w * level) / 2 - box.x1 * level,
        y: tall ? PADDING - box.y1 * level : (cy.height() - box.h * level) / 2 - box.y1 * level,
      },
    });
    this.#fitted = true;
    this.#touched = least === 0 && level < LEGIBLE;
  }

  /** @param {number} factor @param {{x: number, y: number}} [around] the point that stays, the middle by default */
  #zoom(factor, around) {
    const cy = this.#cy;
    this.#touched = true;
    const renderedPosition = around ?? { x: cy.width() / 2, y: cy.height() / 2 };
    cy.zoom({ level: cy.zoom() * factor, renderedPosition });
  }

  /** Moves the cards as the canvas moves. */
  #follow() {
    const { x, y } = this.#cy.pan();
    const zoom = this.#cy.zoom();
    this.#layer.style.transform = `translate(${x}px, ${y}px) scale(${zoom})`;
    // Far away the names are what is read: they get the room of the captions.
    this.#layer.classList.toggle("is-far", zoom < 0.8);
    const far = Math.round(10 * Math.min(2.2, Math.max(1, 0.8 / zoom))) / 10;
    if (far !== this.#far) {
      this.#far = far;
      this.#layer.style.setProperty("--far", String(far));
      this.#paint(true);
    }
    this.#cy.nodes().forEach((node) => this.#place(node));
  }

  /** @param {cytoscape.NodeSingular} node */
  #place(node) {
    const shown = this.#cards.get(node.id());
    shown?.card.place(node.position(), shown.width);
  }

  /** @param {cytoscape.NodeSingular} target */
  #hover(target) {
    const node = this.#order.find(({ id }) => id === target.id());
    const box = this.#cards.get(target.id())?.card.node.getBoundingClientRect();
    if (!node || !box) return;
    const lines = [node.label, `${KINDS[node.kind]} · ${STATES[node.state].word}`, node.caption].filter(Boolean);
    this.#tooltip.show(this, box, lines);
  }

  /** @param {string} id */
  #choose(id) {
    this.#chosen = id;
    this.#mark();
    this.#component.setTriggerValue("node", id);
  }

  /** @param {KeyboardEvent} event */
  #key(event) {
    const cards = [...this.#cards];
    const node = event.target instanceof HTMLElement ? event.target.dataset.id : undefined;
    const at = cards.findIndex(([id]) => id === node);
    if (at < 0) return;
    const to = {
      ArrowRight: at + 1, ArrowDown: at + 1, ArrowLeft: at - 1, ArrowUp: at - 1, Home: 0, End: cards.length - 1,
    }[event.key];
    if (to !== undefined) cards[Math.min(Math.max(to, 0), cards.length - 1)]?.[1].card.node.focus({ preventScroll: true });
    else if (event.key === "Enter" || event.key === " ") this.#choose(/** @type {string} */ (node));
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  /** Brings a node that got the focus into sight; it is where Tab comes back to. @param {HTMLElement} node */
  #focused(node) {
    for (const { card } of this.#cards.values()) card.node.tabIndex = card.node === node ? 0 : -1;
    this.#root.scrollTo(0, 0);
    const box = node.getBoundingClientRect();
    const frame = this.#root.getBoundingClientRect();
    const off = (/** @type {number} */ from, /** @type {number} */ to, /** @type {number} */ low, /** @type {number} */ high) =>
      from < low + PADDING ? low + PADDING - from : to > high - PADDING ? high - PADDING - to : 0;
    const x = off(box.left, box.right, frame.left, frame.right);
    const y = off(box.top, box.bottom, frame.top, frame.bottom);
    if (!x && !y) return;
    this.#touched = true;
    this.#cy.panBy({ x, y });
  }
}

/** A colour in the form that the canvas reads. @param {string} colour `rgb(…)` or `color(srgb r g b)` */
function plain(colour) {
  const mixed = /^color\(srgb ([\d.e-]+) ([\d.e-]+) ([\d.e-]+)/.exec(colour);
  return mixed ? `rgb(${mixed.slice(1).map((part) => Math.round(Number(part) * 255)).join(",")})` : colour;
}

/** @type {WeakMap<ShadowRoot, Topology>} */
const topologies = new WeakMap();

/** @param {Mounted} component */
export default function topology(component) {
  const root = component.parentElement;
  const shown = topologies.get(root) ?? new Topology(component);
  topologies.set(root, shown);
  shown.update(component);
  return () => {
    if (shown.destroy()) topologies.delete(root);
  };
}
