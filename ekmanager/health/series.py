"""One server's history as columns for a chart or an API answer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from ekmanager.health import rows as r
from ekmanager.health.model import Status

GAP = 3.0
"""Single checks further apart than this many times their usual distance have a gap between them."""

Column = list[float | None]


@dataclass(frozen=True)
class Series:
    """Columns of equal length, oldest first. None is a gap: nothing was checked, or the server did not say."""

    step: float
    """Seconds a point; 0: single checks at their own times."""
    at: list[float]
    """Epoch seconds: the time of the check, or the start of the span."""
    status: list[Status | None]
    """What the check found; in a span: online when all checks were, offline when none was, error when some were."""
    availability: Column
    """Percent of the checks that found the server online."""
    latency_ms: Column
    latency_max_ms: Column
    cpu: Column
    """Percent, 0 to 100."""
    memory_used: Column
    """Bytes."""
    uptime: Column
    """Seconds."""
    running: Column
    stopped: Column
    failing: Column
    in_per_second: Column
    out_per_second: Column
    records_in: Column
    """Totals since the rules' starts; only for single checks."""
    records_out: Column

    def __len__(self) -> int:
        return len(self.at)


def make_series(rows: r.Rows, now: float, window_s: float, level: int | None, statuses: tuple[Status, ...]) -> Series:
    """The series of raw rows (`level` None) or of the buckets of `rows.TIERS[level]` that end within the window."""
    if level is None:
        return _single(rows[rows["at"] > now - window_s], statuses)
    step = r.TIERS[level].step
    rows = rows[rows["at"].astype("i8") + step > now - window_s]
    return _spans(rows, step)


def _single(rows: r.Rows, statuses: tuple[Status, ...]) -> Series:
    at = rows["at"]
    if len(at) > 2:
        distance = np.diff(at)
        gaps = np.flatnonzero(distance > max(GAP * float(np.median(distance)), 1.0))
        if len(gaps):
            rows = np.insert(rows, gaps + 1, _hole(rows, gaps))
    known = rows["status"] != _HOLE
    states = [statuses[code] if code != _HOLE else None for code in rows["status"].tolist()]
    online = [None if s is None or s is Status.UNKNOWN else 100.0 * (s is Status.ONLINE) for s in states]
    return Series(
        step=0,
        at=rows["at"].tolist(),
        status=states,
        availability=online,
        latency_ms=_column(rows["latency"], known),
        latency_max_ms=_column(rows["latency"], known),
        cpu=_column(rows["cpu"], known),
        memory_used=_column(rows["memory"], known),
        uptime=_column(rows["uptime"], known),
        running=_counts(rows["running"]),
        stopped=_counts(rows["stopped"]),
        failing=_counts(rows["failing"]),
        in_per_second=_column(rows["in_rate"], known),
        out_per_second=_column(rows["out_rate"], known),
        records_in=_column(rows["records_in"], known),
        records_out=_column(rows["records_out"], known),
    )


_HOLE = 0xFF


def _hole(rows: r.Rows, gaps: r.Numbers) -> r.Rows:
    """Rows in the middle of each gap that hold nothing."""
    holes = np.empty(len(gaps), r.RAW)
    for name in r.RAW.names or ():
        holes[name] = r.NO_COUNT if name in r.COUNT_FIELDS else _HOLE if name == "status" else np.nan
    holes["at"] = (rows["at"][gaps] + rows["at"][gaps + 1]) / 2
    return holes


def _spans(rows: r.Rows, step: int) -> Series:
    """Buckets on their regular grid; where there is none, a point without values."""
    if len(rows):
        first = int(rows["at"][0])
        slots = (rows["at"].astype("i8") - first) // step
        grid = np.zeros(int(slots[-1]) + 1, r.BUCKET)
        for name in r.BUCKET.names or ():
            if name not in {"at", "checks", "online"}:
                grid[name] = r.NO_COUNT if name in r.COUNT_FIELDS else np.nan
        grid[slots] = rows
        grid["at"] = first + np.arange(len(grid)) * step
        rows = grid
    checked = rows["checks"] > 0
    share = np.divide(100.0 * rows["online"], rows["checks"], out=np.full(len(rows), np.nan), where=checked)
    everything = np.ones(len(rows), bool)
    return Series(
        step=step,
        at=rows["at"].astype("f8").tolist(),
        status=[_state(value) for value in share.tolist()],
        availability=_column(share, checked),
        latency_ms=_column(rows["latency"], everything),
        latency_max_ms=_column(rows["latency_max"], everything),
        cpu=_column(rows["cpu"], everything),
        memory_used=_column(rows["memory"], everything),
        uptime=_column(rows["uptime"], everything),
        running=_counts(rows["running"]),
        stopped=_counts(rows["stopped"]),
        failing=_counts(rows["failing"]),
        in_per_second=_column(rows["in_rate"], everything),
        out_per_second=_column(rows["out_rate"], everything),
        records_in=[None] * len(rows),
        records_out=[None] * len(rows),
    )


def _state(share: float) -> Status | None:
    if share != share:
        return None
    return Status.ONLINE if share >= 100 else Status.OFFLINE if share <= 0 else Status.ERROR


def _column(values: r.Numbers, known: r.Numbers) -> Column:
    return _nones(values, known & ~np.isnan(values))


def _counts(values: r.Numbers) -> Column:
    return _nones(values, values != r.NO_COUNT)


def _nones(values: Any, known: r.Numbers) -> Column:
    out: Column = values.tolist()
    for place in np.flatnonzero(~known).tolist():
        out[place] = None
    return out
