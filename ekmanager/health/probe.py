"""One check of one server: is it there, is it an eKuiper, does it let us in, how are its rules.

`GET /` tells the first two. eKuiper leaves it open when its authentication is on, so a protected route is asked as
well: `/rules/status/all`, the cheap one that also tells how the rules are. The two are asked one after the other, so
that a server which answers neither holds one connection, not two.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable

import aiohttp

from ekmanager.connections.access import Access
from ekmanager.connections.errors import TargetRefused
from ekmanager.ekuiper.errors import NotAnEKuiper, UnreadableAnswer
from ekmanager.ekuiper.parse import parse_info
from ekmanager.health.diagnosis import Diagnosis, Place, diagnose, of_answer, of_exception, of_status
from ekmanager.health.fetch import KIB, MIB, AnswerTooLarge, fetch
from ekmanager.health.model import ProbeResult, ServerInfo, Status
from ekmanager.health.rules import RuleWatch
from ekmanager.health.words import one_line, span

ROOT, RULES = "/", "/rules/status/all"
ROOT_CAP = 64 * KIB
"""The system information is about 140 bytes."""
RULES_CAP = 4 * MIB
"""5,000 rules take about 350 KB without exceptions (70 bytes a rule); this leaves 800 bytes for each."""
CONNECTING = 0.9
"""Share of the time in which the connection must have come about: what is left tells a port that drops packets
from a server that is stuck.
"""
STARTING = 30.0
"""Seconds of a server's life in which a failing protected route means that it is still starting."""
NOT_READY = frozenset({"refused", "reset", "http_503"})
"""Failures of the protected route that a server may show while it starts or a proxy has not found it yet."""
_MOST = 2**53


async def probe(
    session: aiohttp.ClientSession,
    access: Access,
    *,
    timeout: float,
    clock: Callable[[], float] = time.time,
    watch: RuleWatch | None = None,
) -> ProbeResult:
    """Checks one server within `timeout` seconds; never raises for what a server does.

    `watch` is the memory of its rules; without one only rules stopped by an error count as failing.

    The status is `unknown` when `/` answered but the protected route took too long (2.4 holds lists back for up to
    5 s) or was not ready within the first 30 s of the server's life: such a check tells neither way.
    """
    it = _Probe(session, access, timeout, clock, RuleWatch() if watch is None else watch)
    try:
        async with asyncio.timeout(timeout):
            found = await it.run()
    except TimeoutError:
        found = it.timed_out()
    return it.result(found)


class _Probe:
    """One check while it runs; what was learned so far survives a timeout."""

    __slots__ = (
        "_access",
        "_clock",
        "_headers",
        "_info",
        "_latency",
        "_place",
        "_session",
        "_timeout",
        "_unconnected",
        "_watch",
    )

    def __init__(
        self,
        session: aiohttp.ClientSession,
        access: Access,
        timeout: float,
        clock: Callable[[], float],
        watch: RuleWatch,
    ) -> None:
        self._session = session
        self._access = access
        self._clock = clock
        self._watch = watch
        self._place = Place.of(access.base_url)
        self._headers: dict[str, str] = {}
        self._latency: float | None = None
        self._info: ServerInfo | None = None
        self._timeout = timeout
        self._unconnected = False

    async def run(self) -> Diagnosis | None:
        """None: all is well."""
        try:
            self._headers = self._access.headers(self._clock())
            self._access.ssl_context()
        except ValueError as error:
            return diagnose("unusable", self._place, said=one_line(str(error)))
        found = await self._ask(ROOT, ROOT_CAP)
        if found is None:
            found = await self._ask(RULES, RULES_CAP)
            if found is not None and found.code in NOT_READY:
                return self._starting() or found
        return found

    def timed_out(self) -> Diagnosis:
        within = f"{self._timeout:g} s"
        if self._info is not None:
            return self._starting() or diagnose("busy", self._place, timeout=within)
        return diagnose("timeout_connect" if self._unconnected else "timeout", self._place, timeout=within)

    def result(self, found: Diagnosis | None) -> ProbeResult:
        at = self._clock()
        counts, failing = (None, ()) if found else self._watch.judge(at)
        return ProbeResult(
            status=found.status if found else Status.ONLINE,
            checked_at=at,
            latency_ms=self._latency,
            code=found.code if found else "",
            reason=found.reason if found else "",
            hint=found.hint if found else "",
            info=self._info,
            rules=counts,
            failing=failing,
        )

    async def _ask(self, route: str, cap: int) -> Diagnosis | None:
        started = time.perf_counter()
        try:
            answer = await fetch(
                self._session,
                self._access,
                route,
                headers=self._headers,
                cap=cap,
                connect_within=self._timeout * CONNECTING,
            )
        except AnswerTooLarge:
            limit = f"{cap // MIB} MB" if cap >= MIB else f"{cap // KIB} KB"
            return diagnose("too_large", self._place, route=route, limit=limit)
        except TimeoutError:
            # The check as a whole ends with a cancellation, so this is of the connection that was not made.
            self._unconnected = True
            raise
        except (aiohttp.ClientError, OSError, TargetRefused, ValueError) as error:
            return of_exception(error, self._place)
        if route == ROOT:
            self._latency = (time.perf_counter() - started) * 1000
        if answer.status != 200:
            sent = self._headers.get("Authorization")
            return of_status(answer.status, answer.body, route, self._place, sent, self._clock())
        try:
            if route == ROOT:
                self._info = _info(answer.body)
            else:
                self._watch.read(answer.body, self._clock())
        except (NotAnEKuiper, UnreadableAnswer):
            return of_answer(answer.body, route, self._place)
        return None

    def _starting(self) -> Diagnosis | None:
        if self._info is None or self._info.uptime >= STARTING:
            return None
        return diagnose("starting", self._place, uptime=span(self._info.uptime))


def _info(body: bytes) -> ServerInfo:
    said = parse_info(body)
    return ServerInfo(
        version=one_line(said.version, 60),
        os=one_line(said.os, 60),
        arch=one_line(said.arch, 60),
        uptime=min(said.uptime, _MOST),
        cpu=said.cpu,
        memory_used=None if said.memory_used is None else min(said.memory_used, _MOST),
        memory_total=None if said.memory_total is None else min(said.memory_total, _MOST),
    )
