"""What a simulated server has on it at the start: streams, tables and rules of a plant, well and not so well."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from ekmanager.simulator import ddl, gojson
from ekmanager.simulator.definitions import parse_rule
from ekmanager.simulator.reply import Refused
from ekmanager.simulator.rules import MANUALLY

if TYPE_CHECKING:
    from ekmanager.simulator.engine import Engine

OFF_BROKER = "10.20.0.9:1883"
"""A broker that no simulated server can connect to."""
OFF_REDIS = "10.20.0.12:6379"
"""A Redis that no simulated server can connect to."""

_TEMPERATURES = [
    {"device": 1, "temperature": 21.5, "humidity": 48},
    {"device": 2, "temperature": 27.9, "humidity": 51},
    {"device": 3, "temperature": 33.2, "humidity": 44},
    {"device": 4, "temperature": 24.1, "humidity": 55},
]
_VIBRATIONS = [
    {"device": 1, "rms": 0.8, "axis": "x"},
    {"device": 2, "rms": 2.9, "axis": "x"},
    {"device": 3, "rms": 1.4, "axis": "y"},
]
_METERS = [
    {"meter": "m1", "kw": 3.2, "volts": 229.5},
    {"meter": "m2", "kw": 7.9, "volts": 231.0},
    {"meter": "m1", "kw": 3.4, "volts": 229.9},
]

_CONFIGS: tuple[tuple[str, str, dict[str, Any]], ...] = (
    ("simulator", "climate", {"data": _TEMPERATURES, "interval": "200ms", "loop": True}),
    ("simulator", "vibration", {"data": _VIBRATIONS, "interval": "100ms", "loop": True}),
    ("simulator", "meters", {"data": _METERS, "interval": "500ms", "loop": True}),
    ("mqtt", "plant", {"server": "tcp://10.20.0.5:1883", "qos": 0}),
)
_STATEMENTS = (
    "CREATE STREAM climate (device BIGINT, temperature FLOAT, humidity BIGINT) "
    'WITH (TYPE="simulator", DATASOURCE="climate", FORMAT="json", CONF_KEY="climate")',
    "CREATE STREAM vibration (device BIGINT, rms FLOAT, axis STRING) "
    'WITH (TYPE="simulator", DATASOURCE="vibration", FORMAT="json", CONF_KEY="vibration")',
    'CREATE STREAM meters () WITH (TYPE="simulator", DATASOURCE="meters", FORMAT="json", CONF_KEY="meters")',
    "CREATE STREAM telemetry (device BIGINT, temperature FLOAT, humidity FLOAT, ts BIGINT) "
    'WITH (TYPE="mqtt", DATASOURCE="devices/+/telemetry", FORMAT="json", CONF_KEY="plant", TIMESTAMP="ts")',
    'CREATE STREAM hot_events () WITH (TYPE="memory", DATASOURCE="plant/hot", FORMAT="json")',
    "CREATE TABLE device_registry (device BIGINT, model STRING, site STRING) "
    'WITH (TYPE="memory", DATASOURCE="plant/registry", FORMAT="json", KIND="lookup", KEY="device")',
)


@dataclass(frozen=True, slots=True)
class SeedRule:
    """A rule of a server at the start; `stopped` ones were stopped by a person."""

    id: str
    name: str
    sql: str
    actions: Sequence[dict[str, Any]]
    tags: tuple[str, ...] = ()
    options: dict[str, Any] = field(default_factory=dict)
    stopped: bool = False

    def text(self) -> str:
        body: dict[str, Any] = {"id": self.id, "name": self.name, "sql": self.sql, "actions": list(self.actions)}
        if self.options:
            body["options"] = self.options
        if self.tags:
            body["tags"] = list(self.tags)
        return gojson.dumps(body)


USUAL = (
    SeedRule(
        "hot_alert",
        "Overheating alert",
        "SELECT device, temperature FROM climate WHERE temperature > 30",
        [{"memory": {"topic": "plant/hot", "sendSingle": True}}, {"log": {}}],
        ("alert", "temperature"),
    ),
    SeedRule(
        "climate_average",
        "Average climate, every 10 s",
        "SELECT device, avg(temperature) AS t_avg, max(humidity) AS h_max, count(*) AS n, window_end() AS at "
        "FROM climate GROUP BY device, TUMBLINGWINDOW(ss, 10)",
        [{"mqtt": {"server": "tcp://10.20.0.5:1883", "topic": "plant/climate/avg", "qos": 0}}],
        ("aggregate", "temperature"),
    ),
    SeedRule(
        "vibration_peaks",
        "Peaks of the last 5 s",
        "SELECT device, max(rms) AS peak FROM vibration WHERE rms > 1 GROUP BY device, SLIDINGWINDOW(ss, 5)",
        [{"memory": {"topic": "plant/vibration"}}],
        ("vibration",),
    ),
    SeedRule(
        "energy_by_meter",
        "Energy a meter",
        "SELECT meter, sum(kw) AS total, avg(volts) AS volts FROM meters GROUP BY meter, HOPPINGWINDOW(ss, 20, 5)",
        [{"file": {"path": "energy.jsonl", "fileType": "lines"}}],
        ("energy", "aggregate"),
    ),
    SeedRule(
        "enrich_telemetry",
        "Add model and site",
        "SELECT telemetry.device, telemetry.temperature, device_registry.model, device_registry.site "
        "FROM telemetry LEFT JOIN device_registry ON telemetry.device = device_registry.device",
        [{"mqtt": {"server": "tcp://10.20.0.5:1883", "topic": "plant/enriched", "qos": 1, "sendSingle": True}}],
        ("join",),
    ),
    SeedRule(
        "alert_throttle",
        "One alert a device and minute",
        "SELECT device, max(temperature) AS peak, count(*) AS readings FROM hot_events "
        "GROUP BY device, TUMBLINGWINDOW(mi, 1)",
        [{"nop": {}}],
        ("alert",),
    ),
    SeedRule(
        "raw_export",
        "Raw export (switched off)",
        "SELECT * FROM telemetry",
        [{"rest": {"url": "https://archive.example/ingest", "method": "post", "sendSingle": True}}],
        ("export",),
        stopped=True,
    ),
)
"""Rules of a server that is well; the last one is switched off."""

TROUBLED = (
    SeedRule(
        "cloud_forward",
        "Forward to the cloud broker",
        "SELECT * FROM climate",
        [{"mqtt": {"server": f"tcp://{OFF_BROKER}", "topic": "cloud/climate", "qos": 1}}],
        ("export",),
    ),
    SeedRule(
        "cache_latest",
        "Latest value a device",
        "SELECT device, temperature FROM climate",
        [{"redis": {"addr": OFF_REDIS, "key": "device", "field": "temperature"}}],
        ("export", "cache"),
    ),
)
"""Rules in trouble: 2.4.0 keeps the first running while its sink is disconnected and stops the second by error."""

NIGHTLY = SeedRule(
    "nightly_report",
    "Nightly energy report",
    "SELECT meter, sum(kw) AS total FROM meters GROUP BY meter, TUMBLINGWINDOW(ss, 5)",
    [{"log": {}}],
    ("energy", "scheduled"),
    {"cron": "0 1 * * *", "duration": "30m"},
)


def seed(engine: Engine, rules: Sequence[SeedRule] = USUAL) -> None:
    """Creates the streams, tables and rules; the rules began when the server did."""
    for kind, key, properties in _CONFIGS:
        engine.configs.put("sources", kind, key, properties)
    for sql in _STATEMENTS:
        statement = ddl.parse_statement(sql, newer=engine.newer)
        if statement.definition is not None:
            engine.definitions[statement.name] = statement.definition
    add_rules(engine, rules)


def add_rules(engine: Engine, rules: Sequence[SeedRule]) -> None:
    """Adds rules that run since the server's start."""
    for index, seeded in enumerate(rules):
        rule = engine.add_rule(parse_rule(engine, seeded.text()), started=engine.started_at + 0.02 * index)
        if seeded.stopped:
            rule.end(min(engine.now(), engine.started_at + 1.0), MANUALLY)
            rule.rewrite(engine, triggered=False)


def add_failed_rule(engine: Engine) -> None:
    """Adds a rule that stopped by error, because its stream was deleted."""
    sql = 'CREATE STREAM retired () WITH (TYPE="memory", DATASOURCE="old/line", FORMAT="json")'
    statement = ddl.parse_statement(sql, newer=engine.newer)
    if statement.definition is None:
        return
    engine.definitions["retired"] = statement.definition
    text = SeedRule("old_line", "Old line", "SELECT * FROM retired", [{"log": {}}], ("legacy",)).text()
    rule = engine.add_rule(parse_rule(engine, text), started=engine.started_at)
    del engine.definitions["retired"]
    rule.end(engine.started_at + 1.0, "")
    try:
        rule.start(engine)
    except Refused as refusal:
        rule.fail(engine.started_at + 2.0, refusal.message)
