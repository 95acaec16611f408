"""No other site may use the app through a visitor's browser.

Browsers say where a request comes from, in `Origin` and `Sec-Fetch-Site`; scripts say nothing and are let through,
for they carry nobody's cookie.
"""

from __future__ import annotations

import logging
from urllib.parse import urlsplit

from starlette.types import ASGIApp, Receive, Scope, Send

from ekmanager.gateway.errors import Problem
from ekmanager.gateway.paths import MOUNT

log = logging.getLogger(__name__)

_SAFE = frozenset(["GET", "HEAD", "OPTIONS"])
_FOREIGN = frozenset([b"cross-site", b"same-site"])
_PORTS = {"http": 80, "https": 443}

_CROSS_SITE = Problem(
    403,
    "cross_site",
    "Requests that another site makes through a browser are refused.",
    "Call the API from the app's own page, from a script, or enter the address by hand. "
    "Behind a reverse proxy, let it keep the header Host, or set X-Forwarded-Host.",
)


class SameOrigin:
    """Checks websockets, methods that change something, and everything under `/api`."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        kind = scope["type"]
        if kind == "lifespan" or (kind == "http" and scope["method"] in _SAFE and not scope["path"].startswith(MOUNT)):
            await self.app(scope, receive, send)
            return
        if _comes_from_here(scope):
            await self.app(scope, receive, send)
        elif kind == "websocket":
            await send({"type": "websocket.close", "code": 1008, "reason": "cross-site"})
        else:
            await _CROSS_SITE.send(send, method=scope["method"], close=True)


def same_origin(origin: str, host: str) -> bool:
    """Whether an `Origin` names the host and port of a `Host` header, whose port may be left out when it is usual."""
    try:
        parts = urlsplit(origin)
        at = urlsplit(f"//{host}")
        usual = _PORTS.get(parts.scheme)
        return (
            usual is not None
            and parts.hostname is not None
            and parts.hostname == at.hostname
            and (parts.port or usual) == (at.port or usual)
        )
    except ValueError:
        return False


def _comes_from_here(scope: Scope) -> bool:
    origin, hosts = b"", []
    for name, value in scope["headers"]:
        if name == b"sec-fetch-site":
            if value.lower() in _FOREIGN:
                return False
        elif name == b"origin":
            if origin:
                return False
            origin = value
        elif name in {b"host", b"x-forwarded-host"}:
            # No page can set the latter on a request to another origin without being asked first (CORS), which
            # nobody answers here, and none on a websocket; a proxy in front that rewrites Host sets it.
            hosts.append(value.decode("latin-1").partition(",")[0].strip())
    if not origin:
        return True
    said = origin.decode("latin-1")
    if any(same_origin(said, host) for host in hosts):
        return True
    log.warning("refused a request of the origin %.200r, which is not the host it was sent to (%.200r)", said, hosts)
    return False
