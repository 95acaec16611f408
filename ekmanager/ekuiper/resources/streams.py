"""Streams and tables: two resources of one form."""

from __future__ import annotations

import builtins
from typing import Literal

from pydantic import TypeAdapter

from ekmanager.ekuiper.models import SchemaField, Stream, StreamDetail
from ekmanager.ekuiper.models.base import Keyed, Many
from ekmanager.ekuiper.resources.base import NAMES, Resource

_DETAILS: TypeAdapter[list[StreamDetail]] = TypeAdapter(Many[StreamDetail])
_STREAM = TypeAdapter(Stream)
_SCHEMA: TypeAdapter[dict[str, SchemaField]] = TypeAdapter(Keyed[SchemaField])

TableKind = Literal["scan", "lookup"]


class _Streams(Resource):
    family = ""

    def create(self, sql: str) -> str:
        """Run a statement and return the server's words. Not only CREATE: DROP, SHOW and DESCRIBE work as well."""
        return self._text(f"{self.family}.create", json={"sql": sql})

    def get(self, name: str) -> Stream:
        """Fields and options as they were declared."""
        return self._read(_STREAM, f"{self.family}.get", name)

    def update(self, name: str, sql: str) -> str:
        """Replace it by a CREATE statement of the same name. Running rules keep the old one until restarted."""
        return self._text(f"{self.family}.update", name, json={"sql": sql})

    def delete(self, name: str, *, force: bool = False) -> str:
        """Delete it. 2.4 refuses while a running rule uses it, unless forced."""
        return self._text(f"{self.family}.delete", name, query={"force": "true"} if force else None)

    def schema(self, name: str) -> dict[str, SchemaField]:
        """Types of its fields; empty when it declares none."""
        return self._read(_SCHEMA, f"{self.family}.schema", name)


class Streams(_Streams):
    """Streams."""

    family = "streams"

    def list(self) -> builtins.list[str]:
        """Names, in no order."""
        return self._read(NAMES, "streams.list")

    def details(self) -> builtins.list[StreamDetail]:
        """Names with type and format, in one call."""
        return self._read(_DETAILS, "streams.details")


class Tables(_Streams):
    """Tables: scan tables, which are read, and lookup tables, which are asked."""

    family = "tables"

    def list(self, *, kind: TableKind | None = None) -> builtins.list[str]:
        """Names, in no order."""
        return self._read(NAMES, "tables.list", query={"kind": kind} if kind else None)

    def details(self, *, kind: TableKind | None = None) -> builtins.list[StreamDetail]:
        """Names with type and format, in one call."""
        return self._read(_DETAILS, "tables.details", query={"kind": kind} if kind else None)
