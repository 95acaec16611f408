/** Which rows are selected. */
export class Selection {
  /** @type {Set<string>} */
  ids = new Set();
  #last = "";

  get size() {
    return this.ids.size;
  }

  /** @param {Iterable<string>} ids */
  replace(ids) {
    this.ids = new Set(ids);
  }

  /** Forgets what is gone. @param {{has: (id: string) => boolean}} known */
  keep(known) {
    this.ids = new Set([...this.ids].filter((id) => known.has(id)));
  }

  /**
   * @param {string} id @param {boolean} on @param {boolean} range up to the one checked before
   * @param {(from: string, to: string) => string[]} between
   */
  check(id, on, range, between) {
    const ids = range && this.#last ? between(this.#last, id) : [id];
    for (const each of ids) {
      if (on) this.ids.add(each);
      else this.ids.delete(each);
    }
    this.#last = id;
  }
}
