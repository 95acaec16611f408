"""What is wrong with the options of a rule: names that a server does not know, values that it cannot read."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, Literal

from ekmanager.rules.definition import is_old
from ekmanager.rules.options import OPTIONS, OptionSpec, option_names

Trouble = tuple[Literal["error", "warning", "info"], str, str]
"""Level, field, message."""

_DURATION = re.compile(r"-?(\d+(\.\d*)?|\.\d+)(ns|us|µs|ms|s|m|h)((\d+(\.\d*)?|\.\d+)(ns|us|µs|ms|s|m|h))*|0")
_NOT_NEGATIVE = frozenset(["concurrency", "bufferLength", "lateTolerance", "restartStrategy.attempts"])
_BY_NAME = {spec.name: spec for spec in OPTIONS}
_OBJECTS = {"restartStrategy": "restartStrategy", "planOptimizeStrategy": "planOptimizeStrategy"}


def option_trouble(options: Mapping[str, Any], version: str) -> Iterator[Trouble]:
    """Unknown names, and values of the wrong type."""
    known = option_names(version)
    for name, value in _flat(options):
        field = f"options.{name}"
        if name not in known:
            yield from _unknown(name, field, version)
            continue
        spec = _BY_NAME.get(name)
        problem = _value_problem(spec, value, version) if spec is not None and value is not None else ""
        if problem:
            yield "error", field, problem


def cron_trouble(options: Mapping[str, Any], version: str) -> Iterator[Trouble]:
    """Schedules that do nothing, or not what one thinks."""
    cron, duration = options.get("cron"), options.get("duration")
    if isinstance(cron, str) and cron:
        if len(cron.split()) != 5 and not cron.startswith(("@", "TZ=", "CRON_TZ=")):
            yield "error", "options.cron", "A schedule has five fields: minute, hour, day, month, weekday."
        if not duration:
            yield "warning", "options.cron", "Without a duration the schedule does nothing: the rule runs all the time."
        elif not is_old(version):
            yield (
                "info",
                "options.cron",
                "A rule that is saved outside its schedule runs for up to 10 seconds before the server stops it.",
            )
    elif duration and is_old(version):
        yield "warning", "options.duration", f"eKuiper {version} ignores a duration without a schedule."
    elif options.get("cronDatetimeRange") and is_old(version):
        yield "warning", "options.cronDatetimeRange", "Without a schedule these times do nothing."


def _flat(options: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    for name, value in options.items():
        if name in _OBJECTS and isinstance(value, dict):
            for inner, item in value.items():
                yield f"{name}.{inner}", item
        elif not (name in _OBJECTS and value is None):
            yield name, value


def _unknown(name: str, field: str, version: str) -> Iterator[Trouble]:
    server = f"eKuiper {version}".strip()
    if name in _OBJECTS and any(known.startswith(f"{name}.") for known in option_names(version)):
        yield "error", field, f"{name} is an object."
        return
    close = next((known for known in option_names(version) if known.lower() == name.lower()), "")
    if close:
        return  # Go takes field names in any case
    elsewhere = _BY_NAME.get(name)
    if elsewhere is not None:
        which = "2.x" if elsewhere.generations == (2,) else "1.x"
        yield "warning", field, f"{server} does not know {name}, an option of {which}: it has no effect."
        return
    forgets = "and forgets it" if is_old(version) else "and ignores it"
    yield "warning", field, f"{server} does not know the option {name}, {forgets}."


def _value_problem(spec: OptionSpec, value: object, version: str) -> str:
    whole = isinstance(value, int) and not isinstance(value, bool)
    if spec.kind == "bool":
        return "" if isinstance(value, bool) else f"{spec.name} is true or false."
    if spec.kind == "choice":
        choices = ", ".join(str(choice) for choice, _ in spec.choices)
        return "" if whole and value in {choice for choice, _ in spec.choices} else f"{spec.name} is one of {choices}."
    if spec.kind == "int":
        if not whole:
            return f"{spec.name} is a whole number."
    elif spec.kind == "duration":
        problem = _duration_problem(spec, value, whole, version)
        if problem:
            return problem
    elif spec.name in {"cron", "logFilename"}:
        return "" if isinstance(value, str) else f"{spec.name} is a text."
    elif spec.name == "cronDatetimeRange":
        return "" if isinstance(value, list) else "cronDatetimeRange is a list of times."
    elif isinstance(value, str | bool) or not isinstance(value, int | float):
        return f"{spec.name} is a number."
    if spec.name in _NOT_NEGATIVE and isinstance(value, int) and value < 0:
        return f"{spec.name} cannot be negative."
    return ""


def _duration_problem(spec: OptionSpec, value: object, whole: bool, version: str) -> str:
    if spec.unit != "ms":
        if isinstance(value, str) and (not value or _DURATION.fullmatch(value)):
            return ""
        return f"{spec.name} is a text with a unit, such as 10s, 30m or 1h30m."
    if whole:
        return ""
    if is_old(version):
        return f"{spec.name} is a whole number of milliseconds on eKuiper {version}."
    if isinstance(value, str) and _DURATION.fullmatch(value):
        return ""
    return f"{spec.name} is a whole number of milliseconds, or a text with a unit, such as 10s."
