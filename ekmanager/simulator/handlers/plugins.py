"""Plugins: native ones, portable ones, WebAssembly ones, and the functions that they bring."""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING, Any

from ekmanager.simulator.gojson import BadJSON
from ekmanager.simulator.handlers.files import fetch
from ekmanager.simulator.handlers.metadata import prebuilt_names
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

BROKEN = "!"
"""A member of a simulated zip file with this mark does not work: a library that cannot be opened, a dead process."""

_KINDS = ("sources", "sinks", "functions")


def _body(call: Call, what: str) -> dict[str, Any]:
    try:
        body = call.json()
    except BadJSON as error:
        raise Refused(f"Invalid body: Error decoding the {what} plugin json: {error}") from error
    return body if isinstance(body, dict) else {}


def _members(engine: Engine, body: dict[str, Any]) -> Collection[str]:
    uri = str(body.get("file", ""))
    if not uri.startswith(("file://", "http://", "https://")) or not uri.endswith(".zip"):
        raise Refused(f"invalid uri {uri}")
    try:
        found = fetch(engine, uri)
    except Refused as refusal:
        raise refusal.after(f"fail to download file {uri}: ") from refusal
    return (found,) if isinstance(found, str) else found


def native(kind: str) -> dict[str, Handler]:
    """The handlers of `/plugins/sources`, `/plugins/sinks` or `/plugins/functions`, by verb."""

    def store(engine: Engine) -> dict[str, dict[str, Any]]:
        return engine.extensions.plugins[kind]

    def list_(engine: Engine, call: Call) -> Reply:  # noqa: ARG001
        return as_json(list(store(engine)))

    def create(engine: Engine, call: Call) -> Reply:
        body = _body(call, kind)
        name = str(body.get("name", ""))
        if engine.newer:
            check_id(name)
        try:
            install_native(engine, kind, body)
        except Refused as refusal:
            raise refusal.after(f"{kind} plugins create command error: ") from refusal
        return created(f"{kind} plugin {name} is created")

    def get(engine: Engine, call: Call) -> Reply:
        plugin = store(engine).get(call.param())
        if plugin is None:
            raise Refused(f"describe {kind} plugin {call.param()} error: not found", 1002)
        shown: dict[str, Any] = {"name": call.param(), "version": ""}
        return as_json({"functions": plugin["functions"], **shown} if kind == "functions" else shown)

    def update(engine: Engine, call: Call) -> Reply:
        name = call.param()
        if name not in store(engine):
            words = f"update {kind} plugin {name} error, cannot delete old version: invalid name {name}: not exist"
            raise Refused(words, 1002)
        install_native(engine, kind, {**_body(call, kind), "name": name}, again=True)
        return text(f"plugin {name} is updated and eKuiper must restart for the change to take effect.")

    def delete(engine: Engine, call: Call) -> Reply:
        name = call.param()
        if store(engine).pop(name, None) is None:
            raise Refused(f"delete {kind} plugin {name} error: invalid name {name}: not exist", 1002)
        if call.query.get("stop") == "1":
            engine.ending = 0
            return text(f"{kind} plugin {name} is deleted and eKuiper will be stopped")
        return text(f"{kind} plugin {name} is deleted and eKuiper must restart for the change to take effect.")

    def prebuilt(engine: Engine, call: Call) -> Reply:  # noqa: ARG001
        host = "packages.emqx.io" if engine.newer else "packages.emqx.net"
        base = f"https://{host}/kuiper-plugins/{engine.version}/debian/{kind}"
        return as_json({name: f"{base}/{name}_amd64.zip" for name in prebuilt_names(engine.version, kind)})

    return {
        "list": list_,
        "create": create,
        "get": get,
        "update": update,
        "delete": delete,
        "prebuilt": prebuilt,
    }


def install_native(engine: Engine, kind: str, body: dict[str, Any], *, again: bool = False) -> None:
    """Installs a native plugin from a simulated zip file. Raises Refused."""
    name = str(body.get("name", ""))
    if not name:
        raise Refused("invalid name : should not be empty")
    members = _members(engine, body)
    if name in engine.extensions.plugins[kind] and not again:
        raise Refused(f"invalid name {name}: duplicate")
    library = name[:1].upper() + name[1:]
    plain = {member.removesuffix(BROKEN) for member in members}
    if f"{library}.so" in plain or name in plain or library in plain:
        if any(member.endswith(BROKEN) for member in members):
            path = f"/kuiper/plugins/{kind}/{library}.so"
            raise Refused(f'fail to install plugin: cannot open {path}: plugin.Open("{path}"): {path}: file too short')
    else:
        wanted = (3 if engine.newer else 2) if kind == "sources" else 1
        found = " ".join(members)
        words = f"expectFiles: {wanted}, got filenames:[], zipFiles: [{found}]"
        raise Refused(f"fail to install plugin: invalid zip file: {words}, yamlFileChecked:false, soFileChecked:false")
    functions = [str(item) for item in body.get("functions") or [name]]
    engine.extensions.plugins[kind][name] = {"functions": functions, "body": body}


def register(engine: Engine, call: Call) -> Reply:
    name = call.param()
    plugin = engine.extensions.plugins["functions"].get(name)
    functions = _body(call, "functions").get("functions") or []
    if plugin is None:
        raise Refused(f"register functions plugin {name} error: not found", 1002)
    plugin["functions"] = [str(item) for item in functions]
    return text(f"function plugin {name} function list is registered")


def udfs(engine: Engine, call: Call) -> Reply:  # noqa: ARG001
    plugins = engine.extensions.plugins["functions"].values()
    return as_json([name for plugin in plugins for name in plugin["functions"]])


def udf(engine: Engine, call: Call) -> Reply:
    for name, plugin in engine.extensions.plugins["functions"].items():
        if call.param() in plugin["functions"]:
            return as_json({"name": call.param(), "plugin": name})
    raise Refused(f"describe function {call.param()} error: not found", 1002)


def _portables(engine: Engine) -> dict[str, dict[str, Any]]:
    return engine.extensions.plugins["portables"]


def portable_list(engine: Engine, call: Call) -> Reply:  # noqa: ARG001
    return as_json([_shown(plugin) for plugin in _portables(engine).values() if not plugin["hidden"]])


def _shown(plugin: dict[str, Any]) -> dict[str, Any]:
    keys = ("name", "version", "language", "executable", "sources", "sinks", "functions")
    return {key: plugin[key] for key in keys}


def portable_create(engine: Engine, call: Call) -> Reply:
    body = _body(call, "portable")
    try:
        install_portable(engine, body)
    except Refused as refusal:
        raise refusal.after("portable plugin create command error: ") from refusal
    return created(f"portable plugin {body.get('name')} is created")


def install_portable(engine: Engine, body: dict[str, Any], *, again: bool = False) -> None:
    """Installs a portable plugin from a simulated zip file. Raises Refused."""
    name = str(body.get("name", ""))
    if not name:
        raise Refused("invalid name : should not be empty")
    members = _members(engine, body)
    known = _portables(engine)
    if name in known and not again and not known[name]["hidden"]:
        raise Refused(f"invalid name {name}: duplicate")
    if not {f"{name}.json", name} & {member.removesuffix(BROKEN) for member in members}:
        words = f"missing or invalid json file {name}.json, found {len(members)} files in total"
        raise Refused(f"fail to install plugin: {words}")
    dead = any(member.endswith(BROKEN) for member in members)
    path = f"/kuiper/plugins/portable/{name}/{name}.py"
    known[name] = {
        "name": name,
        "version": "1.0.0",
        "language": "python",
        "executable": path,
        "sources": [],
        "sinks": [],
        "functions": [name],
        "body": body,
        "error": "receive time out" if dead else "",
        "hidden": dead and engine.newer,
    }
    if dead and engine.newer:
        raise Refused(f"fail to install plugin: plugin {path} control handshake error: receive time out")


def portable_get(engine: Engine, call: Call) -> Reply:
    plugin = _portables(engine).get(call.param())
    if plugin is None:
        raise Refused(f"describe portable plugin {call.param()} error: not found", 1002)
    return as_json(_shown(plugin))


def portable_update(engine: Engine, call: Call) -> Reply:
    try:
        install_portable(engine, {**_body(call, "portable"), "name": call.param()}, again=True)
    except Refused as refusal:
        raise refusal.after(f"portable plugin {call.param()} update error: ") from refusal
    return text(f"portable plugin {call.param()} is updated")


def portable_delete(engine: Engine, call: Call) -> Reply:
    name = call.param()
    if _portables(engine).pop(name, None) is None:
        raise Refused(f"delete portable plugin {name} error: portable plugin {name} is not found")
    return text(f"portable plugin {name} is deleted")


def portable_status(engine: Engine, call: Call) -> Reply:
    plugin = _portables(engine).get(call.param())
    if plugin is None:
        raise Refused(f"portable plugin {call.param()} not found: not found", 1002)
    state = "error" if plugin["error"] else "running"
    return as_json({"refCount": {}, "status": state, "errMsg": plugin["error"]}, TEXT)


def wasm_absent(engine: Engine, call: Call) -> Reply:  # noqa: ARG001
    """The recorded builds have no WebAssembly compiled in: their router does not know the path."""
    return unknown_path()
