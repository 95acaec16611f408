"""The question before connections are deleted: what goes, by name, and what stays."""

from __future__ import annotations

import streamlit as st

from ekmanager.connections.book import Entry
from ekmanager.connections.errors import ConnectionsError
from ekmanager.connections.model import Where
from ekmanager.ui.blocks.dialogs import Dialog, close_dialog, question
from ekmanager.ui.blocks.messages import notify, warn
from ekmanager.ui.context import PageContext, entry_of
from ekmanager.ui.text import count, listed, plain, sentence

NAMED = 12


def delete_question(context: PageContext, dialog: Dialog) -> None:
    """Asks; the button carries the verb and the number, the default is to keep."""
    entries = [entry for connection_id in dialog.ids if (entry := entry_of(context, connection_id)) is not None]
    if not entries:
        close_dialog()
        st.rerun()
    title = "Delete the connection" if len(entries) == 1 else f"Delete {count(len(entries), 'connection')}"
    question(title, lambda: _body(context, dialog, entries))


def _body(context: PageContext, dialog: Dialog, entries: list[Entry]) -> None:
    if len(entries) == 1:
        connection = entries[0].connection
        st.markdown(f"**{plain(connection.name)}**  \n:gray[{plain(connection.url)}]")
    else:
        st.markdown(listed([f"**{plain(entry.connection.name)}**" for entry in entries], NAMED))
    shared = sum(entry.where is Where.SERVER for entry in entries)
    lines = [
        "Its credentials and its history here go with it."
        if len(entries) == 1
        else "Their credentials and their history here go with them."
    ]
    lines.append(
        "Nothing changes on the server itself." if len(entries) == 1 else "Nothing changes on the servers themselves."
    )
    if shared:
        lines.append(f"{count(shared, 'of these is', 'of these are')} shared: gone for everyone who uses this app.")
    st.caption(" ".join(lines))
    with st.container(horizontal=True):
        if st.button("Keep", key=dialog.key("keep")):
            close_dialog()
            st.rerun()
        verb = "Delete it" if len(entries) == 1 else f"Delete {len(entries):,}"
        if st.button(verb, type="primary", key=dialog.key("confirm"), icon=":material/delete:"):
            _delete(context, entries)
            close_dialog()
            st.rerun()


def _delete(context: PageContext, entries: list[Entry]) -> None:
    try:
        removed = context.book.delete([entry.connection.id for entry in entries])
    except ConnectionsError as error:
        warn(sentence(error))
        return
    context.services.forget(removed)
    if context.frame.server in {entry.connection.id for entry in removed}:
        st.query_params.pop("server", None)
    notify(f"Deleted {listed([plain(entry.connection.name) for entry in removed], 3)}.")
