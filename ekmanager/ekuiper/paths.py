"""Paths as they are sent: one spelling for each, and none that somebody on the way could read as another.

eKuiper's router decodes a path before it compares (`/%73top` is `/stop`, and `%2F` separates), and reverse proxies
resolve dots. So what cannot be said in one way is refused, and the rest gets its one spelling.
"""

from __future__ import annotations

import unicodedata
from urllib.parse import quote, unquote_to_bytes

SEGMENT_SAFE = "-._~!$&'()*+,;=:@"
"""What stands unencoded in a segment of a path, besides letters and digits (RFC 3986, pchar)."""

_HEX = frozenset("0123456789abcdefABCDEF")
_PLAIN = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_~")


class PathRefused(ValueError):
    """The path cannot be sent, because a server or a proxy could read it as another one."""


def normalise(raw_path: str) -> str:
    """The one spelling of a path as it came in a request line (without query): what is matched and what is sent.

    Letters are decoded where encoding was not needed, and encoded where it is; a slash at the end stays.
    Raises PathRefused on `.` and `..`, on encoded slashes, backslashes and percent signs, on empty segments
    and control characters, in any encoding.
    """
    if raw_path in {"", "/"}:
        return "/"
    if not raw_path.startswith("/"):
        raise PathRefused("A path begins with a slash.")
    segments = raw_path[1:].split("/")
    if segments[-1] == "":
        segments.pop()
        end = "/"
    else:
        end = ""
    return "/" + "/".join(_segment(segment) for segment in segments) + end


def encode_id(value: str) -> str:
    """An id as one segment of a path. Raises PathRefused for one that no path can carry."""
    if not isinstance(value, str):
        raise TypeError(f"an id is text, not {type(value).__name__}")
    if _PLAIN.issuperset(value) and value:
        return value
    return _encode(_checked(value))


def _segment(segment: str) -> str:
    if _PLAIN.issuperset(segment) and segment:
        return segment
    if "?" in segment or "#" in segment:
        raise PathRefused("A path has no query and no fragment in it.")
    return _encode(_checked(_decode(segment)))


def _decode(segment: str) -> str:
    if "%" not in segment:
        return segment
    for part in segment.split("%")[1:]:
        if len(part) < 2 or not _HEX.issuperset(part[:2]):
            raise PathRefused("The path has a percent sign that encodes nothing.")
    try:
        return unquote_to_bytes(segment).decode()
    except UnicodeDecodeError as error:
        raise PathRefused("The path is not text in UTF-8.") from error


def _checked(text: str) -> str:
    if not text:
        raise PathRefused("A part of the path is empty: ids are not, and slashes are not doubled.")
    if text.partition(";")[0] in {".", ".."}:
        # `..;` as well: some reverse proxies cut what follows the semicolon and then resolve the dots
        raise PathRefused("'.' and '..' are not allowed in a path.")
    for char, name in (("/", "slash"), ("\\", "backslash"), ("%", "percent sign")):
        if char in text:
            raise PathRefused(f"An encoded {name} is not allowed in a path.")
    if any(unicodedata.category(char) in {"Cc", "Cs"} for char in text):
        raise PathRefused("Control characters are not allowed in a path.")
    return text


def _encode(text: str) -> str:
    return quote(text, safe=SEGMENT_SAFE)
