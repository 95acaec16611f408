"""What a server can do: types of sources and sinks with their properties, stored configurations, functions."""

from __future__ import annotations

import builtins
from collections.abc import Mapping
from typing import Literal

from pydantic import TypeAdapter

from ekmanager.ekuiper.errors import RequestRefused
from ekmanager.ekuiper.models import JSON, Form, FunctionGroup, TypeSummary
from ekmanager.ekuiper.models.base import Keyed, Many, Properties
from ekmanager.ekuiper.parse import decode, validated
from ekmanager.ekuiper.resources.base import LONG, Resource
from ekmanager.ekuiper.transport import Transport

Configurations = dict[str, dict[str, JSON]]
"""By configuration key, the properties."""

_POISONED = "Failed to write data to file"
_TYPES: TypeAdapter[list[TypeSummary]] = TypeAdapter(Many[TypeSummary])
_FORM = TypeAdapter(Form)
_CONFIGS: TypeAdapter[Configurations] = TypeAdapter(Keyed[Properties])
_GROUPS: TypeAdapter[list[FunctionGroup]] = TypeAdapter(Many[FunctionGroup])
_OBJECTS: TypeAdapter[list[dict[str, JSON]]] = TypeAdapter(Many[Properties])
_RESOURCES: TypeAdapter[dict[str, list[dict[str, str]]]] = TypeAdapter(Keyed[Many[dict[str, str]]])
_RESOURCE: TypeAdapter[dict[str, Configurations]] = TypeAdapter(Keyed[Keyed[Properties]])


class Family(Resource):
    """Types of sources, of sinks, or of connections."""

    def __init__(self, transport: Transport, family: str) -> None:
        super().__init__(transport)
        self.family = family

    def get(self, name: str) -> Form:
        """The properties that a type takes, described for a form."""
        return self._parse(parse_form, f"metadata.{self.family}.get", name)

    def configs(self, name: str) -> Configurations:
        """Stored configurations of a type. 1.14 shows passwords as `******`; 2.4 in clear."""
        return self._read(_CONFIGS, f"metadata.{self.family}.configs", name)

    def set_config(self, name: str, key: str, properties: Mapping[str, object]) -> None:
        """Store a configuration. To 1.14 a password `******` means the old one; to 2.4 it means six asterisks."""
        try:
            self._call(f"metadata.{self.family}.set_config", name, key, json=dict(properties))
        except RequestRefused as error:
            if _POISONED in error.server_message:
                error.hint = (
                    "2.4 refuses all changes of this type after somebody deleted a configuration that did not exist, "
                    "until it is restarted. The change is active all the same, but not stored."
                )
            raise

    def delete_config(self, name: str, key: str) -> None:
        """Delete a configuration. Never one that does not exist: 2.4 refuses later writes for that type after it."""
        self._call(f"metadata.{self.family}.delete_config", name, key)


class _Listed(Family):
    def list(self) -> builtins.list[TypeSummary]:
        """Types that this server knows."""
        return self._read(_TYPES, f"metadata.{self.family}.list")


class _Checkable(_Listed):
    def check(self, name: str, properties: Mapping[str, object]) -> None:
        """Let the server try to connect with these properties. Raises RequestRefused with the reason when it cannot.

        Few types can be tried; the others are refused with "doesn't support ping", which says nothing of the peer.
        """
        self._call(f"metadata.{self.family}.check", name, json=dict(properties), wait=LONG)


class Sources(_Checkable):
    """Types of sources."""

    def list(self, *, kind: Literal["lookup"] | None = None) -> builtins.list[TypeSummary]:
        """Types that this server knows, for streams or for lookup tables."""
        return self._read(_TYPES, "metadata.sources.list", query={"kind": kind} if kind else None)


class Lookups(Resource):
    """Types of lookup tables."""

    def check(self, name: str, properties: Mapping[str, object]) -> None:
        """Let the server try to connect with these properties; as with sinks."""
        self._call("metadata.lookups.check", name, json=dict(properties), wait=LONG)


class Metadata(Resource):
    """What a server can do: `client.metadata.sources.get("mqtt")`."""

    def __init__(self, transport: Transport) -> None:
        super().__init__(transport)
        self.sources = Sources(transport, "sources")
        self.sinks = _Checkable(transport, "sinks")
        self.connections = _Listed(transport, "connections")
        self.lookups = Lookups(transport)

    def functions(self) -> list[FunctionGroup]:
        """Functions of the SQL with their arguments: about 70 KB."""
        return self._read(_GROUPS, "metadata.functions")

    def operators(self) -> list[dict[str, JSON]]:
        """Operators of graph rules, described for a form."""
        return self._read(_OBJECTS, "metadata.operators")

    def resources(self) -> dict[str, list[dict[str, str]]]:
        """Configuration keys that people defined: `{"sinks": [{key: type}], "sources": [...]}`."""
        return self._read(_RESOURCES, "metadata.resources")

    def resource(self, *, source_type: Literal["stream", "table"] | None = None) -> dict[str, Configurations]:
        """Configurations by type of source and by key."""
        query = {"sourceType": source_type} if source_type else None
        return self._read(_RESOURCE, "metadata.resource", query=query)


def parse_form(body: bytes) -> Form:
    """A form; sources send their properties by configuration key, sinks as a plain list."""
    value = decode(body)
    if isinstance(value, dict):
        properties = value.pop("properties", None)
        if isinstance(properties, list):
            value["groups"] = {"default": properties}
        elif isinstance(properties, dict):
            value["groups"] = {name: items or [] for name, items in properties.items()}
    return validated(_FORM, value)
