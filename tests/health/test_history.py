"""Samples, roll-ups and their bounds, over hours, days and a year of a fake clock."""

from __future__ import annotations

import math
import threading
import tracemalloc

import pytest

from ekmanager.health import rows as r
from ekmanager.health.history import FLEET_BLOCK, STATUSES, MemoryHistory, Sample, fleet_level_for, level_for
from ekmanager.health.model import Event, Status
from tests.health.clocks import DAY, HOUR, MINUTE, START, Clock, down, live, sample

KEY = "shared/a"


def made() -> tuple[MemoryHistory, Clock]:
    clock = Clock()
    return MemoryHistory(clock=clock), clock


def test_the_last_hour_comes_check_by_check() -> None:
    history, clock = made()
    live(history, clock, KEY, 5 * MINUTE)
    series = history.series(KEY, HOUR)
    assert series.step == 0
    assert series.at == [START + 10 * number for number in range(30)]
    assert series.status == [Status.ONLINE] * 30
    assert series.latency_ms == [10.0] * 30
    assert (series.running[0], series.stopped[0], series.failing[0]) == (3, 2, 1)
    assert (series.records_in[0], series.records_out[0]) == (1000, 500)
    assert series.in_per_second[0] == 4.0


def test_what_is_not_known_is_none() -> None:
    history, clock = made()
    history.record(KEY, down(clock.now))
    series = history.series(KEY, HOUR)
    assert series.status == [Status.OFFLINE]
    assert series.availability == [0.0]
    assert series.latency_ms == series.cpu == series.running == series.records_in == [None]


def test_a_pause_is_a_gap_and_not_a_line() -> None:
    history, clock = made()
    live(history, clock, KEY, MINUTE)
    clock.now += 10 * MINUTE
    live(history, clock, KEY, MINUTE)
    series = history.series(KEY, HOUR)
    hole = series.status.index(None)
    assert series.status.count(None) == 1
    assert series.latency_ms[hole] is None
    assert series.at[hole - 1] < series.at[hole] < series.at[hole + 1]


@pytest.mark.parametrize(
    ("window", "step"), [(HOUR, 0), (2 * HOUR, 60), (DAY, 60), (7 * DAY, 3600), (30 * DAY, 3600), (365 * DAY, 86_400)]
)
def test_a_window_has_the_finest_resolution_that_holds_it(window: float, step: int) -> None:
    history, clock = made()
    live(history, clock, KEY, 10 * MINUTE)
    assert history.series(KEY, window).step == step


def test_a_longer_window_than_any_has_days() -> None:
    assert level_for(10 * 365 * DAY) == len(r.TIERS) - 1
    assert r.TIERS[fleet_level_for(DAY)] is r.FIVES
    assert r.TIERS[fleet_level_for(HOUR)] is r.MINUTES


def test_a_minute_is_the_mean_of_its_checks() -> None:
    history, clock = made()
    for number in range(6):
        latency, status = (10.0 * (number + 1), Status.ONLINE) if number < 4 else (0.0, Status.OFFLINE)
        known = sample(clock.now, latency_ms=latency, running=number) if latency else down(clock.now, status)
        history.record(KEY, known)
        clock.now += 10
    series = history.series(KEY, 2 * HOUR)
    assert series.at == [START]
    assert series.availability[0] == pytest.approx(400 / 6)
    assert series.status == [Status.ERROR]
    assert (series.latency_ms, series.latency_max_ms) == ([25.0], [40.0])
    assert series.running == [3]


def test_a_check_that_could_not_tell_counts_for_no_uptime() -> None:
    history, clock = made()
    for status in (Status.ONLINE, Status.UNKNOWN, Status.OFFLINE, Status.UNKNOWN):
        history.record(KEY, down(clock.now, status))
        clock.now += 10
    assert history.uptime(KEY, DAY) == 50.0


def test_uptime_is_the_share_of_checks_that_found_it_online() -> None:
    history, clock = made()
    live(history, clock, KEY, 3 * HOUR)
    live(history, clock, KEY, HOUR, status=Status.OFFLINE)
    assert history.uptime(KEY, DAY) == pytest.approx(75.0)
    assert history.uptime(KEY, HOUR) == pytest.approx(0.0)
    assert history.uptime(KEY, 7 * DAY) == pytest.approx(75.0)
    assert history.uptime("shared/never", DAY) is None


def test_a_day_is_kept_in_minutes_under_110_kb() -> None:
    history, clock = made()
    live(history, clock, KEY, DAY + 2 * HOUR)
    series = history.series(KEY, DAY)
    assert len(series) == pytest.approx(1440, abs=1)
    assert series.availability == [100.0] * len(series)
    assert history.nbytes < 110 * 1024


def test_a_year_is_kept_in_days_and_everything_is_bounded() -> None:
    history, clock = made()
    live(history, clock, KEY, 365 * DAY, every=DAY / 2)
    live(history, clock, KEY, 35 * DAY, every=HOUR)
    days, month = history.series(KEY, 365 * DAY), history.series(KEY, 30 * DAY)
    assert len(days) == pytest.approx(365, abs=1)
    assert len(month) == pytest.approx(720, abs=1)
    assert days.at[0] % DAY == 0
    assert set(days.availability) == {100.0}
    assert history.uptime(KEY, 30 * DAY) == 100.0
    assert history.nbytes < 150 * 1024


def test_a_day_counts_every_check_once() -> None:
    history, clock = made()
    live(history, clock, KEY, 2 * DAY)
    track = history._tracks[KEY]
    for level in range(len(r.TIERS)):
        rows = track.buckets(level, START)
        newest = rows[rows["at"] >= START + DAY] if r.TIERS[level].cap * r.TIERS[level].step <= DAY else rows
        assert newest["checks"].sum() in {8640, 17_280}, r.TIERS[level].name


def test_a_pause_of_days_loses_nothing_that_was_still_open() -> None:
    history, clock = made()
    live(history, clock, KEY, 90 * MINUTE)
    clock.now += 3 * DAY
    live(history, clock, KEY, 10 * MINUTE)
    history.maintain()
    days = history.series(KEY, 365 * DAY)
    track = history._tracks[KEY]
    assert int(track.buckets(3)["checks"].sum()) == 540 + 60
    assert days.availability.count(None) == len(days) - 2


def test_roll_ups_do_not_depend_on_when_they_are_made() -> None:
    (often, clock), (never, _) = made(), made()
    for number in range(3000):
        one = sample(START + 10 * number, latency_ms=number % 37) if number % 5 else down(START + 10 * number)
        often.record(KEY, one)
        never.record(KEY, one)
        clock.now = START + 10 * number
        if number % 7 == 0:
            often.maintain()
    never._clock = clock
    first, second = often.series(KEY, 7 * DAY), never.series(KEY, 7 * DAY)
    assert first.at == second.at
    assert first.availability == pytest.approx(second.availability)
    assert first.latency_ms == pytest.approx(second.latency_ms, rel=1e-4)


def test_numbers_without_sense_do_no_harm() -> None:
    history, clock = made()
    history.record(KEY, Sample(clock.now, Status.ONLINE, latency_ms=math.inf, running=10**9, uptime=2**53))
    history.record(KEY, Sample(clock.now + 1, Status.ONLINE, running=-4))
    assert history.series(KEY, HOUR).running == [65_534, 0]
    assert len(history.series(KEY, DAY)) == 1


def test_events_are_newest_first_and_bounded() -> None:
    history, clock = made()
    for number in range(80):
        history.record_event(KEY, Event(clock.now + number, "status", str(number)))
    assert [event.text for event in history.events(KEY)] == [str(number) for number in range(79, 29, -1)]
    assert history.events("shared/never") == ()


def test_beats_are_the_last_checks_of_the_hour() -> None:
    history, clock = made()
    live(history, clock, KEY, 10 * MINUTE)
    assert [beat.at for beat in history.beats(KEY, 3)] == [clock.now - 30, clock.now - 20, clock.now - 10]
    clock.now += 2 * HOUR
    assert history.beats(KEY, 3) == ()


def test_a_forgotten_server_is_gone() -> None:
    history, clock = made()
    live(history, clock, KEY, MINUTE)
    history.record_event(KEY, Event(clock.now, "status", "x"))
    history.forget(KEY)
    assert len(history.series(KEY, HOUR)) == 0
    assert history.events(KEY) == ()
    assert history.nbytes == 0


def test_the_fleet_has_shares_percentiles_and_sums() -> None:
    history, clock = made()
    for number in range(100):
        for step in range(12):
            at = START + 10 * step
            history.record(f"k{number}", sample(at, latency_ms=number + 1.0) if number < 90 else down(at))
    clock.now = START + 2 * MINUTE
    fleet = history.fleet([f"k{number}" for number in range(100)], HOUR)
    assert fleet.step == 60
    place = fleet.at.index(START)
    assert fleet.availability[place] == 90.0
    assert (fleet.latency_p50_ms[place], fleet.latency_p95_ms[place]) == (45.0, 86.0)
    assert fleet.in_per_second[place] == 360.0
    assert fleet.cpu[place] == 5.0
    assert fleet.memory_used[place] == 90_000_000
    assert fleet.servers[place] == 100
    assert fleet.availability[place - 1] is None


def test_the_fleet_of_a_day_has_some_hundred_points_and_agrees_with_its_servers() -> None:
    history, clock = made()
    live(history, clock, KEY, 26 * HOUR, every=60)
    fleet = history.fleet([KEY, "shared/never"], DAY)
    assert len(fleet) == 288
    assert set(fleet.availability) == {100.0}
    assert fleet.latency_p95_ms[100] == 10.0
    assert fleet.at[-1] <= clock.now < fleet.at[-1] + 2 * fleet.step


def test_the_fleet_is_told_without_holding_the_rows_of_all_servers_at_once() -> None:
    history, clock = made()
    keys = [f"k{number}" for number in range(4 * FLEET_BLOCK)]
    for _ in range(100):
        for key in keys:
            history.record(key, sample(clock.now))
        clock.now += 30
    history.maintain()
    tracemalloc.start()
    fleet = history.fleet(keys, HOUR)
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert max(fleet.servers) == len(keys)
    assert most < history.nbytes / 3


def test_the_fleet_of_nothing_is_empty() -> None:
    history, _ = made()
    assert len(history.fleet([], DAY)) == 0
    assert len(history.fleet(["shared/never"], HOUR)) == 0


def test_a_fleet_is_computed_once_a_minute() -> None:
    history, clock = made()
    live(history, clock, KEY, MINUTE)
    first = history.fleet([KEY], HOUR)
    assert history.fleet([KEY], HOUR) is first
    clock.now += MINUTE
    assert history.fleet([KEY], HOUR) is not first


def test_a_young_fleet_is_told_from_single_checks() -> None:
    history, clock = made()
    live(history, clock, KEY, 2 * MINUTE)
    young = history.fleet([KEY], 10 * MINUTE)
    assert young.step == 20
    known = [at for at, servers in zip(young.at, young.servers, strict=True) if servers]
    assert known == [START + 20 * number for number in range(6)]
    assert {share for share in young.availability if share is not None} == {100.0}
    clock.now += 20
    assert history.fleet([KEY], 10 * MINUTE) is not young


def test_reading_while_it_is_written_is_safe() -> None:
    history, clock = made()
    errors: list[BaseException] = []
    stop = threading.Event()

    def read() -> None:
        while not stop.is_set():
            try:
                history.series(KEY, HOUR)
                history.series(KEY, DAY)
                history.fleet([KEY], DAY)
                history.uptime(KEY, DAY)
            except (ValueError, IndexError, RuntimeError, KeyError) as error:
                errors.append(error)
                return

    readers = [threading.Thread(target=read) for _ in range(2)]
    for reader in readers:
        reader.start()
    live(history, clock, KEY, 5 * HOUR)
    stop.set()
    for reader in readers:
        reader.join()
    assert errors == []


def test_the_codes_of_statuses_never_change() -> None:
    assert [status.value for status in STATUSES] == ["unknown", "online", "offline", "unauthorized", "error"]
