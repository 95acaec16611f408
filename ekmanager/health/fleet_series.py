"""Many servers' history as one: availability, latency and load by time."""

from __future__ import annotations

from collections.abc import Iterable
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


def fleet_series(
    blocks: Iterable[tuple[r.Rows, r.Numbers]], now: float, window_s: float, tier_step: int
) -> FleetSeries:
    """The window from buckets of many servers, which come in blocks: what is held at once is as large as one of them.

    A block is buckets in any order, and for each the number of its server, from 0 in each block; no server is in two.
    `tier_step`: seconds that a bucket covers at most.
    """
    step = tier_step * max(1, -(-int(window_s) // (tier_step * POINTS)))
    first = -(-int(now - window_s) // step) * step
    points = max(1, -(-int(now) // step) - first // step)
    parts = [_part(rows, server, first // step, points, step) for rows, server in blocks if len(rows)]
    if not parts:
        return FleetSeries(step, [], [], [], [], [], [], [], [], [])
    checks, online, servers, *figures = np.sum([sums for sums, _ in parts], axis=0)
    share = np.divide(100 * online, checks, out=np.full(points, np.nan), where=checks > 0)
    p50, p95 = _percentiles(np.concatenate([latency for _, latency in parts], axis=1))
    totals, known = np.split(np.array(figures), 2)
    cpu, memory, in_rate, out_rate = np.where(known > 0, totals, np.nan)
    return FleetSeries(
        step=step,
        at=(first + np.arange(points, dtype="f8") * step).tolist(),
        availability=_column(share),
        latency_p50_ms=_column(p50),
        latency_p95_ms=_column(p95),
        cpu=_column(cpu / np.maximum(known[0], 1)),
        memory_used=_column(memory),
        in_per_second=_column(in_rate),
        out_per_second=_column(out_rate),
        servers=servers.astype(int).tolist(),
    )


_SUMMED = ("cpu", "memory", "in_rate", "out_rate")


def _part(rows: r.Rows, server: r.Numbers, first: int, points: int, step: int) -> tuple[r.Numbers, r.Numbers]:
    """What one block adds.

    By time, summed over its servers: checks, those that found them online, servers that were checked, each of
    `_SUMMED`, and how many said each of these; and the mean latency of each (time, server), NaN where it is not known.
    """
    place = rows["at"].astype("i8") // step - first
    inside = (place >= 0) & (place < points)
    if not inside.all():
        rows, server, place = rows[inside], server[inside], place[inside]
    width = int(server.max(initial=-1)) + 1
    cell = place * width + server
    shape = (points, width)
    checks = _sum(rows["checks"], cell, shape)
    means = [_means(rows[name], cell, shape) for name in _SUMMED]
    counts = [checks, _sum(rows["online"], cell, shape), checks > 0]
    tables = [*counts, *means, *(~np.isnan(table) for table in means)]
    return np.array([np.nansum(table, axis=1) for table in tables]), _means(rows["latency"], cell, shape)


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
