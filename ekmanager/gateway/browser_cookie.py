"""Which browser a request comes from: a cookie that only we can read, and only on requests of our own pages."""

from __future__ import annotations

import re
import secrets
from collections.abc import Mapping

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from ekmanager.gateway.services import GatewayServices

NAME = "ekmanager_browser"
MAX_AGE = 400 * 24 * 3600
"""Seconds; browsers keep no cookie longer. What a browser keeps survives the loss: it lies in its own storage."""

_ID = re.compile(r"[A-Za-z0-9_-]{43}")
_IN_HEADER = re.compile(rb"(?:^|;)[ \t]*" + NAME.encode() + rb"=([A-Za-z0-9_-]{43})[ \t]*(?=;|$)")

_PAGE_HEADERS = (
    (b"content-security-policy", b"frame-ancestors 'self' https://*.streamlit.app"),
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"same-origin"),
)


def new_browser_id() -> str:
    """256 random bits, safe in a cookie."""
    return secrets.token_urlsafe(32)


def browser_id_of(cookies: Mapping[str, str]) -> str | None:
    """The browser that these cookies name, or None: there is none, or it is not one that we made."""
    value = cookies.get(NAME, "")
    return value if _ID.fullmatch(value) else None


def browser_id_in(scope: Scope) -> str | None:
    """The browser that made this request or opened this websocket, or None."""
    for name, value in scope["headers"]:
        if name == b"cookie":
            match = _IN_HEADER.search(value)
            if match:
                return match[1].decode()
    return None


class BrowserPages:
    """Gives a browser its cookie with its first page, protects pages, and counts each browser's websockets."""

    def __init__(self, app: ASGIApp, *, services: GatewayServices) -> None:
        self.app = app
        self._services = services

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            await self._page(scope, receive, send)
        elif scope["type"] == "websocket":
            await self._session(scope, receive, send)
        else:
            await self.app(scope, receive, send)

    async def _page(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                _prepare(scope, message)
            await send(message)

        await self.app(scope, receive, with_headers)

    async def _session(self, scope: Scope, receive: Receive, send: Send) -> None:
        browser_id = browser_id_in(scope)
        if browser_id is None:
            await self.app(scope, receive, send)
            return
        opened = False

        async def noticing(message: Message) -> None:
            nonlocal opened
            if message["type"] == "websocket.accept" and not opened:
                opened = True
                self._services.browsers.session_opened(browser_id)
            await send(message)

        try:
            await self.app(scope, receive, noticing)
        finally:
            if opened:
                self._services.browsers.session_closed(browser_id)


def _prepare(scope: Scope, message: Message) -> None:
    """Adds to the start of an answer what a page needs."""
    is_page = False
    present = set()
    for name, value in message.get("headers", ()):
        name = name.lower()
        present.add(name)
        if name == b"content-type" and value.lower().startswith(b"text/html"):
            is_page = True
    if not is_page and not (message["status"] == 304 and _wants_page(scope)):
        return
    headers = [*message["headers"], *(pair for pair in _PAGE_HEADERS if pair[0] not in present)]
    if browser_id_in(scope) is None:
        headers.append((b"set-cookie", _cookie(new_browser_id(), secure=_is_https(scope))))
    message["headers"] = headers


def _wants_page(scope: Scope) -> bool:
    """A page that the browser has kept is confirmed without a content type, and still needs the cookie."""
    return any(name == b"accept" and b"text/html" in value for name, value in scope["headers"])


def _is_https(scope: Scope) -> bool:
    if scope.get("scheme") == "https":
        return True
    return any(
        name == b"x-forwarded-proto" and value.split(b",")[0].strip().lower() == b"https"
        for name, value in scope["headers"]
    )


def _cookie(browser_id: str, *, secure: bool) -> bytes:
    parts = [f"{NAME}={browser_id}", "Path=/", f"Max-Age={MAX_AGE}", "HttpOnly", "SameSite=Strict"]
    if secure:
        parts.append("Secure")
    return "; ".join(parts).encode()
