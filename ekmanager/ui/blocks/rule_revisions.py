"""Every version of a rule that was saved from here: compare any two, restore any."""

from __future__ import annotations

import streamlit as st

from ekmanager.connections.book import Entry
from ekmanager.connections.model import Where
from ekmanager.rules.definition import DefinitionInvalid, pretty, read_definition, same
from ekmanager.rules.revisions import Revision, RevisionsError
from ekmanager.ui import format as fmt
from ekmanager.ui.blocks.rule_draft import RuleDraft, draft_of
from ekmanager.ui.blocks.rule_saving import diff_view
from ekmanager.ui.context import PageContext
from ekmanager.ui.rules_state import TAB, Tab
from ekmanager.ui.text import sentence
from ekmanager.ui.zone import viewer_zone


def rule_revisions(context: PageContext, entry: Entry, rule: str) -> None:
    """The list, the comparison of two, and the way back to any."""
    kept = (
        "They are kept for as long as this app runs: the connection is private to this browser."
        if entry.where is Where.BROWSER
        else "They are kept with the shared connections."
    )
    st.caption(f"A revision is kept whenever a rule is saved from here; changes made elsewhere are not seen. {kept}")
    try:
        found = context.services.revisions(entry).list(entry.key, rule)
    except RevisionsError as error:
        st.error(sentence(error))
        return
    if not found:
        st.info("No revision yet: the first one is kept with the next save.")
        return
    names = {revision.id: f"{len(found) - place}: {_name(revision, context)}" for place, revision in enumerate(found)}
    left, right = st.columns(2)
    newer = left.selectbox("Revision", list(names), format_func=names.__getitem__, key="revision")
    others = [one for one in names if one != newer]
    older = (
        right.selectbox(
            "Compared with", others, format_func=names.__getitem__, key="revision-other", disabled=not others
        )
        if others
        else None
    )
    chosen = next(revision for revision in found if revision.id == newer)
    if older is not None:
        before = next(revision for revision in found if revision.id == older)
        diff_view(before.text, chosen.text)
    else:
        # Without a height, one line of a megabyte would push what follows out of reach.
        st.code(_pretty(chosen.text), language="json", wrap_lines=True, height=420)
    draft = draft_of(context, entry, rule)
    written = isinstance(draft, RuleDraft) and draft.unsaved
    stored = isinstance(draft, RuleDraft) and same(draft.opened, chosen.text)
    sure = not written or st.checkbox(
        "Replace what I am writing in the definition, which is not saved", key=f"restore-sure-{chosen.id}"
    )
    if st.button(
        "Restore this revision",
        key="restore",
        icon=":material/history:",
        disabled=stored or not sure,
        help="This is what is stored now."
        if stored
        else "Puts it into the definition, where you see the differences before anything is saved.",
    ):
        _restore(draft, chosen)


def _restore(draft: RuleDraft | str, chosen: Revision) -> None:
    if not isinstance(draft, RuleDraft):
        st.error(draft)
        return
    draft.replace(chosen.text)
    draft.reviewing = True
    st.query_params[TAB] = Tab.DEFINITION.value
    st.rerun()


def _pretty(text: str) -> str:
    try:
        return pretty(read_definition(text))
    except DefinitionInvalid:
        return text


def _name(revision: Revision, context: PageContext) -> str:
    # Without its age, and numbered: Streamlit knows a choice by its words, which must not change nor occur twice.
    who = f" by {'you' if revision.who == context.who else revision.who}" if revision.who else ""
    return f"{fmt.moment(revision.at, viewer_zone(st.context.timezone))} · {revision.what}{who}"
