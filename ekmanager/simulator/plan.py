"""The operators of a rule: what topology draws, in the order in which metrics list them.

The numbers follow what was recorded: every source takes one, so do lookups (without showing it) and all operators.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from ekmanager.simulator.ddl import Definition
from ekmanager.simulator.expressions import Binary, Expression, Field, walk
from ekmanager.simulator.select import ANALYTIC, SET_RETURNING, Select

_DECODED = {True: frozenset(["mqtt", "file", "httppush", "websocket", "neuron"]), False: frozenset(["mqtt"])}
"""Source types whose bytes an operator decodes, in 2.4.0 and in 1.14.7."""

_UNENCODED = frozenset(["memory", "redis", "redisPub", "influx", "influx2", "sql", "kafka"])
"""Sinks that take records, not bytes."""

INCREMENTAL = frozenset(["count", "sum", "avg", "min", "max", "collect", "merge_agg", "last_value"])


@dataclass(slots=True)
class Node:
    """One operator. `stage` says what it does; `props` is what it needs for that (a sink's properties)."""

    kind: str
    """source, op or sink."""
    name: str
    stage: str
    next: list[str] = field(default_factory=list)
    props: Mapping[str, Any] = field(default_factory=dict)

    @property
    def key(self) -> str:
        """The name in a topology: `op_2_filter`."""
        return f"{self.kind}_{self.name}"


@dataclass(slots=True)
class Plan:
    """All operators: sources, then what works, then sinks; every one behind those that feed it, within its kind."""

    nodes: list[Node]
    select: Select | None = None

    def topology(self) -> dict[str, Any]:
        """The answer of `…/topo`."""
        edges = {node.key: node.next for node in sorted(self.nodes, key=lambda item: item.key) if node.next}
        return {"sources": [node.key for node in self.nodes if node.kind == "source"], "edges": edges}

    def of_kind(self, kind: str) -> list[Node]:
        return [node for node in self.nodes if node.kind == kind]


class _Builder:
    def __init__(self, newer: bool) -> None:
        self.newer = newer
        self.nodes: list[Node] = []
        self.count = 0

    def add(
        self, kind: str, name: str, stage: str, after: Sequence[Node], props: Mapping[str, Any] | None = None
    ) -> Node:
        node = Node(kind, name, stage, props=props or {})
        for before in after:
            before.next.append(node.key)
        self.nodes.append(node)
        return node

    def number(self) -> int:
        self.count += 1
        return self.count

    def op(self, stage: str, after: Sequence[Node], props: Mapping[str, Any] | None = None, owner: str = "") -> Node:
        return self.add("op", f"{owner}{self.number()}_{stage}", stage, after, props)

    def plan(self, select: Select | None) -> Plan:
        return Plan([node for kind in ("source", "op", "sink") for node in self.nodes if node.kind == kind], select)


def plan_select(
    select: Select,
    definitions: Mapping[str, Definition],
    configs: Mapping[str, Mapping[str, Any]],
    actions: Sequence[tuple[str, Mapping[str, Any]]],
    options: Mapping[str, Any],
    *,
    newer: bool,
) -> Plan:
    """The operators of an SQL rule; `configs` has the resolved configuration of each stream."""
    build = _Builder(newer)
    event_time = bool(options.get("isEventTime"))
    filters = place_filters(select, definitions)
    current: list[Node] = []
    lookups: list[str] = []
    for name in select.streams:
        if definitions[name].kind == "lookup" and name != select.source:
            build.number()
            lookups.append(name)
            continue
        node = _source(build, definitions[name], configs.get(name, {}), event_time)
        if name in filters.at_source:
            node = build.op("filter", [node], {"condition": filters.at_source[name]})
        current.append(node)
    if event_time:
        current = [build.op("watermark", current)]
    if any(name in ANALYTIC for name in select.functions()):
        current = [build.op("analytic", current)]
    for name in lookups:
        current = [build.add("op", name, "lookup", current)]
    for condition in filters.before_window:
        current = [build.op("filter", current, {"condition": condition})]
    current = _collect(build, select, definitions, options, filters, current)
    current = _shape(build, select, current)
    for index, (kind, props) in enumerate(actions):
        _sink(build, kind, index, props, current)
    return build.plan(select)


@dataclass(slots=True)
class Filters:
    """Where the parts of WHERE, and the FILTER of a window, take effect. Parts about several streams join them."""

    at_source: dict[str, Expression] = field(default_factory=dict)
    before_window: list[Expression] = field(default_factory=list)
    after_window: Expression | None = None


def place_filters(select: Select, definitions: Mapping[str, Definition]) -> Filters:
    """The parts of WHERE at the places at which a real planner puts them (tried on 2.4.0)."""
    placed = Filters()
    if select.window is not None and select.window.filter is not None:
        placed.before_window.append(select.window.filter)
    if select.where is None:
        return placed
    if select.window is not None and select.window.kind == "COUNT_WINDOW":
        placed.after_window = select.where
        return placed
    if any(name in ANALYTIC for name in select.functions()):
        placed.before_window.append(select.where)
        return placed
    for part in _conjuncts(select.where):
        names = streams_in(select, part) or {select.source}
        if len(names) > 1:
            continue
        name = names.pop()
        if name in definitions and definitions[name].kind == "lookup" and name != select.source:
            placed.before_window.append(part)
        else:
            old = placed.at_source.get(name)
            placed.at_source[name] = Binary("AND", old, part) if old is not None else part
    return placed


def _conjuncts(expression: Expression) -> list[Expression]:
    if isinstance(expression, Binary) and expression.operator == "AND":
        return [*_conjuncts(expression.left), *_conjuncts(expression.right)]
    return [expression]


def _source(build: _Builder, definition: Definition, config: Mapping[str, Any], event_time: bool) -> Node:
    shared = build.newer and definition.shared
    selector = str(config.get("connectionSelector") or "") if build.newer else ""
    name = f"{selector}/{definition.options.get('datasource', '')}" if selector else definition.name
    build.number()
    node = build.add("source", name, "source", (), {"stream": definition.name})
    owner = f"{definition.name}_" if shared else ""
    if selector:
        node = build.op("emitter", [node], owner=owner)
    if build.newer and definition.type == "mqtt" and config.get("interval"):
        node = build.op("ratelimit", [node], {"interval": config["interval"]}, owner)
    if definition.type in _DECODED[build.newer]:
        node = build.op("decoder", [node], owner=owner)
    if event_time and definition.options.get("timestamp"):
        node = build.op("preprocessor", [node], owner=owner)
    return node


def streams_in(select: Select, expression: Expression) -> set[str]:
    """The streams whose fields an expression reads."""
    fields = (item for item in walk(expression) if isinstance(item, Field))
    return {select.real_name(item.stream) if item.stream else select.source for item in fields}


def incremental(select: Select, options: Mapping[str, Any]) -> bool:
    """Whether a window and its aggregates become one operator."""
    strategy = options.get("planOptimizeStrategy")
    wanted = isinstance(strategy, Mapping) and bool(strategy.get("enableIncrementalWindow"))
    return wanted and select.window is not None and all(name in INCREMENTAL for name in _aggregates(select))


def _aggregates(select: Select) -> list[str]:
    return [name for name in select.functions() if not name.startswith("window_") and not name.endswith("window")]


def _collect(
    build: _Builder,
    select: Select,
    definitions: Mapping[str, Definition],
    options: Mapping[str, Any],
    filters: Filters,
    current: list[Node],
) -> list[Node]:
    """Window, join and aggregation."""
    joined = [join for join in select.joins if definitions[join.stream].kind != "lookup"]
    if select.window and build.newer and incremental(select, options):
        return [build.op("inc_agg_window", current, {"window": select.window})]
    if select.window:
        current = [build.op("window", current, {"window": select.window})]
        if filters.after_window is not None:
            current = [build.op("filter", current, {"condition": filters.after_window})]
    elif joined:
        current = [build.op("join_aligner", current)]
    if joined:
        current = [build.op("join", current)]
    if select.dimensions:
        current = [build.op("aggregate", current)]
    return current


def _shape(build: _Builder, select: Select, current: list[Node]) -> list[Node]:
    """From HAVING to the columns."""
    if select.having is not None:
        current = [build.op("having", current)]
    if select.order:
        current = [build.op("order", current)]
    current = [build.op("project", current)]
    if any(name in SET_RETURNING for name in select.functions()):
        current = [build.op("projectset", current)]
    return current


def _sink(build: _Builder, kind: str, index: int, props: Mapping[str, Any], after: list[Node]) -> None:
    base = f"{kind}_{index}"
    stages = [(stage, f"{base}_{place}_{stage}") for place, stage in enumerate(_stages(build.newer, kind, props))]
    current = after
    for stage, name in stages:
        current = [build.add("op", name, stage, current, props)]
    build.add("sink", base, "sink", current, {**props, "_type": kind})


def _stages(newer: bool, kind: str, props: Mapping[str, Any]) -> list[str]:
    batched = bool(props.get("batchSize") or props.get("lingerInterval"))
    if not newer:
        return ["batch"] if batched else []
    stages = ["batch", "transform"] if batched else ["transform"]
    if kind not in _UNENCODED:
        if batched:
            stages.append("batchWriter")
        else:
            stages += ["encode", "compress"] if props.get("compression") else ["encode"]
    if props.get("enableCache"):
        stages.append("cache")
    return stages


def plan_graph(graph: Mapping[str, Any], *, newer: bool) -> Plan:
    """The operators of a graph rule, under their own names."""
    build = _Builder(newer)
    nodes, edges = graph["nodes"], graph["topo"].get("edges", {})
    made: dict[str, list[Node]] = {}
    for name in _order(graph["topo"].get("sources", []), edges):
        spec = nodes.get(name, {})
        props = spec.get("props", {})
        before = [made[source][-1] for source, nexts in edges.items() if source in made and name in _flat(nexts)]
        if spec.get("type") == "source":
            stream = str(props.get("sourceName") or name)
            made[name] = [build.add("source", stream, "source", (), {"stream": stream})]
        elif spec.get("type") == "sink":
            made[name] = _graph_sink(build, name, str(spec.get("nodeType")), props, before)
        else:
            stage = str(spec.get("nodeType"))
            made[name] = [build.add("op", name, "filter" if stage == "switch" else stage, before, props)]
    return build.plan(None)


def _graph_sink(build: _Builder, name: str, kind: str, props: Mapping[str, Any], before: Sequence[Node]) -> list[Node]:
    chain: list[Node] = []
    for place, stage in enumerate(_stages(build.newer, kind, props)):
        chain.append(build.add("op", f"{name}_{place}_{stage}", stage, before, props))
        before = chain[-1:]
    return [*chain, build.add("sink", name, "sink", before, {**props, "_type": kind})]


def _flat(nexts: Sequence[Any]) -> list[str]:
    """The names in the edges of a node; a switch has lists of them."""
    return [name for item in nexts for name in (item if isinstance(item, list) else [item])]


def _order(sources: Sequence[str], edges: Mapping[str, Sequence[Any]]) -> list[str]:
    """The node names, each behind those that feed it."""
    order: list[str] = []
    waiting = list(sources)
    while waiting:
        name = waiting.pop(0)
        if name in order:
            continue
        feeding = [source for source, nexts in edges.items() if name in _flat(nexts)]
        if any(source not in order and source in waiting for source in feeding):
            waiting.append(name)
            continue
        order.append(name)
        waiting.extend(following for following in _flat(edges.get(name, ())) if following not in order)
    return order
