"""What needs a person: the worst few, each with its reason, what to try, and the way there."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from ekmanager.ui.attention import Concern
from ekmanager.ui.blocks.dialogs import Dialog, open_dialog
from ekmanager.ui.format import duration
from ekmanager.ui.navigation import PageId, page_link
from ekmanager.ui.state import FrameState
from ekmanager.ui.status import mark
from ekmanager.ui.text import count, first_sentence, plain, prose
from ekmanager.ui.widgets.status import Look, look

SHOWN = 5
FAILING_RULES = Look("Rules failing", "✕", "red")


def attention(found: Sequence[Concern], frame: FrameState, now: float) -> None:
    """Draws the list; nothing to do is one quiet line."""
    st.subheader("Needs attention", anchor=False)
    if not found:
        st.caption("Nothing. Every server that was checked is well.")
        return
    with st.container(border=True, gap="small", key="attention"):
        for concern in found[:SHOWN]:
            _row(concern, frame, now)
        if len(found) > SHOWN:
            st.caption(f"{count(len(found) - SHOWN, 'more server')} below: sort the fleet by status.")


def _row(concern: Concern, frame: FrameState, now: float) -> None:
    connection, snapshot = concern.entry.connection, concern.snapshot
    shown = FAILING_RULES if concern.of_rules else look(snapshot.status)
    since = f" for {duration(now - snapshot.since)}" if snapshot.since and not concern.of_rules else ""
    who, why = st.columns([1, 2])
    with who.container(gap=None):
        page_link(
            PageId.SERVER,
            FrameState(connection.id, frame.refresh).to_query(),
            label=f"{mark(shown)} **{plain(connection.name)}**",
            icon="",
            help_="Open the server's page",
        )
        st.caption(f"{concern.what}{since}")
        if concern.of_rules:
            query = FrameState(connection.id, frame.refresh).to_query()
            page_link(PageId.RULES, {**query, "attention": "1"}, label="Open its rules", icon=":material/account_tree:")
    with why.container(gap="xxsmall"):
        st.markdown(prose(concern.why) or "The server did not say why.")
        if concern.remedy:
            st.markdown(f":small[:gray[{prose(first_sentence(concern.remedy))}]]")
        if concern.fix == "edit" and st.button(
            "Edit credentials", key=f"fix-{connection.id}", type="tertiary", icon=":material/key:"
        ):
            open_dialog(Dialog("edit", (connection.id,)))
            st.rerun()
