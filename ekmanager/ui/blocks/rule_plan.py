"""What the server would make of a rule now: its plan as a tree, and the fields of its output."""

from __future__ import annotations

from collections.abc import Iterator

import streamlit as st

from ekmanager.connections.book import Entry
from ekmanager.ekuiper.models.rules import PlanNode
from ekmanager.rules.definition import is_old
from ekmanager.ui.ask import ask_again, ask_once
from ekmanager.ui.blocks.tables import table
from ekmanager.ui.context import PageContext
from ekmanager.ui.server_knowledge import version_of
from ekmanager.ui.text import code, plain


def rule_plan(context: PageContext, entry: Entry, rule: str) -> None:
    """Asked for when the tab is opened, after a while, and on request."""
    if st.button("Ask again", key="plan-again", type="tertiary", icon=":material/refresh:"):
        ask_again("plan", "schema")
    old = is_old(version_of(context, entry))
    plan = ask_once(context, entry, "plan", rule, lambda client: client.rules.explain(rule))
    schema = {} if old else ask_once(context, entry, "schema", rule, lambda client: client.rules.schema(rule))
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
