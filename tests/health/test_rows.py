"""Rings and roll-ups."""

from __future__ import annotations

import numpy as np

from ekmanager.health import rows as r

UNKNOWN, ONLINE = 0, 1


def raw(at: float, **fields: float) -> tuple[float, ...]:
    values = {name: float("nan") for name in r.RAW.names or ()} | dict.fromkeys(r.COUNT_FIELDS, r.NO_COUNT)
    values |= {"at": at, "status": ONLINE} | fields
    return tuple(values[name] for name in r.RAW.names or ())


def ring(cap: int, *times: float) -> r.Ring:
    made = r.Ring(r.RAW, cap)
    for at in times:
        made.append(raw(at))
    return made


def test_rows_take_the_bytes_that_the_sizes_promise() -> None:
    assert r.RAW.itemsize == 55
    assert r.BUCKET.itemsize == 42


def test_a_ring_grows_to_its_cap_and_then_forgets_the_oldest() -> None:
    full = ring(50, *range(120))
    assert len(full) == 50
    assert full.view()["at"].tolist() == list(range(70, 120))
    assert full.nbytes == 50 * r.RAW.itemsize


def test_a_ring_is_small_at_first() -> None:
    assert ring(3600, 1).nbytes == 16 * r.RAW.itemsize


def test_rows_since_a_time_are_found_on_both_sides_of_the_seam() -> None:
    for count in (0, 1, 10, 20, 21, 33, 40, 59):
        some = ring(20, *range(count))
        for at in (-1, 0, 5, count - 20, count - 3, count - 1, count, count + 5):
            kept = [float(number) for number in range(max(0, count - 20), count)]
            assert some.since(at)["at"].tolist() == [number for number in kept if number >= at], (count, at)


def test_old_rows_are_dropped_and_the_ring_goes_on() -> None:
    some = ring(20, *range(30))
    some.drop_before(25)
    assert some.view()["at"].tolist() == [25, 26, 27, 28, 29]
    some.append(raw(30))
    assert some.view()["at"].tolist()[-1] == 30


def test_many_rows_are_added_at_once_like_one_by_one() -> None:
    one_by_one, at_once = ring(50, *range(100)), ring(50, *range(30))
    rest = ring(100, *range(30, 100)).view()
    at_once.extend(rest)
    assert at_once.view()["at"].tolist() == one_by_one.view()["at"].tolist()
    at_once.append(raw(100))
    assert at_once.view()["at"].tolist() == list(range(51, 101))


def test_rows_added_at_once_lie_as_if_they_had_come_singly_wherever_the_seam_is() -> None:
    for before in (0, 5, 16, 20, 29):
        for count in (1, 7, 12, 20, 33):
            times = range(before, before + count)
            at_once, singly = ring(20, *range(before)), ring(20, *range(before + count))
            at_once.extend(ring(100, *times).view())
            at_once.append(raw(1000))
            singly.append(raw(1000))
            assert at_once.view()["at"].tolist() == singly.view()["at"].tolist(), (before, count)


def test_a_ring_that_is_filled_at_once_does_not_move_when_the_last_rows_come() -> None:
    rows = ring(1440, *range(1430)).view()
    full = r.Ring(r.RAW, 1440)
    full.extend(rows)
    assert full.nbytes == 1440 * r.RAW.itemsize


def test_a_ring_below_its_cap_has_little_room_that_is_not_used() -> None:
    some = r.Ring(r.RAW, 3600)
    some.extend(ring(3600, *range(360)).view())
    for at in range(360, 366):
        some.append(raw(at))
    assert some.nbytes < 1.25 * 366 * r.RAW.itemsize


def test_adding_nothing_changes_nothing() -> None:
    empty = r.Ring(r.RAW, 10)
    empty.extend(np.empty(0, r.RAW))
    assert len(empty) == 0
    assert empty.last() is None


def test_a_copy_does_not_change_with_the_ring() -> None:
    some = ring(5, 1, 2, 3)
    seen = some.view()
    some.append(raw(4))
    some.drop_before(4)
    assert seen["at"].tolist() == [1, 2, 3]


def test_a_bucket_keeps_the_newest_count_that_is_known() -> None:
    rows = ring(10)
    rows.append(raw(60, running=4, uptime=50))
    rows.append(raw(70, running=5))
    rows.append(raw(80))
    bucket = r.roll(r.as_buckets(rows.view(), UNKNOWN, ONLINE), 60)
    assert bucket["at"].tolist() == [60]
    assert (int(bucket["running"][0]), float(bucket["uptime"][0])) == (5, 50.0)
    assert int(bucket["stopped"][0]) == r.NO_COUNT
    assert np.isnan(bucket["cpu"][0])


def test_means_of_means_are_weighted_by_good_checks() -> None:
    rows = np.zeros(2, r.BUCKET)
    rows["at"], rows["checks"], rows["latency"] = [0, 60], [1, 3], [100, 20]
    rows["online"] = rows["checks"]
    assert r.roll(rows, 3600)["latency"].tolist() == [40.0]


def test_rolling_up_nothing_is_nothing() -> None:
    assert len(r.roll(np.empty(0, r.BUCKET), 60)) == 0
