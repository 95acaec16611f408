/** The search box over a list: `/` leads to it from anywhere on the page, Escape empties it. */
import { el, isTyping } from "./dom.js";
import { icon } from "./icons.js";

/** @param {HTMLInputElement} input @param {{placeholder: string, label: string}} words */
export function searchBox(input, { placeholder, label }) {
  input.type = "search";
  input.placeholder = placeholder;
  input.setAttribute("aria-label", label);
  input.setAttribute("aria-keyshortcuts", "/");
  input.spellcheck = false;
  const hint = el("kbd", "", "/");
  hint.setAttribute("aria-hidden", "true");
  return el("label", "search", icon("search"), input, hint);
}

/** @param {HTMLInputElement} input @param {AbortSignal} signal ends it @param {() => void} clear */
export function searchKeys(input, signal, clear) {
  document.addEventListener("keydown", (event) => {
    if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey || isTyping(event)) return;
    if (document.querySelector("[role=dialog]") || !input.isConnected) return;
    event.preventDefault();
    input.focus();
    input.select();
  }, { signal });
  input.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || !input.value) return;
    event.preventDefault();
    clear();
  });
}
