"""What the replay needs besides the recordings: files, dead addresses, time that passed, steps that were not kept."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass

UNREACHABLE = ("127.0.0.1:9237", "127.0.0.1:9238", "127.0.0.1:9239")
"""Addresses at which nothing listened."""

FILES: dict[str, str | Collection[str]] = {
    "/data/files/lookup.csv": "id,name\n1,alpha\n",
    "/data/files/lines.jsonl": "",
    "/data/files/lookup.json": "[]",
    "/data/files/person.proto": 'syntax = "proto2"; message Person { required string name = 1; }',
    "/data/files/labsrc.zip": ("Labsrc.so", "labsrc.yaml", "labsrc.json"),
    "/data/files/labsink.zip": ("Labsink.so!",),
    "/data/files/labfn.zip": ("Labfn.so",),
    "/data/files/dummyfn.zip": ("Dummyfn.so!",),
    "/data/files/pyecho.zip": ("pyecho.json", "pyecho.py"),
    "/data/files/pydead.zip": ("pydead.json!", "pydead.py"),
    "/data/files/pybad.zip": ("other.json",),
    "/data/files/labsvc.zip": ("labsvc.json", "schemas/bookshelf.proto", "schemas/messaging.proto"),
    "/kuiper/data/schemas/protobuf/up@2.proto": "",
    "/data/samples/ruleset-export-2.4.0.json": '{"streams": {}, "tables": {}, "rules": {}}',
    "/data/samples/ruleset-export-1.14.7.json": '{"streams": {}, "tables": {}, "rules": {}}',
    "http://127.0.0.1:9240/files/labfn.zip": ("Labfn.so",),
}
BOTH = ("2.4.0", "1.14.7")
NEW = ("2.4.0",)
OLD = ("1.14.7",)


@dataclass(frozen=True)
class Setup:
    """A request that was made, and whose exchange was not kept."""

    method: str
    path: str
    body: str | None = None
    versions: tuple[str, ...] = BOTH


def _stream(name: str, options: str, fields: str = "", versions: tuple[str, ...] = BOTH) -> Setup:
    return Setup("POST", "/streams", json.dumps({"sql": f"CREATE STREAM {name} ({fields}) WITH ({options})"}), versions)


def _table(sql: str, versions: tuple[str, ...] = BOTH) -> Setup:
    return Setup("POST", "/tables", json.dumps({"sql": sql}), versions)


def _rule(rule_id: str, sql: str, versions: tuple[str, ...] = BOTH, **more: object) -> Setup:
    body = {"id": rule_id, "sql": sql, "actions": [{"nop": {}}], **more}
    return Setup("POST", "/rules", json.dumps(body), versions)


def _config(kind: str, key: str, properties: Mapping[str, object]) -> Setup:
    return Setup("PUT", f"/metadata/sources/{kind}/confKeys/{key}", json.dumps(properties))


def _deleted(*paths: str, versions: tuple[str, ...] = BOTH) -> tuple[Setup, ...]:
    return tuple(Setup("DELETE", path, None, versions) for path in paths)


_FAST = _config(
    "simulator",
    "fast",
    {
        "data": [
            {"id": 1, "name": "alpha", "temperature": 20.5, "humidity": 50},
            {"id": 2, "name": "beta", "temperature": 31.5, "humidity": 55},
            {"id": 3, "name": "gamma", "temperature": 41.0, "humidity": 60},
        ],
        "interval": "100ms",
        "loop": True,
    },
)
_SIM = _stream("sim", 'TYPE="simulator", DATASOURCE="sim", FORMAT="json", CONF_KEY="fast"')
_OLD_SIM = Setup(_SIM.method, _SIM.path, _SIM.body, OLD)
_MQTT = 'TYPE="mqtt", DATASOURCE="devices/+/telemetry", FORMAT="json"'
_HOT = [{"log": {}}, {"memory": {"topic": "lab/out", "sendSingle": True}}]
_REST = [
    {
        "rest": {
            "url": "http://127.0.0.1:9240/sink/ok",
            "method": "post",
            "bodyType": "json",
            "sendSingle": True,
            "timeout": "1s",
        }
    }
]
_BY_NAME = (
    "SELECT name, count(*) AS c, avg(temperature) AS t FROM sim GROUP BY name, TUMBLINGWINDOW(ss, 1) "
    "HAVING count(*) > 0 ORDER BY name"
)
_FIRST_RULES = (
    _rule(
        "filter_log",
        "SELECT id, temperature, name FROM sim WHERE temperature > 25",
        name="Hot filter",
        actions=_HOT,
        tags=["demo", "hot"],
    ),
    _rule("win_tumbling", _BY_NAME, actions=[{"memory": {"topic": "lab/win"}}], tags=["demo", "window"]),
    _rule("rest_ok", "SELECT * FROM sim WHERE id = 1", actions=_REST),
    _rule("cron", "SELECT * FROM sim", options={"cron": "0 0 1 1 *", "duration": "10s"}),
    _rule(
        "sse_sink",
        "SELECT id, temperature FROM sim WHERE id = 1",
        NEW,
        actions=[{"sse": {"endpoint": "/lab/sse", "datasource": "/lab/sse", "sendSingle": True}}],
    ),
)
_IMPORT = json.dumps(
    {
        "streams": {"imp3": 'CREATE STREAM imp3 () WITH (TYPE="memory", DATASOURCE="i", FORMAT="json")'},
        "rules": {"imprule3": '{"id": "imprule3", "sql": "SELECT * FROM imp3", "actions": [{"nop": {}}]}'},
    }
)
_DOWN = _config("mqtt", "down", {"server": "tcp://127.0.0.1:9238", "qos": 0})

BEFORE: dict[str, tuple[Setup, ...]] = {
    "streams.create.simulator": (_FAST,),
    "streams.create.file": (_stream("push", 'TYPE="httppush", DATASOURCE="/lab/push", FORMAT="json"'),),
    "streams.create.mqtt.slice": (
        _stream("simarr", 'TYPE="simulator", DATASOURCE="x", FORMAT="json", CONF_KEY="arr"'),
        _stream("mqrl", f'{_MQTT}, CONF_KEY="rl"'),
    ),
    "streams.create.temp": (
        _stream("versioned", 'TYPE="memory", DATASOURCE="v", FORMAT="json", VERSION="5"', "a BIGINT", NEW),
        _stream("versioned", 'TYPE="memory", DATASOURCE="v", FORMAT="json"', "a BIGINT", OLD),
    ),
    "tables.delete": (_table('CREATE TABLE ttodel () WITH (TYPE="memory", DATASOURCE="t", FORMAT="json")'),),
    "rules.create.win_sliding": _FIRST_RULES,
    "rules.list.just_created": (
        *_deleted("/rules/e15", "/rules/e18", "/rules/e19", "/rules/e23"),
        *_deleted("/rules/e13", "/rules/e21", "/rules/e26", versions=OLD),
    ),
    "rules.status.after_start": (Setup("POST", "/rules/filter_log/start"),),
    "streams.delete.in_use_force_bad": (_OLD_SIM,),
    "streams.delete.in_use2": (_OLD_SIM,),
    "streams.delete.used_by_stopped_rule": (
        _stream("versioned", 'TYPE="memory", DATASOURCE="v", FORMAT="json"', "a BIGINT", OLD),
    ),
    "tables.delete.lookup_in_use": (
        _table('CREATE TABLE tscan () WITH (TYPE="file", DATASOURCE="lookup.json", FORMAT="json")', OLD),
    ),
    "udf.delete.notfound": _deleted("/udf/javascript/area"),
    "secrets.rule.get": (
        _rule(
            "secrule",
            "SELECT * FROM sim",
            actions=[
                {
                    "mqtt": {
                        "server": "tcp://127.0.0.1:9241",
                        "topic": "sec",
                        "username": "u1",
                        "password": "s3cret",
                    }
                }
            ],
        ),
    ),
    "plugins.sources.put": _deleted("/rules/natrule"),
    "data.after_full.streams": (Setup("POST", "/data/import", json.dumps({"content": _IMPORT})),),
    "metadata.sink.confkey.put.after_bad_delete": _deleted("/metadata/sinks/mqtt/confKeys/nosuch"),
    "feat.create.rest_ok": (
        _FAST,
        _DOWN,
        _SIM,
        _stream("mqdown", f'{_MQTT}, CONF_KEY="down"'),
        _stream("mq", _MQTT),
        _stream("flaky", _MQTT),
        _stream("pull", 'TYPE="httppull", DATASOURCE="", FORMAT="json"'),
        _table('CREATE TABLE tlookhttp () WITH (TYPE="httppull", DATASOURCE="/", KIND="lookup")'),
        _rule("pull", "SELECT * FROM pull"),
        _rule("lookup_http", "SELECT sim.id, tlookhttp.v FROM sim LEFT JOIN tlookhttp ON sim.id = tlookhttp.id"),
    ),
    "usage_cpu.enabled": _deleted("/rules/pull"),
    "backoff.status.3s": (
        _DOWN,
        _stream("late", f'{_MQTT}, CONF_KEY="down"'),
        _rule("late", "SELECT * FROM late"),
    ),
    "extra.rule_id.create.hyphen-plain": (_rule("hyphen-qos1", "SELECT * FROM sim", options={"qos": 1}),),
    "extra.post_without_content_type": (_FAST,),
}
"""Requests to make before a recorded one."""

LATER: dict[str, float] = {
    "rules.list.just_created": 8.0,
    "rules.status.after_put_not_triggered": 0.2,
    "trace.rule": 6.0,
    "trace.rule.window": 6.9,
    "trace.rule.mqtt": 6.0,
    "async.task.done": 0.5,
    "async.import.bad": 1.0,
    "async.task.bad_done": 0.5,
    "async.import.none": 1.0,
    "feat.status.3s.rest_ok": 3.0,
    "feat.status.14s.mqtt_down": 11.0,
    "backoff.status.3s": 3.0,
    "extra.rule_id.status.hyphen-cache": 2.0,
}
"""Seconds that had passed before a recorded exchange."""

RESTARTED_AFTER = frozenset(["data.import.full.stop", "stop.ping_after"])
"""Exchanges after which the process ended and was started anew."""

NOT_COMPARED: dict[str, str] = {
    "httppush.": "push endpoints of the data server, not REST",
    "ruletest.sse.after_delete": "the data server, not REST",
    "ruletest.plain_get_on_ws": "the data server, not REST",
    "prometheus.": "the Prometheus endpoint is not an operation",
    "pprof.": "the profiler is not an operation",
    "secrets.export.": "the recording kept only whether a password was in the body",
    "auth.post_valid": "the body of the request was not recorded",
    "auth.batch_valid": "the body of the request was not recorded",
    "stop.refused": "the process had ended: nothing was exchanged",
    "extra.trace.window": "the list from which these ids came was not recorded",
}
"""Why an exchange is left out, by the beginning of its id."""

NOT_COMPARED_IN_OLD: dict[str, str] = {
    "plugins.native_function_in_rule": "the complaint of a library that was built for something else",
}
"""The same, for 1.14.7 only."""
