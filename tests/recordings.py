"""The recorded exchanges of real servers, where they lie beside the project."""

from __future__ import annotations

import base64
import json
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import pytest

FOLDER = Path(__file__).parents[2] / "shared" / "ekuiper"
VERSIONS = ("1.14.7", "2.4.0")


@dataclass(frozen=True)
class Recording:
    """One exchange with a real server; `status` is None where the server closed without an answer."""

    id: str
    server: str
    channel: str | None
    method: str
    path: str
    query: str | None
    request_headers: dict[str, str]
    request_body: str | None
    status: int | None
    response_headers: dict[str, str]
    body: bytes
    note: str
    payloads: tuple[str, ...] = ()
    """What came on a stream of results: messages of a WebSocket, or data of server-sent events."""

    @property
    def text(self) -> str:
        return self.body.decode("utf-8", "replace")


def recordings(version: str) -> list[Recording]:
    """All exchanges of one version; skips the calling test where the recordings are absent."""
    path = FOLDER / f"recordings-{version}.jsonl"
    if not path.exists():
        pytest.skip("the recordings of real servers are not beside the project")
    return _load(path)


def routes() -> list[tuple[str, str, tuple[str, ...]]]:
    """Every (method, path template, versions) that the two servers register; skips where absent."""
    path = FOLDER / "routes.json"
    if not path.exists():
        pytest.skip("the recordings of real servers are not beside the project")
    return [(row["method"], row["path"], tuple(row["versions"])) for row in json.loads(path.read_text())]


@lru_cache(maxsize=2)
def _load(path: Path) -> list[Recording]:
    return [_recording(json.loads(line)) for line in path.read_text().splitlines()]


def _recording(row: dict[str, object]) -> Recording:
    text = str(row.get("response_body") or "")
    body = base64.b64decode(text) if row.get("response_encoding") == "base64" else text.encode()
    request_body, status = row.get("request_body"), row.get("status")
    return Recording(
        id=str(row["id"]),
        server=str(row.get("server")),
        channel=row["channel"] if isinstance(row.get("channel"), str) else None,  # type: ignore[arg-type]
        method=str(row.get("method")),
        path=str(row.get("path")),
        query=str(row["query"]) if row.get("query") else None,
        request_headers=_headers(row.get("request_headers")),
        request_body=None if request_body is None else str(request_body),
        status=status if isinstance(status, int) else None,
        response_headers=_headers(row.get("response_headers")),
        body=body,
        note=str(row.get("note") or ""),
        payloads=_payloads(row),
    )


def _payloads(row: dict[str, object]) -> tuple[str, ...]:
    messages = row.get("messages")
    if isinstance(messages, list):  # text, or [seconds, text, type]
        return tuple(item if isinstance(item, str) else str(item[1]) for item in messages)
    if row.get("channel") != "sse":
        return ()
    lines = str(row.get("response_body") or "").splitlines()
    return tuple(line.removeprefix("data: ") for line in lines if line.startswith("data: "))


def _headers(value: object) -> dict[str, str]:
    return {str(name): str(text) for name, text in value.items()} if isinstance(value, dict) else {}
