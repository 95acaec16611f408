"""The fields of a protobuf message, as far as a schema file shows them."""

from __future__ import annotations

import re

from ekmanager.simulator.ddl import FieldType

_FIELD = re.compile(r"(required|optional|repeated)?\s*([A-Za-z0-9_.]+)\s+([A-Za-z0-9_]+)\s*=\s*\d+")
_FLOATS = frozenset(["double", "float"])
_SIMPLE = {"bool": "boolean", "string": "string", "bytes": "bytea"}


def fields_of(content: str, message: str) -> tuple[tuple[str, FieldType], ...]:
    """Names and types of a message's fields; none when the message is not there."""
    found = re.search(r"\bmessage\s+" + re.escape(message) + r"\s*\{([^}]*)\}", content)
    if not found:
        return ()
    fields: list[tuple[str, FieldType]] = []
    for label, kind, name in _FIELD.findall(found.group(1)):
        plain = "float" if kind in _FLOATS else _SIMPLE.get(kind, "bigint")
        fields.append((name, {"Type": "array", "ElementType": plain} if label == "repeated" else plain))
    return tuple(fields)
