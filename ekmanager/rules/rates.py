"""From the counters of a rule's operators to figures and rates. Pure functions, and the tape of one watched rule.

eKuiper counts per operator and forgets at each start of a rule, so rates come from the difference of two samples of
the same run. Times are epoch seconds unless said otherwise.
"""

from __future__ import annotations

import math
import threading
from bisect import bisect
from collections import deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from operator import attrgetter
from typing import Any

from ekmanager.ekuiper.models.rules import Operator, RuleStatus, State, Topology
from ekmanager.health.rule_memory import LONGEST_GAP, Moment, Point, Trail
from ekmanager.health.statuses import count_exceptions, disconnections, totals

MOST_POINTS = 1_800
"""Points on a tape: an hour of samples that are 2 s apart."""
UNWATCHED = 10.0
"""Seconds between two samples of a watched rule from which what others saw meanwhile fills the time."""
SHORTEST = 1.0
"""Seconds between somebody else's look and a sample from which their difference is a rate."""

_HOLE = (None,) * 5
_RANKS = {"source": 0, "op": 1, "sink": 2}


@dataclass(frozen=True, slots=True)
class Sample:
    """A rule's status and when it was taken."""

    at: float
    status: RuleStatus

    @property
    def point(self) -> Point:
        """The sums that rates need."""
        return Point(self.at, self.status.last_start, *totals(self.status.operators))


@dataclass(frozen=True, slots=True)
class OperatorRate:
    """What one operator did a second, over the last `over` seconds."""

    in_per_second: float
    out_per_second: float
    exceptions_per_second: float
    over: float


@dataclass(frozen=True, slots=True)
class Figures:
    """What one rule did, summed over its operators, since its start."""

    records_in: int
    """Messages that the sources took."""
    records_out: int
    """Messages that the sinks sent."""
    in_per_second: float | None
    """None: there are no two samples of this run yet, or it does not run."""
    out_per_second: float | None
    over: float | None
    """Seconds between the two samples of the rates."""
    latency_us: int
    """Microseconds that the last messages took, summed over the operators."""
    buffered: int
    """Messages that wait in front of operators now."""
    exceptions: int
    last_exception: str
    last_exception_at: float
    """0: none."""
    disconnected: tuple[str, ...]
    """A sentence for every source and sink that lost its connection."""
    sources: tuple[str, ...]
    last_record_at: float
    """When a source took its last message, by the server's clock; 0: never in this run."""


@dataclass(frozen=True, slots=True)
class RuleSeries:
    """Columns of equal length, oldest first. A rate is None where there were no two samples of the same run, and all
    are where nothing was seen for longer than `LONGEST_GAP`."""

    at: tuple[float, ...] = ()
    in_per_second: tuple[float | None, ...] = ()
    out_per_second: tuple[float | None, ...] = ()
    latency_us: tuple[int | None, ...] = ()
    buffered: tuple[int | None, ...] = ()
    exceptions: tuple[int | None, ...] = ()
    """Since the start of the rule."""


def operator_rates(before: Sample, after: Sample) -> dict[str, OperatorRate]:
    """Rates by `Operator.key`; without those operators that have none between these two samples.

    A counter that fell belongs to a new run, and so does a later start: there is no rate then.
    """
    over = after.at - before.at
    if not 0 < over <= LONGEST_GAP or before.status.last_start != after.status.last_start:
        return {}
    earlier = {operator.key: operator for operator in before.status.operators}
    found: dict[str, OperatorRate] = {}
    for operator in after.status.operators:
        known = earlier.get(operator.key)
        if known is None:
            continue
        came_in = operator.records_in_total - known.records_in_total
        went_out = operator.records_out_total - known.records_out_total
        failed = operator.exceptions_total - known.exceptions_total
        if min(came_in, went_out, failed) >= 0:
            found[operator.key] = OperatorRate(came_in / over, went_out / over, failed / over, over)
    return found


def figures(after: Sample, before: Sample | None) -> Figures:
    """The figures at `after`; with rates where `before` is a sample of the same run."""
    return figures_since(after, None if before is None else before.point)


def figures_since(after: Sample, before: Point | None) -> Figures:
    """The same from the sums of the earlier sample."""
    now, operators = after.point, after.status.operators
    over = now.over(before) if after.status.state in {State.RUNNING, State.STARTING} else None
    newest = max(operators, key=lambda operator: operator.last_exception_time, default=None)
    exception = newest if newest is not None and newest.last_exception else None
    sources = after.status.sources
    return Figures(
        records_in=now.came_in,
        records_out=now.went_out,
        in_per_second=(now.came_in - before.came_in) / over if before and over else None,
        out_per_second=(now.went_out - before.went_out) / over if before and over else None,
        over=over,
        latency_us=sum(operator.process_latency_us for operator in operators),
        buffered=sum(operator.buffer_length for operator in operators),
        exceptions=count_exceptions(operators),
        last_exception=exception.last_exception if exception else "",
        last_exception_at=exception.last_exception_time / 1000 if exception else 0.0,
        disconnected=disconnections(operators),
        sources=tuple(source.name for source in sources),
        last_record_at=max((source.last_invocation for source in sources), default=0) / 1000,
    )


def dataflow(status: RuleStatus, topology: Topology | None) -> tuple[Operator, ...]:
    """The operators in the order in which data passes them: sources, then along the edges, sinks last.

    Where the topology leaves the order open, or there is none, the server's own order stays.
    """
    by_node = {operator.node: operator for operator in status.operators}
    order = {operator.node: number for number, operator in enumerate(status.operators)}
    if topology is None or len(by_node) != len(status.operators):
        return tuple(sorted(status.operators, key=_rank))
    feeding = _feeding(topology, by_node)
    passed: dict[str, Operator] = {}
    waiting = sorted(by_node, key=lambda node: (_rank(by_node[node]), order[node]))
    while waiting:
        # Edges in a circle do not exist in eKuiper; should a server send one, the first of those left goes on.
        node = next((node for node in waiting if passed.keys() >= feeding[node]), waiting[0])
        waiting.remove(node)
        passed[node] = by_node[node]
    return tuple(passed.values())


class Tape:
    """The samples of one watched rule: the newest in full, earlier ones as points of its charts, an hour of them.

    What others saw of the rule while it was not watched (`trail`) is in the charts too. Safe from several threads.
    """

    def __init__(self, most: int = MOST_POINTS, *, trail: Trail | None = None) -> None:
        self._trail = trail
        self._lock = threading.Lock()
        self._points: deque[tuple[float, Figures]] = deque(maxlen=most)
        self._newest: Sample | None = None
        self._before: Sample | None = None

    def add(self, sample: Sample) -> None:
        """The next sample; one that is not later than the newest is left out."""
        with self._lock:
            if self._newest is not None and sample.at <= self._newest.at:
                return
            self._before, self._newest = self._newest, sample
            self._points.append((sample.at, figures_since(sample, self._point_before(sample.at))))

    def _point_before(self, at: float) -> Point | None:
        """What the rates at `at` are counted from: the sample before, or what others saw since."""
        before = None if self._before is None else self._before.point
        if self._trail is None or (before is not None and at - before.at <= UNWATCHED):
            return before
        seen = self._trail.newest
        if seen is None or at - seen.at < SHORTEST or (before is not None and seen.at <= before.at):
            return before
        return seen

    @property
    def newest(self) -> Sample | None:
        return self._newest

    @property
    def figures(self) -> Figures | None:
        """Of the newest sample."""
        with self._lock:
            return self._points[-1][1] if self._points else None

    @property
    def rates(self) -> dict[str, OperatorRate]:
        """By `Operator.key`, between the two newest samples."""
        with self._lock:
            before, newest = self._before, self._newest
        return operator_rates(before, newest) if before is not None and newest is not None else {}

    def series(self, window_s: float) -> RuleSeries:
        """The points of the last `window_s` seconds, counted back from the newest."""
        with self._lock:
            points = list(self._points)
        moments = [_moment(at, found) for at, found in points]
        if self._trail is not None:
            moments = _filled(moments, self._trail.moments())
        if not moments:
            return RuleSeries()
        first = moments[-1].at - window_s
        return RuleSeries(*zip(*_with_holes([moment for moment in moments if moment.at >= first]), strict=True))


def _moment(at: float, found: Figures) -> Moment:
    rates = (found.in_per_second, found.out_per_second)
    return Moment(at, *rates, found.latency_us, found.buffered, found.exceptions)


def _filled(sampled: Sequence[Moment], seen: Sequence[Moment]) -> list[Moment]:
    """The samples of a watched rule, and what others saw of it when there were none; by time."""
    times = [moment.at for moment in sampled]
    found = list(sampled)
    for moment in seen:
        place = bisect(times, moment.at)
        before = times[place - 1] if place else -math.inf
        after = times[place] if place < len(times) else moment.at
        if moment.at > before and after - before > UNWATCHED:
            found.append(moment)
    return sorted(found, key=attrgetter("at"))


def _with_holes(moments: Sequence[Moment]) -> list[tuple[Any, ...]]:
    """The rows of a series, with one that knows nothing wherever too long a time lies between two."""
    rows: list[tuple[Any, ...]] = []
    for moment in moments:
        if rows and moment.at - rows[-1][0] > LONGEST_GAP:
            rows.append(((moment.at + rows[-1][0]) / 2, *_HOLE))
        rows.append(moment)
    return rows


def _rank(operator: Operator) -> int:
    return _RANKS.get(operator.kind, 1)


def _feeding(topology: Topology, nodes: Iterable[str]) -> dict[str, set[str]]:
    """For each node, those among `nodes` whose messages it gets."""
    feeding: dict[str, set[str]] = {node: set() for node in nodes}
    for node, following in topology.edges.items():
        for each in following:
            if node in feeding and each in feeding:
                feeding[each].add(node)
    return feeding
