"""Trial runs of SQL: records from mock data or from what a stream repeats, and the results that they make."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from ekmanager.simulator import gojson
from ekmanager.simulator.evaluate import EvaluationError, Record, evaluate, is_true
from ekmanager.simulator.expressions import Call, Expression, Field, Star, render
from ekmanager.simulator.select import AGGREGATES, Output, Select

_PLACEHOLDER = re.compile(r"\{\{\s*\.([A-Za-z_][A-Za-z0-9_]*)\s*\}\}")
_LONGEST = 300.0
"""Seconds after which a trial ends by itself."""


@dataclass(slots=True)
class Trial:
    """One trial run. `rows` come one by one, `interval` seconds apart, again and again when it `loops`."""

    id: str
    select: Select
    rows: Sequence[Record]
    interval: float
    loops: bool
    sink: Mapping[str, Any]
    newer: bool
    started: asyncio.Event = field(default_factory=asyncio.Event)
    ended: asyncio.Event = field(default_factory=asyncio.Event)

    async def payloads(self) -> AsyncIterator[str]:
        """What a client of the data server gets, from the start on, until the trial is deleted."""
        if not await self._waited(self.started, _LONGEST):
            return
        gathered: list[Record] = []
        window = self.select.window
        passed, count = 0.0, 0
        while passed < _LONGEST and self.rows and (self.loops or count < len(self.rows)):
            if await self._waited(self.ended, self.interval):
                return
            row = self.rows[count % len(self.rows)]
            passed, count = passed + self.interval, count + 1
            if self.select.where is not None and not is_true(self.select.where, row):
                continue
            gathered.append(row)
            if window is None:
                closed = True
            elif window.period:
                closed = int(passed / window.period) > int((passed - self.interval) / window.period)
            else:
                closed = len(gathered) >= max(window.raw_length, 1)
            if closed:
                for payload in self._results(gathered):
                    yield payload
                gathered = []
        await self._waited(self.ended, _LONGEST)

    async def _waited(self, event: asyncio.Event, seconds: float) -> bool:
        """Whether the event came within a time, or the trial ended."""
        try:
            await asyncio.wait_for(event.wait(), seconds)
        except TimeoutError:
            return False
        return True

    def _results(self, rows: Sequence[Record]) -> list[str]:
        try:
            results = results_of(self.select, rows)
        except EvaluationError as error:
            if self.newer:
                return [str(error)]
            said = {"error": str(error)}
            return [gojson.dumps(said if self.sink.get("sendSingle") else [said])]
        template = str(self.sink.get("dataTemplate") or "")
        if self.sink.get("sendSingle"):
            return [_filled(template, result) if template else gojson.dumps(result, sort=True) for result in results]
        return [_filled(template, results[0]) if template and results else gojson.dumps(results, sort=True)]


def _filled(template: str, result: Record) -> str:
    return _PLACEHOLDER.sub(lambda found: gojson.dumps(result.get(found.group(1))), template)


def results_of(select: Select, rows: Sequence[Record]) -> list[dict[str, Any]]:
    """The records that a statement makes of some rows, WHERE already applied. Raises EvaluationError."""
    if select.window is None and not any(name in AGGREGATES for name in select.functions()):
        return [_columns(select, [row]) for row in rows]
    groups: dict[str, list[Record]] = {}
    for row in rows:
        key = gojson.dumps([evaluate(item, row) for item in select.dimensions])
        groups.setdefault(key, []).append(row)
    return [_columns(select, group) for group in groups.values()]


def _columns(select: Select, rows: Sequence[Record]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for output in select.outputs:
        if isinstance(output.expression, Star):
            found |= rows[-1]
            continue
        found[output.name] = _value(select, output, output.expression, rows)
    return found


def _value(select: Select, output: Output, expression: Expression, rows: Sequence[Record]) -> Any:
    if isinstance(expression, Call) and expression.name.lower() in AGGREGATES:
        return _aggregate(expression, rows)
    try:
        return evaluate(expression, rows[-1])
    except EvaluationError as error:

        def owner(_: Field) -> str:
            return select.source

        label = f"alias: {output.alias} " if output.alias else ""
        text = f"run Select error: {label}expr: {render(expression, owner)} meet error, err:{error}"
        raise EvaluationError(text) from error


def _aggregate(call: Call, rows: Sequence[Record]) -> Any:
    name, argument = call.name.lower(), call.args[0] if call.args else Star()
    values = [evaluate(argument, row) for row in rows]
    values = [value for value in values if value is not None]
    if name == "count":
        return len(values)
    if name in {"collect", "deduplicate"}:
        return values
    if name == "last_value":
        return values[-1] if values else None
    numbers = [value for value in values if isinstance(value, int | float) and not isinstance(value, bool)]
    if not numbers:
        return None
    mean = sum(numbers) / len(numbers)
    spread = sum((value - mean) ** 2 for value in numbers) / len(numbers)
    return {"avg": mean, "sum": sum(numbers), "max": max(numbers), "min": min(numbers), "var": spread}.get(
        name, spread**0.5
    )
