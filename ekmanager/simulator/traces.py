"""Recorded spans of rules, made up from the operators of the rule when somebody asks for them."""

from __future__ import annotations

import base64
import hashlib
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from ekmanager.simulator import gojson
from ekmanager.simulator.metrics import Run
from ekmanager.simulator.plan import Node

_CAPACITY = 2048
_DELAY = 5.0
"""Seconds until spans reach the store."""
_NO_PARENT = "0" * 16
_KEPT = 60
_WINDOWS = frozenset(["window", "inc_agg_window"])


class Traces:
    """The traces of one server: ids are made on listing and remembered, so that they can be opened."""

    def __init__(self) -> None:
        self._known: OrderedDict[str, tuple[str, int, Run, float, float]] = OrderedDict()
        self._periods: dict[str, tuple[float, float | None, Run]] = {}

    def record(self, rule: str, since: float, run: Run) -> None:
        """From `since` on every message of the run is traced."""
        self._periods[rule] = (since, None, run)

    def end(self, rule: str, at: float) -> None:
        """No more is recorded; what was is kept."""
        if rule in self._periods:
            since, until, run = self._periods[rule]
            self._periods[rule] = (since, at if until is None else until, run)

    def of_rule(self, rule: str, now: float, limit: int | None) -> list[str]:
        """Ids, newest first."""
        if rule not in self._periods:
            return []
        since, until, run = self._periods[rule]
        end = min(now - _DELAY, now if until is None else until)
        source = next(iter(run.sources.values()), None)
        if source is None or end <= since or source.error or source.rate <= 0:
            return []
        first, last = source.records(run.started, since), source.records(run.started, end)
        numbers = range(last, max(first, last - _KEPT), -1)
        ids = []
        for number in numbers[: limit if limit is not None else _KEPT]:
            trace_id = _digest(f"{rule}/{run.started}/{number}")
            self._known[trace_id] = (rule, number, run, run.started + number / source.rate, end)
            ids.append(trace_id)
        while len(self._known) > _CAPACITY:
            self._known.popitem(last=False)
        return ids

    def tree(self, trace_id: str) -> dict[str, Any] | None:
        """The root span with its children; None for an id that was never listed."""
        if trace_id not in self._known:
            return None
        rule, number, run, at, seen = self._known[trace_id]
        source = run.plan.of_kind("source")[0]
        rows = run.sources[str(source.props["stream"])].rows
        record = rows[number % len(rows)] if rows else {"value": number % 100}
        return _span(_Trace(rule, run, trace_id, record, seen), source.key, source.name, _NO_PARENT, at)


@dataclass(frozen=True, slots=True)
class _Trace:
    rule: str
    run: Run
    id: str
    record: Mapping[str, Any]
    seen: float
    """Until when spans had reached the store; a window that closed later has no span yet."""


def _span(trace: _Trace, key: str, name: str, parent: str, at: float) -> dict[str, Any]:
    node = next((item for item in trace.run.plan.nodes if item.key == key), None)
    span_id = _digest(f"{trace.id}/{key}")[:16]
    text = gojson.dumps(trace.record, sort=True)
    attribute: dict[str, Any] = {"rule": trace.rule}
    if node is not None:
        encoded = node.kind == "sink" and node.props.get("_type") != "memory"
        attribute = {"data": base64.b64encode(text.encode()).decode() if encoded else text, **attribute}
        if node.kind == "source":
            attribute["span.mytype"] = "data-processing"
    windowed = node is not None and node.stage in _WINDOWS
    children = [] if node is None or windowed else _children(trace, node, span_id, at + 0.0004)
    links = {"links": [{"TraceID": _digest(f"{trace.rule}/window/{at}")}]} if windowed else {}
    return {
        "name": name,
        "traceID": trace.id,
        "spanID": span_id,
        "parentSpanID": parent,
        "attribute": attribute,
        **links,
        "startTime": _rfc3339(at),
        "endTime": _rfc3339(at + 0.00002),
        "ruleID": trace.rule,
        "ChildSpan": children,
    }


def _children(trace: _Trace, node: Node, parent: str, at: float) -> list[dict[str, Any]]:
    nodes = {item.key: item for item in trace.run.plan.nodes}
    if node.kind == "sink" and node.props.get("_type") == "mqtt":
        return [_span(trace, f"{node.key}_emit", f"{node.name}_emit", parent, at)]
    return [_span(trace, key, nodes[key].name, parent, at) for key in node.next if not _open(trace, nodes[key], at)]


def _open(trace: _Trace, node: Node, at: float) -> bool:
    """Whether this is a window that had not closed over a message of `at` yet."""
    period = node.props["window"].period if node.stage in _WINDOWS else None
    if not period:
        return False
    closed = trace.run.started + (trace.seen - trace.run.started) // period * period
    return bool(at > closed)


def _digest(text: str) -> str:
    return hashlib.md5(text.encode(), usedforsecurity=False).hexdigest()


def _rfc3339(at: float) -> str:
    moment = datetime.fromtimestamp(at, UTC)
    return moment.strftime("%Y-%m-%dT%H:%M:%S.%f") + "123Z"
