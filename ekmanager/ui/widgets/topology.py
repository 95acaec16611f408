"""The graph of a rule: its operators left to right, how each is, and what passes between them."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Literal, NamedTuple

from ekmanager.ui.widgets.mount import catch, caught, renderer


class Node(NamedTuple):
    """An operator. All texts are plain."""

    id: str
    label: str
    kind: Literal["source", "op", "sink"]
    state: Literal["ok", "failing", "disconnected", "idle"]
    caption: str = ""
    """A figure or two below the name."""


class Edge(NamedTuple):
    """Data passes from one node to another. An edge whose nodes do not exist is not drawn."""

    source: str
    target: str
    rate: float | None = None
    """Records a second; None where it is not known."""


def topology(
    nodes: Sequence[Node],
    edges: Sequence[Edge],
    *,
    key: str,
    selected: str | None,
    height: int = 420,
    label: str = "Operators of the rule",
) -> str | None:
    """Draw the graph; gives the id of the node that a person chose, in one run only, else None.

    `selected` is outlined. Positions, zoom and place survive as long as nodes (ids, labels, kinds) and edges stay what
    they are; states, captions and rates change in place. `height` is in pixels; `label` is for screen readers.
    """
    renderer("topology")(
        key=key,
        data={
            "graph": json.dumps([[tuple(node) for node in nodes], [tuple(edge) for edge in edges]]),
            "selected": selected,
            "height": height,
            "label": label,
        },
        on_node_change=catch(key, "node"),
    )
    node = caught(key, "node")
    return node if isinstance(node, str) and any(node == known.id for known in nodes) else None
