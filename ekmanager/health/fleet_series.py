"""Many servers' history as one: availability, latency and load by time."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ekmanager.health import rows as r
from ekmanager.health.series import Column

POINTS = 300
"""Points of a fleet chart at most: more cannot be told apart on a screen."""


@dataclass(frozen=True)
class FleetSeries:
    """Columns of equal length, oldest first. None is a gap."""

    step: float
    """Seconds a point."""
    at: list[float]
    """Epoch seconds, the start of each span."""
    availability: Column
    """Percent of all checks of all servers that found them online."""
    latency_p50_ms: Column
    """Over the servers, of each one's mean latency in the span."""
    latency_p95_ms: Column
    cpu: Column
    """Percent, mean over the servers that said."""
    memory_used: Column
    """Bytes, summed over the servers that said."""
    in_per_second: Column
    """Summed over the servers that said."""
    out_per_second: Column
    servers: list[int]
    """Servers with at least one check in the span."""

    def __len__(self) -> int:
        return len(self.at)


def fleet_series(rows: r.Rows, server: r.Numbers, now: float, window_s: float, tier_step: int) -> FleetSeries:
    """The window from buckets of many servers in any order, `server` numbering the one of each row from 0.

    `tier_step`: seconds that a bucket covers at most.
    """
    step = tier_step * max(1, -(-int(window_s) // (tier_step * POINTS)))
    first = -(-int(now - window_s) // step) * step
    points = max(1, -(-int(now) // step) - first // step)
    if not len(rows):
        return FleetSeries(step, [], [], [], [], [], [], [], [], [])
    place = rows["at"].astype("i8") // step - first // step
    inside = (place >= 0) & (place < points)
    if not inside.all():
        rows, server, place = rows[inside], server[inside], place[inside]
    width = int(server.max(initial=-1)) + 1
    cell = place * width + server
    shape = (points, width)
    checks = _sum(rows["checks"], cell, shape)
    online = _sum(rows["online"], cell, shape)
    total = checks.sum(axis=1)
    share = np.divide(100 * online.sum(axis=1), total, out=np.full(points, np.nan), where=total > 0)
    latency = _means(rows["latency"], cell, shape)
    p50, p95 = _percentiles(latency)
    return FleetSeries(
        step=step,
        at=(first + np.arange(points, dtype="f8") * step).tolist(),
        availability=_column(share),
        latency_p50_ms=_column(p50),
        latency_p95_ms=_column(p95),
        cpu=_column(_over(_means(rows["cpu"], cell, shape), mean=True)),
        memory_used=_column(_over(_means(rows["memory"], cell, shape), mean=False)),
        in_per_second=_column(_over(_means(rows["in_rate"], cell, shape), mean=False)),
        out_per_second=_column(_over(_means(rows["out_rate"], cell, shape), mean=False)),
        servers=(checks > 0).sum(axis=1).tolist(),
    )


def _sum(values: r.Numbers, cell: r.Numbers, shape: tuple[int, int]) -> r.Numbers:
    return np.bincount(cell, values, minlength=shape[0] * shape[1]).reshape(shape)


def _means(values: r.Numbers, cell: r.Numbers, shape: tuple[int, int]) -> r.Numbers:
    """The mean of each (time, server), NaN where nothing is known."""
    known = ~np.isnan(values)
    if not known.any():
        return np.full(shape, np.nan)
    cell, values = cell[known], values[known]
    size = shape[0] * shape[1]
    count = np.bincount(cell, minlength=size)
    total = np.bincount(cell, values, minlength=size)
    means: r.Numbers = np.divide(total, count, out=np.full(size, np.nan), where=count > 0)
    return means.reshape(shape)


def _over(table: r.Numbers, *, mean: bool) -> r.Numbers:
    """Over the servers at each time: the mean or the sum of what is known."""
    known = (~np.isnan(table)).sum(axis=1)
    total = np.nansum(table, axis=1)
    over: r.Numbers = np.divide(total, known if mean else 1, out=np.full(len(table), np.nan), where=known > 0)
    return over


def _percentiles(table: r.Numbers) -> tuple[r.Numbers, r.Numbers]:
    """The 50th and 95th percentile at each time (nearest rank), NaN where nothing is known."""
    if not table.size:
        return np.full(len(table), np.nan), np.full(len(table), np.nan)
    ranked = np.sort(table, axis=1)
    known = (~np.isnan(ranked)).sum(axis=1)
    line = np.arange(len(ranked))
    found = [ranked[line, np.maximum(np.ceil(known * share).astype("i8") - 1, 0)] for share in (0.5, 0.95)]
    return found[0], found[1]


def _column(values: r.Numbers) -> Column:
    return [None if value != value else value for value in values.tolist()]
