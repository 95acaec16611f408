"""Expressions of the SQL: their tree, how explain writes them, and the parser that reads them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from ekmanager.simulator.tokens import BadSQL, Reader


@dataclass(frozen=True, slots=True)
class Literal:
    """A number, a text, a truth value, or None for NULL."""

    value: object


@dataclass(frozen=True, slots=True)
class Field:
    """A field, perhaps of a named stream; `path` are further steps into it (`a->b[0]`)."""

    name: str
    stream: str = ""
    path: tuple[str | int, ...] = ()


@dataclass(frozen=True, slots=True)
class Star:
    """All fields (of one stream)."""

    stream: str = ""


@dataclass(frozen=True, slots=True)
class Call:
    """A function with its arguments; OVER (PARTITION BY …) and FILTER are read and have no effect here."""

    name: str
    args: tuple[Expression, ...] = ()


@dataclass(frozen=True, slots=True)
class Binary:
    """Two expressions and an operator in capitals: `AND`, `>=`, `LIKE`, …"""

    operator: str
    left: Expression
    right: Expression


@dataclass(frozen=True, slots=True)
class Group:
    """A list in parentheses: the right side of IN, the two bounds of BETWEEN, the parts of CASE."""

    items: tuple[Expression, ...]


Expression = Literal | Field | Star | Call | Binary | Group

_STRENGTH = {
    "OR": 1,
    "AND": 2,
    "=": 3,
    "!=": 3,
    "<>": 3,
    "<": 3,
    "<=": 3,
    ">": 3,
    ">=": 3,
    "IN": 3,
    "NOT IN": 3,
    "LIKE": 3,
    "NOT LIKE": 3,
    "BETWEEN": 3,
    "NOT BETWEEN": 3,
    "+": 4,
    "-": 4,
    "|": 4,
    "^": 4,
    "*": 5,
    "/": 5,
    "%": 5,
    "&": 5,
}

_ENDS = frozenset(
    [
        "FROM",
        "WHERE",
        "GROUP",
        "HAVING",
        "ORDER",
        "LIMIT",
        "AS",
        "ON",
        "INNER",
        "LEFT",
        "RIGHT",
        "FULL",
        "CROSS",
        "JOIN",
        "AND",
        "OR",
        "ASC",
        "DESC",
        "WHEN",
        "THEN",
        "ELSE",
        "END",
        "FILTER",
        "OVER",
        "IN",
        "NOT",
        "LIKE",
        "BETWEEN",
    ]
)


class _Unclosed(BadSQL):
    """A list of arguments is not closed; the message is what stands there instead."""


def walk(expression: Expression) -> Iterator[Expression]:
    """The expression and everything inside it."""
    yield expression
    inner: tuple[Expression, ...] = ()
    if isinstance(expression, Call):
        inner = expression.args
    elif isinstance(expression, Binary):
        inner = (expression.left, expression.right)
    elif isinstance(expression, Group):
        inner = expression.items
    for item in inner:
        yield from walk(item)


def calls(expression: Expression) -> Iterator[Call]:
    """The function calls inside an expression, outermost first."""
    return (item for item in walk(expression) if isinstance(item, Call))


def render(expression: Expression, stream: Callable[[Field], str]) -> str:
    """The text that explain shows; `stream` names the stream of a field."""
    if isinstance(expression, Literal):
        value = expression.value
        return str(value).lower() if isinstance(value, bool) else str(value)
    if isinstance(expression, Star):
        return "*"
    if isinstance(expression, Field):
        steps = "".join(f"[{step}]" if isinstance(step, int) else f"->{step}" for step in expression.path)
        return f"{expression.stream or stream(expression)}.{expression.name}{steps}"
    if isinstance(expression, Call):
        inner = ", ".join(render(item, stream) for item in expression.args)
        return f"Call:{{ name:{expression.name}, args:[{inner}] }}" if inner else f"Call:{{ name:{expression.name} }}"
    if isinstance(expression, Group):
        return "(" + ", ".join(render(item, stream) for item in expression.items) + ")"
    left, right = render(expression.left, stream), render(expression.right, stream)
    return f"binaryExpr:{{ {left} {expression.operator} {right} }}"


def parse_expression(reader: Reader, strength: int = 0) -> Expression:
    """Reads one expression. Raises BadSQL."""
    left = _operand(reader)
    while True:
        operator = _operator(reader)
        if operator is None or _STRENGTH[operator] <= strength:
            return left
        for _ in operator.split():
            reader.take()
        right = _right_side(reader, operator)
        left = Binary("!=" if operator == "<>" else operator, left, right)


def _operator(reader: Reader) -> str | None:
    token = reader.now
    if token.kind == "sign":
        return token.text if token.text in _STRENGTH else None
    if token.is_word("NOT") and reader.ahead(1).is_word("IN", "LIKE", "BETWEEN"):
        return f"NOT {reader.ahead(1).text.upper()}"
    if token.is_word("AND", "OR", "IN", "LIKE", "BETWEEN"):
        return token.text.upper()
    return None


def _right_side(reader: Reader, operator: str) -> Expression:
    if operator.endswith("IN") and reader.now.is_sign("("):
        reader.take()
        return Group(_arguments(reader))
    if operator.endswith("BETWEEN"):
        low = parse_expression(reader, _STRENGTH["="])
        if not reader.took_word("AND"):
            raise BadSQL(f'expect AND expression after BETWEEN but found "{reader.now.text}"')
        return Group((low, parse_expression(reader, _STRENGTH["="])))
    return parse_expression(reader, _STRENGTH[operator])


def _operand(reader: Reader) -> Expression:
    token = reader.take()
    if token.kind == "number":
        return Literal(float(token.text) if "." in token.text else int(token.text))
    if token.kind == "string":
        return Literal(token.text)
    if token.is_sign("-"):
        inner = _operand(reader)
        if isinstance(inner, Literal) and isinstance(inner.value, int | float):
            return Literal(-inner.value)
        return Binary("*", Literal(-1), inner)
    if token.is_sign("*"):
        return Star()
    if token.is_sign("("):
        inner = parse_expression(reader)
        if not reader.took_sign(")"):
            raise BadSQL(f'found "{reader.now.text}", expected right paren.')
        return inner
    if token.is_word("TRUE", "FALSE"):
        return Literal(token.text.upper() == "TRUE")
    if token.is_word("NULL"):
        return Literal(None)
    if token.is_word("CASE"):
        return _case(reader)
    if token.kind == "name" and (token.quoted or token.text.upper() not in _ENDS):
        if reader.now.is_sign("("):
            reader.take()
            return _call(reader, token.text)
        return _field(reader, token.text)
    raise BadSQL(f'found "{token.text}", expected expression.')


def _call(reader: Reader, name: str) -> Call:
    try:
        call = Call(name, _arguments(reader))
    except _Unclosed as error:
        raise BadSQL(f'found function call "{name}", expected ), but with "{error}".') from error
    while reader.now.is_word("OVER", "FILTER") and reader.ahead(1).is_sign("("):
        reader.take()
        reader.take()
        depth = 1
        while depth:
            token = reader.take()
            if token.kind == "end":
                raise BadSQL('found "EOF", expected right paren.')
            depth += token.is_sign("(") - token.is_sign(")")
    return call


def _arguments(reader: Reader) -> tuple[Expression, ...]:
    """The expressions up to the closing parenthesis, which is taken."""
    items: list[Expression] = []
    while not reader.took_sign(")"):
        items.append(parse_expression(reader))
        if not reader.took_sign(",") and not reader.now.is_sign(")"):
            raise _Unclosed(reader.now.text)
    return tuple(items)


def _field(reader: Reader, name: str) -> Expression:
    stream = ""
    if reader.now.is_sign(".") and (reader.ahead(1).kind == "name" or reader.ahead(1).is_sign("*")):
        reader.take()
        stream, name = name, reader.take().text
        if name == "*":
            return Star(stream)
    path: list[str | int] = []
    while reader.now.is_sign("->", "["):
        if reader.take().text == "->":
            path.append(reader.take().text)
        else:
            step = reader.take().text
            while not reader.took_sign("]"):
                if reader.take().kind == "end":
                    raise BadSQL('found "EOF", expected right bracket.')
            path.append(int(step) if step.isdigit() else step)
    return Field(name, stream, tuple(path))


def _case(reader: Reader) -> Call:
    """CASE as a call of `case`: condition, value, …, and the ELSE value at the end."""
    parts: list[Expression] = []
    subject = parse_expression(reader) if not reader.now.is_word("WHEN") else Literal(True)
    while reader.took_word("WHEN"):
        wanted = parse_expression(reader)
        parts.append(wanted if subject == Literal(True) else Binary("=", subject, wanted))
        if not reader.took_word("THEN"):
            raise BadSQL(f'found "{reader.now.text}", expected THEN')
        parts.append(parse_expression(reader))
    parts.append(parse_expression(reader) if reader.took_word("ELSE") else Literal(None))
    if not reader.took_word("END"):
        raise BadSQL(f'found "{reader.now.text}", expected END')
    return Call("case", tuple(parts))
