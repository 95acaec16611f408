"""Whether two answers say the same: status, content type, and the shape of the body."""

from __future__ import annotations

import json
import re
from typing import Any

from ekmanager.simulator import yamltext
from tests.contract.wire import Answer
from tests.recordings import Recording

_NUMBERS = re.compile(r"\d+")
_PLAN = re.compile(r'^(\s*)\{"(?:op|type)":"([A-Za-z]+)', re.MULTILINE)
_ZIP = b"PK"


def difference(recorded: Recording, answer: Answer, *, strict_keys: bool = True) -> str:
    """What is different, in a few words; empty when the answers agree."""
    if recorded.status != answer.status:
        return f"status {answer.status}, not {recorded.status}: {answer.text[:200]}"
    if recorded.status is None:
        return ""
    wanted = recorded.response_headers.get("Content-Type")
    if wanted != answer.content_type:
        return f"content type {answer.content_type}, not {wanted}"
    if "/explain" in recorded.path and recorded.status == 200:
        return _plan_difference(recorded.text, answer.text)
    if recorded.body.startswith(_ZIP):
        return "" if answer.body.startswith(_ZIP) else "not a zip file"
    load = yamltext.load if recorded.path == "/v2/data/export" and recorded.status == 200 else _value
    expected, found = load(recorded.text), load(answer.text)
    if isinstance(expected, _Text) or isinstance(found, _Text):
        return _text_difference(recorded.text, answer.text)
    if _is_envelope(expected):
        return _text_difference(expected["message"], found.get("message", "") if isinstance(found, dict) else "")
    return _shape_difference(expected, found, "", strict_keys)


class _Text:
    """A body that is not JSON."""


def _value(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        return _Text()


def _is_envelope(value: object) -> bool:
    return isinstance(value, dict) and set(value) == {"error", "message"}


def _text_difference(expected: str, found: str) -> str:
    if _NUMBERS.sub("#", expected) == _NUMBERS.sub("#", found):
        return ""
    return f"text {found[:300]!r}, not {expected[:300]!r}"


def _plan_difference(expected: str, found: str) -> str:
    wanted = [(len(indent), kind) for indent, kind in _PLAN.findall(expected)]
    given = [(len(indent), kind) for indent, kind in _PLAN.findall(found)]
    return "" if wanted == given else f"plan {given}, not {wanted}"


def _shape_difference(expected: Any, found: Any, where: str, strict: bool) -> str:
    if isinstance(expected, dict) and isinstance(found, dict):
        lacking, more = sorted(set(expected) - set(found)), sorted(set(found) - set(expected))
        if strict and (lacking or more):
            return f"{where or '/'}: lacks {lacking[:6]}, has {more[:6]}"
        for key in expected.keys() & found.keys():
            problem = _shape_difference(expected[key], found[key], f"{where}/{key}", strict)
            if problem:
                return problem
        return ""
    if isinstance(expected, list) and isinstance(found, list):
        if bool(expected) is not bool(found):
            return f"{where}: {len(found)} items, not {len(expected)}"
        for item in found:
            problems = [_shape_difference(sample, item, f"{where}[]", strict) for sample in expected]
            if all(problems):
                return problems[0]
        return ""
    return "" if _kind(expected) == _kind(found) else f"{where}: {_kind(found)}, not {_kind(expected)}"


def _kind(value: object) -> str:
    if isinstance(value, bool):
        return "bool"
    return "number" if isinstance(value, int | float) else type(value).__name__
