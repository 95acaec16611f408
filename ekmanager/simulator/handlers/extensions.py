"""JavaScript functions, external services, schemas."""

from __future__ import annotations

import re
from collections.abc import Collection
from typing import TYPE_CHECKING, Any

from ekmanager.simulator import gojson
from ekmanager.simulator.gojson import BadJSON
from ekmanager.simulator.handlers.files import fetch
from ekmanager.simulator.reply import JSON, Call, Dropped, Refused, Reply, as_json, check_id, created, text

if TYPE_CHECKING:
    from ekmanager.simulator.engine import Engine

SCHEMA_TYPES = ("protobuf", "custom")
_SCRIPT_KEYS = ("id", "description", "script", "isAgg")


def scripts(engine: Engine, call: Call) -> Reply:  # noqa: ARG001
    return as_json(list(engine.extensions.scripts))


def _script(call: Call) -> dict[str, Any]:
    try:
        body = call.json()
    except BadJSON as error:
        raise Refused(f"Invalid body: Error decoding the new javascript function json: {error}") from error
    return body if isinstance(body, dict) else {}


def store_script(engine: Engine, body: dict[str, Any]) -> None:
    """Checks and keeps a function. Raises Refused."""
    name, script = str(body.get("id", "")), str(body.get("script", ""))
    if script.count("{") != script.count("}") or script.count("(") != script.count(")"):
        place = f"Line 1:{len(script)} Unexpected end of input (and 4 more errors)"
        raise Refused(f"failed to interprete script: SyntaxError: SyntaxError: (anonymous): {place}")
    if not re.search(rf"\bfunction\s+{re.escape(name)}\s*\(", script) or not name:
        raise Refused(f'cannot find function "{name}" in script')
    defaults = {"id": "", "description": "", "script": "", "isAgg": False}
    engine.extensions.scripts[name] = {key: body.get(key, defaults[key]) for key in _SCRIPT_KEYS}


def script_create(engine: Engine, call: Call) -> Reply:
    body = _script(call)
    name = str(body.get("id", ""))
    if engine.newer:
        check_id(name)
    try:
        if name in engine.extensions.scripts:
            raise Refused(f"Item {name} already exists")
        store_script(engine, body)
    except Refused as refusal:
        raise refusal.after("javascript function create command error: ") from refusal
    return created(f"javascript function {name} is created")


def script_get(engine: Engine, call: Call) -> Reply:
    found = engine.extensions.scripts.get(call.param())
    if found is None:
        raise Refused(f"describe javascript function {call.param()} error: not found")
    return as_json(found)


def script_update(engine: Engine, call: Call) -> Reply:
    try:
        store_script(engine, {**_script(call), "id": call.param()})
    except Refused as refusal:
        raise refusal.after("javascript function update command error: ") from refusal
    return text(f"javascript function {call.param()} is updated")


def script_delete(engine: Engine, call: Call) -> Reply:
    name = call.param()
    if engine.extensions.scripts.pop(name, None) is None:
        raise Refused(f"delete javascript function {name} error: {name} is not found", 1002)
    return text(f"javascript function {name} is deleted")


def services(engine: Engine, call: Call) -> Reply:  # noqa: ARG001
    return as_json(list(engine.extensions.services))


def _service(call: Call) -> dict[str, Any]:
    try:
        body = call.json()
    except BadJSON as error:
        raise Refused(f"Invalid body: Error decoding the %s service request payload: {error}") from error
    return body if isinstance(body, dict) else {}


def install_service(engine: Engine, body: dict[str, Any]) -> None:
    """Registers a service with one interface from a simulated zip file. Raises Refused."""
    name, uri = str(body.get("name", "")), str(body.get("file", ""))
    if not uri:
        raise Refused("invalid file path ")
    try:
        found = fetch(engine, uri)
    except Refused as refusal:
        raise refusal.after(f"fail to download file {uri}: ") from refusal
    members: Collection[str] = (found,) if isinstance(found, str) else found
    if not {f"{name}.json", name} & set(members):
        raise Refused(f"cannot find the json descriptor file {name}.json for service")
    functions = [f"{name}Get", f"{name}List", "createBook"]
    address = f"http://localhost:51234/{name}"
    schemas = [member.rsplit("/", 1)[-1].removesuffix(".proto") for member in members if member.endswith(".proto")]
    interface = {
        "Desc": None,
        "Addr": address,
        "Protocol": "rest",
        "Schema": {"SchemaType": "protobuf", "SchemaFile": f"{name}.proto", "Schemaless": False},
        "Functions": functions,
    }
    options = {"headers": {"Accept-Charset": "utf-8"}, "insecureSkipVerify": True}
    languages = {"en_US": "A simulated service", "zh_CN": "A simulated service"}
    author = {"name": "simulator", "email": "", "company": "", "website": ""}
    engine.extensions.services[name] = {
        "body": body,
        "About": {"author": author, "helpUrl": {"en_US": "", "zh_CN": ""}, "description": languages},
        "Interfaces": {
            one: {**interface, "Options": None if index else options} for index, one in enumerate(schemas or [name])
        },
        "functions": [
            {
                "FuncName": function,
                "ServiceName": name,
                "InterfaceName": name,
                "Addr": address,
                "MethodName": function[:1].upper() + function[1:],
            }
            for function in functions
        ],
    }


def service_create(engine: Engine, call: Call) -> Reply:
    body = _service(call)
    try:
        install_service(engine, body)
    except Refused as refusal:
        raise refusal.after("service create command error: ") from refusal
    return created(f"service {body.get('name')} is created")


def service_get(engine: Engine, call: Call) -> Reply:
    found = engine.extensions.services.get(call.param())
    if found is None:
        raise Refused(f"describe service {call.param()} error: not found", 1002)
    return as_json({key: found[key] for key in ("About", "Interfaces")})


def service_update(engine: Engine, call: Call) -> Reply:
    try:
        install_service(engine, {**_service(call), "name": call.param()})
    except Refused as refusal:
        raise refusal.after("service update command error: ") from refusal
    return text(f"service {call.param()} is updated")


def service_delete(engine: Engine, call: Call) -> Reply:
    name = call.param()
    if engine.extensions.services.pop(name, None) is None:
        raise Refused(f"delete service {name} error: {name} is not found", 1002)
    return text(f"service {name} is deleted")


def service_functions(engine: Engine, call: Call) -> Reply:  # noqa: ARG001
    return as_json([item for service in engine.extensions.services.values() for item in service["functions"]])


def service_function(engine: Engine, call: Call) -> Reply:
    for service in engine.extensions.services.values():
        for item in service["functions"]:
            if item["FuncName"] == call.param():
                return as_json(item)
    raise Refused(f"describe function {call.param()} error: not found", 1002)


def schemas(engine: Engine, call: Call) -> Reply:
    kind = call.param()
    if kind not in SCHEMA_TYPES:
        raise Refused(f"schema type {kind} not found")
    return as_json([name for owner, name in engine.extensions.schemas if owner == kind])


def _schema(engine: Engine, call: Call, kind: str) -> dict[str, Any]:
    try:
        body = call.json()
    except BadJSON as error:
        raise Refused(f"Invalid body: Error decoding schema json: {error}") from error
    body = body if isinstance(body, dict) else {}
    problem = ""
    if not body.get("name"):
        problem = "name is required"
    elif body.get("content") and body.get("file"):
        problem = "cannot specify both content and file"
    elif kind not in SCHEMA_TYPES:
        problem = f"unsupported schema type {kind}"
    if problem:
        if not engine.newer:
            raise Dropped
        raise Refused(f"Invalid body: {problem}")
    return body


def store_schema(engine: Engine, kind: str, body: dict[str, Any]) -> None:
    """Keeps a schema; its content is not parsed. Raises Refused."""
    name = str(body["name"])
    content = str(body.get("content", ""))
    if body.get("file"):
        found = fetch(engine, str(body["file"]))
        content = found if isinstance(found, str) else ""
    engine.extensions.schemas[(kind, name)] = {"content": content, "body": body, "version": 1}


def schema_create(engine: Engine, call: Call) -> Reply:
    kind = call.param()
    body = _schema(engine, call, kind)
    name = str(body["name"])
    try:
        if (kind, name) in engine.extensions.schemas:
            raise Refused(f"schema {kind}.{name} already registered")
        store_schema(engine, kind, body)
    except Refused as refusal:
        raise refusal.after("schema create command error: ") from refusal
    return created(f"{kind} schema {name} is created")


def schema_get(engine: Engine, call: Call) -> Reply:
    kind, name = call.params["type"], call.params["name"]
    found = engine.extensions.schemas.get((kind, name))
    if found is None:
        words = f" id {name} not found in registry" if engine.newer else f", file {name} not found"
        raise Refused(f"schema type {kind}{words}")
    shown: dict[str, Any] = {"type": kind, "name": name}
    if kind == "custom":
        return as_json({**shown, "soFile": f"/kuiper/data/schemas/{kind}/{name}.so"})
    shown |= {"content": found["content"], "file": f"/kuiper/data/schemas/{kind}/{name}.proto"}
    return as_json(shown if engine.newer else {**shown, "soFile": ""})


def schema_update(engine: Engine, call: Call) -> Reply:
    kind, name = call.params["type"], call.params["name"]
    body = _schema(engine, call, kind)
    if body["name"] != name:
        raise Dropped
    store_schema(engine, kind, body)
    return text(f"{kind} schema {name} is updated")


def schema_upload(engine: Engine, call: Call) -> Reply:
    kind, name = call.params["type"], call.params["name"]
    content_type = call.headers.get("content-type", "")
    if not content_type.startswith("multipart/form-data"):
        return _refusal(415, "Invalid content type: content type must be multipart/form-data")
    if b'name="file"' not in call.body:
        return _refusal(400, "Invalid multipart body: file field is required")
    part = call.body.split(b'name="file"', 1)[1]
    content = part.split(b"\r\n\r\n", 1)[-1].split(b"\r\n--", 1)[0].decode("utf-8", "replace")
    old = engine.extensions.schemas.get((kind, name))
    version = 1 if old is None else int(old["version"]) + 1
    path = f"/kuiper/data/schemas/{kind}/{name}@{version}.proto"
    engine.files[path] = content
    body = {"name": name, "file": f"file://{path}", "version": str(version)}
    engine.extensions.schemas[(kind, name)] = {"content": content, "body": body, "version": version}
    return as_json({"type": kind, "name": name}, status=201 if old is None else 200)


def _refusal(status: int, message: str) -> Reply:
    body = f'{{"error":1000,"message":{gojson.quote(message)}}}'
    return Reply(status, body.encode(), JSON)


def schema_delete(engine: Engine, call: Call) -> Reply:
    kind, name = call.params["type"], call.params["name"]
    if engine.extensions.schemas.pop((kind, name), None) is None:
        raise Refused(f"delete {kind} schema {name} error: schema {kind}.{name} not found")
    return text(f"{kind} schema {name} is deleted")


def described_schema(engine: Engine, kind: str, name: str) -> dict[str, Any]:
    """A schema as exports have it; 1.14.7 writes empty fields too."""
    body = engine.extensions.schemas[(kind, name)]["body"]
    keys = ("content", "file", "soFile")
    kept = {key: body.get(key, "") for key in keys if body.get(key) or not engine.newer}
    version = {"version": body["version"]} if "version" in body else {}
    return {"type": kind, "name": name, **kept, **version}
