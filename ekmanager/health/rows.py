"""Samples of one server in little memory: rows of numpy, in rings that grow up to a cap, and roll-ups.

A raw row is one check (55 bytes). A bucket is a minute, an hour or a day of them (42 bytes): 1,440 minutes are 60 KB.
Missing numbers are NaN, missing counts `NO_COUNT`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt

Rows = npt.NDArray[np.void]
"""An array of raw rows or of buckets, oldest first."""
Numbers = npt.NDArray[Any]

NO_COUNT: Final = 0xFFFF
COUNT_FIELDS: Final = ("running", "stopped", "failing")
MEAN_FIELDS: Final = ("latency", "cpu", "memory", "in_rate", "out_rate")

RAW: Final = np.dtype(
    [
        ("at", "<f8"),
        ("status", "u1"),
        ("latency", "<f4"),
        ("cpu", "<f4"),
        ("memory", "<f4"),
        ("uptime", "<f4"),
        ("running", "<u2"),
        ("stopped", "<u2"),
        ("failing", "<u2"),
        ("in_rate", "<f4"),
        ("out_rate", "<f4"),
        ("records_in", "<f8"),
        ("records_out", "<f8"),
    ]
)
BUCKET: Final = np.dtype(
    [
        ("at", "<u4"),
        ("checks", "<u2"),
        ("online", "<u2"),
        ("latency", "<f4"),
        ("latency_max", "<f4"),
        ("cpu", "<f4"),
        ("memory", "<f4"),
        ("uptime", "<f4"),
        ("running", "<u2"),
        ("stopped", "<u2"),
        ("failing", "<u2"),
        ("in_rate", "<f4"),
        ("out_rate", "<f4"),
    ]
)


@dataclass(frozen=True, slots=True)
class Tier:
    """A resolution of the history: `step` seconds a bucket, at most `cap` of them."""

    name: str
    step: int
    cap: int


MINUTES: Final = Tier("minute", 60, 1_440)
FIVES: Final = Tier("five minutes", 300, 288)
"""A day for charts over many servers: a fifth of the work of minutes."""
HOURS: Final = Tier("hour", 3_600, 720)
DAYS: Final = Tier("day", 86_400, 365)
TIERS: Final = (MINUTES, FIVES, HOURS, DAYS)
"""Finest first; each is rolled up from the one before it."""

RAW_SPAN: Final = 3_600
"""Seconds for which single checks are kept."""
RAW_CAP: Final = 3_600
"""Single checks kept at most, whatever the interval."""


class Ring:
    """Rows in the order in which they came; when `cap` is reached the oldest gives way."""

    __slots__ = ("_cap", "_head", "_rows", "_size")

    def __init__(self, dtype: np.dtype[np.void], cap: int) -> None:
        self._rows = np.empty(min(cap, 16), dtype)
        self._head = 0
        self._size = 0
        self._cap = cap

    def __len__(self) -> int:
        return self._size

    @property
    def nbytes(self) -> int:
        return self._rows.nbytes

    def append(self, row: tuple[float, ...] | np.void) -> None:
        self._room(1)
        self._rows[(self._head + self._size) % len(self._rows)] = row
        self._grew(1)

    def extend(self, rows: Rows) -> None:
        """Adds rows that are newer than all that are here."""
        rows = rows[-self._cap :]
        self._room(len(rows))
        start = (self._head + self._size) % len(self._rows)
        before_seam = min(len(rows), len(self._rows) - start)
        self._rows[start : start + before_seam] = rows[:before_seam]
        self._rows[: len(rows) - before_seam] = rows[before_seam:]
        self._grew(len(rows))

    def view(self) -> Rows:
        """All rows, oldest first; a copy."""
        end = self._head + self._size
        if end <= len(self._rows):
            return self._rows[self._head : end].copy()
        return np.concatenate((self._rows[self._head :], self._rows[: end - len(self._rows)]))

    def since(self, at: float) -> Rows:
        """The rows at or after `at`, oldest first; a copy."""
        end = self._head + self._size
        older, newer = self._rows[self._head : end], self._rows[: max(0, end - len(self._rows))]
        if len(newer) and newer["at"][0] < at:
            older = newer
        elif len(newer):
            older = np.concatenate((older, newer))
        return older[older["at"].searchsorted(at) :].copy()

    def last(self) -> np.void | None:
        if not self._size:
            return None
        row: np.void = self._rows[(self._head + self._size - 1) % len(self._rows)]
        return row

    def first(self) -> np.void | None:
        if not self._size:
            return None
        row: np.void = self._rows[self._head]
        return row

    def drop_before(self, at: float) -> None:
        """Forgets rows older than `at`."""
        while self._size and self._rows["at"][self._head] < at:
            self._head = (self._head + 1) % len(self._rows)
            self._size -= 1

    def _room(self, count: int) -> None:
        """Sees that `count` more have room, where the cap allows it."""
        needed = min(self._size + count, self._cap)
        if needed > len(self._rows):
            grown = np.empty(min(self._cap, needed + max(16, needed // 8)), self._rows.dtype)
            grown[: self._size] = self.view()
            self._rows, self._head = grown, 0

    def _grew(self, count: int) -> None:
        over = max(0, self._size + count - len(self._rows))
        self._head = (self._head + over) % len(self._rows)
        self._size += count - over


def as_buckets(raw: Rows, unknown: int, online: int) -> Rows:
    """Each check as a bucket of its own. `unknown` and `online` are the codes of these statuses."""
    rows = np.zeros(len(raw), BUCKET)
    for name in ("latency", "cpu", "memory", "uptime", "in_rate", "out_rate", *COUNT_FIELDS):
        rows[name] = raw[name]
    rows["at"] = raw["at"]
    rows["checks"] = raw["status"] != unknown
    rows["online"] = raw["status"] == online
    rows["latency_max"] = raw["latency"]
    return rows


def roll(rows: Rows, step: int) -> Rows:
    """Buckets of `step` seconds from finer ones (sorted by time), each at the start of its span.

    Means are weighted by the checks that found the server online (others rarely have numbers) and leave out what is
    missing; counts and uptime are the newest that is known.
    """
    if not len(rows):
        return rows
    slots = rows["at"] // step
    starts = np.flatnonzero(np.concatenate(([True], slots[1:] != slots[:-1])))
    out = np.empty(len(starts), BUCKET)
    out["at"] = slots[starts] * step
    for name in ("checks", "online"):
        out[name] = np.minimum(np.add.reduceat(rows[name].astype("u4"), starts), NO_COUNT)
    weight = np.maximum(rows["online"], 1).astype("f8")
    for name in MEAN_FIELDS:
        out[name] = _mean(rows[name], weight, starts)
    out["latency_max"] = np.fmax.reduceat(rows["latency_max"], starts)
    out["uptime"] = _newest(rows["uptime"], ~np.isnan(rows["uptime"]), starts, np.nan)
    for name in COUNT_FIELDS:
        out[name] = _newest(rows[name], rows[name] != NO_COUNT, starts, NO_COUNT)
    return out


def _mean(values: Numbers, weight: Numbers, starts: Numbers) -> Numbers:
    known = ~np.isnan(values)
    weighted = np.where(known, values * weight, 0.0)
    total, parts = np.add.reduceat(weighted, starts), np.add.reduceat(np.where(known, weight, 0.0), starts)
    mean: Numbers = np.divide(total, parts, out=np.full(len(starts), np.nan), where=parts > 0)
    return mean


def _newest(values: Numbers, known: Numbers, starts: Numbers, missing: float) -> Numbers:
    """The last known value of each group."""
    where = np.maximum.reduceat(np.where(known, np.arange(len(values)), -1), starts)
    return np.where(where >= 0, values[where], missing)
