"""Which rules of a server need attention, from one look at all of them and what was seen before."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from ekmanager.ekuiper.models.rules import RuleState, State
from ekmanager.ekuiper.parse import parse_status_all
from ekmanager.health.model import FailingRule, RuleCounts
from ekmanager.health.words import one_line

RISING = 300.0
"""Seconds for which a rule counts as failing after its exceptions rose. eKuiper never resets the counter of a run."""
MOST_NAMED = 100
"""Failing rules that are named at most; all are counted."""
_LONGEST_ID = 200


class RuleWatch:
    """The memory of one server's rules between checks. Used by one check at a time.

    A rule fails when it was stopped by an error, when its exceptions rose within the last 5 minutes while it ran, or
    when a source or sink of it was disconnected at the last look (`disconnected`).
    """

    __slots__ = ("_broken", "_exceptions", "_fingerprint", "_risen", "_stopped", "_stopped_by_error", "running")

    def __init__(self) -> None:
        self.running: tuple[str, ...] = ()
        """Ids of the rules that ran at the last look."""
        self._fingerprint: tuple[int, int] | None = None
        self._stopped = 0
        self._stopped_by_error: dict[str, FailingRule] = {}
        self._exceptions: dict[str, int] = {}
        self._risen: dict[str, tuple[float, FailingRule]] = {}
        self._broken: dict[str, FailingRule] = {}

    def read(self, body: bytes, at: float) -> tuple[RuleCounts, tuple[FailingRule, ...]]:
        """Takes the answer to `GET /rules/status/all` at `at` (epoch seconds). Raises UnreadableAnswer.

        An answer that equals the last one is not parsed again: most do, and one of 5,000 rules takes milliseconds.
        """
        fingerprint = (len(body), hash(body))
        if fingerprint != self._fingerprint:
            self._take(parse_status_all(body), at)
            self._fingerprint = fingerprint
        return self.judge(at)

    def judge(self, at: float) -> tuple[RuleCounts, tuple[FailingRule, ...]]:
        """Counts and failing rules by what is known at `at`."""
        self._risen = {rule: risen for rule, risen in self._risen.items() if at - risen[0] < RISING}
        failing = {**self._broken, **{rule: risen for rule, (_, risen) in self._risen.items()}}
        counts = RuleCounts(
            running=len(self.running) - len(failing),
            stopped=self._stopped,
            failing=len(self._stopped_by_error) + len(failing),
        )
        named = (*self._stopped_by_error.values(), *failing.values())
        return counts, named[:MOST_NAMED]

    def disconnected(self, broken: Mapping[str, str], looked_at: Collection[str]) -> None:
        """Rules among `looked_at` that have a source or sink without connection, with the reason of each."""
        kept = {rule: failing for rule, failing in self._broken.items() if rule not in looked_at}
        found = {rule: _failing(rule, "running", reason) for rule, reason in broken.items() if rule in self.running}
        self._broken = {**kept, **found}

    def _take(self, states: Mapping[str, RuleState], at: float) -> None:
        running = {rule: state for rule, state in states.items() if state.state.up}
        failed = {rule: state for rule, state in states.items() if state.state is State.FAILED}
        for rule, state in running.items():
            before, now = self._exceptions.get(rule), state.exceptions_total
            if self._fingerprint is None or not now or now == before:
                continue
            self._risen[rule] = (at, _failing(rule, state.words, new_exceptions(before, state)))
        self.running = tuple(running)
        self._stopped = len(states) - len(running) - len(failed)
        self._stopped_by_error = {
            rule: _failing(rule, state.words.split(":", 1)[0], why_failed(state)) for rule, state in failed.items()
        }
        self._exceptions = {rule: state.exceptions_total for rule, state in running.items() if state.exceptions_total}
        self._risen = {rule: risen for rule, risen in self._risen.items() if rule in running}
        self._broken = {rule: broken for rule, broken in self._broken.items() if rule in running}


def new_exceptions(before: int | None, state: RuleState) -> str:
    """How many exceptions came since a look that saw `before` of them (None: did not see the rule), as a sentence."""
    total = state.exceptions_total
    # A counter that is smaller belongs to a new run, and a rule not seen before began since: all of it is new.
    new = total - before if before is not None and total > before else total
    words = "exception" if new == 1 else "exceptions"
    return f"{new} new {words}" + (f": {state.last_exception}" if state.last_exception else ".")


def why_failed(state: RuleState) -> str:
    """Why a rule was stopped by an error, as far as the state of all rules says."""
    return state.reason or state.last_exception or "The server gives no reason; its log may."


def _failing(rule: str, words: str, reason: str) -> FailingRule:
    return FailingRule(rule[:_LONGEST_ID], one_line(words, 60), one_line(reason))
