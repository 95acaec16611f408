"""The results of a trial run as a server's data server sends them: events (2.4), or messages of a WebSocket (1.14).

The data server is another port of the same host. It asks for no credentials, so none are sent, and it speaks plain HTTP
also where the REST API speaks TLS.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from urllib.parse import urlsplit

import aiohttp
from yarl import URL

CONNECTING = 5.0
"""Seconds until the data server must have answered."""
LONGEST = 256 * 1024
"""Characters of one result that are taken; the rest of it is cut off."""
_LIMITS = aiohttp.ClientTimeout(total=None, sock_connect=CONNECTING)
_LONGEST_MESSAGE = 4 * 1024 * 1024


class FeedRefused(Exception):
    """The data server answers, but not with results; the message says how."""


class Feed:
    """An open stream of results. Close it."""

    def __init__(self, stack: AsyncExitStack, payloads: AsyncIterator[str], *, is_websocket: bool) -> None:
        self._stack = stack
        self.payloads = payloads
        """Texts as they come, until the server ends the stream. Raises aiohttp.ClientError, OSError."""
        self.is_websocket = is_websocket

    async def close(self) -> None:
        await self._stack.aclose()


def feed_url(server: str, port: int, trial: str) -> str:
    """Where the results of a trial are read, for a server by its URL."""
    host = urlsplit(server).hostname or ""
    return f"http://{f'[{host}]' if ':' in host else host}:{port}/test/{trial}"


async def open_feed(session: aiohttp.ClientSession, url: str) -> Feed:
    """Connects. Both ways begin with a GET: 2.4 answers it with events, and 1.14, which wants a WebSocket, with 400.

    Raises FeedRefused, aiohttp.ClientError, OSError, TargetRefused; the caller bounds the time.
    """
    target = URL(url, encoded=True)
    async with AsyncExitStack() as stack:
        headers = {"Accept": "text/event-stream"}
        response = await stack.enter_async_context(
            session.get(target, headers=headers, allow_redirects=False, timeout=_LIMITS)
        )
        if response.status == 200 and response.content_type == "text/event-stream":
            return Feed(stack.pop_all(), _events(response), is_websocket=False)
        if response.status not in {400, 426}:
            raise FeedRefused(f"HTTP {response.status}")
        response.close()
        socket = await stack.enter_async_context(
            session.ws_connect(target, autoping=True, max_msg_size=_LONGEST_MESSAGE)
        )
        return Feed(stack.pop_all(), _messages(socket), is_websocket=True)


async def _events(response: aiohttp.ClientResponse) -> AsyncIterator[str]:
    """eKuiper writes `data: <payload>`, which may hold line breaks of its own, and an empty line."""
    parts: list[str] = []
    size = 0
    async for line in _lines(response):
        if not line:
            if parts:
                yield "\n".join(parts)[:LONGEST]
            parts, size = [], 0
            continue
        if line.startswith(":"):
            # A comment, by which proxies keep the connection open
            continue
        text = line.removeprefix("data:").removeprefix(" ") if line.startswith("data:") else line
        size += len(text)
        if size <= LONGEST + len(text):
            parts.append(text[:LONGEST])
    if parts:
        yield "\n".join(parts)[:LONGEST]


async def _lines(response: aiohttp.ClientResponse) -> AsyncIterator[str]:
    """Lines without their ends; of a very long one the beginning."""
    rest = b""
    async for chunk in response.content.iter_any():
        *lines, rest = (rest + chunk).split(b"\n")
        for line in lines:
            yield line.removesuffix(b"\r").decode("utf-8", "replace")
        if len(rest) > 4 * LONGEST:
            # The line is cut: what follows of it is joined to its beginning and cut off there
            yield rest.decode("utf-8", "replace")
            rest = b""
    if rest:
        yield rest.decode("utf-8", "replace")


async def _messages(socket: aiohttp.ClientWebSocketResponse) -> AsyncIterator[str]:
    async for message in socket:
        if message.type is aiohttp.WSMsgType.TEXT:
            yield message.data[:LONGEST]
        elif message.type is aiohttp.WSMsgType.BINARY:
            yield message.data.decode("utf-8", "replace")[:LONGEST]
        elif message.type is aiohttp.WSMsgType.ERROR:
            raise aiohttp.ClientConnectionError("the WebSocket broke")
