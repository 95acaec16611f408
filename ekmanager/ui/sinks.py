"""The sinks that a server offers, for a form: types, their properties, stored configurations, shared connections."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import TypeVar

from ekmanager.ekuiper.client import EKuiperClient
from ekmanager.ekuiper.errors import EKuiperError, NotSupported
from ekmanager.ekuiper.models import JSON, Form, FormField, TypeSummary
from ekmanager.ui.properties import Kind, PropertySpec, is_secret
from ekmanager.ui.sink_table import COMMON, CONNECTION, NOT_TAKEN, USUAL

__all__ = ["PropertySpec", "SinkCatalog", "SinkSpec", "read_catalog", "starter", "usual_catalog"]

_T = TypeVar("_T")
_CALLS = 4
"""Descriptions that are asked for at the same time."""
_KINDS: Mapping[str, Kind] = {
    "string": "text",
    "int": "int",
    "float": "float",
    "bool": "bool",
    "object": "object",
    "list_string": "list",
}


@dataclass(frozen=True, slots=True)
class SinkSpec:
    """One type of sink. `about` is a sentence; `described` is False when the server says nothing of its properties."""

    type: str
    label: str
    about: str = ""
    properties: tuple[PropertySpec, ...] = ()
    listed: bool = True
    """Whether the server says that it has this type."""
    described: bool = True

    @property
    def common(self) -> Mapping[str, tuple[PropertySpec, ...]]:
        """What every sink takes, without what this one describes itself, by heading."""
        own = {spec.name for spec in self.properties}
        return {heading: tuple(s for s in specs if s.name not in own) for heading, specs in COMMON.items()}

    @property
    def takes_connection(self) -> bool:
        """Whether it can use a shared connection."""
        return any(spec.name == CONNECTION for spec in self.properties)


@dataclass(frozen=True, slots=True)
class SinkCatalog:
    """What a form for sinks offers. `problem`: why the server's own description is not there, and what to try."""

    types: tuple[str, ...]
    """First those that the server lists, by name, then the usual ones that it does not list."""
    specs: Mapping[str, SinkSpec]
    config_keys: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Names of stored configurations by type of sink."""
    connections: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """What the property connectionSelector may be, by type."""
    problem: str = ""

    def spec(self, sink_type: str) -> SinkSpec:
        """The description of a type; an empty one for a type that nobody describes."""
        return self.specs.get(sink_type) or SinkSpec(sink_type, sink_type, listed=False, described=False)


def usual_catalog(problem: str = "") -> SinkCatalog:
    """The usual types from a small table, without asking anyone."""
    return SinkCatalog(tuple(USUAL), {name: _usual(name) for name in USUAL}, problem=problem)


def read_catalog(client: EKuiperClient) -> SinkCatalog:
    """Everything about the sinks of a server: about 15 small calls. Never raises EKuiperError: see `problem`."""
    try:
        listed = client.metadata.sinks.list()
    except EKuiperError as error:
        return usual_catalog(f"{error.message} {error.hint}".strip())
    names = sorted({summary.name for summary in listed if summary.installed}, key=str.casefold)
    by_name = {summary.name: summary for summary in listed}
    with ThreadPoolExecutor(_CALLS, "sinks") as threads:
        forms = threads.map(lambda name: _tried(lambda: client.metadata.sinks.get(name)), names)
        keys = threads.submit(_config_keys, client)
        specs = {
            name: _spec(by_name[name], form) if form else _undescribed(by_name[name])
            for name, form in zip(names, forms, strict=True)
        }
        connected = [name for name in names if specs[name].takes_connection]
        connections = _connections(client, connected)
        config_keys = keys.result()
    absent = {name: _usual(name, listed=False) for name in USUAL if name not in specs}
    return SinkCatalog((*specs, *absent), {**specs, **absent}, config_keys, connections)


def starter(spec: SinkSpec) -> dict[str, JSON]:
    """The properties with which a new sink of a type begins: proposals that the server does not take by itself."""
    wanted = {"method"} if spec.type == "rest" else set()
    return {
        each.name: each.example
        for each in spec.properties
        if each.example not in (None, "", [], {}) and (each.required or each.name in wanted)
    }


def _tried(call: Callable[[], _T]) -> _T | None:
    try:
        return call()
    except EKuiperError:
        return None


def _config_keys(client: EKuiperClient) -> dict[str, tuple[str, ...]]:
    found: dict[str, set[str]] = {}
    for group in (_tried(client.metadata.resources) or {}).get("sinks", []):
        for name, sink_type in group.items():
            found.setdefault(sink_type, set()).add(name)
    return {sink_type: tuple(sorted(names, key=str.casefold)) for sink_type, names in sorted(found.items())}


def _connections(client: EKuiperClient, types: list[str]) -> dict[str, tuple[str, ...]]:
    """2.4 has connections with an id; before, a connection is a stored configuration, named `type.key`."""
    found: dict[str, set[str]] = {}
    try:
        for connection in client.connections.list():
            if connection.is_named:
                found.setdefault(connection.type, set()).add(connection.id)
    except NotSupported:
        for each in types:
            stored = _tried(lambda name=each: client.metadata.connections.configs(name)) or {}  # type: ignore[misc]  # bound
            found[each] = {f"{each}.{name}" for name in stored}
    except EKuiperError:
        return {}
    return {each: tuple(sorted(names, key=str.casefold)) for each, names in sorted(found.items()) if names}


def _usual(name: str, *, listed: bool = True) -> SinkSpec:
    label, about, properties = USUAL[name]
    return SinkSpec(name, label, about, properties, listed=listed)


def _undescribed(summary: TypeSummary) -> SinkSpec:
    if summary.name in USUAL:
        return _usual(summary.name)
    return SinkSpec(summary.name, summary.name, _text(summary.about.get("description")), described=False)


def _spec(summary: TypeSummary, form: Form) -> SinkSpec:
    node = (form.model_extra or {}).get("node")
    label, about, _ = USUAL.get(summary.name, ("", "", ()))
    if not label:
        label = _text(node.get("label")) if isinstance(node, dict) else ""
        about = _text(form.about.get("description")) or _text(summary.about.get("description"))
    properties = tuple(_property(summary.name, each) for each in form.fields)
    return SinkSpec(summary.name, label or summary.name, about, properties)


def _property(sink_type: str, described: FormField) -> PropertySpec:
    name, required = described.name, not described.optional
    default = described.default
    kind = _kind(described)
    if kind == "object" and isinstance(default, dict):
        default = None  # some describe nested fields there
    if kind == "int" and not isinstance(default, int):
        default = None
    # A required property is refused when it is absent, whatever its described default.
    proposed = required or (sink_type, name) in NOT_TAKEN
    return PropertySpec(
        name,
        _text(described.label) or name,
        _text(described.hint),
        kind,
        default=NOT_TAKEN.get((sink_type, name)) if proposed else default,
        choices=tuple(
            value
            for value in (described.values if isinstance(described.values, list) else ())
            if isinstance(value, str | int | float)
        ),
        required=required,
        connection_related=described.connection_related,
        example=default if proposed else None,
    )


def _kind(described: FormField) -> Kind:
    if isinstance(described.values, list) and (described.values or described.control == "select"):
        return "choice"
    kind = _KINDS.get(str(described.type), "text")
    if kind == "text" and is_secret(described.name):
        return "secret"
    if kind == "text" and described.control == "textarea":
        return "long"
    if str(described.type).startswith("list_") and kind == "text":
        return "object"
    return kind


def _text(texts: JSON) -> str:
    """The English text of one that is there in several languages, on one line."""
    if not isinstance(texts, dict):
        return ""
    found = texts.get("en") or texts.get("en_US")
    return " ".join(found.split()) if isinstance(found, str) else ""
