"""Statements about streams and tables: CREATE, SHOW, DESCRIBE, DROP."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from ekmanager.simulator.tokens import BadSQL, Reader, Token

_SIMPLE = ("BIGINT", "FLOAT", "STRING", "DATETIME", "BOOLEAN", "BYTEA")
_TYPES = "BIGINT | FLOAT | STRING | DATETIME | BOOLEAN | BYTEA | ARRAY | STRUCT"

_OPTIONS = {
    "DATASOURCE": "datasource",
    "KEY": "key",
    "FORMAT": "format",
    "CONF_KEY": "confKey",
    "TYPE": "type",
    "STRICT_VALIDATION": "strictValidation",
    "TIMESTAMP": "timestamp",
    "TIMESTAMP_FORMAT": "timestampFormat",
    "RETAIN_SIZE": "retainSize",
    "SHARED": "shared",
    "SCHEMAID": "schemaId",
    "KIND": "kind",
    "DELIMITER": "delimiter",
    "EXTRA": "extra",
    "VERSION": "version",
    "TEMP": "temp",
}
"""Keyword to key of the answer, in the order in which the answer has them."""

_NAMED = "DATASOURCE|FORMAT|KEY|CONF_KEY|SHARED|STRICT_VALIDATION|TYPE|TIMESTAMP|TIMESTAMP_FORMAT|RETAIN_SIZE|SCHEMAID"
_LATER = frozenset(["EXTRA", "VERSION", "TEMP"])
_FLAGS = frozenset(["SHARED", "TEMP", "STRICT_VALIDATION"])

FORMATS = frozenset(["json", "binary", "protobuf", "delimited", "urlencoded", "custom", "xml"])

FieldType = str | dict[str, Any]
"""`bigint`, or a dict with `Type` and `ElementType` or `Fields`, as the answers have it."""


@dataclass(frozen=True, slots=True)
class Definition:
    """A stream or a table as its statement gives it."""

    name: str
    is_table: bool
    fields: tuple[tuple[str, FieldType], ...]
    options: dict[str, Any]
    """Keys of the answer (`datasource`, `confKey`, …), in its order; only those that were given."""
    sql: str = ""

    @property
    def kind(self) -> str:
        """`scan` or `lookup` for a table, empty for a stream."""
        return str(self.options.get("kind") or "scan") if self.is_table else ""

    @property
    def type(self) -> str:
        return str(self.options.get("type") or "mqtt")

    @property
    def format(self) -> str:
        return str(self.options.get("format") or "json")

    @property
    def shared(self) -> bool:
        return bool(self.options.get("shared"))

    @property
    def temporary(self) -> bool:
        return bool(self.options.get("temp"))


@dataclass(frozen=True, slots=True)
class Statement:
    """What a statement asks for. `verb` is create, show, describe or drop; `noun` is STREAM or TABLE."""

    verb: str
    noun: str
    name: str = ""
    definition: Definition | None = field(default=None)


def parse_statement(sql: str, *, newer: bool) -> Statement:
    """The statement; `newer` knows the options of 2.4.0. Raises BadSQL in the server's words."""
    reader = Reader(sql)
    if reader.took_word("CREATE") and reader.now.is_word("STREAM", "TABLE"):
        noun = reader.take().text.upper()
        definition = _definition(reader, noun == "TABLE", sql, newer)
        return Statement("create", noun, definition.name, definition)
    reader = Reader(sql)
    if reader.took_word("SHOW") and reader.now.is_word("STREAMS", "TABLES"):
        return Statement("show", reader.take().text.upper()[:-1])
    for verb in ("DESCRIBE", "DROP", "EXPLAIN"):
        if reader.took_word(verb) and reader.now.is_word("STREAM", "TABLE"):
            noun = reader.take().text.upper()
            return Statement(verb.lower(), noun, _name(reader))
    raise BadSQL(f"Invalid stream statement: {sql}")


def _name(reader: Reader) -> str:
    token = reader.take()
    if token.kind != "name":
        raise BadSQL(f'found "{token.text}", expected stream name.')
    return token.text


def _definition(reader: Reader, is_table: bool, sql: str, newer: bool) -> Definition:
    name = _name(reader)
    if not reader.took_sign("("):
        raise BadSQL(f'found "{reader.now.text}", expected lparen after stream name.')
    fields = _fields(reader)
    options: dict[str, Any] = {}
    if reader.took_word("WITH"):
        options = _options(reader, newer)
    elif reader.now.kind != "end" and not reader.now.is_sign(";"):
        raise BadSQL(f'found "{reader.now.text}", expected WITH.')
    if str(options.get("format", "json")).lower() not in FORMATS:
        raise BadSQL(f"option 'format={options['format']}' is invalid")
    ordered = {key: options[key] for key in _OPTIONS.values() if key in options}
    return Definition(name, is_table, fields, ordered, sql)


def _fields(reader: Reader) -> tuple[tuple[str, FieldType], ...]:
    """The fields up to the closing parenthesis, which is taken."""
    fields: list[tuple[str, FieldType]] = []
    while not reader.took_sign(")"):
        token = reader.take()
        if token.kind != "name":
            raise BadSQL(f'found "{token.text}", expect stream field name.')
        fields.append((token.text, _field_type(reader)))
        if not reader.took_sign(",") and not reader.now.is_sign(")"):
            raise BadSQL(f'found "{reader.now.text}", expect comma or rparen.')
    return tuple(fields)


def _field_type(reader: Reader) -> FieldType:
    token = reader.take()
    if token.is_word(*_SIMPLE):
        return token.text.lower()
    if token.is_word("ARRAY") and reader.took_sign("("):
        element = _field_type(reader)
        _expect(reader, ")")
        return {"Type": "array", "ElementType": element}
    if token.is_word("STRUCT") and reader.took_sign("("):
        inner = [{"FieldType": kind, "Name": name} for name, kind in _fields(reader)]
        return {"Type": "struct", "Fields": inner}
    raise BadSQL(f'found "{token.text}", expect valid stream field types({_TYPES}).')


def _options(reader: Reader, newer: bool) -> dict[str, Any]:
    _expect(reader, "(")
    options: dict[str, Any] = {}
    while not reader.took_sign(")"):
        token = reader.take()
        keyword = token.text.upper()
        if token.kind != "name" or keyword not in _OPTIONS or (keyword in _LATER and not newer):
            known = f"{_NAMED}|EXTRA|VERSION|TEMP|KIND|DELIMITER" if newer else _NAMED
            raise BadSQL(f'found "{token.text}", unknown option keys({known}).')
        _expect(reader, "=")
        value = reader.take()
        if value.kind != "string":
            raise BadSQL(f'found "{value.text}", expect string value in option.')
        _set(options, keyword, value)
        if not reader.took_sign(",") and not reader.now.is_sign(")"):
            raise BadSQL(f'found "{reader.now.text}", expect equal sign in options.')
    return options


def _set(options: dict[str, Any], keyword: str, value: Token) -> None:
    key = _OPTIONS[keyword]
    if keyword in _FLAGS:
        if value.text.lower() not in {"true", "false"}:
            raise BadSQL(f'found "{value.text}", expect TRUE/FALSE value in {keyword} option.')
        if value.text.lower() == "true":
            options[key] = True
        elif keyword == "SHARED":
            options.pop(key, None)
    elif keyword == "RETAIN_SIZE":
        if not value.text.isdigit():
            raise BadSQL(f'found "{value.text}", expect number value in {keyword} option.')
        options[key] = int(value.text)
    else:
        options[key] = value.text


def _expect(reader: Reader, sign: str) -> None:
    if not reader.took_sign(sign):
        raise BadSQL(f'found "{reader.now.text}", expect {sign}.')


def describe(definition: Definition) -> str:
    """The text that DESCRIBE answers: a line a field, then a line an option."""
    lines = ["Fields", "-" * 80]
    lines += [f"{name}\t{_type_text(kind)}" for name, kind in definition.fields]
    lines.append("")
    keywords = {key: keyword for keyword, key in _OPTIONS.items()}
    given = {keywords[key]: value for key, value in definition.options.items()}
    lines += [f"{keyword}: {_value_text(given[keyword])}" for keyword in sorted(given) if keyword != "TEMP"]
    return "\n".join(lines) + "\n"


def _type_text(kind: FieldType) -> str:
    if isinstance(kind, str):
        return kind
    if kind["Type"] == "array":
        return f"array({_type_text(kind['ElementType'])})"
    inner = ", ".join(f"{field['Name']} {_type_text(field['FieldType'])}" for field in kind["Fields"])
    return f"struct({inner})"


def _value_text(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def schema(definition: Definition, *, newer: bool) -> dict[str, Any] | None:
    """The answer of `…/schema`: field to type; without fields null (2.4.0) or `{}` (1.14.7)."""
    if not definition.fields:
        return None if newer else {}
    return {name: _schema_of(kind, newer) for name, kind in sorted(definition.fields, key=lambda item: item[0])}


def _schema_of(kind: FieldType, newer: bool) -> dict[str, Any]:
    mark: dict[str, Any] = {"index": 0} if newer else {"Selected": False}
    if isinstance(kind, str):
        return {"type": kind, **mark}
    if kind["Type"] == "array":
        return {"type": "array", "items": _schema_of(kind["ElementType"], newer), **mark}
    properties = {field["Name"]: _schema_of(field["FieldType"], newer) for field in kind["Fields"]}
    return {"type": "struct", "properties": properties, **mark}
