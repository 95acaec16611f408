"""The workspace of one rule: its state and commands on top, below them the part that was chosen."""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import cast

import streamlit as st

from ekmanager.connections.book import Entry
from ekmanager.ekuiper.models.rules import State
from ekmanager.rules.advice import reason_of
from ekmanager.rules.board import RuleRow, RuleView
from ekmanager.ui import format as fmt
from ekmanager.ui.ask import ask_once
from ekmanager.ui.blocks import bulk
from ekmanager.ui.blocks.dialogs import Dialog, Kind, open_dialog
from ekmanager.ui.blocks.rule_draft import begin_copy, renew, show_list, unsaved, unsaved_sql
from ekmanager.ui.blocks.rule_editor import rule_editor
from ekmanager.ui.blocks.rule_metrics import metrics
from ekmanager.ui.blocks.rule_plan import rule_plan
from ekmanager.ui.blocks.rule_revisions import rule_revisions
from ekmanager.ui.blocks.rule_test import rule_test
from ekmanager.ui.blocks.rule_topology import rule_topology
from ekmanager.ui.blocks.rule_trace import rule_trace
from ekmanager.ui.blocks.rules_list import FIRST_LOOK, SOON, trouble
from ekmanager.ui.blocks.server_header import not_well
from ekmanager.ui.blocks.url_choice import url_choice
from ekmanager.ui.context import PageContext
from ekmanager.ui.part import run_part_again, subject
from ekmanager.ui.rules_state import TAB, TAB_WORDS, Tab
from ekmanager.ui.server_knowledge import knowledge
from ekmanager.ui.status import mark
from ekmanager.ui.text import plain, prose
from ekmanager.ui.widgets.clock import tick
from ekmanager.ui.widgets.page_events import WAY_BACK, ask_before_leaving
from ekmanager.ui.widgets.rule_state import rule_look

LIVE = frozenset({Tab.METRICS, Tab.TOPOLOGY})
MORE: Mapping[str, str] = {
    "duplicate": ":material/content_copy: Duplicate",
    "tag_rules": ":material/sell: Set tags",
    "export_rules": ":material/download: Export",
    "reset_rule": ":material/first_page: Reset state",
    "delete_rules": ":material/delete: Delete",
}
"""What else can be done, by the kind of the dialog that asks for it."""


def workspace(context: PageContext, entry: Entry, rule: str, tab: Tab) -> None:
    """Draws it for one rule."""
    st.button("All rules", key=WAY_BACK, icon=":material/arrow_back:", type="tertiary", on_click=show_list)
    _head(entry.connection.id, rule, context.frame.refresh)
    chosen = url_choice("Part of the workspace", TAB_WORDS, tab, key=TAB)
    if chosen in LIVE:
        _live(entry.connection.id, rule, chosen, context.frame.refresh)
    elif chosen is Tab.DEFINITION:
        renew(context, entry, rule)
        rule_editor(entry.connection.id, rule)
    elif chosen is Tab.PLAN:
        rule_plan(context, entry, rule)
    elif chosen is Tab.TEST:
        _test(entry.connection.id, rule)
    elif chosen is Tab.TRACE:
        _trace(entry.connection.id, rule)
    else:
        rule_revisions(context, entry, rule)
    if chosen is not Tab.DEFINITION:
        ask_before_leaving(unsaved(entry, rule), key="guard-workspace")


@st.fragment
def _head(connection_id: str, rule: str, interval: int) -> None:
    """State, reason and commands. It also shows what became of a command."""
    context, entry = subject(connection_id)
    context.services.rules.watch(entry)
    view = context.services.rules.look_rule(entry, rule, FIRST_LOOK)
    listed = next((row for row in context.services.rules.look(entry, FIRST_LOOK).rows if row.id == rule), None)
    mine = [job for job in bulk.jobs(context, entry) if any(result.rule == rule for result in job.results)]
    at_work = any(not job.finished for job in mine)
    # A rule that is gone may be one that was just created.
    busy = at_work or view.loading or view.gone
    tick(SOON if busy else interval, key="rule-head")
    not_well(context.snapshot(entry))
    with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
        st.title(plain(rule), anchor=False, width="content")
        _commands(context, entry, rule, view, busy=at_work)
    bulk.bulk_panels(entry, mine)
    if view.gone:
        st.warning(
            "There is no rule of this id on the server: it was deleted, or never there. What you wrote in its "
            "definition is still in this tab.",
            icon=":material/warning:",
        )
        return
    trouble(context, entry, view.problem, view.at)
    _state(view, listed)


def _commands(context: PageContext, entry: Entry, rule: str, view: RuleView, *, busy: bool) -> None:
    running = view.status is not None and view.status.state.up
    states = {rule: view.status.state} if view.status is not None else {}
    off = busy or view.gone or view.status is None or not context.may_change
    with st.container(horizontal=True, width="content"):
        if running:
            if st.button("Stop", key="stop", icon=":material/stop:", disabled=off):
                bulk.begin(context, entry, "stop", [rule], states=states)
                run_part_again()
        elif st.button("Start", key="start", icon=":material/play_arrow:", type="primary", disabled=off):
            bulk.begin(context, entry, "start", [rule], states=states)
            run_part_again()
        if st.button(
            "Restart", key="restart", icon=":material/restart_alt:", disabled=off, help="Its counters begin at 0 again."
        ):
            bulk.begin(context, entry, "restart", [rule], states=states)
            run_part_again()
        more = st.menu_button(
            "More", list(MORE) if context.may_change else ["export_rules"], format_func=MORE.__getitem__, key="more"
        )
        if more == "duplicate":
            begin_copy(context, entry, rule)
            st.rerun()
        elif more is not None:
            open_dialog(Dialog(cast(Kind, more), (rule,), about=entry.connection.id))
            st.rerun()


def _state(view: RuleView, listed: RuleRow | None) -> None:
    if view.status is None:
        if view.loading:
            st.skeleton(height=24, width=320)
        return
    status, concern = view.status, listed.concern if listed else None
    shown = rule_look(status.state, concern)
    parts = [f"{mark(shown)} **{shown.word}**"]
    now = time.time()
    if status.state is State.RUNNING and status.last_start:
        parts.append(f"for {fmt.duration(now - status.last_start / 1000)}")
    elif status.last_stop:
        parts.append(f"since {fmt.age(status.last_stop / 1000, now)}")
    if status.next_start:
        parts.append(f"starts in {fmt.duration(status.next_start / 1000 - now)}")
    if listed and listed.tags:
        parts.append(" ".join(f":gray-badge[{plain(tag)}]" for tag in listed.tags))
    if view.at is not None:
        parts.append(f":gray[as of {fmt.age(view.at, now)}]")
    st.markdown(" · ".join(parts))
    if concern is not None:
        st.error(prose(concern.text), icon=":material/error:")
    elif reason := reason_of(status):
        st.caption(prose(reason))


@st.fragment
def _live(connection_id: str, rule: str, tab: Tab, interval: int) -> None:
    context, entry = subject(connection_id)
    view = context.services.rules.watch_rule(entry, rule)
    tick(SOON if view.status is None and not view.gone else interval, key="rule-live")
    if view.gone:
        return
    if tab is Tab.METRICS:
        metrics(view)
    else:
        rule_topology(view)


@st.fragment
def _test(connection_id: str, rule: str) -> None:
    context, entry = subject(connection_id)
    definition = ask_once(context, entry, "definition", rule, lambda client: client.rules.get(rule))
    if isinstance(definition, str):
        st.error(definition)
        return
    try:
        sql = definition.sql
    except ValueError:
        sql = None
    if not sql:
        st.caption("This rule is a graph of nodes without SQL, which cannot be tried on its own.")
        return
    written = unsaved_sql(entry, rule)
    if written:
        mine, stored = "What I am writing", "What is stored"
        chosen = st.segmented_control("SQL to try", [mine, stored], default=mine, required=True, key="test-which")
        sql = written if chosen == mine else sql
    rule_test(context, entry, sql, knowledge(context, entry), key=f"test-{entry.connection.id}-{rule}")


@st.fragment
def _trace(connection_id: str, rule: str) -> None:
    context, entry = subject(connection_id)
    rows = context.services.rules.watch(entry).rows
    on = any(row.id == rule and row.trace for row in rows)
    rule_trace(context, entry, rule, context.services.rules.watch_rule(entry, rule), on=on)
