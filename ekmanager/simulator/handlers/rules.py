"""Rules: define, run, watch."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ekmanager.simulator import gojson
from ekmanager.simulator.definitions import RuleDefinition, check_graph_nodes, parse_rule, plan_rule
from ekmanager.simulator.explain import explain as explain_select
from ekmanager.simulator.expressions import Star
from ekmanager.simulator.gojson import BadJSON
from ekmanager.simulator.reply import JSON, TEXT, Call, Refused, Reply, as_json, check_id, created, text
from ekmanager.simulator.rules import MANUALLY, RUNNING, Rule

if TYPE_CHECKING:
    from ekmanager.simulator.engine import Engine


def _id(engine: Engine, call: Call) -> str:
    return check_id(call.param()) if engine.newer else call.param()


def _find(engine: Engine, call: Call, doing: str, end: str = "") -> Rule:
    name = _id(engine, call)
    return engine.rule(name, f"{doing}: Rule {name} is not found{end}")


def list_(engine: Engine, call: Call) -> Reply:  # noqa: ARG001
    rows: list[dict[str, Any]] = []
    for rule in engine.settled_rules():
        row: dict[str, Any] = {"id": rule.id, "name": rule.definition.name}
        row["status"] = rule.status_word(newer=engine.newer)
        if engine.newer:
            row |= {"tags": rule.tags or None, "trace": rule.tracing, "version": rule.definition.version}
        rows.append(row)
    return as_json(rows)


def create(engine: Engine, call: Call) -> Reply:
    try:
        definition = parse_rule(engine, call.text)
    except Refused as refusal:
        raise refusal.after("invalid rule json: ") from refusal
    if definition.id in engine.rules:
        raise Refused(f"rule {definition.id} already exists")
    engine.add_rule(definition)
    return created(f"Rule {definition.id} was created successfully.")


def get(engine: Engine, call: Call) -> Reply:
    rule = _find(engine, call, "Describe rule error", ".")
    if rule.definition.temporary and engine.newer:
        raise Refused(f"Describe rule error: Rule {rule.id} is not found.", 1002)
    return Reply(200, rule.shown_text(newer=engine.newer).encode(), JSON)


def update(engine: Engine, call: Call) -> Reply:
    name = _id(engine, call)
    try:
        if not engine.newer:
            _must_be_json(call)
            engine.rule(name, f"Rule {name} is not found.")
        replace(engine, name, call.text)
    except Refused as refusal:
        if refusal.message.startswith("Invalid body"):
            raise
        raise refusal.after("Update rule error: ") from refusal
    return text(f"Rule {name} was updated successfully.")


def _must_be_json(call: Call) -> None:
    try:
        call.whole_json()
    except BadJSON as error:
        raise Refused(f"Invalid body: {error}") from error


def replace(engine: Engine, name: str, definition_text: str) -> None:
    """Puts a definition in the place of a rule, or makes it; the rule runs afterwards. Raises Refused."""
    try:
        definition = parse_rule(engine, definition_text, name)
    except Refused as refusal:
        raise refusal.after("Invalid rule json: ") from refusal
    old = engine.rules.get(name)
    if old is None:
        engine.add_rule(definition)
        return
    old.settle(engine)
    before, after = old.definition.version, definition.version
    if engine.newer and (before or after) and after <= before:
        raise Refused(f"rule {name} already exists with version ({before}), new version ({after}) is lower")
    plan_rule(engine, definition)
    now = engine.now()
    old.end(now, "stopped by update")
    fresh = Rule(definition, definition.text, old.state, old.message, old.started, old.stopped, tags=definition.tags)
    fresh.run = old.run
    if definition.triggered:
        fresh.start(engine)
    elif not engine.newer:
        fresh.message = MANUALLY
    engine.rules[name] = fresh


def delete(engine: Engine, call: Call) -> Reply:
    name = _id(engine, call)
    rule = engine.rules.get(name)
    if rule is None:
        if engine.newer:
            raise Refused(f"Delete rule error: rule {name} not found")
        raise Refused(f"Delete rule error: {name} is not found", 1002)
    rule.end(engine.now(), MANUALLY)
    del engine.rules[name]
    if engine.newer and rule.definition.temporary:
        raise Refused(f"Delete rule error: Delete rule {name} failed: {name} is not found.")
    return text(f"Rule {name} is dropped.")


def start(engine: Engine, call: Call) -> Reply:
    rule = _find(engine, call, "start rule error", " in registry, please check if it is created")
    try:
        rule.start(engine)
    except Refused as refusal:
        raise refusal.after("start rule error: ") from refusal
    rule.rewrite(engine, triggered=True)
    return text(f"Rule {rule.id} was started")


def stop(engine: Engine, call: Call) -> Reply:
    name = _id(engine, call)
    rule = engine.rules.get(name)
    if rule is None:
        missing = "is not found in registry, please check if it is created" if engine.newer else "was not found."
        raise Refused(f"stop rule error: Rule {name} {missing}", 1002)
    rule.settle(engine)
    rule.end(engine.now(), MANUALLY)
    rule.rewrite(engine, triggered=False)
    return text(f"Rule {name} was stopped.")


def restart(engine: Engine, call: Call) -> Reply:
    rule = _find(engine, call, "restart rule error", " in registry, please check if it is created")
    rule.end(engine.now(), MANUALLY)
    try:
        rule.start(engine)
    except Refused as refusal:
        rule.fail(engine.now(), refusal.message)
        raise refusal.after("restart rule error: ") from refusal
    rule.rewrite(engine, triggered=True)
    return text(f"Rule {rule.id} was restarted")


def status(engine: Engine, call: Call) -> Reply:
    rule = _find(engine, call, "get rule status error")
    found = rule.status(engine)
    if set(found) == {"message", "status"}:
        return as_json(found)
    return Reply(200, gojson.dumps(found, indent="  ").encode(), JSON)


def status_v2(engine: Engine, call: Call) -> Reply:
    rule = _find(engine, call, "get rule status error")
    return Reply(200, gojson.dumps(rule.status(engine), sort=True).encode(), TEXT)


def status_all(engine: Engine, call: Call) -> Reply:  # noqa: ARG001
    found: dict[str, Any] = {}
    for rule in engine.settled_rules():
        exception, total = rule.trouble(engine)
        word = rule.status_word(newer=engine.newer)
        found[rule.id] = {"status": word, "last_exception": exception, "exceptions_total": total}
    return as_json(found)


def topology(engine: Engine, call: Call) -> Reply:
    rule = _find(engine, call, "get rule topo error")
    try:
        return as_json(rule.plan_shown(engine).topology())
    except Refused as refusal:
        raise refusal.after("get rule topo error: ") from refusal


def explain(engine: Engine, call: Call) -> Reply:
    rule = _find(engine, call, "explain rules error", ".")
    if engine.newer and rule.definition.temporary:
        raise Refused(f"explain rules error: Rule {rule.id} is not found.", 1002)
    select = rule.definition.select
    if select is None:
        raise Refused("explain rules error: only support explain sql now")
    try:
        plan_rule(engine, rule.definition, sinks=False)
    except Refused as refusal:
        raise refusal.after("explain rules error: ") from refusal
    return text(explain_select(select, engine.definitions, rule.definition.options, newer=engine.newer))


def schema(engine: Engine, call: Call) -> Reply:
    rule = _find(engine, call, "get rule schema error")
    if not rule.running:
        words = f"Fail to get rule {rule.id}'s topo, make sure the rule has been started before"
        raise Refused(f"get rule schema error: {words}", 1001)
    select = rule.definition.select
    if select is None:
        return as_json(None)
    if select.takes_all:
        return as_json({})
    ordered = select.ordered_outputs(sort=all(engine.definitions[name].fields for name in select.streams))
    named = [output.name for output in ordered if not isinstance(output.expression, Star)]
    fields = {name: {"hasIndex": True, "index": index} for index, name in enumerate(named)}
    return as_json(dict(sorted(fields.items())))


def validate(engine: Engine, call: Call) -> Reply:
    try:
        definition = parse_rule(engine, call.text)
    except Refused as refusal:
        return text(f"invalid rule json: {refusal.message}", 422)
    try:
        sources = _validated(engine, definition)
    except Refused as refusal:
        return text(refusal.message, 422)
    return as_json({"sources": sources, "valid": True}, TEXT)


def _validated(engine: Engine, definition: RuleDefinition) -> list[str]:
    if definition.graph is not None:
        check_graph_nodes(engine, definition.graph)
        return [f"source_{name}" for name in definition.streams]
    for name in definition.streams:
        if name not in engine.definitions:
            raise Refused(f"{name} is not found")
    return definition.streams


def running_rule(engine: Engine, name: str) -> Rule | None:
    """The rule when it is running."""
    rule = engine.rules.get(name)
    if rule is not None:
        rule.settle(engine)
    return rule if rule is not None and rule.state == RUNNING else None
