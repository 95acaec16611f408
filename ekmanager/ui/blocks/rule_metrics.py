"""What one rule does: its figures, every operator in the order in which data passes, and charts of what was sampled."""

from __future__ import annotations

import time

import streamlit as st

from ekmanager.ekuiper.models.rules import Operator
from ekmanager.health.series import Column
from ekmanager.rules.board import RuleView
from ekmanager.rules.rates import Figures, OperatorRate, RuleSeries
from ekmanager.ui import format as fmt
from ekmanager.ui.blocks.fleet_charts import chart_cell
from ekmanager.ui.blocks.tables import table
from ekmanager.ui.charts.base import MILLISECONDS, NUMBER, RATE, Chart, Line, lines, span_of
from ekmanager.ui.tables import MOST
from ekmanager.ui.text import plain
from ekmanager.ui.zone import viewer_zone

WINDOW = 900
"""Seconds that the charts show: samples taken while somebody looks, and before that what the monitor saw."""

CONNECTION_WORDS = {1: "connected", 0: "connecting", -1: "disconnected"}


def metrics(view: RuleView) -> None:
    """Draws all of it; before the first sample it says so."""
    if view.status is None:
        st.caption("No sample has been taken yet.")
        return
    if view.figures is not None:
        _figures(view.figures)
    st.subheader("Operators", anchor=False)
    if not view.operators:
        st.caption("The server gives no metrics for this rule now: they exist while it runs (1.14) or once it has run.")
        return
    _operators(view)
    _charts(view)


def _figures(figures: Figures) -> None:
    over = f"over {fmt.duration(figures.over)}" if figures.over else "a rate needs two samples"
    with st.grid(4, min_column_width=165, border=True, key="rule-figures") as grid:
        for label, value, below in (
            ("Records in", fmt.rate(figures.in_per_second), f"{fmt.count(figures.records_in)} since its start, {over}"),
            ("Records out", fmt.rate(figures.out_per_second), f"{fmt.count(figures.records_out)} since its start"),
            ("Latency", fmt.latency(figures.latency_us / 1000), "of the last message, through all operators"),
            ("Exceptions", fmt.count(figures.exceptions), _last(figures)),
        ):
            with grid.cell().container(gap="xxsmall"):
                st.metric(label, value)
                st.markdown(f":small[:gray[{plain(below)}]]")


def _last(figures: Figures) -> str:
    if not (figures.exceptions and figures.last_exception_at):
        return "since its start"
    return f"the last one {fmt.age(figures.last_exception_at, time.time())}"


def _operators(view: RuleView) -> None:
    zone = viewer_zone(st.context.timezone)
    headings = ("Operator", "In", "Out", "In/s", "Out/s", "Latency", "Buffer", "Exceptions", "Connection", "Last error")
    rows = []
    for operator in view.operators:
        rate = view.rates.get(operator.key)
        rows.append(
            (
                operator.node,
                fmt.count(operator.records_in_total),
                fmt.count(operator.records_out_total),
                _rate(rate, "in_per_second"),
                _rate(rate, "out_per_second"),
                fmt.latency(operator.process_latency_us / 1000),
                fmt.count(operator.buffer_length),
                fmt.count(operator.exceptions_total),
                connection_word(operator),
                _error(operator, fmt.moment(operator.last_exception_time / 1000, zone)),
            )
        )
    table(headings, rows, key="operators", in_sight=MOST)


def _rate(rate: OperatorRate | None, name: str) -> str:
    return fmt.UNKNOWN if rate is None else fmt.rate(getattr(rate, name))


def connection_word(operator: Operator) -> str:
    """Its connection in a word; a `nop` sink never says more than *connecting*, which means nothing."""
    if operator.connection_status is None or (operator.connection_status == 0 and operator.name.startswith("nop_")):
        return fmt.UNKNOWN
    return CONNECTION_WORDS.get(operator.connection_status, fmt.UNKNOWN)


def _error(operator: Operator, at: str) -> str:
    if operator.last_exception:
        return f"{operator.last_exception} ({at})" if operator.last_exception_time else operator.last_exception
    return operator.connection_last_disconnected_message


def _charts(view: RuleView) -> None:
    series = view.series(WINDOW)
    with st.grid(2, min_column_width=320, key="rule-charts"):
        for title, chart in drawn(series, time.time()):
            chart_cell(title, chart)


def drawn(series: RuleSeries, now: float) -> list[tuple[str, Chart | None]]:
    """The charts of what was sampled; None where nothing was."""
    span = span_of(series.at, [True] * len(series.at), now, WINDOW)
    latency: Column = [None if value is None else value / 1000 for value in series.latency_us]
    charts = [
        ("Records a second", [Line("in", [*series.in_per_second]), Line("out", [*series.out_per_second])], RATE),
        ("Latency", [Line("all operators", latency)], MILLISECONDS),
        ("Messages that wait", [Line("buffered", [*series.buffered])], NUMBER),
        ("Exceptions since the start", [Line("exceptions", [*series.exceptions])], NUMBER),
    ]
    return [
        (title, lines(title, series.at, parts, unit, span) if _any(parts) else None) for title, parts, unit in charts
    ]


def _any(parts: list[Line]) -> bool:
    return any(value is not None for line in parts for value in line.values)
