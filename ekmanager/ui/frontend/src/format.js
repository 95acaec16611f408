/**
 * Numbers for people: the same rules as `ekmanager/ui/format.py`; `test/format-cases.json` holds both to them.
 */

export const UNKNOWN = "–";

const LETTERS = ["", "k", "M", "G", "T", "P"];
const MINUTE = 60;
const HOUR = 3_600;
const DAY = 86_400;

/** @typedef {number | null | undefined} Maybe */

/** @param {Maybe} number */
export function count(number) {
  return missing(number) ? UNKNOWN : number.toFixed(0).replace(/\B(?=(\d{3})+$)/g, ",");
}

/** @param {Maybe} number @returns {string} */
export function short(number) {
  if (missing(number)) return UNKNOWN;
  if (number < 0) return `-${short(-number)}`;
  const [text, letter] = scaled(number, three);
  return letter ? `${text} ${letter}` : text;
}

/** @param {Maybe} number */
export function nbytes(number) {
  if (missing(number)) return UNKNOWN;
  const [text, letter] = scaled(Math.max(0, number), two);
  return `${text} ${letter}B`;
}

/** @param {Maybe} used @param {Maybe} total */
export function memory(used, total) {
  return missing(used) || !total ? nbytes(used) : `${nbytes(used)} of ${nbytes(total)}`;
}

/** @param {Maybe} perSecond */
export function rate(perSecond) {
  return missing(perSecond) ? UNKNOWN : `${short(perSecond)}/s`;
}

/** @param {Maybe} number */
export function percent(number, digits = 0) {
  if (missing(number)) return UNKNOWN;
  if (number === 0 || number === 100) return `${number} %`;
  const step = 10 ** -digits;
  if (number > 0 && number < step) return digits ? `${step.toFixed(digits)} %` : "<1 %";
  if (number > 100 - step && number < 100) return `${(100 - step).toFixed(digits)} %`;
  return `${number.toFixed(digits)} %`;
}

/** @param {Maybe} milliseconds */
export function latency(milliseconds) {
  if (missing(milliseconds)) return UNKNOWN;
  const value = Math.max(0, milliseconds);
  if (value >= 60_000) return duration(value / 1000);
  if (value === 0) return "0 ms";
  for (const [factor, unit] of /** @type {const} */ ([[1000, "µs"], [1, "ms"]])) {
    const text = two(value * factor);
    if (Number(text) < 1000) return `${text} ${unit}`;
  }
  return `${two(value / 1000)} s`;
}

/** @param {Maybe} seconds */
export function duration(seconds) {
  if (missing(seconds)) return UNKNOWN;
  const whole = Math.max(0, Math.trunc(seconds));
  if (whole < MINUTE) return `${whole} s`;
  if (whole < HOUR) return `${Math.trunc(whole / MINUTE)} min`;
  if (whole < DAY) return pair(Math.trunc(whole / HOUR), "h", Math.trunc((whole % HOUR) / MINUTE), "min");
  return pair(Math.trunc(whole / DAY), "d", whole < 10 * DAY ? Math.trunc((whole % DAY) / HOUR) : 0, "h");
}

/** @param {Maybe} at @param {number} now */
export function age(at, now) {
  if (missing(at)) return UNKNOWN;
  return now - at < 5 ? "just now" : `${duration(now - at)} ago`;
}

/** The exact time in the viewer's zone. @param {Maybe} at epoch seconds */
export function moment(at) {
  if (missing(at)) return UNKNOWN;
  const date = new Date(at * 1000);
  const day = [date.getFullYear(), date.getMonth() + 1, date.getDate()].map(padded).join("-");
  return `${day} ${[date.getHours(), date.getMinutes(), date.getSeconds()].map(padded).join(":")}`;
}

/** @param {number} part */
function padded(part) {
  return String(part).padStart(2, "0");
}

/** @param {Maybe} number @returns {number is null | undefined} */
function missing(number) {
  return number === null || number === undefined || !Number.isFinite(number);
}

/** @param {number} number @param {(number: number) => string} digits @returns {[string, string]} */
function scaled(number, digits) {
  let letter = 0;
  while (letter < LETTERS.length - 1 && Number(digits(number)) >= 1000) {
    number /= 1000;
    letter += 1;
  }
  return [digits(number), /** @type {string} */ (LETTERS[letter])];
}

/** @param {number} number */
function two(number) {
  return number < 9.95 ? trimmed(number.toFixed(1)) : number.toFixed(0);
}

/** @param {number} number */
function three(number) {
  return trimmed(number.toFixed(number < 9.995 ? 2 : number < 99.95 ? 1 : 0));
}

/** @param {string} text */
function trimmed(text) {
  return text.includes(".") ? text.replace(/\.?0+$/, "") : text;
}

/** @param {number} large @param {string} unit @param {number} small @param {string} smallUnit */
function pair(large, unit, small, smallUnit) {
  return small ? `${large} ${unit} ${small} ${smallUnit}` : `${large} ${unit}`;
}
