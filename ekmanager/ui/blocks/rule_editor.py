"""The definition of a rule: as a form or as JSON, checked by the server, with the differences before it is saved."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

import streamlit as st

from ekmanager.connections.book import Entry
from ekmanager.ekuiper.models.base import JSON
from ekmanager.rules.advice import Advice, advise
from ekmanager.rules.checking import Checked, check
from ekmanager.rules.definition import edited, is_graph, is_old, pretty, read_definition, same
from ekmanager.rules.states import UP
from ekmanager.rules.templates import TEMPLATES
from ekmanager.ui.ask import ask
from ekmanager.ui.blocks.options_form import options_form, options_problems
from ekmanager.ui.blocks.rule_draft import BLANK, Mode, RuleDraft, begin_template, draft_of, show_list
from ekmanager.ui.blocks.rule_saving import create_rule, diff_view, save_rule
from ekmanager.ui.blocks.rule_test import rule_test
from ekmanager.ui.blocks.sink_form import actions_form, actions_problems
from ekmanager.ui.context import READ_ONLY, PageContext
from ekmanager.ui.part import run_part_again, subject
from ekmanager.ui.properties import exactly
from ekmanager.ui.server_knowledge import Knowledge, forget, knowledge
from ekmanager.ui.text import plain, prose
from ekmanager.ui.widgets.editor import Mark, editor
from ekmanager.ui.widgets.page_events import ask_before_leaving

ICONS = {"error": ":red[:material/error:]", "warning": ":orange[:material/warning:]", "info": ":blue[:material/info:]"}


@st.fragment
def rule_editor(connection_id: str, rule: str) -> None:
    """Edits one rule; an empty `rule` is a new one. A part of its own: typing in it runs nothing else."""
    context, entry = subject(connection_id)
    draft = draft_of(context, entry, rule)
    if isinstance(draft, str):
        st.error(draft)
        return
    known = knowledge(context, entry)
    listed = context.services.rules.watch(entry)
    if draft.is_new:
        _templates(draft)
    _aside(draft)
    _mode(draft)
    checked: Checked | None = st.session_state.get(draft.key("checked"))
    if draft.mode == "json":
        _json(draft)
    else:
        draft.raw = None
        _form(draft, known, {tag for row in listed.rows for tag in row.tags}, checked)
        if checked is not None and draft.key("checked") not in st.session_state:
            # What the server said, and the mark in the SQL, are about the text before.
            run_part_again()
    ask_before_leaving(draft.unsaved, key=f"guard-{entry.connection.id}-{rule}")
    if draft.broken is not None:
        st.session_state.pop(draft.key("pressed"), None)
        st.button("Take back what is no JSON", key=draft.key("mend"), on_click=draft.mend, icon=":material/undo:")
        return
    document = read_definition(draft.text)
    found = advise(
        document,
        version=known.version,
        old=read_definition(draft.opened) if draft.opened else None,
        running=next((row.state in UP for row in listed.rows if row.id == rule), None),
        streams=known.stream_names,
        existing={row.id for row in listed.rows} if draft.is_new and listed.at is not None else None,
    )
    _said(found, st.session_state.get(draft.key("checked")))
    typed = (*actions_problems(draft.key("actions")), *options_problems(draft.key("options")))
    blocked = any(advice.level == "error" for advice in found) or (draft.mode == "form" and bool(typed))
    if not context.may_change:
        blocked = True
        st.caption(READ_ONLY)
    _actions(context, entry, rule, draft, document, version=known.version, blocked=blocked)
    sql = document.get("sql")
    if draft.is_new and isinstance(sql, str) and sql.strip():
        with st.expander("Try its SQL first", icon=":material/science:"):
            rule_test(context, entry, sql, known, key=draft.key("test"))


def _aside(draft: RuleDraft) -> None:
    """What was put aside or changed elsewhere, and the way to it."""
    if draft.before:
        with st.container(horizontal=True, vertical_alignment="center"):
            st.caption("What you had written was put aside.", width="content")
            st.button("Bring it back", key=draft.key("back-to"), on_click=draft.bring_back, icon=":material/undo:")
    if draft.elsewhere is not None and draft.key("conflict") not in st.session_state:
        st.warning("This rule was changed on the server while you are writing.", icon=":material/warning:")
        with st.expander("What was changed there"):
            diff_view(draft.opened, draft.elsewhere)
        stored = draft.elsewhere
        st.button("Discard mine, take the stored one", key=draft.key("take"), on_click=lambda: draft.take(stored))


def _templates(draft: RuleDraft) -> None:
    box = st.expander("Begin with a template", expanded=not draft.unsaved, icon=":material/auto_awesome:")
    with box, st.grid(3, min_column_width=240, key=draft.key("templates")) as grid:
        for template in TEMPLATES:
            with grid.cell().container(border=True, gap="xsmall"):
                st.markdown(f"**{plain(template.title)}**  \n:small[:gray[{plain(template.summary)}]]")
                st.button(
                    "Use it",
                    key=draft.key(f"template-{template.id}"),
                    on_click=begin_template,
                    args=(draft, template),
                    help=f"Reads {', '.join((*template.streams, *template.tables))}",
                )


def _mode(draft: RuleDraft) -> None:
    words: dict[Mode, str] = {"form": "Form", "json": "JSON"}
    broken = draft.broken
    if broken is None and is_graph(read_definition(draft.text)):
        draft.mode = "json"
        st.caption("This rule is a graph of nodes without SQL: it is edited as JSON.")
        return
    draft.mode = st.segmented_control(
        "Edit as",
        list(words),
        format_func=words.__getitem__,
        default=draft.mode,
        required=True,
        key=draft.key("mode"),
        label_visibility="collapsed",
        disabled=broken is not None,
        help="It must be a JSON object before the form can show it." if broken is not None else None,
    )


def _json(draft: RuleDraft) -> None:
    if draft.raw is None:
        draft.raw = pretty(read_definition(draft.text))
    broken = draft.broken
    marks = [] if broken is None else [Mark(broken.line or 1, broken.column or 0, broken.message, "error")]
    if broken is not None:
        st.error(prose(broken.message))
    result = editor(
        draft.raw, key=draft.key("json"), language="json", marks=marks, height=420, label="Definition as JSON"
    )
    if result.text == draft.raw:
        return
    draft.raw = result.text
    if draft.broken is None and not same(draft.text, result.text):
        draft.text = result.text
        draft.changed()
    run_part_again()


def _form(draft: RuleDraft, known: Knowledge, tags_used: Collection[str], checked: Checked | None) -> None:
    document = read_definition(draft.text)
    fields: dict[str, JSON] = {}
    with st.container(horizontal=True, vertical_alignment="bottom"):
        if draft.is_new:
            fields["id"] = st.text_input(
                "Id",
                _text(document.get("id")),
                key=draft.key("id"),
                placeholder="hot_devices",
                help="Letters, digits and _ are safe everywhere. It cannot be changed later.",
            ).strip()
        name = st.text_input("Name", _text(document.get("name")), key=draft.key("name"), placeholder="Optional")
        if name or "name" in document:
            fields["name"] = name
        tags = st.multiselect(
            "Tags",
            sorted({*tags_used, *_words(document.get("tags"))}),
            default=_words(document.get("tags")),
            key=draft.key("tags"),
            accept_new_options=True,
            placeholder="Choose or type",
            disabled=is_old(known.version),
            help="eKuiper 1.14 keeps no tags." if is_old(known.version) else None,
        )
        if tags or document.get("tags"):
            fields["tags"] = list(tags)
    sql = _text(document.get("sql"))
    marks = []
    if checked is not None and not checked.valid and checked.place is not None and checked.field == "sql":
        marks = [Mark(*checked.place, checked.message, "error")]
    result = editor(
        sql,
        key=draft.key("sql"),
        language="sql",
        completions=known.completions,
        marks=marks,
        height=220,
        label="SQL",
        show_label=True,
    )
    if result.text or "sql" in document:
        fields["sql"] = result.text
    st.subheader("Sinks", anchor=False)
    actions = document.get("actions")
    sinks = actions_form(actions if isinstance(actions, list) else [], key=draft.key("actions"), catalog=known.sinks)
    if sinks or "actions" in document:
        fields["actions"] = sinks
    options = document.get("options")
    with st.expander("Options", icon=":material/tune:"):
        written = options_form(
            options if isinstance(options, dict) else {}, key=draft.key("options"), version=known.version
        )
    if written or "options" in document:
        fields["options"] = dict(written)
    new = edited(
        draft.text,
        **{
            name: value
            for name, value in fields.items()
            if name not in document or exactly(document[name]) != exactly(value)
        },
    )
    if not same(new, draft.text):
        draft.text = new
        draft.changed()


def _said(found: list[Advice], checked: Checked | None) -> None:
    for advice in found:
        field = f"**{plain(advice.field)}**: " if advice.field else ""
        st.markdown(f"{ICONS[advice.level]} {field}{prose(advice.message)}")
    if checked is None:
        return
    if checked.valid:
        by = "The server finds it valid." if checked.by == "server" else "It reads well; this server cannot check more."
        st.success(f"{by} Sinks are checked only when the rule starts.", icon=":material/check:")
    else:
        where = f" (line {checked.place[0]}, column {checked.place[1]})" if checked.place else ""
        st.error(f"{prose(checked.message)}{where}", icon=":material/error:")


def _actions(
    context: PageContext,
    entry: Entry,
    rule: str,
    draft: RuleDraft,
    document: dict[str, JSON],
    *,
    version: str,
    blocked: bool,
) -> None:
    pressed = _pressed(draft, blocked=blocked)
    if pressed == "discard":
        draft.replace(draft.opened or BLANK)
        if draft.is_new:
            show_list()
        st.rerun()
    if pressed:
        valid = _check(context, entry, draft, document)
        if valid is None:
            return
        if not valid or pressed == "validate":
            # What the server said stands above these buttons.
            run_part_again()
        if pressed == "review":
            draft.reviewing = True
        else:
            failed = create_rule(context, entry, document, start=pressed == "start")
            if failed is None:
                st.rerun()
            failed.show(draft)
    if draft.reviewing and draft.key("conflict") not in st.session_state:
        diff_view(draft.opened, draft.text)
    if draft.reviewing and context.may_change:
        save_rule(context, entry, rule, draft, document, version=version)


def _pressed(draft: RuleDraft, *, blocked: bool) -> str:
    """What was pressed, once; empty: nothing."""
    kept = draft.key("pressed")

    def button(name: str, label: str, what: str, *, disabled: bool = False, **looks: Any) -> None:
        # A callback keeps it: what was typed just before may make this run begin anew.
        st.button(
            label,
            key=draft.key(name),
            disabled=disabled,
            on_click=st.session_state.__setitem__,
            args=(kept, what),
            **looks,
        )
        if disabled and st.session_state.get(kept) == what:
            del st.session_state[kept]

    with st.container(horizontal=True):
        button("validate", "Validate", "validate", icon=":material/rule:")
        if draft.is_new:
            button(
                "create", "Create and start", "start", disabled=blocked, type="primary", icon=":material/play_arrow:"
            )
            button("create-stopped", "Create stopped", "stopped", disabled=blocked)
        else:
            button("review", "Review and save", "review", disabled=not draft.unsaved or blocked, type="primary")
        idle = not draft.unsaved and not draft.is_new
        button("discard", "Discard", "discard", disabled=idle, type="tertiary")
    return str(st.session_state.pop(kept, ""))


def _check(context: PageContext, entry: Entry, draft: RuleDraft, document: dict[str, JSON]) -> bool | None:
    """Asks the server; what it says stays until the definition changes. None: it could not be asked."""
    forget(entry)
    checked = ask(context, entry, lambda client: check(client, document))
    if isinstance(checked, str):
        st.error(checked)
        return None
    st.session_state[draft.key("checked")] = checked
    return checked.valid


def _text(value: JSON) -> str:
    return value if isinstance(value, str) else ""


def _words(value: JSON) -> list[str]:
    return [word for word in value if isinstance(word, str)] if isinstance(value, list) else []
