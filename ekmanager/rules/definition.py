"""The definition of a rule as a text: read it, change parts of it, compare two of them."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from difflib import SequenceMatcher, unified_diff
from typing import Any, Literal

from ekmanager.ekuiper.models.base import JSON
from ekmanager.ekuiper.paths import PathRefused, encode_id
from ekmanager.rules.jsontext import canonical, dump, edit_object
from ekmanager.rules.sql import streams_of

__all__ = [
    "DefinitionInvalid",
    "DiffLine",
    "check_id",
    "diff",
    "edited",
    "is_graph",
    "is_old",
    "pretty",
    "read_definition",
    "same",
    "streams_in",
    "streams_of",
    "text_of",
    "unified",
    "with_state",
    "without_state",
]

Definition = Mapping[str, JSON] | str
"""A rule as JSON text, or decoded."""

_ID_CHAR = re.compile(r"[A-Za-z0-9_-]")
_REFUSED_BY_OLD = "#%/?&"
_CAREFUL_DIFF = 5_000
"""Lines up to which differences are looked for without shortcuts."""
_WORDS = {
    "Expecting value": "A value is missing here",
    "Expecting property name enclosed in double quotes": 'A name in "double quotes" is expected here',
    "Expecting ':' delimiter": "A colon is missing here",
    "Expecting ',' delimiter": "A comma is missing here",
    "Illegal trailing comma before end of object": "There is a comma too many here",
    "Illegal trailing comma before end of array": "There is a comma too many here",
    "Unterminated string starting at": "This text has no closing quote",
    "Extra data": "Something follows after the end of the object",
    "Invalid \\escape": "A backslash begins an escape, and this is none: write \\\\ for a backslash",
    "Invalid \\uXXXX escape": "\\u is followed by four hexadecimal digits",
}


class DefinitionInvalid(ValueError):
    """The text is not the JSON of a rule. `line` and `column` count from 1; None where there is no place."""

    def __init__(self, message: str, line: int | None = None, column: int | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.line = line
        self.column = column


def read_definition(text: str) -> dict[str, JSON]:
    """The definition, decoded; line breaks inside of texts are taken, as in SQL. Raises DefinitionInvalid."""
    if not text.strip():
        raise DefinitionInvalid("There is no definition yet.")
    try:
        document = json.loads(text.removeprefix("\ufeff"), strict=False, parse_constant=_refuse, parse_float=_float)
    except json.JSONDecodeError as error:
        words = next((ours for theirs, ours in _WORDS.items() if error.msg.startswith(theirs)), error.msg)
        if error.msg.startswith("Expecting ',' delimiter") and not error.doc[error.pos :].strip():
            words = "The text ends before every bracket is closed"
        raise DefinitionInvalid(f"This is not JSON: {words}.", error.lineno, error.colno) from error
    except RecursionError as error:
        raise DefinitionInvalid("The JSON is nested too deeply.") from error
    except DefinitionInvalid:
        raise
    except ValueError as error:  # a number of thousands of digits
        raise DefinitionInvalid("A number in the definition is too long.") from error
    if not isinstance(document, dict):
        raise DefinitionInvalid('A rule is a JSON object: {"id": …, "sql": …, "actions": […]}.', 1, 1)
    return document


def text_of(document: Definition) -> str:
    """The text to send: as it stands where servers can read it, else pretty. Raises DefinitionInvalid."""
    if not isinstance(document, str):
        return pretty(document)
    decoded = read_definition(document)
    try:
        json.loads(document)
    except ValueError:
        # A line break inside of a text, which eKuiper refuses
        return pretty(decoded)
    return document


def pretty(document: Mapping[str, JSON]) -> str:
    """The definition on lines, keys in their order."""
    return dump(dict(document), indent=2)


def edited(text: str, **fields: JSON) -> str:
    """The text with fields of the object replaced, added, or (None) removed; all else stays as it is written.

    Inside a field that is an object or an array, too, only what differs is written anew. Raises DefinitionInvalid.
    """
    read_definition(text)
    text = text.removeprefix("\ufeff")
    changes = {name: value for name, value in fields.items() if value is not None}
    return edit_object(text, changes, [name for name, value in fields.items() if value is None])


def same(old: str, new: str) -> bool:
    """Whether two definitions say the same, whatever their spacing and the order of their keys."""
    try:
        return canonical(read_definition(old)) == canonical(read_definition(new))
    except DefinitionInvalid:
        return old == new


@dataclass(frozen=True, slots=True)
class DiffLine:
    """One line of a comparison. `old` and `new` are its numbers, from 1, in the two pretty forms."""

    kind: Literal["same", "added", "removed"]
    text: str
    old: int | None
    new: int | None


def diff(old: str, new: str) -> list[DiffLine]:
    """What differs between two definitions, line by line, with the SQL on lines of its own.

    The order of keys is no difference. A text that is no JSON is compared as it is.
    """
    before, after = _lines(old, new)
    careful = len(before) + len(after) <= _CAREFUL_DIFF
    lines: list[DiffLine] = []
    for tag, i, j, m, n in SequenceMatcher(None, before, after, autojunk=not careful).get_opcodes():
        if tag == "equal":
            lines += [DiffLine("same", before[i + k], i + k + 1, m + k + 1) for k in range(j - i)]
            continue
        lines += [DiffLine("removed", before[k], k + 1, None) for k in range(i, j)]
        lines += [DiffLine("added", after[k], None, k + 1) for k in range(m, n)]
    return lines


def unified(old: str, new: str, name: str) -> str:
    """The differences as a unified diff of the pretty forms; empty when there are none."""
    before, after = _lines(old, new)
    return "\n".join(unified_diff(before, after, f"{name} (before)", f"{name} (after)", lineterm=""))


def check_id(rule_id: str, *, version: str = "") -> str:
    """Why an id cannot be used on a server of this version (unknown: on any), in a sentence; else empty."""
    if not rule_id.strip():
        return "Give the rule an id."
    if version and is_old(version):
        refused = [char for char in rule_id if char in _REFUSED_BY_OLD]
        if refused:
            return f"eKuiper {version} does not take {_listed(refused)} in the id of a rule."
    else:
        refused = [char for char in rule_id if _ID_CHAR.fullmatch(char) is None]
        if refused:
            return f"An id has letters A to Z, digits, - and _ only; this one has {_listed(refused)}."
    try:
        encode_id(rule_id)
    except (PathRefused, UnicodeEncodeError):
        return "A rule with this id could not be called by its address; use letters, digits, - and _."
    return ""


def is_old(version: str) -> bool:
    """Whether a server is of the first generation (1.x), which answers in another way than 2.x."""
    return re.match(r"v?[01]\.", version) is not None


def is_graph(document: Mapping[str, JSON]) -> bool:
    """Whether a rule is drawn as a graph, not written in SQL."""
    return bool(document.get("graph"))


def streams_in(document: Mapping[str, Any]) -> tuple[str, ...]:
    """Names of the streams and tables that a rule reads, of a graph rule too."""
    sql, graph = document.get("sql"), document.get("graph")
    if isinstance(sql, str) and sql:
        return streams_of(sql)
    nodes = graph.get("nodes") if isinstance(graph, dict) else None
    names: dict[str, None] = {}
    for node in nodes.values() if isinstance(nodes, dict) else ():
        props = node.get("props") if isinstance(node, dict) and node.get("type") == "source" else None
        name = props.get("sourceName") if isinstance(props, dict) else None
        if isinstance(name, str) and name:
            names[name] = None
    return tuple(names)


def with_state(document: Mapping[str, JSON], *, running: bool) -> dict[str, JSON]:
    """The definition with `triggered` set: whether saving it starts the rule."""
    return {**document, "triggered": running}


def without_state(text: str) -> str:
    """A text that two definitions share when they differ at most in `triggered`, which a start or a stop changes."""
    try:
        document = read_definition(text)
    except DefinitionInvalid:
        return text
    return canonical({key: value for key, value in document.items() if key != "triggered"})


def _refuse(name: str) -> None:
    raise DefinitionInvalid(f"{name} is no number in JSON.")


def _float(text: str) -> float:
    value = float(text)
    if value in {float("inf"), float("-inf")}:
        raise DefinitionInvalid(f"The number {text[:40]} is too large.")
    return value


def _listed(chars: list[str]) -> str:
    names = {" ": "a space", "\t": "a tab", "\n": "a line break"}
    each = dict.fromkeys(names.get(char, char if char.isprintable() else f"U+{ord(char):04X}") for char in chars)
    return ", ".join([*each][:8])


def _lines(old: str, new: str) -> tuple[list[str], list[str]]:
    try:
        before, after = read_definition(old), read_definition(new)
    except DefinitionInvalid:
        return old.split("\n"), new.split("\n")
    return _shown(_aligned(before, after)), _shown(after)


def _aligned(old: Any, new: Any) -> Any:
    """The old value with its keys in the order of the new one; those that are gone stay behind their neighbours."""
    if isinstance(old, list) and isinstance(new, list):
        return [_aligned(item, new[number]) if number < len(new) else item for number, item in enumerate(old)]
    if not (isinstance(old, dict) and isinstance(new, dict)):
        return old
    order = [key for key in new if key in old]
    before = ""
    for key in old:
        if key not in new:
            order.insert(order.index(before) + 1 if before in order else 0, key)
        before = key
    return {key: _aligned(old[key], new[key]) if key in new else old[key] for key in order}


def _shown(document: dict[str, JSON]) -> list[str]:
    lines = ["{"]
    for key, value in document.items():
        if key == "sql" and isinstance(value, str):
            lines += ['  "sql":', *(f"    {line}" for line in value.split("\n"))]
            continue
        # Without the comma: a field that was added last would change the line before it
        shown = f"{dump(key)}: {dump(value, indent=2)}"
        lines += [f"  {line}" for line in shown.split("\n")]
    return [*lines, "}"]
