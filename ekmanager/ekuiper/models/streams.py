"""Streams and tables."""

from __future__ import annotations

from enum import IntEnum

from pydantic import Field, field_validator

from ekmanager.ekuiper.models.base import JSON, Answer, Properties, Text


class StreamKind(IntEnum):
    """Streams and tables share one name space and one form of answer."""

    STREAM = 0
    TABLE = 1


class StreamDetail(Answer):
    """One row of the list with details; defaults are filled in by the server (mqtt, json)."""

    name: str
    type: Text = ""
    format: Text = ""


class StreamField(Answer):
    """One declared field."""

    name: str = Field(validation_alias="Name")
    type: JSON = Field(default=None, validation_alias="FieldType")
    """`bigint`, or an object: `{"Type": "array", "ElementType": …}`, `{"Type": "struct", "Fields": […]}`."""

    @property
    def type_text(self) -> str:
        """As it stands in SQL: `ARRAY(BIGINT)`, `STRUCT(x FLOAT)`."""
        return _type_text(self.type)


class Stream(Answer):
    """A stream or table as it was declared. The statement itself is only in exports."""

    name: str = Field(validation_alias="Name")
    fields: tuple[StreamField, ...] = Field(default=(), validation_alias="StreamFields")
    """Empty: schemaless."""
    options: Properties = Field(default_factory=dict, validation_alias="Options")
    """Only those that were given: datasource, format, type, confKey, key, shared, kind, …"""
    kind: StreamKind = Field(default=StreamKind.STREAM, validation_alias="StreamType")

    @field_validator("fields", mode="before")
    @classmethod
    def _schemaless(cls, value: object) -> object:
        return () if value is None else value


class SchemaField(Answer):
    """The type of one field, as the server derived it."""

    type: Text = ""
    index: int | None = None
    """Position in the row (2.4)."""
    properties: dict[str, SchemaField] | None = None
    """Of a struct."""
    items: SchemaField | None = None
    """Of an array."""


def _type_text(value: JSON) -> str:
    if isinstance(value, str):
        return value.upper()
    if not isinstance(value, dict):
        return ""
    name = str(value.get("Type", "")).upper()
    if "ElementType" in value:
        return f"{name}({_type_text(value['ElementType'])})"
    fields = value.get("Fields")
    if isinstance(fields, list):
        inner = [
            f"{item.get('Name', '')} {_type_text(item.get('FieldType'))}" for item in fields if isinstance(item, dict)
        ]
        return f"{name}({', '.join(inner)})"
    return name
