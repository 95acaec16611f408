"""What is known of the rules of one server, put together from several answers. Memory only; one task changes it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from ekmanager.ekuiper.models.rules import RuleState, RuleSummary, State
from ekmanager.health.rule_memory import Point
from ekmanager.health.rules import RISING, new_exceptions, why_failed
from ekmanager.health.words import span
from ekmanager.rules.rates import Figures, Sample, figures_since
from ekmanager.rules.rows import Concern, RuleRow

SILENT = 60.0
"""Seconds without a record from which a rule that used to get some is silent."""
USUAL_PAUSES = 3.0
"""A rule whose records come seldom is silent only after so many times its longest pause, or its average one."""
_STEPS = (60.0, 300.0, 900.0, 3_600.0, 21_600.0, 86_400.0)
"""Spans that the words about silence name, so that they do not change all the time."""


@dataclass(slots=True)
class _Rule:
    """One rule. Times are epoch seconds of our clock."""

    state: RuleState
    summary: RuleSummary | None = None
    streams: tuple[str, ...] = ()
    cpu: float | None = None
    point: Point | None = None
    figures: Figures | None = None
    looked: bool = False
    """Whether its status was read since its state last changed."""
    exceptions: int | None = None
    risen_at: float | None = None
    risen: str = ""
    moved_at: float | None = None
    """When records were last seen to have come in, or a run to have begun."""
    pause: float = 0.0
    """Longest time between two moves, as far as it was seen, or the average of the run where that is longer."""
    used_to: bool = False
    """Whether records ever came in."""
    row: RuleRow | None = None
    stale: bool = True
    """Whether the row is older than what is known."""


class Roster:
    """The rules of one server. `rows()` makes anew only what changed."""

    def __init__(self) -> None:
        self._rules: dict[str, _Rule] = {}
        self._rows: tuple[RuleRow, ...] = ()
        self._order: tuple[str, ...] = ()
        self._first = True
        """Whether the states were never read: what there is at the first look is not new."""
        self._states: Mapping[str, RuleState] | None = None

    def __len__(self) -> int:
        return len(self._rules)

    @property
    def ids(self) -> tuple[str, ...]:
        return self._order

    @property
    def running(self) -> tuple[str, ...]:
        """Those whose counters move."""
        return tuple(rule for rule in self._order if self._rules[rule].state.state.up)

    @property
    def unread(self) -> tuple[str, ...]:
        """Those whose status was not read since their state changed."""
        return tuple(rule for rule in self._order if not self._rules[rule].looked)

    def take_states(self, states: Mapping[str, RuleState], at: float) -> bool:
        """The states of all rules. True when rules came or went."""
        if states is self._states:
            return False
        self._states = states
        known = self._rules
        for rule, state in states.items():
            before = known.get(rule)
            if before is None:
                known[rule] = found = _Rule(state)
                self._note_exceptions(found, state, at)
            elif before.state != state:
                self._note_exceptions(before, state, at)
                if before.state.state is not state.state:
                    before.looked = False
                before.state, before.stale = state, True
        self._first = False
        moved = len(known) != len(states) or len(self._order) != len(states)
        if moved:
            self._rules = {rule: known[rule] for rule in states}
            self._order = tuple(sorted(states))
        return moved

    def _note_exceptions(self, rule: _Rule, state: RuleState, at: float) -> None:
        if not state.state.up:
            rule.exceptions = rule.risen_at = None
            return
        total = state.exceptions_total
        if total and total != rule.exceptions and not self._first:
            rule.risen_at, rule.risen = at, new_exceptions(rule.exceptions, state)
        rule.exceptions = total

    def take_list(self, summaries: Iterable[RuleSummary]) -> None:
        """Names, tags, versions and trace flags."""
        for summary in summaries:
            rule = self._rules.get(summary.id)
            if rule is not None and rule.summary != summary:
                rule.summary, rule.stale = summary, True

    def take_streams(self, streams: Mapping[str, tuple[str, ...]]) -> None:
        """What each rule reads from, by its definition."""
        for name, found in streams.items():
            rule = self._rules.get(name)
            if rule is not None and rule.streams != found:
                rule.streams, rule.stale = found, True

    def take_cpu(self, usage: Mapping[str, int] | None) -> None:
        """Milliseconds of CPU by rule, in a period whose length the server does not tell; None: it does not measure."""
        total = sum(usage.values()) if usage else 0
        for name, rule in self._rules.items():
            share = round(100 * usage.get(name, 0) / total, 1) if usage and total else None
            if rule.cpu != share:
                rule.cpu, rule.stale = share, True

    def take_samples(self, samples: Mapping[str, Sample]) -> None:
        """Statuses of some rules. A rule that stopped in between keeps the figures of its last run."""
        for name, sample in samples.items():
            rule = self._rules.get(name)
            if rule is None:
                continue
            found = figures_since(sample, rule.point) if sample.status.operators else None
            self._note_move(rule, sample.point, sample.status.state.up)
            if found is not None and rule.point is not None and rule.point.last_start and found.records_in:
                # Both times are of the server's clock
                since_start = found.last_record_at - rule.point.last_start / 1000
                rule.pause = max(rule.pause, since_start / found.records_in)
            rule.looked = True
            if found != rule.figures:
                rule.figures, rule.stale = found, True

    @staticmethod
    def _note_move(rule: _Rule, now: Point, running: bool) -> None:
        before, rule.point = rule.point, now
        if not running:
            rule.moved_at = None
            return
        rule.used_to = rule.used_to or now.came_in > 0
        if before is None or rule.moved_at is None or now.came_in < before.came_in:
            rule.moved_at = now.at
        elif now.came_in > before.came_in:
            rule.pause = max(rule.pause, now.at - rule.moved_at)
            rule.moved_at = now.at

    def pass_over(self, rules: Iterable[str]) -> None:
        """Gives up reading the statuses of these until their state changes."""
        for name in rules:
            if name in self._rules:
                self._rules[name].looked = True

    def rows(self, at: float) -> tuple[RuleRow, ...]:
        """All rows by id; the same object as before when nothing changed."""
        changed = len(self._order) != len(self._rows)
        rows: list[RuleRow] = []
        for place, name in enumerate(self._order):
            rule = self._rules[name]
            row, concern = rule.row, _concern(rule, at)
            if row is None or rule.stale or concern != row.concern:
                row, rule.stale = _row(name, rule, concern), False
                if row != rule.row:
                    rule.row = row
                else:
                    row = rule.row
            rows.append(row)
            changed = changed or self._rows[place] is not row
        if changed:
            self._rows = tuple(rows)
        return self._rows


def _row(name: str, rule: _Rule, concern: Concern | None) -> RuleRow:
    state, summary, figures = rule.state, rule.summary, rule.figures
    running = state.state.up
    if figures is not None and not running and figures.over is not None:
        figures = replace(figures, in_per_second=None, out_per_second=None, over=None)
    counted = figures.exceptions if figures else 0
    said = figures.last_exception if figures else ""
    return RuleRow(
        id=name,
        name=(summary.name if summary else "") or name,
        state=state.state,
        words=state.words,
        reason=_reason(rule),
        tags=summary.tags if summary else (),
        version=summary.version if summary else "",
        trace=summary.trace if summary else False,
        streams=rule.streams or (figures.sources if figures else ()),
        figures=figures,
        exceptions=state.exceptions_total if running else counted,
        last_exception=state.last_exception if running else said,
        cpu_share=rule.cpu,
        concern=concern,
    )


def _reason(rule: _Rule) -> str:
    """2.4 gives no reason for a rule that died while it ran; then its operators know the exception."""
    state = rule.state
    if state.reason or state.state is not State.FAILED:
        return state.reason
    return (rule.figures.last_exception if rule.figures else "") or why_failed(state)


def _concern(rule: _Rule, at: float) -> Concern | None:
    if rule.state.state is State.FAILED:
        return Concern("failed", _reason(rule))
    if not rule.state.state.up:
        return None
    if rule.figures is not None and rule.figures.disconnected:
        return Concern("disconnected", " ".join(rule.figures.disconnected))
    if rule.risen_at is not None and at - rule.risen_at < RISING:
        return Concern("exceptions", rule.risen)
    return _silence(rule)


def _silence(rule: _Rule) -> Concern | None:
    """By the samples only: between two of them nobody knows."""
    if not rule.used_to or rule.moved_at is None or rule.point is None or rule.state.state is not State.RUNNING:
        return None
    still = rule.point.at - rule.moved_at
    if still < max(SILENT, USUAL_PAUSES * rule.pause):
        return None
    past: Sequence[float] = [step for step in _STEPS if step <= still]
    return Concern("silent", f"It runs, but no record has come in for {span(past[-1])}; before that, some did.")
