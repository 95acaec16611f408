"""Sequences of requests that every server must answer alike: the simulator of both versions, and a real one.

`@@` stands for a prefix that is unique to a run. What a sequence creates, its last steps delete.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

OLD, NEW = "1.14.7", "2.4.0"


@dataclass(frozen=True)
class Step:
    """One request. `status` is the same for both versions, or by version; a version that is not named is skipped.

    `holds` gets the body (JSON where it is JSON, else text) and says whether it is right; by version where they differ.
    """

    method: str
    path: str
    status: int | dict[str, int]
    body: Any = None
    holds: Callable[[Any], bool] | None = None
    clean: bool = False
    """Cleaning up: done even when an earlier step failed, whatever the answer."""
    raw: bytes | None = None
    headers: tuple[tuple[str, str], ...] = ()

    def statuses(self, version: str) -> int | None:
        return self.status if isinstance(self.status, int) else self.status.get(version)


def both(old: int, new: int) -> dict[str, int]:
    return {OLD: old, NEW: new}


def new(status: int) -> dict[str, int]:
    return {NEW: status}


def _sql(text: str) -> dict[str, str]:
    return {"sql": text}


def _stream(name: str = "@@s") -> Step:
    options = 'TYPE="simulator", DATASOURCE="x", FORMAT="json"'
    sql = f"CREATE STREAM {name} (temperature FLOAT, humidity BIGINT) WITH ({options})"
    return Step("POST", "/streams", 201, _sql(sql), lambda text: text == f"Stream {name} is created.")


def _rule(rule_id: str = "@@r", **more: Any) -> dict[str, Any]:
    sql = "SELECT temperature AS t FROM @@s WHERE temperature > 10"
    return {"id": rule_id, "sql": sql, "actions": [{"nop": {}}], **more}


_DROP_STREAM = Step("DELETE", "/streams/@@s", 200, clean=True)
_DROP_RULE = Step("DELETE", "/rules/@@r", 200, clean=True)


def _says(*parts: str) -> Callable[[Any], bool]:
    """Whether all parts are in the text, or in the message of an error envelope."""

    def holds(body: Any) -> bool:
        text = body.get("message", "") if isinstance(body, dict) else str(body)
        return all(part in text for part in parts)

    return holds


def _code(number: int) -> Callable[[Any], bool]:
    return lambda body: isinstance(body, dict) and body.get("error") == number


def _names(name: str) -> Callable[[Any], bool]:
    return lambda body: isinstance(body, list) and name in body


_SERVER: Sequence[Step] = (
    Step("GET", "/", 200, holds=lambda body: {"version", "os", "arch", "upTimeSeconds"} <= set(body)),
    Step("POST", "/", 200, holds=lambda body: "version" in body),
    Step("GET", "/ping", 200, holds=lambda body: body == ""),
    Step("HEAD", "/ping", 405),
    Step("GET", "/nosuch", 404, holds=lambda body: body == "404 page not found\n"),
    Step("GET", "/streams/", 404),
    Step("GET", "//streams", 301),
    Step("DELETE", "/streams", 405, holds=lambda body: body == ""),
    Step("PATCH", "/configs", 204, {"nosuch": 1}),
    Step("PATCH", "/configs", 400, {"timezone": "Mars/Olympus"}, _says("unknown time zone")),
    Step("POST", "/batch/req", new(200), [{"method": "GET", "path": "/ping"}], lambda body: body == [{"code": 200}]),
    Step("POST", "/batch/req", new(200), [], lambda body: body == []),
    Step("GET", "/metrics/dump/check", new(200), holds=lambda body: body in {"enabled", "disabled"}),
    Step("GET", "/metrics/dump", new(400)),
    Step("GET", "/nosuch/rules", 404),
)
_STREAMS: Sequence[Step] = (
    _stream(),
    Step("POST", "/streams", 400, _sql('CREATE STREAM @@s () WITH (DATASOURCE="x")'), _says("already exists")),
    Step("POST", "/streams", 400, _sql("nonsense"), _says("Invalid stream statement: nonsense")),
    Step("POST", "/streams", 400, raw=b"{bad", holds=_code(1000)),
    Step("POST", "/streams", 201, _sql("SHOW STREAMS"), lambda text: "@@s" in text.split("\n")),
    Step("POST", "/streams", 201, _sql("DESCRIBE STREAM @@s"), _says("temperature\tfloat", "TYPE: simulator")),
    Step("GET", "/streams", 200, holds=_names("@@s")),
    Step("GET", "/streamdetails", 200, holds=lambda body: any(item["name"] == "@@s" for item in body)),
    Step("GET", "/streams/@@s", 200, holds=lambda body: body["StreamType"] == 0 and len(body["StreamFields"]) == 2),
    Step("GET", "/streams/@@none", 400, holds=_code(3000)),
    Step("GET", "/streams/@@s/schema", 200, holds=lambda body: body["temperature"]["type"] == "float"),
    Step(
        "PUT",
        "/streams/@@s",
        200,
        _sql('CREATE STREAM @@s (a BIGINT) WITH (TYPE="simulator", DATASOURCE="x", FORMAT="json")'),
        lambda text: text == "Stream @@s is replaced.",
    ),
    Step("PUT", "/streams/@@s", 400, _sql("nonsense"), _code(3000)),
    Step("DELETE", "/streams/@@none", 404, holds=_code(1002)),
    Step("DELETE", "/streams/@@s", 200, holds=lambda text: text == "Stream @@s is dropped."),
    Step(
        "POST",
        "/tables",
        201,
        _sql('CREATE TABLE @@t (id BIGINT) WITH (TYPE="memory", DATASOURCE="@@t", KIND="lookup", KEY="id")'),
    ),
    Step("POST", "/tables", 400, _sql("CREATE TABLE"), _says("expected stream name")),
    Step("GET", "/tables", 200, holds=_names("@@t")),
    Step("GET", "/tables?kind=lookup", 200, holds=_names("@@t")),
    Step("GET", "/tables?kind=scan", 200, holds=lambda body: "@@t" not in body),
    Step("GET", "/tabledetails", 200, holds=lambda body: any(item["name"] == "@@t" for item in body)),
    Step("GET", "/tables/@@t", 200, holds=lambda body: body["Options"]["kind"] == "lookup"),
    Step("GET", "/tables/@@t/schema", 200, holds=lambda body: body["id"]["type"] == "bigint"),
    Step(
        "PUT",
        "/tables/@@t",
        200,
        _sql('CREATE TABLE @@t (id BIGINT) WITH (TYPE="memory", DATASOURCE="@@t", KIND="lookup", KEY="id")'),
    ),
    Step("DELETE", "/tables/@@t", 200, clean=True),
    Step("DELETE", "/streams/@@s", 404, clean=True),
)
_RULES: Sequence[Step] = (
    _stream(),
    Step("POST", "/rules/validate", 200, _rule(), lambda body: body == {"sources": ["@@s"], "valid": True}),
    Step("POST", "/rules/validate", 422, {**_rule(), "sql": "SELEC"}, _says("is not a select statement")),
    Step("POST", "/rules", 201, _rule(), lambda text: text == "Rule @@r was created successfully."),
    Step("POST", "/rules", 400, _rule(), _says("already exists")),
    Step("POST", "/rules", 400, {**_rule("@@x"), "sql": "SELECT * FROM @@none"}, _says("fail to get stream @@none")),
    Step("POST", "/rules", 400, {**_rule("@@x"), "sql": "SELECT nosuchfn(a) FROM @@s"}, _says("function nosuchfn not")),
    Step("POST", "/rules", 400, {**_rule("@@x"), "actions": [{"nosuchsink": {}}]}, _code(2201)),
    Step("POST", "/rules", 400, {**_rule("@@x"), "actions": []}, _says("Missing rule actions")),
    Step("POST", "/rules", 400, raw=b"{bad", holds=_says("looking for beginning of object key string")),
    Step("GET", "/rules", 200, holds=lambda body: any(rule["id"] == "@@r" for rule in body)),
    Step("GET", "/rules/status/all", 200, holds=lambda body: body["@@r"]["exceptions_total"] == 0),
    Step("GET", "/rules/@@r", 200, holds=lambda body: body["id"] == "@@r"),
    Step("GET", "/rules/@@none", 404, holds=_code(1002)),
    Step("GET", "/rules/@@r/status", 200, holds=lambda body: body["status"] == "running"),
    Step("GET", "/v2/rules/@@r/status", new(200), holds=lambda body: "op_2_filter_0_records_in_total" in body),
    Step(
        "GET",
        "/rules/@@r/topo",
        {OLD: 200},
        holds=lambda body: (
            body["edges"]
            == {"source_@@s": ["op_2_filter"], "op_2_filter": ["op_3_project"], "op_3_project": ["sink_nop_0"]}
        ),
    ),
    Step(
        "GET",
        "/rules/@@r/topo",
        new(200),
        holds=lambda body: body["edges"]["op_3_project"] == ["op_nop_0_0_transform"],
    ),
    Step("GET", "/rules/@@r/explain", 200, holds=_says("ProjectPlan", "FilterPlan", "DataSourcePlan")),
    Step("GET", "/rules/@@r/schema", new(200), holds=lambda body: body == {"t": {"hasIndex": True, "index": 0}}),
    Step("GET", "/rules/@@r/scantables", new(400), holds=_says("join node is not found")),
    Step("GET", "/rules/usage/cpu", new(200)),
    Step("POST", "/rules/@@r/stop", 200, holds=lambda text: text == "Rule @@r was stopped."),
    Step("GET", "/rules/@@r/status", 200, holds=lambda body: body["status"] == "stopped"),
    Step("POST", "/rules/@@r/start", 200, holds=lambda text: text == "Rule @@r was started"),
    Step("POST", "/rules/@@r/restart", 200, holds=lambda text: text == "Rule @@r was restarted"),
    Step("POST", "/rules/@@none/start", 404, holds=_code(1002)),
    Step("PUT", "/rules/@@r/reset_state", 400, {"type": 0}, _says("unknown stateType:0")),
    Step("PUT", "/rules/@@r", 200, _rule(name="New name"), lambda text: text == "Rule @@r was updated successfully."),
    Step("PUT", "/rules/@@r/tags", new(200), {"tags": ["@@a", "@@b"]}),
    Step("PATCH", "/rules/@@r/tags", new(200), {"tags": ["@@c"]}),
    Step("DELETE", "/rules/@@r/tags", new(200), {"tags": ["@@b"]}),
    Step("GET", "/rules/@@r", new(200), holds=lambda body: body["tags"] == ["@@a", "@@c"]),
    Step("GET", "/rules/tags/match", new(200), {"tags": ["@@a"]}, lambda body: body == {"rules": ["@@r"]}),
    Step("GET", "/rules/tags/match", new(200), {"tags": ["@@none"]}, lambda body: body == {}),
    Step(
        "POST",
        "/rules/bulkstop",
        new(200),
        {"tags": ["@@a"]},
        lambda body: body == [{"ruleId": "@@r", "success": True}],
    ),
    Step("POST", "/rules/bulkstart", new(200), {"tags": ["@@a"]}, lambda body: body[0]["success"] is True),
    Step("POST", "/rules/bulkstop", both(405, 400), {"tags": ["@@none"]}),
    Step("DELETE", "/streams/@@s", new(400), holds=_says("has been referenced by other rules")),
    Step("POST", "/rules/@@r/trace/start", new(200), {"strategy": "always"}),
    Step("GET", "/trace/rule/@@r", new(200), holds=lambda body: isinstance(body, list)),
    Step("POST", "/rules/@@r/trace/stop", new(200)),
    Step("GET", "/trace/00000000000000000000000000000000", new(404), holds=lambda text: text == "Not Found\n"),
    Step("POST", "/tracer", new(200), {"action": "stop"}, lambda text: text == "success"),
    Step("POST", "/ruletest", 200, {"id": "@@test", "sql": "SELECT * FROM @@s"}, lambda body: body["id"] == "@@test"),
    Step("POST", "/ruletest/@@test/start", 200, holds=lambda text: text == "Test rule @@test was started"),
    Step("DELETE", "/ruletest/@@test", 200, holds=_says("Test rule @@test was stopped")),
    Step("POST", "/ruletest/@@none/start", 400),
    Step("DELETE", "/rules/@@r", 200, holds=lambda text: text == "Rule @@r is dropped."),
    Step("DELETE", "/rules/@@r", both(404, 400)),
    _DROP_RULE,
    _DROP_STREAM,
)
_IMPORT = json.dumps(
    {
        "streams": {"@@s": 'CREATE STREAM @@s () WITH (TYPE="simulator", DATASOURCE="x", FORMAT="json")'},
        "tables": {},
        "rules": {"@@r": json.dumps({"id": "@@r", "sql": "SELECT * FROM @@s", "actions": [{"nop": {}}]})},
    }
)
_YAML = """streams:
  @@s:
    sql: CREATE STREAM @@s () WITH (TYPE="simulator", DATASOURCE="x", FORMAT="json")
"""
_TRANSFER: Sequence[Step] = (
    Step("POST", "/ruleset/import", 200, {"content": _IMPORT}, _says("imported 1 streams, 0 tables and 1 rules")),
    Step("POST", "/ruleset/import", 400, {}, _says("must specify content or file")),
    Step("POST", "/ruleset/export", 200, holds=lambda body: "@@r" in body["rules"] and "@@s" in body["streams"]),
    Step("GET", "/data/export", 200, holds=lambda body: len(body) == 12 and "@@r" in body["rules"]),
    Step("POST", "/data/export", 200, ["@@r"], lambda body: list(body["rules"]) == ["@@r"]),
    Step("GET", "/v2/data/export", new(200), holds=_says("@@s")),
    _DROP_RULE,
    _DROP_STREAM,
    Step("POST", "/data/import?partial=1", 200, {"content": _IMPORT}, lambda body: body["ErrorMsg"] == ""),
    Step("POST", "/data/import?partial=1", 400, {"content": "{bad"}, _says("configuration unmarshal with error")),
    Step("GET", "/data/import/status", 200, holds=lambda body: len(body) == 12),
    _DROP_RULE,
    _DROP_STREAM,
    Step("POST", "/async/data/import?partial=1", 200, {"content": _IMPORT}, lambda body: "id" in body),
    Step("GET", "/async/task/@@none", 400, holds=_says("not found")),
    Step("POST", "/async/task/@@none/cancel", 400),
    Step("POST", "/v2/data/import", new(200), {"content": _YAML}, lambda text: text == "success"),
    Step("POST", "/v2/data/import", new(400), {"content": ":\n- ["}),
    _DROP_RULE,
    _DROP_STREAM,
)
_MQTT = {"server": "tcp://127.0.0.1:1"}
_OUTSIDE: Sequence[Step] = (
    Step("GET", "/connections", new(200), holds=lambda body: isinstance(body, list)),
    Step("POST", "/connections", new(201), {"id": "@@c", "typ": "nosuch", "props": {}}, lambda text: text == "success"),
    Step("GET", "/connections/@@c", new(200), holds=lambda body: body["status"] == "connecting"),
    Step("GET", "/connections/@@none", new(400)),
    Step("PUT", "/connections/@@c", new(200), {"id": "@@c", "typ": "nosuch", "props": {}}),
    Step("DELETE", "/connections/@@c", new(200), clean=True),
    Step("GET", "/metadata/functions", 200, holds=lambda body: len(body[0]["functions"]) > 50),
    Step("GET", "/metadata/operators", 200, holds=lambda body: any(item["name"] == "filter" for item in body)),
    Step("GET", "/metadata/sources", 200, holds=lambda body: any(item["name"] == "mqtt" for item in body)),
    Step(
        "GET", "/metadata/sources?kind=lookup", 200, holds=lambda body: any(item["name"] == "memory" for item in body)
    ),
    Step("GET", "/metadata/sinks", 200, holds=lambda body: any(item["name"] == "rest" for item in body)),
    Step("GET", "/metadata/connections", 200, holds=lambda body: isinstance(body, list)),
    Step("GET", "/metadata/sources/mqtt", 200, holds=lambda body: body["properties"]["default"][0]["name"] != ""),
    Step("GET", "/metadata/sinks/mqtt", 200, holds=lambda body: isinstance(body["properties"], list)),
    Step("GET", "/metadata/connections/mqtt", 200, holds=lambda body: "properties" in body),
    Step("GET", "/metadata/sources/@@none", 400, holds=_code(5000)),
    Step("GET", "/metadata/resources", 200, holds=lambda body: set(body) == {"sinks", "sources"}),
    Step("GET", "/metadata/resource", 200, holds=lambda body: "mqtt" in body),
    *(
        step
        for family in ("sources", "sinks", "connections")
        for step in (
            Step("PUT", f"/metadata/{family}/mqtt/confKeys/@@k", 200, _MQTT),
            Step("GET", f"/metadata/{family}/yaml/mqtt", 200, holds=lambda body: body["@@k"] == _MQTT),
            Step("DELETE", f"/metadata/{family}/mqtt/confKeys/@@k", 200, clean=True),
        )
    ),
    Step("POST", "/metadata/sources/connection/simulator", 400, {}, _says("doesn't support ping connection")),
    Step("POST", "/metadata/sinks/connection/log", 400, {}, _says("doesn't support ping connection")),
    Step("POST", "/metadata/lookups/connection/memory", 400, {}, _says("doesn't support ping connection")),
    Step("GET", "/config/uploads", 200, holds=lambda body: isinstance(body, list)),
    Step(
        "POST",
        "/config/uploads",
        201,
        {"name": "@@u.txt", "content": "x"},
        _says("@@u.txt"),
        headers=(("Content-Type", "application/json"),),
    ),
    Step("DELETE", "/config/uploads/@@u.txt", 200, clean=True),
    Step("DELETE", "/config/uploads/@@none", 400),
)
_SCRIPT = "function @@f(a) { return a; }"
_FORM = (
    b'--B\r\nContent-Disposition: form-data; name="file"; filename="x.proto"\r\n\r\n'
    b"message X {required int64 id = 1;}\r\n--B--\r\n"
)
_EXTENSIONS: Sequence[Step] = (
    Step("POST", "/udf/javascript", 201, {"id": "@@f", "script": _SCRIPT, "isAgg": False}),
    Step("GET", "/udf/javascript", 200, holds=_names("@@f")),
    Step("GET", "/udf/javascript/@@f", 200, holds=lambda body: body["script"] == _SCRIPT),
    Step("PUT", "/udf/javascript/@@f", 200, {"id": "@@f", "script": _SCRIPT, "isAgg": False}),
    Step("GET", "/udf/javascript/@@none", 400, holds=_code(1000)),
    Step("DELETE", "/udf/javascript/@@f", 200, clean=True),
    Step("DELETE", "/udf/javascript/@@none", 404, holds=_code(1002)),
    Step("POST", "/schemas/protobuf", 201, {"name": "@@p", "content": "message P {required int64 id = 1;}"}),
    Step("GET", "/schemas/protobuf", 200, holds=_names("@@p")),
    Step("GET", "/schemas/protobuf/@@p", 200, holds=lambda body: body["name"] == "@@p"),
    Step("PUT", "/schemas/protobuf/@@p", 200, {"name": "@@p", "content": "message P {required int64 no = 1;}"}),
    Step(
        "PUT",
        "/schemas/protobuf/@@p/upload",
        new(200),
        raw=_FORM,
        headers=(("Content-Type", "multipart/form-data; boundary=B"),),
    ),
    Step("DELETE", "/schemas/protobuf/@@p", 200, clean=True),
    Step("GET", "/services", 200, holds=lambda body: isinstance(body, list)),
    Step("GET", "/services/functions", 200, holds=lambda body: isinstance(body, list)),
    Step("GET", "/services/functions/@@none", 404, holds=_code(1002)),
    Step("GET", "/services/@@none", 404, holds=_code(1002)),
    Step("POST", "/services", 400, {"name": "@@v"}, _says("invalid file path")),
    Step("DELETE", "/services/@@none", 404, holds=_code(1002)),
    *(
        step
        for kind in ("sources", "sinks", "functions")
        for step in (
            Step("GET", f"/plugins/{kind}", 200, holds=lambda body: isinstance(body, list)),
            Step("GET", f"/plugins/{kind}/@@none", 404, holds=_code(1002)),
            Step("POST", f"/plugins/{kind}", 400, {"name": "@@n"}, _says("invalid uri")),
            Step("PUT", f"/plugins/{kind}/@@none", 404, {"name": "@@none", "file": "file:///x.zip"}, _code(1002)),
            Step("DELETE", f"/plugins/{kind}/@@none", 404, holds=_code(1002)),
        )
    ),
    Step("POST", "/plugins/functions/@@none/register", 404, {"functions": ["x"]}, _code(1002)),
    Step("GET", "/plugins/udfs", 200, holds=lambda body: isinstance(body, list)),
    Step("GET", "/plugins/udfs/@@none", 404, holds=_code(1002)),
    Step("GET", "/plugins/portables", 200, holds=lambda body: isinstance(body, list)),
    Step("GET", "/plugins/portables/@@none", 404, holds=_code(1002)),
    Step("GET", "/plugins/portables/@@none/status", new(404)),
    Step("POST", "/plugins/portables", 400, {"name": "@@n", "file": "file:///nosuch.zip"}, _says("no such file")),
    Step("DELETE", "/plugins/portables/@@none", 400),
)

SEQUENCES: dict[str, Sequence[Step]] = {
    "server": _SERVER,
    "streams": _STREAMS,
    "rules": _RULES,
    "transfer": _TRANSFER,
    "outside": _OUTSIDE,
    "extensions": _EXTENSIONS,
}

LEFT_OUT: dict[str, str] = {
    "server.stop": "ends the server that is tested; see the tests of the simulator",
    "server.stop_get": "ends the server that is tested; see the tests of the simulator",
    "services.update": "needs a service's zip file on the server; compared with the recordings",
    "plugins.portables.update": "needs a plugin's zip file on the server; compared with the recordings",
    "plugins.sources.prebuilt": "depends on the system on which the server was built",
    "plugins.sinks.prebuilt": "depends on the system on which the server was built",
    "plugins.functions.prebuilt": "depends on the system on which the server was built",
    "plugins.wasm.list": "is compiled in by few builds",
    "plugins.wasm.create": "is compiled in by few builds",
    "plugins.wasm.get": "is compiled in by few builds",
    "plugins.wasm.delete": "is compiled in by few builds",
    "websockets.list": "2.4.0 has the route switched off, and it was not recorded on 1.14.7",
    "websockets.create": "2.4.0 has the route switched off, and it was not recorded on 1.14.7",
    "websockets.delete": "2.4.0 has the route switched off, and it was not recorded on 1.14.7",
}
"""Operations that no sequence calls, and why."""
