"""Polls all rules of one server: states often, figures in turns, the rest seldom."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import replace

import aiohttp
from pydantic import TypeAdapter

from ekmanager.connections.model import Connection
from ekmanager.ekuiper.errors import NotAnEKuiper, UnreadableAnswer
from ekmanager.ekuiper.models.base import Many
from ekmanager.ekuiper.models.rules import RuleState, RuleSummary
from ekmanager.ekuiper.parse import load_json, parse_as, parse_export, parse_info, parse_rule_status, parse_status_all
from ekmanager.health.fetch import KIB, MIB
from ekmanager.health.rule_memory import RuleMemory
from ekmanager.health.statuses import THREAD_FROM, UNREACHABLE, Reading, Texts, Turns, ask_batch, ask_singly
from ekmanager.health.words import one_line
from ekmanager.rules.definition import streams_in
from ekmanager.rules.polling import BoardOptions, Pace, Poll, Refused
from ekmanager.rules.rates import Sample
from ekmanager.rules.roster import Roster
from ekmanager.rules.rows import Problem, RulesView

log = logging.getLogger(__name__)

BATCH_RULES = 200
"""Rules in one call, where the server takes batches."""
BATCH_TURN = 400
"""Rules read in one round where there are more."""
SINGLE_RULES = 40
"""Rules read one by one between two looks at the clock (1.14)."""
SINGLE_TURN = 80
SINGLES_AT_A_TIME = 4
READING = 1.5
"""Seconds of a round that go into figures that were never read, before the states are read again."""

_INFO, _STATES, _LIST, _EXPORT, _CPU = "/", "/rules/status/all", "/rules", "/ruleset/export", "/rules/usage/cpu"
_INFO_CAP, _STATES_CAP, _LIST_CAP, _EXPORT_CAP = 64 * KIB, 8 * MIB, 8 * MIB, 48 * MIB
_ABSENT = frozenset({404, 405})
_SUMMARIES: TypeAdapter[list[RuleSummary]] = TypeAdapter(Many[RuleSummary])
_USAGE = TypeAdapter(dict[str, int])

_Streams = tuple[int, tuple[str, ...]]
"""Hash of a definition, and what it reads from."""


class ServerPoll(Poll[RulesView]):
    """The rules of one server as one credential sees them."""

    def __init__(
        self,
        connection: Connection,
        session: Callable[[], aiohttp.ClientSession],
        options: BoardOptions,
        clock: Callable[[], float] = time.time,
        memory: RuleMemory | None = None,
    ) -> None:
        """`memory` is fed with what is seen of single rules."""
        self._memory = memory
        super().__init__(connection, session, options, clock, RulesView())
        self._roster = Roster()
        self._turns = Turns()
        self._info = Pace(options.info)
        self._states = Pace(options.states)
        self._statuses = Pace(options.statuses)
        self._summaries = Pace(options.summaries)
        self._definitions = Pace(options.definitions)
        self._cpu = Pace(options.cpu)
        self._version = ""
        self._batches = True
        self._has_states = True
        """Whether there is `/rules/status/all`; otherwise the list has the states."""
        self._has_cpu = True
        self._complete = False
        """Whether the figures of every rule were read once."""
        self._answered: tuple[int, Mapping[str, RuleState]] | None = None
        """The newest answer about the states, by its hash: most answers equal the one before."""
        self._streams: dict[str, _Streams] = {}

    def _hurry(self) -> None:
        for pace in (self._states, self._statuses, self._summaries, self._definitions):
            pace.now()

    async def round(self) -> float:
        await self._read_version()
        if self._states.due():
            await self._read_states()
        if self._has_states and self._summaries.due():
            await self._optional(self._read_summaries, self._summaries)
        self._publish_now()
        await self._read_statuses()
        if self._definitions.due():
            await self._optional(self._read_definitions, self._definitions)
        if self._has_cpu and self._cpu.due():
            await self._optional(self._read_cpu, self._cpu)
        self._publish_now()
        return 0.0 if self._roster.unread else max(0.05, min(self._states.left, self._statuses.left))

    async def _optional(self, part: Callable[[], Awaitable[None]], pace: Pace) -> None:
        """A part without which the view is still useful: what goes wrong with it is left for the next time."""
        started = time.monotonic()
        try:
            await part()
        except (Refused, *UNREACHABLE) as error:
            log.debug("a part of the rules of %s could not be read: %s", self.access.base_url, error)
        pace.done(time.monotonic() - started)

    async def _read_version(self) -> None:
        if not self._info.due():
            return
        started = time.monotonic()
        answer = await self._get(_INFO, _INFO_CAP)
        if answer.status != 200:
            raise self._refused(answer, _INFO)
        try:
            version = one_line(parse_info(answer.body).version, 60)
        except NotAnEKuiper:
            raise self._refused(answer, _INFO) from None
        if version != self._version:
            self._version, self._batches = version, not version.startswith("1.")
            self._has_states = self._has_cpu = True
        self._info.done(time.monotonic() - started)

    async def _read_states(self) -> None:
        started = time.monotonic()
        if self._has_states:
            answer = await self._get(_STATES, _STATES_CAP)
            if answer.status in _ABSENT:
                self._has_states = False
            elif answer.status != 200:
                raise self._refused(answer, _STATES)
            else:
                try:
                    states = await self._parsed_states(answer.body)
                except UnreadableAnswer:
                    raise self._refused(answer, _STATES) from None
                if self._roster.take_states(states, self._clock()):
                    self._summaries.now()
                    self._definitions.now()
        if not self._has_states:
            await self._read_summaries()
        self._states.done(time.monotonic() - started)

    async def _parsed_states(self, body: bytes) -> Mapping[str, RuleState]:
        fingerprint = hash(body)
        if self._answered is None or self._answered[0] != fingerprint:
            if len(body) < THREAD_FROM:
                states = parse_status_all(body)
            else:
                states = await asyncio.to_thread(parse_status_all, body)
            self._answered = (fingerprint, states)
        return self._answered[1]

    async def _read_summaries(self) -> None:
        answer = await self._get(_LIST, _LIST_CAP)
        if answer.status != 200:
            raise self._refused(answer, _LIST)
        summaries = await asyncio.to_thread(parse_as, _SUMMARIES, answer.body)
        if not self._has_states:
            states = {row.id: RuleState(row.state, row.status, row.reason) for row in summaries}
            self._roster.take_states(states, self._clock())
        self._roster.take_list(summaries)

    async def _read_statuses(self) -> None:
        """First those never read, for a while; then a turn of those that run."""
        started = time.monotonic()
        first = self._unread()
        unread = first
        while unread and time.monotonic() < started + READING:
            await self._read_some(unread[: BATCH_RULES if self._batches else SINGLE_RULES])
            self._publish_now()
            unread = self._unread()
        if unread:
            return
        self._complete = True
        if first:
            # A second look at once would make rates from a few milliseconds.
            self._statuses.done(0.0)
        if not self._statuses.due():
            return
        started = time.monotonic()
        turn = self._turns.take(self._roster.running, BATCH_TURN if self._batches else SINGLE_TURN)
        size = BATCH_RULES if self._batches else SINGLE_RULES
        for start in range(0, len(turn), size):
            await self._read_some(turn[start : start + size])
        self._statuses.done(time.monotonic() - started)

    def _unread(self) -> Sequence[str]:
        unread = self._roster.unread
        if unread and self._version.startswith("1."):
            # 1.14 has no figures of a rule that does not run
            running = set(self._roster.running)
            self._roster.pass_over(rule for rule in unread if rule not in running)
            unread = self._roster.unread
        return unread

    async def _read_some(self, rules: Sequence[str]) -> None:
        headers = self.access.headers()
        texts: Texts | None = None
        if self._batches:
            texts = await ask_batch(self._session(), self.access, headers, rules)
            self._batches = texts is not None
        if texts is None:
            texts = await ask_singly(self._session(), self.access, headers, rules[:SINGLE_RULES], SINGLES_AT_A_TIME)
            rules = rules[:SINGLE_RULES]
        at = self._clock()
        if sum(map(len, texts.values())) < THREAD_FROM:
            samples, readings = _samples(texts, at)
        else:
            samples, readings = await asyncio.to_thread(_samples, texts, at)
        self._roster.take_samples(samples)
        if self._memory is not None:
            self._memory.take(self.access.fingerprint, readings, at, looked_at=True)
        self._roster.pass_over(rules)

    async def _read_definitions(self) -> None:
        answer = await self._get(_EXPORT, _EXPORT_CAP, method="POST", body=b"")
        if answer.status == 200:
            self._streams = await asyncio.to_thread(_read_streams, answer.body, self._streams)
            self._roster.take_streams({rule: streams for rule, (_, streams) in self._streams.items()})

    async def _read_cpu(self) -> None:
        answer = await self._get(_CPU, _LIST_CAP)
        self._has_cpu = answer.status not in _ABSENT
        # 2.4 says in words that it does not measure, with status 200
        measured = answer.status == 200 and answer.body.lstrip().startswith(b"{")
        self._roster.take_cpu(parse_as(_USAGE, answer.body) if measured else None)

    def _publish_now(self) -> None:
        at, old = self._clock(), self.view
        rows = self._roster.rows(at)
        total = len(self._roster)
        progress = None if self._complete or not total else (total - len(self._roster.unread), total)
        new = RulesView(rows, at, None, False, progress, self._version, old.revision)
        self._publish(_counted(old, new))

    def _publish_problem(self, problem: Problem) -> None:
        old = self.view
        self._publish(_counted(old, replace(old, problem=problem, loading=False)))


def _counted(old: RulesView, new: RulesView) -> RulesView:
    same = old.rows is new.rows and (old.problem, old.loading, old.progress, old.version) == (
        new.problem,
        new.loading,
        new.progress,
        new.version,
    )
    return new if same else replace(new, revision=old.revision + 1)


def _samples(texts: Texts, at: float) -> tuple[dict[str, Sample], dict[str, Reading]]:
    """What was read of each rule, in full and in sums; a rule whose status cannot be read is left out."""
    found: dict[str, Sample] = {}
    for rule, text in texts.items():
        try:
            found[rule] = Sample(at, parse_rule_status(text))
        except UnreadableAnswer:
            continue
    return found, {rule: Reading.of(sample.status) for rule, sample in found.items()}


def _read_streams(
    body: bytes, known: Mapping[str, tuple[int, tuple[str, ...]]]
) -> dict[str, tuple[int, tuple[str, ...]]]:
    """What each rule of an export reads from; those whose definition is the same as before are not read again."""
    found: dict[str, _Streams] = {}
    for rule, text in parse_export(body).sections.get("rules", {}).items():
        fingerprint = hash(text)
        before = known.get(rule)
        same = before is not None and before[0] == fingerprint
        found[rule] = before if before is not None and same else (fingerprint, _streams_in(text))
    return found


def _streams_in(definition: str) -> tuple[str, ...]:
    try:
        document = load_json(definition)
    except ValueError:
        return ()
    return streams_in(document) if isinstance(document, dict) else ()
