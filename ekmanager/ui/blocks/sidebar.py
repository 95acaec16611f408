"""The sidebar of every page: the server switcher, the navigation in three groups, and the one refresh control."""

from __future__ import annotations

from itertools import groupby

import streamlit as st

from ekmanager.ui.blocks.dialogs import open_one
from ekmanager.ui.context import PageContext, page_context
from ekmanager.ui.navigation import PAGES, page_link
from ekmanager.ui.rules_state import RULE, TAB
from ekmanager.ui.state import REFRESH, REFRESH_CHOICES, FrameState
from ekmanager.ui.widgets.clock import interval_picker, tick
from ekmanager.ui.widgets.switcher import pack_server, switcher


def sidebar(context: PageContext) -> FrameState:
    """Draws it and gives the state that links and live parts go by, with the interval that was chosen."""
    with st.sidebar:
        _switcher(context.frame.refresh, empty=not context.entries)
        above = st.container()
        with st.container(key="refresh-control"):
            chosen = interval_picker(context.frame.refresh, REFRESH_CHOICES, key=REFRESH)
        if chosen != context.frame.refresh:
            st.query_params[REFRESH] = str(chosen)
        frame = FrameState(context.frame.server, chosen)
        with above:
            _navigation(context, frame)
    return frame


def _navigation(context: PageContext, frame: FrameState) -> None:
    query = frame.to_query()
    for group, pages in groupby(PAGES, key=lambda page: page.group):
        rows = [page for page in pages if not page.of_server or context.entries]
        if not rows:
            continue
        st.caption(group)
        with st.container(gap="xsmall"):
            for page in rows:
                page_link(page.id, query)


@st.fragment
def _switcher(interval: int, *, empty: bool) -> None:
    tick(interval, key="switcher")
    context = page_context()
    if empty == bool(context.entries) and open_one() is None:
        # The first server came, or the last one went, in another tab: this page is about something else now.
        st.rerun()
    if not context.entries:
        return
    servers = []
    for entry in context.entries:
        connection, snapshot = entry.connection, context.snapshot(entry)
        servers.append(
            pack_server(
                connection.id,
                connection.name,
                snapshot.status,
                checking=snapshot.checking,
                where=entry.where,
                is_default=connection.is_default,
                url=connection.url,
                reason=snapshot.reason,
            )
        )
    chosen = switcher(servers, context.selected.connection.id if context.selected else None, key="switcher")
    if chosen is not None:
        st.query_params["server"] = chosen
        # Another server has other rules.
        for name in (RULE, TAB):
            st.query_params.pop(name, None)
        st.rerun()
