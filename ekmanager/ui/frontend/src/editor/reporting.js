/** When what is typed is told to Python: after a rest, and at once when the focus leaves. */

/** How long typing rests before it is reported, in ms. */
export const REST = 400;

/**
 * @template Text
 * @param {() => Text} read what stands there now
 * @param {(a: Text, b: Text) => boolean} equal
 * @param {(text: Text) => void} send
 */
export function reporting(read, equal, send) {
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;
  let known = read();
  const now = () => {
    clearTimeout(timer);
    timer = undefined;
    const text = read();
    if (equal(text, known)) return;
    known = text;
    send(text);
  };
  return {
    /** Something was typed. */
    soon() {
      clearTimeout(timer);
      timer = setTimeout(now, REST);
    },
    now,
    /** Python knows what stands there. */
    settled() {
      clearTimeout(timer);
      timer = undefined;
      known = read();
    },
    /** Python may not know what stands there. @param {Text} text what it knows */
    knows(text) {
      known = text;
    },
  };
}
