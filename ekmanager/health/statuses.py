"""The statuses of many rules of one server: in one call where the server takes batches (2.4), else one by one."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import aiohttp

from ekmanager.connections.access import Access
from ekmanager.connections.errors import TargetRefused
from ekmanager.ekuiper.errors import UnreadableAnswer
from ekmanager.ekuiper.models.rules import Operator, RuleStatus, State
from ekmanager.ekuiper.parse import load_json
from ekmanager.health.fetch import KIB, MIB, Answer, AnswerTooLarge, fetch, segment

BATCH_CAP = 8 * MIB
SINGLE_CAP = 512 * KIB
NO_BATCH = frozenset({401, 403, 404, 405})
"""Answers of a server, or of a proxy in front of it, that takes no batches."""
THREAD_FROM = 64 * KIB
"""Bytes from which answers are read in a thread, so that the loop stays free."""
DISCONNECTED = -1
"""`connection_status` of a source or sink that lost its connection; 0 (`nop` for ever) is no trouble."""
MOST_RECORDS = 2**53
"""Larger numbers are nonsense, and do not fit into a float."""
UNREACHABLE = (aiohttp.ClientError, OSError, TargetRefused, AnswerTooLarge, UnreadableAnswer, ValueError)
"""What calls for statuses raise, besides TimeoutError where the caller bounds the time."""

Texts = dict[str, str | bytes]
"""What the server answered for each rule, undecoded."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What one status says of a rule, summed over its operators since its start."""

    running: bool
    """Whether it ran, so that the counters are those of now."""
    last_start: int
    """Epoch milliseconds; 0 where the status does not say."""
    came_in: int
    went_out: int
    latency_us: int
    buffered: int
    exceptions: int

    @classmethod
    def of(cls, status: RuleStatus) -> Reading:
        operators = status.operators
        return cls(
            bool(operators) and status.state in {State.RUNNING, State.STARTING},
            status.last_start,
            *totals(operators),
            sum(operator.process_latency_us for operator in operators),
            sum(operator.buffer_length for operator in operators),
            count_exceptions(operators),
        )


async def ask_batch(
    session: aiohttp.ClientSession, access: Access, headers: Mapping[str, str], rules: Sequence[str]
) -> Texts | None:
    """The statuses of `rules` in one call; None where the server takes no batches. Raises UNREACHABLE."""
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
    return None if answer.status in NO_BATCH else {}


async def ask_singly(
    session: aiohttp.ClientSession, access: Access, headers: Mapping[str, str], rules: Sequence[str], at_a_time: int
) -> Texts:
    """The statuses of `rules`, `at_a_time` calls under way. Raises UNREACHABLE."""
    found: Texts = {}
    for start in range(0, len(rules), at_a_time):
        some = rules[start : start + at_a_time]
        calls = (
            fetch(session, access, f"/rules/{segment(rule)}/status", headers=dict(headers), cap=SINGLE_CAP)
            for rule in some
        )
        answers: list[Answer] = await asyncio.gather(*calls)
        found |= {rule: answer.body for rule, answer in zip(some, answers, strict=True) if answer.status == 200}
    return found


class Turns:
    """Rules in turn, some at a time."""

    __slots__ = ("_next",)

    def __init__(self) -> None:
        self._next = 0

    def take(self, rules: Sequence[str], most: int) -> Sequence[str]:
        """The next `most` of `rules`, or all of them where they are no more."""
        if len(rules) <= most:
            self._next = 0
            return rules
        start = self._next % len(rules)
        self._next = start + most
        return (*rules[start : start + most], *rules[: max(0, start + most - len(rules))])


def totals(operators: Iterable[Operator]) -> tuple[int, int]:
    """Records that the sources took, and records that the sinks sent, since the start of the rule."""
    came_in = went_out = 0
    for operator in operators:
        if operator.kind == "source":
            came_in += operator.records_in_total
        elif operator.kind == "sink":
            went_out += operator.records_out_total
    return min(came_in, MOST_RECORDS), min(went_out, MOST_RECORDS)


def count_exceptions(operators: Iterable[Operator]) -> int:
    """Exceptions of all operators. With `sendError` an error is handed on, and every operator behind counts it as
    well: operators whose last exception is the same one count together, by the largest of them."""
    by_text: dict[str, int] = {}
    for operator in operators:
        text = operator.last_exception
        by_text[text] = max(by_text.get(text, 0), operator.exceptions_total)
    return sum(by_text.values())


def disconnections(operators: Iterable[Operator]) -> tuple[str, ...]:
    """A sentence for every source and sink that lost its connection."""
    return tuple(
        _disconnected(operator)
        for operator in operators
        if operator.kind in {"source", "sink"} and operator.connection_status == DISCONNECTED
    )


def _disconnected(operator: Operator) -> str:
    said = operator.connection_last_disconnected_message or operator.last_exception
    return f"The {operator.kind} {operator.name} is disconnected" + (f": {said}" if said else ".")


def _responses(rules: Sequence[str], body: bytes) -> Texts:
    """The texts inside the answer to a batch, by rule; answers come in the order of the requests (recorded)."""
    rows = load_json(body)
    if not isinstance(rows, list) or len(rows) != len(rules):
        raise UnreadableAnswer("The answer to a batch does not fit its requests.")
    return {
        rule: row["response"]
        for rule, row in zip(rules, rows, strict=True)
        if isinstance(row, dict) and row.get("code") == 200 and isinstance(row.get("response"), str)
    }
