"""What is said once after something was done, on the page that is drawn next."""

from __future__ import annotations

import streamlit as st

_KEY = "messages"


def notify(text: str, *, icon: str = ":material/check:") -> None:
    """Shows `text` (Markdown) when the page is drawn next: it outlives the rerun that follows an act."""
    st.session_state.setdefault(_KEY, []).append((text, icon))


def warn(text: str) -> None:
    """The same for something that did not work."""
    notify(text, icon=":material/warning:")


def show_messages() -> None:
    """Shows what is waiting, once. The shell calls it in every run."""
    for text, icon in st.session_state.pop(_KEY, ()):
        st.toast(text, icon=icon, duration="long" if icon == ":material/warning:" else "short")
