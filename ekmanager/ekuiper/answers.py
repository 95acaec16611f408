"""Why an answer is not what was asked for: status and body as one of our errors.

The same status means different things: eKuiper says "not found" with 404 and code 1002, or with 400 and any code;
an unknown route is 404 with the router's text, or 405 where the path is known under another method.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any
from urllib.parse import urlsplit

from ekmanager.ekuiper.errors import (
    HINTS,
    EKuiperError,
    NotAnEKuiper,
    NotFound,
    NotSupported,
    RefusedSQL,
    RequestRefused,
    ServerFailed,
    TimedOut,
    Unauthorized,
    Unreachable,
)
from ekmanager.ekuiper.operations import Operation
from ekmanager.ekuiper.parse import describe, load_json, parse_error

NOT_FOUND_CODE = 1002
UPSTREAM = "X-Ekmanager-Upstream"
"""The header of every answer of a server that our own proxy passes on."""
_NO_TOKEN = "missing_token"  # noqa: S105 - what the server says, no secret
_ROUTER_404 = "404 page not found"
_TLS_ON_PLAIN = "client sent an http request to an https server"
_MISSING = re.compile(
    r"not found|is not existed|not existed|isn't existed|not exist\b|no such file|does not exist", re.I
)
_OTHER_MISSING = re.compile(r"not found in topo|join node is not found", re.I)
"""A part of a running rule, that may have the name of the rule."""
_PLANNING_CODE = 2101
_SQL = re.compile(
    r"parse sql|not a select statement|invalid \w+ statement|found \"[^\"]*\"|unknown field|unknown option"
    r"|fail to get stream|function \S+ not found|option .{0,80}?(?:is invalid|is required)|window is required"
    r"|expect(?:ed|s)? \w+ (?:arguments|name)|sql statement",
    re.I | re.S,
)
_CARRY_SQL = frozenset(
    f"{family}.{verb}"
    for family in ("streams", "tables", "rules")
    for verb in ("create", "update", "validate", "explain")
) | {"ruletest.create", "rules.start", "rules.restart"}


def refusal_of(
    operation: Operation,
    ids: tuple[str, ...],
    status: int,
    headers: Mapping[str, str],
    body: bytes,
    *,
    url: str,
    app_url: str = "",
) -> EKuiperError:
    """The error that an answer other than a success stands for. `app_url`: the ekmanager that was asked, if one was."""
    parts = urlsplit(url)
    where = f"{parts.scheme}://{parts.netloc}"
    text = body.decode("utf-8", "replace").strip()
    number, words = parse_error(status, body)
    about: dict[str, Any] = {"operation": operation.id, "url": url, "status": status}
    said = {**about, "server_code": number, "server_message": words}
    ours = _from_our_gateway(body)
    if ours is not None:
        return _gateway_error(ours, said)
    if 300 <= status < 400 and status != HTTPStatus.NOT_MODIFIED:
        return NotAnEKuiper(f"{where} redirects to {_target(headers)}.", code="redirect", **about)
    if status in {401, 403}:
        if words == _NO_TOKEN:
            return Unauthorized(f"{where} asks for credentials, and none were sent.", **said)
        return Unauthorized(f"{where} does not accept these credentials: {words or f'HTTP {status}'}.", **said)
    if status == 400 and _TLS_ON_PLAIN in text.lower():
        return Unreachable(f"{where} speaks TLS on this port.", code="tls_wanted", **said)
    if app_url and UPSTREAM not in headers and (status < 300 or status in {404, 405}):
        return NotAnEKuiper(f"No ekmanager answers at {app_url}.", code="not_ekmanager", **about)
    if status in {404, 405} and (status == 405 or text == _ROUTER_404 or number is None):
        return _no_route(operation, ids, status, text, where, about)
    if number == NOT_FOUND_CODE or (status in {400, 404} and _names_missing(words, ids)):
        return NotFound(f"{where} does not have it: {words}", hint="Look whether it was renamed or deleted.", **said)
    if status >= 500:
        return ServerFailed(f"{where} answered with HTTP {status}: {words or 'no text'}.", **said)
    refused = f"{where} refused it: {words or f'HTTP {status}'}"
    if operation.id in _CARRY_SQL and (number == _PLANNING_CODE or _SQL.search(words)):
        return RefusedSQL(refused, hint="Correct the SQL; names of streams and fields are case-sensitive.", **said)
    if 400 <= status < 500:
        return RequestRefused(refused, hint="", **said)
    return NotAnEKuiper(f"{where} answered with HTTP {status} and {describe(body)}.", **said)


def _names_missing(words: str, ids: tuple[str, ...]) -> bool:
    """Whether the words say that the object of the call is missing, and not something that it needs."""
    if not ids or _MISSING.search(words) is None or _OTHER_MISSING.search(words) is not None:
        return False
    return re.search(rf"(?<![\w-]){re.escape(ids[-1])}(?![\w-])", words) is not None


def _no_route(
    operation: Operation, ids: tuple[str, ...], status: int, text: str, where: str, about: dict[str, Any]
) -> EKuiperError:
    if status == 404 and text.lower() == "not found" and ids:  # a trace that is not kept (2.4)
        return NotFound(f"{where} does not have {ids[-1]!r}.", hint="", server_message=text, **about)
    call = f"{operation.method} {operation.path}"
    if operation.path in {"/", "/ping"} or (text != _ROUTER_404 and status == 404):
        return NotAnEKuiper(f"{where} has no {call}: it answers {describe(text)}.", **about)
    known = " and ".join(operation.versions)
    hint = f"Of the versions examined, {known} {'have' if len(operation.versions) > 1 else 'has'} it. "
    hint += "A build without that feature, or a wrong base path in the URL, looks the same."
    return NotSupported(f"{where} has no {call} in this version or build.", hint=hint, **about)


def _target(headers: Mapping[str, str]) -> str:
    """Only the host of a redirect: what follows may hold a token."""
    location = headers.get("Location", "")
    try:
        parts = urlsplit(location)
    except ValueError:
        return "somewhere else"
    return f"{parts.scheme or 'http'}://{parts.netloc.rpartition('@')[2]}" if parts.netloc else "another path"


def _from_our_gateway(body: bytes) -> dict[str, str] | None:
    """The error object of our own HTTP API, when a call went through it; eKuiper's own `error` is a number."""
    if not body.lstrip().startswith(b'{"error"') and b'"error"' not in body[:40]:
        return None
    try:
        value = load_json(body)
    except ValueError:
        return None
    error = value.get("error") if isinstance(value, dict) else None
    if not isinstance(error, dict) or not isinstance(error.get("message"), str):
        return None
    return {name: error[name] for name in ("code", "message", "hint") if isinstance(error.get(name), str)}


def _gateway_error(error: dict[str, str], said: dict[str, Any]) -> EKuiperError:
    status, code = said["status"], error.get("code", "")
    kinds: dict[int, type[EKuiperError]] = {401: Unauthorized, 404: NotFound, 502: Unreachable, 504: TimedOut}
    kind = kinds.get(status, ServerFailed if status >= 500 else RequestRefused)
    hint = error.get("hint") or HINTS.get(code, "")
    return kind(error["message"], hint=hint, code=code or None, **{**said, "server_message": ""})
