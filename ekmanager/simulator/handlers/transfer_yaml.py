"""Export and import as YAML, with rules as objects instead of texts."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from ekmanager.simulator import gojson, yamltext
from ekmanager.simulator.handlers import rules
from ekmanager.simulator.handlers.transfer import FAMILIES, attachment, bundle, content_of, put_definition
from ekmanager.simulator.reply import Call, Refused, Reply, text

if TYPE_CHECKING:
    from collections.abc import Callable

    from ekmanager.simulator.engine import Engine

_RULE_KEYS = ("triggered", "id", "name", "version", "sql", "graph", "actions", "tags")
_ZERO_OPTIONS: dict[str, Any] = {
    "debug": False,
    "isEventTime": False,
    "concurrency": 0,
    "bufferLength": 0,
    "sendMetaToSink": False,
    "sendNilField": False,
    "sendError": False,
}
_RULE_OPTIONS = frozenset(
    [
        *_ZERO_OPTIONS,
        "lateTolerance",
        "qos",
        "checkpointInterval",
        "cron",
        "duration",
        "experiment",
        "planOptimizeStrategy",
    ]
)
_IN_YAML = {"file": "filePath", "soFile": "soPath"}
"""Keys that are named differently there."""


def export_v2(engine: Engine, call: Call) -> Reply:  # noqa: ARG001
    whole = bundle(engine)
    shown: dict[str, Any] = {}
    for key, family in FAMILIES.items():
        for kind, keys in whole[key].items():
            for name, properties in gojson.loads(keys).items():
                shown.setdefault(key, {})[f"{family}.{kind}.{name}"] = properties
    for key, kind in (("schema", "Schema"), ("uploads", "uploads")):
        items = {name: gojson.loads(item) for name, item in whole[kind].items()}
        shown[key] = {name: {_IN_YAML.get(k, k): v for k, v in item.items()} for name, item in items.items()}
    for kind in ("streams", "tables"):
        shown[kind] = {name: {"sql": sql} for name, sql in whole[kind].items()}
    shown["rules"] = {name: _rule_in_yaml(gojson.loads(item)) for name, item in whole["rules"].items()}
    return attachment(engine, yamltext.dump({key: value for key, value in shown.items() if value}))


def _rule_in_yaml(body: dict[str, Any]) -> dict[str, Any]:
    """A rule as the YAML has it: without `triggered` it counts as not triggered, and options get their zeros."""
    kept: dict[str, Any] = {"triggered": False, **{key: body[key] for key in _RULE_KEYS if key in body}}
    if isinstance(kept.get("graph"), dict):
        nodes = {name: {**node, "ui": node.get("ui", {})} for name, node in kept["graph"].get("nodes", {}).items()}
        kept["graph"] = {**kept["graph"], "nodes": nodes}
    given = body.get("options")
    if isinstance(given, dict):
        options = {**_ZERO_OPTIONS, **{key: value for key, value in given.items() if key in _RULE_OPTIONS}}
        for key in ("lateTolerance", "checkpointInterval"):
            if isinstance(options.get(key), int):
                options[key] = f"{options[key]}ms"
        kept["options"] = options
    return kept


def import_v2(engine: Engine, call: Call) -> Reply:
    content, _ = content_of(engine, call, "", "Cannot specify both content and file")
    try:
        found = yamltext.load(content or "") or {}
    except yamltext.BadYAML as error:
        raise Refused(f"import failed: {error}") from error
    if not isinstance(found, dict):
        raise Refused("import failed: yaml: did not find expected key")
    for key, family in FAMILIES.items():
        for path, properties in (found.get(key) or {}).items():
            _, kind, name = str(path).split(".", 2)
            engine.configs.put(family, kind, name, properties or {})
    for kind in ("streams", "tables"):
        for name, item in (found.get(kind) or {}).items():
            put = partial(put_definition, engine, name, str(item.get("sql", "")), is_table=kind == "tables")
            _replaced(kind[:-1], name, put)
    for name, item in (found.get("rules") or {}).items():
        _replaced("rule", name, partial(rules.replace, engine, name, gojson.dumps(item)))
    return text("success")


def _replaced(noun: str, name: str, act: Callable[[], None]) -> None:
    try:
        act()
    except Refused as refusal:
        raise Refused(f"import failed: replace {noun} {name} failed, err:{refusal.message}") from refusal
