"""The caller's body on its way up."""

from __future__ import annotations

from collections.abc import AsyncIterator

from starlette.types import Receive

from ekmanager.gateway.vigil import Vigil

SMALL = 65_536
"""Bytes up to which a body is read whole before the call is made, which is faster."""


class TooLarge(Exception):
    """The body is longer than `settings.max_body`."""


class CallerGone(Exception):
    """The caller closed the connection in the middle of the body."""


class Upload:
    """Hands a request's body on in the pieces in which it comes, and counts it."""

    def __init__(self, receive: Receive, vigil: Vigil, *, limit: int) -> None:
        self._receive = receive
        self._vigil = vigil
        self._limit = limit
        self._length = 0
        self.failure: TooLarge | CallerGone | None = None
        """Why the body ended early. aiohttp wraps what is raised while it sends."""

    async def whole(self) -> bytes:
        """The body in one piece, for short ones."""
        return b"".join([part async for part in self.parts()])

    async def parts(self) -> AsyncIterator[bytes]:
        """The body piece by piece, no faster than they are taken. Raises TooLarge, CallerGone."""
        more = True
        while more:
            self._vigil.turn(of_caller=True)
            message = await self._receive()
            self._vigil.turn(of_caller=False)
            if message["type"] == "http.disconnect":
                self.failure = CallerGone()
                raise self.failure
            part = message.get("body", b"")
            more = message.get("more_body", False)
            self._length += len(part)
            if self._length > self._limit:
                self.failure = TooLarge()
                raise self.failure
            if not more:
                self._vigil.listen()
            if part:
                yield part
