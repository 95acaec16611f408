"""The outermost layer of `/api`: refuses what could be read in two ways, and passes proxied requests on at once.

Behind it lie layers that are not ours, and that do to an answer what a proxy must not: Streamlit compresses, and holds
back the first bytes.
"""

from __future__ import annotations

from starlette.types import ASGIApp, Receive, Scope, Send

from ekmanager.ekuiper.operations import PathRefused
from ekmanager.gateway.app import Gateway
from ekmanager.gateway.errors import bad_path, not_found
from ekmanager.gateway.paths import MOUNT, check, inside, target


class ApiFront:
    """Answers proxied requests, 400 to ambiguous paths, and 404 to `/api` itself, which no mount matches."""

    def __init__(self, app: ASGIApp, *, gateway: Gateway) -> None:
        self.app = app
        self._gateway = gateway

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        try:
            path = inside(scope, MOUNT)
            found = None if path is None else target(path)
            if path is not None and found is None:
                check(path)
        except PathRefused as error:
            await bad_path(error).send(send, method=scope["method"], close=True)
            return
        if found is not None:
            await self._gateway.proxy(found, scope, receive, send)
        elif path == "":
            await not_found(MOUNT).send(send, method=scope["method"], close=True)
        else:
            await self.app(scope, receive, send)
