"""The server itself: system information, batches."""

from __future__ import annotations

from typing import Annotated

from pydantic import BeforeValidator, Field

from ekmanager.ekuiper.models.base import Answer, Text


def _percent(value: object) -> object:
    """`3.59%` as 3.59. What is no number is as good as not said: these figures are a courtesy of the server."""
    if isinstance(value, str):
        try:
            value = float(value.strip().removesuffix("%"))
        except ValueError:
            return None
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return float(value) if 0 <= value < float("inf") else None


def _bytes(value: object) -> object:
    if isinstance(value, str) and value.isascii() and value.isdecimal():
        return int(value)
    return value if isinstance(value, int) and not isinstance(value, bool) else None


class Info(Answer):
    """What `GET /` says. eKuiper sends the numbers as text; here they are numbers, None where absent."""

    version: str = Field(min_length=1)
    os: Text = ""
    arch: Text = ""
    uptime: int = Field(validation_alias="upTimeSeconds", ge=0)
    """Seconds since the process started."""
    cpu: Annotated[float | None, BeforeValidator(_percent)] = Field(default=None, validation_alias="cpuUsage")
    """Percent."""
    memory_used: Annotated[int | None, BeforeValidator(_bytes)] = Field(default=None, validation_alias="memoryUsed")
    """Bytes."""
    memory_total: Annotated[int | None, BeforeValidator(_bytes)] = Field(default=None, validation_alias="memoryTotal")
    """Bytes."""


class BatchAnswer(Answer):
    """The answer to one request of a batch."""

    code: int
    """The HTTP status; 0: the request could not even be made."""
    response: Text = ""
    error: Text = ""
