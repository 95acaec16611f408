"""The simulator answers as the recorded servers did."""

from __future__ import annotations

import asyncio
from functools import lru_cache

import pytest

from tests.contract.replay import Comparison, replay
from tests.recordings import VERSIONS

COMPARED = {"2.4.0": 0.955, "1.14.7": 0.955}
"""The share of all recorded rows, other channels included, that the replay compares and must go on comparing."""


@lru_cache(maxsize=2)
def _compared(version: str) -> tuple[Comparison, ...]:
    return tuple(asyncio.run(replay(version)))


@pytest.mark.parametrize("version", VERSIONS)
def test_simulator_answers_as_recorded(version: str) -> None:
    different = {item.id: item.problem for item in _compared(version) if item.problem}
    assert different == {}


@pytest.mark.parametrize("version", VERSIONS)
def test_the_compared_share_does_not_shrink(version: str) -> None:
    items = _compared(version)
    share = sum(not item.skipped for item in items) / len(items)
    assert share >= COMPARED[version]


@pytest.mark.parametrize("version", VERSIONS)
def test_what_is_not_compared_has_a_reason(version: str) -> None:
    skipped = [item for item in _compared(version) if item.skipped]
    assert all(len(item.skipped) > 10 for item in skipped)
