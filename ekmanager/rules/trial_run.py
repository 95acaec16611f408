"""One trial of a statement: its state and its results, readable from any thread."""

from __future__ import annotations

import asyncio
import threading
import time
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from ekmanager.connections.book import Entry
from ekmanager.ekuiper.models.base import JSON
from ekmanager.ekuiper.parse import parse_trial_result

TrialState = Literal["starting", "running", "stopped", "failed"]

MOST_RESULTS = 1_000
MOST_CHARACTERS = 8 * 1024 * 1024
"""Of all results that are kept; older ones go first."""


@dataclass(frozen=True, slots=True)
class TrialResult:
    """One result of a trial."""

    at: float
    """Epoch seconds of its arrival."""
    number: int
    """From 1, counted over all results of the run."""
    value: JSON
    """A record, or a list of records where the sink properties ask for it; text where a template makes it."""
    error: str
    """What went wrong with a record; then there is no value."""


class _Kept:
    """A result, decoded when it is first asked for: many that come fast are never seen."""

    __slots__ = ("at", "number", "result", "text")

    def __init__(self, at: float, number: int, text: str) -> None:
        self.at = at
        self.number = number
        self.text = text
        self.result: TrialResult | None = None


class TrialRun:
    """One trial. It ends with `stop`, when nobody looks for a while, or by itself after about five minutes."""

    def __init__(self, run_id: str, owner: str, entry: Entry, sql: str, sink_properties: Mapping[str, object]) -> None:
        self.id = run_id
        self.owner = owner
        self.key = entry.key
        """Of the connection."""
        self.sql = sql
        self.begun_at = time.time()
        self.state: TrialState = "starting"
        self.problem = ""
        """Why it failed, or ended without being stopped: a sentence."""
        self.hint = ""
        self.total = 0
        """Results that came since the start, or since `clear`."""
        self.events = True
        """Whether the results come as server-sent events (2.4), not on a WebSocket (1.14)."""
        self._templated = "dataTemplate" in sink_properties
        self._lock = threading.Lock()
        self._kept: deque[_Kept] = deque()
        self._size = 0
        self._number = 0
        self._looked = time.monotonic()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._stopping = threading.Event()
        self._stop_wanted: asyncio.Event | None = None

    @property
    def live(self) -> bool:
        """Whether it has not ended yet."""
        return self.state in {"starting", "running"}

    @property
    def results(self) -> tuple[TrialResult, ...]:
        """The last 1,000, oldest first; fewer where they are large."""
        with self._lock:
            kept = tuple(self._kept)
        return tuple(self._read(each) for each in kept)

    def stop(self) -> None:
        """Asks for its end; the results stay."""
        self._stopping.set()
        loop, wanted = self._loop, self._stop_wanted
        if loop is not None and wanted is not None and not loop.is_closed():
            loop.call_soon_threadsafe(wanted.set)

    def clear(self) -> None:
        """Drops the results so far."""
        with self._lock:
            self._kept.clear()
            self._size = self.total = 0

    def touch(self) -> None:
        """Somebody looks."""
        self._looked = time.monotonic()

    @property
    def idle(self) -> float:
        """Seconds since somebody looked."""
        return time.monotonic() - self._looked

    def attach(self) -> asyncio.Event:
        """Called in the loop that reads the results: the event that asks for the end."""
        wanted = asyncio.Event()
        self._loop, self._stop_wanted = asyncio.get_running_loop(), wanted
        if self._stopping.is_set():
            wanted.set()
        return wanted

    def end(self, state: TrialState, problem: str = "", hint: str = "") -> None:
        """Notes how it ended; the first end counts."""
        if self.live:
            self.problem, self.hint = problem, hint
            self.state = state

    def take(self, text: str) -> None:
        """One payload of the server."""
        with self._lock:
            self._number += 1
            self.total += 1
            self._kept.append(_Kept(time.time(), self._number, text))
            self._size += len(text)
            while len(self._kept) > MOST_RESULTS or (self._size > MOST_CHARACTERS and len(self._kept) > 1):
                self._size -= len(self._kept.popleft().text)

    def _read(self, kept: _Kept) -> TrialResult:
        if kept.result is None:
            read = parse_trial_result(kept.text, events=self.events, templated=self._templated)
            kept.result = TrialResult(kept.at, kept.number, read.value, read.error)
        return kept.result
