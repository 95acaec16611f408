"""The server itself."""

from __future__ import annotations

import builtins
from collections.abc import Iterable, Mapping

from pydantic import TypeAdapter

from ekmanager.ekuiper.models import BatchAnswer, Info
from ekmanager.ekuiper.models.base import Many
from ekmanager.ekuiper.parse import parse_info
from ekmanager.ekuiper.resources.base import NAMES, Resource, form, source_of
from ekmanager.ekuiper.transport import Download

_BATCH: TypeAdapter[list[BatchAnswer]] = TypeAdapter(Many[BatchAnswer])


class Server(Resource):
    """Information, life and settings of the process."""

    def info(self) -> Info:
        """Version, system, uptime, CPU and memory. Answered without credentials, so it says nothing about them."""
        return self._parse(parse_info, "server.info")

    def info_post(self) -> Info:
        """The same by POST."""
        return self._parse(parse_info, "server.info_post")

    def ping(self) -> None:
        """Returns when the process answers; it does so without credentials, and also when other calls block."""
        self._call("server.ping")

    def stop(self) -> str:
        """End the process. It answers first, and ends after about a second."""
        return self._text("server.stop")

    def stop_get(self) -> str:
        """The same by GET."""
        return self._text("server.stop_get")

    def configure(self, settings: Mapping[str, object]) -> None:
        """Change settings until the next start: logLevel, debug, consoleLog, fileLog, timezone. Others are ignored."""
        self._call("server.configure", json=dict(settings))

    def batch(self, requests: Iterable[Mapping[str, str]]) -> list[BatchAnswer]:
        """Several requests at once (2.4): each `{"method", "path", "body"}`, all under the credentials of this one."""
        return self._read(_BATCH, "server.batch", json=[dict(request) for request in requests])


class Metrics(Resource):
    """Metrics that the server records itself (2.4)."""

    def dump(self, *, start: int | None = None, end: int | None = None) -> Download:
        """A zip file with Prometheus samples, between two times in epoch seconds; without both, of the last hour."""
        query = {"startTime": str(start), "endTime": str(end)} if start is not None and end is not None else None
        return self._download("metrics.dump", query=query)

    def dump_enabled(self) -> bool:
        """Whether metrics are being recorded."""
        return self._text("metrics.dump_enabled") == "enabled"


class WebSockets(Resource):
    """Endpoints of the server's own WebSocket server (1.14; 2.4 opens them with its streams and sinks)."""

    def list(self) -> str:
        """What is open, in the server's words: no answer of this route was ever recorded."""
        return self._text("websockets.list")

    def create(self, endpoint: str) -> str:
        """Open an endpoint, for example `/api/data`."""
        return self._text("websockets.create", json={"endpoint": endpoint})

    def delete(self, endpoint: str) -> str:
        """Close an endpoint."""
        return self._text("websockets.delete", json={"endpoint": endpoint})


class Uploads(Resource):
    """Files on the server, for file sources, plugins and schemas."""

    def list(self) -> builtins.list[str]:
        """Paths on the server; folders are among them."""
        return self._read(NAMES, "uploads.list")

    def create(self, name: str, *, content: str | bytes | None = None, file: str | None = None) -> str:
        """Upload text or bytes, or let the server fetch `file` (`file://`, `http://`). Returns its path there."""
        if isinstance(content, bytes):
            body, content_type = form("uploadFile", name, content)
            return self._call("uploads.create", body=body, content_type=content_type).text.strip()
        return self._text("uploads.create", json={"name": name, **source_of(content, file)})

    def delete(self, name: str) -> str:
        """Delete a file of the upload folder."""
        return self._text("uploads.delete", name)
