"""The periodic check of all servers: one task, whose results readers take from memory at any time.

Sweeps never overlap. Every result is shown the moment it arrives, each by swapping one immutable snapshot. The same
server with the same credentials is asked once a sweep, whoever's connections lead to it.
"""

from __future__ import annotations

import asyncio
import itertools
import logging
import threading
import time
from collections import Counter
from collections.abc import Callable, Collection, Coroutine, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

import aiohttp

from ekmanager.connections.access import Access
from ekmanager.connections.model import Connection
from ekmanager.connections.outbound import open_session
from ekmanager.connections.targets import TargetPolicy
from ekmanager.health.confirm import UNCONFIRMED, advance
from ekmanager.health.diagnosis import Place, diagnose
from ekmanager.health.history import MAX_EVENTS, History
from ekmanager.health.housekeeping import Housekeeping
from ekmanager.health.metering import Metering
from ekmanager.health.model import UNCHECKED, Beat, ProbeResult, Snapshot, Status
from ekmanager.health.probe import probe
from ekmanager.health.rule_memory import RuleMemory
from ekmanager.health.servers import Server, Servers, Target
from ekmanager.health.slots import Slots, raise_file_limit
from ekmanager.health.watched import Watched, events, sample, shown

__all__ = ["Monitor", "MonitorOptions", "SweepReport", "Target"]

log = logging.getLogger(__name__)

FORGET_BROWSER = 3_600.0
"""Seconds for which the connections of a browser that is gone are remembered."""
FORGET_SHARED = 86_400.0
"""Seconds after which a shared connection that is gone from an intact store counts as deleted. Not at once: a file that
is being repaired may lack it for a while, and its history is worth more than its memory.
"""


@dataclass(frozen=True, slots=True)
class MonitorOptions:
    """Times in seconds. A connection's own timeout wins over `timeout`."""

    interval: float = 10.0
    timeout: float = 5.0
    failures_before_offline: int = 2
    successes_before_online: int = 1
    concurrency: int = 32
    """Quick checks at a time. More gain nothing on one core, and would only queue inside it and be read as latency."""
    most_open: int = 4_096
    """Checks at a time including those that wait for silent servers."""
    patience: float = 0.05
    """Seconds after which a check no longer keeps others from beginning."""
    throughput_interval: float = 15.0
    """Between two looks at a server's record counters; longer when there are many servers. 0: never."""
    use_batch: bool = True
    """Whether record counters may be read with `POST /batch/req`, one call a server, where there is one (2.4)."""
    garbage_interval: float = 60.0
    """Between collections of cyclic garbage, made when a sweep is over: Streamlit's own after every rerun is off.
    0: never.
    """


@dataclass(frozen=True, slots=True)
class SweepReport:
    """One check of all targets."""

    started_at: float
    """Epoch seconds."""
    duration: float
    """Seconds."""
    targets: int
    probed: int
    """Servers asked; fewer than targets where several lead to the same one."""
    by_status: Mapping[Status, int]
    """Targets by their status after the sweep."""


class Monitor:
    """Checks `targets()` every `options.interval` seconds. Reading is safe from any thread and touches memory only.

    `run`, `sweep`, `check` and `test` belong to one event loop.
    """

    def __init__(
        self,
        targets: Callable[[], Iterable[Target]],
        *,
        policy: TargetPolicy,
        history: History,
        options: MonitorOptions = MonitorOptions(),
        memory: RuleMemory | None = None,
        clock: Callable[[], float] = time.time,
    ) -> None:
        """`targets` is called in a thread, and may read files or a database. `memory` is fed with what is seen of
        single rules, and loses those of servers that are gone."""
        self._targets = targets
        self._policy = policy
        self._history = history
        self._memory = RuleMemory() if memory is None else memory
        self._options = options
        self._clock = clock
        self._servers = Servers()
        self._watched: dict[str, Watched] = {}
        self._serial = itertools.count(1)
        self._soon: set[str] = set()
        self._soon_lock = threading.Lock()
        self._keys_lock = threading.RLock()
        self._readings: dict[object, set[str]] = {}
        """For each reading of the targets under way: the keys that were forgotten since it began."""
        self._loop: asyncio.AbstractEventLoop | None = None
        self._wake: asyncio.Event | None = None
        self._session: aiohttp.ClientSession | None = None
        self._session_loop: asyncio.AbstractEventLoop | None = None
        self._slots: Slots | None = None
        self._sweep_lock = asyncio.Lock()
        self._checks: set[asyncio.Task[Any]] = set()
        self.last_sweep: SweepReport | None = None
        self.sweeping = False

    @property
    def options(self) -> MonitorOptions:
        """Replace it at any time, from any thread; a shorter interval takes effect at once."""
        return self._options

    @options.setter
    def options(self, value: MonitorOptions) -> None:
        self._options = value
        self._rouse()

    def snapshot(self, key: str) -> Snapshot:
        """The newest that is known; `UNCHECKED` for a key that was never checked."""
        watched = self._watched.get(key)
        return UNCHECKED if watched is None else watched.snapshot

    def check_soon(self, key: str) -> None:
        """Asks for a check of one target before the next sweep, from any thread. Also of a target just added."""
        with self._soon_lock:
            self._soon.add(key)
        self._rouse()

    def forget(self, key: str) -> None:
        """Drops what is known of a key, its history included: the connection was deleted.

        From any thread. What is found by a check that is under way is not noted any more.
        """
        with self._keys_lock:
            for forgotten in self._readings.values():
                forgotten.add(key)
            gone = self._watched.pop(key, None)
            if gone is not None and all(each.fingerprint != gone.fingerprint for each in self._watched.values()):
                self._memory.forget(gone.fingerprint)
            self._history.forget(key)

    async def run(self) -> None:
        """Sweeps until cancelled. A failure inside a sweep is logged, and the next one comes in its time."""
        self._loop = asyncio.get_running_loop()
        self._wake = asyncio.Event()
        limit = raise_file_limit()
        if limit < self._options.most_open:
            log.warning("only %d files may be open: checks of many silent servers may have to wait", limit)
        self._history.start()
        housekeeping = Housekeeping(self._history)
        metering = Metering(self._servers, self._publish_throughput, self._memory)
        loops = [
            asyncio.create_task(self._check_those_asked_for(), name="ekmanager-check-soon"),
            asyncio.create_task(metering.run(self.session, lambda: self._options), name="ekmanager-throughput"),
        ]
        try:
            while True:
                started = time.monotonic()
                await _survive(self.sweep(), "a sweep")
                await _survive(housekeeping.run(self._options.garbage_interval), "housekeeping")
                while (left := started + self._options.interval - time.monotonic()) > 0:
                    await self._pause(left)
        finally:
            for task in loops:
                task.cancel()
            await asyncio.wait(loops)
            self._loop = self._wake = None
            await self.close()

    async def close(self) -> None:
        """Ends calls under way. `run` does so itself; needed after `test`, `check` or `sweep` without it."""
        for task in list(self._checks):
            task.cancel()
        if self._checks:
            await asyncio.wait(self._checks)
        if self._session is not None:
            await self._session.close()
            self._session = None

    def session(self) -> aiohttp.ClientSession:
        """The session of the checks, in the running loop; every connection it makes is checked by the policy."""
        loop = asyncio.get_running_loop()
        if self._session is None or self._session.closed or self._session_loop is not loop:
            self._session = open_session(self._policy, limit=0)
            self._session_loop = loop
            self._slots = None
        return self._session

    async def sweep(self) -> SweepReport:
        """Checks every target once. A second call waits until the first is over."""
        async with self._sweep_lock:
            self.sweeping = True
            started_at, started = self._clock(), time.monotonic()
            try:
                groups = await self._collect()
                # Those that will perhaps never answer begin first: their time is the longest.
                await self._check_groups(sorted(groups.items(), key=lambda group: group[0].quick))
            finally:
                self.sweeping = False
            by_status = Counter(watched.standing.status for keys in groups.values() for watched in keys.values())
            report = SweepReport(
                started_at, time.monotonic() - started, sum(map(len, groups.values())), len(groups), by_status
            )
            self.last_sweep = report
            return report

    async def check(self, target: Target) -> Snapshot:
        """Checks one target now; counts like a check of a sweep."""
        watched = self._watch(target, self._servers.of(target.connection))
        await self._check_groups([(self._servers.of(target.connection), {target.key: watched})])
        return watched.snapshot

    async def test(self, connection: Connection) -> ProbeResult:
        """Checks a connection that need not be saved; leaves no trace."""
        timeout = connection.timeout or self._options.timeout
        return await probe(self.session(), Access(connection), timeout=timeout, clock=self._clock)

    async def _check_groups(self, groups: list[tuple[Server, dict[str, Watched]]]) -> None:
        session = self.session()
        slots = self._slots
        if slots is None:
            options = self._options
            slots = self._slots = Slots(options.concurrency, options.most_open, options.patience)
        outcomes = await asyncio.gather(
            *(self._check_server(session, slots, server, keys) for server, keys in groups), return_exceptions=True
        )
        for (server, keys), outcome in zip(groups, outcomes, strict=True):
            if isinstance(outcome, Exception):
                log.error("the check of %s failed", server.access.base_url, exc_info=outcome)
                said = type(outcome).__name__
                found = diagnose("internal", Place.of(server.access.base_url), said=said)
                self._publish(
                    server, keys, ProbeResult(found.status, self._clock(), None, found.code, found.reason, found.hint)
                )

    async def _check_server(
        self, session: aiohttp.ClientSession, slots: Slots, server: Server, keys: dict[str, Watched]
    ) -> None:
        async with slots.one(quick=server.quick):
            timeout = server.timeout or self._options.timeout
            result = await probe(session, server.access, timeout=timeout, clock=self._clock, watch=server.rules)
        self._publish(server, keys, result)

    def _publish(self, server: Server, keys: dict[str, Watched], result: ProbeResult) -> None:
        place = Place.of(server.access.base_url)
        server.took(result)
        for key, watched in keys.items():
            with self._keys_lock:
                if self._watched.get(key) is watched:
                    self._publish_one(key, watched, server, place, result)

    def _publish_one(self, key: str, watched: Watched, server: Server, place: Place, result: ProbeResult) -> None:
        options, old = self._options, watched.snapshot
        standing = advance(
            watched.standing,
            result.status,
            result.checked_at,
            failures=options.failures_before_offline,
            successes=options.successes_before_online,
            starting=result.code == "starting",
        )
        known = watched.took(standing)
        throughput = server.throughput if result.status is Status.ONLINE else None
        new = shown(old, watched.standing, result, place, throughput or old.throughput)
        if not watched.restored and self._history.ready(key):
            earlier = self._history.beats(key, watched.beats.maxlen or 0)
            watched.beats.extendleft(reversed([beat for beat in earlier if self._is_older(beat, watched)]))
            watched.restored = True
        watched.beats.append(Beat(result.checked_at, result.status, result.latency_ms))
        before = self._history.events(key)
        self._history.record(key, sample(new, result, throughput), persistent=watched.persistent)
        # Before an earlier run's events are read nobody knows whether there are any
        found = events(known, new, result, first=not before and self._history.ready(key))
        for event in found:
            self._history.record_event(key, event, persistent=watched.persistent)
        listed = self._history.events(key) if found or len(before) != len(old.events) else old.events
        watched.snapshot = replace(
            new, beats=tuple(watched.beats), events=listed[:MAX_EVENTS], serial=next(self._serial)
        )

    @staticmethod
    def _is_older(beat: Beat, watched: Watched) -> bool:
        return not watched.beats or beat.at < watched.beats[0].at

    def _publish_throughput(self, server: Server) -> None:
        for key in server.keys:
            watched = self._watched.get(key)
            if watched is None or watched.fingerprint != server.access.fingerprint:
                continue
            if watched.standing.status is Status.ONLINE and watched.snapshot.throughput != server.throughput:
                watched.snapshot = replace(watched.snapshot, throughput=server.throughput, serial=next(self._serial))

    async def _collect(self) -> dict[Server, dict[str, Watched]]:
        """All targets by server, and the end of those that are gone."""
        groups, found = await self._grouped()
        self._drop_gone({target.key for target, _ in found})
        for server, keys in groups.items():
            server.keys = tuple(keys)
        fingerprints = {watched.fingerprint for watched in self._watched.values()}
        self._servers.keep(fingerprints, {id(target.connection) for target, _ in found})
        self._memory.keep(fingerprints)
        return groups

    async def _grouped(
        self, keys: Collection[str] | None = None
    ) -> tuple[dict[Server, dict[str, Watched]], list[tuple[Target, Server]]]:
        """(targets by server, of `keys` only when given; all that were found), without those deleted meanwhile."""
        reading = object()
        with self._keys_lock:
            forgotten = self._readings[reading] = set()
        try:
            read = await asyncio.to_thread(self._read_targets)
            groups: dict[Server, dict[str, Watched]] = {}
            with self._keys_lock:
                found = [(target, server) for target, server in read if target.key not in forgotten]
                for target, server in found:
                    if keys is None or target.key in keys:
                        groups.setdefault(server, {})[target.key] = self._watch(target, server)
            return groups, found
        finally:
            with self._keys_lock:
                del self._readings[reading]

    def _read_targets(self) -> list[tuple[Target, Server]]:
        return [(target, self._servers.of(target.connection)) for target in self._targets()]

    def _watch(self, target: Target, server: Server) -> Watched:
        now = time.monotonic()
        watched = self._watched.get(target.key)
        if watched is None:
            watched = Watched(target.connection, target.persistent, server.access.fingerprint, now)
            watched.left = self._history.left(target.key)
            self._watched[target.key] = watched
        elif watched.connection.url != target.connection.url:
            # Another server under the same key: nothing that was seen is true of it, save the events.
            watched.standing, watched.snapshot = UNCONFIRMED, Snapshot(events=watched.snapshot.events)
            watched.beats.clear()
            watched.left = None
        watched.connection, watched.persistent = target.connection, target.persistent
        watched.fingerprint, watched.seen = server.access.fingerprint, now
        return watched

    def _drop_gone(self, present: set[str]) -> None:
        now = time.monotonic()
        for key, watched in list(self._watched.items()):
            if key in present:
                continue
            if now - watched.seen > (FORGET_SHARED if watched.persistent else FORGET_BROWSER):
                self.forget(key)
            elif watched.persistent:
                watched.snapshot = UNCHECKED

    async def _check_those_asked_for(self) -> None:
        while True:
            await self._pause(None)
            with self._soon_lock:
                keys, self._soon = self._soon, set()
            if keys:
                task = asyncio.create_task(_survive(self._check_keys(keys), "a check"))
                self._checks.add(task)
                task.add_done_callback(self._checks.discard)

    async def _check_keys(self, keys: set[str]) -> None:
        groups, _ = await self._grouped(keys)
        await self._check_groups(list(groups.items()))

    async def _pause(self, seconds: float | None) -> None:
        """Waits for `seconds`, or until something was asked for."""
        wake = self._wake
        if wake is None:
            return
        try:
            async with asyncio.timeout(seconds):
                await wake.wait()
        except TimeoutError:
            return
        wake.clear()

    def _rouse(self) -> None:
        loop, wake = self._loop, self._wake
        if loop is None or wake is None:
            return
        try:
            loop.call_soon_threadsafe(wake.set)
        except RuntimeError:
            log.debug("the loop of the monitor is closed")


async def _survive(work: Coroutine[Any, Any, object], what: str) -> None:
    """Awaits `work`; an exception of it is logged and goes no further, a cancellation does."""
    task = asyncio.ensure_future(work)
    try:
        await asyncio.wait({task})
    finally:
        if not task.done():
            task.cancel()
            await asyncio.wait({task})
    error = None if task.cancelled() else task.exception()
    if error is not None:
        log.error("%s failed", what, exc_info=error)
