"""From a request to its reply: router, redirect, errors. Knows nothing of sockets."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import parse_qsl

from ekmanager.simulator.auth import TokenCheck
from ekmanager.simulator.cors import allow_origin, preflight
from ekmanager.simulator.engine import Engine
from ekmanager.simulator.gojson import BadJSON
from ekmanager.simulator.handlers.table import HANDLERS
from ekmanager.simulator.reply import TEXT, Call, Refused, Reply, envelope, unknown_path
from ekmanager.simulator.router import Unmatched, decoded, redirect_of, router

OPEN_OPERATIONS = frozenset(["server.info", "server.info_post", "server.ping"])
"""Answered without a token even when authentication is on."""

_NOSNIFF = {"X-Content-Type-Options": "nosniff"}


def dispatch(
    engine: Engine,
    method: str,
    raw_path: str,
    query: str,
    headers: Mapping[str, str],
    body: bytes,
    check: TokenCheck | None = None,
) -> Reply:
    """The reply to a request; `headers` have lower-case names, `check` is set when authentication is on.

    Raises Dropped where a real handler crashes.
    """
    if method == "OPTIONS":
        return preflight(headers)
    reply = _routed(engine, method, raw_path, query, headers, body, check)
    added = allow_origin(headers)
    return Reply(reply.status, reply.body, reply.content_type, {**reply.headers, **added}) if added else reply


def _routed(
    engine: Engine,
    method: str,
    raw_path: str,
    query: str,
    headers: Mapping[str, str],
    body: bytes,
    check: TokenCheck | None,
) -> Reply:
    path = decoded(raw_path)
    elsewhere = redirect_of(path)
    if elsewhere is not None:
        return Reply(301, headers={"Location": elsewhere + (f"?{query}" if query else "")})
    match = router(engine.version).find(method, path)
    if match is Unmatched.METHOD:
        return Reply(405)
    if match is Unmatched.PATH:
        return unknown_path()
    if check is not None and match.operation.id not in OPEN_OPERATIONS:
        complaint = check.complaint(headers.get("authorization"))
        if complaint:
            return Reply(401, f"{complaint}\n".encode(), TEXT, _NOSNIFF)
    pairs = dict(reversed(parse_qsl(query, keep_blank_values=True)))
    call = Call(method, path, match.params, pairs, headers, body)
    try:
        return HANDLERS[match.operation.id](engine, call)
    except Refused as refusal:
        return envelope(refusal, escapes=engine.newer)
    except BadJSON as error:
        return envelope(Refused(str(error)), escapes=engine.newer)
