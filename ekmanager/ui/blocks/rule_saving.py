"""Saving a rule from the page: the differences, the revision that is kept, and what the server made of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import streamlit as st

from ekmanager.connections.book import Entry
from ekmanager.connections.errors import ConnectionsError
from ekmanager.ekuiper.client import EKuiperClient
from ekmanager.ekuiper.errors import EKuiperError, NotFound
from ekmanager.ekuiper.models.base import JSON
from ekmanager.ekuiper.models.rules import State
from ekmanager.rules import saving
from ekmanager.rules.definition import diff, pretty, same
from ekmanager.rules.revisions import RevisionsError
from ekmanager.ui.ask import ask_again
from ekmanager.ui.blocks.messages import notify, warn
from ekmanager.ui.blocks.rule_draft import RuleDraft, drop, follow, show_rule
from ekmanager.ui.context import PageContext
from ekmanager.ui.part import run_part_again
from ekmanager.ui.text import plain, prose, sentence

FOUND = "found on the server before an edit"
"""What a revision is that was not saved from here: nobody knows by whom, nor when."""
DIFF_LINES = 400
LINE = 400
"""Characters of a line of a difference that are shown."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """Why a rule was not saved, as Markdown."""

    text: str

    def show(self, draft: RuleDraft) -> None:
        """Says it, and that nothing typed is lost."""
        st.error(f"{self.text}", icon=":material/error:")
        if draft.unsaved:
            st.caption("What you wrote is still here.")


def create_rule(
    context: PageContext, entry: Entry, document: dict[str, JSON], *, start: bool, draft_of: str = ""
) -> Outcome | None:
    """Creates it, keeps the first revision, and leads to its workspace. Gives an outcome when that failed.

    `draft_of`: the rule whose draft it was; that draft is put away.
    """
    rule = str(document.get("id") or "")
    try:
        with context.services.client(entry.connection) as client:
            saved = saving.create(client, document, start=start)
    except (EKuiperError, ConnectionsError, saving.SavingError) as error:
        return Outcome(sentence(error))
    keep_revision(context, entry, rule, "created", saved.text or pretty(document), who=context.who)
    for name in {draft_of, rule}:
        drop(entry, name)
    _tell(context, entry, rule, saved, "Created")
    show_rule(rule)
    return None


def save_rule(
    context: PageContext, entry: Entry, rule: str, draft: RuleDraft, document: dict[str, JSON], *, version: str
) -> None:
    """The button under the differences, and what follows from it."""
    conflict = draft.key("conflict")
    theirs: str | None = st.session_state.get(conflict)
    if theirs is not None:
        st.warning(
            "Somebody else changed this rule after you opened it. Below is what is stored now, against yours.",
            icon=":material/warning:",
        )
        diff_view(theirs, draft.text)
        if st.button("Discard mine, take the stored one", key=draft.key("take-stored")):
            st.session_state.pop(conflict, None)
            draft.take(theirs)
            run_part_again()
    gone: Outcome | None = st.session_state.get(draft.key("gone"))
    if gone is not None:
        gone.show(draft)
    again = False
    with st.container(horizontal=True):
        pressed = st.button("Save" if theirs is None else "Save over theirs", type="primary", key=draft.key("save"))
        if gone is not None:
            again = st.button("Create it again", key=draft.key("again"))
        if st.button("Back to editing", key=draft.key("back"), type="tertiary"):
            draft.reviewing = False
            for name in (conflict, draft.key("gone")):
                st.session_state.pop(name, None)
            run_part_again()
    if again:
        started = document.get("triggered") is not False
        failed = create_rule(context, entry, document, start=started, draft_of=rule)
        if failed is None:
            st.rerun()
        failed.show(draft)
    if not pressed:
        return
    try:
        with context.services.client(entry.connection) as client:
            if theirs is not None:
                _still(client, rule, theirs)
            saved = saving.update(
                client, rule, opened=draft.opened, document=document, version=version, force=theirs is not None
            )
    except saving.ChangedMeanwhile as error:
        if follow(draft, error.text):
            warn("The tags of this rule were changed meanwhile, and are kept: look again, and save.")
            st.rerun()
        st.session_state[conflict] = error.text
        run_part_again()
    except saving.GoneMeanwhile as error:
        st.session_state[draft.key("gone")] = Outcome(sentence(error))
        run_part_again()
    except (EKuiperError, ConnectionsError, saving.SavingError) as error:
        Outcome(sentence(error)).show(draft)
        return
    keep_revision(context, entry, rule, FOUND, draft.opened if theirs is None else theirs, who="")
    keep_revision(context, entry, rule, "edited", saved.text, who=context.who)
    drop(entry, rule)
    _tell(context, entry, rule, saved, "Saved")
    st.rerun()


def _still(client: EKuiperClient, rule: str, theirs: str) -> None:
    """Makes sure that what is about to be replaced is what was shown. Raises SavingError, EKuiperError."""
    try:
        stored = client.rules.get(rule).text
    except NotFound as error:
        raise saving.GoneMeanwhile(rule) from error
    if not same(stored, theirs):
        raise saving.ChangedMeanwhile(rule, stored)


def keep_revision(context: PageContext, entry: Entry, rule: str, what: str, text: str, *, who: str) -> None:
    """Keeps a definition; a store that cannot be written is said, and stops nothing."""
    try:
        context.services.revisions(entry).add(entry.key, rule, who=who, what=what, text=text)
    except RevisionsError as error:
        warn(f"The revision was not kept. {sentence(error)}")


def _tell(context: PageContext, entry: Entry, rule: str, saved: saving.Saved, verb: str) -> None:
    context.services.changed(entry)
    ask_again()
    if saved.state is State.FAILED:
        warn(f"{verb} {plain(rule)}, but it does not run: {prose(saved.reason) or 'the server does not say why'}")
    else:
        notify(f"{verb} {plain(rule)}: {saved.state.value}.")


def parts(lines: Sequence[str]) -> list[str]:
    """The lines; of one that is too long to be read, the part in which it differs from the one beside it."""
    shown = []
    for place, line in enumerate(lines):
        if len(line) <= LINE:
            shown.append(line)
            continue
        beside = [lines[at] for at in (place - 1, place + 1) if 0 <= at < len(lines)]
        same = max((_alike(line, other) for other in beside), default=0)
        begin = max(0, min(same - LINE // 4, len(line) - LINE))
        end = begin + LINE
        shown.append(
            (f"… {begin:,} characters … " if begin else "")
            + line[begin:end]
            + (f" … {len(line) - end:,} characters more" if end < len(line) else "")
        )
    return shown


def _alike(one: str, other: str) -> int:
    """How many characters two lines begin with alike."""
    shortest = min(len(one), len(other))
    return next((place for place in range(shortest) if one[place] != other[place]), shortest)


def diff_view(old: str, new: str) -> None:
    """What is added and removed, line by line, the unchanged rest left out where it is long."""
    found = diff(old, new)
    lines = [
        f"{'+' if line.kind == 'added' else '-' if line.kind == 'removed' else ' '} {part}"
        for line, part in zip(found, parts([line.text for line in found]), strict=True)
    ]
    changed = [place for place, line in enumerate(lines) if not line.startswith(" ")]
    if not changed:
        st.caption("Nothing differs.")
        return
    near = {place for at in changed for place in range(at - 3, at + 4)}
    shown: list[str] = []
    for place, line in enumerate(lines):
        if place in near:
            shown.append(line)
        elif shown and shown[-1] != "  …":
            shown.append("  …")
    more = len(shown) - DIFF_LINES
    st.code("\n".join(shown[:DIFF_LINES]), language="diff", wrap_lines=True)
    if more > 0:
        st.caption(f"and {more:,} more lines")
