"""The first screen, before there is any connection, and the banner of the demo fleet."""

from __future__ import annotations

import streamlit as st

from ekmanager.services import is_demo
from ekmanager.ui.blocks.dialogs import Dialog, open_dialog
from ekmanager.ui.blocks.messages import notify
from ekmanager.ui.context import PageContext
from ekmanager.ui.navigation import PageId, page_link
from ekmanager.ui.text import code, count


def welcome(context: PageContext) -> None:
    """What this is, why it is empty, and the two ways on."""
    with st.container(border=True, key="welcome"):
        st.subheader("See and operate your eKuiper servers", anchor=False)
        st.markdown(
            "LF Edge eKuiper processes streams at the edge; each server has a REST API, on port 9081 as a rule. "
            "Add the servers that you run: this app checks them every few seconds, shows which are well and since "
            "when, and reaches each of them for you."
        )
        with st.container(horizontal=True):
            st.button(
                "Add a server",
                type="primary",
                icon=":material/add:",
                key="welcome-add",
                on_click=lambda: open_dialog(Dialog("add")),
            )
            st.button(
                "Start the demo fleet",
                icon=":material/play_arrow:",
                key="welcome-demo",
                on_click=start_demo,
                args=(context,),
            )
            st.button(
                "Import a list",
                type="tertiary",
                icon=":material/upload:",
                key="welcome-import",
                on_click=lambda: open_dialog(Dialog("import")),
            )
        st.caption(
            "The demo fleet is simulated: servers inside this app, some well, one slow, one that wants a login, one "
            "that fails and one that is stopped. It needs no eKuiper and is removed with one click."
        )


def no_server(context: PageContext) -> None:
    """What a page about one server shows when none is selected."""
    if not context.missing:
        welcome(context)
        return
    st.warning(
        f"There is no server with the id {code(context.missing)} here. It may have been deleted, or it is private "
        "to another browser."
    )
    page_link(PageId.CONNECTIONS, {}, label="See the connections")


def demo_banner(context: PageContext) -> None:
    """Says that simulated servers are among the connections, with the one click that removes them."""
    if not context.has_demo:
        return
    with st.container(horizontal=True, vertical_alignment="center", key="demo-banner"):
        st.markdown(":material/science: The servers tagged `demo` are simulated.", width="content")
        st.button(
            "Remove the demo",
            type="tertiary",
            icon=":material/close:",
            key="remove-demo",
            on_click=remove_demo,
            args=(context,),
        )


def start_demo(context: PageContext) -> None:
    """Starts the simulated servers and says how many there are."""
    entries = context.services.start_demo(context.browser_id)
    for entry in entries:
        context.services.monitor.check_soon(entry.key)
    notify(f"Added {count(len(entries), 'demo server')}.")


def remove_demo(context: PageContext) -> None:
    """Takes the simulated servers away again."""
    removed = context.services.remove_demo(context.browser_id)
    if context.selected is not None and is_demo(context.selected.connection):
        st.query_params.pop("server", None)
    notify(f"Removed {count(removed, 'demo server')}.")
