"""What was: samples of each server by time, as protocol and in memory.

Single checks are kept for an hour, minutes for a day, hours for 30 days, days for a year, all bounded. Reading never
leaves memory, so a page or an API route may do it at any time, from any thread.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field
from typing import Protocol

import numpy as np

from ekmanager.health import rows as r
from ekmanager.health.fleet_series import POINTS, FleetSeries, fleet_series
from ekmanager.health.model import Beat, Event, Status
from ekmanager.health.series import Series, make_series

STATUSES: tuple[Status, ...] = (Status.UNKNOWN, Status.ONLINE, Status.OFFLINE, Status.UNAUTHORIZED, Status.ERROR)
"""The code of a status in a row is its place here; stores keep the codes, so the order never changes."""
_CODE = {status: code for code, status in enumerate(STATUSES)}
_UNKNOWN, _ONLINE = _CODE[Status.UNKNOWN], _CODE[Status.ONLINE]

FINE = 900.0
"""Seconds: what many servers have in common over at most this window is told from single checks."""
FINE_STEP = 20
"""Seconds a point in such a window."""
FLEET_BLOCK = 100
"""Servers whose rows are gathered at a time, when they are told together."""
MAX_EVENTS = 50
"""Events kept of one server."""
_NAN = float("nan")
_NEVER = float(2**40)


@dataclass(frozen=True, slots=True)
class Sample:
    """One check. None: not known at that time."""

    at: float
    """Epoch seconds."""
    status: Status
    """What this check found, before confirmation. `unknown`: it could not tell, and counts for no uptime."""
    latency_ms: float | None = None
    cpu: float | None = None
    """Percent, 0 to 100."""
    memory_used: int | None = None
    """Bytes."""
    uptime: int | None = None
    """Seconds."""
    running: int | None = None
    stopped: int | None = None
    failing: int | None = None
    records_in: int | None = None
    records_out: int | None = None
    in_per_second: float | None = None
    out_per_second: float | None = None


class History(Protocol):
    """Samples and events by key. Every method is safe from any thread and touches memory only, save `close`."""

    def start(self) -> None:
        """Begins background work, where there is any. Idempotent."""
        ...

    def close(self) -> None:
        """Writes what is left and ends background work. May take seconds. Idempotent."""
        ...

    def record(self, key: str, sample: Sample, *, persistent: bool = True) -> None:
        """Adds one check; samples of one key come in the order of time. Not persistent: memory only."""
        ...

    def record_event(self, key: str, event: Event, *, persistent: bool = True) -> None: ...

    def series(self, key: str, window_s: float) -> Series:
        """The last `window_s` seconds in the resolution that fits; empty for an unknown key."""
        ...

    def uptime(self, key: str, window_s: float) -> float | None:
        """Percent of the known checks of the last `window_s` seconds that found the server online."""
        ...

    def fleet(self, keys: Collection[str], window_s: float) -> FleetSeries:
        """What `keys` have in common over the last `window_s` seconds. The newest answer may be a minute old, or
        20 s for a window of at most 15 minutes, which is drawn from single checks.
        """
        ...

    def events(self, key: str) -> tuple[Event, ...]:
        """The newest 50, newest first."""
        ...

    def left(self, key: str) -> Event | None:
        """The last change of status that an earlier run recorded. Known from the start, unlike the rest."""
        ...

    def beats(self, key: str, count: int) -> tuple[Beat, ...]:
        """The last checks within the hour, oldest first."""
        ...

    def ready(self, key: str) -> bool:
        """Whether what an earlier run left of `key` has been read. Always true in memory."""
        ...

    def maintain(self) -> None:
        """Closes full minutes, hours and days, and drops what is too old. Called between sweeps, off the loop."""
        ...

    def forget(self, key: str) -> None:
        """Drops everything about a server: its connection was deleted, or its browser is gone."""
        ...


@dataclass(slots=True)
class Track:
    """Everything that is kept of one server; `lock` guards it."""

    persistent: bool
    loaded: bool
    lock: threading.Lock = field(default_factory=threading.Lock)
    raw: r.Ring = field(default_factory=lambda: r.Ring(r.RAW, r.RAW_CAP))
    rolled: list[r.Ring] = field(default_factory=lambda: [r.Ring(r.BUCKET, tier.cap) for tier in r.TIERS])
    events: tuple[Event, ...] = ()

    @property
    def nbytes(self) -> int:
        return self.raw.nbytes + sum(ring.nbytes for ring in self.rolled)

    def pieces(self, level: int, since: float) -> tuple[list[r.Rows], r.Rows]:
        """What `r.TIERS[level]` holds from `since` on, not rolled up: closed buckets of this and of ever finer tiers,
        and the raw rows after them. No time is in two of them. Call under the lock.
        """
        closed: list[r.Rows] = []
        for place in range(level, -1, -1):
            rows = self.rolled[place].since(since)
            if len(rows):
                closed.append(rows)
                since = int(rows["at"][-1]) + r.TIERS[place].step
        return closed, self.raw.since(since)

    def buckets(self, level: int, since: float = 0) -> r.Rows:
        """The buckets of `r.TIERS[level]` from `since` on, those still open included. Call under the lock."""
        step = r.TIERS[level].step
        closed, raw = self.pieces(level, since // step * step)
        newest = r.as_buckets(raw, _UNKNOWN, _ONLINE)
        return r.roll(np.concatenate((*closed, newest)) if closed else newest, step)

    def close_full(self, now: float) -> list[tuple[int, r.Rows]]:
        """Keeps the buckets whose time is over and returns them by level, then drops what is too old.

        In this order: after a long pause the finer rows are old already, and still missing in the coarser tiers.
        """
        done: list[tuple[int, r.Rows]] = []
        for level, tier in enumerate(r.TIERS):
            ring = self.rolled[level]
            last = ring.last()
            first_open = self._oldest(level) // tier.step * tier.step if last is None else int(last["at"]) + tier.step
            if first_open + tier.step > now:
                continue
            rows = self.buckets(level, first_open)
            full = rows[rows["at"].astype("i8") + tier.step <= now]
            if len(full):
                ring.extend(full)
                done.append((level, full))
        for ring, tier in zip(self.rolled, r.TIERS, strict=True):
            ring.drop_before(now - tier.step * tier.cap)
        self.raw.drop_before(now - r.RAW_SPAN)
        return done

    def _oldest(self, level: int) -> float:
        """When the oldest row finer than `r.TIERS[level]` is from; the end of time where there is none."""
        firsts = (ring.first() for ring in (self.raw, *self.rolled[:level]))
        return min((float(row["at"]) for row in firsts if row is not None), default=_NEVER)

    def restore(self, raw: r.Rows, rolled: Sequence[r.Rows], happened: tuple[Event, ...]) -> None:
        """Puts what an earlier run left before what was recorded since. Only the first call does anything."""
        with self.lock:
            if self.loaded:
                return
            since = self.raw.view()
            if len(since):
                raw = raw[raw["at"] < since["at"][0]]
            self.raw = r.Ring(r.RAW, r.RAW_CAP)
            self.raw.extend(np.concatenate((raw, since)))
            for ring, rows in zip(self.rolled, rolled, strict=True):
                ring.extend(rows)
            # In milliseconds, as they are kept: an event of ours that was written already is not an earlier one
            first = int(self.events[-1].at * 1000) if self.events else None
            earlier = happened if first is None else tuple(it for it in happened if round(it.at * 1000) < first)
            self.events = (*self.events, *earlier)[:MAX_EVENTS]
            self.loaded = True


class MemoryHistory:
    """The history of this process. About 100 KB a server after a day of checks every 10 s."""

    def __init__(self, *, clock: Callable[[], float] = time.time) -> None:
        self._clock = clock
        self._tracks: dict[str, Track] = {}
        self._lock = threading.Lock()
        self._fleet: dict[tuple[int, float, int], FleetSeries] = {}

    def start(self) -> None:
        """Nothing to do in memory."""

    def close(self) -> None:
        """Nothing to do in memory."""

    @property
    def nbytes(self) -> int:
        """Bytes of all rows."""
        return sum(track.nbytes for track in self._all())

    def record(self, key: str, sample: Sample, *, persistent: bool = True) -> None:
        row = to_row(sample)
        track = self._track(key, persistent)
        with track.lock:
            track.raw.append(row)
        self._recorded(key, track, row)

    def record_event(self, key: str, event: Event, *, persistent: bool = True) -> None:
        track = self._track(key, persistent)
        with track.lock:
            track.events = (event, *track.events)[:MAX_EVENTS]
        self._happened(key, track, event)

    def series(self, key: str, window_s: float) -> Series:
        now = self._clock()
        track = self._tracks.get(key)
        level = level_for(window_s)
        if track is None:
            empty = np.empty(0, r.BUCKET if level is not None else r.RAW)
            return make_series(empty, now, window_s, level, STATUSES)
        with track.lock:
            rows = track.raw.view() if level is None else track.buckets(level, now - window_s)
        return make_series(rows, now, window_s, level, STATUSES)

    def uptime(self, key: str, window_s: float) -> float | None:
        track = self._tracks.get(key)
        if track is None:
            return None
        with track.lock:
            rows = track.buckets(level_for(window_s) or 0, self._clock() - window_s)
        checks = int(rows["checks"].sum(dtype="u8"))
        return 100.0 * int(rows["online"].sum(dtype="u8")) / checks if checks else None

    def fleet(self, keys: Collection[str], window_s: float) -> FleetSeries:
        now, fine = self._clock(), window_s <= FINE
        wanted = sorted(set(keys))
        name = (hash(tuple(wanted)), window_s, int(now // (FINE_STEP if fine else 60)))
        found = self._fleet.get(name)
        if found is not None:
            return found
        level = None if fine else fleet_level_for(window_s)
        starts = range(0, len(wanted), FLEET_BLOCK)
        blocks = (self._block(wanted[start : start + FLEET_BLOCK], level, now - window_s) for start in starts)
        made = fleet_series(blocks, now, window_s, FINE_STEP if level is None else r.TIERS[level].step)
        with self._lock:
            if len(self._fleet) >= 64:
                self._fleet.clear()
            self._fleet[name] = made
        return made

    def _block(self, keys: Sequence[str], level: int | None, since: float) -> tuple[r.Rows, r.Numbers]:
        """Buckets of these servers from `since` on, and the place in `keys` of each; without level: single checks."""
        parts: list[tuple[int, r.Rows]] = []
        raws: list[tuple[int, r.Rows]] = []
        for server, key in enumerate(keys):
            track = self._tracks.get(key)
            if track is not None:
                with track.lock:
                    closed, raw = ([], track.raw.since(since)) if level is None else track.pieces(level, since)
                parts += [(server, rows) for rows in closed]
                raws.append((server, raw))
        rows, servers = _joined(parts, r.BUCKET)
        checks, their_servers = _joined(raws, r.RAW)
        return np.concatenate((rows, r.as_buckets(checks, _UNKNOWN, _ONLINE))), np.concatenate((servers, their_servers))

    def events(self, key: str) -> tuple[Event, ...]:
        track = self._tracks.get(key)
        return () if track is None else track.events

    def left(self, key: str) -> Event | None:  # noqa: ARG002
        """Nothing: no earlier run left anything in memory."""
        return None

    def beats(self, key: str, count: int) -> tuple[Beat, ...]:
        track = self._tracks.get(key)
        if track is None:
            return ()
        with track.lock:
            rows = track.raw.view()
        rows = rows[rows["at"] > self._clock() - r.RAW_SPAN][-count:]
        return tuple(
            Beat(float(row["at"]), STATUSES[row["status"]], None if np.isnan(row["latency"]) else float(row["latency"]))
            for row in rows
        )

    def ready(self, key: str) -> bool:
        track = self._tracks.get(key)
        return track is not None and track.loaded

    def maintain(self) -> None:
        now = self._clock()
        for key, track in list(self._tracks.items()):
            with track.lock:
                done = track.close_full(now) if track.loaded else []
            for level, rows in done:
                self._closed(key, track, level, rows)

    def forget(self, key: str) -> None:
        with self._lock:
            self._tracks.pop(key, None)
            self._fleet.clear()

    def _track(self, key: str, persistent: bool) -> Track:
        track = self._tracks.get(key)
        if track is None:
            with self._lock:
                track = self._tracks.get(key)
                if track is None:
                    track = self._tracks[key] = self._new_track(key, persistent)
        return track

    def _new_track(self, key: str, persistent: bool) -> Track:  # noqa: ARG002
        """For heirs: the empty track of a key seen for the first time. Called under the lock."""
        return Track(persistent=persistent, loaded=True)

    def _recorded(self, key: str, track: Track, row: tuple[float, ...]) -> None:
        """For heirs: a sample was added."""

    def _happened(self, key: str, track: Track, event: Event) -> None:
        """For heirs: an event was added."""

    def _closed(self, key: str, track: Track, level: int, rows: r.Rows) -> None:
        """For heirs: buckets of `r.TIERS[level]` are complete."""

    def _all(self) -> Sequence[Track]:
        return list(self._tracks.values())


def level_for(window_s: float) -> int | None:
    """The finest resolution that holds a window: None for single checks, else the place in `rows.TIERS`."""
    if window_s <= r.RAW_SPAN:
        return None
    fitting = (level for level, tier in enumerate(r.TIERS) if window_s <= tier.step * tier.cap)
    return next(fitting, len(r.TIERS) - 1)


def fleet_level_for(window_s: float) -> int:
    """The place in `rows.TIERS` of the resolution for many servers: a chart of some hundred points at most."""
    level = level_for(window_s) or 0
    return level + 1 if level == 0 and window_s > r.MINUTES.step * POINTS else level


def _joined(parts: Sequence[tuple[int, r.Rows]], dtype: np.dtype[np.void]) -> tuple[r.Rows, r.Numbers]:
    """All rows as one array, and the number of the server of each.

    Filled by hand: `np.concatenate` compares the fields of every two arrays, which took longer than all copying.
    """
    lengths = [len(rows) for _, rows in parts]
    joined = np.empty(sum(lengths), dtype)
    end = 0
    for _, rows in parts:
        joined[end : end + len(rows)] = rows
        end += len(rows)
    return joined, np.repeat(np.array([server for server, _ in parts], "i4"), np.array(lengths, "i8"))


def to_row(sample: Sample) -> tuple[float, ...]:
    """A sample as a row of `rows.RAW`."""
    return (
        sample.at,
        _CODE[sample.status],
        _number(sample.latency_ms),
        _number(sample.cpu),
        _number(sample.memory_used),
        _number(sample.uptime),
        _count(sample.running),
        _count(sample.stopped),
        _count(sample.failing),
        _number(sample.in_per_second),
        _number(sample.out_per_second),
        _number(sample.records_in),
        _number(sample.records_out),
    )


def _number(value: float | None) -> float:
    return _NAN if value is None else float(value)


def _count(value: int | None) -> int:
    return r.NO_COUNT if value is None else min(max(value, 0), r.NO_COUNT - 1)
