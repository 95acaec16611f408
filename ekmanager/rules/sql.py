"""The words of a rule's SQL and where they stand: enough to find names, and the place that a message means."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

_TOKEN = re.compile(
    r"""
      (?P<space>\s+|--[^\n]*|/\*.*?(?:\*/|\Z))
    | (?P<name>[^\W\d]\w*|`[^`]*(?:`|\Z))
    | (?P<string>"(?:\\.|[^"\\])*(?:"|\Z)|'(?:\\.|[^'\\])*(?:'|\Z))
    | (?P<number>\d+(?:\.\d+)?)
    | (?P<sign>->|<=|>=|!=|.)
    """,
    re.VERBOSE | re.DOTALL,
)
_CLAUSES = [
    "SELECT",
    "FROM",
    "WHERE",
    "GROUP",
    "BY",
    "HAVING",
    "ORDER",
    "ASC",
    "DESC",
    "LIMIT",
    "FILTER",
    "OVER",
    "PARTITION",
]
_JOINS = ["INNER", "LEFT", "RIGHT", "FULL", "CROSS", "JOIN", "ON"]
_EXPRESSIONS = ["AS", "AND", "OR", "NOT", "IN", "BETWEEN", "LIKE", "CASE", "WHEN", "THEN", "DEFAULT", "ELSE", "END"]
_VALUES = ["TRUE", "FALSE", "DD", "HH", "MI", "SS", "MS", "REPLACE", "EXCEPT", "INVISIBLE"]
KEYWORDS = frozenset([*_CLAUSES, *_JOINS, *_EXPRESSIONS, *_VALUES])
"""Words that name nothing unless they stand in backticks (those of 2.4.0)."""


@dataclass(frozen=True, slots=True)
class Token:
    """One word: a name, a string, a number or a sign. `text` is without quotes, `start` an index into the SQL."""

    kind: Literal["name", "string", "number", "sign"]
    text: str
    start: int
    quoted: bool = False

    @property
    def keyword(self) -> str:
        """The keyword in capitals; empty for anything else."""
        word = self.text.upper()
        return word if self.kind == "name" and not self.quoted and word in KEYWORDS else ""


def tokens(sql: str) -> list[Token]:
    """The words, without comments."""
    found: list[Token] = []
    for match in _TOKEN.finditer(sql):
        kind, text = match.lastgroup, match.group()
        if kind == "string":
            closed = len(text) > 1 and text.endswith(text[0])
            found.append(Token("string", text[1:-1] if closed else text[1:], match.start(), quoted=True))
        elif kind == "name":
            quoted = text.startswith("`")
            found.append(Token("name", text.strip("`") if quoted else text, match.start(), quoted))
        elif kind == "number":
            found.append(Token("number", text, match.start()))
        elif kind == "sign":
            found.append(Token("sign", text, match.start()))
    return found


def streams_of(sql: str) -> tuple[str, ...]:
    """Names of the streams and tables after FROM and JOIN, each once, in their order."""
    words = tokens(sql)
    names: dict[str, None] = {}
    depth = 0
    for number, word in enumerate(words):
        if word.kind == "sign" and word.text in "()":
            depth += 1 if word.text == "(" else -1
        if depth == 0 and word.keyword in {"FROM", "JOIN"}:
            name = _source(words, number + 1)
            if name:
                names[name] = None
    return tuple(names)


def _source(words: list[Token], at: int) -> str:
    """The name that begins there. The server joins names, `/`, `+` and `#` to one, as for a topic of MQTT."""
    parts = []
    for word in words[at:]:
        if word.keyword or not (word.kind == "name" or (word.kind == "sign" and word.text in "/+#")):
            break
        parts.append(word.text)
    return "".join(parts)


def line_and_column(sql: str, index: int) -> tuple[int, int]:
    """Both from 1, columns in characters."""
    return sql.count("\n", 0, index) + 1, index - sql.rfind("\n", 0, index)
