"""What happens between sweeps."""

from __future__ import annotations

import gc

import pytest

from ekmanager.health import housekeeping
from ekmanager.health.history import MemoryHistory
from ekmanager.health.housekeeping import Housekeeping
from tests.health.fakes import run


@pytest.mark.parametrize(("interval", "expected"), [(0.0, 0), (3600.0, 0), (1e-9, 1)])
def test_garbage_is_collected_when_it_is_time(monkeypatch: pytest.MonkeyPatch, interval: float, expected: int) -> None:
    collections: list[int] = []
    monkeypatch.setattr(gc, "collect", lambda: collections.append(1))
    run(Housekeeping(MemoryHistory()).run(interval))
    assert len(collections) == expected


@pytest.mark.parametrize(("every", "expected"), [(3600.0, 0), (-1.0, 1)])
def test_the_history_is_rolled_up_when_it_is_time(monkeypatch: pytest.MonkeyPatch, every: float, expected: int) -> None:
    calls: list[int] = []
    history = MemoryHistory()
    monkeypatch.setattr(history, "maintain", lambda: calls.append(1))
    monkeypatch.setattr(housekeeping, "ROLL_UP", every)
    run(Housekeeping(history).run(0))
    assert len(calls) == expected
