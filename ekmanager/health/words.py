"""Spans of time and texts of servers, as sentences about health say them."""

from __future__ import annotations

import re

LONGEST = 200
"""Characters of a server's own text that are shown."""

_UNITS = ((86_400, "d"), (3_600, "h"), (60, "min"), (1, "s"))
_NOT_TEXT = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]+")


def span(seconds: float) -> str:
    """A span for people, in its two largest units: `2 d 3 h`, `4 min`, `0 s`."""
    rest = max(0, round(seconds))
    parts: list[str] = []
    for size, unit in _UNITS:
        count, rest = divmod(rest, size)
        if count:
            parts.append(f"{count} {unit}")
        if len(parts) == 2 or (parts and not count):
            break
    return " ".join(parts) or "0 s"


def one_line(text: str, longest: int = LONGEST) -> str:
    """A server's text on one line without control characters, shortened to `longest` characters."""
    plain = " ".join(_NOT_TEXT.sub(" ", text[: longest * 4]).split())
    return plain if len(plain) <= longest else plain[: longest - 1].rstrip() + "…"


def ended(text: str) -> str:
    """The text with a full stop, unless it ends as a sentence does: another one can follow it."""
    return text if not text or text.endswith((".", "!", "?", "…")) else f"{text}."


def looks_like_html(text: str) -> bool:
    """Whether a text is a web page: such a text is never shown."""
    start = text.lstrip("\ufeff \t\r\n")[:200].lower()
    return start.startswith(("<!doctype", "<html", "<head", "<body", "<?xml", "<script", "<!--"))
