"""Which dialog is open: a flag in the session, because one that a button opens directly is lost with the next rerun."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Literal

import streamlit as st

Kind = Literal[
    "add",
    "edit",
    "delete",
    "import",
    "export",
    "test",
    "delete_rules",
    "tag_rules",
    "export_rules",
    "import_rules",
    "reset_rule",
]
_KEY = "dialog"


@dataclass(frozen=True, slots=True)
class Dialog:
    """An open dialog: its kind, what it is about, and a token that keeps its fields apart."""

    kind: Kind
    ids: tuple[str, ...] = ()
    """Connections, or rules of one server."""
    about: str = ""
    """The connection whose rules they are."""
    token: str = field(default_factory=lambda: secrets.token_hex(4))

    def key(self, name: str) -> str:
        """The widget key of one of its fields: another dialog, and the same one opened anew, starts afresh."""
        return f"{self.kind}-{self.token}-{name}"


def open_dialog(dialog: Dialog) -> None:
    """Opens it in the next run of the script; an open one gives way."""
    close_dialog()
    st.session_state[_KEY] = dialog


def close_dialog() -> None:
    """Closes the open one and forgets what was typed into it."""
    dialog = open_one()
    if dialog is None:
        return
    del st.session_state[_KEY]
    prefix = dialog.key("")
    for name in [name for name in st.session_state if str(name).startswith(prefix)]:
        del st.session_state[name]


def open_one() -> Dialog | None:
    """The open dialog."""
    dialog = st.session_state.get(_KEY)
    return dialog if isinstance(dialog, Dialog) else None


def renewed(dialog: Dialog) -> Dialog:
    """The same dialog with empty fields."""
    return replace(dialog, token=secrets.token_hex(4))


def drawer(title: str, body: Callable[[], None], *, width: int = 620) -> None:
    """Draws `body` in a drawer on the right. Esc, the cross and a click beside it close it."""
    st.dialog(title, width=width, position="right", on_dismiss=close_dialog)(_while_open(body))()


def question(title: str, body: Callable[[], None]) -> None:
    """Draws `body` in a small dialog in the middle."""
    st.dialog(title, width="small", on_dismiss=close_dialog)(_while_open(body))()


def _while_open(body: Callable[[], None]) -> Callable[[], None]:
    """`body`, until another dialog is to be open: a dialog reruns alone, and would draw on for the one before."""
    drawn_for = open_one()

    def draw() -> None:
        if open_one() != drawn_for:
            st.rerun()
        body()

    return draw
