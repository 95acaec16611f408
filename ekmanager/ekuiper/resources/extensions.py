"""JavaScript functions, external services, schemas, shared connections."""

from __future__ import annotations

import builtins
from collections.abc import Mapping

from pydantic import TypeAdapter

from ekmanager.ekuiper.models import JavaScriptFunction, Schema, Service, ServiceFunction, SharedConnection
from ekmanager.ekuiper.models.base import Many
from ekmanager.ekuiper.parse import parse_as
from ekmanager.ekuiper.resources.base import LONG, NAMES, Resource, form

_FUNCTION = TypeAdapter(JavaScriptFunction)
_SERVICE = TypeAdapter(Service)
_SERVICE_FUNCTION = TypeAdapter(ServiceFunction)
_SERVICE_FUNCTIONS: TypeAdapter[list[ServiceFunction]] = TypeAdapter(Many[ServiceFunction])
_SCHEMA = TypeAdapter(Schema)
_CONNECTION = TypeAdapter(SharedConnection)
_CONNECTIONS: TypeAdapter[list[SharedConnection]] = TypeAdapter(Many[SharedConnection])


class JavaScript(Resource):
    """Functions written in JavaScript."""

    def list(self) -> builtins.list[str]:
        """Their names."""
        return self._read(NAMES, "javascript.list")

    def create(self, name: str, script: str, *, description: str = "", is_aggregate: bool = False) -> str:
        """Create one. The script is not run, so errors in it show with the first rule."""
        return self._text("javascript.create", json=_function(name, script, description, is_aggregate))

    def get(self, name: str) -> JavaScriptFunction:
        """One with its script."""
        return self._read(_FUNCTION, "javascript.get", name)

    def update(self, name: str, script: str, *, description: str = "", is_aggregate: bool = False) -> str:
        """Replace one, or create it."""
        return self._text("javascript.update", name, json=_function(name, script, description, is_aggregate))

    def delete(self, name: str) -> str:
        """Delete one, also while rules use it."""
        return self._text("javascript.delete", name)


class Services(Resource):
    """External services, whose functions SQL can call."""

    def list(self) -> builtins.list[str]:
        """Their names."""
        return self._read(NAMES, "services.list")

    def create(self, name: str, file: str) -> str:
        """Register one from a zip file (`file://`, `http://`) with its description and every .proto that it imports."""
        return self._text("services.create", json={"name": name, "file": file}, wait=LONG)

    def get(self, name: str) -> Service:
        """One with its interfaces."""
        return self._read(_SERVICE, "services.get", name)

    def update(self, name: str, file: str) -> str:
        """Replace one."""
        return self._text("services.update", name, json={"name": name, "file": file}, wait=LONG)

    def delete(self, name: str) -> str:
        """Delete one."""
        return self._text("services.delete", name)

    def functions(self) -> builtins.list[ServiceFunction]:
        """Functions of all services."""
        return self._read(_SERVICE_FUNCTIONS, "services.functions")

    def function(self, name: str) -> ServiceFunction:
        """One function."""
        return self._read(_SERVICE_FUNCTION, "services.function", name)


class Schemas(Resource):
    """Schemas of messages; types are `protobuf` and `custom`."""

    def list(self, kind: str) -> builtins.list[str]:
        """Names of one type."""
        return self._read(NAMES, "schemas.list", kind)

    def create(
        self,
        kind: str,
        name: str,
        *,
        content: str | None = None,
        file: str | None = None,
        so_file: str | None = None,
    ) -> str:
        """Register one. The content is not parsed, so errors in it show with the first rule."""
        return self._text("schemas.create", kind, json=_schema(name, content, file, so_file), wait=LONG)

    def get(self, kind: str, name: str) -> Schema:
        """One with its content."""
        return self._read(_SCHEMA, "schemas.get", kind, name)

    def update(
        self,
        kind: str,
        name: str,
        *,
        content: str | None = None,
        file: str | None = None,
        so_file: str | None = None,
    ) -> str:
        """Replace one, or create it."""
        return self._text("schemas.update", kind, name, json=_schema(name, content, file, so_file), wait=LONG)

    def upload(self, kind: str, name: str, content: bytes, *, filename: str) -> Schema:
        """Replace one, or create it, from the content of a file (2.4)."""
        body, content_type = form("file", filename, content)
        return self._parse(
            lambda answer: parse_as(_SCHEMA, answer), "schemas.upload", kind, name, body=body, content_type=content_type
        )

    def delete(self, kind: str, name: str) -> str:
        """Delete one."""
        return self._text("schemas.delete", kind, name)


class Connections(Resource):
    """Connections to brokers that streams and sinks share (2.4)."""

    def list(self, *, force_all: bool = False) -> builtins.list[SharedConnection]:
        """Those that have a name; `force_all`: also those that streams and sinks made."""
        return self._read(_CONNECTIONS, "connections.list", query={"forceAll": "true"} if force_all else None)

    def create(self, connection: str, kind: str, properties: Mapping[str, object]) -> str:
        """Open one. The server says yes also when the other side is down or the type unknown: look at its status."""
        return self._text("connections.create", json={"id": connection, "typ": kind, "props": dict(properties)})

    def get(self, connection: str) -> SharedConnection:
        """One with status and properties, secrets in clear."""
        return self._read(_CONNECTION, "connections.get", connection)

    def update(self, connection: str, kind: str, properties: Mapping[str, object]) -> str:
        """Replace one. Refused while rules use it."""
        return self._text(
            "connections.update", connection, json={"id": connection, "typ": kind, "props": dict(properties)}
        )

    def delete(self, connection: str) -> str:
        """Close and delete one. Refused while rules use it; one that does not exist is no error."""
        return self._text("connections.delete", connection)


def _function(name: str, script: str, description: str, is_aggregate: bool) -> dict[str, object]:
    return {"id": name, "description": description, "script": script, "isAgg": is_aggregate}


def _schema(name: str, content: str | None, file: str | None, so_file: str | None) -> dict[str, str]:
    if content is not None and file is not None:
        raise TypeError("give either content or file")
    body = {"name": name, "content": content, "file": file, "soFile": so_file}
    return {key: value for key, value in body.items() if value is not None}
