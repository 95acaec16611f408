"""Descriptions of types for user interfaces, configuration keys, connection checks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ekmanager.simulator.definitions import SINK_TYPES
from ekmanager.simulator.descriptions import metadata
from ekmanager.simulator.flow import LOOKUP_TYPES, mqtt_error
from ekmanager.simulator.gojson import BadJSON
from ekmanager.simulator.reply import TEXT, Call, Handler, Refused, Reply, as_json, check_id

if TYPE_CHECKING:
    from ekmanager.simulator.engine import Engine

CONFIG = 5000
_PINGABLE = frozenset(["mqtt"])


def prebuilt_names(version: str, kind: str) -> list[str]:
    """Names of the native plugins that are offered ready-made."""
    return list(metadata(version)["prebuilt"].get(kind, ()))


def functions(engine: Engine, call: Call) -> Reply:  # noqa: ARG001
    return as_json(metadata(engine.version)["functions"])


def operators(engine: Engine, call: Call) -> Reply:  # noqa: ARG001
    return as_json(metadata(engine.version)["operators"])


def family(name: str) -> dict[str, Handler]:
    """The handlers of `/metadata/sources`, `/metadata/sinks` or `/metadata/connections`, by verb."""

    def list_(engine: Engine, call: Call) -> Reply:
        lists = metadata(engine.version)["lists"]
        lookup = name == "sources" and call.query.get("kind") == "lookup"
        return as_json(lists["lookups" if lookup else name])

    def get(engine: Engine, call: Call) -> Reply:
        kind = call.param()
        found = metadata(engine.version)["forms"][name].get(kind)
        if found is None:
            raise Refused(f"This plugin was not found:{kind}", 1000 if name == "connections" else CONFIG)
        return as_json(found)

    def configs(engine: Engine, call: Call) -> Reply:
        found = engine.configs.of_type(name, call.param())
        if name == "connections" and not found:
            raise Refused(f"This plugin was not found:connections.{call.param()}", CONFIG)
        shown = {key: engine.configs.shown(name, call.param(), properties) for key, properties in found.items()}
        return as_json(dict(sorted(shown.items())))

    def set_config(engine: Engine, call: Call) -> Reply:
        kind, key = call.params["name"], call.params["confKey"]
        if engine.newer:
            try:
                check_id(key)
            except Refused as refusal:
                raise refusal.after("Invalid confKey: ") from refusal
        try:
            body = call.json() if name == "connections" else call.whole_json()
        except BadJSON as error:
            if name == "connections":
                raise Refused(f"Invalid body: {error}") from error
            raise Refused(f"Type conversion failed:{kind}.{error}", CONFIG) from error
        engine.configs.put(name, kind, key, body if isinstance(body, dict) else {})
        return Reply()

    def delete_config(engine: Engine, call: Call) -> Reply:
        engine.configs.delete(name, call.params["name"], call.params["confKey"])
        return Reply()

    handlers: dict[str, Handler] = {
        "list": list_,
        "get": get,
        "configs": configs,
        "set_config": set_config,
        "delete_config": delete_config,
    }
    if name != "connections":
        handlers["check"] = _check(name)
    return handlers


def _check(name: str) -> Handler:
    one = name[:-1]

    def check(engine: Engine, call: Call) -> Reply:
        kind = call.param()
        props = _props(call)
        if kind not in _PINGABLE:
            if one == "sink" and not engine.newer and kind not in SINK_TYPES:
                raise Refused(f"sink {kind} not found")
            raise Refused(f"{one} {kind} doesn't support ping connection")
        error = mqtt_error(str(props.get("server", "")), engine.unreachable)
        if error:
            raise Refused(error, 1003 if engine.newer else 1000)
        return Reply()

    return check


def check_lookup(engine: Engine, call: Call) -> Reply:
    kind = call.param()
    _props(call)
    if kind not in LOOKUP_TYPES:
        raise Refused(f"lookup source type {kind} not found")
    one = "lookup source" if engine.newer else "lookup"
    raise Refused(f"{one} {kind} doesn't support ping connection")


def _props(call: Call) -> dict[str, Any]:
    try:
        body = call.whole_json()
    except BadJSON as error:
        raise Refused(str(error)) from error
    return body if isinstance(body, dict) else {}


def resources(engine: Engine, call: Call) -> Reply:  # noqa: ARG001
    found = {
        name: [dict.fromkeys(sorted(keys), kind) for kind, keys in engine.configs.own(name).items()]
        for name in ("sinks", "sources")
    }
    return as_json(found, TEXT)


def resource(engine: Engine, call: Call) -> Reply:
    if call.query.get("sourceType"):
        return as_json({}, TEXT)
    found = {kind: engine.configs.of_type("sources", kind) for kind in engine.configs.types("sources")}
    return as_json({kind: dict(sorted(keys.items())) for kind, keys in found.items()}, TEXT)
