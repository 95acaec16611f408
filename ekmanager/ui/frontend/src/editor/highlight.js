/** The colours of code: those of the theme that have the contrast of text, so that they follow light and dark. */
import { HighlightStyle } from "@codemirror/language";
import { tags } from "@lezer/highlight";

export const COLOURS = HighlightStyle.define([
  { tag: tags.keyword, color: "var(--code-keyword)", fontWeight: "600" },
  { tag: [tags.standard(tags.name), tags.typeName], color: "var(--code-function)" },
  { tag: tags.propertyName, color: "var(--code-keyword)" },
  { tag: tags.string, color: "var(--code-string)" },
  { tag: tags.special(tags.string), color: "var(--text)" },
  { tag: [tags.number, tags.bool, tags.null], color: "var(--code-number)" },
  { tag: [tags.lineComment, tags.blockComment], color: "var(--code-comment)", fontStyle: "italic" },
  { tag: [tags.operator, tags.punctuation, tags.separator, tags.paren, tags.squareBracket, tags.brace], color: "var(--muted)" },
]);
