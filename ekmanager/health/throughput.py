"""Records a second of a server's rules, from their counters. Off the path of the checks, bounded in calls and bytes.

eKuiper counts per operator and forgets at each start of a rule. Records in are what the sources took, records out what
the sinks sent. Rules on a shared stream each report that stream's source, so it counts once for each of them.
"""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import aiohttp

from ekmanager.connections.access import Access
from ekmanager.connections.errors import TargetRefused
from ekmanager.ekuiper.errors import UnreadableAnswer
from ekmanager.ekuiper.models.rules import Operator
from ekmanager.ekuiper.parse import load_json, parse_rule_status
from ekmanager.health.fetch import KIB, MIB, Answer, AnswerTooLarge, fetch, segment
from ekmanager.health.model import Throughput
from ekmanager.health.rules import RuleWatch

BATCH_RULES = 200
"""Rules in one batch; more take turns. The server spends 1 to 5 ms on each (measured on 2.4.0)."""
BATCH_CAP = 8 * MIB
SINGLE_RULES = 25
"""Rules asked one by one in a pass, for servers without batches (1.14); more take turns."""
SINGLE_CAP = 512 * KIB
SINGLE_AT_A_TIME = 4
PASS_TIMEOUT = 10.0
"""Seconds for one pass over one server."""
THREAD_FROM = 64 * KIB
"""Bytes from which answers are read in a thread, so that the loop stays free."""
DISCONNECTED = -1
"""`connection_status` of a source or sink that lost its connection; 0 (`nop` for ever) is no trouble."""
MOST_RECORDS = 2**53
"""Larger numbers are nonsense, and do not fit into a float."""
NO_BATCH = frozenset({401, 403, 404, 405})

_UNREACHABLE = (aiohttp.ClientError, OSError, TargetRefused, AnswerTooLarge, UnreadableAnswer, ValueError)


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

    __slots__ = ("_clock", "_counters", "_next", "_rates", "_watch", "batches")

    def __init__(self, watch: RuleWatch, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._watch = watch
        self._clock = clock
        self._counters: dict[str, _Counters] = {}
        self._rates: dict[str, _Rate] = {}
        self._next = 0
        self.batches = True
        """Whether the server takes `POST /batch/req`; learned from its answers."""

    async def measure(
        self, session: aiohttp.ClientSession, access: Access, *, use_batch: bool = True
    ) -> Throughput | None:
        """One pass. None when the server could not be asked; what is known of its rules then stays."""
        if not self._watch.running:
            self._counters, self._rates = {}, {}
            return Throughput(0, 0, 0.0, 0.0, None, 0, 0)
        try:
            async with asyncio.timeout(PASS_TIMEOUT):
                texts = await self._ask(session, access, access.headers(), use_batch)
        except (TimeoutError, *_UNREACHABLE):
            return None
        at = self._clock()
        if sum(map(len, texts.values())) < THREAD_FROM:
            read = _read_all(texts)
        else:
            read = await asyncio.to_thread(_read_all, texts)
        self._take(read, at)
        return self._sum()

    async def _ask(
        self, session: aiohttp.ClientSession, access: Access, headers: dict[str, str], use_batch: bool
    ) -> dict[str, str | bytes]:
        if use_batch and self.batches:
            rules = self._turn(BATCH_RULES)
            requests = [{"method": "GET", "path": f"/rules/{segment(rule)}/status"} for rule in rules]
            answer = await fetch(
                session,
                access,
                "/batch/req",
                method="POST",
                headers={**headers, "Content-Type": "application/json"},
                body=json.dumps(requests).encode(),
                cap=BATCH_CAP,
            )
            if answer.status == 200:
                return _responses(rules, answer.body)
            if answer.status not in NO_BATCH:
                return {}
            self.batches = False
        return await self._ask_singly(session, access, headers)

    async def _ask_singly(
        self, session: aiohttp.ClientSession, access: Access, headers: dict[str, str]
    ) -> dict[str, str | bytes]:
        rules = self._turn(SINGLE_RULES)
        found: dict[str, str | bytes] = {}
        for start in range(0, len(rules), SINGLE_AT_A_TIME):
            some = rules[start : start + SINGLE_AT_A_TIME]
            calls = (
                fetch(session, access, f"/rules/{segment(rule)}/status", headers=headers, cap=SINGLE_CAP)
                for rule in some
            )
            answers: list[Answer] = await asyncio.gather(*calls)
            found |= {rule: answer.body for rule, answer in zip(some, answers, strict=True) if answer.status == 200}
        return found

    def _turn(self, most: int) -> Sequence[str]:
        """The next rules in turn, `most` at a time."""
        rules = self._watch.running
        if len(rules) <= most:
            self._next = 0
            return rules
        start = self._next % len(rules)
        self._next = start + most
        return (rules + rules)[start : start + most]

    def _take(self, read: dict[str, tuple[int, int, str]], at: float) -> None:
        running = set(self._watch.running)
        for rule, (came_in, went_out, _) in read.items():
            before = self._counters.get(rule)
            self._counters[rule] = _Counters(at, came_in, went_out)
            self._rates.pop(rule, None)
            # A counter that fell belongs to a new run of the rule: the next pass has a rate again.
            if before is not None and came_in >= before.came_in and went_out >= before.went_out and at > before.at:
                over = at - before.at
                self._rates[rule] = _Rate((came_in - before.came_in) / over, (went_out - before.went_out) / over, over)
        self._counters = {rule: value for rule, value in self._counters.items() if rule in running}
        self._rates = {rule: value for rule, value in self._rates.items() if rule in running}
        self._watch.disconnected({rule: broken for rule, (_, _, broken) in read.items() if broken}, read.keys())

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


def _responses(rules: Sequence[str], body: bytes) -> dict[str, str | bytes]:
    """The texts inside the answer to a batch, by rule; answers come in the order of the requests (recorded)."""
    rows = load_json(body)
    if not isinstance(rows, list) or len(rows) != len(rules):
        raise UnreadableAnswer("The answer to a batch does not fit its requests.")
    return {
        rule: row["response"]
        for rule, row in zip(rules, rows, strict=True)
        if isinstance(row, dict) and row.get("code") == 200 and isinstance(row.get("response"), str)
    }


def _read_all(texts: dict[str, str | bytes]) -> dict[str, tuple[int, int, str]]:
    """(records in, records out, what is disconnected) by rule; a rule whose status cannot be read is left out."""
    read: dict[str, tuple[int, int, str]] = {}
    for rule, text in texts.items():
        try:
            operators = parse_rule_status(text).operators
        except UnreadableAnswer:
            continue
        read[rule] = (
            min(sum(operator.records_in_total for operator in operators if operator.kind == "source"), MOST_RECORDS),
            min(sum(operator.records_out_total for operator in operators if operator.kind == "sink"), MOST_RECORDS),
            next((_disconnected(operator) for operator in operators if _is_disconnected(operator)), ""),
        )
    return read


def _is_disconnected(operator: Operator) -> bool:
    return operator.kind in {"source", "sink"} and operator.connection_status == DISCONNECTED


def _disconnected(operator: Operator) -> str:
    said = operator.connection_last_disconnected_message or operator.last_exception
    return f"The {operator.kind} {operator.name} is disconnected" + (f": {said}" if said else ".")
