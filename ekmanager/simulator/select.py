"""SELECT statements: which streams, joins, filters and windows a rule has."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from ekmanager.simulator.expressions import (
    Call,
    Expression,
    Field,
    Literal,
    Star,
    calls,
    parse_expression,
    walk,
)
from ekmanager.simulator.tokens import BadSQL, Reader

_UNITS = {"DD": 86_400.0, "HH": 3_600.0, "MI": 60.0, "SS": 1.0, "MS": 0.001}
_WINDOWS = {
    "TUMBLINGWINDOW": "TUMBLING_WINDOW",
    "HOPPINGWINDOW": "HOPPING_WINDOW",
    "SLIDINGWINDOW": "SLIDING_WINDOW",
    "SESSIONWINDOW": "SESSION_WINDOW",
    "COUNTWINDOW": "COUNT_WINDOW",
    "STATEWINDOW": "",
}

_WINDOW_ARGUMENTS = {"TUMBLINGWINDOW": 2, "HOPPINGWINDOW": 3, "SLIDINGWINDOW": 2, "SESSIONWINDOW": 3}

AGGREGATES = frozenset(
    [
        "avg",
        "count",
        "max",
        "min",
        "sum",
        "collect",
        "merge_agg",
        "deduplicate",
        "stddev",
        "stddevs",
        "var",
        "vars",
        "percentile_cont",
        "percentile_disc",
        "last_value",
    ]
)
ANALYTIC = frozenset(
    [
        "lag",
        "latest",
        "changed_col",
        "had_changed",
        "acc_avg",
        "acc_max",
        "acc_min",
        "acc_sum",
        "acc_count",
        "acc_collect",
    ]
)
SET_RETURNING = frozenset(["unnest"])


@dataclass(frozen=True, slots=True)
class Output:
    """One column: an expression and the name it gets."""

    expression: Expression
    alias: str = ""

    @property
    def name(self) -> str:
        """The key in the result; an expression without alias is named after its function."""
        if self.alias:
            return self.alias
        if isinstance(self.expression, Field | Call):
            return self.expression.name
        return "kuiper_field_0"


@dataclass(frozen=True, slots=True)
class Join:
    """One JOIN: `kind` is INNER, LEFT, RIGHT, FULL or CROSS."""

    kind: str
    stream: str
    alias: str
    condition: Expression | None


@dataclass(frozen=True, slots=True)
class Window:
    """A window. `length` and `interval` are seconds, or messages for a count window."""

    kind: str
    length: float
    interval: float
    raw_length: int
    raw_interval: int
    filter: Expression | None = None

    @property
    def period(self) -> float | None:
        """Seconds between two results; None where a message, not the clock, makes one."""
        if self.kind in {"TUMBLING_WINDOW", "HOPPING_WINDOW", "SESSION_WINDOW"}:
            return self.interval or self.length
        return None


@dataclass(frozen=True, slots=True)
class Select:
    """A parsed SELECT."""

    outputs: tuple[Output, ...]
    source: str
    alias: str = ""
    joins: tuple[Join, ...] = ()
    where: Expression | None = None
    dimensions: tuple[Expression, ...] = ()
    window: Window | None = None
    having: Expression | None = None
    order: tuple[tuple[Expression, bool], ...] = ()
    """Expressions with True for ascending."""
    limit: int | None = None

    @property
    def streams(self) -> tuple[str, ...]:
        """Names of the streams and tables, in the order of FROM."""
        return (self.source, *(join.stream for join in self.joins))

    def expressions(self) -> Iterator[Expression]:
        """Every expression of the statement."""
        yield from (output.expression for output in self.outputs)
        yield from (join.condition for join in self.joins if join.condition)
        yield from (item for item in (self.where, self.having) if item)
        yield from self.dimensions
        yield from (expression for expression, _ in self.order)
        if self.window and self.window.filter:
            yield self.window.filter

    def functions(self) -> list[str]:
        """Names of all functions used, lower case."""
        return [call.name.lower() for item in self.expressions() for call in calls(item)]

    def real_name(self, name: str) -> str:
        """The stream behind an alias of FROM or JOIN."""
        for stream, alias in ((self.source, self.alias), *((join.stream, join.alias) for join in self.joins)):
            if name == alias:
                return stream
        return name

    def fields_of(self, stream: str) -> list[str]:
        """Sorted names of the fields that are read from a stream; unqualified ones count for the first."""
        found = set()
        for item in self.expressions():
            for field in walk(item):
                if isinstance(field, Field) and self._owner(field) == stream:
                    found.add(field.name)
        return sorted(found)

    def _owner(self, field: Field) -> str:
        return self.real_name(field.stream) if field.stream else self.source

    def ordered_outputs(self, *, sort: bool) -> list[Output]:
        """The columns in the order of the result: streams with fields have aliases first, then by name."""
        if not sort:
            return list(self.outputs)
        return sorted(self.outputs, key=lambda output: (not output.alias, output.name))

    @property
    def takes_all(self) -> bool:
        """Whether a `*` of the select list asks for every field."""
        return any(isinstance(output.expression, Star) for output in self.outputs)


def parse_select(sql: str) -> Select:
    """The statement. Raises BadSQL in the server's words, without the prefix that names the SQL."""
    reader = Reader(sql)
    if not reader.took_word("SELECT"):
        raise BadSQL(f"SQL {sql} is not a select statement.")
    outputs = _outputs(reader)
    if not reader.took_word("FROM"):
        raise BadSQL(f'found "{reader.now.text}", expected FROM.')
    # A missing name is not an error of the parser: the server looks for the stream "" and does not find it.
    source = reader.take().text if reader.now.kind == "name" else ""
    alias = _alias(reader)
    joins = _joins(reader)
    where = parse_expression(reader) if reader.took_word("WHERE") else None
    dimensions, window = _group(reader)
    having = parse_expression(reader) if reader.took_word("HAVING") else None
    order = _order(reader)
    limit = int(reader.take().text) if reader.took_word("LIMIT") and reader.now.text.isdigit() else None
    # What follows a semicolon is not looked at.
    if reader.now.kind != "end" and not reader.now.is_sign(";"):
        raise BadSQL(f'found "{reader.now.text}", expected EOF.')
    return Select(outputs, source, alias, joins, where, dimensions, window, having, order, limit)


def _outputs(reader: Reader) -> tuple[Output, ...]:
    outputs: list[Output] = []
    while True:
        if reader.now.is_word("FROM") or reader.now.kind == "end":
            raise BadSQL(f'found "{reader.now.text}", expected expression.')
        expression = parse_expression(reader)
        if isinstance(expression, Star) and reader.now.is_word("EXCEPT", "REPLACE"):
            while not reader.now.is_word("FROM") and reader.now.kind != "end":
                reader.take()
        alias = reader.take().text if reader.took_word("AS") else ""
        outputs.append(Output(expression, alias))
        if not reader.took_sign(","):
            return tuple(outputs)


def _alias(reader: Reader) -> str:
    if reader.took_word("AS") and reader.now.kind == "name":
        return reader.take().text
    return ""


def _joins(reader: Reader) -> tuple[Join, ...]:
    joins: list[Join] = []
    while reader.now.is_word("INNER", "LEFT", "RIGHT", "FULL", "CROSS", "JOIN"):
        kind = "INNER" if reader.now.is_word("JOIN") else reader.take().text.upper()
        if not reader.took_word("JOIN") or reader.now.kind != "name":
            raise BadSQL(f'found "{reader.now.text}", expected stream name.')
        stream, alias = reader.take().text, _alias(reader)
        condition = parse_expression(reader) if reader.took_word("ON") else None
        joins.append(Join(kind, stream, alias, condition))
    return tuple(joins)


def _group(reader: Reader) -> tuple[tuple[Expression, ...], Window | None]:
    dimensions: list[Expression] = []
    window: Window | None = None
    if not reader.took_word("GROUP"):
        return (), None
    if not reader.took_word("BY"):
        raise BadSQL(f'found "{reader.now.text}", expected BY statement.')
    while True:
        expression = parse_expression(reader) if not _filtered(reader) else None
        if expression is None:
            window = _with_filter(reader)
        elif isinstance(expression, Call) and expression.name.upper() in _WINDOWS:
            window = _window(expression)
        else:
            dimensions.append(expression)
        if not reader.took_sign(","):
            return tuple(dimensions), window


def _filtered(reader: Reader) -> bool:
    """Whether a window with FILTER (WHERE …) comes next."""
    if not reader.now.is_word(*_WINDOWS) or not reader.ahead(1).is_sign("("):
        return False
    at = 2
    while not reader.ahead(at).is_sign(")") and reader.ahead(at).kind != "end":
        at += 1
    return reader.ahead(at + 1).is_word("FILTER")


def _with_filter(reader: Reader) -> Window:
    name = reader.take().text
    reader.take()
    args: list[Expression] = []
    while not reader.took_sign(")"):
        args.append(parse_expression(reader))
        reader.took_sign(",")
    reader.take()
    condition = None
    if reader.took_sign("(") and reader.took_word("WHERE"):
        condition = parse_expression(reader)
        reader.took_sign(")")
    return _window(Call(name, tuple(args)), condition)


def _window(call: Call, condition: Expression | None = None) -> Window:
    kind = _WINDOWS[call.name.upper()]
    unit, numbers = 1.0, [arg.value for arg in call.args if isinstance(arg, Literal) and isinstance(arg.value, int)]
    if call.args and isinstance(call.args[0], Field):
        unit = _UNITS.get(call.args[0].name.upper(), 0.0)
        if not unit:
            raise BadSQL(f"Invalid timeliteral {call.args[0].name}")
    wanted = _WINDOW_ARGUMENTS.get(call.name.upper())
    if wanted and len(call.args) < wanted:
        raise BadSQL(f"The arguments for {call.name.lower()} should be {wanted}.\n")
    length = numbers[0] if kind and numbers else 0
    interval = numbers[1] if len(numbers) > 1 else 0
    return Window(kind, length * unit, interval * unit, length, interval, condition)


def _order(reader: Reader) -> tuple[tuple[Expression, bool], ...]:
    order: list[tuple[Expression, bool]] = []
    if not reader.took_word("ORDER"):
        return ()
    if not reader.took_word("BY"):
        raise BadSQL(f'found "{reader.now.text}", expected BY statement.')
    while True:
        expression = parse_expression(reader)
        ascending = not reader.took_word("DESC")
        reader.took_word("ASC")
        order.append((expression, ascending))
        if not reader.took_sign(","):
            return tuple(order)
