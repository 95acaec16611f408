"""The plan of a rule's SQL as text: a JSON object a line, children indented."""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from ekmanager.simulator import gojson
from ekmanager.simulator.ddl import Definition
from ekmanager.simulator.expressions import Call, Expression, Field, Star, calls, render
from ekmanager.simulator.plan import incremental, place_filters
from ekmanager.simulator.select import ANALYTIC, SET_RETURNING, Output, Select, Window


@dataclass(slots=True)
class _Step:
    kind: str
    info: str
    children: list[_Step] = field(default_factory=list)


def explain(select: Select, definitions: Mapping[str, Definition], options: Mapping[str, Any], *, newer: bool) -> str:
    """The text for one version."""
    top = _steps(select, definitions, options, newer)
    lines: list[str] = []
    _write(top, 0, newer, lines, 0)
    return "\n".join(lines) if newer else "".join(line + "\n\n" for line in lines)


def _write(step: _Step, depth: int, newer: bool, lines: list[str], number: int) -> None:
    """Adds the lines of a step. Children are numbered from their parent's number on, whatever lies below them."""
    at = len(lines)
    lines.append("")
    children = [number + 1 + index for index in range(len(step.children))]
    for index, child in enumerate(step.children):
        _write(child, depth + 1, newer, lines, children[index])
        if newer and child.children and index + 1 < len(step.children):
            lines.append("")
    indent = max(0, 2 * depth - 1)
    if newer:
        lines[at] = "\t" * indent + gojson.dumps({"op": f"{step.kind}_{number}", "info": step.info}).replace(
            "\\u003e", ">"
        ).replace("\\u003c", "<").replace("\\u0026", "&")
    else:
        row = {"type": step.kind, "info": step.info, "id": number, "children": children or None}
        plain = gojson.dumps(row).replace("\\u003e", ">").replace("\\u003c", "<").replace("\\u0026", "&")
        lines[at] = " " * (3 * indent) + plain


def _steps(select: Select, definitions: Mapping[str, Definition], options: Mapping[str, Any], newer: bool) -> _Step:
    def owner(item: Field) -> str:
        named = [name for name in select.streams if any(item.name == key for key, _ in definitions[name].fields)]
        return named[0] if named and select.joins else select.source

    def text(expression: Expression) -> str:
        return render(expression, owner)

    steps: list[_Step] = []
    unnested = [output.name for output in select.outputs if _returns_set(output)]
    if unnested:
        steps.append(_Step("ProjectSetPlan", f"SrfMap:{{key:{unnested[0]}}}, EnableLimit:false"))
    ordered = select.ordered_outputs(sort=all(definitions[name].fields for name in select.streams))
    columns = ", ".join(_column(output, text, newer) for output in ordered)
    steps.append(_Step("ProjectPlan", f"Fields:[ {columns} ]"))
    if select.order:
        parts = [
            f"sortField:{{ name:{getattr(item, 'name', '')}, ascending:{str(up).lower()}, "
            f"fieldExpr:{{ {text(item)} }} }}"
            for item, up in select.order
        ]
        steps.append(_Step("OrderPlan", f"SortFields:[ {', '.join(parts)} ]"))
    if select.having is not None:
        steps.append(_Step("HavingPlan", f"Condition:{{ {text(select.having)} }}, "))
    merged = newer and incremental(select, options)
    dimensions = ", ".join(text(item) for item in select.dimensions)
    if dimensions and not merged:
        steps.append(_Step("AggregatePlan", f"Dimension:{{ {dimensions} }}"))
    filters = place_filters(select, definitions)
    joins = _joins(select, definitions, text)
    lookups = [step for step in joins if step.kind == "LookupPlan"]
    steps += [step for step in joins if step.kind != "LookupPlan"]
    if filters.after_window is not None:
        steps.append(_condition(text(filters.after_window)))
    if select.window is not None and merged:
        steps.append(_Step("IncAggWindowPlan", f"wType:{select.window.kind}, Dimension:[{dimensions}], funcs:[]"))
    elif select.window is not None:
        steps.append(_Step("WindowPlan", _window(select.window)))
    steps += [_condition(text(part)) for part in reversed(filters.before_window)]
    steps += lookups
    if options.get("isEventTime"):
        steps.append(_Step("WatermarkPlan", f"Emitters:[ {', '.join(select.streams)} ], SendWatermark:true"))
    functions = [call for item in select.expressions() for call in calls(item) if call.name.lower() in ANALYTIC]
    if functions:
        named = ", ".join(text(call) for call in functions)
        steps.append(_Step("AnalyticFuncsPlan", f"Funcs:[ {named} ], FieldFuncs:[ ]"))
    steps[-1].children = [
        _filtered(_source(select, definitions[name], newer), filters.at_source.get(name), text)
        for name in select.streams
        if definitions[name].kind != "lookup" or name == select.source
    ]
    for above, below in itertools.pairwise(steps):
        above.children = [below]
    return steps[0]


def _condition(text: str) -> _Step:
    return _Step("FilterPlan", f"Condition:{{ {text} }}, ")


def _filtered(source: _Step, condition: Expression | None, text: Any) -> _Step:
    if condition is None:
        return source
    step = _condition(text(condition))
    step.children = [source]
    return step


def _returns_set(output: Output) -> bool:
    return isinstance(output.expression, Call) and output.expression.name.lower() in SET_RETURNING


def _column(output: Output, text: Any, newer: bool) -> str:
    if isinstance(output.expression, Star):
        return "*"
    if not output.alias:
        return str(text(output.expression))
    return f"$$alias.{output.alias},aliasRef:{text(output.expression)}" if newer else f"$$alias.{output.alias}"


def _joins(select: Select, definitions: Mapping[str, Definition], text: Any) -> list[_Step]:
    steps: list[_Step] = []
    lookups = [join for join in select.joins if definitions[join.stream].kind == "lookup"]
    joined = [join for join in select.joins if join not in lookups]
    for join in lookups:
        condition = text(join.condition) if join.condition else ""
        steps.append(_Step("LookupPlan", f"Join:{{ joinType:{join.kind}_JOIN, expr:{condition} }}"))
    if joined:
        parts = [
            f"{{ joinType:{join.kind}_JOIN, {text(join.condition) if join.condition else ''} }}" for join in joined
        ]
        steps.append(_Step("JoinPlan", f"Joins:[ {', '.join(parts)} ]"))
    tables = [join.stream for join in joined if definitions[join.stream].kind == "scan"]
    if tables and select.window is None:
        steps.append(_Step("JoinAlignPlan", f"Emitters:[ {', '.join(tables)} ]"))
    return steps


def _window(window: Window) -> str:
    interval = f"interval:{window.raw_interval}, " if window.raw_interval else ""
    return f"{{ length:{window.raw_length}, {interval}windowType:{window.kind}, limit: 0 }}"


def _source(select: Select, definition: Definition, newer: bool) -> _Step:
    fields = select.fields_of(definition.name)
    info = f"StreamName: {definition.name}"
    if select.takes_all and definition.fields:
        fields = sorted(name for name, _ in definition.fields)
    if fields and (definition.fields or not select.takes_all):
        info += f", StreamFields:[ {', '.join(fields)} ]"
        if not newer and not select.takes_all:
            info += f" ConverterSchema:[{','.join(fields)}]"
    if not newer and select.takes_all:
        info += " wildcard:true"
    return _Step("DataSourcePlan", info)
