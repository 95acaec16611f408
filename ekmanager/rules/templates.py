"""First rules that run at once on the demo fleet, and first forms of the common sinks."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from ekmanager.ekuiper.models.base import JSON
from ekmanager.rules.options import OPTIONS, OptionSpec

__all__ = ["ACTION_TEMPLATES", "OPTIONS", "TEMPLATES", "OptionSpec", "Template"]


@dataclass(frozen=True)
class Template:
    """A rule to begin with. `streams` and `tables` are those that it reads, by their names on the demo fleet."""

    id: str
    title: str
    summary: str
    sql: str
    actions: tuple[dict[str, JSON], ...]
    options: dict[str, JSON] = field(default_factory=dict)
    streams: tuple[str, ...] = ()
    tables: tuple[str, ...] = ()

    def document(self, rule_id: str = "") -> dict[str, JSON]:
        """A definition of its own, to be changed; the id is the template's unless given."""
        document: dict[str, JSON] = {"id": rule_id or self.id, "name": self.title, "sql": self.sql}
        document["actions"] = copy.deepcopy(list[JSON](self.actions))
        if self.options:
            document["options"] = copy.deepcopy(dict[str, JSON](self.options))
        return document


TEMPLATES: tuple[Template, ...] = (
    Template(
        "threshold_alarm",
        "Threshold alarm",
        "Passes on the records in which a value is too high, and only the fields that matter.",
        "SELECT device, temperature\nFROM climate\nWHERE temperature > 30",
        ({"log": {}}, {"memory": {"topic": "alarms/temperature", "sendSingle": True}}),
        streams=("climate",),
    ),
    Template(
        "moving_average",
        "Moving average",
        "Every 2 seconds the average of the last 10, for each device.",
        "SELECT device, avg(temperature) AS t_avg, count(*) AS readings, window_end() AS at\n"
        "FROM climate\n"
        "GROUP BY device, HOPPINGWINDOW(ss, 10, 2)",
        ({"memory": {"topic": "averages/temperature"}},),
        streams=("climate",),
    ),
    Template(
        "deduplicate",
        "Deduplicate",
        "Passes on a record only when a value differs from the one before.",
        "SELECT device, axis, rms\nFROM vibration\nWHERE had_changed(true, axis) = true",
        ({"memory": {"topic": "changes/axis", "sendSingle": True}},),
        streams=("vibration",),
    ),
    Template(
        "join_lookup_table",
        "Join with a lookup table",
        "Adds to each record what a table knows of its device. A device that is not in the table passes without.",
        "SELECT climate.device, climate.temperature, device_registry.model, device_registry.site\n"
        "FROM climate\n"
        "LEFT JOIN device_registry ON climate.device = device_registry.device",
        ({"memory": {"topic": "enriched/climate", "sendSingle": True}},),
        streams=("climate",),
        tables=("device_registry",),
    ),
    Template(
        "downsampling",
        "Downsampling",
        "One record a meter every 5 seconds in place of each single one.",
        "SELECT meter, avg(kw) AS kw, max(volts) AS volts_max, count(*) AS readings\n"
        "FROM meters\n"
        "GROUP BY meter, TUMBLINGWINDOW(ss, 5)",
        ({"memory": {"topic": "slow/meters"}},),
        streams=("meters",),
    ),
)

ACTION_TEMPLATES: Mapping[str, dict[str, JSON]] = MappingProxyType(
    {
        "mqtt": {"server": "tcp://127.0.0.1:1883", "topic": "result", "qos": 0, "sendSingle": True},
        "log": {},
        "rest": {
            "url": "https://example.com/ingest",
            "method": "POST",
            "bodyType": "json",
            "timeout": 5000,
            "sendSingle": True,
        },
        "memory": {"topic": "result", "sendSingle": True},
        "file": {"path": "result.jsonl", "fileType": "lines", "sendSingle": True},
        "redis": {"addr": "127.0.0.1:6379", "db": 0, "dataType": "string", "field": "device", "sendSingle": True},
        "sql": {"url": "mysql://user@127.0.0.1:3306/name", "table": "result", "sendSingle": True},
        "nop": {},
    }
)
"""By type of sink, properties to begin with: `{"mqtt": {…}}` is an action. Copy before a change."""
