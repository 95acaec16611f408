"""Changes inside a JSON text that leave the rest of it as it was written, byte for byte."""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from ekmanager.ekuiper.models.base import JSON

_SPACE = re.compile(r"[ \t\n\r]*")
_DECODER = json.JSONDecoder(strict=False)

Edit = tuple[int, int, str]
"""From, to, and what comes there."""


@dataclass(slots=True)
class _Node:
    """Where a value stands in the text."""

    start: int
    end: int
    members: list[_Member] | None = None
    """Of an object."""
    items: list[_Node] = field(default_factory=list)
    """Of an array."""


@dataclass(slots=True)
class _Member:
    key: str
    start: int
    node: _Node


def canonical(value: object) -> str:
    """A text that two values share when they are the same JSON; 1, 1.0 and true are three values."""
    return json.dumps(value, sort_keys=True)


def dump(value: object, *, indent: int | None = None, separators: tuple[str, str] | None = None) -> str:
    """JSON as people read it: no escapes but those that must be."""
    text = json.dumps(value, indent=indent, ensure_ascii=False, separators=separators)
    try:
        text.encode()
    except UnicodeEncodeError:
        # Half of a surrogate pair exists in JSON only as an escape
        return json.dumps(value, indent=indent, separators=separators)
    return text


def edit_object(text: str, changes: Mapping[str, JSON], removed: Collection[str] = ()) -> str:
    """The object in `text`, which is valid JSON, with some members set and others taken away.

    A member that has the value already keeps its spelling; a new one comes last.
    """
    root = _scan(text, _skip(text, 0))
    edits = _object_edits(text, root, changes, removed)
    for start, end, fresh in sorted(edits, reverse=True):
        text = text[:start] + fresh + text[end:]
    return text


def _skip(text: str, at: int) -> int:
    found = _SPACE.match(text, at)
    return found.end() if found else at


def _scan(text: str, at: int) -> _Node:
    opening = text[at]
    if opening not in "{[":
        return _Node(at, _DECODER.raw_decode(text, at)[1])
    node = _Node(at, at, [] if opening == "{" else None)
    closing = "}" if opening == "{" else "]"
    place = _skip(text, at + 1)
    while text[place] != closing:
        if text[place] == ",":
            place = _skip(text, place + 1)
        if node.members is None:
            node.items.append(_scan(text, place))
            place = _skip(text, node.items[-1].end)
            continue
        key, after = _DECODER.raw_decode(text, place)
        value = _scan(text, _skip(text, _skip(text, after) + 1))
        node.members.append(_Member(str(key), place, value))
        place = _skip(text, value.end)
    node.end = place + 1
    return node


def _object_edits(text: str, node: _Node, changes: Mapping[str, JSON], removed: Collection[str]) -> list[Edit]:
    members = node.members or []
    # Of members with the same name the last one counts, here and on the server
    last = {member.key: number for number, member in enumerate(members)}
    kept = [
        number
        for number, member in enumerate(members)
        if member.key not in removed and (member.key not in changes or last[member.key] == number)
    ]
    edits: list[Edit] = []
    for number in kept:
        member = members[number]
        if member.key in changes:
            edits += _value_edits(text, member.node, changes[member.key])
    if members and not kept:
        edits.append((members[0].start, members[-1].node.end, ""))
    for number in set(range(len(members))) - set(kept) if kept else ():
        if number < kept[0]:
            edits.append((members[number].start, members[number + 1].start, ""))
        else:
            edits.append((members[number - 1].node.end, members[number].node.end, ""))
    return edits + _additions(text, node, kept, {key: changes[key] for key in changes if key not in last})


def _additions(text: str, node: _Node, kept: list[int], added: Mapping[str, JSON]) -> list[Edit]:
    if not added:
        return []
    members = node.members or []
    before = text[node.start + 1 : members[0].start] if members else ""
    indent = before.rpartition("\n")[2] if "\n" in before else None
    colon = _colon(text, node)
    rendered = [f"{dump(key)}{colon}{_render(text, value, indent)}" for key, value in added.items()]
    gap = "\n" + indent if indent is not None else colon[1:]
    joined = f",{gap}".join(rendered)
    if kept:
        return [(members[kept[-1]].node.end, members[kept[-1]].node.end, f",{gap}{joined}")]
    place = members[-1].node.end if members else node.start + 1
    return [(place, place, joined)]


def _value_edits(text: str, node: _Node, new: JSON) -> list[Edit]:
    old = _DECODER.decode(text[node.start : node.end])
    if canonical(old) == canonical(new):
        return []
    if isinstance(old, dict) and isinstance(new, dict) and old:
        return _object_edits(text, node, new, [key for key in old if key not in new])
    if isinstance(old, list) and isinstance(new, list) and len(old) == len(new):
        return [edit for item, value in zip(node.items, new, strict=True) for edit in _value_edits(text, item, value)]
    line = text[text.rfind("\n", 0, node.start) + 1 : node.start]
    indent = line[: len(line) - len(line.lstrip(" \t"))] if "\n" in text[: node.start] else None
    return [(node.start, node.end, _render(text, new, indent))]


def _render(text: str, value: JSON, indent: str | None) -> str:
    """The value in the style of its surroundings: on one line, or on lines of their own from `indent` on."""
    if indent is None:
        comma = ", " if _spaced(text) else ","
        return dump(value, separators=(comma, ": " if _spaced(text) else ":"))
    return dump(value, indent=2).replace("\n", "\n" + indent)


def _colon(text: str, node: _Node) -> str:
    members = node.members or []
    return ": " if not members or text[members[0].start : members[0].node.start].endswith(" ") else ":"


def _spaced(text: str) -> bool:
    """Whether the text has a space after its first colon; one without any gets them."""
    found = re.search(r'"\s*:(\s?)', text)
    return found is None or bool(found[1])
