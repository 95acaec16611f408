"""The part of YAML that configuration exports use: mappings, lists and plain values, by indentation."""

from __future__ import annotations

import json
import re
from typing import Any

_PLAIN = re.compile(r"[A-Za-z_/$][^:#\n\"'{}\[\]]*(?<! )")
_KEY = re.compile(r"""(?P<key>"(?:\\.|[^"\\])*"|'[^']*'|[^\s'"\[\]{}][^:]*?)\s*:(?:\s+(?P<rest>.*))?$""")
_BLOCKS = {"|": "\n", "|-": ""}
"""Marks of a text over several lines, and how it ends."""
_WORDS = {"true": True, "false": False, "null": None, "~": None, "": None}


class BadYAML(ValueError):
    """The text is not in this part of YAML."""


def dump(value: Any, depth: int = 0) -> str:
    """The text of a mapping, indented by four spaces a level."""
    pad = "    " * depth
    lines: list[str] = []
    for key, item in value.items():
        name = key if _PLAIN.fullmatch(key) else json.dumps(key, ensure_ascii=False)
        if isinstance(item, dict) and item:
            lines.append(f"{pad}{name}:\n{dump(item, depth + 1)}")
        elif isinstance(item, list) and item:
            lines.append(f"{pad}{name}:\n" + "".join(_item(entry, depth + 1) for entry in item))
        else:
            lines.append(f"{pad}{name}: {_scalar(item)}\n")
    return "".join(lines)


def _item(entry: Any, depth: int) -> str:
    pad = "    " * depth
    if isinstance(entry, dict) and entry:
        inner = dump(entry, 0).splitlines()
        return f"{pad}- {inner[0]}\n" + "".join(f"{pad}  {line}\n" for line in inner[1:])
    if isinstance(entry, list) and entry:
        inner = "".join(_item(item, 0) for item in entry).splitlines()
        return f"{pad}- {inner[0]}\n" + "".join(f"{pad}  {line}\n" for line in inner[1:])
    return f"{pad}- {_scalar(entry)}\n"


def _scalar(value: Any) -> str:
    plain = isinstance(value, str) and _PLAIN.fullmatch(value) and value.lower() not in _WORDS
    return str(value) if plain else json.dumps(value, ensure_ascii=False)


def load(text: str) -> Any:
    """The value of a text. Raises BadYAML."""
    lines = [
        (len(line) - len(line.lstrip(" ")), line.strip())
        for line in text.splitlines()
        if line.strip() and not line.lstrip().startswith("#")
    ]
    if not lines:
        return None
    value, at = _block(lines, 0, lines[0][0])
    if at != len(lines):
        raise BadYAML("yaml: did not find expected key")
    return value


_Lines = list[tuple[int, str]]


def _block(lines: _Lines, at: int, indent: int) -> tuple[Any, int]:
    if lines[at][1].startswith("- ") or lines[at][1] == "-":
        return _list(lines, at, indent)
    return _mapping(lines, at, indent)


def _list(lines: _Lines, at: int, indent: int) -> tuple[list[Any], int]:
    items: list[Any] = []
    while at < len(lines) and lines[at][0] == indent and lines[at][1].startswith("-"):
        rest = lines[at][1][1:].strip()
        if _KEY.match(rest) or rest.startswith("- "):
            inner = indent + len(lines[at][1]) - len(rest)
            lines[at] = (inner, rest)
            value, at = _block(lines, at, inner)
        else:
            value, at = _value(rest), at + 1
        items.append(value)
    return items, at


def _mapping(lines: _Lines, at: int, indent: int) -> tuple[dict[str, Any], int]:
    found: dict[str, Any] = {}
    while at < len(lines) and lines[at][0] == indent:
        match = _KEY.match(lines[at][1])
        if not match:
            raise BadYAML("yaml: did not find expected key")
        key, rest = str(_value(match["key"])), match["rest"] or ""
        at += 1
        if rest in _BLOCKS:
            first = at
            while at < len(lines) and lines[at][0] > indent:
                at += 1
            found[key] = "\n".join(line for _, line in lines[first:at]) + _BLOCKS[rest]
        elif rest:
            found[key] = _value(rest)
        elif at < len(lines) and (lines[at][0] > indent or lines[at][1].startswith("- ")):
            found[key], at = _block(lines, at, lines[at][0])
        else:
            found[key] = None
    return found, at


def _value(text: str) -> Any:
    if text.lower() in _WORDS:
        return _WORDS[text.lower()]
    if text[0] in '"[{' or re.fullmatch(r"-?\d+(\.\d+)?([eE][-+]?\d+)?", text):
        try:
            return json.loads(text)
        except json.JSONDecodeError as error:
            raise BadYAML("yaml: did not find expected node content") from error
    if text[0] == "'" and text.endswith("'") and len(text) > 1:
        return text[1:-1].replace("''", "'")
    return text
