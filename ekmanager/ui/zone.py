"""The time zone in which a person reads times."""

from __future__ import annotations

from datetime import UTC, tzinfo
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError


def viewer_zone(name: str | None) -> tzinfo:
    """The zone that the browser names; UTC when it names none, or one that this machine does not know."""
    try:
        return ZoneInfo(name) if name else UTC
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return UTC
