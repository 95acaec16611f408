"""The options of the charts: what is drawn, in which unit, over which time, and what is said of it."""

from __future__ import annotations

import json
from datetime import timedelta, timezone
from typing import Any

import pytest

from ekmanager.health.fleet_series import FleetSeries
from ekmanager.health.model import Status
from ekmanager.health.series import Column, Series
from ekmanager.ui.charts import fleet, server
from ekmanager.ui.charts.base import (
    BYTES,
    MILLISECONDS,
    NUMBER,
    RATE,
    SHARE,
    Chart,
    Line,
    Unit,
    lines,
    span_of,
    thinned,
)
from ekmanager.ui.charts.server import STATUS_COLOURS, segments, timeline

SPAN = (0.0, 3_600.0)


def drawn(values: Column, unit: Unit = MILLISECONDS) -> Chart:
    return lines("Latency", [10.0 * place for place in range(len(values))], [Line("check", values)], unit, SPAN)


def points(chart: Chart, line: int = 0) -> list[Any]:
    return list(chart.options["series"][line]["data"])


def test_long_lines_are_thinned_and_gaps_stay_gaps() -> None:
    at = [float(second) for second in range(1_000)]
    values: Column = [None if 400 <= second < 500 else float(second % 2) for second in range(1_000)]
    times, (thin,) = thinned(at, [values], points=100)
    assert len(times) == len(thin) == 100
    assert thin[0] == 0.5
    assert thin[45] is None


def test_a_gap_is_a_point_without_a_value_and_no_line_goes_over_it() -> None:
    chart = drawn([1.0, None, 3.0])
    assert points(chart) == [[0, 1.0], [10_000, None], [20_000, 3.0]]
    assert chart.options["series"][0]["connectNulls"] is False


def test_a_point_between_two_gaps_is_a_dot() -> None:
    values: Column = [*[5.0] * 30, None, 7.0, None]
    line = drawn(values).options["series"][0]
    assert line["data"][31] == {"value": [310_000, 7.0], "symbolSize": 4}
    assert line["showSymbol"]
    assert not line["symbolSize"]


def test_a_line_without_gaps_has_no_dots_unless_it_is_short() -> None:
    assert not drawn([5.0] * 100).options["series"][0]["showSymbol"]
    assert drawn([5.0]).options["series"][0]["showSymbol"]


@pytest.mark.parametrize(
    ("unit", "values", "first", "label", "tooltip"),
    [
        (MILLISECONDS, [8.0, 12.5], 8.0, "{value} ms", "%.3g ms"),
        (MILLISECONDS, [1_500.0, 2_000.0], 1.5, "{value} s", "%.3g s"),
        (MILLISECONDS, [0.25, 0.5], 250.0, "{value} µs", "%.3g µs"),
        (MILLISECONDS, [4.0, 5.0, 9_000.0], 4.0, "{value} ms", "%.3g ms"),
        (BYTES, [41_234_567.0], 41.23, "{value} MB", "%.3g MB"),
        (BYTES, [0.0], 0.0, "{value} B", "%.3g B"),
        (RATE, [12_400.0], 12.4, "{value} k/s", "%.3g k/s"),
        (SHARE, [50.0], 50.0, "{value} %", "%.4g %%"),
        (NUMBER, [12_345.0], 12_345.0, "{value}", "%d"),
    ],
)
def test_a_chart_has_one_unit_in_which_its_middle_reads_well(
    unit: Unit, values: Column, first: float, label: str, tooltip: str
) -> None:
    chart = drawn(values, unit)
    assert points(chart)[0][1] == first
    assert chart.options["yAxis"]["axisLabel"]["formatter"] == label
    assert chart.options["tooltip"]["valueFormatter"] == tooltip


def test_the_first_line_decides_on_the_unit() -> None:
    values = [Line("median", [4.0, 5.0]), Line("95th percentile", [1_200.0, 1_300.0])]
    chart = lines("Latency", [0.0, 60.0], values, MILLISECONDS, SPAN)
    assert points(chart, 1)[0] == [0, 1_200.0]


def test_a_span_that_is_not_over_is_left_out_of_the_fleet() -> None:
    series = _fleet([1, 8, 3])
    assert fleet.complete(series, 150.0).at == [0.0, 60.0]
    assert fleet.complete(series, 150.0).memory_used == [1.0, 1.0]
    assert fleet.complete(series, 180.0) is series
    assert fleet.complete(_fleet([0, 0, 3]), 150.0).at == [0.0, 60.0, 120.0]
    assert not len(fleet.complete(_fleet([]), 150.0))


def test_what_is_below_100_percent_is_never_drawn_as_100() -> None:
    chart = drawn([99.999, 100.0], SHARE)
    assert [value for _, value in points(chart)] == [99.99, 100.0]
    assert (chart.options["yAxis"]["min"], chart.options["yAxis"]["max"]) == (0, 100)


def test_the_axis_spans_the_chosen_time_and_nothing_moves() -> None:
    options = drawn([1.0]).options
    assert (options["xAxis"]["type"], options["xAxis"]["min"], options["xAxis"]["max"]) == ("time", 0, 3_600_000)
    assert options["animation"] is False


def test_rules_are_counted_in_whole_numbers() -> None:
    assert server.rules(_series([Status.ONLINE]), SPAN).options["yAxis"]["minInterval"] == 1


def test_several_lines_have_a_legend_and_one_has_none() -> None:
    two = lines("Latency", [0.0], [Line("median", [1.0]), Line("p95", [2.0])], MILLISECONDS, SPAN)
    assert two.options["legend"]["data"] == ["median", "p95"]
    assert "legend" not in drawn([1.0]).options


def test_a_chart_says_what_it_shows() -> None:
    assert drawn([8.0, 12.4, None]).alt == "Latency, last 12 ms."
    two = lines("Latency", [0.0], [Line("median", [1.0]), Line("p95", [None])], MILLISECONDS, SPAN)
    assert two.alt == "Latency, last: median 1 ms, p95 –."


def test_an_axis_shows_what_is_known_but_five_minutes_at_least() -> None:
    assert span_of([0.0, 900.0], [False, True], 1_000.0, 3_600.0) == (700.0, 1_000.0)
    assert span_of([0.0, 900.0], [True, True], 5_000.0, 3_600.0) == (1_400.0, 5_000.0)
    assert span_of([], [], 1_000.0, 3_600.0) == (700.0, 1_000.0)


def test_a_timeline_joins_neighbours_and_keeps_gaps() -> None:
    series = _series([Status.ONLINE, Status.ONLINE, None, Status.OFFLINE])
    found = [(segment.start, segment.end, segment.status) for segment in segments(series, 40.0)]
    assert found == [(0.0, 20.0, Status.ONLINE), (30.0, 40.0, Status.OFFLINE)]


def test_a_timeline_tells_each_status_by_mark_and_word() -> None:
    options = timeline(_series([Status.ONLINE, Status.OFFLINE]), (0.0, 40.0)).options
    assert options["legend"]["data"] == ["● Online", "■ Offline"]
    (start, end), *_ = options["series"][1]["markArea"]["data"]
    assert (start["xAxis"], end["xAxis"]) == (10_000, 20_000)
    assert start["label"] == {"show": True, "formatter": "■ Offline"}
    assert start["name"] == "■ Offline for 10 s · 1970-01-01 00:00:10 – 00:00:20"


def test_a_span_of_some_width_has_its_mark_and_a_narrow_one_nothing() -> None:
    series = _series([Status.OFFLINE])
    labels = [
        timeline(series, (0.0, end)).options["series"][0]["markArea"]["data"][0][0]["label"] for end in (100, 900)
    ]
    assert labels == [{"show": True, "formatter": "■"}, {"show": False, "formatter": ""}]


def test_the_times_of_a_timeline_are_those_of_the_viewer() -> None:
    zone = timezone(timedelta(hours=2))
    options = timeline(_series([Status.ONLINE]), (0.0, 40.0), zone).options
    assert "1970-01-01 02:00:00" in options["series"][0]["markArea"]["data"][0][0]["name"]


def test_a_short_outage_in_a_long_time_can_be_seen() -> None:
    series = _series([Status.ONLINE, Status.OFFLINE, Status.ONLINE])
    options = timeline(series, (0.0, 400_000.0)).options
    ((start, end),) = next(each for each in options["series"] if "Offline" in each["name"])["markArea"]["data"]
    assert end["xAxis"] - start["xAxis"] == 1_000_000
    assert not start["label"]["show"]


def test_a_timeline_begins_where_its_axis_does() -> None:
    options = timeline(_series([Status.ONLINE, Status.ONLINE]), (5.0, 40.0)).options
    assert options["series"][0]["markArea"]["data"][0][0]["xAxis"] == 5_000


def test_a_timeline_says_how_it_ends_and_how_often_it_was_not_well() -> None:
    series = _series([Status.ONLINE, Status.OFFLINE, Status.ONLINE])
    assert timeline(series, (0.0, 40.0)).alt == "Status over 40 s: online at the end, 1 span not online."


@pytest.mark.parametrize("ground", ["#ffffff", "#10151d"])
@pytest.mark.parametrize("colour", STATUS_COLOURS.values())
def test_the_colours_of_a_status_stand_out_on_both_grounds(colour: str, ground: str) -> None:
    assert contrast(colour, ground) >= 3


@pytest.mark.parametrize("colour", STATUS_COLOURS.values())
def test_a_word_can_be_read_in_its_span(colour: str) -> None:
    assert contrast(colour, "#ffffff") >= 4.5


def test_the_rare_versions_are_one_bar() -> None:
    counted = [(f"2.{number}", 20 - number) for number in range(9)]
    options = fleet.versions(counted).options
    assert options["yAxis"]["data"][-1] == "others"
    assert options["series"][0]["data"][-1] == 12 + 13
    assert len(options["series"][0]["data"]) == 8


def test_a_hostile_version_is_one_line_of_text_and_no_template() -> None:
    chart = fleet.versions([("{c}<b>\n9", 3)])
    assert chart.options["yAxis"]["data"] == ["{c}<b> 9"]
    assert chart.options["series"][0]["label"]["formatter"] == "{c}"
    assert chart.options["tooltip"] == {"show": False}


def test_every_chart_is_plain_json() -> None:
    of_fleet = _fleet([1, 0])
    of_server = _series([Status.ONLINE, None])
    charts = [
        *(draw(of_fleet, SPAN) for draw in (fleet.availability, fleet.latency, fleet.cpu, fleet.memory, fleet.records)),
        *(draw(of_server, SPAN) for draw in (server.latency, server.cpu, server.memory, server.rules, server.records)),
        timeline(of_server, SPAN),
        fleet.versions([]),
    ]
    for chart in charts:
        assert json.loads(json.dumps(chart.options, allow_nan=False)) == chart.options
        assert chart.alt.endswith(".")


def contrast(one: str, other: str) -> float:
    """The contrast ratio of WCAG 2 between two colours."""
    brighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (brighter + 0.05) / (darker + 0.05)


def _luminance(colour: str) -> float:
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _fleet(servers: list[int]) -> FleetSeries:
    some: Column = [1.0] * len(servers)
    at = [60.0 * place for place in range(len(servers))]
    return FleetSeries(60, at, some, some, some, some, some, some, some, servers)


def _series(status: list[Status | None]) -> Series:
    at = [10.0 * place for place in range(len(status))]
    empty: Column = [None] * len(status)
    return Series(10.0, at, status, *([empty] * 13))
