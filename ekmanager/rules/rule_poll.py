"""Polls one rule that somebody looks at: its status often, its topology when it started anew."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace

import aiohttp
from pydantic import TypeAdapter

from ekmanager.connections.model import Connection
from ekmanager.ekuiper.errors import UnreadableAnswer
from ekmanager.ekuiper.models.rules import RuleStatus, Topology
from ekmanager.ekuiper.parse import parse_as, parse_error, parse_rule_status
from ekmanager.health.fetch import MIB, Answer, segment
from ekmanager.health.rule_memory import Trail
from ekmanager.rules.polling import BoardOptions, Pace, Poll
from ekmanager.rules.rates import Sample, Tape, dataflow
from ekmanager.rules.rows import Problem, RuleView

_CAP = 2 * MIB
_NOT_FOUND = 1002
_TOPOLOGY = TypeAdapter(Topology)
TOPOLOGY_AGAIN = 30.0
"""Seconds until a topology that the server did not give is asked for again."""


class RulePoll(Poll[RuleView]):
    """One rule of one server."""

    def __init__(
        self,
        connection: Connection,
        rule: str,
        session: Callable[[], aiohttp.ClientSession],
        options: BoardOptions,
        clock: Callable[[], float] = time.time,
        trail: Trail | None = None,
    ) -> None:
        """`trail`: what others see of the rule."""
        self._tape = Tape(trail=trail)
        super().__init__(connection, session, options, clock, RuleView(rule, tape=self._tape))
        self._path = f"/rules/{segment(rule)}"
        self._status = Pace(options.statuses)
        self._topology = Pace(TOPOLOGY_AGAIN)
        self._shape: tuple[object, ...] = ()
        """What tells one run from another, of the topology that is known."""

    def _hurry(self) -> None:
        self._status.now()
        self._topology.now()

    async def round(self) -> float:
        started = time.monotonic()
        route = f"{self._path}/status"
        answer = await self._get(route, _CAP)
        self._status.done(time.monotonic() - started)
        if _is_missing(answer):
            self._publish_gone()
            return self._status.left
        if answer.status != 200:
            raise self._refused(answer, route)
        try:
            status = parse_rule_status(answer.body)
        except UnreadableAnswer:
            raise self._refused(answer, route) from None
        topology = await self._topology_of(status)
        self._publish_status(status, topology)
        return max(0.05, self._status.left)

    async def _topology_of(self, status: RuleStatus) -> Topology | None:
        """The one that is known, as long as it is of this run."""
        shape = (status.last_start, tuple(operator.key for operator in status.operators))
        known = self.view.topology
        if shape == self._shape and (known is not None or not self._topology.due()):
            return known
        if shape != self._shape:
            self._topology.now()
        if not self._topology.due():
            return known
        started = time.monotonic()
        answer = await self._get(f"{self._path}/topo", _CAP)
        self._topology.done(time.monotonic() - started)
        self._shape = shape
        if answer.status != 200:
            # Never started (2.4), or stopped (1.14): the one of the last run stays, if it was seen
            return known
        try:
            return parse_as(_TOPOLOGY, answer.body)
        except UnreadableAnswer:
            return known

    def _publish_status(self, status: RuleStatus, topology: Topology | None) -> None:
        sample = Sample(self._clock(), status)
        self._tape.add(sample)
        old = self.view
        self._publish(
            replace(
                old,
                status=status,
                figures=self._tape.figures if status.operators else None,
                rates=self._tape.rates,
                operators=dataflow(status, topology),
                topology=topology,
                at=sample.at,
                problem=None,
                gone=False,
                revision=old.revision + 1,
            )
        )

    def _publish_gone(self) -> None:
        old = self.view
        if not old.gone or old.problem is not None:
            self._publish(replace(old, gone=True, problem=None, at=self._clock(), revision=old.revision + 1))

    def _publish_problem(self, problem: Problem) -> None:
        old = self.view
        if old.problem != problem:
            self._publish(replace(old, problem=problem, revision=old.revision + 1))


def _is_missing(answer: Answer) -> bool:
    """eKuiper's own words that there is no such rule; a 404 of a proxy is something else."""
    if answer.status not in {400, 404}:
        return False
    number, words = parse_error(answer.status, answer.body)
    return number == _NOT_FOUND or (number is not None and "not found" in words.lower())
