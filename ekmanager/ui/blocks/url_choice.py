"""A choice that stands in the URL, so that Back, a link and a reload lead to it again."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import TypeVar

import streamlit as st

T = TypeVar("T", bound=str | StrEnum)


def url_choice(label: str, words: Mapping[T, str], current: T, *, key: str) -> T:
    """Draws the choice among `words`; `key` is its query parameter and `current` what that says.

    The URL and the field can both have changed since the last run. What is not as it was left then was changed by the
    person: by Back or a link, or in the field.
    """
    seen = f"{key}:seen"
    if st.session_state.get(seen) != current or key not in st.session_state:
        st.session_state[key] = current
    chosen = (
        st.segmented_control(
            label, list(words), format_func=words.__getitem__, required=True, key=key, label_visibility="collapsed"
        )
        or current
    )
    if chosen != current:
        st.query_params[key] = str(chosen)
    st.session_state[seen] = chosen
    return chosen
