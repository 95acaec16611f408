"""How many calls may be under way at a time, such that slow ones hold nobody up."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

log = logging.getLogger(__name__)

WANTED_FILES = 16_384
"""Open files that a monitor of thousands of servers may need."""


class Slots:
    """Two lanes: `width` calls run; one that lasts longer than `patience` seconds moves aside and frees its place.

    A call that will hardly be quick begins aside at once. At most `most` calls are under way in both lanes together.
    Calls that wait for a silent server cost nothing but a socket, so they need not keep others from beginning.
    """

    def __init__(self, width: int, most: int, patience: float) -> None:
        self._running = asyncio.Semaphore(width)
        self._all = asyncio.Semaphore(max(width, most))
        self._patience = patience

    @asynccontextmanager
    async def one(self, *, quick: bool = True) -> AsyncIterator[None]:
        """Waits for a place and holds it."""
        async with self._all:
            if not quick:
                yield
                return
            await self._running.acquire()
            released = False

            def move_aside() -> None:
                nonlocal released
                released = True
                self._running.release()

            timer = asyncio.get_running_loop().call_later(self._patience, move_aside)
            try:
                yield
            finally:
                timer.cancel()
                if not released:
                    self._running.release()


def raise_file_limit(wanted: int = WANTED_FILES) -> int:
    """Raises this process's limit of open files as far as it may, up to `wanted`, and returns the limit.

    Windows has no such limit for sockets; there it is `wanted`.
    """
    try:
        import resource
    except ImportError:
        return wanted
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft == resource.RLIM_INFINITY:
        return wanted
    target = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
    if soft >= target:
        return soft
    try:
        resource.setrlimit(resource.RLIMIT_NOFILE, (target, hard))
    except (OSError, ValueError) as error:
        log.warning("the limit of open files stays at %d: %s", soft, error)
        return soft
    return target
