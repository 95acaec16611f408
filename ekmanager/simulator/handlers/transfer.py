"""Export and import: rulesets, the whole configuration, YAML, tasks in the background."""

from __future__ import annotations

from email.utils import formatdate
from typing import TYPE_CHECKING, Any

from ekmanager.simulator import gojson
from ekmanager.simulator.definitions import RuleDefinition, parse_rule
from ekmanager.simulator.gojson import BadJSON
from ekmanager.simulator.handlers import extensions, files, plugins, streams
from ekmanager.simulator.reply import BINARY, TEXT, Call, Dropped, Refused, Reply, as_json, text

if TYPE_CHECKING:
    from collections.abc import Callable

    from ekmanager.simulator.engine import Engine

Bundle = dict[str, dict[str, str]]
"""The twelve maps of an export: kind, then name, then the object as text."""

KINDS = (
    "streams",
    "tables",
    "rules",
    "nativePlugins",
    "portablePlugins",
    "sourceConfig",
    "sinkConfig",
    "connectionConfig",
    "Service",
    "Schema",
    "uploads",
    "scripts",
)
FAMILIES = {"sourceConfig": "sources", "sinkConfig": "sinks", "connectionConfig": "connections"}
_FAILED = 100
"""The exit status after an import with `stop=1`."""


def _empty() -> Bundle:
    return {kind: {} for kind in KINDS}


def bundle(engine: Engine) -> Bundle:
    """Everything that is stored."""
    found = _empty()
    for name, item in sorted(engine.definitions.items()):
        found["tables" if item.is_table else "streams"][name] = item.sql
    found["rules"] = {
        name: rule.text for name, rule in sorted(engine.rules.items()) if _stored(engine, rule.definition)
    }
    for kind in ("sources", "sinks", "functions"):
        for name, plugin in engine.extensions.plugins[kind].items():
            found["nativePlugins"][f"{kind}_{name}"] = gojson.dumps(plugin["body"])
    for name, plugin in engine.extensions.plugins["portables"].items():
        if not plugin["hidden"]:
            found["portablePlugins"][name] = gojson.dumps({**plugin["body"], "shellParas": None})
    for key, family in FAMILIES.items():
        found[key] = {kind: gojson.dumps(keys, sort=True) for kind, keys in sorted(engine.configs.own(family).items())}
    for shared in engine.connections.values():
        stored = gojson.loads(found["connectionConfig"].get(shared["typ"], "{}"))
        stored[shared["id"]] = shared["props"]
        found["connectionConfig"][shared["typ"]] = gojson.dumps(stored, sort=True)
    found |= _definitions(engine)
    return found


def _stored(engine: Engine, definition: RuleDefinition) -> bool:
    return not (engine.newer and definition.temporary)


def _definitions(engine: Engine) -> Bundle:
    """The maps whose import status are definitions, not errors."""
    added = engine.extensions
    return {
        "Service": {name: gojson.dumps(item["body"]) for name, item in added.services.items()},
        "Schema": {
            f"{kind}_{name}": gojson.dumps(extensions.described_schema(engine, kind, name))
            for kind, name in sorted(added.schemas)
        },
        "uploads": {name: item for name, item in sorted(engine.uploads.items()) if item},
        "scripts": {name: gojson.dumps(item) for name, item in added.scripts.items()},
    }


def attachment(engine: Engine, body: str) -> Reply:
    """A file to download."""
    headers = {
        "Accept-Ranges": "bytes",
        "Content-Disposition": "Attachment",
        "Last-Modified": formatdate(engine.now(), usegmt=True),
    }
    return Reply(200, body.encode("utf-8", "surrogatepass"), BINARY, headers)


def ruleset_export(engine: Engine, call: Call) -> Reply:  # noqa: ARG001
    found = bundle(engine)
    return attachment(engine, gojson.dumps({kind: found[kind] for kind in ("streams", "tables", "rules")}))


def export(engine: Engine, call: Call) -> Reply:  # noqa: ARG001
    return attachment(engine, gojson.dumps(bundle(engine)))


def export_rules(engine: Engine, call: Call) -> Reply:
    names: list[Any] = []
    if call.text.strip():
        wanted = call.json()
        names = wanted if isinstance(wanted, list) else []
    whole, found = bundle(engine), _empty()
    for key in ("connectionConfig", "uploads"):
        found[key] = whole[key]
    for name in map(str, names):
        rule = engine.rules.get(name)
        found["rules"][name] = rule.text if rule else ""
        for stream in rule.definition.streams if rule else ():
            _export_stream(engine, stream, found, whole)
    return attachment(engine, gojson.dumps(found))


def _export_stream(engine: Engine, name: str, found: Bundle, whole: Bundle) -> None:
    item = engine.definitions.get(name)
    if item is None:
        return
    kind = "tables" if item.is_table else "streams"
    found[kind][name] = whole[kind][name]
    keys = engine.configs.own("sources").get(item.type, {})
    key = str(item.options.get("confKey") or "")
    if key in keys:
        chosen = gojson.loads(found["sourceConfig"].get(item.type, "{}"))
        chosen[key] = keys[key]
        found["sourceConfig"][item.type] = gojson.dumps(chosen, sort=True)


def content_of(engine: Engine, call: Call, wording: str, both: str) -> tuple[str | None, str]:
    """The content of an import's body, and the file that it names. Raises Refused."""
    try:
        body = call.json()
    except BadJSON as error:
        raise Refused(f"Invalid body: Error decoding json: {error}") from error
    content, file = (body.get("content"), body.get("file")) if isinstance(body, dict) else (None, None)
    if content and file:
        raise Refused(f"Invalid body: {both}")
    if file:
        try:
            found = files.fetch(engine, str(file))
        except Refused as refusal:
            raise refusal.after(wording) from refusal
        return (found if isinstance(found, str) else "{}"), str(file)
    return (str(content) if content else None), ""


def ruleset_import(engine: Engine, call: Call) -> Reply:
    both = "Cannot specify both content and file: bad request"
    content, _ = content_of(engine, call, "Fail to read file: ", both)
    if content is None:
        raise Refused("Invalid body: must specify content or file: bad request")
    try:
        found = gojson.loads(content)
    except BadJSON as error:
        raise Dropped from error
    counts: dict[str, int] = {}
    for kind, act in (("streams", _put_stream), ("tables", _put_table), ("rules", _put_rule)):
        counts[kind] = 0
        for name, item in (found.get(kind) or {}).items():
            if not engine.newer and (name in engine.definitions or name in engine.rules):
                continue
            try:
                act(engine, name, str(item))
            except Refused:
                continue
            counts[kind] += 1
    words = f"imported {counts['streams']} streams, {counts['tables']} tables and {counts['rules']} rules"
    return text(words)


def _put_stream(engine: Engine, name: str, sql: str) -> None:
    put_definition(engine, name, sql, is_table=False)


def _put_table(engine: Engine, name: str, sql: str) -> None:
    put_definition(engine, name, sql, is_table=True)


def put_definition(engine: Engine, name: str, sql: str, *, is_table: bool) -> None:
    """Creates or replaces a stream or table. Raises Refused."""
    old = engine.definitions.get(name)
    if old is not None and old.options.get("version"):
        # An import is allowed to bring the same version again.
        del engine.definitions[name]
    streams.replace(engine, name, sql, is_table=is_table)


def _put_rule(engine: Engine, name: str, definition: str) -> None:
    parsed = parse_rule(engine, definition, name)
    old = engine.rules.pop(name, None)
    try:
        engine.add_rule(parsed)
    except Refused:
        if old is not None:
            engine.rules[name] = old
        raise


def _put_native(engine: Engine, name: str, item: str) -> None:
    kind, _, _ = name.partition("_")
    plugins.install_native(engine, kind, gojson.loads(item), again=True)


def _put_portable(engine: Engine, name: str, item: str) -> None:
    plugins.install_portable(engine, {**gojson.loads(item), "name": name}, again=True)


def _put_configs(family: str) -> Callable[[Engine, str, str], None]:
    def put(engine: Engine, kind: str, item: str) -> None:
        for key, properties in gojson.loads(item).items():
            engine.configs.put(family, kind, key, properties)

    return put


def _put_service(engine: Engine, name: str, item: str) -> None:
    extensions.install_service(engine, {**gojson.loads(item), "name": name})


def _put_schema(engine: Engine, name: str, item: str) -> None:
    body = gojson.loads(item)
    extensions.store_schema(engine, str(body.get("type") or name.partition("_")[0]), body)


def _put_upload(engine: Engine, name: str, item: str) -> None:
    files.store_upload(engine, {**gojson.loads(item), "name": name})


def _put_script(engine: Engine, name: str, item: str) -> None:
    extensions.store_script(engine, {**gojson.loads(item), "id": name})


_ACTS: dict[str, Callable[[Engine, str, str], None]] = {
    "uploads": _put_upload,
    "nativePlugins": _put_native,
    "portablePlugins": _put_portable,
    "scripts": _put_script,
    "Service": _put_service,
    "Schema": _put_schema,
    "sourceConfig": _put_configs("sources"),
    "sinkConfig": _put_configs("sinks"),
    "connectionConfig": _put_configs("connections"),
    "streams": _put_stream,
    "tables": _put_table,
    "rules": _put_rule,
}
"""In the order in which an import needs them."""


def apply(engine: Engine, content: str, *, adding: bool) -> Bundle:
    """Imports a bundle and gives what could not be done, as a bundle of messages. Raises Refused for bad JSON."""
    if not adding:
        wipe(engine)
    try:
        found = gojson.loads(content)
    except BadJSON as error:
        raise Refused(f"configuration unmarshal with error {error}") from error
    errors = _empty()
    for kind, act in _ACTS.items():
        for name, item in ((found.get(kind) or {}) if isinstance(found, dict) else {}).items():
            try:
                act(engine, name, str(item))
            except Refused as refusal:
                errors[kind][name] = refusal.message
            except BadJSON as error:
                errors[kind][name] = str(error)
    if not adding:
        engine.import_errors = errors
    return errors


def wipe(engine: Engine) -> None:
    """What a full import does first, before it looks at the content."""
    engine.rules.clear()
    engine.definitions.clear()
    engine.configs.clear()
    engine.connections.clear()


def import_(engine: Engine, call: Call) -> Reply:
    content, _ = content_of(engine, call, "", "Cannot specify both content and file")
    errors = apply(engine, content or "{}", adding=call.query.get("partial") == "1")
    if any(errors.values()):
        raise Refused(gojson.dumps(errors) if engine.newer else "process error")
    if call.query.get("stop") == "1":
        engine.ending = _FAILED
    return as_json({"ErrorMsg": "", "ConfigResponse": errors}, TEXT)


def import_status(engine: Engine, call: Call) -> Reply:  # noqa: ARG001
    found = {**_empty(), **engine.import_errors, **_definitions(engine)}
    whole = bundle(engine)
    found |= {key: whole[key] for key in ("nativePlugins", "portablePlugins")}
    return as_json({kind: found[kind] for kind in KINDS})


def import_async(engine: Engine, call: Call) -> Reply:
    content, _ = content_of(engine, call, "", "Cannot specify both content and file")
    now = int(engine.now())
    name = f"dataImport-{now}"
    if name in engine.tasks:
        raise Refused(f"async task: {name} not found")
    task = {"id": name, "status": "finish", "message": "", "createdTimestamp": now, "updatedTimestamp": now}
    engine.tasks[name] = {**task, "_done": engine.now() + 0.05}
    try:
        errors = apply(engine, content or "{}", adding=call.query.get("partial") == "1")
    except Refused as refusal:
        engine.tasks[name] |= {"status": "error", "message": refusal.message}
        return as_json({"id": name}, TEXT)
    failed = any(errors.values())
    report = gojson.dumps({"ErrorMsg": "process error" if failed else "", "ConfigResponse": errors})
    if failed and engine.newer:
        report = f"err:process error, response:{report}"
    elif failed:
        report = "process error"
    engine.tasks[name] |= {"status": "error" if failed else "finish", "message": report}
    return as_json({"id": name}, TEXT)


def _task(engine: Engine, call: Call) -> dict[str, Any]:
    found = engine.tasks.get(call.param())
    if found is None:
        raise Refused(f"async task: {call.param()} not found")
    return found


def task(engine: Engine, call: Call) -> Reply:
    found = _task(engine, call)
    shown = {key: value for key, value in found.items() if not key.startswith("_")}
    if engine.now() < found["_done"]:
        shown |= {"status": "running", "message": ""}
    return as_json(shown, TEXT)


def task_cancel(engine: Engine, call: Call) -> Reply:
    _task(engine, call)["status"] = "cancel"
    return text("cancel success")
