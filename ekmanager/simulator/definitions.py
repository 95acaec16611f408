"""Rule definitions: what the JSON of a rule must say, and how it is planned. Refusals have the server's words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from ekmanager.simulator import gojson
from ekmanager.simulator.catalog import FUNCTION_NAMES, GRAPH_OPERATORS
from ekmanager.simulator.ddl import Definition
from ekmanager.simulator.flow import SOURCE_TYPES, mqtt_error, seconds
from ekmanager.simulator.gojson import BadJSON
from ekmanager.simulator.plan import Plan, plan_graph, plan_select
from ekmanager.simulator.reply import Refused, check_id
from ekmanager.simulator.select import AGGREGATES, Select, parse_select
from ekmanager.simulator.tokens import BadSQL

if TYPE_CHECKING:
    from ekmanager.simulator.engine import Engine

SINK_TYPES = frozenset(
    ["mqtt", "rest", "memory", "log", "file", "nop", "redis", "redisPub", "websocket", "neuron", "sql", "influx"]
)
_LATER_SINKS = frozenset(["sse"])
_LATER_WINDOWS = frozenset(["statewindow"])
_WINDOW_NAMES = frozenset(
    ["tumblingwindow", "hoppingwindow", "slidingwindow", "sessionwindow", "countwindow", "statewindow"]
)
_NOTICED_AFTER = 0.1
"""Seconds after which a sink that cannot connect ends the rule."""
_REFUSED_IN_OLD_IDS = "#%/?&"


@dataclass(slots=True)
class RuleDefinition:
    """A definition that passed the checks of the parser, not yet those of the planner."""

    id: str
    text: str
    """As it was sent."""
    body: dict[str, Any]
    select: Select | None
    actions: Sequence[tuple[str, Any]]
    options: Mapping[str, Any]

    @property
    def graph(self) -> Mapping[str, Any] | None:
        graph = self.body.get("graph")
        return graph if isinstance(graph, dict) else None

    @property
    def name(self) -> str:
        return str(self.body.get("name") or self.id)

    @property
    def triggered(self) -> bool:
        return self.body.get("triggered") is not False

    @property
    def temporary(self) -> bool:
        return self.body.get("temp") is True

    @property
    def version(self) -> str:
        return str(self.body.get("version") or "")

    @property
    def tags(self) -> list[str] | None:
        tags = self.body.get("tags")
        return [str(tag) for tag in tags] if isinstance(tags, list) else None

    @property
    def sinks(self) -> list[tuple[str, Mapping[str, Any]]]:
        """Types and properties of all sinks, those of a graph too."""
        if self.graph is None:
            return list(self.actions)
        nodes = self.graph.get("nodes", {}).values()
        return [(str(node.get("nodeType")), node.get("props", {})) for node in nodes if node.get("type") == "sink"]

    @property
    def streams(self) -> list[str]:
        """Names of the streams and tables that it reads."""
        if self.select is not None:
            return list(self.select.streams)
        nodes = (self.graph or {}).get("nodes", {}).values()
        found = [node.get("props", {}).get("sourceName") for node in nodes if node.get("type") == "source"]
        return [str(name) for name in found if name]


def parse_rule(engine: Engine, text: str, rule_id: str = "") -> RuleDefinition:
    """The definition in a text; `rule_id` is the id of the path, for a body without one. Raises Refused."""
    try:
        body = gojson.loads(text)
    except BadJSON as error:
        raise Refused(f"Parse rule {text} error : {error}.") from error
    package = "def" if engine.newer else "api"
    if not isinstance(body, dict):
        kind = gojson.type_name(body)
        raise Refused(f"Parse rule {text} error : json: cannot unmarshal {kind} into Go value of type {package}.Rule.")
    options = body.get("options") or {}
    if isinstance(options.get("qos"), str):
        into = f"Go struct field RuleOption.options.qos of type {package}.Qos"
        raise Refused(f"Parse rule {text} error : json: cannot unmarshal string into {into}.")
    name = str(body.get("id") or rule_id)
    if rule_id and name != rule_id:
        raise Refused("RuleId is not consistent with rule id.")
    _check_rule_id(engine, name)
    sql, graph = body.get("sql"), body.get("graph")
    if not sql and not graph:
        raise Refused(f"Rule {name} has neither sql nor graph.")
    if sql and graph:
        raise Refused(f"Rule {name} has both sql and graph.")
    select, actions = None, _actions(body)
    if sql:
        select = parse_sql(engine, str(sql))
        if not actions:
            raise Refused("Missing rule actions.")
    _check_options(name, options)
    return RuleDefinition(name, text, body, select, actions, options)


def _check_rule_id(engine: Engine, name: str) -> None:
    if not name:
        raise Refused("Missing rule id.")
    if engine.newer:
        check_id(name)
        return
    for char in name:
        if char in _REFUSED_IN_OLD_IDS:
            raise Refused(f"ruleID:{name} contains invalidChar:{char}")


def _actions(body: Mapping[str, Any]) -> list[tuple[str, Any]]:
    actions = body.get("actions")
    if not isinstance(actions, list):
        return []
    return [(str(kind), props) for action in actions if isinstance(action, dict) for kind, props in action.items()]


def _check_options(name: str, options: Mapping[str, Any]) -> None:
    problems = [
        f"invalid{key[0].upper()}{key[1:]}:{key} must be greater than 0"
        for key in ("concurrency", "bufferLength")
        if isinstance(options.get(key), int) and options[key] < 0
    ]
    if problems:
        raise Refused(f"Rule {name} has invalid options: " + "\n".join(problems) + ".")


def parse_sql(engine: Engine, sql: str) -> Select:
    """The statement, its functions checked. Raises Refused."""
    try:
        select = parse_select(sql)
    except BadSQL as error:
        message = str(error)
        raise Refused(message if message.startswith("SQL ") else f"Parse SQL {sql} error: {message}.") from error
    known = engine.function_names()
    for call in select.functions():
        window = call in _WINDOW_NAMES and (engine.newer or call not in _LATER_WINDOWS)
        if not window and call not in known and call not in FUNCTION_NAMES:
            raise Refused(f"Parse SQL {sql} error: function {_as_written(sql, call)} not found.")
    window_kind = select.window.kind if select.window else None
    if window_kind == "" and not engine.newer:
        raise Refused(f"Parse SQL {sql} error: function STATEWINDOW not found.")
    return select


def _as_written(sql: str, name: str) -> str:
    at = sql.lower().find(name + "(")
    return sql[at : at + len(name)] if at >= 0 else name


@dataclass(slots=True)
class Planned:
    """A plan, and what will end its run soon after the start."""

    plan: Plan
    dies_of: str | None = None
    """The reason of 1.14.7 (2.4.0 gives none); None: it lives."""
    dies_after: float = 0.0
    """Seconds."""
    without_metrics: bool = field(default=False)


def plan_rule(engine: Engine, rule: RuleDefinition, *, sinks: bool = True) -> Planned:
    """The operators of a definition on this server now. Raises Refused for what the planner refuses."""
    newer = engine.newer
    planning = 1000 if newer else 2101
    for name in rule.streams:
        if name not in engine.definitions:
            raise Refused(f"fail to get stream {name}, please check if stream is created", planning)
    if rule.select is not None:
        _check_select(engine, rule, rule.select, planning)
        configs = {name: engine.config_of(engine.definitions[name]) for name in rule.streams}
        actions = [(kind, props if isinstance(props, dict) else {}) for kind, props in rule.actions]
        plan = plan_select(rule.select, engine.definitions, configs, actions, rule.options, newer=newer)
    else:
        graph = rule.graph or {}
        _check_graph(engine, graph)
        plan = plan_graph(graph, newer=newer)
    if sinks:
        _check_sources(engine, rule)
        _check_sinks(engine, rule)
    return _fate(engine, rule, plan)


def _check_select(engine: Engine, rule: RuleDefinition, select: Select, planning: int) -> None:
    if rule.options.get("sendMetaToSink") and (select.window or _aggregated(select)):
        code = 1000 if engine.newer else 4000
        raise Refused("Invalid option sendMetaToSink, it can not be applied to window", code)
    definitions = [engine.definitions[name] for name in select.streams]
    streams = [item for item in definitions if not item.is_table]
    if len(streams) > 1 and select.window is None:
        raise Refused("a time window or count window is required to join multiple streams", planning)
    if all(item.fields for item in definitions):
        known = {name for item in definitions for name, _ in item.fields}
        known |= {output.alias for output in select.outputs}
        for item in definitions:
            for name in select.fields_of(item.name):
                if name not in known and name.upper() not in {"SS", "MI", "HH", "DD", "MS"}:
                    raise Refused(f"unknown field {name}", planning)


def _aggregated(select: Select) -> bool:
    return any(name in AGGREGATES for name in select.functions())


def check_graph_nodes(engine: Engine, graph: Mapping[str, Any]) -> None:
    """Refuses operators that do not exist, with the words of the validation."""
    for node in graph.get("nodes", {}).values():
        kind = str(node.get("nodeType", ""))
        if node.get("type") == "operator" and kind.lower() not in GRAPH_OPERATORS:
            where = "ruleDef graph" if engine.newer else "rule graph"
            raise Refused(f"invalid {where}: unknown operator type {kind}")


def _check_graph(engine: Engine, graph: Mapping[str, Any]) -> None:
    check_graph_nodes(engine, graph)
    edges = graph.get("topo", {}).get("edges", {})
    for name, node in graph.get("nodes", {}).items():
        if node.get("type") != "sink" and name not in edges:
            raise Refused(f"no edge defined for {node.get('type')} node {name}", 1000 if engine.newer else 4000)


def _check_sources(engine: Engine, rule: RuleDefinition) -> None:
    if not engine.newer:
        return
    for name in rule.streams:
        definition = engine.definitions[name]
        if definition.type not in SOURCE_TYPES | engine.plugin_names("sources") and definition.kind != "lookup":
            raise Refused(f"source type {definition.type} not found", 2201)
        missing = engine.missing_file(definition)
        if missing:
            raise Refused(f"file {missing} not exist", 2201)


def _check_sinks(engine: Engine, rule: RuleDefinition) -> None:
    known = SINK_TYPES | engine.plugin_names("sinks") | (_LATER_SINKS if engine.newer else frozenset())
    if rule.graph is not None:
        for kind, _ in rule.sinks:
            if kind not in known and engine.newer:
                raise Refused(f"sink {kind} is not defined")
        return
    for kind, props in rule.actions:
        if not isinstance(props, dict):
            raise Refused(
                f"expect map[string]interface{{}} type for the action properties, but found {gojson.dumps(props)}", 2201
            )
        if kind not in known:
            raise Refused(f"sink {kind} is not defined", 2201)
        if kind == "mqtt":
            _check_mqtt(engine, props)
        template = str(props.get("dataTemplate", ""))
        if engine.newer and template.count("{{") > template.count("}}"):
            raise Refused("template: sink:1: unclosed action", 2201)


def _check_mqtt(engine: Engine, props: Mapping[str, Any]) -> None:
    if not engine.newer and not props.get("topic"):
        raise Refused("mqtt sink is missing property topic", 2201)
    selector = props.get("connectionSelector")
    if not props.get("server") and not (engine.newer and selector) and not props.get("resourceId"):
        raise Refused("missing server property", 2201)


def _fate(engine: Engine, rule: RuleDefinition, plan: Plan) -> Planned:
    """What kills a rule right after its start, on either version."""
    window = rule.select.window if rule.select else None
    if window is not None and window.kind in {"TUMBLING_WINDOW", "HOPPING_WINDOW"} and not window.raw_length:
        return Planned(plan, "", _NOTICED_AFTER)
    hyphen = "-" in rule.id
    qos = rule.options.get("qos")
    if hyphen and isinstance(qos, int) and qos > 0:
        reason = f'topo {rule.id} create store error SQL logic error: near "-": syntax error (1)'
        return Planned(plan, reason, 0.001, without_metrics=True)
    if hyphen and engine.newer and any(isinstance(p, dict) and p.get("enableCache") for _, p in rule.sinks):
        return Planned(_without_cache(plan), "", 0.012)
    for kind, props in rule.sinks:
        if kind == "redis" and isinstance(props, dict):
            error = engine.connection_error(str(props.get("addr", "")))
            if error:
                return Planned(plan, error, _NOTICED_AFTER)
        if kind == "mqtt" and not engine.newer and isinstance(props, dict):
            error = mqtt_error(str(props.get("server", "")), engine.unreachable)
            if error:
                return Planned(plan, error, 0.0)
    if not engine.newer:
        for name in rule.streams:
            error = _older_source_error(engine, engine.definitions[name])
            if error:
                return Planned(plan, error, 0.0)
    return Planned(plan)


def _older_source_error(engine: Engine, definition: Definition) -> str:
    """Why 1.14.7 stops a rule because of this source at once; 2.4.0 refuses such a rule, or goes on trying."""
    missing = engine.missing_file(definition)
    if missing:
        return f"file {missing} not exist"
    if definition.type not in SOURCE_TYPES | engine.plugin_names("sources") and definition.kind != "lookup":
        return f"source {definition.type} not found"
    return engine.source_of(definition).error if definition.type == "mqtt" else ""


def _without_cache(plan: Plan) -> Plan:
    """The plan as metrics show it when the caches could not be opened."""
    caches = {node.key: node.next for node in plan.nodes if node.stage == "cache"}
    for node in plan.nodes:
        node.next = [following for key in node.next for following in caches.get(key, [key])]
    return Plan([node for node in plan.nodes if node.key not in caches], plan.select)


def duration_of(options: Mapping[str, Any]) -> float:
    """Seconds for which a rule is to run; 0: no limit."""
    return seconds(options.get("duration"))
