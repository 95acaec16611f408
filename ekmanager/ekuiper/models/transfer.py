"""Exports, imports, background tasks, traces."""

from __future__ import annotations

from dataclasses import dataclass

from pydantic import Field, model_validator

from ekmanager.ekuiper.models.base import JSON, Answer, Keyed, Names, Properties, Text

SECTIONS = (
    "streams",
    "tables",
    "rules",
    "nativePlugins",
    "portablePlugins",
    "sourceConfig",
    "sinkConfig",
    "connectionConfig",
    "Service",
    "Schema",
    "uploads",
    "scripts",
)
"""The parts of a configuration, spelled as eKuiper spells them."""


@dataclass(frozen=True)
class Export:
    """An exported configuration, secrets in clear: keep `text` out of logs."""

    text: str
    """The file, byte for byte."""
    sections: dict[str, dict[str, str]]
    """By section and name: SQL, rule JSON and settings, each as text."""

    def __repr__(self) -> str:
        counts = ", ".join(f"{name}: {len(items)}" for name, items in self.sections.items() if items)
        return f"Export({counts})"


class ImportResult(Answer):
    """What became of an import that was accepted."""

    message: Text = Field(default="", validation_alias="ErrorMsg")
    problems: Keyed[Keyed[str]] = Field(default_factory=dict, validation_alias="ConfigResponse")
    """By section and name; sections without problems are left out."""

    @model_validator(mode="after")
    def _drop_empty(self) -> ImportResult:
        object.__setattr__(self, "problems", {name: items for name, items in self.problems.items() if items})
        return self

    @property
    def ok(self) -> bool:
        return not self.message and not self.problems


class Task(Answer):
    """A background task."""

    id: str
    status: Text = ""
    """`register`, `running`, `finish`, `error` or `cancel`."""
    message: Text = ""
    """The result: often JSON, as text."""
    created: int = Field(default=0, validation_alias="createdTimestamp")
    """Epoch seconds."""
    updated: int = Field(default=0, validation_alias="updatedTimestamp")

    @property
    def over(self) -> bool:
        return self.status in {"finish", "error", "cancel"}


class Span(Answer):
    """One step of a message through a rule, and those that followed."""

    name: str
    """The stream for a source, else the operator without its kind: `2_filter`."""
    trace_id: Text = Field(default="", validation_alias="traceID")
    span_id: Text = Field(default="", validation_alias="spanID")
    parent_id: Text = Field(default="", validation_alias="parentSpanID")
    """Zeros at the root."""
    attributes: Properties = Field(default_factory=dict, validation_alias="attribute")
    """`data` is the message: JSON as text, or base64 before decoding."""
    links: tuple[dict[str, JSON], ...] = ()
    start: Text = Field(default="", validation_alias="startTime")
    """RFC 3339 with nanoseconds, as sent: a datetime would lose three digits."""
    end: Text = Field(default="", validation_alias="endTime")
    rule: Text = Field(default="", validation_alias="ruleID")
    children: tuple[Span, ...] = Field(default=(), validation_alias="ChildSpan")

    @model_validator(mode="before")
    @classmethod
    def _without_nulls(cls, value: object) -> object:
        if isinstance(value, dict):
            return {name: item for name, item in value.items() if item is not None}
        return value


class MatchedRules(Answer):
    """The rules that have some tags."""

    rules: Names = ()
