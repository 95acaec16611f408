"""The options of a rule as a form: what differs from the default, and what was there before, is written."""

from __future__ import annotations

import copy
import re
import secrets
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import streamlit as st

from ekmanager.ekuiper.models import JSON
from ekmanager.rules.option_advice import Trouble, cron_trouble, option_trouble
from ekmanager.rules.options import OPTIONS, OptionSpec
from ekmanager.ui.blocks.property_fields import Seeds, property_field
from ekmanager.ui.properties import MISSING, Kind, PropertySpec, Stored, changed, exactly
from ekmanager.ui.text import code, plain, prose

_GROUPS: Mapping[str, tuple[str, ...]] = {
    "Delivery": ("qos", "checkpointInterval", "enableSaveStateBeforeStop"),
    "Schedule": ("cron", "duration", "cronDatetimeRange"),
    "After an error": ("sendError", "restartStrategy"),
    "Time": ("isEventTime", "lateTolerance"),
    "Throughput": ("bufferLength", "disableBufferFullDiscard", "concurrency", "planOptimizeStrategy"),
    "Output": ("sendMetaToSink", "sendNilField"),
}
_OTHERS = "Log and the rest"
_EXAMPLES: Mapping[str, JSON] = {
    "cron": "0 1 * * *",
    "duration": "30m",
    "cronDatetimeRange": [{"begin": "2030-01-01 00:00:00", "end": "2030-02-01 00:00:00"}],
}
_UNITS = {"h": 3_600_000.0, "m": 60_000.0, "s": 1_000.0, "ms": 1.0}
_PART = re.compile(r"(\d+(?:\.\d+)?)\s*(ms|s|m|h)\s*")


@dataclass
class _Form:
    """The form in a session: the options as it was opened with them, and as they are now."""

    key: str
    opened: dict[str, JSON]
    now: dict[str, JSON]
    given: str
    seeds: Seeds = field(default_factory=dict)
    problems: list[str] = field(default_factory=list)


def options_form(options: Mapping[str, JSON], *, key: str, version: str) -> dict[str, JSON]:
    """Draws the options of a rule for editing, and returns them as they stand now.

    `version`: of the server, for its defaults and for what it knows; empty when it is not known. A page may hand the
    form the options as they were opened, or those that it returned last; anything else is a new beginning. Where
    something that was typed cannot be read, the last good value is returned and `options_problems` says why.
    """
    form = _opened(options, key)
    form.problems = []
    offered = [spec for spec in OPTIONS if _is_offered(spec, form.now, version)]
    groups = {heading: [spec for spec in offered if _root(spec.name) in names] for heading, names in _GROUPS.items()}
    grouped = {spec.name for specs in groups.values() for spec in specs}
    groups[_OTHERS] = [spec for spec in offered if spec.name not in grouped]
    for heading, specs in groups.items():
        if specs:
            st.markdown(f"**{heading}**")
            _fields(form, specs, version)
        if heading == "Schedule":
            _say(form, cron_trouble(form.now, version))
    _unknown(form.now)
    return copy.deepcopy(form.now)


def options_problems(key: str) -> tuple[str, ...]:
    """Why what stands in the form cannot be saved as it is: sentences, none when all is well."""
    form = st.session_state.get(_state(key))
    return tuple(form.problems) if isinstance(form, _Form) else ()


def duration_text(milliseconds: int) -> str:
    """`1h30m`; `0s` for none."""
    text, left = "-" if milliseconds < 0 else "", abs(milliseconds)
    for unit, size in _UNITS.items():
        amount, left = divmod(left, int(size))
        text += f"{amount}{unit}" if amount else ""
    return text or "0s"


def milliseconds_of(text: str) -> int | None:
    """What `90s`, `1h 30m` or `90000` is in milliseconds; None when it is none of these, or no whole number of them."""
    text = text.strip()
    if text.isdecimal():
        return int(text)
    parts = _PART.findall(text)
    if not parts or _PART.sub("", text):
        return None
    total = sum((float(amount) * _UNITS[unit] for amount, unit in parts), 0.0)
    return int(total) if total.is_integer() else None


def _state(key: str) -> str:
    return f"{key}:options"


def _opened(options: Mapping[str, JSON], key: str) -> _Form:
    given = exactly(dict(options))
    form = st.session_state.get(_state(key))
    if not isinstance(form, _Form) or given not in (form.given, exactly(form.now)):
        opened = copy.deepcopy(dict(options))
        # A token, so that fields of another beginning never meet these.
        form = _Form(f"{key}-{secrets.token_hex(3)}", opened, copy.deepcopy(opened), given)
        st.session_state[_state(key)] = form
    form.given = given
    return form


def _is_offered(spec: OptionSpec, options: Mapping[str, JSON], version: str) -> bool:
    """What the server knows, and what is set all the same; not inside of something that is no object."""
    root, _, inner = spec.name.partition(".")
    if inner and not isinstance(options.get(root, {}), dict):
        return False
    return spec.known_to(version) or _get(options, spec.name) is not MISSING


def _fields(form: _Form, specs: Sequence[OptionSpec], version: str) -> None:
    """Two fields a row, in reading order."""
    for start in range(0, len(specs), 2):
        for column, spec in zip(st.columns(2), specs[start : start + 2], strict=False):
            with column:
                _option(form, spec, version)


def _option(form: _Form, spec: OptionSpec, version: str) -> None:
    opened, default = _get(form.opened, spec.name), spec.default_on(version)
    stored = _get(form.now, spec.name)
    in_words = spec.unit == "ms" and spec.kind in ("duration", "int")
    described = _described(spec, duration_text(int(default)) if in_words else default)
    answer = property_field(
        described, _worded(stored) if in_words else stored, key=f"{form.key}-{spec.name}", seeds=form.seeds
    )
    value = answer.value
    if answer.problem:
        form.problems.append(answer.problem)
        return
    if in_words and isinstance(value, str):
        value = opened if value == _worded(opened) else milliseconds_of(value)
        if value is None:
            _complain(form, f"{spec.label}: a time with a unit is expected, such as 500ms, 30s or 1h30m.")
            return
    if opened is MISSING and value is not MISSING and exactly(value) == exactly(default):
        value = MISSING
    _set(form, spec.name, value)
    if value is not MISSING:
        _say(form, option_trouble(_nested(spec.name, value), version))


def _worded(stored: Stored) -> Stored:
    """A number of milliseconds as a text with units."""
    return duration_text(stored) if isinstance(stored, int) and not isinstance(stored, bool) else stored


def _described(spec: OptionSpec, default: int | float | bool | str) -> PropertySpec:
    kind: Kind = "text"
    if spec.unit == "ms" or spec.kind == "duration":
        kind = "text"
    elif spec.name == "cronDatetimeRange":
        kind = "object"
    elif spec.kind == "text" and isinstance(default, int | float):
        kind = "float"
    elif spec.kind in ("int", "bool", "choice"):
        kind = "int" if spec.kind == "int" else "bool" if spec.kind == "bool" else "choice"
    labels = tuple(f"{value}: {words}" for value, words in spec.choices)
    shown = next((words for (value, _), words in zip(spec.choices, labels, strict=True) if value == default), default)
    return PropertySpec(
        spec.name,
        spec.label,
        spec.help,
        kind,
        default=shown,
        example=_EXAMPLES.get(spec.name),
        choices=tuple(value for value, _ in spec.choices),
        labels=labels,
    )


def _say(form: _Form, troubles: Iterable[Trouble]) -> None:
    """What the advice on options says of one of them, where it stands."""
    for level, _, message in troubles:
        if level == "error":
            _complain(form, message)
        else:
            colour = "orange" if level == "warning" else "gray"
            st.caption(f":{colour}[:material/info:] {prose(message)}")


def _complain(form: _Form, message: str) -> None:
    form.problems.append(message)
    st.caption(f":red[:material/error:] {prose(message)}")


def _root(name: str) -> str:
    return name.partition(".")[0]


def _nested(name: str, value: JSON) -> dict[str, JSON]:
    root, _, inner = name.partition(".")
    return {root: {inner: value}} if inner else {root: value}


def _get(options: Mapping[str, JSON], name: str) -> Stored:
    root, _, inner = name.partition(".")
    value = options.get(root, MISSING)
    if not inner:
        return value
    return value.get(inner, MISSING) if isinstance(value, dict) else MISSING


def _set(form: _Form, name: str, value: Stored) -> None:
    root, _, inner = name.partition(".")
    if inner:
        now, opened = form.now.get(root, {}), form.opened.get(root)
        now = now if isinstance(now, dict) else {}
        inside = changed(now, {inner: value}, order=tuple(opened) if isinstance(opened, dict) else ())
        # An object that only this form made goes with its last property.
        value = inside if inside or root in form.opened else MISSING
    form.now = changed(form.now, {root: value}, order=tuple(form.opened))


def _unknown(options: Mapping[str, JSON]) -> None:
    roots = {_root(spec.name) for spec in OPTIONS}
    others = [name for name in options if name not in roots]
    others += [
        f"{name}.{inner}"
        for name, value in options.items()
        if name in roots and isinstance(value, dict)
        for inner in value
        if f"{name}.{inner}" not in {spec.name for spec in OPTIONS}
    ]
    if others:
        st.caption(f"Kept as they are: {', '.join(code(name) for name in others[:20])}")
    if broken := [name for name in ("restartStrategy", "planOptimizeStrategy") if _is_odd(options.get(name, {}))]:
        st.caption(f"Not an object, so kept as it is: {plain(', '.join(broken))}")


def _is_odd(value: JSON) -> bool:
    return not isinstance(value, dict)
