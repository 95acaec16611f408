"""What a handler gets and gives: one call, one reply, and the three ways in which a call fails."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from ekmanager.simulator import gojson

if TYPE_CHECKING:
    from ekmanager.simulator.engine import Engine

TEXT = "text/plain; charset=utf-8"
JSON = "application/json"
BINARY = "application/octet-stream"

NOT_FOUND = 1002
"""The only code of an error envelope that becomes HTTP status 404; every other one becomes 400."""

_BINARY = re.compile("[\x00-\x08\x0b\x0e-\x1a\x1c-\x1f]")
"""Characters that make the servers call a text a binary."""

_SAFE_ID = re.compile(r"[A-Za-z0-9_-]+")


@dataclass(frozen=True, slots=True)
class Call:
    """One request as a handler sees it: path parameters and query are decoded, the body is what was sent."""

    method: str
    path: str
    params: Mapping[str, str]
    query: Mapping[str, str]
    headers: Mapping[str, str]
    body: bytes = b""

    @property
    def text(self) -> str:
        return self.body.decode("utf-8", "replace")

    def param(self) -> str:
        """The first path parameter: the name or id that the route is about."""
        return next(iter(self.params.values()))

    def json(self) -> Any:
        """The body as JSON, read as a stream. Raises BadJSON in the server's words."""
        return gojson.loads(self.text, streaming=True)

    def whole_json(self) -> Any:
        """The body as JSON, read as a whole: the wording of errors differs from `json`."""
        return gojson.loads(self.text)


@dataclass(frozen=True, slots=True)
class Reply:
    """One answer. `content_type` None sends no such header, as empty answers do."""

    status: int = 200
    body: bytes = b""
    content_type: str | None = None
    headers: Mapping[str, str] = field(default_factory=dict)


Handler = Callable[["Engine", Call], Reply]


class Refused(Exception):
    """The server says no, with the code and message of its error envelope."""

    def __init__(self, message: str, code: int = 1000) -> None:
        super().__init__(message)
        self.message = message
        self.code = code

    def after(self, prefix: str) -> Refused:
        """The same refusal, its message behind `prefix`."""
        return Refused(prefix + self.message, self.code)


class Dropped(Exception):
    """The handler crashed: the connection is closed without an answer, the server goes on."""


def text(message: str, status: int = 200) -> Reply:
    """A sentence, as `text/plain`."""
    kind = BINARY if _BINARY.search(message) else TEXT
    return Reply(status, message.encode("utf-8", "surrogatepass"), kind)


def created(message: str) -> Reply:
    """The sentence that confirms something new, 201."""
    return text(message, 201)


def as_json(value: Any, content_type: str = JSON, *, status: int = 200) -> Reply:
    """A JSON answer; some routes send it under `text/plain`."""
    return Reply(status, gojson.dumps(value).encode("utf-8", "surrogatepass"), content_type)


def envelope(refusal: Refused, *, escapes: bool) -> Reply:
    """The error envelope. Without `escapes` (1.14.7) quotes and line breaks of the message are sent as they are."""
    message = gojson.quote(refusal.message) if escapes else f'"{refusal.message}"'
    body = f'{{"error":{refusal.code},"message":{message}}}\n'
    status = 404 if refusal.code == NOT_FOUND else 400
    return Reply(status, body.encode("utf-8", "surrogatepass"), TEXT, {"X-Content-Type-Options": "nosniff"})


def unknown_path() -> Reply:
    """What the router says to a path that it does not know."""
    return Reply(404, b"404 page not found\n", TEXT, {"X-Content-Type-Options": "nosniff"})


def check_id(value: str) -> str:
    """The id when 2.4.0 accepts it; raises Refused."""
    if not value:
        raise Refused("id cannot be empty")
    if not _SAFE_ID.fullmatch(value):
        wanted = "only alphanumeric, hyphens and underscores are allowed"
        raise Refused(f"id '{value}' contains invalid characters: {wanted}")
    return value
