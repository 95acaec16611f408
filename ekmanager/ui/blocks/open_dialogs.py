"""Draws the dialog that is open, whichever page asked for it."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import streamlit as st

from ekmanager.connections.book import Entry
from ekmanager.health.model import ProbeResult
from ekmanager.ui.blocks.connection_form import add_drawer, edit_drawer
from ekmanager.ui.blocks.delete_question import delete_question
from ekmanager.ui.blocks.dialogs import Dialog, Kind, close_dialog, open_one, question
from ekmanager.ui.blocks.probe_result import probe_result, tested
from ekmanager.ui.blocks.rule_dialogs import delete_rules, export_rules, import_rules, reset_rule, tag_rules
from ekmanager.ui.blocks.transfer import export_drawer, import_drawer
from ekmanager.ui.context import PageContext, entry_of
from ekmanager.ui.text import plain


def show_open_dialog(context: PageContext) -> None:
    """The shell calls it last in every run; without an open dialog it draws nothing."""
    dialog = open_one()
    if dialog is not None:
        _DRAWN[dialog.kind](context, dialog)


def _test_dialog(context: PageContext, dialog: Dialog) -> None:
    entry = entry_of(context, dialog.ids[0])
    if entry is None:
        close_dialog()
        return

    question("Test the connection", lambda: _test(context, dialog, entry))


def _test(context: PageContext, dialog: Dialog, entry: Entry) -> None:
    st.markdown(f"**{plain(entry.connection.name)}**  \n:gray[{plain(entry.connection.url)}]")
    outcome = st.container()
    with st.container(horizontal=True):
        again = st.button("Test again", key=dialog.key("again"))
        if st.button("Close", key=dialog.key("close"), type="tertiary"):
            close_dialog()
            st.rerun()
    with outcome:
        found: ProbeResult | str | None = st.session_state.get(dialog.key("result"))
        if again or found is None:
            found = st.session_state[dialog.key("result")] = tested(context, entry.connection)
        if isinstance(found, str):
            st.error(found)
        else:
            probe_result(found)


_DRAWN: Mapping[Kind, Callable[[PageContext, Dialog], None]] = {
    "add": add_drawer,
    "edit": edit_drawer,
    "delete": delete_question,
    "import": import_drawer,
    "export": export_drawer,
    "test": _test_dialog,
    "delete_rules": delete_rules,
    "tag_rules": tag_rules,
    "export_rules": export_rules,
    "import_rules": import_rules,
    "reset_rule": reset_rule,
}
