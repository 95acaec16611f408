from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
import streamlit as st

from ekmanager.ui.widgets import mount
from ekmanager.ui.widgets.topology import Edge, Node, topology

NODES = (Node("source_demo", "demo", "source", "ok", "12 k/s"), Node("sink_log", "log", "sink", "idle"))
EDGES = (Edge("source_demo", "sink_log", 12_000.0), Edge("source_demo", "sink_log"))


@pytest.fixture
def calls(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    """What the component was given, in a session without a browser."""
    drawn: list[dict[str, Any]] = []

    def renderer(name: str) -> Callable[..., dict[str, object]]:
        def draw(**arguments: Any) -> dict[str, object]:
            drawn.append({"name": name, **arguments})
            return {}

        return draw

    monkeypatch.setattr(st, "session_state", {})
    monkeypatch.setattr("ekmanager.ui.widgets.topology.renderer", renderer)
    return drawn


def click(calls: list[dict[str, Any]], node: object) -> None:
    st.session_state["t"] = {"node": node}
    calls[-1]["on_node_change"]()
    del st.session_state["t"]


def test_the_graph_travels_as_text(calls: list[dict[str, Any]]) -> None:
    assert topology(NODES, EDGES, key="t", selected="sink_log") is None
    data = calls[0]["data"]
    assert json.loads(data["graph"]) == [
        [["source_demo", "demo", "source", "ok", "12 k/s"], ["sink_log", "log", "sink", "idle", ""]],
        [["source_demo", "sink_log", 12_000.0], ["source_demo", "sink_log", None]],
    ]
    assert (data["selected"], data["height"]) == ("sink_log", 420)
    assert not [value for value in data.values() if isinstance(value, list | dict)]


def test_a_chosen_node_is_told_once(calls: list[dict[str, Any]]) -> None:
    topology(NODES, EDGES, key="t", selected=None)
    click(calls, "sink_log")
    assert topology(NODES, EDGES, key="t", selected=None) == "sink_log"
    assert topology(NODES, EDGES, key="t", selected=None) is None


@pytest.mark.parametrize("value", [7, "gone", ["sink_log"], {"id": "sink_log"}])
def test_what_is_no_node_of_the_graph_was_not_chosen(calls: list[dict[str, Any]], value: object) -> None:
    topology(NODES, EDGES, key="t", selected=None)
    click(calls, value)
    assert topology(NODES, EDGES, key="t", selected=None) is None


def test_an_empty_graph_can_be_drawn(calls: list[dict[str, Any]]) -> None:
    assert topology((), (), key="t", selected=None) is None
    assert json.loads(calls[0]["data"]["graph"]) == [[], []]


def test_the_bundle_is_there() -> None:
    assert "export{" in (mount.DIST / "topology.js").read_text("utf-8")
