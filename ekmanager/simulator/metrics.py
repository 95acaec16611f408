"""The metrics of a rule's operators at a moment, named and ordered as each version does."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from ekmanager.simulator.evaluate import EvaluationError, evaluate, is_true
from ekmanager.simulator.expressions import Expression, Field, render
from ekmanager.simulator.flow import (
    Source,
    attempts,
    connection_error,
    fixed,
    fraction,
    internal_error,
    mqtt_error,
    seconds,
)
from ekmanager.simulator.plan import Node, Plan
from ekmanager.simulator.select import AGGREGATES, Select, Window

_WITHOUT_CONNECTION = frozenset(["nop"])
_PASSING = 0.8
_SESSION_OF_STATE = 5


@dataclass(frozen=True, slots=True)
class Run:
    """One run of a rule: its plan, and when it began and ended (epoch seconds)."""

    plan: Plan
    started: float
    ended: float | None
    sources: Mapping[str, Source]
    """By stream name."""
    unreachable: frozenset[str] = frozenset()
    newer: bool = True
    guarded: bool = False
    """Whether HTTP sinks may not reach internal addresses."""

    def at(self, now: float) -> float:
        """The moment up to which this run has counted."""
        return max(self.started, now if self.ended is None else min(self.ended, now))


@dataclass(slots=True)
class Counts:
    """What one operator counted."""

    records_in: int = 0
    records_out: int = 0
    processed: int = 0
    last: float = 0.0
    """Epoch seconds of the last message; 0: none."""
    exceptions: int = 0
    exception: str = ""
    exception_at: float = 0.0
    buffered: int = 0
    connection: int | None = None
    """1 connected, 0 connecting, -1 disconnected; None: has none."""
    disconnected: str = field(default="")


def count(run: Run, now: float) -> dict[str, Counts]:
    """The counts of every operator, by its key, in the order of the plan."""
    at = run.at(now)
    feeding: dict[str, list[str]] = {}
    for node in run.plan.nodes:
        for following in node.next:
            feeding.setdefault(following, []).append(node.key)
    counts: dict[str, Counts] = {}
    for node in run.plan.nodes:
        if node.kind == "source":
            counts[node.key] = _source(run, node, at)
            continue
        before = [counts[key] for key in feeding.get(node.key, ()) if key in counts]
        arrived = sum(item.records_out for item in before)
        last = max((item.last for item in before if item.records_out), default=0.0)
        if node.kind == "sink":
            counts[node.key] = _sink(run, node, arrived, last, at)
        else:
            counts[node.key] = _operator(run, node, arrived, last, at)
    return counts


def newest_exception(counts: Mapping[str, Counts]) -> tuple[str, int]:
    """Text and total of the operator whose exception is the newest; empty when there is none."""
    worst = max(counts.values(), key=lambda item: item.exception_at, default=None)
    return (worst.exception, worst.exceptions) if worst and worst.exceptions else ("", 0)


def metrics(run: Run, now: float) -> dict[str, Any]:
    """All metrics as flat keys."""
    found: dict[str, Any] = {}
    for node, counts in zip(run.plan.nodes, count(run, now).values(), strict=True):
        prefix = f"{node.key}_0_"
        found[prefix + "records_in_total"] = counts.records_in
        found[prefix + "records_out_total"] = counts.records_out
        found[prefix + "messages_processed_total"] = counts.processed
        found[prefix + "process_latency_us"] = _latency(node, counts)
        found[prefix + "buffer_length"] = counts.buffered
        found[prefix + "last_invocation"] = int(counts.last * 1000)
        found[prefix + "exceptions_total"] = counts.exceptions
        found[prefix + "last_exception"] = counts.exception
        found[prefix + "last_exception_time"] = int(counts.exception_at * 1000)
        if run.newer and node.kind != "op":
            _connection(found, prefix, counts, run.started)
    return found


def _connection(found: dict[str, Any], prefix: str, counts: Counts, started: float) -> None:
    lost = int(counts.exception_at * 1000) if counts.connection == -1 else 0
    found[prefix + "connection_status"] = counts.connection or 0
    found[prefix + "connection_last_connected_time"] = int(started * 1000) if counts.connection == 1 else 0
    found[prefix + "connection_last_disconnected_time"] = lost
    found[prefix + "connection_last_disconnected_message"] = counts.disconnected
    found[prefix + "connection_last_try_time"] = lost


def _latency(node: Node, counts: Counts) -> int:
    if not counts.processed:
        return 0
    usual = {"sink": 900, "window": 3, "source": 4}.get(node.stage, 12)
    return fixed(node.key) % usual + (counts.processed * 7919) % (usual // 2 + 1)


def _source(run: Run, node: Node, at: float) -> Counts:
    source = run.sources.get(str(node.props.get("stream")), Source(0.0))
    if source.error:
        tries, last = attempts(at - run.started)
        moment = run.started + last
        return Counts(
            exceptions=tries,
            exception=f"disconnected: {source.error}",
            exception_at=moment,
            connection=-1,
            disconnected=source.error,
        )
    records = source.records(run.started, at)
    end = source.ended_at(run.started)
    last = min(at, end) if end is not None else at - (at - run.started) % (1 / max(source.rate, 0.001))
    return Counts(records, records, records, last if records else 0.0, connection=1)


def _operator(run: Run, node: Node, arrived: int, last: float, at: float) -> Counts:
    counts = Counts(arrived, arrived, arrived, last)
    rows = _rows(run)
    if node.stage == "filter":
        counts.records_out = int(arrived * _share(node, rows))
    elif node.stage in {"window", "inc_agg_window"}:
        counts.records_out, counts.last = _windows(node.props["window"], arrived, last, run.started, at)
        counts.buffered = 0
    elif node.stage == "having":
        counts.records_out = int(arrived * _PASSING)
    elif node.stage == "project":
        _project(run, counts, rows)
    elif node.stage == "projectset":
        counts.records_out = arrived * 3
    elif node.stage == "ratelimit":
        allowed = int((at - run.started) / max(seconds(node.props.get("interval"), 1.0), 0.001))
        counts.records_out = min(arrived, allowed)
    elif node.stage == "batchWriter" or (node.stage == "batch" and not run.newer):
        size = node.props.get("batchSize")
        counts.records_out = arrived // (size if isinstance(size, int) and size > 0 else 10)
        counts.buffered = arrived % 5 if node.stage == "batch" else 0
    return counts


def _rows(run: Run) -> tuple[Mapping[str, Any], ...]:
    """The records of the first source, where they are known and nothing else is mixed in."""
    return next(iter(run.sources.values())).rows if len(run.sources) == 1 else ()


def _share(node: Node, rows: tuple[Mapping[str, Any], ...]) -> float:
    """The share of records that a filter lets through."""
    condition = node.props.get("condition")
    if rows and condition is not None:
        return sum(is_true(condition, row) for row in rows) / len(rows)
    return 0.15 + 0.6 * fraction(node.key, condition)


def _windows(window: Window, arrived: int, last: float, started: float, at: float) -> tuple[int, float]:
    """How many windows closed, and when the last one did."""
    if not arrived:
        return 0, 0.0
    if window.period:
        closed = int((at - started) / window.period)
        return closed, started + closed * window.period
    if window.kind == "COUNT_WINDOW":
        return arrived // (window.raw_interval or window.raw_length), last
    return (arrived if window.kind == "SLIDING_WINDOW" else arrived // _SESSION_OF_STATE), last


def _project(run: Run, counts: Counts, rows: tuple[Mapping[str, Any], ...]) -> None:
    """Records on which the columns cannot be computed are exceptions."""
    select = run.plan.select
    if not rows or select is None or any(name in AGGREGATES for name in select.functions()):
        return
    failing: list[tuple[int, str]] = []
    for index, row in enumerate(rows):
        for output in select.outputs:
            try:
                evaluate(output.expression, row)
            except EvaluationError as error:
                failing.append((index, _complaint(select, output.alias, output.expression, str(error))))
                break
    if failing:
        counts.exceptions = counts.records_in * len(failing) // len(rows)
        counts.exception = failing[-1][1] if counts.exceptions else ""
        counts.exception_at = counts.last if counts.exceptions else 0.0
        counts.records_out -= counts.exceptions


def _complaint(select: Select, alias: str, expression: Expression, error: str) -> str:
    def owner(_: Field) -> str:
        return select.source

    label = f"alias: {alias} " if alias else ""
    return f"run Select error: {label}expr: {render(expression, owner)} meet error, err:{error}"


def _sink(run: Run, node: Node, arrived: int, last: float, at: float) -> Counts:
    kind, props = str(node.props.get("_type")), node.props
    counts = Counts(arrived, arrived, arrived, last, connection=0 if kind in _WITHOUT_CONNECTION else 1)
    if kind == "mqtt":
        error = mqtt_error(str(props.get("server", "")), run.unreachable)
        if error:
            tries, since = attempts(at - run.started)
            return Counts(
                exceptions=tries,
                exception=error,
                exception_at=run.started + since,
                connection=-1,
                disconnected=error,
            )
    if kind == "rest":
        _rest(run, counts, str(props.get("url", "")), str(props.get("method", "post")).upper())
    if kind == "redis":
        error = connection_error(str(props.get("addr", "")), run.unreachable)
        if error:
            counts.exceptions, counts.exception, counts.exception_at = 1, error, at
            counts.connection, counts.disconnected = -1, error
    return counts


def _rest(run: Run, counts: Counts, url: str, method: str) -> None:
    reason = internal_error(url) if run.guarded else ""
    reason = reason or connection_error(url, run.unreachable)
    if not reason or not counts.records_in:
        return
    words = f'Post "{url}": {reason}'
    request = f'method={method} path="{url}"'
    if run.newer:
        counts.exception = f"rest sink fails to send out the data:err={words} recoverAble=false {request}"
    else:
        counts.exception = f"{words} | {request}"
        counts.processed = 0
    counts.exceptions = counts.records_in
    counts.exception_at = counts.last
    counts.records_out = 0
