"""What was lately seen of single rules: a bounded number of points of each, in little memory. No input or output.

Fed by whoever reads statuses, and read when somebody opens a rule. Rates are made as the points come, from the
counters of two points of one run, so that a point is 24 bytes in an array.
"""

from __future__ import annotations

import math
import threading
from collections import OrderedDict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

import numpy as np
import numpy.typing as npt

from ekmanager.health.statuses import MOST_RECORDS, Reading

LONGEST_GAP: Final = 300.0
"""Seconds between two looks at a rule beyond which their difference says nothing about now."""
POINTS: Final = 120
"""Points of one rule."""
RULES: Final = 5_000
"""Rules of all servers together."""
SPACING: Final = 7.5
"""Seconds between two points of a rule at least: those of a rule that is read all the time last for a quarter of an
hour, and those of the monitor, which looks every 15 s or less often, for twice that or longer."""
STALE: Final = 900.0
"""Seconds after which points may go for those of a rule at which nobody looks."""

_MOST: Final = 2**32 - 1
_POINT: Final = np.dtype(
    [
        ("since", "<f4"),
        ("in_rate", "<f4"),
        ("out_rate", "<f4"),
        ("latency", "<u4"),
        ("buffered", "<u4"),
        ("exceptions", "<u4"),
    ]
)

_Key = tuple[str, str]
"""Fingerprint of the server and credential, and the rule."""


@dataclass(frozen=True, slots=True)
class Point:
    """The sums of one look at a rule that rates need."""

    at: float
    """Epoch seconds."""
    last_start: int
    """As the status says; 0 where it does not."""
    came_in: int
    went_out: int

    def over(self, before: Point | None) -> float | None:
        """Seconds over which the two differ; None when they are not two looks at the same run, or too far apart.

        A counter that fell belongs to a new run, and so does another start.
        """
        if before is None or before.last_start != self.last_start:
            return None
        fell = self.came_in < before.came_in or self.went_out < before.went_out
        seconds = self.at - before.at
        return seconds if not fell and 0 < seconds <= LONGEST_GAP else None


class Moment(NamedTuple):
    """One rule at one time."""

    at: float
    """Epoch seconds."""
    in_per_second: float | None
    """Since the moment before; None where that one is of another run, or too long ago."""
    out_per_second: float | None
    latency_us: int
    buffered: int
    exceptions: int


class _Track:
    """The points of one rule, in a ring, and the counters of the newest."""

    __slots__ = ("count", "newest", "next", "points")

    def __init__(self, most: int) -> None:
        self.points: npt.NDArray[Any] = np.zeros(most, _POINT)
        self.next = self.count = 0
        self.newest: Point | None = None

    def add(self, reading: Reading, at: float) -> None:
        before = self.newest
        since = 0.0 if before is None else at - before.at
        if since < -LONGEST_GAP:
            # The clock was set back: nothing would be taken for as long as that
            before, self.newest, since = None, None, 0.0
            self.next = self.count = 0
        if before is not None and since < SPACING:
            return
        now = self.newest = Point(at, min(reading.last_start, MOST_RECORDS), reading.came_in, reading.went_out)
        in_rate = out_rate = math.nan
        over = now.over(before)
        if before is not None and over is not None:
            in_rate, out_rate = (now.came_in - before.came_in) / over, (now.went_out - before.went_out) / over
        whole = (_bounded(reading.latency_us), _bounded(reading.buffered), _bounded(reading.exceptions))
        self.points[self.next] = (since, in_rate, out_rate, *whole)
        self.next = (self.next + 1) % len(self.points)
        self.count = min(self.count + 1, len(self.points))

    def ordered(self) -> npt.NDArray[Any]:
        """A copy of the points, oldest first."""
        return np.roll(self.points, -self.next)[len(self.points) - self.count :]


class RuleMemory:
    """The newest points of the rules that were read lately, by the fingerprint of their server. For several threads.

    When there is no place left, the rule that was fed least recently goes, but for a rule at which nobody looks only
    when its points are stale: otherwise the rules of a large fleet, which are read in turns, would push each other out
    and leave one point each.
    """

    def __init__(self, rules: int = RULES, points: int = POINTS) -> None:
        self._rules = rules
        self._points = points
        self._lock = threading.Lock()
        self._tracks: OrderedDict[_Key, _Track] = OrderedDict()
        """Least recently fed first."""

    @property
    def size(self) -> int:
        """Rules that are remembered."""
        return len(self._tracks)

    def take(self, server: str, readings: Mapping[str, Reading], at: float, *, looked_at: bool = False) -> None:
        """What was read of some rules of a server at `at` (epoch seconds); of those that do not run nothing is kept.

        `looked_at`: somebody looks at these rules now.
        """
        with self._lock:
            for rule, reading in readings.items():
                track = self._track((server, rule), at, looked_at) if reading.running else None
                if track is not None:
                    track.add(reading, at)

    def _track(self, key: _Key, at: float, looked_at: bool) -> _Track | None:
        track = self._tracks.get(key)
        if track is not None:
            self._tracks.move_to_end(key)
            return track
        if len(self._tracks) >= self._rules:
            newest = next(iter(self._tracks.values())).newest
            if not looked_at and newest is not None and abs(at - newest.at) < STALE:
                return None
            self._tracks.popitem(last=False)
        track = self._tracks[key] = _Track(self._points)
        return track

    def of(self, server: str, rule: str) -> Trail:
        """What is remembered of one rule, at any time from now on."""
        return Trail(self, server, rule)

    def newest(self, server: str, rule: str) -> Point | None:
        """The counters of the newest point."""
        with self._lock:
            track = self._tracks.get((server, rule))
            return None if track is None else track.newest

    def moments(self, server: str, rule: str) -> tuple[Moment, ...]:
        """All points, oldest first."""
        with self._lock:
            track = self._tracks.get((server, rule))
            if track is None or track.newest is None:
                return ()
            points, newest = track.ordered(), track.newest.at
        since = points["since"].astype("f8")
        at = newest - (since.sum() - since.cumsum())
        columns = (points[name].tolist() for name in ("latency", "buffered", "exceptions"))
        rates = (_known(points[name].tolist()) for name in ("in_rate", "out_rate"))
        return tuple(map(Moment, at.tolist(), *rates, *columns))

    def keep(self, servers: Collection[str]) -> None:
        """Forgets the rules of all other servers."""
        with self._lock:
            for key in [key for key in self._tracks if key[0] not in servers]:
                del self._tracks[key]

    def forget(self, server: str) -> None:
        """Forgets the rules of one server."""
        with self._lock:
            for key in [key for key in self._tracks if key[0] == server]:
                del self._tracks[key]


@dataclass(frozen=True, slots=True)
class Trail:
    """One rule's part of a memory."""

    memory: RuleMemory
    server: str
    rule: str

    @property
    def newest(self) -> Point | None:
        """The counters of the newest point."""
        return self.memory.newest(self.server, self.rule)

    def moments(self) -> tuple[Moment, ...]:
        """All points, oldest first."""
        return self.memory.moments(self.server, self.rule)


def _bounded(value: int) -> int:
    return min(max(value, 0), _MOST)


def _known(rates: list[float]) -> list[float | None]:
    return [None if math.isnan(rate) else rate for rate in rates]
