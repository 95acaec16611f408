/**
 * Mirrors the connections of a browser into its local storage.
 *
 * The browser's own document is read and reported first; only when Python says that it knows it is anything written.
 * `epoch` names Python's memory: with a new one (the app was restarted) everything starts over.
 */

/**
 * @typedef {{storageKey: string, epoch: string, known: boolean, revision: number, document: string | null}} Data
 * @typedef {import("./component").Component<Data>} Mounted
 */

/** How long Python may take to say that it knows the document before it is reported once more. */
const PATIENCE_MS = 3_000;

class Mirror {
  #epoch = "";
  #written = -1;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #again;
  /** @type {Mounted} */
  #component;

  /** @param {Mounted} component */
  constructor(component) {
    this.#component = component;
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
    this.#component.setTriggerValue("written", { epoch, revision, error });
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
    mirror.stop();
    mirrors.delete(root);
  };
}
