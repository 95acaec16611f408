"""Shared connections, and the endpoints of the WebSocket server."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ekmanager.simulator.flow import mqtt_error
from ekmanager.simulator.gojson import BadJSON
from ekmanager.simulator.reply import (
    TEXT,
    Call,
    Handler,
    Refused,
    Reply,
    as_json,
    check_id,
    created,
    text,
    unknown_path,
)

if TYPE_CHECKING:
    from ekmanager.simulator.engine import Engine

_ALWAYS_CONNECTED = frozenset(["websocket", "httppush"])


def _shown(engine: Engine, found: dict[str, Any]) -> dict[str, Any]:
    """A connection with its state: connecting, connected or disconnected."""
    shown = {"id": found["id"], "typ": found["typ"], "props": dict(sorted(found["props"].items())), "isNamed": True}
    server = str(found["props"].get("server", ""))
    error = mqtt_error(server, engine.unreachable) if found["typ"] == "mqtt" else ""
    if error:
        shown |= {"status": "disconnected", "err": error}
    elif found["typ"] in _ALWAYS_CONNECTED or (found["typ"] == "mqtt" and server):
        shown["status"] = "connected"
    else:
        shown["status"] = "connecting"
    references = _references(engine, found["id"])
    if references:
        shown["refCount"] = len(references)
    return shown


def _references(engine: Engine, name: str) -> list[str]:
    """What keeps a connection open: sources and sinks of running rules."""
    references: list[str] = []
    for rule in engine.settled_rules():
        if not rule.running:
            continue
        for stream in rule.definition.streams:
            definition = engine.definitions.get(stream)
            if definition is None:
                continue
            key = str(definition.options.get("confKey") or "")
            config = engine.configs.get("sources", definition.type, key)
            if config.get("connectionSelector") == name:
                topic = definition.options.get("datasource")
                part = f"{name}/{topic}"
                references.append(f"$$subtopo_{part}-subtopo_{part}-{topic}-{definition.type}-source")
        for index, (kind, props) in enumerate(rule.definition.sinks):
            if isinstance(props, dict) and props.get("connectionSelector") == name:
                references.append(f"{rule.id}-{kind}_{index}-{props.get('topic', '')}-{kind}-sink")
    return references


def list_(engine: Engine, call: Call) -> Reply:  # noqa: ARG001
    return as_json([_shown(engine, found) for found in engine.connections.values()], TEXT)


def _body(call: Call) -> dict[str, Any]:
    try:
        body = call.whole_json()
    except BadJSON as error:
        raise Refused(f"Invalid body: {error}") from error
    return body if isinstance(body, dict) else {}


def _store(engine: Engine, name: str, body: dict[str, Any]) -> None:
    props = body.get("props")
    props = props if isinstance(props, dict) else {}
    engine.connections[name] = {"id": name, "typ": str(body.get("typ", "")), "props": props}


def create(engine: Engine, call: Call) -> Reply:
    body = _body(call)
    name = check_id(str(body.get("id", "")))
    if not body.get("typ"):
        raise Refused("create connection failed: connection id and type should be defined")
    if name in engine.connections:
        raise Refused(f"create connection failed: connection {name} already been created")
    _store(engine, name, body)
    return created("success")


def get(engine: Engine, call: Call) -> Reply:
    name = check_id(call.param())
    found = engine.connections.get(name)
    if found is None:
        raise Refused(f"connection {name} not existed")
    return as_json(_shown(engine, found))


def _unused(engine: Engine, name: str, doing: str) -> None:
    references = _references(engine, name)
    if references:
        used = " ".join(references)
        raise Refused(f"{doing} connection failed: connection {name} can't be dropped due to rule references [{used}]")


def update(engine: Engine, call: Call) -> Reply:
    name = check_id(call.param())
    body = _body(call)
    _unused(engine, name, "update")
    _store(engine, name, body)
    return text("success")


def delete(engine: Engine, call: Call) -> Reply:
    name = check_id(call.param())
    _unused(engine, name, "drop")
    engine.connections.pop(name, None)
    return text("success")


def _endpoint(call: Call) -> str:
    try:
        body = call.whole_json()
    except BadJSON as error:
        raise Refused(f"Invalid body: {error}") from error
    endpoint = body.get("endpoint") if isinstance(body, dict) else None
    if not endpoint:
        raise Refused("Invalid body: endpoint is required")
    return str(endpoint)


def _only_older(handler: Handler) -> Handler:
    """2.4.0 has these routes in its sources only, switched off: its router does not know the path (tried)."""

    def answer(engine: Engine, call: Call) -> Reply:
        return unknown_path() if engine.newer else handler(engine, call)

    return answer


def _list(engine: Engine, call: Call) -> Reply:  # noqa: ARG001
    return as_json({"endpoints": list(engine.websockets)})


def _create(engine: Engine, call: Call) -> Reply:
    endpoint = _endpoint(call)
    if endpoint not in engine.websockets:
        engine.websockets.append(endpoint)
    return text("success")


def _delete(engine: Engine, call: Call) -> Reply:
    endpoint = _endpoint(call)
    if endpoint in engine.websockets:
        engine.websockets.remove(endpoint)
    return text("success")


websockets = _only_older(_list)
websocket_create = _only_older(_create)
websocket_delete = _only_older(_delete)
