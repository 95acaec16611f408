"""Keeps one view up to date for as long as somebody looks: of all rules of a server, or of one rule.

Every call is bounded in time and bytes, and none is repeated before `EASE` times the time it took, so that a server
with thousands of rules is not kept busy by being watched.
"""

from __future__ import annotations

import asyncio
import logging
import math
import threading
import time
from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, TypeVar

import aiohttp

from ekmanager.connections.access import Access
from ekmanager.connections.model import Connection
from ekmanager.health.diagnosis import Diagnosis, Place, diagnose, of_answer, of_exception, of_status
from ekmanager.health.fetch import MIB, Answer, AnswerTooLarge, fetch
from ekmanager.health.statuses import UNREACHABLE
from ekmanager.rules.rows import Problem

log = logging.getLogger(__name__)
V = TypeVar("V")

EASE = 5.0
ROUND_TIMEOUT = 20.0
"""Seconds for one round. 2.4 holds all lists back for up to 5 s while a rule with a hanging sink stops."""
AFTER_A_FAILURE = 5.0
"""Seconds until a server that could not be read is asked again."""


@dataclass(frozen=True, slots=True)
class BoardOptions:
    """Seconds between two calls of a kind, and for how long things last."""

    states: float = 2.0
    statuses: float = 2.0
    summaries: float = 15.0
    cpu: float = 10.0
    definitions: float = 120.0
    info: float = 60.0
    unwatched: float = 30.0
    """After the last look the polling ends."""
    forgotten: float = 600.0
    """After the last look what is known is dropped."""


DEFAULTS = BoardOptions()


class Pace:
    """When a call is due again."""

    __slots__ = ("_every", "_next")

    def __init__(self, every: float) -> None:
        self._every = every
        self._next = 0.0

    def due(self) -> bool:
        return time.monotonic() >= self._next

    @property
    def left(self) -> float:
        """Seconds until it is due."""
        return max(0.0, self._next - time.monotonic())

    def done(self, took: float) -> None:
        """It was made, and took so many seconds."""
        self._next = time.monotonic() + max(self._every, took * EASE)

    def now(self) -> None:
        """Makes it due at once."""
        self._next = 0.0


class Refused(Exception):
    """The server's answer is not what was asked for."""

    def __init__(self, found: Diagnosis) -> None:
        super().__init__(found.reason)
        self.found = found


class Poll(ABC, Generic[V]):
    """One view and the work that keeps it up to date. `run` belongs to the loop, the rest to any thread."""

    def __init__(
        self,
        connection: Connection,
        session: Callable[[], aiohttp.ClientSession],
        options: BoardOptions,
        clock: Callable[[], float],
        view: V,
    ) -> None:
        self.access = Access(connection)
        self.options = options
        self._place = Place.of(connection.url)
        self._session = session
        self._clock = clock
        self._view = view
        self._changed = threading.Condition()
        self._looked = time.monotonic()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._wake: asyncio.Event | None = None

    @property
    def view(self) -> V:
        return self._view

    def touch(self) -> None:
        """Somebody looked."""
        self._looked = time.monotonic()

    def retire(self) -> None:
        """Ends the work as if nobody had looked for long."""
        self._looked = -math.inf

    @property
    def idle(self) -> float:
        """Seconds since somebody looked."""
        return time.monotonic() - self._looked

    @property
    def wanted(self) -> bool:
        return self.idle < self.options.unwatched

    def refresh_soon(self) -> None:
        """All is to be read anew at once."""
        self._hurry()
        loop, wake = self._loop, self._wake
        if loop is not None and wake is not None and not loop.is_closed():
            loop.call_soon_threadsafe(wake.set)

    def wait(self, until: Callable[[V], bool], timeout: float) -> V:
        """Waits until the view is as wanted, or `timeout` seconds have passed. Not in the loop's thread."""
        with self._changed:
            self._changed.wait_for(lambda: until(self._view), timeout)
            return self._view

    async def run(self) -> None:
        """Works for as long as somebody looks."""
        self._loop, self._wake = asyncio.get_running_loop(), asyncio.Event()
        while self.wanted:
            self._wake.clear()
            pause = await self._bounded_round()
            if pause > 0:
                await self._rest(pause)

    async def _bounded_round(self) -> float:
        try:
            async with asyncio.timeout(ROUND_TIMEOUT):
                return await self.round()
        except TimeoutError:
            self._failed(diagnose("timeout", self._place, timeout=f"{ROUND_TIMEOUT:g} s"))
        except Refused as refused:
            self._failed(refused.found)
        except AnswerTooLarge as error:
            limit = f"{error.cap // MIB} MB"
            self._failed(diagnose("too_large", self._place, route=error.route, limit=limit))
        except UNREACHABLE as error:
            self._failed(of_exception(error, self._place))
        return AFTER_A_FAILURE

    async def _rest(self, seconds: float) -> None:
        if self._wake is None:
            return
        try:
            async with asyncio.timeout(seconds):
                await self._wake.wait()
        except TimeoutError:
            return

    def _failed(self, found: Diagnosis) -> None:
        self._publish_problem(Problem(found.reason, found.hint))

    def broken(self) -> None:
        """The work failed in a way that nobody foresaw; it begins anew with the next look."""
        self._failed(diagnose("internal", self._place, said="the polling of its rules failed"))

    def _publish(self, view: V) -> None:
        with self._changed:
            self._view = view
            self._changed.notify_all()

    async def _get(self, route: str, cap: int, *, method: str = "GET", body: bytes | None = None) -> Answer:
        """One call; the answer may be of any status. Raises what `fetch` does."""
        headers = self.access.headers()
        if body is not None:
            headers["Content-Type"] = "application/json"
        return await fetch(self._session(), self.access, route, headers=headers, cap=cap, method=method, body=body)

    def _refused(self, answer: Answer, route: str) -> Refused:
        if answer.status == 200:
            return Refused(of_answer(answer.body, route, self._place))
        sent = self.access.headers().get("Authorization")
        return Refused(of_status(answer.status, answer.body, route, self._place, sent, self._clock()))

    @abstractmethod
    async def round(self) -> float:
        """One round of calls; gives the seconds until the next. Raises Refused, UNREACHABLE."""

    @abstractmethod
    def _hurry(self) -> None:
        """Makes all calls due."""

    @abstractmethod
    def _publish_problem(self, problem: Problem) -> None:
        """The view, with why it is not newer."""
