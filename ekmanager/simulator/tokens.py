"""The words of a statement: what the SQL parsers read."""

from __future__ import annotations

import re
from dataclasses import dataclass

_TOKEN = re.compile(
    r"""
      (?P<space>\s+|--[^\n]*|/\*.*?\*/)
    | (?P<name>[A-Za-z_][A-Za-z0-9_]*|`[^`]*`)
    | (?P<string>"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*')
    | (?P<number>\d+(?:\.\d+)?)
    | (?P<sign>->|<=|>=|!=|<>|[-+*/%=<>(),.;\[\]:&|^])
    | (?P<other>.)
    """,
    re.VERBOSE | re.DOTALL,
)


class BadSQL(ValueError):
    """The statement cannot be parsed; the message is the server's."""


@dataclass(frozen=True, slots=True)
class Token:
    """One word. `kind` is name, string, number, sign, other, or end."""

    kind: str
    text: str
    quoted: bool = False

    def is_word(self, *words: str) -> bool:
        """Whether this is one of these keywords, in any case."""
        return self.kind == "name" and not self.quoted and self.text.upper() in words

    def is_sign(self, *signs: str) -> bool:
        return self.kind == "sign" and self.text in signs


END = Token("end", "EOF")


def tokenise(sql: str) -> list[Token]:
    """All words of a statement; the parsers ask for `END` past the last one."""
    tokens = []
    for found in _TOKEN.finditer(sql):
        kind, text = str(found.lastgroup), found.group()
        if kind == "space":
            continue
        if kind == "string" or text.startswith("`"):
            tokens.append(Token(kind, text[1:-1], quoted=True))
        else:
            tokens.append(Token(kind, text))
    return tokens


class Reader:
    """A position in the words of a statement."""

    def __init__(self, sql: str) -> None:
        self._tokens = tokenise(sql)
        self._at = 0

    @property
    def now(self) -> Token:
        return self.ahead(0)

    def ahead(self, count: int) -> Token:
        """The word `count` places further on."""
        at = self._at + count
        return self._tokens[at] if at < len(self._tokens) else END

    def take(self) -> Token:
        token = self.now
        self._at += 1
        return token

    def took_word(self, *words: str) -> bool:
        """Whether the next word was one of these; it is taken then."""
        if self.now.is_word(*words):
            self._at += 1
            return True
        return False

    def took_sign(self, *signs: str) -> bool:
        """Whether the next word was one of these signs; it is taken then."""
        if self.now.is_sign(*signs):
            self._at += 1
            return True
        return False
