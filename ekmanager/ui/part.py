"""What every live part (fragment) of one server does: it looks up what it is about, and asks for a run of itself."""

from __future__ import annotations

from typing import NoReturn

import streamlit as st
from streamlit.errors import StreamlitAPIException

from ekmanager.connections.book import Entry
from ekmanager.ui.context import PageContext, entry_of, page_context


def run_part_again() -> NoReturn:
    """Runs the live part (fragment) that calls it once more; the whole page where that is what is running.

    Streamlit makes one run of what a live part and the page ask for at the same moment, and refuses to run a part
    alone from inside of a run of the page.
    """
    try:
        st.rerun(scope="fragment")
    except StreamlitAPIException:
        st.rerun()


def subject(connection_id: str) -> tuple[PageContext, Entry]:
    """What a live part is about, as it is now; where it was deleted, the page runs, for the rest is about it, too."""
    context = page_context()
    entry = entry_of(context, connection_id)
    if entry is None:
        st.rerun()
    return context, entry
