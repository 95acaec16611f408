"""Rules as lines for people and as JSON for programs."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import asdict

import click

from ekmanager.ekuiper.models import Operator, RuleState, RuleStatus, RuleSummary, State
from ekmanager.health.words import one_line, span
from ekmanager.rules.advice import reason_of
from ekmanager.rules.applying import Applied
from ekmanager.rules.importing import ImportReport

SAFE = dict.fromkeys((*range(9), *range(11, 32), *range(127, 160)), "�")
"""For `str.translate`: a server's text cannot steer the terminal."""

_COLOURS = {State.RUNNING: "green", State.FAILED: "red"}
_MARKS = {State.RUNNING: "●", State.FAILED: "■", State.STOPPED: "○", State.SCHEDULED: "◷"}


def summary_line(rule: RuleSummary) -> str:
    """A row of the list."""
    name = rule.name if rule.name != rule.id else ""
    more = [name, f"version {rule.version}" if rule.version else "", ", ".join(rule.tags)]
    more += ["traced"] if rule.trace else []
    if rule.state is State.FAILED:
        more.append(rule.reason)
    tail = "  ".join(one_line(part) for part in more if part)
    return f"{_marked(rule.state)}  {one_line(rule.id):30}  {tail}".rstrip()


def summary_json(rule: RuleSummary) -> dict[str, object]:
    """The same for programs; `status` is the server's own word."""
    return {
        "id": rule.id,
        "name": rule.name,
        "state": rule.state.value,
        "status": rule.status,
        "reason": rule.reason,
        "tags": list(rule.tags),
        "version": rule.version,
        "trace": rule.trace,
    }


def state_line(rule: str, state: RuleState) -> str:
    """One rule among all."""
    why = "" if state.running else state.reason
    if state.last_exception:
        why = f"{state.exceptions_total} exceptions, last: {state.last_exception}"
    return f"{_marked(state.state)}  {one_line(rule):30}  {one_line(why)}".rstrip()


def state_json(state: RuleState) -> dict[str, object]:
    """The same for programs."""
    return {
        "state": state.state.value,
        "status": state.words,
        "reason": state.reason,
        "exceptions": state.exceptions_total,
        "lastException": state.last_exception,
    }


def status_lines(rule: str, status: RuleStatus) -> list[str]:
    """A rule with its operators. Latency is that of the last message."""
    running = status.state is State.RUNNING
    since = f"for {span(time.time() - status.last_start / 1000)}" if running and status.last_start else ""
    head = f"{_marked(status.state)}  {one_line(rule):30}  {since or one_line(reason_of(status))}".rstrip()
    return [head, *(line for operator in status.operators for line in _operator_lines(operator))]


def status_json(status: RuleStatus) -> dict[str, object]:
    """The same for programs: all that the server said, times in epoch milliseconds."""
    return {
        "state": status.state.value,
        "status": status.words,
        "reason": reason_of(status),
        "lastStart": status.last_start,
        "lastStop": status.last_stop,
        "nextStart": status.next_start,
        "operators": [asdict(operator) for operator in status.operators],
        **({"other": status.other} if status.other else {}),
    }


def applied_lines(result: Applied) -> Iterator[str]:
    """What changed, warnings, and what became of it."""
    if result.diff:
        yield from (_coloured(line.translate(SAFE)) for line in result.diff.split("\n"))
    for advice in result.advice:
        yield f"warning: {result.rule}: {one_line(advice.message, 1_000)}"
    state = f", {result.state.value}" if result.state is not None else ""
    full_stop = "." if result.hint and not result.reason.endswith(".") else ""
    why = f"{result.reason}{full_stop} {result.hint}".strip()
    yield f"{one_line(result.rule) or '(no id)'}: {result.outcome}{state}{f': {one_line(why, 1_000)}' if why else ''}"


def applied_json(result: Applied) -> dict[str, object]:
    """The same for programs."""
    return {
        "id": result.rule,
        "outcome": result.outcome,
        "ok": result.ok,
        "state": result.state.value if result.state is not None else None,
        "reason": result.reason,
        "hint": result.hint,
        "warnings": [advice.message for advice in result.advice],
        "diff": result.diff,
    }


def imported_lines(report: ImportReport) -> Iterator[str]:
    """What became of each part of a ruleset, and of the rules that were stopped for it."""
    for item in report.items:
        yield one_line(f"{item.kind} {item.name}: {item.outcome}{f': {item.why}' if item.why else ''}", 1_000)
    for rule in report.restarted:
        yield one_line(f"rule {rule}: was stopped for the import and runs again")
    for rule, why in report.not_running:
        yield one_line(f"rule {rule}: was stopped for the import and does not run: {why}", 1_000)


def imported_json(report: ImportReport) -> dict[str, object]:
    """The same for programs."""
    return {
        "items": [asdict(item) for item in report.items],
        "restarted": list(report.restarted),
        "notRunning": dict(report.not_running),
    }


def _operator_lines(operator: Operator) -> Iterator[str]:
    figures = [
        f"in {operator.records_in_total}",
        f"out {operator.records_out_total}",
        f"latency {operator.process_latency_us} µs",
        f"buffered {operator.buffer_length}",
    ]
    if operator.connection_status == -1:
        figures.append("disconnected")
    yield f"    {one_line(operator.node):30}  {'  '.join(figures)}"
    if operator.exceptions_total:
        yield f"        {operator.exceptions_total} exceptions, last: {one_line(operator.last_exception)}"


def _marked(state: State) -> str:
    return click.style(f"{_MARKS.get(state, '◐')} {state.value:9}", fg=_COLOURS.get(state))


def _coloured(line: str) -> str:
    colour = {"+": "green", "-": "red", "@": "cyan"}.get(line[:1])
    return click.style(line, fg=colour) if colour else line
