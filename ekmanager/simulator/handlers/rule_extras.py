"""What else is done to rules: tags, bulk, traces, state, the tables that joins hold, CPU time."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ekmanager.simulator.ddl import Definition
from ekmanager.simulator.gojson import BadJSON
from ekmanager.simulator.handlers.rules import running_rule
from ekmanager.simulator.reply import Call, Refused, Reply, as_json, check_id, text
from ekmanager.simulator.rules import MANUALLY, Rule

if TYPE_CHECKING:
    from collections.abc import Callable

    from ekmanager.simulator.engine import Engine

_REWINDABLE = frozenset(["httppull", "file"])
_CPU_MS = 10


def _tags(call: Call) -> list[str]:
    try:
        body = call.json()
    except BadJSON as error:
        raise Refused(f"decode body error: {error}") from error
    tags = body.get("tags") if isinstance(body, dict) else None
    return [str(tag) for tag in tags] if isinstance(tags, list) else []


def _change(engine: Engine, call: Call, change: Callable[[list[str], list[str]], list[str]]) -> Reply:
    tags = _tags(call)
    name = check_id(call.param())
    rule = engine.rule(name, f"Get rule error: Rule {name} is not found.")
    rule.tags = change(rule.tags or [], tags)
    rule.rewrite(engine)
    return Reply()


def set_tags(engine: Engine, call: Call) -> Reply:
    return _change(engine, call, lambda _, given: list(dict.fromkeys(given)))


def add_tags(engine: Engine, call: Call) -> Reply:
    return _change(engine, call, lambda old, given: list(dict.fromkeys([*old, *given])))


def remove_tags(engine: Engine, call: Call) -> Reply:
    return _change(engine, call, lambda old, given: [tag for tag in old if tag not in given])


def _matching(engine: Engine, tags: list[str]) -> list[Rule]:
    return [rule for rule in engine.settled_rules() if set(tags) <= set(rule.tags or ())]


def match_tags(engine: Engine, call: Call) -> Reply:
    found = [rule.id for rule in _matching(engine, _tags(call))]
    return as_json({"rules": found} if found else {})


def _bulk(engine: Engine, call: Call, doing: str, act: Callable[[Rule], None]) -> Reply:
    rules = _matching(engine, _tags(call))
    if not rules:
        raise Refused(f"bulk {doing} failed: no matching rules")
    answers: list[dict[str, Any]] = []
    for rule in rules:
        try:
            act(rule)
        except Refused as refusal:
            answers.append({"ruleId": rule.id, "success": False, "error": refusal.message})
            continue
        rule.rewrite(engine, triggered=doing == "start")
        answers.append({"ruleId": rule.id, "success": True})
    return as_json(answers)


def bulk_start(engine: Engine, call: Call) -> Reply:
    return _bulk(engine, call, "start", lambda rule: rule.start(engine))


def bulk_stop(engine: Engine, call: Call) -> Reply:
    return _bulk(engine, call, "stop", lambda rule: rule.end(engine.now(), MANUALLY))


def cpu_usage(engine: Engine, call: Call) -> Reply:  # noqa: ARG001
    if not engine.cpu_profile:
        return text("cpu usage not enabled")
    rules = engine.settled_rules()
    return as_json({rule.id: _CPU_MS * len(rule.run.plan.nodes) if rule.running and rule.run else 0 for rule in rules})


def scan_tables(engine: Engine, call: Call) -> Reply:
    name = check_id(call.param())
    rule = engine.rule(name, f"failed to get topology for rule {name}: Rule {name} is not found")
    select = rule.definition.select
    if select is None or not select.joins:
        raise Refused(f"scan table error: join node is not found for {name}")
    rows: list[dict[str, Any]] = []
    for join in select.joins:
        table = engine.definitions.get(join.stream)
        if table is not None and table.kind == "scan":
            rows += [
                {"emitter": table.name, "content": content} for content in _content(table, select.fields_of(table.name))
            ]
    return as_json(rows)


def _content(table: Definition, used: list[str]) -> list[dict[str, Any]]:
    """Rows of a table, made from its fields: the files behind it are not simulated."""
    samples = {"bigint": lambda row: row, "float": lambda row: row / 2, "boolean": lambda row: row % 2 == 0}
    rows: list[dict[str, Any]] = []
    for row in range(1, 4):
        content: dict[str, Any] = {}
        for name, kind in table.fields:
            if name not in used:
                continue
            make = samples.get(kind) if isinstance(kind, str) else None
            content[name] = make(row) if make else f"{name}-{row}"
        rows.append(content)
    return rows


def reset_state(engine: Engine, call: Call) -> Reply:
    try:
        body = call.json()
    except BadJSON as error:
        raise Refused(str(error)) from error
    name = call.param()
    kind = body.get("type") if isinstance(body, dict) else None
    if kind != 1:
        raise Refused(f"unknown stateType:{kind or 0}")
    if name not in engine.rules:
        raise Refused(f"Rule {name} is not found in registry")
    if running_rule(engine, name) is None:
        raise Refused(f"rule {name} should be running when modify state")
    stream = str(body.get("params", {}).get("streamName", ""))
    definition = engine.definitions.get(stream)
    used = stream in engine.rules[name].definition.streams
    if definition is None or not used or not engine.newer or definition.type not in _REWINDABLE:
        raise Refused(f"stream {stream} not found in topo")
    return text("success")


def start_trace(engine: Engine, call: Call) -> Reply:
    try:
        body = call.json()
    except BadJSON as error:
        raise Refused(f"Invalid body: Error decoding json: {error}") from error
    name = call.param()
    if name not in engine.rules:
        raise Refused(f"rule {name} isn't existed")
    rule = running_rule(engine, name)
    if rule is None or rule.run is None:
        raise Refused(f"rule {name} isn't running")
    rule.tracing = True
    if isinstance(body, dict) and body.get("strategy") == "always":
        engine.traces.record(name, engine.now(), rule.run)
    return Reply()


def stop_trace(engine: Engine, call: Call) -> Reply:
    name = call.param()
    rule = engine.rules.get(name)
    if rule is None:
        raise Refused(f"rule {name} isn't existed")
    rule.tracing = False
    engine.traces.end(name, engine.now())
    return Reply()


def traces_of_rule(engine: Engine, call: Call) -> Reply:
    limit = call.query.get("limit", "")
    return as_json(engine.traces.of_rule(call.param(), engine.now(), int(limit) if limit.isdigit() else None))


def trace(engine: Engine, call: Call) -> Reply:
    tree = engine.traces.tree(call.param())
    if tree is None:
        return Reply(404, b"Not Found\n", "text/plain; charset=utf-8", {"X-Content-Type-Options": "nosniff"})
    return as_json(tree)


def configure_tracer(engine: Engine, call: Call) -> Reply:  # noqa: ARG001
    try:
        call.whole_json()
    except BadJSON as error:
        raise Refused(f"Invalid body: {error}") from error
    return text("success")
