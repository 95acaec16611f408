"""Trial runs: prepared and started here, read at the data server."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from ekmanager.simulator.definitions import parse_sql
from ekmanager.simulator.evaluate import Record
from ekmanager.simulator.flow import seconds
from ekmanager.simulator.gojson import BadJSON
from ekmanager.simulator.reply import JSON, TEXT, Call, Refused, Reply, as_json, text
from ekmanager.simulator.trials import Trial

if TYPE_CHECKING:
    from ekmanager.simulator.engine import Engine

_SAMPLE = ({"value": 1}, {"value": 2}, {"value": 3})
"""What a stream gives whose records are not known."""


def create(engine: Engine, call: Call) -> Reply:
    try:
        body = call.whole_json()
    except BadJSON as error:
        raise Refused(f"fail to parse rule definition {call.text}: {error}") from error
    name = str(body.get("id", ""))
    try:
        trial = _prepared(engine, name, body)
    except Refused as refusal:
        raise refusal.after(f"fail to run rule {name}: ") from refusal
    end(engine, name)
    engine.tests[name] = trial
    return as_json({"id": name, "port": engine.data_port}, TEXT if engine.newer else JSON)


def _prepared(engine: Engine, name: str, body: dict[str, Any]) -> Trial:
    select = parse_sql(engine, str(body.get("sql", "")))
    for stream in select.streams:
        if stream not in engine.definitions:
            raise Refused(f"fail to get stream {stream}, please check if stream is created")
    mock = (body.get("mockSource") or {}).get(select.source)
    sink = body.get("sinkProps") or {}
    if isinstance(mock, dict):
        rows = [row for row in mock.get("data") or () if isinstance(row, dict)]
        interval = max(seconds(mock.get("interval"), 1.0), 0.001)
        return Trial(name, select, rows, interval, bool(mock.get("loop")), sink, engine.newer)
    source = engine.source_of(engine.definitions[select.source])
    known: Sequence[Record] = source.rows or _SAMPLE
    interval = 1 / source.rate if source.rate > 0 else 1.0
    flowing = source.rate > 0 and not source.error
    return Trial(name, select, known if flowing else (), interval, source.limit is None, sink, engine.newer)


def end(engine: Engine, name: str) -> None:
    """Ends a trial, if there is one."""
    trial = engine.tests.pop(name, None)
    if trial is not None:
        trial.ended.set()
        trial.started.set()


def start(engine: Engine, call: Call) -> Reply:
    name = call.param()
    trial = engine.tests.get(name)
    if trial is None:
        raise Refused(f"start rule error: try to start test rule {name} but it is not found")
    trial.started.set()
    return text(f"Test rule {name} was started")


def delete(engine: Engine, call: Call) -> Reply:
    name = call.param()
    end(engine, name)
    return text(f"Test rule {name} was stopped" + ("." if engine.newer else ""))
