"""The figures of the fleet, at the top of the overview."""

from __future__ import annotations

import streamlit as st
from streamlit.delta_generator import DeltaGenerator
from streamlit.elements.lib.grid_container import GridContainer

from ekmanager.health.model import Status
from ekmanager.ui import format as fmt
from ekmanager.ui.figures import FleetFigures
from ekmanager.ui.status import counted
from ekmanager.ui.text import count
from ekmanager.ui.widgets.status import CHECKING_LOOK, LOOKS

WIDE = "\u2002"
"""EN SPACE: a line may break there, and nothing is left over at its end."""


def figures(numbers: FleetFigures) -> None:
    """Four figures, each with what it counts. They keep their places and their height whatever they say."""
    with st.grid(4, min_column_width=190, border=True, key="figures") as grid:
        with _figure(grid):
            st.metric("Servers", fmt.count(numbers.servers))
            st.markdown(f":small[{_by_status(numbers)}]")
        with _figure(grid):
            known = numbers.rules_servers > 0
            st.metric("Rules running", fmt.count(numbers.rules_running) if known else fmt.UNKNOWN)
            st.markdown(f":small[{_rules(numbers)}]")
        with _figure(grid):
            st.metric("Records in", fmt.rate(numbers.records_in))
            st.caption(_scope("from", numbers.records_servers, numbers.online))
        with _figure(grid):
            st.metric("Median latency", fmt.latency(numbers.latency_ms))
            st.caption("last checks of the servers online" if numbers.online else "no server is online")


def _figure(grid: GridContainer) -> DeltaGenerator:
    return grid.cell().container(gap="xxsmall")


def _by_status(numbers: FleetFigures) -> str:
    parts = [
        counted(shown, numbers.by_status[status])
        for status, shown in LOOKS.items()
        if numbers.by_status[status] or status is Status.ONLINE
    ]
    if numbers.checking:
        parts.append(counted(CHECKING_LOOK, numbers.checking))
    return WIDE.join(parts)


def _rules(numbers: FleetFigures) -> str:
    if not numbers.rules_servers:
        return ":gray[no server says]"
    colour = "red" if numbers.rules_failing else "gray"
    scope = "" if numbers.rules_servers == numbers.servers else f" · on {count(numbers.rules_servers, 'server')}"
    return f":gray[{numbers.rules_stopped:,} stopped ·] :{colour}[{numbers.rules_failing:,} failing]:gray[{scope}]"


def _scope(word: str, counted: int, online: int) -> str:
    if not counted:
        return "after two samples" if online else "no server is online"
    return f"{word} {count(counted, 'server')}" if counted == online else f"{word} {counted:,} of {online:,} online"
