"""One more run of a live part, from inside of it."""

from __future__ import annotations

from typing import NoReturn

import streamlit as st
from streamlit.errors import StreamlitAPIException


def run_part_again() -> NoReturn:
    """Runs the live part (fragment) that calls it once more; the whole page where that is what is running.

    Streamlit makes one run of what a live part and the page ask for at the same moment, and refuses to run a part
    alone from inside of a run of the page.
    """
    try:
        st.rerun(scope="fragment")
    except StreamlitAPIException:
        st.rerun()
