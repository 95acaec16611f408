"""Under which names the app may be called.

A page of another site can make a browser call any address, and with a name of its own that it later points to our
address (DNS rebinding) the browser takes the answers for that site's. It needs a name for this that its author
controls. So addresses are always fine, names only when known: `localhost`, this machine's, those of Streamlit
Cloud, and the ones in `EKMANAGER_ALLOWED_HOSTS`.
"""

from __future__ import annotations

import asyncio
import ipaddress
import re
import socket
from collections.abc import Iterable

from starlette.types import ASGIApp, Receive, Scope, Send

from ekmanager.gateway.errors import Problem
from ekmanager.gateway.paths import MOUNT

VARIABLE = "EKMANAGER_ALLOWED_HOSTS"
ALWAYS = ("localhost", "*.localhost", "*.streamlit.app")

_HOST = re.compile(r"(?P<name>\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9_-]+(?:\.[A-Za-z0-9_-]+)*)\.?(?::[0-9]{1,5})?")
_LOOKUP = 2.0
"""Seconds that finding this machine's full name may take: it may ask the network."""
_REMEMBERED = 256


def host_name(host: str) -> str | None:
    """The name in a `Host` header, in lower case, without port, brackets and the dot at its end; None: malformed."""
    match = _HOST.fullmatch(host)
    return match["name"].strip("[]").lower() if match else None


def is_address(name: str) -> bool:
    """Whether it is an IP address and no name."""
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True


def matches(name: str, patterns: Iterable[str]) -> bool:
    """Whether a name is one of the patterns: a name, `*.suffix`, or `*` for any."""
    for pattern in patterns:
        pattern = pattern.lower().rstrip(".")
        if pattern in {"*", name} or (pattern.startswith("*.") and name.endswith(pattern[1:])):
            return True
    return False


class TrustedHost:
    """Refuses requests and websockets whose `Host` is not one of ours, with 421 and a sentence."""

    def __init__(self, app: ASGIApp, *, allowed: Iterable[str] = ()) -> None:
        self.app = app
        self._patterns = (*ALWAYS, *_own_names(socket.gethostname()), *allowed)
        self._full_name: asyncio.Task[str] | None = None
        self._known: set[bytes] = set()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self.app(scope, receive, send)
            return
        hosts = [value for name, value in scope["headers"] if name == b"host"]
        # Without any Host it is no browser (HTTP/1.0, the checks of load balancers); with two, nobody knows.
        if not hosts or (len(hosts) == 1 and (hosts[0] in self._known or await self._accepts(hosts[0]))):
            await self.app(scope, receive, send)
            return
        if scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": 1008, "reason": "unknown host name"})
            return
        name = (host_name(hosts[0].decode("latin-1")) if len(hosts) == 1 else None) or "?"
        problem = Problem(
            421,
            "unknown_host",
            f"This app is not known under the name {name!r}.",
            f"Add the name to {VARIABLE} (several: separated by commas; * for any), or call it by its IP address.",
        )
        if scope["path"].startswith(MOUNT):
            await problem.send(send, method=scope["method"], close=True)
        else:
            await _send_page(problem, send)

    async def _accepts(self, host: bytes) -> bool:
        name = host_name(host.decode("latin-1"))
        if name is None:
            return False
        if not (is_address(name) or matches(name, self._patterns) or name == await self._look_up()):
            return False
        if len(self._known) < _REMEMBERED:
            self._known.add(host)
        return True

    async def _look_up(self) -> str:
        """This machine's full name, asked for once and only when a name would be refused otherwise."""
        if self._full_name is None:
            self._full_name = asyncio.create_task(asyncio.to_thread(socket.getfqdn))
        done, _ = await asyncio.wait([self._full_name], timeout=_LOOKUP)
        return self._full_name.result().lower().rstrip(".") if done else ""


def _own_names(name: str) -> tuple[str, ...]:
    """This machine's name, and the one under which multicast DNS announces it."""
    short = name.lower().rstrip(".").partition(".")[0]
    return (name.lower(), short, f"{short}.local") if short else ()


async def _send_page(problem: Problem, send: Send) -> None:
    body = f"{problem.message}\n{problem.hint}\n".encode()
    headers = [
        (b"content-type", b"text/plain; charset=utf-8"),
        (b"content-length", str(len(body)).encode()),
        (b"x-content-type-options", b"nosniff"),
        (b"connection", b"close"),
    ]
    await send({"type": "http.response.start", "status": problem.status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
