"""How the servers are, and how this process is."""

from __future__ import annotations

import re
from typing import Annotated

from fastapi import APIRouter, Query, Response
from fastapi.responses import JSONResponse
from prometheus_client import CONTENT_TYPE_LATEST

from ekmanager.gateway import schemas
from ekmanager.gateway.browser_cookie import NAME, browser_id_of
from ekmanager.gateway.connections_api import BrowserCookie, ConnectionId
from ekmanager.gateway.counters import ProxyCounters
from ekmanager.gateway.errors import Problem
from ekmanager.gateway.health_json import health_json, history_json
from ekmanager.gateway.metrics import exposition
from ekmanager.gateway.openapi import errors
from ekmanager.gateway.services import GatewayServices

_UNITS = {"m": 60, "h": 3_600, "d": 86_400}
_WINDOW = re.compile(r"([1-9][0-9]{0,3})([mhd])")
LONGEST = 366 * 86_400
"""Seconds; nothing older is kept."""


def window_seconds(window: str) -> float:
    """`24h` as seconds, at most as long as history goes back. `m`, `h` and `d` are known. Raises ValueError."""
    match = _WINDOW.fullmatch(window)
    if match is None:
        raise ValueError("must be a number and m, h or d, for example 24h")
    return float(min(int(match[1]) * _UNITS[match[2]], LONGEST))


def routes(services: GatewayServices, counters: ProxyCounters) -> APIRouter:
    """The routes, working on `services`."""
    router = APIRouter(tags=["health"])

    @router.get("/health", response_model=list[schemas.HealthShown], responses=errors(503))
    def health(cookie: BrowserCookie = "") -> Response:
        """The newest that is known of each server, from memory."""
        entries = services.book(browser_id_of({NAME: cookie})).entries()
        return JSONResponse([health_json(entry, services.monitor.snapshot(entry.key)) for entry in entries])

    @router.get(
        "/connections/{connection_id}/health",
        response_model=schemas.HealthHistory,
        responses=errors(400, 404, 422, 503),
    )
    def history(
        connection_id: ConnectionId,
        window: Annotated[
            schemas.Window, Query(description="a number and m, h or d; the resolution follows from it")
        ] = "24h",
        cookie: BrowserCookie = "",
    ) -> Response:
        """One server over a window of time: series, uptime, events."""
        entry = services.book(browser_id_of({NAME: cookie})).get(connection_id)
        now = services.monitor.snapshot(entry.key)
        return JSONResponse(history_json(entry, now, services.history, window_seconds(window)))

    @router.get(
        "/metrics",
        response_class=Response,
        responses={200: {"content": {"text/plain": {"schema": {"type": "string"}}}}, **errors(503)},
    )
    def metrics(cookie: BrowserCookie = "") -> Response:
        """Prometheus metrics of the server's store; with a browser's cookie, of its own connections as well."""
        entries = services.book(browser_id_of({NAME: cookie})).entries()
        return Response(exposition(entries, services.monitor, counters), headers={"Content-Type": CONTENT_TYPE_LATEST})

    @router.get("/live", response_model=schemas.Alive)
    async def live() -> Response:
        """The process answers."""
        return JSONResponse({"status": "ok"})

    @router.get("/ready", response_model=schemas.Alive, responses=errors(503))
    async def ready() -> Response:
        """The servers have been checked once, so statuses mean something. 503 before."""
        if services.monitor.last_sweep is None:
            starting = Problem(
                503, "not_ready", "The first check of the servers has not ended.", "Ask again in a moment."
            )
            return JSONResponse(starting.content, starting.status, {"Retry-After": "2"})
        return JSONResponse({"status": "ok"})

    return router
