"""The gateway as one ASGI application: the proxy, FastAPI for the rest, and one shape for every refusal."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import HTMLResponse, JSONResponse
from pydantic import ValidationError
from starlette.datastructures import MutableHeaders
from starlette.exceptions import HTTPException
from starlette.routing import BaseRoute, Match
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from ekmanager.connections.errors import ConnectionsError
from ekmanager.ekuiper.operations import PathRefused
from ekmanager.gateway import connections_api, docs, health_api
from ekmanager.gateway.counters import ProxyCounters
from ekmanager.gateway.drafts import invalid
from ekmanager.gateway.errors import SAFE_HEADERS, Problem, Refused, bad_path, not_allowed, not_found, problem_of
from ekmanager.gateway.lookup import Finder
from ekmanager.gateway.openapi import Document, complete
from ekmanager.gateway.paths import MOUNT, inside, target
from ekmanager.gateway.proxy import Proxy
from ekmanager.gateway.services import GatewayServices

log = logging.getLogger(__name__)

MAX_JSON = 1_048_576
"""Bytes of a body that is not passed through but read here."""

_TOO_LONG = Problem(413, "body_too_large", f"The body is longer than {MAX_JSON} bytes.")


@lru_cache(maxsize=4)
def create_gateway(services: GatewayServices) -> Gateway:
    """The application to mount at `/api`; always the same for the same services, which are read at each request."""
    counters, finder = ProxyCounters(), Finder(services)
    return Gateway(Proxy(services, finder, counters), _rest(services, finder, counters))


class Gateway:
    """Tells proxied requests from the others by the raw path, before anything has decoded it."""

    def __init__(self, proxy: Proxy, rest: ASGIApp) -> None:
        self.proxy = proxy
        """For who has read the path already."""
        self._rest = rest

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": 1000, "reason": "no websockets here"})
            return
        try:
            path = inside(scope, MOUNT) or ""
            found = target(path)
        except PathRefused as error:
            await bad_path(error).send(send, method=scope["method"], close=True)
            return
        if found is not None:
            await self.proxy(found, scope, receive, send)
            return
        if scope["method"] == "HEAD":
            # The routes know GET only; FastAPI would name a route with both methods twice in its document.
            scope, send = {**scope, "method": "GET"}, _without_body(send)
        await self._rest(scope, _limited(scope, receive), _protected(send))


def _without_body(send: Send) -> Send:
    """Status and headers as they are, Content-Length included."""

    async def head(message: Message) -> None:
        await send({**message, "body": b""} if message["type"] == "http.response.body" else message)

    return head


def _limited(scope: Scope, receive: Receive) -> Receive:
    """A `receive` that raises Refused beyond MAX_JSON, so that no body is gathered in memory without bound."""
    length = 0
    for name, value in scope["headers"]:
        if name == b"content-length" and value.isdigit():
            length = max(0, int(value) - MAX_JSON)

    async def limited() -> Message:
        nonlocal length
        if length > MAX_JSON:
            raise Refused(_TOO_LONG)
        message = await receive()
        length += len(message.get("body", b""))
        if length > MAX_JSON:
            raise Refused(_TOO_LONG)
        return message

    return limited


def _protected(send: Send) -> Send:
    """Every answer of the API is for its caller only, and no page; unless its route said so itself."""

    async def protected(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(raw=message["headers"])
            headers.setdefault("cache-control", "no-store")
            for name, value in SAFE_HEADERS:
                headers.setdefault(name.decode(), value.decode())
        await send(message)

    return protected


class _Rest(FastAPI):
    """FastAPI with the complete document."""

    def openapi(self) -> Document:
        if self.openapi_schema is None:
            self.openapi_schema = complete(super().openapi())
        return self.openapi_schema


def _rest(services: GatewayServices, finder: Finder, counters: ProxyCounters) -> FastAPI:
    app = _Rest(
        title="ekmanager",
        summary="eKuiper servers: connections, health, and a proxy to each.",
        docs_url=None,
        redoc_url=None,
        openapi_url=None,
        redirect_slashes=False,
        root_path_in_servers=False,
        exception_handlers={
            Refused: _refused,
            ConnectionsError: _connections_error,
            ValidationError: _invalid,
            RequestValidationError: _bad_request,
            HTTPException: _http_error,
            Exception: _failed,
        },
    )
    app.include_router(health_api.routes(services, counters))
    app.include_router(connections_api.routes(services, finder))

    @app.get("/openapi.json", include_in_schema=False)
    async def openapi() -> Response:
        return JSONResponse(app.openapi())

    @app.get("/docs", include_in_schema=False)
    async def documentation(request: Request) -> Response:
        origin = f"{request.url.scheme}://{request.url.netloc}"
        return HTMLResponse(docs.page(app.openapi(), origin=origin), headers=docs.HEADERS)

    return app


def _json(problem: Problem) -> JSONResponse:
    return JSONResponse(problem.content, problem.status, dict(problem.headers))


async def _refused(_: Request, error: Exception) -> Response:
    assert isinstance(error, Refused)
    return _json(error.problem)


async def _connections_error(_: Request, error: Exception) -> Response:
    assert isinstance(error, ConnectionsError)
    return _json(problem_of(error))


async def _invalid(_: Request, error: Exception) -> Response:
    assert isinstance(error, ValidationError)
    return _json(invalid(error).problem)


async def _bad_request(_: Request, error: Exception) -> Response:
    """What FastAPI found wrong with body or parameters, without what was sent."""
    assert isinstance(error, RequestValidationError)
    details: Sequence[dict[str, Any]] = error.errors()
    if any(detail["type"] == "json_invalid" for detail in details):
        return _json(Problem(400, "bad_json", "The body is not JSON."))
    if any(tuple(detail["loc"]) == ("body",) for detail in details):
        hint = "Send it with Content-Type: application/json."
        return _json(Problem(422, "invalid", "The body must be a JSON object.", hint))
    fields = [
        {"field": str(detail["loc"][-1]), "message": _PARAMETERS.get(str(detail["loc"][-1]), "cannot be used")}
        for detail in details
    ]
    return _json(Problem(422, "invalid", "A parameter cannot be used as it is.", fields=fields))


_PARAMETERS = {"window": "must be a number and m, h or d, for example 24h"}


async def _http_error(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    if isinstance(error.__cause__, Refused):
        # FastAPI wraps what is raised while it reads a body
        return _json(error.__cause__.problem)
    if error.status_code == 404:
        return _json(not_found(request.url.path))
    if error.status_code == 405:
        return _json(not_allowed(request.method, _methods(request)))
    return _json(Problem(error.status_code, "bad_request", "The body cannot be read."))


def _methods(request: Request) -> set[str]:
    """Those that some route of this path takes; the error itself knows only the first such route."""
    routes: Sequence[BaseRoute] = request.app.routes
    allowed = {
        method
        for method in ("DELETE", "GET", "PATCH", "POST", "PUT")
        if any(route.matches({**request.scope, "method": method})[0] is Match.FULL for route in routes)
    }
    return allowed | {"HEAD"} if "GET" in allowed else allowed


async def _failed(_: Request, error: Exception) -> Response:
    log.error("the API failed: %s", type(error).__name__)
    return _json(Problem(500, "internal", "The app failed to answer this request.", "Its log tells more."))
