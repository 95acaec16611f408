"""Connections in and out as a file: a preview before an import, a warning before secrets leave."""

from __future__ import annotations

from collections.abc import Mapping
from typing import cast

import streamlit as st

from ekmanager.connections.book import Entry
from ekmanager.connections.errors import ConnectionsError
from ekmanager.connections.importing import OnConflict
from ekmanager.connections.transfer import Format, ImportPlan, export_connections, read_connections
from ekmanager.ui.blocks.connection_form import WHERE_WORDS
from ekmanager.ui.blocks.dialogs import Dialog, close_dialog, drawer
from ekmanager.ui.blocks.messages import notify
from ekmanager.ui.blocks.tables import table
from ekmanager.ui.context import PageContext, entry_of
from ekmanager.ui.draft import KINDS
from ekmanager.ui.tables import MOST, Code
from ekmanager.ui.text import count, plain, sentence

CONFLICTS: Mapping[OnConflict, str] = {
    "skip": "Skip those that exist",
    "replace": "Replace those that exist",
    "rename": "Keep both: rename the new ones",
}
PROBLEMS_SHOWN = 20
MAX_MB = 20


def import_drawer(context: PageContext, dialog: Dialog) -> None:
    """A file or pasted text, what it holds, and what to do with names that exist."""
    drawer("Import connections", lambda: _import(context, dialog), width=760)


def export_drawer(context: PageContext, dialog: Dialog) -> None:
    """The connections that were chosen, or all of them."""
    chosen = [entry for connection_id in dialog.ids if (entry := entry_of(context, connection_id)) is not None]
    drawer("Export connections", lambda: _export(dialog, chosen or list(context.entries)), width=520)


def _import(context: PageContext, dialog: Dialog) -> None:
    st.caption(
        "JSON or CSV, as exported here; a file of another eKuiper manager with `id, name, url, description, "
        "isDefault` works too. Nothing is added before you have seen what the file holds."
    )
    file = st.file_uploader("File", ["json", "csv", "txt"], key=dialog.key("file"), max_upload_size=MAX_MB)
    text = st.text_area("Or paste it", key=dialog.key("text"), height=110)
    if file is not None:
        text = file.getvalue().decode("utf-8", errors="replace")
    if not text.strip():
        return
    plan = read_connections(text)
    _preview(plan)
    if not plan.ok:
        return
    where = context.writes_to[0]
    if len(context.writes_to) > 1:
        where = st.radio(
            "Keep them in", context.writes_to, format_func=lambda place: WHERE_WORDS[place], key=dialog.key("where")
        )
    taken = {entry.connection.name.casefold() for entry in context.entries}
    existing = sum(draft.name.casefold() in taken for draft in plan.ok)
    choice: OnConflict = "skip"
    if existing:
        choice = st.radio(
            f"{count(existing, 'name')} here already",
            list(CONFLICTS),
            format_func=lambda word: CONFLICTS[word],
            key=dialog.key("conflict"),
        )
    with st.container(horizontal=True):
        if st.button(f"Import {count(len(plan.ok), 'connection')}", type="primary", key=dialog.key("import")):
            try:
                report = context.book.import_(plan, where, choice)
            except ConnectionsError as error:
                st.error(sentence(error))
                return
            close_dialog()
            notify(f"Import: {plain(report.summary)}")
            st.rerun()
        if st.button("Cancel", type="tertiary", key=dialog.key("cancel")):
            close_dialog()
            st.rerun()


def _preview(plan: ImportPlan) -> None:
    if plan.problems:
        lines = "\n".join(f"- {plain(problem)}" for problem in plan.problems[:PROBLEMS_SHOWN])
        more = len(plan.problems) - PROBLEMS_SHOWN
        tail = f"\n- and {more:,} more" if more > 0 else ""
        st.warning(f"{count(len(plan.problems), 'row')} cannot be used:\n\n{lines}{tail}")
    if not plan.ok:
        return
    st.markdown(f"**{count(len(plan.ok), 'connection')}** in this file")
    table(
        ("Name", "URL", "Tags", "Credentials"),
        [
            (draft.name, Code(draft.url), ", ".join(draft.tags), KINDS[draft.credentials.kind])
            for draft in plan.ok[:MOST]
        ],
        total=len(plan.ok),
        key="import",
    )


def _export(dialog: Dialog, entries: list[Entry]) -> None:
    st.markdown(f"**{count(len(entries), 'connection')}**")
    fmt = cast(
        Format,
        st.segmented_control(
            "Format", ["json", "csv"], format_func=str.upper, default="json", required=True, key=dialog.key("format")
        ),
    )
    secret = sum(entry.connection.has_secrets for entry in entries)
    with_secrets = secret > 0 and st.checkbox(
        "Include secrets: tokens, passwords, keys and headers", key=dialog.key("secrets")
    )
    ready = True
    if with_secrets:
        st.warning(
            f"The file will hold the secrets of {count(secret, 'connection')} in clear text. "
            "Whoever has it can reach these servers as you do."
        )
        ready = st.checkbox("I will keep the file safe", key=dialog.key("understood"))
    st.download_button(
        f"Download {fmt.upper()}",
        data=lambda: export_connections(entries, fmt, with_secrets=with_secrets),
        file_name=f"ekuiper-connections.{fmt}",
        mime="application/json" if fmt == "json" else "text/csv",
        type="primary",
        disabled=not ready,
        icon=":material/download:",
        key=dialog.key("download"),
        on_click="ignore",
    )
