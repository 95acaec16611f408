"""Schedules of five fields: when a rule with `cron` runs next, and when it last should have."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

_RANGES = ((0, 59), (0, 23), (1, 31), (1, 12), (0, 6))
_HORIZON_DAYS = 400


class Cron:
    """Minute, hour, day, month, weekday, in UTC. Raises ValueError for anything else."""

    def __init__(self, text: str) -> None:
        fields = text.split()
        if len(fields) != len(_RANGES):
            raise ValueError(f"expected exactly 5 fields, found {len(fields)}: [{text}]")
        minutes, hours, self._days, self._months, self._weekdays = (
            _field(field, low, high) for field, (low, high) in zip(fields, _RANGES, strict=True)
        )
        self._times = [(hour, minute) for hour in sorted(hours) for minute in sorted(minutes)]

    def next(self, at: float) -> float | None:
        """Epoch seconds of the first slot after `at`; None within 400 days."""
        moment = datetime.fromtimestamp(at, UTC)
        for offset in range(_HORIZON_DAYS):
            day = moment + timedelta(days=offset)
            for slot in self._slots(day):
                if slot > at:
                    return slot
        return None

    def previous(self, at: float) -> float | None:
        """Epoch seconds of the last slot not after `at`; None within 400 days."""
        moment = datetime.fromtimestamp(at, UTC)
        for offset in range(_HORIZON_DAYS):
            for slot in reversed(self._slots(moment - timedelta(days=offset))):
                if slot <= at:
                    return slot
        return None

    def _slots(self, day: datetime) -> list[float]:
        if day.month not in self._months or day.day not in self._days or day.isoweekday() % 7 not in self._weekdays:
            return []
        midnight = day.replace(hour=0, minute=0, second=0, microsecond=0).timestamp()
        return [midnight + hour * 3600 + minute * 60 for hour, minute in self._times]


def _field(text: str, low: int, high: int) -> set[int]:
    values: set[int] = set()
    for part in text.split(","):
        span, _, step = part.partition("/")
        if span == "*":
            first, last = low, high
        else:
            begin, _, end = span.partition("-")
            first = int(begin)
            last = int(end) if end else (high if step else first)
        if first < low or last > high:
            raise ValueError(f"{text} is outside {low} to {high}")
        values.update(range(first, last + 1, int(step) if step else 1))
    return values
