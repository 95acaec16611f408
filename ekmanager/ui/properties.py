"""Properties of sinks and options of rules as fields: what a field shows for a stored value, and what it writes."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Final, Literal

from ekmanager.ekuiper.models import JSON
from ekmanager.rules.definition import DefinitionInvalid, read_definition

Kind = Literal["text", "secret", "int", "float", "bool", "choice", "list", "object", "long"]
Drawn = Literal["text", "secret", "int", "float", "bool", "choice", "list", "object", "long", "json"]
"""How a field is drawn: as its kind, or as JSON when what is stored is of another kind."""


class Missing(Enum):
    """The type of `MISSING`."""

    MISSING = "missing"


MISSING: Final = Missing.MISSING
"""A property that is not written: not the same as null."""

Stored = JSON | Missing
"""The value of a property, or that there is none."""

MASK = "******"
"""What stands for a secret, in answers of 1.14 and in the JSON that is shown here."""

_SECRET = re.compile(r"(password|passwd|secret|token|accesskey|api-?key|privatekeyraw|authorization)$", re.IGNORECASE)
_LOGIN = re.compile(r"[\w+.-]+://[^\s/@:]*:[^\s/@]+@")
_WHOLE = 2**53
"""Browsers count exactly up to here; larger numbers are shown as JSON text."""


@dataclass(frozen=True, slots=True)
class PropertySpec:
    """One property for a form.

    `default` is what holds while the property is not written, None when that is not known. `example` is a value that
    the server proposes, and does not take by itself.
    """

    name: str
    label: str
    hint: str = ""
    kind: Kind = "text"
    default: JSON = None
    choices: tuple[str | int | float, ...] = ()
    required: bool = False
    connection_related: bool = False
    example: JSON = None
    labels: tuple[str, ...] = ()
    """The words for `choices`, in their order; none: the values themselves."""


@dataclass(frozen=True, slots=True)
class Parsed:
    """JSON that somebody typed: its value, or what is wrong with it and where (1-based)."""

    value: Stored = MISSING
    problem: str = ""
    line: int = 0


def is_secret(name: str) -> bool:
    """Whether the value of a property with this name is a password, token or key."""
    return _SECRET.search(name) is not None


def drawn_as(spec: PropertySpec, stored: Stored) -> Drawn:
    """The kind of field that can show `stored` without loss."""
    if stored is MISSING:
        return spec.kind
    if isinstance(stored, bool):
        return "bool" if spec.kind == "bool" else "json"
    if isinstance(stored, str):
        return _for_text(spec.kind, stored)
    if isinstance(stored, int) and abs(stored) < _WHOLE:
        return spec.kind if spec.kind in ("int", "float", "choice") else "json"
    if isinstance(stored, float):
        return spec.kind if spec.kind in ("float", "choice") else "json"
    if isinstance(stored, list):
        return "list" if spec.kind == "list" and _only_texts(stored) else "json"
    if isinstance(stored, dict):
        return "object" if spec.kind == "object" else "json"
    return "json"


def _for_text(kind: Kind, stored: str) -> Drawn:
    if kind in ("secret", "choice"):
        return kind
    if _LOGIN.match(stored):
        return "secret"
    # A number may be stored as text, as a duration ("5s") or as a template ("{{.id}}").
    return "long" if kind == "long" or "\n" in stored else "text"


def _only_texts(values: Sequence[JSON]) -> bool:
    """A multiselect shows texts, each once."""
    texts = [value for value in values if isinstance(value, str)]
    return len(texts) == len(values) == len(set(texts))


def shown_default(spec: PropertySpec) -> str:
    """What the empty field says: the default that holds, or a proposed value."""
    if spec.default not in (None, "", [], {}):
        return f"{short(spec.default)} (default)"
    if spec.example not in (None, "", [], {}):
        return f"for example {short(spec.example)}"
    return "Required" if spec.required else "Not set"


def short(value: JSON, limit: int = 60) -> str:
    """A value in a few letters."""
    if isinstance(value, bool):
        return "On" if value else "Off"
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return text if len(text) <= limit else f"{text[: limit - 1]}…"


def as_text(value: JSON) -> str:
    """`value` as JSON for people: two spaces, the order and all letters as they are."""
    return json.dumps(value, ensure_ascii=False, indent=2)


def exactly(value: JSON) -> str:
    """Equal for values that are the same JSON: the order of names does not count, and 1 is neither true nor 1.0."""
    return json.dumps(value, sort_keys=True)


def parsed(text: str) -> Parsed:
    """Reads JSON that somebody typed: any value."""
    if not text.strip():
        return Parsed(problem="Nothing is written here.", line=1)
    # The reader takes objects only; another value becomes a member, on a line of its own.
    whole = text.lstrip().startswith("{")
    try:
        found = {"value": read_definition(text)} if whole else read_definition(f'{{"value":\n{text}\n}}')
    except DefinitionInvalid as error:
        line = (error.line or 1) if whole else max((error.line or 2) - 1, 1)
        line = min(line, text.count("\n") + 1)
        where = f"Line {line}, column {error.column}: " if error.column else ""
        return Parsed(problem=f"{where}{error.message}", line=line)
    if len(found) != 1 or "value" not in found:
        return Parsed(problem="More follows after the end of the value.", line=1)
    return Parsed(found["value"])


def masked(value: JSON) -> JSON:
    """`value` with the mask in the place of every secret that it holds, at any depth."""
    if isinstance(value, dict):
        return {name: MASK if _hidden(name, item) else masked(item) for name, item in value.items()}
    return [masked(item) for item in value] if isinstance(value, list) else value


def unmasked(value: JSON, old: JSON) -> JSON:
    """`value` with the secrets of `old` where the mask was left standing in their place."""
    if isinstance(value, dict) and isinstance(old, dict):
        return {
            name: old[name]
            if item == MASK and name in old and _hidden(name, old[name])
            else unmasked(item, old.get(name))
            for name, item in value.items()
        }
    if isinstance(value, list) and isinstance(old, list):
        return [unmasked(item, old[place] if place < len(old) else None) for place, item in enumerate(value)]
    return value


def _hidden(name: str, value: JSON) -> bool:
    return isinstance(value, str) and value != "" and (is_secret(name) or _LOGIN.match(value) is not None)


def changed(
    properties: Mapping[str, JSON], changes: Mapping[str, Stored], *, order: Sequence[str] = ()
) -> dict[str, JSON]:
    """`properties` with `changes`: MISSING removes. Names of `order` keep their place, new ones come last."""
    found = {name: value for name, value in properties.items() if changes.get(name) is not MISSING}
    found |= {name: value for name, value in changes.items() if value is not MISSING}
    placed = {name: found[name] for name in order if name in found}
    return {**placed, **found}
