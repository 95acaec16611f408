/** The few DOM helpers we need. Text goes in as text nodes only: nothing here parses markup. */

const SVG = "http://www.w3.org/2000/svg";

/**
 * @template {keyof HTMLElementTagNameMap} Tag
 * @param {Tag} tag
 * @param {string} [className]
 * @param {(Node | string)[]} children
 * @returns {HTMLElementTagNameMap[Tag]}
 */
export function el(tag, className = "", ...children) {
  const node = document.createElement(tag);
  if (className) node.className = className;
  node.append(...children);
  return node;
}

/**
 * @template {keyof SVGElementTagNameMap} Tag
 * @param {Tag} tag
 * @param {Record<string, string | number>} attributes
 * @returns {SVGElementTagNameMap[Tag]}
 */
export function svg(tag, attributes = {}) {
  const node = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, String(value));
  return node;
}

/** A button that never submits. @param {string} className @param {string} label @param {Node} [icon] */
export function button(className, label, icon) {
  const node = el("button", className);
  node.type = "button";
  if (icon) {
    node.append(icon);
    node.setAttribute("aria-label", label);
    node.title = label;
  } else {
    node.textContent = label;
  }
  return node;
}

/** Writes only when something changes, so that a refresh leaves the page alone. @param {Node} node @param {string} text */
export function setText(node, text) {
  if (node.textContent !== text) node.textContent = text;
}

/** @param {Element} node @param {string} name @param {string | null} value null removes the attribute */
export function setAttribute(node, name, value) {
  if (value === null) {
    if (node.hasAttribute(name)) node.removeAttribute(name);
  } else if (node.getAttribute(name) !== value) {
    node.setAttribute(name, value);
  }
}

/** @param {HTMLElement} node @param {boolean} shown */
export function show(node, shown) {
  if (node.hidden === shown) node.hidden = !shown;
}

/** Whether a button is on. @param {Element} node @param {boolean} on */
export function press(node, on) {
  setAttribute(node, "aria-pressed", String(on));
}

/** Gives a shadow root our styles, once. @param {ShadowRoot} root @param {string[]} sheets */
export function style(root, ...sheets) {
  root.adoptedStyleSheets = sheets.map((text) => {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(text);
    return sheet;
  });
}

/** Whether a key press belongs to something that takes text. @param {KeyboardEvent} event */
export function isTyping(event) {
  const target = event.composedPath()[0];
  return (
    target instanceof HTMLElement &&
    (target.isContentEditable || target.matches("input:not([type=checkbox]), textarea, select, [role=textbox], [role=combobox]"))
  );
}

/**
 * Marks our host with the brightness of the theme, which Streamlit tells in colours only.
 * @param {ShadowRoot} root
 */
export function followTheme({ host }) {
  const background = getComputedStyle(host).getPropertyValue("--st-background-color").trim();
  const [red = 255, green = 255, blue = 255] = channels(background);
  setAttribute(host, "data-theme", 0.2126 * red + 0.7152 * green + 0.0722 * blue < 128 ? "dark" : "light");
}

/** @param {string} colour `#rgb`, `#rrggbb` or `rgb(…)` @returns {number[]} */
export function channels(colour) {
  const hex = /^#([0-9a-f]{3,8})$/i.exec(colour)?.[1];
  if (!hex) return (colour.match(/[\d.]+/g) ?? []).slice(0, 3).map(Number);
  const wide = hex.length < 6 ? [...hex].map((digit) => digit + digit).join("") : hex;
  return [0, 2, 4].map((start) => Number.parseInt(wide.slice(start, start + 2), 16));
}
