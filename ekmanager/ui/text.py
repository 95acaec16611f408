"""Text of engines and people inside Streamlit's Markdown: shown letter by letter, never interpreted."""

from __future__ import annotations

import re
from typing import Protocol

_MARKUP = re.compile(r"[\\`*_{}\[\]()#+\-.!|<>~$:&=\"']")
_JOINER = "\u2060"
"""WORD JOINER: invisible, no line break.

Streamlit replaces emoji codes, icons, arrows and addresses in the text that is left *after* Markdown was parsed, so a
backslash does not stop it (observed in 1.67); a joiner inside the pattern does.
"""
_LATE = re.compile(r"(?<=:)(?=[\w+/-])|(?<=[<~>-])(?=[=>-])|(?<=@)(?=\w)|(?<=\bwww)(?=\.)", re.IGNORECASE)
_SENTENCE_END = re.compile(r"(?<=[.?!])\s+(?=[A-Z])")
_FENCE = re.compile(r"`+")


def one_line(text: str) -> str:
    """`text` with white space, line breaks and control characters as single spaces."""
    return " ".join("".join(char if char.isprintable() else " " for char in text).split())


def plain(text: str) -> str:
    """`text` for a Markdown body, label or caption, so that it appears as it is, on one line.

    White space, line breaks and control characters become single spaces.
    """
    marked = _LATE.sub("\0", one_line(text))
    return _MARKUP.sub(r"\\\g<0>", marked).replace("\0", _JOINER)


def code(text: str) -> str:
    """`text` as an inline code span of Markdown, whatever backticks it holds."""
    line = one_line(text)
    if not line:
        return ""
    longest = max((len(run) for run in _FENCE.findall(line)), default=0)
    fence = "`" * (longest + 1)
    pad = " " if line.startswith("`") or line.endswith("`") else ""
    return f"{fence}{pad}{line}{pad}{fence}"


def prose(text: str) -> str:
    """`plain`, with what stands between two backticks as code: for sentences on what is wrong and what to try."""
    parts = text.split("`")
    if len(parts) % 2 == 0:
        return plain(text)
    shown = []
    for place, part in enumerate(parts):
        if place % 2:
            shown.append(code(part))
        elif part.strip():
            before = " " if part[0].isspace() and place else ""
            after = " " if part[-1].isspace() and place < len(parts) - 1 else ""
            shown.append(f"{before}{plain(part)}{after}")
    return "".join(shown)


class Told(Protocol):
    """An error that people are told of: what happened, and what to try."""

    message: str
    hint: str


def sentence(error: Told) -> str:
    """What happened and what to try, as Markdown."""
    return f"{prose(error.message)} {prose(error.hint)}".strip()


def listed(words: list[str], limit: int = 10) -> str:
    """`a, b and c` for people; more than `limit` are counted: `a, b and 7 more`."""
    if len(words) > limit:
        words = [*words[:limit], f"{len(words) - limit} more"]
    if len(words) < 2:
        return "".join(words)
    return f"{', '.join(words[:-1])} and {words[-1]}"


def first_sentence(text: str) -> str:
    """The first sentence of a longer text, for where there is room for one line."""
    return _SENTENCE_END.split(text, maxsplit=1)[0]


def count(number: int, one: str, many: str | None = None) -> str:
    """`1 server`, `1,000 servers`."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"
