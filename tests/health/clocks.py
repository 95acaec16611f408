"""A clock that stands still until told, and samples at its times."""

from __future__ import annotations

from ekmanager.health.history import MemoryHistory, Sample
from ekmanager.health.model import Status

START = 1_800_000_000.0
"""A full hour: 2027-01-15 08:00 UTC."""
MINUTE, HOUR, DAY = 60.0, 3_600.0, 86_400.0


class Clock:
    def __init__(self, now: float = START) -> None:
        self.now = now

    def __call__(self) -> float:
        return self.now


def sample(at: float, status: Status = Status.ONLINE, **fields: float) -> Sample:
    values: dict[str, object] = {
        "latency_ms": 10.0,
        "cpu": 5.0,
        "memory_used": 1_000_000,
        "uptime": int(at - START) + 100,
        "running": 3,
        "stopped": 2,
        "failing": 1,
        "records_in": 1000,
        "records_out": 500,
        "in_per_second": 4.0,
        "out_per_second": 2.0,
    }
    return Sample(at, status, **(values | fields))  # type: ignore[arg-type]  # the values of each field fit


def down(at: float, status: Status = Status.OFFLINE) -> Sample:
    return Sample(at, status)


def live(
    history: MemoryHistory,
    clock: Clock,
    key: str,
    seconds: float,
    *,
    every: float = 10.0,
    status: Status = Status.ONLINE,
) -> None:
    """Checks every `every` seconds for `seconds`, rolled up each minute as the monitor does."""
    end = clock.now + seconds
    rolled = clock.now
    while clock.now < end:
        history.record(key, sample(clock.now) if status is Status.ONLINE else down(clock.now, status))
        clock.now += every
        if clock.now - rolled >= MINUTE:
            history.maintain()
            rolled = clock.now
