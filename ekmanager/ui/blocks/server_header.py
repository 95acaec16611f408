"""The top of a server's page: how it is, since when, why, what to try, and its figures with their age."""

from __future__ import annotations

import streamlit as st
from streamlit.elements.lib.grid_container import GridContainer

from ekmanager.connections.book import Entry
from ekmanager.health.model import Snapshot, Status
from ekmanager.ui import format as fmt
from ekmanager.ui.blocks.messages import notify
from ekmanager.ui.context import PageContext
from ekmanager.ui.status import MEANINGS, status_line
from ekmanager.ui.text import code, plain, prose

WELL = frozenset({Status.ONLINE, Status.UNKNOWN})


def header(entry: Entry, snapshot: Snapshot, now: float) -> None:
    """Status with mark, word and age; for one that is not well the reason and what to try."""
    checked = f"checked {fmt.age(snapshot.checked_at, now)}" if snapshot.checked_at else "not checked yet"
    st.markdown(f"{status_line(snapshot, now)} · {checked} · {code(entry.connection.url)}")
    not_well(snapshot)
    if snapshot.info_at is not None and snapshot.status not in WELL:
        st.caption(f"The figures below are the last that it gave, {fmt.age(snapshot.info_at, now)}.")


def not_well(snapshot: Snapshot) -> None:
    """Why a server is not well and what to try, at the top of every page that is about it."""
    if snapshot.status in WELL:
        return
    reason = prose(snapshot.reason) or MEANINGS[snapshot.status]
    text = f"**{reason}**" + (f"  \n{prose(snapshot.hint)}" if snapshot.hint else "")
    if snapshot.status is Status.UNAUTHORIZED:
        st.warning(text, icon=":material/key_off:")
    else:
        st.error(text, icon=":material/cloud_off:")


def check_now(context: PageContext, entry: Entry) -> None:
    """Asks for a check of this server before the next round."""
    context.services.monitor.check_soon(entry.key)
    notify(f"Checking {plain(entry.connection.name)}.", icon=":material/refresh:")


def facts(snapshot: Snapshot) -> None:
    """Version, system, uptime, CPU, memory, latency, rules, records: unknown ones say so."""
    info, rules, rates = snapshot.info, snapshot.rules, snapshot.throughput
    with st.grid(4, min_column_width=165, border=True, key="facts") as grid:
        _fact(
            grid,
            "Version",
            plain(info.version) if info else fmt.UNKNOWN,
            plain(f"{info.os} {info.arch}") if info else "",
        )
        _fact(grid, "Up for", fmt.duration(info.uptime) if info else fmt.UNKNOWN, "since the server started")
        _fact(grid, "CPU", fmt.percent(info.cpu) if info else fmt.UNKNOWN, "of its machine")
        _fact(grid, "Memory", fmt.nbytes(info.memory_used) if info else fmt.UNKNOWN, _of_total(snapshot))
        _fact(grid, "Latency", fmt.latency(snapshot.latency_ms), "of the last check")
        _fact(grid, "Rules running", fmt.count(rules.running) if rules else fmt.UNKNOWN, _rules(snapshot))
        _fact(grid, "Records in", fmt.rate(rates.in_per_second) if rates else fmt.UNKNOWN, _sampled(snapshot))
        _fact(grid, "Records out", fmt.rate(rates.out_per_second) if rates else fmt.UNKNOWN, _sampled(snapshot))


def _fact(grid: GridContainer, label: str, value: str, below: str) -> None:
    with grid.cell().container(gap="xxsmall"):
        st.metric(label, value)
        st.markdown(f":small[:gray[{below or fmt.UNKNOWN}]]")


def _of_total(snapshot: Snapshot) -> str:
    total = snapshot.info.memory_total if snapshot.info else None
    return f"of {fmt.nbytes(total)}" if total else "total unknown"


def _rules(snapshot: Snapshot) -> str:
    rules = snapshot.rules
    if rules is None:
        return "not known"
    colour = "red" if rules.failing else "gray"
    return f"{rules.stopped:,} stopped · :{colour}[{rules.failing:,} failing]"


def _sampled(snapshot: Snapshot) -> str:
    rates = snapshot.throughput
    if rates is None:
        return "not known"
    if rates.over is None:
        return "after two samples"
    of = f"{rates.rules_sampled:,} of {rates.rules_running:,} rules"
    return f"{of}, over {fmt.duration(rates.over)}"
