/** Enter in a one-line field of a dialog presses the dialog's main button, as in every form. */

/** @typedef {import("./component").Component<{button: string}>} Mounted */

const FIELDS = 'input:is([type="text"], [type="password"], [type="number"]):not([role="combobox"])';

/** @type {WeakMap<ShadowRoot, {component: Mounted, stop: () => void}>} */
const mounted = new WeakMap();

/** @param {Mounted} component */
export default function submit(component) {
  const root = component.parentElement;
  const known = mounted.get(root);
  if (known) {
    known.component = component;
    return known.stop;
  }
  const entry = {
    component,
    stop() {
      document.removeEventListener("keydown", pressed);
      mounted.delete(root);
    },
  };
  /** @param {KeyboardEvent} event */
  const pressed = (event) => {
    if (event.key !== "Enter" || event.isComposing || event.ctrlKey || event.metaKey || event.altKey || event.shiftKey)
      return;
    const field = event.target;
    if (!(field instanceof HTMLInputElement) || !field.matches(FIELDS)) return;
    /** @type {HTMLButtonElement | null | undefined} */
    const button = field.closest('[role="dialog"]')?.querySelector(`.st-key-${entry.component.data.button} button`);
    // Later than Streamlit's own handler, which hands over what was typed.
    if (button) setTimeout(() => button.click(), 0);
  };
  mounted.set(root, entry);
  document.addEventListener("keydown", pressed);
  return entry.stop;
}
