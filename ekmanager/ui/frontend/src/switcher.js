/**
 * The server switcher: the server that the pages are about, and a list of all of them in the top layer.
 *
 * The list is a combobox's list box: the focus stays in its search, arrow keys move through it, and only the lines in
 * sight are in the document.
 */
import { el, followTheme, setAttribute, setText, show, style } from "./dom.js";
import { count } from "./format.js";
import { icon, star } from "./icons.js";
import { placeAt } from "./menu.js";
import { mayLeave } from "./navigate.js";
import { fromLetter, mark, STATUS } from "./status.js";
import baseStyles from "./styles/base.css";
import switcherStyles from "./styles/switcher.css";

/**
 * @typedef {{id: string, name: string, shown: import("./status.js").StatusName, isDefault: boolean, shared: boolean,
 *   url: string, reason: string, text: string}} Server
 * @typedef {import("./component").Component<{servers: unknown[][], selected: string | null}>} Mounted
 */

const LINE = 44;
const OVERSCAN = 4;

/** The order of `pack_server` in Python. @param {any[]} packed @returns {Server} */
export function unpack([id, name, letter, flags, url, reason]) {
  return {
    id,
    name,
    shown: flags & 1 ? "checking" : fromLetter(letter),
    isDefault: Boolean(flags & 2),
    shared: Boolean(flags & 4),
    url,
    reason,
    text: `${name}\n${url}`.toLowerCase(),
  };
}

/** Servers in which every word occurs. @param {Server[]} servers @param {string} search */
export function found(servers, search) {
  const words = search.toLowerCase().split(/\s+/).filter(Boolean);
  return servers.filter((server) => words.every((word) => server.text.includes(word)));
}

/** @param {Server} server */
function option(server) {
  const shape = mark();
  const name = el("span", "option-name");
  const note = el("span", "option-note");
  const side = el("span", "option-side");
  const node = el("div", "option", shape.node, name, side, note);
  node.setAttribute("role", "option");
  node.dataset.id = server.id;
  let flags = "";
  return {
    node,
    /** @param {Server} now @param {boolean} mixed */
    set(now, mixed) {
      shape.set(now.shown);
      setText(name, now.name);
      setText(note, `${STATUS[now.shown].word} · ${now.url.replace(/^http:\/\//, "")}`);
      setAttribute(node, "title", [now.url, now.reason].filter(Boolean).join("\n"));
      const word = `${now.isDefault} ${mixed} ${now.shared}`;
      if (word === flags) return;
      flags = word;
      side.replaceChildren(...(now.isDefault ? [star()] : []), ...(mixed ? [icon(now.shared ? "shared" : "private")] : []));
    },
  };
}

class Switcher {
  /** @type {Mounted} */
  #component;
  #root = el("div", "switcher");
  #button = el("button", "current");
  #mark = mark();
  #name = el("span", "current-name");
  #status = el("span", "current-status");
  #panel = el("div", "list-panel");
  #search = el("input");
  #options = el("div", "options");
  #canvas = el("div", "options-canvas");
  #none = el("div", "no-option", "No server matches.");
  /** @type {Server[]} */
  #servers = [];
  /** @type {Server[]} */
  #listed = [];
  /** @type {Map<string, ReturnType<typeof option>>} */
  #items = new Map();
  /** @type {string | null} */
  #at = null;

  /** @param {Mounted} component */
  constructor(component) {
    this.#component = component;
    const root = component.parentElement;
    style(root, baseStyles, switcherStyles);
    this.#button.type = "button";
    this.#button.append(this.#mark.node, this.#name, icon("down"), this.#status);
    this.#button.setAttribute("aria-haspopup", "listbox");
    this.#button.popoverTargetElement = this.#panel;
    this.#panel.popover = "auto";
    this.#search.type = "search";
    this.#search.placeholder = "Find a server";
    this.#search.setAttribute("role", "combobox");
    this.#search.setAttribute("aria-label", "Find a server");
    this.#search.setAttribute("aria-expanded", "true");
    this.#search.setAttribute("aria-controls", "options");
    this.#search.spellcheck = false;
    this.#options.id = "options";
    this.#options.setAttribute("role", "listbox");
    this.#options.setAttribute("aria-label", "Servers");
    this.#options.append(this.#canvas, this.#none);
    this.#panel.append(el("label", "find", icon("search"), this.#search), this.#options);
    this.#root.append(this.#button, this.#panel);
    root.append(this.#root);
    this.#panel.addEventListener("toggle", (event) => this.#toggled(/** @type {ToggleEvent} */ (event).newState));
    this.#search.addEventListener("input", () => this.#filter());
    this.#search.addEventListener("keydown", (event) => this.#key(event));
    this.#options.addEventListener("scroll", () => this.#render(), { passive: true });
    this.#canvas.addEventListener("click", (event) => {
      const id = /** @type {HTMLElement} */ (event.target).closest("[data-id]");
      if (id instanceof HTMLElement && id.dataset.id !== undefined) this.#choose(id.dataset.id);
    });
    this.#canvas.addEventListener("pointermove", (event) => {
      const id = /** @type {HTMLElement | null} */ (/** @type {Element} */ (event.target).closest("[data-id]"))?.dataset.id;
      if (id === undefined || id === this.#at) return;
      this.#at = id;
      this.#render();
    });
  }

  /** @param {Mounted} component */
  update(component) {
    this.#component = component;
    const { servers, selected } = component.data;
    this.#servers = servers.map((server) => unpack(server));
    followTheme(component.parentElement);
    const current = this.#servers.find((server) => server.id === selected);
    this.#mark.set(current?.shown ?? "unknown");
    setText(this.#name, current?.name ?? (servers.length ? "Choose a server" : "No servers yet"));
    setText(this.#status, current ? STATUS[current.shown].word : `${count(servers.length)} to choose from`);
    setAttribute(this.#status, "data-status", current?.shown ?? null);
    show(this.#status, servers.length > 0);
    setAttribute(this.#button, "title", current ? [current.url, current.reason].filter(Boolean).join("\n") : null);
    setAttribute(this.#button, "aria-label", current ? `Server ${current.name}, ${STATUS[current.shown].word}. Switch` : null);
    this.#button.disabled = servers.length === 0;
    if (this.#isOpen) this.#filter(true);
  }

  destroy() {
    if (this.#isOpen) this.#panel.hidePopover();
    // Streamlit may mount anew on the same root.
    this.#root.remove();
  }

  get #isOpen() {
    return this.#panel.matches(":popover-open");
  }

  /** @param {string} state */
  #toggled(state) {
    setAttribute(this.#button, "aria-expanded", String(state === "open"));
    if (state !== "open") return;
    this.#search.value = "";
    this.#at = this.#component.data.selected;
    this.#filter(true);
    placeAt(this.#panel, this.#button, "start");
    this.#reveal();
    this.#search.focus();
  }

  #filter(stay = false) {
    this.#listed = found(this.#servers, this.#search.value);
    if (!stay || !this.#listed.some((server) => server.id === this.#at)) this.#at = this.#listed[0]?.id ?? null;
    if (!stay) this.#options.scrollTop = 0;
    this.#canvas.style.height = `${this.#listed.length * LINE}px`;
    show(this.#none, this.#listed.length === 0);
    this.#render();
  }

  #render() {
    const mixed = this.#servers.some((server) => server.shared) && this.#servers.some((server) => !server.shared);
    const first = Math.max(0, Math.floor(this.#options.scrollTop / LINE) - OVERSCAN);
    const last = Math.ceil((this.#options.scrollTop + (this.#options.clientHeight || 440)) / LINE) + OVERSCAN;
    const wanted = this.#listed.slice(first, last);
    const ids = new Set(wanted.map((server) => server.id));
    for (const [id, { node }] of this.#items) {
      if (ids.has(id)) continue;
      node.remove();
      this.#items.delete(id);
    }
    this.#search.removeAttribute("aria-activedescendant");
    wanted.forEach((server, offset) => {
      const item = this.#items.get(server.id) ?? option(server);
      this.#items.set(server.id, item);
      item.set(server, mixed);
      const { node } = item;
      node.id = `option-${first + offset}`;
      node.style.setProperty("--top", `${(first + offset) * LINE}px`);
      node.classList.toggle("is-at", server.id === this.#at);
      setAttribute(node, "aria-selected", String(server.id === this.#component.data.selected));
      setAttribute(node, "aria-posinset", String(first + offset + 1));
      setAttribute(node, "aria-setsize", String(this.#listed.length));
      if (server.id === this.#at) this.#search.setAttribute("aria-activedescendant", node.id);
      if (this.#canvas.children[offset] !== node) this.#canvas.insertBefore(node, this.#canvas.children[offset] ?? null);
    });
  }

  #reveal() {
    const index = this.#listed.findIndex((server) => server.id === this.#at);
    if (index < 0) return;
    const top = index * LINE;
    const { scrollTop, clientHeight } = this.#options;
    if (top < scrollTop) this.#options.scrollTop = top;
    else if (top + LINE > scrollTop + clientHeight - 8) this.#options.scrollTop = top + LINE + 8 - clientHeight;
    this.#render();
  }

  /** @param {KeyboardEvent} event */
  #key(event) {
    const at = this.#listed.findIndex((server) => server.id === this.#at);
    const last = this.#listed.length - 1;
    const to = { ArrowDown: at + 1, ArrowUp: at - 1, PageDown: at + 8, PageUp: at - 8 }[event.key];
    if (to !== undefined) {
      event.preventDefault();
      this.#at = this.#listed[Math.min(Math.max(to, 0), last)]?.id ?? null;
      this.#reveal();
    } else if (event.key === "Enter" && this.#at !== null) {
      event.preventDefault();
      this.#choose(this.#at);
    } else if (event.key === "Escape") {
      event.preventDefault();
      event.stopPropagation();
      this.#panel.hidePopover();
      this.#button.focus();
    }
  }

  /** @param {string} id */
  #choose(id) {
    this.#panel.hidePopover();
    this.#button.focus();
    if (id !== this.#component.data.selected && mayLeave()) this.#component.setTriggerValue("choice", id);
  }
}

/** @type {WeakMap<ShadowRoot, Switcher>} */
const switchers = new WeakMap();

/** @param {Mounted} component */
export default function switcher(component) {
  const root = component.parentElement;
  const shown = switchers.get(root) ?? new Switcher(component);
  switchers.set(root, shown);
  shown.update(component);
  return () => {
    shown.destroy();
    switchers.delete(root);
  };
}
