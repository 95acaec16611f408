"""One command for many rules, and what became of each of them."""

from __future__ import annotations

import secrets
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from ekmanager.connections.book import Entry

Kind = Literal["start", "stop", "restart", "delete", "tags"]
Outcome = Literal["pending", "done", "failed", "skipped", "cancelled"]


@dataclass(frozen=True, slots=True)
class ItemResult:
    """What became of one rule."""

    rule: str
    outcome: Outcome = "pending"
    why: str = ""
    """A sentence, where there is something to say."""
    state: str = ""
    """As the server reported it last, in its words."""


class BulkJob:
    """One command for many rules, under way or over. Reading is safe from any thread."""

    def __init__(self, entry: Entry, kind: Kind, rules: Sequence[str], tags: Sequence[str]) -> None:
        self.id = secrets.token_urlsafe(12)
        self.key = entry.key
        """Of the connection."""
        self.kind = kind
        self.tags = tuple(tags)
        self.begun_at = time.time()
        self._lock = threading.Lock()
        self._results = {rule: ItemResult(rule) for rule in rules}
        self._cancelled = threading.Event()
        self._abandoned = threading.Event()
        self._finished = threading.Event()

    @property
    def total(self) -> int:
        return len(self._results)

    @property
    def done(self) -> int:
        return self._count("done")

    @property
    def failed(self) -> int:
        return self._count("failed")

    @property
    def settled(self) -> int:
        """Rules that have a result, whatever it is."""
        return self.total - self._count("pending")

    @property
    def finished(self) -> bool:
        return self._finished.is_set()

    @property
    def cancelled(self) -> bool:
        """Whether it was asked to end early."""
        return self._cancelled.is_set()

    @property
    def results(self) -> tuple[ItemResult, ...]:
        """In the order in which the rules were given."""
        with self._lock:
            return tuple(self._results.values())

    def cancel(self) -> None:
        """Sends no further commands. Those that were sent get their result."""
        self._cancelled.set()

    @property
    def abandoned(self) -> bool:
        """Whether it is to end without waiting for anything."""
        return self._abandoned.is_set()

    def abandon(self) -> None:
        """Ends it now: the app ends."""
        self._cancelled.set()
        self._abandoned.set()

    def wait(self, timeout: float | None = None) -> bool:
        """Waits for its end; whether it came."""
        return self._finished.wait(timeout)

    def _count(self, outcome: Outcome) -> int:
        with self._lock:
            return sum(result.outcome == outcome for result in self._results.values())

    def settle(self, rule: str, outcome: Outcome, why: str = "", state: str | None = None) -> None:
        """The result of one rule; the first one counts."""
        with self._lock:
            old = self._results[rule]
            if old.outcome == "pending":
                self._results[rule] = replace(
                    old, outcome=outcome, why=why, state=old.state if state is None else state
                )

    def report(self, rule: str, state: str) -> None:
        """The state that the server reports of a rule that has no result yet."""
        with self._lock:
            old = self._results[rule]
            if old.outcome == "pending" and old.state != state:
                self._results[rule] = replace(old, state=state)

    def note_states(self, states: Mapping[str, str]) -> None:
        """The states in which the server has the rules in the end; one that it does not have has none."""
        with self._lock:
            for rule, result in self._results.items():
                self._results[rule] = replace(result, state=states.get(rule, ""))

    @property
    def pending(self) -> tuple[str, ...]:
        with self._lock:
            return tuple(rule for rule, result in self._results.items() if result.outcome == "pending")

    def end(self) -> None:
        """No more results will come."""
        self._finished.set()
