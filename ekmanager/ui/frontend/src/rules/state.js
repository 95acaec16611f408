/** How the state of a rule looks: the same words and shapes as `ekmanager/ui/widgets/rule_state.py`. */

/**
 * @typedef {"running" | "starting" | "stopping" | "stopped" | "scheduled" | "failed" | "unknown"} StateName
 * @typedef {"exceptions" | "silent" | "disconnected"} ConcernName of a rule that runs
 * @typedef {StateName | ConcernName | "pending"} LookName
 * @typedef {{word: string, note: string, path: string}} Look the word, what stands below it, and the mark on a field of 12 by 12
 */

const CIRCLE = "M6 .8a5.2 5.2 0 1 1 0 10.4A5.2 5.2 0 0 1 6 .8Z";
const HALF = `${CIRCLE}m0 1.6v7.2a3.6 3.6 0 0 0 0-7.2Z`;
const RING = `${CIRCLE}m0 1.8a3.4 3.4 0 1 0 0 6.8 3.4 3.4 0 0 0 0-6.8Z`;
const SQUARE = "M2.5 1.5h7a1 1 0 0 1 1 1v7a1 1 0 0 1-1 1h-7a1 1 0 0 1-1-1v-7a1 1 0 0 1 1-1Z";

/** @type {Record<LookName, Look>} */
export const LOOKS = {
  failed: { word: "Failed", note: "", path: "M6 .4 11.6 6 6 11.6.4 6Z" },
  exceptions: { word: "Running", note: "exceptions rising", path: "M6 .9 11.7 11H.3Z" },
  disconnected: { word: "Running", note: "disconnected", path: "M6 .9 11.7 11H.3ZM4.9 8.6h2.2l-1.1-3.2Z" },
  silent: { word: "Running", note: "no records", path: "M6 11.1.3 1h11.4Z" },
  running: { word: "Running", note: "", path: CIRCLE },
  starting: { word: "Starting", note: "", path: HALF },
  stopping: { word: "Stopping", note: "", path: HALF },
  scheduled: { word: "Scheduled", note: "", path: `${RING}m-.8 1h1.6v2.4l1.4 1-.9 1.2-2.1-1.5Z` },
  stopped: { word: "Stopped", note: "", path: SQUARE },
  unknown: { word: "Unknown", note: "", path: RING },
  pending: { word: "", note: "", path: HALF },
};

/** The states in the order of the filters. @type {StateName[]} */
export const STATES = ["running", "failed", "stopped", "scheduled", "starting", "stopping", "unknown"];

/** What needs attention, worst first. @type {(string | null)[]} */
export const CONCERNS = ["failed", "exceptions", "disconnected", "silent"];

/** @type {Record<string, StateName>} */
const STATE_LETTERS = {
  R: "running", A: "starting", P: "stopping", S: "stopped", W: "scheduled", F: "failed", U: "unknown",
};

/** @param {unknown} letter as Python packs it @returns {StateName} */
export function stateOf(letter) {
  return STATE_LETTERS[String(letter)] ?? "unknown";
}
