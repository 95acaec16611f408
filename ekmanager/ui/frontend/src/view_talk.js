/**
 * How a view is agreed on between a person here and the page in Python, when both may change it.
 *
 * @template View
 */
export class ViewTalk {
  /** Views told to Python that it has not given back yet. @type {string[]} */
  #told = [];
  #given = "";
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #telling;
  #tell;

  /** @param {() => View} tell tells Python the view, and gives it as Python will give it back */
  constructor(tell) {
    this.#tell = tell;
  }

  /**
   * Python's view where it is news: not the echo of what it was told.
   * @param {string} given as JSON, with its keys in the order in which they are told
   * @returns {View | null}
   */
  take(given) {
    const view = JSON.parse(given);
    const word = JSON.stringify(view);
    if (word === this.#given) return null;
    this.#given = word;
    const echo = this.#told.indexOf(word);
    if (echo !== -1) {
      this.#told.splice(0, echo + 1);
      return null;
    }
    return this.#telling === undefined ? view : null;
  }

  /** @param {number} after milliseconds, for a person who is still typing */
  soon(after) {
    clearTimeout(this.#telling);
    this.#telling = setTimeout(() => {
      this.#telling = undefined;
      this.#told = [...this.#told.slice(-20), JSON.stringify(this.#tell())];
    }, after);
  }

  stop() {
    clearTimeout(this.#telling);
  }
}
