"""The charts of the overview, made from the history of all servers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields, replace
from typing import Any

from ekmanager.health.fleet_series import FleetSeries
from ekmanager.ui.charts.base import (
    BYTES,
    HEIGHT,
    LABEL,
    MILLISECONDS,
    PERCENT,
    RATE,
    SHARE,
    Chart,
    Line,
    Span,
    lines,
)
from ekmanager.ui.text import count, one_line

VERSIONS_SHOWN = 7
BAR = 14
"""Pixels."""


def complete(series: FleetSeries, now: float) -> FleetSeries:
    """Without the last span while it is not over: some servers are not in it yet, and a sum over the others is low.

    A span that is all there is stays.
    """
    known = sum(servers > 0 for servers in series.servers)
    if known < 2 or series.at[-1] + series.step <= now:
        return series
    columns = {each.name: getattr(series, each.name) for each in fields(series)}
    shorter: dict[str, Any] = {name: column[:-1] for name, column in columns.items() if isinstance(column, list)}
    return replace(series, **shorter)


def availability(series: FleetSeries, span: Span) -> Chart:
    """Percent of all checks that found their server online."""
    return lines("Checks that found their server online", series.at, [Line("online", series.availability)], SHARE, span)


def latency(series: FleetSeries, span: Span) -> Chart:
    """Median and 95th percentile over the servers."""
    drawn = [Line("median", series.latency_p50_ms), Line("95th percentile", series.latency_p95_ms)]
    return lines("Latency of all servers", series.at, drawn, MILLISECONDS, span)


def cpu(series: FleetSeries, span: Span) -> Chart:
    """Mean over the servers that say."""
    return lines("CPU, mean of the servers", series.at, [Line("mean", series.cpu)], PERCENT, span)


def memory(series: FleetSeries, span: Span) -> Chart:
    """Sum over the servers that say."""
    return lines("Memory in use, all servers", series.at, [Line("used", series.memory_used)], BYTES, span)


def records(series: FleetSeries, span: Span) -> Chart:
    """Sums over the servers that say."""
    drawn = [Line("in", series.in_per_second), Line("out", series.out_per_second)]
    return lines("Records a second, all servers", series.at, drawn, RATE, span)


def versions(counted: Sequence[tuple[str, int]]) -> Chart:
    """Servers by the version that they last reported; the rare ones are one bar."""
    rows = [(one_line(version), number) for version, number in counted[:VERSIONS_SHOWN]]
    rest = sum(number for _, number in counted[VERSIONS_SHOWN:])
    if rest:
        rows.append(("others", rest))
    told = ", ".join(f"{version} on {count(number, 'server')}" for version, number in rows)
    return Chart(
        {
            "animation": False,
            "grid": {"left": 4, "right": 48, "top": 8, "bottom": 2, "outerBoundsMode": "same"},
            "tooltip": {"show": False},
            "xAxis": {"type": "value", "show": False, "min": 0},
            "yAxis": {
                "type": "category",
                # A place of its own for each bar, also where two versions are written alike.
                "data": [version for version, _ in rows],
                "inverse": True,
                "axisLine": {"show": False},
                "axisTick": {"show": False},
                "axisLabel": {"fontSize": LABEL, "width": 120, "overflow": "truncate", "interval": 0},
            },
            "series": [
                {
                    "type": "bar",
                    "name": "servers",
                    "data": [number for _, number in rows],
                    "barWidth": BAR,
                    "itemStyle": {"borderRadius": [0, 3, 3, 0]},
                    "label": {"show": True, "position": "right", "formatter": "{c}", "fontSize": LABEL},
                    "emphasis": {"disabled": True},
                }
            ],
        },
        f"Servers by version: {told}." if told else "Servers by version: none.",
        HEIGHT,
    )
