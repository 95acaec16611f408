/** eKuiper's SQL for the editor: its words, and the names that it takes apart differently from other dialects. */
import { SQLDialect } from "@codemirror/lang-sql";

/** Reserved by eKuiper's lexer: as a name each of them needs backquotes. */
export const RESERVED = (
  "SELECT AS FROM WHERE AND OR GROUP HAVING ORDER BY DESC ASC FILTER INNER LEFT RIGHT FULL CROSS JOIN ON CASE WHEN " +
  "THEN DEFAULT ELSE END IN NOT BETWEEN LIKE OVER PARTITION REPLACE EXCEPT INVISIBLE LIMIT TRUE FALSE DD HH MI SS MS"
).split(" ");

const KEYWORDS = RESERVED.filter((word) => word !== "TRUE" && word !== "FALSE").join(" ");

/** Words with a meaning of their own in statements about streams and tables, and plain names in a rule. */
const STATEMENT_WORDS =
  "CREATE DROP EXPLAIN DESCRIBE SHOW STREAM TABLE STREAMS TABLES WITH DATASOURCE KEY FORMAT CONF_KEY TYPE " +
  "STRICT_VALIDATION TIMESTAMP TIMESTAMP_FORMAT RETAIN_SIZE SHARED SCHEMAID KIND DELIMITER VERSION EXTRA TEMP";

const TYPES = "BIGINT FLOAT STRING BYTEA DATETIME BOOLEAN ARRAY STRUCT";

/** @type {readonly (readonly [name: string, parameters: string, doc: string])[]} */
export const WINDOWS = [
  ["TUMBLINGWINDOW", "unit, length", "Windows one after another, each of this length."],
  ["HOPPINGWINDOW", "unit, length, interval", "Windows of this length, a new one begins every interval."],
  ["SLIDINGWINDOW", "unit, length", "A window of this length back from every record."],
  ["SESSIONWINDOW", "unit, length, timeout", "Ends when no record came within the timeout, or at this length."],
  ["COUNTWINDOW", "count", "Windows of this many records."],
  ["STATEWINDOW", "begin, emit", "Opens when the first condition holds, and is emitted when the second does."],
];

const SYNTAX = {
  doubleQuotedStrings: true,
  backslashEscapes: true,
  charSetCasts: false,
  identifierQuotes: "`",
  operatorChars: "+-*/%&|^=!<>",
  specialVar: "",
};

/**
 * The dialect for a text, which knows these functions besides its own words.
 * @param {boolean} aboutStreams whether the text creates or describes streams
 * @param {string} functions names with spaces between them
 */
export function dialect(aboutStreams, functions) {
  return SQLDialect.define({
    ...SYNTAX,
    keywords: `${KEYWORDS} ${aboutStreams ? STATEMENT_WORDS : ""}`.toLowerCase(),
    types: aboutStreams ? TYPES.toLowerCase() : "",
    builtin: `${WINDOWS.map(([name]) => name).join(" ")} unnest meta ${functions}`.toLowerCase(),
  });
}

/** Whether a text is a statement about streams or tables and not a rule. @param {string} head its beginning */
export function isAboutStreams(head) {
  return /^\s*(?:create|drop|show|describe|explain)\b/i.test(head);
}

const WORDS = new Set(RESERVED);

/** A name as it can stand in SQL: in backquotes where it must be. @param {string} name */
export function quoted(name) {
  return /^[a-z]\w*$/i.test(name) && !WORDS.has(name.toUpperCase()) ? name : `\`${name}\``;
}
