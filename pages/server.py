"""One server: how it is and why, its figures, its history, and how to call it."""

import time

import streamlit as st

from ekmanager.ui.blocks.dialogs import Dialog, open_dialog
from ekmanager.ui.blocks.server_charts import events_list, failing_rules, range_picker, server_charts, uptime_line
from ekmanager.ui.blocks.server_extras import inventory, page_origin, proxy_examples
from ekmanager.ui.blocks.server_header import check_now, facts, header
from ekmanager.ui.blocks.start import no_server
from ekmanager.ui.context import page_context
from ekmanager.ui.part import subject
from ekmanager.ui.text import plain
from ekmanager.ui.widgets.clock import tick
from ekmanager.ui.zone import viewer_zone


@st.fragment
def now(connection_id: str, interval: int) -> None:
    """The live part: status, figures, failing rules, events."""
    tick(interval, key="server")
    context, entry = subject(connection_id)
    snapshot = context.snapshot(entry)
    header(entry, snapshot, time.time())
    facts(snapshot)
    grid = st.grid(2, min_column_width=320, key="lists")
    with grid.cell():
        st.subheader("Failing rules", anchor=False)
        failing_rules(snapshot, context.frame)
    with grid.cell():
        st.subheader("Events", anchor=False)
        events_list(snapshot.events, viewer_zone(st.context.timezone))


@st.fragment
def history(connection_id: str, interval: int) -> None:
    """The slow part: charts over the chosen time."""
    tick(max(interval, 15) if interval else None, key="server-charts")
    context, entry = subject(connection_id)
    with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
        st.subheader("History", anchor=False, width="content")
        window = range_picker()
    uptime_line(context, entry)
    server_charts(context, entry, window)


context = page_context()
selected = context.selected
if selected is None:
    st.title("Server", anchor=False)
    no_server(context)
else:
    with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
        st.title(plain(selected.connection.name), anchor=False, width="content")
        with st.container(horizontal=True, width="content"):
            st.button(
                "Check now", icon=":material/refresh:", key="check-now", on_click=check_now, args=(context, selected)
            )
            st.button(
                "Edit",
                icon=":material/edit:",
                key="edit",
                on_click=open_dialog,
                args=(Dialog("edit", (selected.connection.id,)),),
            )
            st.button(
                "Delete",
                icon=":material/delete:",
                key="delete",
                type="tertiary",
                on_click=open_dialog,
                args=(Dialog("delete", (selected.connection.id,)),),
            )
    if selected.connection.description:
        st.caption(plain(selected.connection.description))
    now(selected.connection.id, context.frame.refresh)
    history(selected.connection.id, context.frame.refresh)
    st.subheader("Streams and tables", anchor=False)
    inventory(context, selected, context.snapshot(selected))
    st.subheader("Call it through this app", anchor=False)
    proxy_examples(selected, page_origin(st.context.url))
