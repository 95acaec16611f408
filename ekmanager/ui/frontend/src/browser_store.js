/**
 * Mirrors the connections of a browser into its local storage.
 *
 * The browser's own document is read and reported first; only when Python says that it knows it is anything written.
 * `epoch` names Python's memory: with a new one (the app was restarted) everything starts over.
 *
 * It also wakes the page after a lost connection. Streamlit asks a restarted app only for the live parts that the tab
 * knows, and that app knows none of them: without a run of the whole page the tab would show old figures for ever.
 */

/**
 * @typedef {{storageKey: string, epoch: string, known: boolean, revision: number, document: string | null}} Data
 * @typedef {import("./component").Component<Data>} Mounted
 */

/** How long Python may take to say that it knows the document before it is reported once more. */
const PATIENCE_MS = 3_000;

/**
 * How long a report waits after something was written. It runs the whole page: right after the run that opened a form,
 * it would take the place of what that run put into the fields, and they would stay empty (observed in Streamlit 1.67).
 */
const CALM_MS = 1_000;

/** Where Streamlit writes how its connection is (observed in 1.67). */
const CONNECTION = "data-test-connection-state";

class Mirror {
  #epoch = "";
  #written = -1;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #again;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #told;
  #lost = false;
  #watch = new MutationObserver(() => this.#connection());
  /** @type {Mounted} */
  #component;

  /** @param {Mounted} component */
  constructor(component) {
    this.#component = component;
    const app = document.querySelector(`[${CONNECTION}]`);
    if (app) this.#watch.observe(app, { attributes: true, attributeFilter: [CONNECTION] });
  }

  destroy() {
    this.stop();
    clearTimeout(this.#told);
    this.#watch.disconnect();
  }

  /** This component is part of no live part, so what it reports runs the whole page. */
  #connection() {
    const connected = document.querySelector(`[${CONNECTION}]`)?.getAttribute(CONNECTION) === "CONNECTED";
    if (connected && this.#lost) this.#report();
    this.#lost = !connected;
  }

  /** @param {Mounted} component */
  update(component) {
    this.#component = component;
    const { epoch, known } = component.data;
    if (epoch !== this.#epoch) {
      this.#epoch = epoch;
      this.#written = -1;
      this.stop();
    }
    if (known) {
      this.stop();
      this.#write();
    } else if (this.#again === undefined) {
      this.#read();
    }
  }

  stop() {
    clearTimeout(this.#again);
    this.#again = undefined;
  }

  #report() {
    const { epoch, storageKey } = this.#component.data;
    const [text, error] = read(storageKey);
    this.#component.setTriggerValue("read", { epoch, text, error });
  }

  #read() {
    this.#report();
    this.#again = setTimeout(() => this.#read(), PATIENCE_MS);
  }

  #write() {
    const { epoch, storageKey, document, revision } = this.#component.data;
    if (document === null || revision <= this.#written) return;
    this.#written = revision;
    const error = write(storageKey, document);
    clearTimeout(this.#told);
    this.#told = setTimeout(() => this.#component.setTriggerValue("written", { epoch, revision, error }), CALM_MS);
  }
}

/** @param {string} key @returns {[string | null, string]} */
function read(key) {
  try {
    return [localStorage.getItem(key), ""];
  } catch {
    return [null, "blocked"];
  }
}

/** @param {string} key @param {string} text @returns {string} */
function write(key, text) {
  try {
    if (localStorage.getItem(key) !== text) localStorage.setItem(key, text);
    return "";
  } catch (error) {
    return error instanceof DOMException && error.name === "QuotaExceededError" ? "full" : "blocked";
  }
}

/** @type {WeakMap<ShadowRoot, Mirror>} */
const mirrors = new WeakMap();

/** @param {Mounted} component */
export default function browserStore(component) {
  const root = component.parentElement;
  const mirror = mirrors.get(root) ?? new Mirror(component);
  mirrors.set(root, mirror);
  mirror.update(component);
  return () => {
    mirror.destroy();
    mirrors.delete(root);
  };
}
