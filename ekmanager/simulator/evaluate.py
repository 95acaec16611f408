"""Evaluates expressions on one record: for trial runs, for the share of records that a filter lets through."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping
from typing import Any

from ekmanager.simulator.expressions import Binary, Call, Expression, Field, Group, Literal, Star

Record = Mapping[str, Any]


class EvaluationError(ValueError):
    """The record does not fit the expression; the message is the server's."""


def evaluate(expression: Expression, record: Record) -> Any:
    """The value for one record; a missing field is None. Raises EvaluationError."""
    if isinstance(expression, Literal):
        return expression.value
    if isinstance(expression, Field):
        return _field(expression, record)
    if isinstance(expression, Star):
        return dict(record)
    if isinstance(expression, Group):
        return [evaluate(item, record) for item in expression.items]
    if isinstance(expression, Call):
        return _call(expression, record)
    return _binary(expression, record)


def is_true(expression: Expression, record: Record) -> bool:
    """Whether a condition holds for a record; one that cannot be evaluated does not."""
    try:
        return evaluate(expression, record) is True
    except EvaluationError:
        return False


def _field(field: Field, record: Record) -> Any:
    value: Any = record.get(field.name)
    for step in field.path:
        if isinstance(step, int) and isinstance(value, list):
            value = value[step] if step < len(value) else None
        else:
            value = value.get(step) if isinstance(value, dict) else None
    return value


def _binary(expression: Binary, record: Record) -> Any:
    operator = expression.operator
    left = evaluate(expression.left, record)
    if operator in {"AND", "OR"}:
        if (operator == "AND") is (left is not True):
            return left is True
        return evaluate(expression.right, record) is True
    right = evaluate(expression.right, record)
    if operator.startswith("NOT "):
        return not _compare(operator[4:], left, right)
    if operator in _COMPARISONS:
        return _compare(operator, left, right)
    if left is None or right is None:
        return None
    if operator not in _ARITHMETIC or not (_is_number(left) and _is_number(right)):
        raise EvaluationError(f"invalid operation {_typed(left)} {operator} {_typed(right)}")
    if operator in "/%" and right == 0:
        raise EvaluationError("divided by zero")
    return _ARITHMETIC[operator](left, right)


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _typed(value: object) -> str:
    kinds = {bool: "bool", int: "int64", float: "float64", str: "string"}
    return f"{kinds.get(type(value), 'map[string]interface {}')}({value})"


def _divide(left: Any, right: Any) -> Any:
    return int(left / right) if isinstance(left, int) and isinstance(right, int) else left / right


_ARITHMETIC: dict[str, Callable[[Any, Any], Any]] = {
    "+": lambda left, right: left + right,
    "-": lambda left, right: left - right,
    "*": lambda left, right: left * right,
    "/": _divide,
    "%": math.fmod,
}
_COMPARISONS: dict[str, Callable[[Any, Any], bool]] = {
    "=": lambda left, right: bool(left == right),
    "!=": lambda left, right: bool(left != right),
    "<": lambda left, right: bool(left < right),
    "<=": lambda left, right: bool(left <= right),
    ">": lambda left, right: bool(left > right),
    ">=": lambda left, right: bool(left >= right),
    "IN": lambda left, right: left in right if isinstance(right, list) else left == right,
    "BETWEEN": lambda left, right: bool(right[0] <= left <= right[1]),
    "LIKE": lambda left, right: bool(re.fullmatch(_pattern(str(right)), str(left), re.DOTALL)),
}


def _pattern(like: str) -> str:
    return "".join({"%": ".*", "_": "."}.get(char, re.escape(char)) for char in like)


def _compare(operator: str, left: Any, right: Any) -> bool:
    if left is None:
        return False
    try:
        return _COMPARISONS[operator](left, right)
    except TypeError as error:
        raise EvaluationError(f"invalid operation {_typed(left)} {operator} {_typed(right)}") from error


def _call(call: Call, record: Record) -> Any:
    name = call.name.lower()
    if name == "case":
        return _case(call, record)
    args = [evaluate(arg, record) for arg in call.args]
    if name in _FUNCTIONS:
        if any(arg is None for arg in args) and name not in {"coalesce", "isnull"}:
            return None
        try:
            return _FUNCTIONS[name](*args)
        except (TypeError, ValueError, IndexError, OverflowError) as error:
            raise EvaluationError(f"call func {name} error: {error}") from error
    return args[0] if args else None


def _case(call: Call, record: Record) -> Any:
    *pairs, otherwise = call.args
    for condition, value in zip(pairs[::2], pairs[1::2], strict=True):
        if is_true(condition, record):
            return evaluate(value, record)
    return evaluate(otherwise, record)


_FUNCTIONS: dict[str, Callable[..., Any]] = {
    "abs": abs,
    "ceil": math.ceil,
    "ceiling": math.ceil,
    "floor": math.floor,
    "round": lambda value, digits=0: round(value, int(digits)) if digits else float(round(value)),
    "sqrt": math.sqrt,
    "power": math.pow,
    "mod": math.fmod,
    "sign": lambda value: (value > 0) - (value < 0),
    "exp": math.exp,
    "ln": math.log,
    "upper": lambda value: str(value).upper(),
    "lower": lambda value: str(value).lower(),
    "trim": lambda value: str(value).strip(),
    "length": len,
    "concat": lambda *values: "".join(str(value) for value in values),
    "startswith": lambda value, start: str(value).startswith(start),
    "endswith": lambda value, end: str(value).endswith(end),
    "coalesce": lambda *values: next((value for value in values if value is not None), None),
    "isnull": lambda value: value is None,
    "cardinality": len,
    "had_changed": lambda *_: True,
}
