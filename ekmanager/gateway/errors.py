"""What the API answers when it does not do what was asked: one envelope, whoever refuses.

`{"error": {"code", "message", "hint"}}`, and `fields` where single fields are at fault. An answer of an eKuiper
server is never in it: those carry the header `X-Ekmanager-Upstream: 1`.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from starlette.types import Send

from ekmanager.connections.errors import (
    ConnectionNotFound,
    ConnectionsError,
    EditConflict,
    IdTaken,
    NameTaken,
    SecretsNeeded,
    StoreError,
    TargetRefused,
    TooManyConnections,
)

SAFE_HEADERS: tuple[tuple[bytes, bytes], ...] = (
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"same-origin"),
    (b"content-security-policy", b"default-src 'none'; frame-ancestors 'none'"),
)
"""On every answer of our own that is not a page."""

_STATUS: tuple[tuple[type[ConnectionsError], int], ...] = (
    (ConnectionNotFound, 404),
    (NameTaken, 409),
    (IdTaken, 409),
    (EditConflict, 409),
    (SecretsNeeded, 409),
    (TooManyConnections, 409),
    (TargetRefused, 403),
    (StoreError, 503),
)


@dataclass(frozen=True, slots=True)
class Problem:
    """A refusal or failure, ready to be answered."""

    status: int
    code: str
    """For programs; stable."""
    message: str
    """What happened, in one sentence."""
    hint: str = ""
    """What to try."""
    fields: Sequence[Mapping[str, str]] = ()
    """`{"field", "message"}` of each field that is at fault."""
    headers: Mapping[str, str] = field(default_factory=dict)

    @property
    def content(self) -> dict[str, object]:
        error: dict[str, object] = {"code": self.code, "message": self.message, "hint": self.hint}
        if self.fields:
            error["fields"] = list(self.fields)
        return {"error": error}

    async def send(self, send: Send, *, method: str = "GET", close: bool = False) -> None:
        """Answers with it over ASGI. `close`: the request's body was not read, so the connection ends."""
        body = json.dumps(self.content, ensure_ascii=False).encode("utf-8", "replace")
        headers = [
            (b"content-type", b"application/json"),
            (b"content-length", str(len(body)).encode()),
            (b"cache-control", b"no-store"),
            *SAFE_HEADERS,
            *((name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in self.headers.items()),
        ]
        if close:
            headers.append((b"connection", b"close"))
        await send({"type": "http.response.start", "status": self.status, "headers": headers})
        await send({"type": "http.response.body", "body": b"" if method == "HEAD" else body})


class Refused(Exception):
    """Raised inside the gateway to answer with a problem."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.message)
        self.problem = problem


def refuse(status: int, code: str, message: str, hint: str = "", **headers: str) -> Refused:
    """A Refused to raise; header names with underscores for hyphens."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Refused(Problem(status, code, message, hint, headers=named))


def problem_of(error: ConnectionsError) -> Problem:
    """The problem for an error of the connections' room."""
    status = next((status for kind, status in _STATUS if isinstance(error, kind)), 400)
    return Problem(status, error.code, error.message, error.hint)


def bad_path(error: ValueError) -> Problem:
    """A path or query that can be read in two ways; the error's message says why."""
    return Problem(400, "bad_path", str(error), "Encode each id once, and leave out dots and doubled slashes.")


def not_found(path: str) -> Problem:
    """No such route under `/api`."""
    return Problem(404, "not_found", f"There is nothing at {path[:200]!r}.", "GET /api/docs lists what there is.")


def not_allowed(method: str, allowed: Iterable[str]) -> Problem:
    """The route exists, the method does not."""
    methods = ", ".join(sorted(allowed))
    return Problem(
        405,
        "method_not_allowed",
        f"{method[:20]} is not possible here.",
        f"Possible: {methods}.",
        headers={"Allow": methods},
    )
