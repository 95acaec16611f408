"""What all answers share: unknown fields are kept, numbers are numbers, nothing is changed in place."""

from __future__ import annotations

from typing import Annotated, TypeVar

from pydantic import BaseModel, BeforeValidator, ConfigDict, JsonValue

JSON = JsonValue
"""What the JSON decoder makes. Integers keep all their digits; floats are those of Go and JavaScript, 64 bits."""


class Answer(BaseModel):
    """Something a server said. Fields that are not known here are in `model_extra`."""

    model_config = ConfigDict(extra="allow", frozen=True, populate_by_name=True)


def _none_as_empty_list(value: object) -> object:
    return [] if value is None else value


def _none_as_empty_dict(value: object) -> object:
    return {} if value is None else value


def _none_as_empty_text(value: object) -> object:
    return "" if value is None else value


T = TypeVar("T")

Many = Annotated[list[T], BeforeValidator(_none_as_empty_list)]
"""A list as Go writes it: one that was never filled is `null`."""
Keyed = Annotated[dict[str, T], BeforeValidator(_none_as_empty_dict)]
"""An object with any keys; one that was never filled is `null`."""
Text = Annotated[str, BeforeValidator(_none_as_empty_text)]
"""Text; `null` is empty."""
Names = Annotated[tuple[str, ...], BeforeValidator(_none_as_empty_list)]
"""A list of names; `null` is empty."""
Properties = Annotated[dict[str, JSON], BeforeValidator(_none_as_empty_dict)]
"""An object of anything; `null` is empty."""
