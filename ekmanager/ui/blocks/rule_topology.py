"""The operators of a rule as a graph, with the figures of the one that was clicked."""

from __future__ import annotations

from typing import Literal

import streamlit as st

from ekmanager.ekuiper.models.rules import Operator
from ekmanager.rules.board import RuleView
from ekmanager.ui import format as fmt
from ekmanager.ui.blocks.rule_metrics import connection_word
from ekmanager.ui.blocks.tables import table
from ekmanager.ui.part import run_part_again
from ekmanager.ui.text import code
from ekmanager.ui.widgets.topology import Edge, Node, topology
from ekmanager.ui.zone import viewer_zone

Kind = Literal["source", "op", "sink"]
NodeState = Literal["ok", "failing", "disconnected", "idle"]
_CHOSEN = "topology-node"


def rule_topology(view: RuleView) -> None:
    """Draws the graph that the server gives; without one it says why."""
    if view.topology is None or not view.topology.nodes:
        st.caption("The server has no topology of this rule: it exists once the rule has run (1.14: while it runs).")
        return
    operators = {operator.node: operator for operator in view.operators}
    nodes, edges = graph(view)
    selected = st.session_state.get(_CHOSEN)
    chosen = topology(nodes, edges, key="topology", selected=selected, height=380)
    if chosen is not None and chosen != selected:
        st.session_state[_CHOSEN] = chosen
        run_part_again()
    if selected in operators:
        _details(operators[selected], view)
    else:
        st.caption("Choose a node to see its figures.")


def graph(view: RuleView) -> tuple[list[Node], list[Edge]]:
    """Nodes and edges as the graph shows them."""
    assert view.topology is not None
    operators = {operator.node: operator for operator in view.operators}
    nodes = [_node(name, operators.get(name), view) for name in view.topology.nodes]
    edges = []
    for source, targets in view.topology.edges.items():
        sender = operators.get(source)
        rate = view.rates.get(sender.key) if sender else None
        edges += [Edge(source, target, rate.out_per_second if rate else None) for target in targets]
    return nodes, edges


def _node(name: str, operator: Operator | None, view: RuleView) -> Node:
    word, _, label = name.partition("_")
    kind: Kind = "source" if word == "source" else "sink" if word == "sink" else "op"
    if operator is None:
        return Node(name, label or name, kind, "idle", "")
    caption = f"{fmt.short(operator.records_in_total)} → {fmt.short(operator.records_out_total)}"
    return Node(name, label or name, kind, _state(operator, view), caption)


def _state(operator: Operator, view: RuleView) -> NodeState:
    if connection_word(operator) == "disconnected":
        return "disconnected"
    rate = view.rates.get(operator.key)
    if rate is not None and rate.exceptions_per_second > 0:
        return "failing"
    if rate is not None and rate.in_per_second + rate.out_per_second > 0:
        return "ok"
    return (
        "failing" if operator.exceptions_total and operator.last_invocation <= operator.last_exception_time else "idle"
    )


def _details(operator: Operator, view: RuleView) -> None:
    zone = viewer_zone(st.context.timezone)
    rate = view.rates.get(operator.key)
    st.markdown(f"**{code(operator.node)}**")
    rows = [
        ("Records", f"{fmt.count(operator.records_in_total)} in, {fmt.count(operator.records_out_total)} out"),
        (
            "Now",
            f"{fmt.rate(rate.in_per_second)} in, {fmt.rate(rate.out_per_second)} out, over {fmt.duration(rate.over)}"
            if rate
            else fmt.UNKNOWN,
        ),
        ("Latency of the last message", fmt.latency(operator.process_latency_us / 1000)),
        ("Messages that wait", fmt.count(operator.buffer_length)),
        ("Last message", fmt.moment(operator.last_invocation / 1000, zone) if operator.last_invocation else "none yet"),
        ("Exceptions", fmt.count(operator.exceptions_total)),
        ("Last exception", operator.last_exception or "none"),
        ("Connection", connection_word(operator)),
    ]
    if operator.connection_last_disconnected_message:
        rows.append(("Last disconnected", operator.connection_last_disconnected_message))
    table(("Figure", "Now"), rows, key="node")
