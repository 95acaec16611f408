"""What the server would make of a rule now: its plan as a tree, and the fields of its output."""

from __future__ import annotations

import time
from collections.abc import Iterator

import streamlit as st

from ekmanager.connections.book import Entry
from ekmanager.ekuiper.models.rules import PlanNode
from ekmanager.rules.definition import is_old
from ekmanager.ui.ask import ask
from ekmanager.ui.blocks.tables import table
from ekmanager.ui.context import PageContext
from ekmanager.ui.server_knowledge import version_of
from ekmanager.ui.text import code, plain

FRESH = 15.0
"""Seconds for which an answer is shown again: an edit, or a start, makes another one."""


def rule_plan(context: PageContext, entry: Entry, rule: str) -> None:
    """Asked for when the tab is opened, after a while, and on request."""
    kept = f"plan/{entry.key}/{rule}"
    if time.time() - st.session_state.get(f"{kept}/at", 0.0) > FRESH:
        st.session_state.pop(kept, None)
    if st.button("Ask again", key="plan-again", type="tertiary", icon=":material/refresh:"):
        st.session_state.pop(kept, None)
    old = is_old(version_of(context, entry))
    if kept not in st.session_state:
        st.session_state[f"{kept}/at"] = time.time()
        st.session_state[kept] = (
            ask(context, entry, lambda client: client.rules.explain(rule)),
            {} if old else ask(context, entry, lambda client: client.rules.schema(rule)),
        )
    plan, schema = st.session_state[kept]
    st.subheader("Plan", anchor=False)
    if isinstance(plan, str) and "only support explain sql" in plan:
        st.caption("A graph of nodes has no plan: it runs as it is drawn. See its topology.")
    elif isinstance(plan, str):
        st.warning(plan)
    elif plan is None:
        st.caption("The server gives no plan for this rule.")
    else:
        st.markdown("\n".join(tree(plan)))
        with st.expander("As text"):
            st.code("\n".join(f"{'  ' * depth}{node.type} {node.info}" for depth, node in walk(plan)), language=None)
    st.subheader("Fields of its output", anchor=False)
    if old:
        st.caption("eKuiper 1.14 does not tell them; 2.x does.")
    elif isinstance(schema, str):
        st.warning(schema)
    elif not schema:
        st.caption(
            "Not known: a `SELECT *` or a graph says nothing about its fields, and a rule must run to have them."
        )
    else:
        rows = sorted(schema.items(), key=lambda item: item[1].index)
        table(("Field", "Place"), [(name, str(field.index)) for name, field in rows], key="schema")


def walk(node: PlanNode, depth: int = 0) -> Iterator[tuple[int, PlanNode]]:
    """Every step with its depth, the last one of the rule first."""
    yield depth, node
    for child in node.children:
        yield from walk(child, depth + 1)


def tree(plan: PlanNode) -> list[str]:
    """The plan as nested lines of Markdown: data flows from the innermost to the first."""
    return [
        f"{'    ' * depth}- **{plain(node.type)}** {code(node.info)}"
        if node.info
        else f"{'    ' * depth}- **{plain(node.type)}**"
        for depth, node in walk(plan)
    ]
