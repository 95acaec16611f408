"""What is remembered of single rules, and what is not."""

from __future__ import annotations

import threading

import pytest

from ekmanager.ekuiper.models.rules import State
from ekmanager.ekuiper.parse import parse_rule_status
from ekmanager.health.rule_memory import LONGEST_GAP, SPACING, STALE, Moment, RuleMemory
from ekmanager.health.statuses import Reading, totals
from tests.recordings import VERSIONS, recordings

DAY = 1_790_000_000.0
"""Any time of these years: epoch seconds need more digits than a small float has."""


def reading(came_in: int = 0, went_out: int = 0, *, running: bool = True, last_start: int = 1, **sums: int) -> Reading:
    return Reading(
        running, last_start, came_in, went_out, sums.get("latency", 0), sums.get("buffered", 0), sums.get("failed", 0)
    )


def fed(*points: tuple[float, Reading], memory: RuleMemory | None = None) -> tuple[Moment, ...]:
    memory = memory or RuleMemory()
    for at, found in points:
        memory.take("s", {"r": found}, DAY + at)
    return memory.moments("s", "r")


def test_points_have_rates_from_differences_and_the_figures_of_their_time() -> None:
    found = fed((0, reading(100, 10)), (15, reading(400, 25, latency=7, buffered=8, failed=9)))
    assert found == (Moment(DAY, None, None, 0, 0, 0), Moment(DAY + 15, 20.0, 1.0, 7, 8, 9))


@pytest.mark.parametrize(
    "later",
    [
        pytest.param((15, reading(5, 50)), id="records in fell"),
        pytest.param((15, reading(50, 5)), id="records out fell"),
        pytest.param((15, reading(500, 500, last_start=2)), id="another start"),
        pytest.param((LONGEST_GAP + 1, reading(500, 500)), id="too long ago"),
    ],
)
def test_there_is_no_rate_over_a_restart_or_a_long_gap(later: tuple[float, Reading]) -> None:
    at, new = later
    after = reading(new.came_in + 10, new.went_out + 10, last_start=new.last_start)
    found = fed((0, reading(10, 10)), later, (at + 10, after))
    assert [each.in_per_second for each in found] == [None, None, 1.0]


def test_points_are_bounded_and_the_newest_stay_in_order() -> None:
    memory = RuleMemory(points=8)
    found = fed(*((10.0 * number, reading(number * 30)) for number in range(21)), memory=memory)
    assert [round(each.at - DAY, 3) for each in found] == [10.0 * number for number in range(13, 21)]
    assert {each.in_per_second for each in found} == {3.0}


def test_times_stay_exact_over_many_points() -> None:
    times = [number * 15.3 for number in range(300)]
    found = fed(*((at, reading()) for at in times))
    assert [each.at - DAY for each in found] == pytest.approx(times[-120:], abs=0.01)


def test_looks_in_quick_succession_are_one_point() -> None:
    found = fed(*((number * SPACING / 3, reading(number)) for number in range(10)))
    assert [each.at - DAY for each in found] == pytest.approx([0, SPACING, 2 * SPACING, 3 * SPACING])
    assert [each.in_per_second for each in found[1:]] == pytest.approx([3 / SPACING] * 3)


def test_a_late_look_is_left_out_and_a_clock_that_was_set_back_begins_anew() -> None:
    memory = RuleMemory()
    assert len(fed((100, reading(9)), (60, reading(5)), memory=memory)) == 1
    found = fed((100 - LONGEST_GAP - 1, reading(5)), memory=memory)
    assert [each.at for each in found] == [DAY + 100 - LONGEST_GAP - 1]


def test_numbers_that_are_too_large_are_cut_off() -> None:
    (found,) = fed((0, reading(latency=2**70, buffered=-1, failed=2**32, last_start=2**80)))
    assert (found.latency_us, found.buffered, found.exceptions) == (2**32 - 1, 0, 2**32 - 1)


def test_of_a_rule_that_does_not_run_nothing_is_kept() -> None:
    memory = RuleMemory()
    assert fed((0, reading(running=False)), memory=memory) == ()
    assert memory.size == 0


def test_the_newest_counters_are_exact() -> None:
    memory = RuleMemory()
    trail = memory.of("s", "r")
    assert (trail.newest, trail.moments()) == (None, ())
    fed((0.25, reading(2**53 - 1, 2**52 + 1, last_start=1_790_000_000_123)), memory=memory)
    assert trail.newest is not None
    assert (trail.newest.at, trail.newest.last_start) == (DAY + 0.25, 1_790_000_000_123)
    assert (trail.newest.came_in, trail.newest.went_out) == (2**53 - 1, 2**52 + 1)


def test_the_rule_that_was_fed_least_recently_goes_for_one_that_is_looked_at() -> None:
    memory = RuleMemory(rules=2)
    for at, rule in enumerate("aba"):
        memory.take("s", {rule: reading()}, DAY + at)
    memory.take("s", {"c": reading()}, DAY + 3, looked_at=True)
    assert memory.size == 2
    assert [bool(memory.moments("s", rule)) for rule in "abc"] == [True, False, True]


def test_more_rules_than_there_is_room_for_do_not_push_each_other_out() -> None:
    memory = RuleMemory(rules=3)
    for turn in range(5):
        for number in range(4):
            memory.take("s", {f"r{number}": reading()}, DAY + turn * 40 + number * 10)
    assert [len(memory.moments("s", f"r{number}")) for number in range(4)] == [5, 5, 5, 0]


def test_the_place_of_a_rule_that_is_no_longer_seen_is_given_away() -> None:
    memory = RuleMemory(rules=1)
    memory.take("s", {"gone": reading()}, DAY)
    memory.take("s", {"new": reading()}, DAY + STALE + 1)
    assert (memory.moments("s", "gone"), len(memory.moments("s", "new"))) == ((), 1)


def test_servers_that_are_gone_are_forgotten() -> None:
    memory = RuleMemory()
    for server in "abc":
        memory.take(server, {"r": reading(), "q": reading()}, DAY)
    memory.keep({"a", "b", "z"})
    assert [len(memory.moments(server, "r")) for server in "abc"] == [1, 1, 0]
    memory.forget("a")
    assert memory.size == 2
    assert memory.moments("b", "q")


def test_reading_and_feeding_from_several_threads_is_consistent() -> None:
    memory, wrong, done = RuleMemory(points=16), list[object](), threading.Event()

    def read() -> None:
        while not done.is_set():
            found = memory.moments("s", "r")
            wrong.extend(each for each in found[1:] if each.in_per_second != 2.0)

    reader = threading.Thread(target=read)
    reader.start()
    for number in range(5_000):
        memory.take("s", {"r": reading(number * 20)}, DAY + number * 10)
    done.set()
    reader.join()
    assert not wrong


@pytest.mark.parametrize("version", VERSIONS)
def test_recorded_statuses_are_remembered(version: str) -> None:
    memory, kept = RuleMemory(), 0
    for number, each in enumerate(recordings(version)):
        if each.method == "GET" and each.path.startswith("/rules/") and each.path.endswith("/status"):
            if each.status != 200:
                continue
            status = parse_rule_status(each.body)
            found = Reading.of(status)
            assert found.running == (bool(status.operators) and status.state in {State.RUNNING, State.STARTING})
            assert (found.came_in, found.went_out) == totals(status.operators)
            memory.take("s", {f"r{number}": found}, DAY)
            kept += found.running
    assert kept > 10
    assert memory.size == kept
