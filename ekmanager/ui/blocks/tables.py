"""A table on a page: as high as its rows until it scrolls in itself, and bounded."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import streamlit as st

from ekmanager.ui.tables import HIGHEST, MOST, ROWS_IN_SIGHT, Cell, markdown_table, rest


def table(
    headings: Sequence[str],
    rows: Sequence[Sequence[Cell]],
    *,
    key: str,
    total: int | None = None,
    in_sight: int = ROWS_IN_SIGHT,
) -> None:
    """Draws the first rows, and says how many of `total` (default: of the rows given) are not written.

    More than `in_sight` scroll in a place of their own.
    """
    high: int | Literal["content"] = HIGHEST if len(rows) > in_sight else "content"
    # `page_style` gives tables their look by the end of the key.
    with st.container(height=high, border=False, key=f"{key}-table"):
        st.markdown(markdown_table(headings, rows[:MOST]))
    if more := rest(len(rows), total):
        st.caption(more)
