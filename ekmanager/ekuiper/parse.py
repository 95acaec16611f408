"""From the text of an answer to a value. Pure functions: the client uses them, and who fetches in another way does too.

Content types are not looked at: eKuiper sends JSON as text/plain and text as nothing, so the route decides.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Any, TypeVar

from pydantic import TypeAdapter, ValidationError

from ekmanager.ekuiper.errors import NotAnEKuiper, UnreadableAnswer
from ekmanager.ekuiper.models.base import JSON
from ekmanager.ekuiper.models.rules import Operator, PlanNode, RuleState, RuleStatus, TrialResult, read_state
from ekmanager.ekuiper.models.server import Info
from ekmanager.ekuiper.models.transfer import SECTIONS, Export

T = TypeVar("T")

_METRICS: Mapping[str, type] = {
    "records_in_total": int,
    "records_out_total": int,
    "messages_processed_total": int,
    "process_latency_us": int,
    "buffer_length": int,
    "last_invocation": int,
    "exceptions_total": int,
    "last_exception": str,
    "last_exception_time": int,
    "connection_status": int,
    "connection_last_connected_time": int,
    "connection_last_disconnected_time": int,
    "connection_last_disconnected_message": str,
    "connection_last_try_time": int,
}
# An operator's name may hold underscores, digits and slashes (`source_conmq/devices/1_0_…`): read from the right.
_METRIC_KEY = re.compile(
    r"(?P<kind>source|op|sink)_(?P<name>.+)_(?P<instance>\d+)_(?P<metric>" + "|".join(_METRICS) + ")", re.DOTALL
)
_GO_ESCAPE = re.compile(r"\\(?:(a)|(v)|x([0-9a-fA-F]{2})|U([0-9a-fA-F]{8})|[\s\S])")
_PLAN_LINE = re.compile(r"[ \t]*(\{.*\})[ \t]*")
_MAX_MESSAGE = 4_000
"""Characters of a server's words that an error carries."""


def load_json(data: bytes | str) -> Any:
    """Decoded JSON. Also that of eKuiper, which writes some texts with Go's quoting (`\\a`, `\\x07`, `\\U0001f600`).

    Raises ValueError.
    """
    text = data.decode("utf-8", "replace") if isinstance(data, bytes) else data
    try:
        try:
            return json.loads(text, strict=False)
        except json.JSONDecodeError:
            repaired = _GO_ESCAPE.sub(_as_json_escape, text)
            if repaired == text:
                raise
            return json.loads(repaired, strict=False)
    except RecursionError as error:
        raise ValueError("the JSON is nested too deeply") from error


def parse_info(data: bytes | str) -> Info:
    """The answer to `GET /`. Raises NotAnEKuiper for anything else."""
    try:
        value = load_json(data)
        if isinstance(value, dict):
            return Info.model_validate(value)
    except ValueError:  # pydantic's ValidationError is one
        pass
    raise NotAnEKuiper(f"The answer to GET / is not eKuiper's system information but {describe(data)}.")


def parse_error(status: int, body: bytes | str) -> tuple[int | None, str]:
    """eKuiper's error number and message in an answer that is not a success; (None, text) where it sent bare text.

    1.14 does not escape quotes and line breaks in the message, so broken JSON is expected.
    """
    text = (body.decode("utf-8", "replace") if isinstance(body, bytes) else body).strip()
    if not text.startswith("{"):
        return None, _clipped(text if not _is_html(text) else f"HTTP {status} with a web page")
    try:
        value = load_json(text)
    except ValueError:
        return _broken_envelope(text)
    code, message = value.get("error"), value.get("message")
    if isinstance(code, int) and not isinstance(code, bool):
        return code, _clipped(message if isinstance(message, str) else "")
    if isinstance(code, dict) and isinstance(code.get("message"), str):
        return None, _clipped(code["message"])
    return None, _clipped(text)


def parse_status_all(data: bytes | str) -> dict[str, RuleState]:
    """The answer to `GET /rules/status/all`, by rule. Raises UnreadableAnswer."""
    value = _object(data, "the state of all rules")
    states: dict[str, RuleState] = {}
    for rule, row in value.items():
        if not isinstance(row, dict) or not isinstance(row.get("status"), str):
            raise UnreadableAnswer(f"The state of rule {rule!r} is {describe(json.dumps(row))}.")
        state, reason = read_state(row["status"])
        exception = row.get("last_exception")
        states[rule] = RuleState(
            state,
            row["status"],
            reason,
            exception if isinstance(exception, str) else "",
            _whole(row.get("exceptions_total")),
        )
    return states


def parse_rule_status(data: bytes | str) -> RuleStatus:
    """The answer to `GET /rules/{id}/status`, of either version and of v2. Raises UnreadableAnswer."""
    value = _object(data, "the status of a rule")
    words = value.pop("status", None)
    if not isinstance(words, str):
        raise UnreadableAnswer("The status of a rule has no state in it.")
    message = value.pop("message", "")
    state, reason = read_state(words, message if isinstance(message, str) else "")
    last_start, last_stop = _whole(value.pop("lastStartTimestamp", 0)), _whole(value.pop("lastStopTimestamp", 0))
    # 1.14 calls the next start nextStopTimestamp
    next_start = _whole(value.pop("nextStartTimestamp", 0)) or _whole(value.pop("nextStopTimestamp", 0))
    operators, other = _operators(value)
    return RuleStatus(state, words, reason, last_start, last_stop, next_start, operators, other)


def parse_explain(data: bytes | str) -> PlanNode | None:
    """The plan as a tree; None where there is no plan in the answer. One object a line, children indented."""
    text = data.decode("utf-8", "replace") if isinstance(data, bytes) else data
    rows: list[tuple[int, dict[str, Any]]] = []
    for line in text.split("\n"):
        match = _PLAN_LINE.fullmatch(line)
        if match is None:
            continue
        try:
            row = load_json(match[1])
        except ValueError as error:
            raise UnreadableAnswer("A line of the plan is not JSON.") from error
        rows.append((len(line) - len(line.lstrip(" \t")), row))
    return _tree(rows) if rows else None


def parse_trial_result(text: str, *, events: bool, templated: bool = False) -> TrialResult:
    """One payload of a trial run.

    `events`: it came as an event (2.4), where errors are bare text; on the WebSocket of 1.14 they are
    `{"error": "…"}`, without `sendSingle` in an array. `templated`: the run has a `dataTemplate`, so that any text is
    a result.
    """
    try:
        value = load_json(text)
    except ValueError:
        return TrialResult(text, text) if templated else TrialResult(text, error=text)
    if not events:
        only = value[0] if isinstance(value, list) and len(value) == 1 else value
        if isinstance(only, dict) and only.keys() == {"error"} and isinstance(only["error"], str):
            return TrialResult(text, error=only["error"])
    return TrialResult(text, value)


def parse_export(data: bytes | str) -> Export:
    """An exported configuration or ruleset. Raises UnreadableAnswer."""
    text = data.decode("utf-8", "replace") if isinstance(data, bytes) else data
    value = _object(text, "an export")
    sections = read_sections(value)
    if not sections:
        raise UnreadableAnswer("The export has none of the sections that a configuration has.")
    return Export(text, sections)


def read_sections(value: object) -> dict[str, dict[str, str]]:
    """The sections of a configuration in `value`; empty where it is something else."""
    if not isinstance(value, dict):
        return {}
    return {
        name: {key: item if isinstance(item, str) else json.dumps(item) for key, item in value[name].items()}
        for name in SECTIONS
        if isinstance(value.get(name), dict)
    }


def decode(data: bytes | str) -> Any:
    """Decoded JSON. Raises UnreadableAnswer."""
    try:
        return load_json(data)
    except ValueError as error:
        raise UnreadableAnswer(f"The answer is not JSON but {describe(data)}.") from error


def parse_as(adapter: TypeAdapter[T], data: bytes | str) -> T:
    """The answer as that type. Raises UnreadableAnswer, which says where it differs."""
    return validated(adapter, decode(data))


def validated(adapter: TypeAdapter[T], value: object) -> T:
    """A decoded answer as that type. Raises UnreadableAnswer, which says where it differs."""
    try:
        return adapter.validate_python(value)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        place = ".".join(str(part) for part in first["loc"]) or "the whole"
        raise UnreadableAnswer(
            f"The answer has another form than expected ({place}: {first['msg'].lower()})."
        ) from error


def describe(data: bytes | str) -> str:
    """What an unexpected answer looks like, in a few words for people."""
    text = (data[:400].decode("utf-8", "replace") if isinstance(data, bytes) else data[:400]).strip()
    if not text:
        return "empty"
    if _is_html(text):
        return "a web page"
    line = " ".join("".join(char if char.isprintable() else " " for char in text).split())
    return repr(line if len(line) <= 80 else line[:79] + "…")


def _object(data: bytes | str, what: str) -> dict[str, Any]:
    try:
        value = load_json(data)
    except ValueError as error:
        raise UnreadableAnswer(f"Expected {what}, and the answer is {describe(data)}.") from error
    if not isinstance(value, dict):
        raise UnreadableAnswer(f"Expected {what}, and the answer is {describe(data)}.")
    return value


def _operators(value: dict[str, Any]) -> tuple[tuple[Operator, ...], dict[str, JSON]]:
    metrics: dict[tuple[str, str, int], dict[str, Any]] = {}
    other: dict[str, JSON] = {}
    for key, item in value.items():
        found = _metric_of(key)
        if found is None:
            other[key] = item
            continue
        operator, metric = found
        metrics.setdefault(operator, {})[metric] = _whole(item) if _METRICS[metric] is int else str(item)
    operators = (
        Operator(f"{kind}_{name}_{instance}", kind, name, instance, **fields)
        for (kind, name, instance), fields in metrics.items()
    )
    return tuple(operators), other


@lru_cache(maxsize=4096)
def _metric_of(key: str) -> tuple[tuple[str, str, int], str] | None:
    """((kind, name, instance) of the operator, metric). The same keys come again with every look at a server."""
    match = _METRIC_KEY.fullmatch(key)
    return match and ((match["kind"], match["name"], int(match["instance"])), match["metric"])


def _whole(value: object) -> int:
    """A count or a time: 1.14 sends times as text."""
    if isinstance(value, bool):
        return 0
    if isinstance(value, int):
        return value
    if isinstance(value, float) and value == value and abs(value) != float("inf"):
        return int(value)
    if isinstance(value, str) and value.isascii() and value.removeprefix("-").isdecimal() and len(value) < 30:
        return int(value)
    return 0


def _tree(rows: list[tuple[int, dict[str, Any]]]) -> PlanNode:
    """Rows in preorder with their indentation, as a tree; deeper means below the last row that is less deep."""
    children: list[list[int]] = [[] for _ in rows]
    path: list[int] = []
    for number, (indent, _) in enumerate(rows):
        while path and rows[path[-1]][0] >= indent:
            path.pop()
        if number:
            children[path[-1] if path else 0].append(number)
        path.append(number)
    built: dict[int, PlanNode] = {}
    for number in reversed(range(len(rows))):
        kind, id_ = _plan_name(rows[number][1], number)
        info = rows[number][1].get("info")
        below = tuple(built[child] for child in children[number])
        built[number] = PlanNode(kind, id_, info if isinstance(info, str) else "", below)
    return built[0]


def _plan_name(row: dict[str, Any], number: int) -> tuple[str, int]:
    if isinstance(row.get("type"), str):  # 1.14
        return row["type"], _whole(row.get("id", number))
    kind, _, id_ = str(row.get("op", "")).rpartition("_")
    return (kind, int(id_)) if kind and id_.isdecimal() else (str(row.get("op", "")), number)


def _clipped(message: str) -> str:
    """Both ends of a long message: eKuiper repeats the SQL as a whole before it says what is wrong with it."""
    if len(message) <= _MAX_MESSAGE:
        return message
    half = _MAX_MESSAGE // 2
    return f"{message[: half - 1]}…{message[-half:]}"


def _broken_envelope(text: str) -> tuple[int | None, str]:
    number = re.match(r'\{\s*"error"\s*:\s*(-?\d{1,9})\s*,\s*"message"\s*:\s*"', text)
    if number is None:
        return None, _clipped(text)
    message = re.sub(r'"?\s*\}\s*\Z', "", text[number.end() :])
    return int(number[1]), _clipped(message)


def _as_json_escape(match: re.Match[str]) -> str:
    if match[1]:
        return "\\u0007"
    if match[2]:
        return "\\u000b"
    if match[3]:
        return f"\\u00{match[3]}"
    if match[4]:
        point = int(match[4], 16)
        return json.dumps(chr(point))[1:-1] if point <= 0x10FFFF else "\\ufffd"
    return match[0]


def _is_html(text: str) -> bool:
    return text[:200].lstrip().lower().startswith(("<!doctype", "<html", "<head", "<body", "<?xml"))
