"""Traces of a rule: switched on and off, listed, and one of them as a tree of spans."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from datetime import datetime

import streamlit as st

from ekmanager.connections.book import Entry
from ekmanager.ekuiper.client import EKuiperClient
from ekmanager.ekuiper.models import Span
from ekmanager.rules.board import RuleView
from ekmanager.rules.definition import is_old
from ekmanager.ui import format as fmt
from ekmanager.ui.ask import ask, ask_again, ask_once
from ekmanager.ui.blocks.messages import notify, warn
from ekmanager.ui.blocks.rules_list import SOON
from ekmanager.ui.blocks.tables import table
from ekmanager.ui.context import PageContext
from ekmanager.ui.server_knowledge import version_of
from ekmanager.ui.tables import Code
from ekmanager.ui.widgets.clock import tick

STRATEGIES = {"always": "Every message", "head": "Messages that carry a trace of their sender"}
LISTED = 50
LONGEST = 400
"""Characters of a span's data that are shown."""
SHOWS_WITHIN = 30.0
"""Seconds within which the list of rules is expected to show a switch."""
_SWITCHED = "trace-switched"


def _switching(entry: Entry, rule: str, *, on: bool) -> bool:
    """Whether the server has taken a switch that its list of rules does not show yet."""
    rule_of, wanted, at = st.session_state.get(_SWITCHED, ("", on, 0.0))
    return rule_of == f"{entry.key}/{rule}" and wanted is not on and time.time() - at < SHOWS_WITHIN


def rule_trace(context: PageContext, entry: Entry, rule: str, view: RuleView, *, on: bool) -> None:
    """Only 2.4 has traces; an older server's refusal is shown as it says it.

    `on` is what the server's list of rules says; where it is about to say the opposite, the part looks again soon.
    """
    switching = _switching(entry, rule, on=on)
    tick(SOON if switching else None, key="rule-trace")
    if is_old(version_of(context, entry)):
        st.caption("eKuiper 1.14 has no traces; 2.x has.")
        return
    st.caption(
        "A trace shows one message on its way through the operators, with its data: whoever sees it sees the payload. "
        "Spans reach the server's memory up to 5 s late, and the oldest go first."
    )
    with st.container(horizontal=True, vertical_alignment="bottom"):
        strategy = st.selectbox(
            "What is traced", list(STRATEGIES), format_func=STRATEGIES.__getitem__, key="trace-strategy", width=320
        )
        off = not context.may_change or switching
        if on:
            if st.button("Stop tracing", key="trace-stop", icon=":material/stop:", disabled=off):
                _do(context, entry, rule, None)
        elif st.button("Start tracing", key="trace-start", type="primary", icon=":material/play_arrow:", disabled=off):
            _do(context, entry, rule, strategy)
        if st.button("Look for traces", key="trace-list", icon=":material/refresh:"):
            ask_again("traces", "trace")
    if view.status is not None and not on:
        st.caption("Tracing is off. What was recorded before can still be looked at.")
    found = ask_once(context, entry, "traces", rule, lambda client: client.traces.of_rule(rule, limit=LISTED))
    if isinstance(found, str):
        st.warning(found)
        return
    if not found:
        st.caption("No trace is recorded yet.")
        return
    chosen = st.selectbox(f"Traces, newest first ({len(found)})", found, key="trace-id")
    if chosen:
        _one(ask_once(context, entry, "trace", chosen, lambda client: client.traces.get(chosen)))


def _do(context: PageContext, entry: Entry, rule: str, strategy: str | None) -> None:
    if not context.may_change:
        return

    def switch(client: EKuiperClient) -> None:
        if strategy is None:
            client.rules.stop_trace(rule)
        else:
            client.rules.start_trace(rule, strategy=strategy)

    refused = ask(context, entry, switch)
    if isinstance(refused, str):
        warn(refused)
    else:
        notify("Tracing stopped." if strategy is None else "Tracing started.")
        st.session_state[_SWITCHED] = (f"{entry.key}/{rule}", strategy is not None, time.time())
        context.services.rules.refresh_soon(entry)
        ask_again("traces")
    st.rerun()


def _one(span: Span | str) -> None:
    if isinstance(span, str):
        st.warning(span)
        return
    begin = _moment(span.start)
    rows = [
        (
            f"└{'─' * depth} {one.name}" if depth else one.name,
            _offset(begin, _moment(one.start)),
            _offset(_moment(one.start), _moment(one.end)),
            Code(_shown(one)),
        )
        for depth, one in spans(span)
    ]
    table(("Span", "After", "Took", "Data and attributes"), rows, key="spans")
    st.download_button(
        "Download this trace",
        data=lambda: json.dumps(span.model_dump(mode="json", by_alias=True), indent=2),
        file_name="trace.json",
        mime="application/json",
        key="trace-download",
        on_click="ignore",
    )


def spans(span: Span, depth: int = 0) -> Iterator[tuple[int, Span]]:
    """Every span with its depth, in the order in which the message passed."""
    yield depth, span
    for child in span.children:
        yield from spans(child, depth + 1)


def _shown(span: Span) -> str:
    parts = [f"{name}={value}" for name, value in span.attributes.items() if name not in {"data", "rule"}]
    data = span.attributes.get("data")
    text = " ".join([str(data), *parts] if data is not None else parts)
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}…"


def _moment(text: str) -> float | None:
    try:
        return datetime.fromisoformat(text).timestamp()
    except ValueError:
        return None


def _offset(begin: float | None, end: float | None) -> str:
    return fmt.UNKNOWN if begin is None or end is None else fmt.latency((end - begin) * 1000)
