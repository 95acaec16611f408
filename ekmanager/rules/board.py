"""The rules of all servers at which somebody looks now, read from memory at any time."""

from __future__ import annotations

import asyncio
import logging
import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from functools import partial
from typing import Any

import aiohttp

from ekmanager.connections.access import Access
from ekmanager.connections.book import Entry
from ekmanager.connections.model import Connection
from ekmanager.health.rule_memory import RuleMemory
from ekmanager.rules.polling import DEFAULTS, BoardOptions, Poll
from ekmanager.rules.rows import Concern, Problem, RuleRow, RulesView, RuleView
from ekmanager.rules.rule_poll import RulePoll
from ekmanager.rules.server_poll import ServerPoll

__all__ = ["BoardOptions", "Concern", "Problem", "RuleRow", "RuleView", "RulesBoard", "RulesView"]

log = logging.getLogger(__name__)

MOST_POLLS = 500
"""Views kept at a time; those at which nobody looked for the longest time go first."""
_TIDY = 5.0
_NOW = 10.0
"""Seconds for which a view is of now; a poll that goes on renews it sooner."""
_MOST_REMEMBERED = 4_096

Key = tuple[str, str | None]
"""Fingerprint of the server and credential, and the rule where it is one."""


class RulesBoard:
    """Polls servers while somebody looks: the first look begins it, and it ends 30 s after the last one.

    The same server with the same credentials is polled once, whoever's connections lead to it. `run` belongs to one
    loop; all else is for any thread, and touches memory only, but for `wait`, `look` and `look_rule`, which wait.
    """

    def __init__(
        self,
        session: Callable[[], aiohttp.ClientSession],
        *,
        memory: RuleMemory | None = None,
        options: BoardOptions = DEFAULTS,
        clock: Callable[[], float] = time.time,
    ) -> None:
        """`session` gives the session of the loop that runs the board. `memory` is what the charts of a rule begin
        with; the monitor's own, so that they begin with what it saw."""
        self._session = session
        self._memory = RuleMemory() if memory is None else memory
        self._options = options
        self._clock = clock
        self._lock = threading.Lock()
        self._polls: OrderedDict[Key, Poll[Any]] = OrderedDict()
        self._fingerprints: OrderedDict[int, tuple[Connection, str]] = OrderedDict()
        self._tasks: dict[Key, asyncio.Task[None]] = {}
        self._loop: asyncio.AbstractEventLoop | None = None
        self._wake: asyncio.Event | None = None

    def watch(self, entry: Entry) -> RulesView:
        """The rules of a server, as far as they are known by now."""
        return self._server(entry).view

    def watch_rule(self, entry: Entry, rule: str) -> RuleView:
        """One rule of a server, as far as it is known by now."""
        return self._rule(entry, rule).view

    def wait(self, entry: Entry, revision: int, timeout: float) -> RulesView:
        """The view as soon as its revision is another one; after `timeout` seconds, as it is."""
        return self._server(entry).wait(lambda view: view.revision != revision, timeout)

    def look(self, entry: Entry, timeout: float) -> RulesView:
        """The rules as they are now: what was last seen some time ago, or never, is waited for.

        After `timeout` seconds, or when the server cannot be read, as they were. For a page that opens, in a thread
        of its own: nobody may have looked for minutes.
        """
        return self._server(entry).wait(self._is_of_now(), self._at_most(timeout))

    def look_rule(self, entry: Entry, rule: str, timeout: float) -> RuleView:
        """The same of one rule, or that there is none."""
        of_now = self._is_of_now()
        return self._rule(entry, rule).wait(lambda view: view.gone or of_now(view), self._at_most(timeout))

    def _is_of_now(self) -> Callable[[RulesView | RuleView], bool]:
        oldest = self._clock() - _NOW
        return lambda view: view.problem is not None or (view.at or 0.0) >= oldest

    def _at_most(self, timeout: float) -> float:
        """Nothing comes while the board does not run."""
        return timeout if self._loop is not None else 0.0

    def refresh_soon(self, entry: Entry) -> None:
        """Reads anew what is being watched of a server: something was changed there."""
        fingerprint = self._fingerprint(entry.connection)
        with self._lock:
            polls = [poll for key, poll in self._polls.items() if key[0] == fingerprint]
        for poll in polls:
            poll.refresh_soon()

    async def run(self) -> None:
        """Polls until cancelled."""
        self._loop, self._wake = asyncio.get_running_loop(), asyncio.Event()
        try:
            while True:
                self._tidy()
                self._begin_wanted()
                try:
                    async with asyncio.timeout(_TIDY):
                        await self._wake.wait()
                except TimeoutError:
                    continue
                self._wake.clear()
        finally:
            self._loop = self._wake = None
            tasks = list(self._tasks.values())
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            self._tasks.clear()

    def _server(self, entry: Entry) -> ServerPoll:
        def make() -> ServerPoll:
            return ServerPoll(entry.connection, self._session, self._options, self._clock, self._memory)

        found = self._find((self._fingerprint(entry.connection), None), make)
        assert isinstance(found, ServerPoll)
        return found

    def _rule(self, entry: Entry, rule: str) -> RulePoll:
        fingerprint = self._fingerprint(entry.connection)

        def make() -> RulePoll:
            trail = self._memory.of(fingerprint, rule)
            return RulePoll(entry.connection, rule, self._session, self._options, self._clock, trail)

        found = self._find((fingerprint, rule), make)
        assert isinstance(found, RulePoll)
        return found

    def _find(self, key: Key, make: Callable[[], Poll[Any]]) -> Poll[Any]:
        with self._lock:
            poll = self._polls.get(key)
            if poll is None:
                poll = self._polls[key] = make()
                while len(self._polls) > MOST_POLLS:
                    self._polls.popitem(last=False)[1].retire()
            self._polls.move_to_end(key)
            poll.touch()
        if key not in self._tasks:
            self._rouse()
        return poll

    def _fingerprint(self, connection: Connection) -> str:
        """Made once for each object: it costs more than all else in a look."""
        with self._lock:
            known = self._fingerprints.get(id(connection))
            if known is not None and known[0] is connection:
                return known[1]
            found = Access(connection).fingerprint
            self._fingerprints[id(connection)] = (connection, found)
            if len(self._fingerprints) > _MOST_REMEMBERED:
                self._fingerprints.popitem(last=False)
            return found

    def _rouse(self) -> None:
        loop, wake = self._loop, self._wake
        if loop is None or wake is None:
            return
        try:
            loop.call_soon_threadsafe(wake.set)
        except RuntimeError:
            log.debug("the loop of the board is closed")

    def _tidy(self) -> None:
        with self._lock:
            for key, poll in list(self._polls.items()):
                if poll.idle > self._options.forgotten and key not in self._tasks:
                    del self._polls[key]

    def _begin_wanted(self) -> None:
        with self._lock:
            wanted = [(key, poll) for key, poll in self._polls.items() if poll.wanted and key not in self._tasks]
        for key, poll in wanted:
            task = asyncio.create_task(poll.run(), name="ekmanager-rules")
            self._tasks[key] = task
            task.add_done_callback(partial(self._ended, key, poll))

    def _ended(self, key: Key, poll: Poll[Any], task: asyncio.Task[None]) -> None:
        self._tasks.pop(key, None)
        error = None if task.cancelled() else task.exception()
        if error is None:
            self._rouse()
        else:
            log.error("the rules of %s could not be polled", poll.access.base_url, exc_info=error)
            poll.broken()
