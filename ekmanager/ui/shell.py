"""The script that Streamlit runs for every session: the frame around each page, then the page."""

from __future__ import annotations

from pathlib import Path

import streamlit as st

from ekmanager.ui.blocks.dialogs import open_one
from ekmanager.ui.blocks.frame import frame
from ekmanager.ui.blocks.messages import show_messages
from ekmanager.ui.blocks.open_dialogs import show_open_dialog
from ekmanager.ui.blocks.rule_draft import anything_unsaved
from ekmanager.ui.blocks.sidebar import sidebar
from ekmanager.ui.context import PageContext, page_context
from ekmanager.ui.navigation import PAGES, PageId, page_file
from ekmanager.ui.widgets.mount import page_style
from ekmanager.ui.widgets.page_events import ask_before_leaving, run_after_reconnect

# A file of ours, and no icons for the pages in `st.Page`: Streamlit fetches those given by name from another host.
ASSETS = Path(__file__).with_name("assets")
ICON = str(ASSETS / "icon.png")
LOGO = str(ASSETS / "logo.svg")


def run() -> None:
    """One run: restore what the browser keeps, draw the frame, draw the page, draw the open dialog."""
    pages = {
        page.id: st.Page(
            page_file(page.id),
            title=page.title,
            url_path=page.id.value,
            default=page.id is PageId.OVERVIEW,
        )
        for page in PAGES
    }
    page = st.navigation(list(pages.values()), position="hidden")
    run_after_reconnect()
    context = _restored()
    _title(page.title, context, of_server=page.url_path == PageId.SERVER.value)
    page_style()
    st.logo(LOGO, icon_image=ICON, size="large")
    sidebar(context)
    show_messages()
    # Drafts outlive the page on which they are written, but not the tab.
    ask_before_leaving(anything_unsaved(), key="guard-anywhere", links=False)
    if not context.private.restored:
        _skeleton()
        return
    page.run()
    if open_one() is not None:
        show_open_dialog(page_context())


def _restored() -> PageContext:
    """Exchanges this browser's connections with its local storage, and gives what the run works on."""
    with_page = ["yes"]
    with st.sidebar:
        frame(with_page)
    with_page.clear()
    return page_context()


def _title(title: str, context: PageContext, *, of_server: bool) -> None:
    about = context.selected.connection.name if of_server and context.selected else title
    words = dict.fromkeys([title, about, "ekmanager"])
    st.set_page_config(page_title=" · ".join(words), page_icon=ICON, layout="wide", initial_sidebar_state="auto")


def _skeleton() -> None:
    """What stands there for the moment in which the browser looks for its connections."""
    st.skeleton(height=44, width=240)
    st.skeleton(height=96)
    st.skeleton(height=320)


run()
