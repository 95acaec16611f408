"""The charts of the overview, from the history in memory; drawn anew once a minute, a young fleet every 20 seconds."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import streamlit as st

from ekmanager.health.fleet_series import FleetSeries
from ekmanager.health.history import FINE_STEP, History
from ekmanager.health.series import Column
from ekmanager.ui.charts import fleet as charts
from ekmanager.ui.charts.base import HEIGHT, Chart, Span, span_of
from ekmanager.ui.context import PageContext
from ekmanager.ui.figures import versions
from ekmanager.ui.rows import DAY

HOUR = 3_600
YOUNG = 600
"""Seconds: for as long a fleet is young, and its charts show single checks."""
WINDOWS: Mapping[int, str] = {YOUNG: "10 minutes", HOUR: "hour", int(DAY): "24 hours"}

_IS_YOUNG = "fleet_is_young"


@dataclass(frozen=True, slots=True)
class Drawn:
    """One chart with its title and the sentence that stands there without data."""

    title: str
    chart: Chart | None


def fleet_charts(context: PageContext) -> None:
    """Availability, latency, load and versions, in cells of one height."""
    keys = tuple(entry.key for entry in context.entries)
    step = FINE_STEP if st.session_state.get(_IS_YOUNG, True) else 60
    window, drawn = _drawn(context.services.history, keys, int(time.time() // step) * step)
    st.session_state[_IS_YOUNG] = window == YOUNG
    st.subheader(f"Last {WINDOWS[window]}", anchor=False)
    with st.grid(2, min_column_width=320, key="fleet-charts"):
        for each in drawn:
            chart_cell(each.title, each.chart)
        chart_cell("Versions", charts.versions(versions(context.snapshots())))


def chart_cell(title: str, chart: Chart | None, height: int = HEIGHT) -> None:
    """A chart in a bordered cell that keeps its height while there is nothing to draw."""
    with st.container(border=True, gap="small"):
        st.markdown(f"**{title}**")
        if chart is None:
            with st.container(height=height, border=False, vertical_alignment="center", horizontal_alignment="center"):
                st.caption("No data yet.", width="content")
        else:
            st.echarts_chart(chart.options, height=chart.height, renderer="svg", alt=chart.alt)


@st.cache_data(ttl=90, max_entries=64, show_spinner=False)
def _drawn(_history: History, keys: tuple[str, ...], at: int) -> tuple[int, list[Drawn]]:  # noqa: ARG001
    """(seconds shown, the charts of these servers); `at` makes it new as time goes by.

    A fleet that is known for less than a day is drawn over an hour, or over ten minutes: a day would be an empty
    picture.
    """
    now, day = time.time(), _history.fleet(keys, DAY)
    first = next((at for at, servers in zip(day.at, day.servers, strict=True) if servers), now)
    window = next((seconds for seconds in WINDOWS if now - first < seconds), int(DAY))
    series = charts.complete(day if window == DAY else _history.fleet(keys, window), now)
    span = span_of(series.at, [servers > 0 for servers in series.servers], now, window)

    def _some(draw: Callable[[FleetSeries, Span], Chart], values: Column) -> Chart | None:
        return draw(series, span) if any(value is not None for value in values) else None

    return window, [
        Drawn("Availability", _some(charts.availability, series.availability)),
        Drawn("Latency", _some(charts.latency, series.latency_p50_ms)),
        Drawn("Records a second", _some(charts.records, series.in_per_second)),
        Drawn("CPU, mean of the servers", _some(charts.cpu, series.cpu)),
        Drawn("Memory, all servers", _some(charts.memory, series.memory_used)),
    ]
