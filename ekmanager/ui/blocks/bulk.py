"""Work on several rules at once: how far it is, how to end it, and what became of each rule."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping, Sequence

import streamlit as st

from ekmanager.connections.book import Entry
from ekmanager.connections.errors import ConnectionsError
from ekmanager.connections.transfer import spreadsheet_cell
from ekmanager.ekuiper.models.rules import State
from ekmanager.rules.bulk import BulkJob, Kind
from ekmanager.ui.ask import ask_again
from ekmanager.ui.blocks.messages import warn
from ekmanager.ui.blocks.tables import table
from ekmanager.ui.context import READ_ONLY, PageContext
from ekmanager.ui.part import run_part_again
from ekmanager.ui.text import count, sentence

WORDS: Mapping[Kind, tuple[str, str]] = {
    "start": ("Starting", "started"),
    "stop": ("Stopping", "stopped"),
    "restart": ("Restarting", "restarted"),
    "delete": ("Deleting", "deleted"),
    "tags": ("Setting the tags of", "tagged"),
}


def begin(
    context: PageContext,
    entry: Entry,
    kind: Kind,
    rules: Sequence[str],
    *,
    tags: Sequence[str] = (),
    states: Mapping[str, State] | None = None,
) -> None:
    """Starts the work; the page shows it from its next run on. Where it cannot be started, that run says why."""
    if not context.may_change:
        warn(READ_ONLY)
        st.rerun()
    try:
        job = context.services.bulk.begin(entry, kind, rules, tags=tags, states=states or {})
    except ConnectionsError as error:
        warn(sentence(error))
        st.rerun()
    ask_again()
    kept = [each for each in jobs(context, entry) if not each.finished or each.failed]
    st.session_state[_key(entry)] = [*(each.id for each in kept), job.id]


def jobs(context: PageContext, entry: Entry) -> list[BulkJob]:
    """What this person began on a server, in that order, until it is put away."""
    ids = st.session_state.get(_key(entry), ())
    return [job for job_id in ids if (job := context.services.bulk.get(job_id)) is not None]


def pending(under_way: Iterable[BulkJob]) -> dict[str, str]:
    """By rule, the word for what is being done to its state."""
    words: dict[str, str] = {}
    for job in under_way:
        if job.finished or job.kind == "tags":
            continue
        doing = f"{WORDS[job.kind][0].lower()}…"
        words |= {result.rule: doing for result in job.results if result.outcome == "pending"}
    return words


def bulk_panels(entry: Entry, shown: Iterable[BulkJob]) -> None:
    """Draws each of them, inside a live part."""
    for place, job in enumerate(shown):
        _panel(entry, job, f"-{job.id}" if place else "")


def _panel(entry: Entry, job: BulkJob, suffix: str) -> None:
    doing, did = WORDS[job.kind]
    with st.container(border=True, key=f"bulk{suffix}"):
        if not job.finished:
            with st.container(horizontal=True, vertical_alignment="center"):
                st.progress(
                    job.settled / max(job.total, 1),
                    f"{doing} {count(job.total, 'rule')}: {job.settled:,} of {job.total:,}",
                )
                words = "Cancelled: waiting for what was sent" if job.cancelled else "Cancel"
                if st.button(words, key=f"bulk-cancel{suffix}", disabled=job.cancelled):
                    job.cancel()
            return
        tally = {
            name: sum(result.outcome == name for result in job.results)
            for name in ("done", "failed", "skipped", "cancelled")
        }
        parts = [f"{tally['done']:,} {did}"]
        parts += [f"{tally[name]:,} {name}" for name in ("failed", "skipped", "cancelled") if tally[name]]
        mark = (
            ":red[:material/error:]" if tally["failed"] else ":green[:material/check:]" if tally["done"] else ":gray[○]"
        )
        with st.container(horizontal=True, vertical_alignment="center"):
            st.markdown(f"{mark} {' · '.join(parts)}", width="content")
            st.download_button(
                "Download the results",
                data=lambda: results_csv(job),
                file_name=f"rules-{job.kind}.csv",
                mime="text/csv",
                type="tertiary",
                key=f"bulk-download{suffix}",
                on_click="ignore",
            )
            if st.button("Close", key=f"bulk-close{suffix}", type="tertiary", icon=":material/close:"):
                st.session_state[_key(entry)] = [each for each in st.session_state[_key(entry)] if each != job.id]
                run_part_again()
        told = [result for result in job.results if result.outcome != "done" or result.why]
        if told:
            table(
                ("Rule", "Outcome", "Why", "State now"),
                [(result.rule, result.outcome, result.why, result.state) for result in told],
                key=f"bulk-results{suffix}",
            )


def results_csv(job: BulkJob) -> str:
    """One line a rule. A cell that a spreadsheet would take for a formula is written as text."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(("rule", "outcome", "why", "state"))
    for result in job.results:
        writer.writerow([spreadsheet_cell(text) for text in (result.rule, result.outcome, result.why, result.state)])
    return out.getvalue()


def _key(entry: Entry) -> str:
    return f"bulk/{entry.key}"
