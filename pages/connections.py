"""Which servers are known: add, test, edit, delete, import, export."""

import streamlit as st

from ekmanager.ui.blocks.dialogs import Dialog, open_dialog
from ekmanager.ui.blocks.fleet import fleet_block
from ekmanager.ui.blocks.notices import problem_notices, where_they_live
from ekmanager.ui.blocks.start import demo_banner, welcome
from ekmanager.ui.context import page_context
from ekmanager.ui.widgets.clock import tick


@st.fragment
def connections(interval: int) -> None:
    """The live part: every connection with its newest status."""
    tick(interval, key="connections")
    fleet_block(page_context(), "connections")


context = page_context()
with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
    st.title("Connections", anchor=False, width="content")
    with st.container(horizontal=True, width="content", key="toolbar"):
        st.button(
            "Export",
            icon=":material/download:",
            disabled=not context.entries,
            key="export",
            on_click=lambda: open_dialog(Dialog("export")),
        )
        st.button("Import", icon=":material/upload:", key="import", on_click=lambda: open_dialog(Dialog("import")))
        st.button(
            "Add a server",
            icon=":material/add:",
            type="primary",
            key="add",
            on_click=lambda: open_dialog(Dialog("add")),
        )
st.caption(where_they_live(context))
problem_notices(context)
demo_banner(context)
if context.entries:
    connections(context.frame.refresh)
else:
    welcome(context)
