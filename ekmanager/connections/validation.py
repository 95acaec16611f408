"""What is wrong with the fields of a connection, in words for the person who filled them in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError

_LABELS: dict[str, str] = {
    "id": "Id",
    "name": "Name",
    "url": "URL",
    "description": "Description",
    "isDefault": "Default",
    "tags": "Tags",
    "credentials": "Credentials",
    "headers": "Headers",
    "tls": "TLS",
    "timeout": "Timeout",
    "revision": "Revision",
    "createdAt": "Created",
    "updatedAt": "Updated",
    "kind": "Kind",
    "token": "Token",
    "issuer": "Issuer",
    "privateKey": "Private key",
    "lifetime": "Lifetime",
    "username": "User name",
    "password": "Password",
    "verify": "Verify the certificate",
    "caBundle": "CA bundle",
    "clientCertificate": "Client certificate",
    "clientKey": "Client key",
}

_SENTENCES: dict[str, str] = {
    "missing": "is needed",
    "string_type": "must be text",
    "string_sub_type": "must be text",
    "string_unicode": "must be text",
    "string_too_short": "must not be empty",
    "string_too_long": "must have at most {max_length} characters",
    "too_short": "must not be empty",
    "too_long": "must have at most {max_length} entries",
    "bool_type": "must be true or false",
    "bool_parsing": "must be true or false",
    "int_type": "must be a whole number",
    "int_parsing": "must be a whole number",
    "int_from_float": "must be a whole number",
    "float_type": "must be a number",
    "float_parsing": "must be a number",
    "finite_number": "must be a number",
    "greater_than": "must be more than {gt}",
    "greater_than_equal": "must be at least {ge}",
    "less_than": "must be less than {lt}",
    "less_than_equal": "must be at most {le}",
    "dict_type": "must be an object",
    "model_type": "must be an object",
    "model_attributes_type": "must be an object",
    "tuple_type": "must be a list",
    "list_type": "must be a list",
    "extra_forbidden": "is not known here",
    "union_tag_invalid": "must be one of {expected_tags}",
    "union_tag_not_found": "must name its kind",
    "literal_error": "must be {expected}",
}

_NOT_SHOWN = frozenset(["none", "jwt", "minted", "bearer", "basic", "[key]"])
"""Parts of a location that say which variant was tried, not which field is meant."""


@dataclass(frozen=True, slots=True)
class FieldProblem:
    """What is wrong with one field; `f"{field}: {message}"` is a sentence."""

    field: str
    message: str

    def __str__(self) -> str:
        return f"{self.field}: {self.message}"


def explain(error: ValidationError) -> list[FieldProblem]:
    """The problems of a connection's fields, without any of the values that were entered."""
    details = error.errors(include_url=False, include_input=False)
    problems = [FieldProblem(_field(detail["loc"]), _message(detail)) for detail in details]
    return list(dict.fromkeys(problems))


def _field(location: tuple[int | str, ...]) -> str:
    parts = [part for part in location if part not in _NOT_SHOWN]
    words: list[str] = []
    for depth, part in enumerate(parts):
        if isinstance(part, int):
            words.append(f"no. {part + 1}")
        elif depth and parts[0] == "headers":
            words.append(part)
        else:
            label = _LABELS.get(part) or _LABELS.get(_camel(part), part)
            words.append(label if not words else label[:1].lower() + label[1:])
    return ", ".join(words) or "Connection"


def _camel(name: str) -> str:
    head, *tail = name.split("_")
    return head + "".join(word.capitalize() for word in tail)


def _message(detail: Mapping[str, Any]) -> str:
    context: Mapping[str, Any] = detail.get("ctx") or {}
    kind = str(detail["type"])
    if kind == "value_error":
        return str(context.get("error", "cannot be used"))
    if kind.startswith(("datetime", "date_", "timezone")):
        return "must be a time such as 2026-01-31T12:00:00Z"
    sentence = _SENTENCES.get(kind, "cannot be used")
    if kind == "string_too_short" and context.get("min_length", 1) > 1:
        sentence = "must have at least {min_length} characters"
    plain = {name: f"{value:g}" if isinstance(value, float) else value for name, value in context.items()}
    return sentence.format(**plain)
