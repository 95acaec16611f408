"""Work on several rules at once: how far it is, how to end it, and what became of each rule."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence

import streamlit as st

from ekmanager.connections.book import Entry
from ekmanager.ekuiper.models.rules import State
from ekmanager.rules.bulk import BulkJob, Kind
from ekmanager.ui.blocks.tables import table
from ekmanager.ui.context import PageContext
from ekmanager.ui.part import run_part_again
from ekmanager.ui.text import count

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
) -> BulkJob:
    """Starts the work; the page shows it from its next run on."""
    job = context.services.bulk.begin(entry, kind, rules, tags=tags, states=states or {})
    st.session_state[_key(entry)] = job.id
    return job


def current(context: PageContext, entry: Entry) -> BulkJob | None:
    """The work that this person began last on a server, until it is put away."""
    return context.services.bulk.get(st.session_state.get(_key(entry), ""))


def pending(job: BulkJob | None) -> dict[str, str]:
    """By rule, the word for what is being done to it."""
    if job is None or job.finished:
        return {}
    word = WORDS[job.kind][0].lower().removesuffix(" the tags of")
    return {result.rule: f"{word}…" for result in job.results if result.outcome == "pending"}


def bulk_panel(entry: Entry, job: BulkJob) -> None:
    """Draws it inside a live part."""
    doing, did = WORDS[job.kind]
    with st.container(border=True, key="bulk"):
        if not job.finished:
            with st.container(horizontal=True, vertical_alignment="center"):
                st.progress(
                    job.settled / max(job.total, 1),
                    f"{doing} {count(job.total, 'rule')}: {job.settled:,} of {job.total:,}",
                )
                if st.button("Cancel", key="bulk-cancel"):
                    job.cancel()
            return
        tally = {
            name: sum(result.outcome == name for result in job.results)
            for name in ("done", "failed", "skipped", "cancelled")
        }
        parts = [f"{tally['done']:,} {did}"]
        parts += [f"{tally[name]:,} {name}" for name in ("failed", "skipped", "cancelled") if tally[name]]
        mark = ":red[:material/error:]" if tally["failed"] else ":green[:material/check:]"
        with st.container(horizontal=True, vertical_alignment="center"):
            st.markdown(f"{mark} {' · '.join(parts)}", width="content")
            st.download_button(
                "Download the results",
                data=lambda: results_csv(job),
                file_name=f"rules-{job.kind}.csv",
                mime="text/csv",
                type="tertiary",
                key="bulk-download",
                on_click="ignore",
            )
            if st.button("Close", key="bulk-close", type="tertiary", icon=":material/close:"):
                del st.session_state[_key(entry)]
                run_part_again()
        told = [result for result in job.results if result.outcome != "done" or result.why]
        if told:
            table(
                ("Rule", "Outcome", "Why", "State now"),
                [(result.rule, result.outcome, result.why, result.state) for result in told],
                key="bulk-results",
            )


def results_csv(job: BulkJob) -> str:
    """One line a rule. A cell that a spreadsheet would take for a formula is written as text."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(("rule", "outcome", "why", "state"))
    for result in job.results:
        writer.writerow([_cell(text) for text in (result.rule, result.outcome, result.why, result.state)])
    return out.getvalue()


def _cell(text: str) -> str:
    return f"'{text}" if text.startswith(("=", "+", "-", "@", "\t", "\r")) else text


def _key(entry: Entry) -> str:
    return f"bulk/{entry.key}"
