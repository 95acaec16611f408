"""When which server's record counters are read: beside the checks, a few at a time, at a bounded pace."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable
from functools import partial
from typing import Protocol

import aiohttp

from ekmanager.health.rule_memory import RuleMemory
from ekmanager.health.servers import Server, Servers

log = logging.getLogger(__name__)

AT_A_TIME = 4
PER_SECOND = 25
"""Servers looked at in a second at most: with 1,000 of them each is looked at every 40 s."""
SECOND_LOOK = 5.0
"""Seconds from the first look to the second, which makes the first rate."""
ROUND = 1.0


class MeteringOptions(Protocol):
    """What the monitor's options say about it."""

    @property
    def throughput_interval(self) -> float: ...

    @property
    def use_batch(self) -> bool: ...


class Metering:
    """Looks at the counters of online servers in turn, and hands what it saw of each rule to the memory."""

    def __init__(self, servers: Servers, publish: Callable[[Server], None], memory: RuleMemory) -> None:
        self._servers = servers
        self._publish = publish
        self._memory = memory

    async def run(self, session: Callable[[], aiohttp.ClientSession], options: Callable[[], MeteringOptions]) -> None:
        """Until cancelled."""
        while True:
            started = time.monotonic()
            now = options()
            if now.throughput_interval > 0:
                await self.round(session(), now)
            await asyncio.sleep(max(0.05, ROUND - (time.monotonic() - started)))

    async def round(self, session: aiohttp.ClientSession, options: MeteringOptions) -> None:
        """Looks at the servers that are due now, those that waited longest first, `PER_SECOND` at most."""
        now = time.monotonic()
        due = [server for server in self._servers.all() if server.online and self._is_due(server, now, options)]
        due.sort(key=lambda server: server.metered_at or 0.0)
        places = asyncio.Semaphore(AT_A_TIME)
        outcomes = await asyncio.gather(
            *(self._look(session, places, server, options) for server in due[:PER_SECOND]), return_exceptions=True
        )
        for server, outcome in zip(due, outcomes, strict=False):
            if isinstance(outcome, Exception):
                log.error("the counters of %s could not be read", server.access.base_url, exc_info=outcome)

    @staticmethod
    def _is_due(server: Server, now: float, options: MeteringOptions) -> bool:
        if server.metered_at is None:
            return True
        rated = server.throughput is None or server.throughput.in_per_second is not None
        wait = options.throughput_interval if rated else min(SECOND_LOOK, options.throughput_interval)
        return now - server.metered_at >= wait

    async def _look(
        self, session: aiohttp.ClientSession, places: asyncio.Semaphore, server: Server, options: MeteringOptions
    ) -> None:
        async with places:
            server.metered_at = time.monotonic()
            seen = partial(self._memory.take, server.access.fingerprint)
            found = await server.meter.measure(session, server.access, use_batch=options.use_batch, seen=seen)
        if found is not None and server.online:
            server.throughput = found
            self._publish(server)
