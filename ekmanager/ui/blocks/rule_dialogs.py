"""Questions and forms about rules: delete, tags, export, import, reset of a source's position."""

from __future__ import annotations

import json
from collections.abc import Sequence

import streamlit as st

from ekmanager.connections.book import Entry
from ekmanager.connections.errors import ConnectionsError
from ekmanager.ekuiper.client import EKuiperClient
from ekmanager.ekuiper.errors import EKuiperError
from ekmanager.rules import saving
from ekmanager.rules.definition import DefinitionInvalid
from ekmanager.rules.dependants import dependants
from ekmanager.ui.ask import ask, ask_again
from ekmanager.ui.blocks import bulk
from ekmanager.ui.blocks.dialogs import Dialog, close_dialog, drawer, question
from ekmanager.ui.blocks.messages import notify
from ekmanager.ui.blocks.rule_draft import drop_all, show_list
from ekmanager.ui.blocks.tables import table
from ekmanager.ui.context import READ_ONLY, PageContext, entry_of
from ekmanager.ui.rules_state import RULE
from ekmanager.ui.text import code, count, listed, plain, prose, sentence

NAMED = 12


def delete_rules(context: PageContext, dialog: Dialog) -> None:
    """Names what goes and what depends on it."""
    entry = _entry(context, dialog)
    title = "Delete the rule" if len(dialog.ids) == 1 else f"Delete {count(len(dialog.ids), 'rule')}"
    question(title, lambda: _delete(context, dialog, entry))


def _delete(context: PageContext, dialog: Dialog, entry: Entry) -> None:
    rules = dialog.ids
    st.markdown(listed([code(rule) for rule in rules], NAMED))
    st.caption(
        f"On {plain(entry.connection.name)}. A rule that runs is stopped first. This cannot be undone from here."
    )
    kept = dialog.key("dependants")
    if kept not in st.session_state:
        st.session_state[kept] = ask(context, entry, lambda client: dependants(client, rules))
    found = st.session_state[kept]
    if isinstance(found, str):
        st.caption(f"What depends on it could not be found out: {found}")
    elif found:
        bullet = "- " if len(found) > 1 else ""
        st.warning("\n".join(f"{bullet}{prose(line)}" for line in found), icon=":material/warning:")
    with st.container(horizontal=True):
        if st.button("Keep", key=dialog.key("keep")):
            close_dialog()
            st.rerun()
        verb = "Delete it" if len(rules) == 1 else f"Delete {len(rules):,} rules"
        if st.button(verb, key=dialog.key("confirm"), type="primary", icon=":material/delete:"):
            bulk.begin(context, entry, "delete", rules)
            close_dialog()
            drop_all(entry, rules)
            if st.query_params.get(RULE) in rules:
                show_list()
            st.rerun()


def tag_rules(context: PageContext, dialog: Dialog) -> None:
    """One set of tags for all that were chosen."""
    entry = _entry(context, dialog)
    question("Set tags", lambda: _tags(context, dialog, entry))


def _tags(context: PageContext, dialog: Dialog, entry: Entry) -> None:
    rows = context.services.rules.watch(entry).rows
    chosen = [row for row in rows if row.id in dialog.ids]
    common = sorted(set.intersection(*(set(row.tags) for row in chosen)) if chosen else set())
    known = sorted({tag for row in rows for tag in row.tags})
    st.markdown(f"**{count(len(dialog.ids), 'rule')}**: {listed([code(rule) for rule in dialog.ids], NAMED)}")
    tags = st.multiselect(
        "Tags", known, default=common, key=dialog.key("tags"), accept_new_options=True, placeholder="Choose or type"
    )
    lost = sorted({tag for row in chosen for tag in row.tags} - set(tags))
    if lost:
        st.caption(f"Taken away where they are: {listed([code(tag) for tag in lost], NAMED)}.")
    with st.container(horizontal=True):
        if st.button("Set", key=dialog.key("confirm"), type="primary"):
            bulk.begin(context, entry, "tags", dialog.ids, tags=tags)
            close_dialog()
            st.rerun()
        _cancel(dialog)


def export_rules(context: PageContext, dialog: Dialog) -> None:
    """The rules with the streams and tables that they need, as a ruleset that eKuiper itself can import."""
    entry = _entry(context, dialog)
    drawer("Export rules", lambda: _export(context, dialog, entry), width=520)


def _export(context: PageContext, dialog: Dialog, entry: Entry) -> None:
    st.markdown(f"**{count(len(dialog.ids), 'rule')}**" if dialog.ids else "**All rules, streams and tables**")
    kept = dialog.key("text")
    if kept not in st.session_state:
        st.session_state[kept] = ask(context, entry, lambda client: _exported(client, dialog.ids))
    found = st.session_state[kept]
    if isinstance(found, tuple):
        text, why = found
        st.caption(why)
        st.download_button(
            "Download",
            data=text,
            file_name=f"rules-{entry.connection.id}.json",
            mime="application/json",
            type="primary",
            icon=":material/download:",
            key=dialog.key("download"),
            on_click="ignore",
        )
    else:
        st.error(found)


def _exported(client: EKuiperClient, rules: Sequence[str]) -> tuple[str, str]:
    if rules:
        text = client.data.export_rules(rules).text
        return text, "With what they need: streams, tables, configurations. It holds their secrets in clear text."
    return client.ruleset.export().text, "Streams, tables and rules. It holds the secrets of their sinks in clear text."


def import_rules(context: PageContext, dialog: Dialog) -> None:
    """A ruleset: streams, tables and rules."""
    entry = _entry(context, dialog)
    drawer("Import rules", lambda: _import(context, dialog, entry), width=640)


def _import(context: PageContext, dialog: Dialog, entry: Entry) -> None:
    st.caption(
        "A ruleset as exported by eKuiper or here. Rules that exist and run are stopped first and started again "
        "after it: else 2.4 would keep the old ones running, out of reach."
    )
    file = st.file_uploader("File", ["json"], key=dialog.key("file"), max_upload_size=20)
    text = st.text_area("Or paste it", key=dialog.key("text"), height=140)
    if file is not None:
        if text.strip():
            st.caption("The file is read, not what is pasted: take the file away to use that.")
        text = file.getvalue().decode("utf-8", errors="replace")
    if not text.strip():
        return
    try:
        document = json.loads(text)
        parts = {name: dict(document.get(name) or {}) for name in ("streams", "tables", "rules")}
    except (ValueError, AttributeError, TypeError, RecursionError):
        st.error("This is not a ruleset: it must be a JSON object with `streams`, `tables` and `rules`.")
        return
    st.markdown(" · ".join(f"**{len(names):,}** {word}" for word, names in parts.items()))
    with st.container(horizontal=True):
        if st.button("Import", key=dialog.key("import"), type="primary", disabled=not any(parts.values())):
            try:
                with context.services.client(entry.connection) as client:
                    report = saving.import_ruleset(client, text)
            except (EKuiperError, ConnectionsError) as error:
                st.error(sentence(error))
                return
            except DefinitionInvalid as error:
                st.error(prose(error.message))
                return
            context.services.changed(entry)
            ask_again()
            if report.failed or report.not_running:
                st.warning(f"{count(len(report.imported), 'part')} came in; the rest is below.")
                rows = [(f"{item.kind} {item.name}", item.why) for item in report.failed]
                rows += [(f"rule {rule}", f"It does not run now. {why}") for rule, why in report.not_running]
                table(("What", "Why"), rows, key="import-problems")
                return
            close_dialog()
            kept = sum(item.outcome == "kept" for item in report.items)
            tail = f"; {kept:,} exist already and were kept" if kept else ""
            notify(f"Imported {count(len(report.imported), 'part')}{tail}.")
            st.rerun()
        _cancel(dialog)


def reset_rule(context: PageContext, dialog: Dialog) -> None:
    """Rewinds a source of a running rule, where that source can."""
    entry = _entry(context, dialog)
    question("Reset state", lambda: _reset(context, dialog, entry))


def _reset(context: PageContext, dialog: Dialog, entry: Entry) -> None:
    rule = dialog.ids[0]
    st.caption(
        "Sets the position from which a source reads on. Only some sources can (a pull over HTTP on 2.4, a table of a "
        "database), and only while the rule runs."
    )
    row = next((row for row in context.services.rules.watch(entry).rows if row.id == rule), None)
    stream = st.selectbox("Stream", row.streams if row else (), key=dialog.key("stream"), accept_new_options=True)
    text = st.text_area("Position, as JSON", "{}", key=dialog.key("input"), height=90)
    with st.container(horizontal=True):
        if st.button("Reset", key=dialog.key("confirm"), type="primary", disabled=not stream):
            try:
                position = json.loads(text)
                if not isinstance(position, dict):
                    raise ValueError
            except (ValueError, RecursionError):
                st.error("The position must be a JSON object.")
                return
            refused = ask(context, entry, lambda client: (client.rules.reset_state(rule, str(stream), position),))
            if isinstance(refused, str):
                st.error(refused)
                return
            close_dialog()
            notify(f"The state of {plain(rule)} was reset.")
            st.rerun()
        _cancel(dialog)


def _cancel(dialog: Dialog) -> None:
    if st.button("Cancel", key=dialog.key("cancel"), type="tertiary"):
        close_dialog()
        st.rerun()


def _entry(context: PageContext, dialog: Dialog) -> Entry:
    entry = entry_of(context, dialog.about)
    if entry is None:
        close_dialog()
        notify("That connection was deleted meanwhile.", icon=":material/warning:")
        st.rerun()
    if not context.may_change and dialog.kind != "export_rules":
        close_dialog()
        notify(READ_ONLY, icon=":material/warning:")
        st.rerun()
    return entry
