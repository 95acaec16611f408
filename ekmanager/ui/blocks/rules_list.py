"""All rules of one server: one element whatever their number, its view in the URL, and what a person does with them."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from functools import partial
from typing import cast

import streamlit as st

from ekmanager.connections.book import Entry
from ekmanager.rules.board import Problem, RulesView
from ekmanager.rules.bulk import Kind as BulkKind
from ekmanager.ui import format as fmt
from ekmanager.ui.blocks import bulk
from ekmanager.ui.blocks.dialogs import Dialog, Kind, open_dialog
from ekmanager.ui.blocks.fleet import keep_in_url
from ekmanager.ui.blocks.rule_draft import begin_copy, show_rule, unsaved_rules, write_new
from ekmanager.ui.blocks.server_header import WELL, not_well
from ekmanager.ui.context import PageContext
from ekmanager.ui.navigation import PageId, page_address
from ekmanager.ui.part import subject
from ekmanager.ui.rules_state import Tab
from ekmanager.ui.text import plain, prose
from ekmanager.ui.widgets.clock import tick
from ekmanager.ui.widgets.rules_table import QUERY_NAMES, RulesAction, RulesListView, rules_table

SOON = 1
"""Seconds between two looks while something is on its way."""
FIRST_LOOK = 1.5
"""Seconds that a run waits for the rules of now when nobody looked lately: the next tick would come later."""
EMPTY = (
    "No rules yet. A rule reads streams with SQL and sends what comes out to its sinks: write the first one, "
    "or begin with a template."
)


@st.fragment
def rules_list(connection_id: str, interval: int) -> None:
    """The live part."""
    context, entry = subject(connection_id)
    view = _look(context, entry)
    jobs = bulk.jobs(context, entry)
    busy = view.at is None or view.progress is not None or any(not job.finished for job in jobs)
    tick(SOON if busy else interval, key="rules")
    not_well(context.snapshot(entry))
    trouble(context, entry, view.problem, view.at)
    bulk.bulk_panels(entry, jobs)
    if view.at is None:
        return
    result = rules_table(
        view.rows,
        server=entry.key,
        view=RulesListView.from_query(st.query_params.to_dict()),
        key="rules",
        now=time.time(),
        revision=view.revision,
        pending=bulk.pending(jobs),
        link=page_address(PageId.RULES, {**context.query, "rule": "{id}"}, st.context.url),
        can_edit=context.may_change,
        progress=view.progress,
        empty=EMPTY,
    )
    if result.changed:
        keep_in_url(result.view.to_query(), QUERY_NAMES)
    if result.action is not None:
        act(context, entry, result.action, view)


def drafts(entry: Entry) -> None:
    """The ways back to what this tab holds and is not saved."""
    rules = unsaved_rules(entry)
    if not rules:
        return
    with st.container(horizontal=True, vertical_alignment="center", key="drafts"):
        st.caption("Not saved yet:", width="content")
        for rule in rules:
            name, way = (plain(rule), partial(show_rule, rule, Tab.DEFINITION)) if rule else ("a new rule", write_new)
            st.button(name, key=f"draft-{rule}", type="tertiary", icon=":material/edit_note:", on_click=way)


def trouble(context: PageContext, entry: Entry, problem: Problem | None, at: float | None) -> None:
    """What is wrong with the calls to the server, unless its status says so already, and how old what is shown is."""
    if problem is None:
        return
    age = f"What is shown is from {fmt.age(at, time.time())}." if at is not None else ""
    if context.snapshot(entry).status in WELL:
        st.error(f"**{prose(problem.message)}** {prose(problem.hint)} {age}".rstrip(), icon=":material/cloud_off:")
    elif age:
        st.caption(age)


def _look(context: PageContext, entry: Entry) -> RulesView:
    """The rules of now; what stands there while they are waited for is drawn only where there is nothing else."""
    rules = context.services.rules
    if not rules.watch(entry).loading:
        return rules.look(entry, FIRST_LOOK)
    place = st.empty()
    place.skeleton(height=320)
    view = rules.look(entry, FIRST_LOOK)
    if not view.loading:
        place.empty()
    return view


def act(context: PageContext, entry: Entry, action: RulesAction, view: RulesView) -> None:
    """Carries out what was asked for; it ends in one run of the page."""
    _ACTS[action.kind](context, entry, action, view)
    st.rerun()


def _command(context: PageContext, entry: Entry, action: RulesAction, view: RulesView) -> None:
    asked = set(action.ids)
    states = {row.id: row.state for row in view.rows if row.id in asked}
    bulk.begin(context, entry, cast(BulkKind, action.kind), action.ids, states=states)


def _dialog(_context: PageContext, entry: Entry, action: RulesAction, _view: RulesView) -> None:
    open_dialog(Dialog(_DIALOGS[action.kind], action.ids, about=entry.connection.id))


def _duplicate(context: PageContext, entry: Entry, action: RulesAction, _view: RulesView) -> None:
    begin_copy(context, entry, action.ids[0])


_DIALOGS: Mapping[str, Kind] = {"delete": "delete_rules", "tags": "tag_rules", "export": "export_rules"}
_ACTS: Mapping[str, Callable[[PageContext, Entry, RulesAction, RulesView], None]] = {
    "start": _command,
    "stop": _command,
    "restart": _command,
    "delete": _dialog,
    "tags": _dialog,
    "export": _dialog,
    "duplicate": _duplicate,
}
