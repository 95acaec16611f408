"""One call to one server with a bound on what is read. The caller bounds the time."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import quote

import aiohttp
from yarl import URL

from ekmanager.connections.access import Access

KIB, MIB = 1024, 1024 * 1024


@lru_cache(maxsize=64)
def _connecting(within: float | None) -> aiohttp.ClientTimeout:
    """Bounds making the connection only: a whole check is bounded once, by who calls, which costs one timer."""
    return aiohttp.ClientTimeout(total=None, sock_connect=within, ceil_threshold=float("inf"))


class AnswerTooLarge(Exception):
    """The answer is longer than the cap; the connection was closed without reading on."""

    def __init__(self, route: str, cap: int) -> None:
        super().__init__(f"{route}: more than {cap} bytes")
        self.route = route
        self.cap = cap


@dataclass(frozen=True, slots=True)
class Answer:
    """Status and the bytes of the body, as they came."""

    status: int
    body: bytes


async def fetch(
    session: aiohttp.ClientSession,
    access: Access,
    route: str,
    *,
    headers: dict[str, str],
    cap: int,
    method: str = "GET",
    body: bytes | None = None,
    connect_within: float | None = None,
) -> Answer:
    """`method route` of the server; `route` is encoded already. At most `cap` bytes (and a read buffer) are taken.

    Redirects are not followed. Raises TimeoutError when no connection was made in `connect_within` seconds,
    AnswerTooLarge, aiohttp.ClientError, OSError, TargetRefused; ValueError when the connection's TLS options cannot be
    used.
    """
    context = access.ssl_context()
    async with session.request(
        method,
        URL(access.base_url + route, encoded=True),
        headers=headers,
        data=body,
        ssl=True if context is None else context,
        allow_redirects=False,
        timeout=_connecting(connect_within),
    ) as response:
        content = response.content
        chunks: list[bytes] = []
        size = 0
        while chunk := await content.readany():
            chunks.append(chunk)
            size += len(chunk)
            if size > cap:
                response.close()
                raise AnswerTooLarge(route, cap)
        return Answer(response.status, chunks[0] if len(chunks) == 1 else b"".join(chunks))


def segment(text: str) -> str:
    """An id as one segment of a path."""
    return quote(text, safe="")
