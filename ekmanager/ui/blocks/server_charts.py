"""The charts of one server over the chosen time, its uptime, and what happened to it."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import tzinfo

import streamlit as st

from ekmanager.connections.book import Entry
from ekmanager.health.history import History
from ekmanager.health.model import Event, Snapshot
from ekmanager.health.series import Column, Series
from ekmanager.ui import format as fmt
from ekmanager.ui.blocks.fleet_charts import Drawn, chart_cell
from ekmanager.ui.blocks.tables import table
from ekmanager.ui.blocks.url_choice import url_choice
from ekmanager.ui.charts import server as charts
from ekmanager.ui.charts.base import Chart, Span, span_of
from ekmanager.ui.context import PageContext
from ekmanager.ui.navigation import PageId, page_link
from ekmanager.ui.rules_state import RULE
from ekmanager.ui.state import RANGE, WINDOWS, FrameState, ServerState
from ekmanager.ui.text import count, plain
from ekmanager.ui.zone import viewer_zone

WORDS = {"1h": "1 hour", "24h": "24 hours", "7d": "7 days", "30d": "30 days"}
UPTIMES = ("24h", "7d", "30d")
FAILING_SHOWN = 8


def range_picker() -> str:
    """The time range of the charts; it is in the URL."""
    state = ServerState.from_query(st.query_params.to_dict())
    return url_choice("Time range", WORDS, state.window, key=RANGE)


def uptime_line(context: PageContext, entry: Entry) -> None:
    """Percent of the checks that found it online, for three spans."""
    shares, known_for = _uptimes(context.services.history, entry.key, int(time.time() // 60))
    parts = [f"{fmt.percent(share, 2)} :gray[in {WORDS[window]}]" for window, share in shares.items()]
    if known_for is not None and known_for < WINDOWS[UPTIMES[0]]:
        parts.append(f":gray[known for {fmt.duration(known_for)}]")
    st.markdown("**Uptime** " + " · ".join(parts))


def server_charts(context: PageContext, entry: Entry, window: str) -> None:
    """Status, latency, CPU, memory, rules and records; gaps are times that nothing is known of."""
    seconds = WINDOWS[window]
    step = 15 if seconds <= WINDOWS["1h"] else 60
    zone = st.context.timezone or ""
    found = _drawn(context.services.history, entry.key, seconds, zone, int(time.time() // step))
    for number, drawn in enumerate(found):
        if number == 0:
            chart_cell(drawn.title, drawn.chart, charts.TIMELINE_HEIGHT)
            grid = st.grid(2, min_column_width=320, key="server-charts")
        else:
            with grid:
                chart_cell(drawn.title, drawn.chart)


@st.cache_data(ttl=90, max_entries=500, show_spinner=False)
def _uptimes(_history: History, key: str, minute: int) -> tuple[dict[str, float | None], float | None]:  # noqa: ARG001
    """(percent by window, seconds since the first check that is known)."""
    series = _history.series(key, WINDOWS["24h"])
    first = next((at for at, share in zip(series.at, series.availability, strict=True) if share is not None), None)
    shares = {window: _history.uptime(key, WINDOWS[window]) for window in UPTIMES}
    return shares, None if first is None else time.time() - first


@st.cache_data(ttl=90, max_entries=200, show_spinner=False)
def _drawn(_history: History, key: str, seconds: int, zone: str, step: int) -> list[Drawn]:  # noqa: ARG001
    """The charts of one server; `step` makes them new when a new point can be there."""
    now = time.time()
    series = _history.series(key, seconds)
    known = [status is not None for status in series.status]
    span = span_of(series.at, known, now, seconds)

    def some(draw: Callable[[Series, Span], Chart], *columns: Column) -> Chart | None:
        return draw(series, span) if any(value is not None for column in columns for value in column) else None

    return [
        Drawn("Status", charts.timeline(series, span, viewer_zone(zone)) if any(known) else None),
        Drawn("Latency", some(charts.latency, series.latency_ms)),
        Drawn("Records a second", some(charts.records, series.in_per_second, series.out_per_second)),
        Drawn("CPU", some(charts.cpu, series.cpu)),
        Drawn("Memory", some(charts.memory, series.memory_used)),
        Drawn("Rules", some(charts.rules, series.running)),
    ]


def failing_rules(snapshot: Snapshot, frame: FrameState) -> None:
    """The rules that need attention, with the reason of each and the way there."""
    if snapshot.rules is None:
        st.caption("What its rules do is not known.")
        return
    if not snapshot.rules.failing:
        st.caption("No rule is failing.")
        return
    query = frame.to_query()
    for rule in snapshot.failing[:FAILING_SHOWN]:
        name, why = st.columns([2, 3])
        with name:
            page_link(PageId.RULES, {**query, RULE: rule.id}, label=plain(rule.id), icon="", help_="Open the rule")
        why.markdown(f":small[{plain(rule.state)}: {plain(rule.reason)}]" if rule.reason else plain(rule.state))
    if snapshot.rules.failing > FAILING_SHOWN:
        more = count(snapshot.rules.failing - FAILING_SHOWN, "more rule")
        page_link(PageId.RULES, {**query, "attention": "1"}, label=f"and {more}", icon="")


def events_list(events: tuple[Event, ...], zone: tzinfo) -> None:
    """The newest events first, in the viewer's time zone."""
    if not events:
        st.caption("Nothing has happened since the first check.")
        return
    table(("When", "What"), [(fmt.moment(event.at, zone), event.text) for event in events], key="events")
