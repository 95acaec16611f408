"""The sidebar of every page below the server switcher: the navigation in three groups, and the refresh control."""

from __future__ import annotations

from itertools import groupby

import streamlit as st

from ekmanager.ui.context import PageContext
from ekmanager.ui.navigation import PAGES, page_link
from ekmanager.ui.state import REFRESH, REFRESH_CHOICES, FrameState
from ekmanager.ui.widgets.clock import interval_picker


def sidebar(context: PageContext) -> FrameState:
    """Draws it and gives the state that links and live parts go by, with the interval that was chosen."""
    with st.sidebar:
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
