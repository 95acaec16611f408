"""Records a second of a server's rules, from their counters. Off the path of the checks, bounded in calls and bytes.

eKuiper counts per operator and forgets at each start of a rule. Records in are what the sources took, records out what
the sinks sent. Rules on a shared stream each report that stream's source, so it counts once for each of them.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import aiohttp

from ekmanager.connections.access import Access
from ekmanager.ekuiper.errors import UnreadableAnswer
from ekmanager.ekuiper.parse import parse_rule_status
from ekmanager.health.model import Throughput
from ekmanager.health.rules import RuleWatch
from ekmanager.health.statuses import (
    THREAD_FROM,
    UNREACHABLE,
    Reading,
    Texts,
    Turns,
    ask_batch,
    ask_singly,
    disconnections,
)

BATCH_RULES = 200
"""Rules in one batch; more take turns. The server spends 1 to 5 ms on each (measured on 2.4.0)."""
SINGLE_RULES = 25
"""Rules asked one by one in a pass, for servers without batches (1.14); more take turns."""
SINGLE_AT_A_TIME = 4
PASS_TIMEOUT = 10.0
"""Seconds for one pass over one server."""

Readings = Mapping[str, Reading]
"""By rule."""


@dataclass(frozen=True, slots=True)
class _Counters:
    at: float
    came_in: int
    went_out: int


@dataclass(frozen=True, slots=True)
class _Rate:
    came_in: float
    went_out: float
    over: float


class Meter:
    """The counters of one server between passes. One pass at a time."""

    __slots__ = ("_clock", "_counters", "_rates", "_turns", "_watch", "batches")

    def __init__(self, watch: RuleWatch, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._watch = watch
        self._clock = clock
        self._counters: dict[str, _Counters] = {}
        self._rates: dict[str, _Rate] = {}
        self._turns = Turns()
        self.batches = True
        """Whether the server takes `POST /batch/req`; learned from its answers."""

    async def measure(
        self,
        session: aiohttp.ClientSession,
        access: Access,
        *,
        use_batch: bool = True,
        seen: Callable[[Readings, float], None] | None = None,
    ) -> Throughput | None:
        """One pass. None when the server could not be asked; what is known of its rules then stays.

        `seen` is told what was read, and when (epoch seconds).
        """
        if not self._watch.running:
            self._counters, self._rates = {}, {}
            return Throughput(0, 0, 0.0, 0.0, None, 0, 0)
        try:
            async with asyncio.timeout(PASS_TIMEOUT):
                texts = await self._ask(session, access, access.headers(), use_batch)
        except (TimeoutError, *UNREACHABLE):
            return None
        at, moment = self._clock(), time.time()
        if sum(map(len, texts.values())) < THREAD_FROM:
            read = _read_all(texts)
        else:
            read = await asyncio.to_thread(_read_all, texts)
        self._take(read, at)
        if seen is not None:
            seen({rule: reading for rule, (reading, _) in read.items()}, moment)
        return self._sum()

    async def _ask(
        self, session: aiohttp.ClientSession, access: Access, headers: dict[str, str], use_batch: bool
    ) -> Texts:
        if use_batch and self.batches:
            texts = await ask_batch(session, access, headers, self._turn(BATCH_RULES))
            if texts is not None:
                return texts
            self.batches = False
        return await ask_singly(session, access, headers, self._turn(SINGLE_RULES), SINGLE_AT_A_TIME)

    def _turn(self, most: int) -> Sequence[str]:
        return self._turns.take(self._watch.running, most)

    def _take(self, read: dict[str, tuple[Reading, str]], at: float) -> None:
        running = set(self._watch.running)
        for rule, (reading, _) in read.items():
            came_in, went_out = reading.came_in, reading.went_out
            before = self._counters.get(rule)
            self._counters[rule] = _Counters(at, came_in, went_out)
            self._rates.pop(rule, None)
            # A counter that fell belongs to a new run of the rule: the next pass has a rate again.
            if before is not None and came_in >= before.came_in and went_out >= before.went_out and at > before.at:
                over = at - before.at
                self._rates[rule] = _Rate((came_in - before.came_in) / over, (went_out - before.went_out) / over, over)
        self._counters = {rule: value for rule, value in self._counters.items() if rule in running}
        self._rates = {rule: value for rule, value in self._rates.items() if rule in running}
        self._watch.disconnected({rule: broken for rule, (_, broken) in read.items() if broken}, read.keys())

    def _sum(self) -> Throughput:
        rates = self._rates.values()
        return Throughput(
            records_in=sum(counters.came_in for counters in self._counters.values()),
            records_out=sum(counters.went_out for counters in self._counters.values()),
            in_per_second=sum(rate.came_in for rate in rates) if rates else None,
            out_per_second=sum(rate.went_out for rate in rates) if rates else None,
            over=sum(rate.over for rate in rates) / len(rates) if rates else None,
            rules_sampled=len(rates) or len(self._counters),
            rules_running=len(self._watch.running),
        )


def _read_all(texts: Texts) -> dict[str, tuple[Reading, str]]:
    """(what its status says, what is disconnected) by rule; a rule whose status cannot be read is left out."""
    read: dict[str, tuple[Reading, str]] = {}
    for rule, text in texts.items():
        try:
            status = parse_rule_status(text)
        except UnreadableAnswer:
            continue
        read[rule] = (Reading.of(status), next(iter(disconnections(status.operators)), ""))
    return read
