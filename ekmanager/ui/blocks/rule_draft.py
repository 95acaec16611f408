"""A rule that is being written: kept in the session until it is saved or put away, wherever the person goes."""

from __future__ import annotations

import secrets
from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Literal

import streamlit as st

from ekmanager.connections.book import Entry
from ekmanager.rules.definition import DefinitionInvalid, edited, pretty, read_definition, same, without_state
from ekmanager.rules.templates import Template
from ekmanager.ui.ask import ask
from ekmanager.ui.blocks.messages import warn
from ekmanager.ui.context import PageContext
from ekmanager.ui.properties import exactly
from ekmanager.ui.rules_state import NEW, RULE, TAB, RulesPage, Tab

BLANK = '{"id": "", "sql": "", "actions": []}'
Mode = Literal["form", "json"]


@dataclass
class RuleDraft:
    """What a person makes of one definition."""

    opened: str
    """The server's text when it was opened; empty for a new rule."""
    text: str
    """The definition as it is to be saved: always a JSON object."""
    mode: Mode = "form"
    raw: str | None = None
    """What stands in the JSON editor, as it was typed; None outside of it."""
    token: str = field(default_factory=lambda: secrets.token_hex(4))
    """Keeps the fields of one draft apart from those of the next."""
    reviewing: bool = False
    """Whether the differences are shown before saving."""
    elsewhere: str | None = None
    """What is stored now, when somebody changed the rule while this draft was being written."""
    before: list[tuple[str, str | None]] = field(default_factory=list)
    """What templates, revisions and Discard took the place of, the newest last: `text` and `raw`."""

    @property
    def is_new(self) -> bool:
        return not self.opened

    @property
    def unsaved(self) -> bool:
        """Whether anything would be lost."""
        return self.broken is not None or not same(self.opened or BLANK, self.text)

    @property
    def broken(self) -> DefinitionInvalid | None:
        """Why what stands in the JSON editor is no definition."""
        if self.raw is None:
            return None
        try:
            read_definition(self.raw)
        except DefinitionInvalid as error:
            return error
        return None

    def key(self, name: str) -> str:
        """The widget key of one of its fields."""
        return f"rule-{self.token}-{name}"

    def changed(self) -> None:
        """What was said of the definition before is about another one now."""
        self.reviewing = False
        st.session_state.pop(self.key("checked"), None)

    def replace(self, text: str) -> None:
        """Another definition in the same draft: its fields are drawn anew. What was there can be brought back."""
        if self.unsaved:
            self.before.append((self.text, self.raw))
        self.text, self.raw, self.token, self.reviewing = text, None, secrets.token_hex(4), False

    def bring_back(self) -> None:
        """Takes the last replacement back; what it had put there can be brought back in turn."""
        text, raw = self.before.pop()
        if self.unsaved:
            self.before.insert(0, (self.text, self.raw))
        self.text, self.raw, self.token, self.reviewing = text, raw, secrets.token_hex(4), False
        if raw is not None:
            self.mode = "json"

    def mend(self) -> None:
        """Drops what is no JSON: the last definition that was one stands again."""
        self.raw, self.token = None, secrets.token_hex(4)

    def take(self, stored: str) -> None:
        """Becomes what is stored."""
        self.opened = self.text = stored
        self.raw, self.token, self.reviewing = None, secrets.token_hex(4), False
        self.elsewhere = None
        self.before = []


def draft_of(context: PageContext, entry: Entry, rule: str) -> RuleDraft | str:
    """The draft of a rule, made from what the server stores when there is none; a sentence when it cannot be read."""
    kept = _kept(entry, rule)
    draft = st.session_state.get(kept)
    if isinstance(draft, RuleDraft):
        return draft
    if not rule:
        st.session_state[kept] = draft = RuleDraft("", BLANK)
        return draft
    found = ask(context, entry, lambda client: client.rules.get(rule))
    if isinstance(found, str):
        return found
    text = found.text
    draft = RuleDraft(text, text)
    try:
        read_definition(text)
    except DefinitionInvalid:
        draft.mode, draft.raw = "json", text
    st.session_state[kept] = draft
    return draft


def renew(context: PageContext, entry: Entry, rule: str) -> None:
    """To be called when the editor opens: a draft without changes follows what is stored, another one is told of it."""
    draft = st.session_state.get(_kept(entry, rule))
    if not isinstance(draft, RuleDraft) or draft.is_new:
        return
    found = ask(context, entry, lambda client: client.rules.get(rule))
    if not isinstance(found, str) and found.text != draft.opened:
        follow(draft, found.text)


def follow(draft: RuleDraft, stored: str) -> bool:
    """Takes over what was changed on the server, where that leaves what is written here as it is; else notes it.

    A start or a stop rewrites the stored text, and tags are set beside it: neither is another definition.
    """
    try:
        now, then, mine = (read_definition(text) for text in (stored, draft.opened, draft.text))
        alike = without_state(edited(stored, tags=None)) == without_state(edited(draft.opened, tags=None))
    except DefinitionInvalid:
        draft.elsewhere = stored
        return False
    same_tags = exactly(now.get("tags")) == exactly(then.get("tags"))
    if not draft.unsaved and not (alike and same_tags):
        draft.take(stored)
        return True
    if not alike:
        draft.elsewhere = stored
        return False
    # The fields stay where they need not change: what was typed a moment ago may not have been read yet.
    beside = [name for name in ("triggered", "tags") if exactly(mine.get(name)) == exactly(then.get(name))]
    draft.text = edited(draft.text, **{name: now.get(name) for name in beside}) if draft.unsaved else stored
    draft.opened, draft.elsewhere = stored, None
    if not same_tags:
        draft.token = secrets.token_hex(4)
    return True


def drop(entry: Entry, rule: str) -> None:
    """Forgets the draft of a rule; the next look reads it from the server again."""
    st.session_state.pop(_kept(entry, rule), None)


def unsaved(entry: Entry, rule: str) -> bool:
    """Whether the draft of a rule holds something that is not saved."""
    draft = st.session_state.get(_kept(entry, rule))
    return isinstance(draft, RuleDraft) and draft.unsaved


def begin_copy(context: PageContext, entry: Entry, rule: str) -> None:
    """A new rule that begins as a copy of another one; the page on which it is written opens."""
    if unsaved(entry, ""):
        warn("A new rule is being written already: save or discard it before you begin another one.")
        write_new()
        return
    found = ask(context, entry, lambda client: client.rules.get(rule))
    if isinstance(found, str):
        warn(found)
        return
    try:
        copied = edited(found.text, id=f"{rule}_copy")
    except DefinitionInvalid as error:
        warn(error.message)
        return
    st.session_state[_kept(entry, "")] = RuleDraft("", copied)
    write_new()


def begin_template(draft: RuleDraft, template: Template) -> None:
    """Puts a template into a draft; an id that was typed stays."""
    known = read_definition(draft.text).get("id")
    draft.replace(pretty(template.document(known if isinstance(known, str) else "")))


def write_new() -> None:
    """Leads to the page on which a new rule is written."""
    _show(RulesPage(writes=True))


def anything_unsaved() -> bool:
    """Whether this tab holds any draft that is not saved."""
    return any(isinstance(draft, RuleDraft) and draft.unsaved for draft in st.session_state.values())


def unsaved_rules(entry: Entry) -> list[str]:
    """The rules of a server whose drafts are not saved; an empty id is the new one."""
    prefix = _kept(entry, "")
    return [
        name.removeprefix(prefix)
        for name, draft in st.session_state.items()
        if isinstance(name, str) and name.startswith(prefix) and isinstance(draft, RuleDraft) and draft.unsaved
    ]


def unsaved_sql(entry: Entry, rule: str) -> str:
    """The SQL in the draft of a rule, when it is not the stored one; else empty."""
    draft = st.session_state.get(_kept(entry, rule))
    if not isinstance(draft, RuleDraft) or draft.is_new:
        return ""
    try:
        old, new = read_definition(draft.opened).get("sql"), read_definition(draft.text).get("sql")
    except DefinitionInvalid:
        return ""
    return new if isinstance(new, str) and new != old else ""


def drop_all(entry: Entry, rules: Collection[str]) -> None:
    """Forgets the drafts of rules that are deleted, unless something in them is not saved."""
    for rule in rules:
        if not unsaved(entry, rule):
            drop(entry, rule)


def show_rule(rule: str, tab: Tab = Tab.METRICS) -> None:
    """Leads to the workspace of a rule."""
    _show(RulesPage(rule=rule, tab=tab))


def show_list() -> None:
    """Leads back to the list."""
    _show(RulesPage())


def _show(page: RulesPage) -> None:
    for name in (NEW, TAB, RULE):
        st.query_params.pop(name, None)
    st.query_params.update(page.to_query())


def _kept(entry: Entry, rule: str) -> str:
    return f"rule-draft/{entry.key}/{rule}"
