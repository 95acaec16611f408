"""The clock of live parts: reruns the fragment it is called in, and nothing else, while somebody is looking.

The clock is streamlit-autorefresh, called inside the fragment: at page level it would rerun the page, which closes an
open dialog. Beside it sits a component that reports whether the tab is visible; it belongs to the fragment too, so
that leaving the tab and coming back (to look something up for a form) reruns no more than the fragment.
"""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st
import streamlit_autorefresh

from ekmanager.ui.widgets.light_component import light
from ekmanager.ui.widgets.mount import UNSEEN, renderer

streamlit_autorefresh._component_func = light(streamlit_autorefresh._component_func)


def tick(interval: float | None, *, key: str) -> int:
    """Rerun the fragment that this is called in every `interval` seconds; None or 0: never.

    Call it first in the fragment. It stops while the tab is hidden, and runs at once when it is shown again. The
    interval counts from the end of a run, so a slow server gets slower refreshes, not a queue of them. Gives how
    often it has ticked.
    """
    visible = visibility(key)
    if not interval or not visible:
        return 0
    return int(streamlit_autorefresh.st_autorefresh(interval=round(interval * 1000), key=f"{UNSEEN}{key}-clock"))


def visibility(key: str) -> bool:
    """Whether the browser tab is visible; a change reruns the fragment (outside of one: the page) that calls it."""
    name = f"{UNSEEN}{key}-visible"
    state = st.session_state.get(name)
    known = state.get("visible", True) if isinstance(state, dict) else True
    result = renderer("visibility")(
        key=name, data={"visible": known}, default={"visible": True}, on_visible_change=lambda: None
    )
    return result.get("visible") is not False


def interval_picker(interval: int, choices: Sequence[int], *, key: str) -> int:
    """The choice of the refresh interval in seconds; 0 is off. The caller keeps what it gives."""
    return st.selectbox(
        "Refresh",
        list(choices),
        index=list(choices).index(interval),
        format_func=lambda seconds: f"Refresh {seconds} s" if seconds else "Refresh off",
        key=key,
        label_visibility="collapsed",
        help="How often the figures on this page are renewed. They stand still while the tab is hidden.",
    )
