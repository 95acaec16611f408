"""Connections in and out as a file: a preview before an import, a warning before secrets leave."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import cast

import streamlit as st

from ekmanager.connections.book import Entry
from ekmanager.connections.errors import ConnectionsError
from ekmanager.connections.importing import OnConflict, Outcome, Step, steps
from ekmanager.connections.transfer import Format, ImportPlan, export_connections, read_connections
from ekmanager.ui.blocks.connection_form import WHERE_WORDS
from ekmanager.ui.blocks.dialogs import Dialog, close_dialog, drawer
from ekmanager.ui.blocks.messages import notify
from ekmanager.ui.blocks.tables import table
from ekmanager.ui.context import PageContext, entry_of
from ekmanager.ui.draft import KINDS
from ekmanager.ui.tables import MOST, Code
from ekmanager.ui.text import count, plain, prose, sentence

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
    plan = read_connections(text, context.services.policy)
    _problems(plan)
    if not plan.ok:
        return
    preview = st.container()
    where = context.writes_to[0]
    if len(context.writes_to) > 1:
        where = st.radio(
            "Keep them in", context.writes_to, format_func=lambda place: WHERE_WORDS[place], key=dialog.key("where")
        )
    taken = sum(step.outcome.is_skipped for step in steps(context.entries, where, plan.ok, "skip"))
    choice: OnConflict = "skip"
    if taken:
        choice = st.radio(
            f"{count(taken, 'row')} with a name or id that is taken",
            list(CONFLICTS),
            format_func=lambda word: CONFLICTS[word],
            key=dialog.key("conflict"),
        )
    found = steps(context.entries, where, plan.ok, choice)
    with preview:
        _preview(found)
    ready = sum(not step.outcome.is_skipped for step in found)
    with st.container(horizontal=True):
        if st.button(
            f"Import {count(ready, 'connection')}", type="primary", key=dialog.key("import"), disabled=not ready
        ):
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


def _problems(plan: ImportPlan) -> None:
    if plan.whole:
        st.warning("  \n".join(prose(problem) for problem in plan.problems))
    elif plan.problems:
        lines = "\n".join(f"- {plain(problem)}" for problem in plan.problems[:PROBLEMS_SHOWN])
        more = len(plan.problems) - PROBLEMS_SHOWN
        tail = f"\n- and {more:,} more" if more > 0 else ""
        st.warning(f"{count(len(plan.problems), 'row')} cannot be used:\n\n{lines}{tail}")


def _preview(found: Sequence[Step]) -> None:
    """Every row, and what becomes of it; those that do not simply come in are named, however long the list is."""
    st.markdown(f"**{count(len(found), 'connection')}** in this file")
    odd = [step for step in found if step.outcome is not Outcome.ADDED]
    if odd:
        lines = [f"- **{plain(step.draft.name)}** {plain(_fate(step))}" for step in odd[:PROBLEMS_SHOWN]]
        if len(odd) > PROBLEMS_SHOWN:
            lines.append(f"- and {len(odd) - PROBLEMS_SHOWN:,} more")
        st.info("\n".join(lines))
    table(
        ("Name", "URL", "Tags", "Credentials", "What happens"),
        [
            (
                step.draft.name,
                Code(step.draft.url),
                ", ".join(step.draft.tags),
                KINDS[step.draft.credentials.kind],
                _fate(step),
            )
            for step in found[:MOST]
        ],
        total=len(found),
        key="import",
    )


def _fate(step: Step) -> str:
    match step.outcome:
        case Outcome.ADDED:
            return "is added"
        case Outcome.RENAMED:
            return f"is added as {step.name!r}"
        case Outcome.REPLACES:
            return f"replaces {step.name!r}"
        case Outcome.EXISTS:
            return f"is skipped: {step.name!r} exists already"
        case Outcome.TWICE:
            return "is skipped: an earlier row of this file has the same name or id"
        case Outcome.ELSEWHERE:
            return f"is skipped: {step.name!r} is in the way and cannot be replaced from here"


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
