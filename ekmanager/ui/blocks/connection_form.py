"""The drawer in which a connection is added or edited: every field, a test before saving, errors by field."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass

import streamlit as st
from pydantic import ValidationError

from ekmanager.connections.book import Entry
from ekmanager.connections.errors import ConnectionsError, EditConflict
from ekmanager.connections.merge import apply_patch
from ekmanager.connections.model import Connection, Where
from ekmanager.connections.usable import check_change, check_usable
from ekmanager.connections.validation import explain
from ekmanager.health.model import ProbeResult
from ekmanager.ui.blocks import form_fields as fields
from ekmanager.ui.blocks.dialogs import Dialog, close_dialog, drawer
from ekmanager.ui.blocks.messages import notify
from ekmanager.ui.blocks.probe_result import probe_result, tested
from ekmanager.ui.context import PageContext, entry_of
from ekmanager.ui.draft import Draft, document, draft_of, patch
from ekmanager.ui.text import plain, sentence
from ekmanager.ui.widgets.page_events import enter_presses

WHERE_WORDS: Mapping[Where, str] = {
    Where.BROWSER: "This browser: private to you",
    Where.SERVER: "The server: shared with everyone who uses this app",
}


FOOT = "form-foot"


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a form was not saved: Markdown lines."""

    lines: tuple[str, ...]
    conflict: bool = False


def add_drawer(context: PageContext, dialog: Dialog) -> None:
    """The form for a new connection."""
    _seed(dialog, Draft())
    drawer("Add a server", lambda: _form(context, dialog, None))


def edit_drawer(context: PageContext, dialog: Dialog) -> None:
    """The form for one that exists. When it is gone meanwhile, a sentence says so."""
    entry = entry_of(context, dialog.ids[0])
    if entry is None:
        close_dialog()
        notify("That connection was deleted meanwhile.", icon=":material/warning:")
        st.rerun()
    opened = st.session_state.setdefault(dialog.key("opened"), entry)
    _seed(dialog, draft_of(opened.connection))
    drawer("Edit connection", lambda: _form(context, dialog, opened))


def _seed(dialog: Dialog, draft: Draft) -> None:
    if dialog.key("seeded") in st.session_state:
        return
    st.session_state[dialog.key("seeded")] = True
    fields.seed(dialog, draft)


def _form(context: PageContext, dialog: Dialog, entry: Entry | None) -> None:
    old = entry.connection if entry else None
    fields.basics(dialog, {tag for other in context.entries for tag in other.connection.tags})
    if entry is None and len(context.writes_to) > 1:
        where = st.radio(
            "Keep it in",
            context.writes_to,
            format_func=lambda place: WHERE_WORDS[place],
            key=dialog.key("where"),
        )
    else:
        where = entry.where if entry else context.writes_to[0]
        st.caption(f"Kept in: {WHERE_WORDS[where][0].lower()}{WHERE_WORDS[where][1:]}.")
    fields.login(dialog, old)
    fields.headers(dialog, old)
    fields.tls(dialog, old)
    fields.timeout(dialog, context.services.monitor.options.timeout)
    draft = fields.read(dialog, old)
    _actions(context, dialog, entry, where, draft)


def _actions(context: PageContext, dialog: Dialog, entry: Entry | None, where: Where, draft: Draft) -> None:
    st.html(_sticky_foot())
    foot = st.container(key=FOOT)
    outcome = foot.container()
    with foot.container(horizontal=True):
        save = st.button("Save" if entry else "Add", type="primary", key=dialog.key("save"), shortcut="Mod+Enter")
        test = st.button("Test", key=dialog.key("test"), icon=":material/network_check:")
        enter_presses(dialog.key("save"), key=dialog.key("enter"))
        cancel = st.button("Cancel", key=dialog.key("cancel"), type="tertiary")
    if cancel:
        close_dialog()
        st.rerun()
    with outcome:
        if test:
            _test(context, dialog, entry, draft)
        elif save:
            refused = _save(context, entry, where, draft)
            if refused is None:
                close_dialog()
                st.rerun()
            else:
                _show(dialog, refused)
        else:
            _last_test(dialog, draft)


def _sticky_foot() -> str:
    """Keeps what Save and Test have to say in sight: the form is longer than a screen."""
    theme = st.context.theme.type or "light"
    ground = st.get_option(f"theme.{theme}.backgroundColor") or "Canvas"
    line = st.get_option(f"theme.{theme}.borderColor") or "GrayText"
    return f"""<style>
div:has(> .st-key-{FOOT}) {{ position: sticky; bottom: -1.5rem; z-index: 2; }}
div.stVerticalBlock.st-key-{FOOT} {{ padding: 0.75rem 0 1.5rem; background: {ground}; border-top: 1px solid {line}; }}
</style>"""


def _save(context: PageContext, entry: Entry | None, where: Where, draft: Draft) -> Refusal | None:
    try:
        saved = _write(context, entry, where, draft)
        if draft.is_default != (entry is not None and entry.connection.is_default):
            context.book.set_default(saved.connection.id if draft.is_default else None)
    except ValidationError as error:
        return _refusal(error)
    except EditConflict as error:
        return Refusal((plain(error.message),), conflict=True)
    except ConnectionsError as error:
        return _refused_by(error)
    context.services.monitor.check_soon(saved.key)
    if entry is None and not context.entries:
        st.query_params["server"] = saved.connection.id
    verb = "Saved" if entry else "Added"
    notify(f"{verb} {plain(saved.connection.name)}.")
    return None


def _write(context: PageContext, entry: Entry | None, where: Where, draft: Draft) -> Entry:
    if entry is None:
        connection = Connection.model_validate({**document(draft), "isDefault": False})
        check_usable(connection, context.services.policy)
        return context.book.add(connection, where)
    changes = patch(entry.connection, draft)
    if not changes:
        return entry
    check_change(entry.connection, apply_patch(entry.connection, changes), context.services.policy)
    return context.book.change(entry.connection.id, changes, expected_revision=entry.connection.revision)


def _refusal(error: ValidationError) -> Refusal:
    return Refusal(tuple(f"**{plain(problem.field)}** {plain(problem.message)}" for problem in explain(error)))


def _refused_by(error: ConnectionsError) -> Refusal:
    return Refusal((sentence(error),))


def _show(dialog: Dialog, refused: Refusal) -> None:
    st.error("  \n".join(refused.lines), icon=":material/error:")
    if refused.conflict:
        st.caption("What you typed is still here. Open the newest version to see what changed, then edit that.")
        if st.button("Open the newest version", key=dialog.key("newest"), on_click=_reopen, args=(dialog,)):
            st.rerun()


def _reopen(dialog: Dialog) -> None:
    close_dialog()
    st.session_state["dialog"] = Dialog("edit", dialog.ids)


def _test(context: PageContext, dialog: Dialog, entry: Entry | None, draft: Draft) -> None:
    try:
        connection = (
            apply_patch(entry.connection, patch(entry.connection, draft))
            if entry
            else Connection.model_validate({**document(draft), "name": draft.name.strip() or "new"})
        )
    except ValidationError as error:
        _show(dialog, _refusal(error))
        return
    except ConnectionsError as error:
        _show(dialog, _refused_by(error))
        return
    found = tested(context, connection)
    if isinstance(found, str):
        _show(dialog, Refusal((found,)))
    else:
        st.session_state[dialog.key("tested")] = (_mark(draft), found)
        probe_result(found)


def _last_test(dialog: Dialog, draft: Draft) -> None:
    """The last result stays in sight for as long as it is about what is typed."""
    tested: tuple[str, ProbeResult] | None = st.session_state.get(dialog.key("tested"))
    if tested is not None and tested[0] == _mark(draft):
        probe_result(tested[1])


def _mark(draft: Draft) -> str:
    """Equal for what leads to the same check; no secret can be read from it."""
    found = {**document(draft), "name": "", "description": "", "tags": [], "isDefault": False}
    text = json.dumps([found, draft.secret_action, draft.key_action], sort_keys=True, default=str)
    return hashlib.sha256(text.encode()).hexdigest()
