"""JSON as the servers write and refuse it: compact, HTML characters escaped, errors in their wording.

The wording matters because clients show it: "unexpected end of JSON input", "invalid character 'x' looking for …".
"""

from __future__ import annotations

import json
import re
from typing import Any

_HTML = {"<": "\\u003c", ">": "\\u003e", "&": "\\u0026", "\u2028": "\\u2028", "\u2029": "\\u2029"}
_SPACE = " \t\r\n"
_SHORT = {"\a": "\\a", "\b": "\\b", "\f": "\\f", "\n": "\\n", "\r": "\\r", "\t": "\\t", "\v": "\\v"}


class BadJSON(ValueError):
    """The text is not the JSON that was wanted; the message is the server's."""


def dumps(value: Any, *, indent: str | None = None, sort: bool = False) -> str:
    """Compact JSON text with `<`, `>` and `&` escaped; `indent` spreads it over lines."""
    separators = (",", ": ") if indent is not None else (",", ":")
    text = json.dumps(value, ensure_ascii=False, separators=separators, indent=indent, sort_keys=sort)
    return re.sub("[<>&\u2028\u2029]", lambda found: _HTML[found.group()], text)


def quote(text: str) -> str:
    """The text as a quoted string literal: what 2.4.0 puts into its error envelope."""
    return '"' + "".join(_quoted(char) for char in text) + '"'


def _quoted(char: str) -> str:
    if char in '"\\':
        return "\\" + char
    if char in _SHORT:
        return _SHORT[char]
    if char.isprintable():
        return char
    return f"\\x{ord(char):02x}" if ord(char) < 0x80 else f"\\u{ord(char):04x}"


def loads(text: str, *, streaming: bool = False) -> Any:
    """The value of a JSON text.

    `streaming` is the wording of a decoder that reads a request body (`EOF`, `unexpected EOF`) instead of one that
    has the whole text. Raises BadJSON.
    """
    if not text.strip(_SPACE):
        raise BadJSON("EOF" if streaming else "unexpected end of JSON input")
    try:
        if streaming:
            return json.JSONDecoder().raw_decode(text.lstrip(_SPACE))[0]
        return json.loads(text)
    except json.JSONDecodeError as error:
        raise BadJSON(_complaint(text.lstrip(_SPACE) if streaming else text, error.pos, streaming)) from error
    except RecursionError as error:
        raise BadJSON("exceeded max depth") from error


def type_name(value: Any) -> str:
    """The server's word for the kind of a JSON value: `string`, `number`, `bool`, `array`, `object`."""
    if isinstance(value, bool):
        return "bool"
    if isinstance(value, int | float):
        return "number"
    if isinstance(value, str):
        return "string"
    if isinstance(value, list):
        return "array"
    return "object" if isinstance(value, dict) else "null"


def _complaint(text: str, position: int, streaming: bool) -> str:
    end = "unexpected EOF" if streaming else "unexpected end of JSON input"
    while position < len(text) and text[position] in _SPACE:
        position += 1
    if position >= len(text) or (text[position] == '"' and '"' not in text[position + 1 :]):
        return end
    for literal in ("null", "true", "false"):
        if text[position] == literal[0]:
            for offset, wanted in enumerate(literal):
                if position + offset >= len(text):
                    return end
                found = text[position + offset]
                if found != wanted:
                    return f"invalid character {found!r} in literal {literal} (expecting {wanted!r})"
    before = text[:position].rstrip(_SPACE)
    place = "looking for beginning of value"
    if before.endswith("{"):
        place = "looking for beginning of object key string"
    elif before and before[-1] not in "[,:":
        place = "after top-level value" if before.count("{") == before.count("}") else "after object key:value pair"
    return f"invalid character {text[position]!r} {place}"
