"""Figures and rates, from counters of both versions."""

from __future__ import annotations

import itertools
from collections.abc import Iterator

import pytest

from ekmanager.ekuiper.models.rules import RuleStatus, State, Topology
from ekmanager.ekuiper.parse import load_json, parse_rule_status
from ekmanager.health.rule_memory import LONGEST_GAP, SPACING, RuleMemory
from ekmanager.health.statuses import Reading, count_exceptions
from ekmanager.rules.rates import UNWATCHED, Sample, Tape, dataflow, figures, operator_rates
from tests.recordings import VERSIONS, recordings
from tests.rules.worlds import operator, sample, status


def recorded(version: str) -> Iterator[tuple[str, RuleStatus]]:
    for each in recordings(version):
        parts = each.path.strip("/").split("/")
        is_status = each.method == "GET" and parts[-1] == "status" and parts[-3:-2] == ["rules"] and "v2" not in parts
        if is_status and each.status == 200:
            yield parts[-2], parse_rule_status(each.body)


def topologies(version: str) -> dict[str, Topology]:
    return {
        each.path.split("/")[2]: Topology.model_validate(load_json(each.body))
        for each in recordings(version)
        if each.path.endswith("/topo") and each.status == 200 and each.path.startswith("/rules/")
    }


def test_rates_are_differences_over_seconds() -> None:
    before = sample(100.0, operator("source_a_0", 100, 100), operator("sink_log_0_0", 10, 10, exceptions_total=1))
    after = sample(110.0, operator("source_a_0", 300, 300), operator("sink_log_0_0", 20, 20, exceptions_total=6))
    rates = operator_rates(before, after)
    assert (rates["source_a_0"].in_per_second, rates["source_a_0"].over) == (20.0, 10.0)
    assert rates["sink_log_0_0"].exceptions_per_second == 0.5
    found = figures(after, before)
    assert (found.in_per_second, found.out_per_second, found.over) == (20.0, 1.0, 10.0)
    assert (found.records_in, found.records_out) == (300, 20)


def test_a_counter_that_fell_belongs_to_a_new_run() -> None:
    before, after = sample(0.0, operator("source_a_0", 1000)), sample(2.0, operator("source_a_0", 5))
    assert operator_rates(before, after) == {}
    assert figures(after, before).in_per_second is None
    assert figures(after, before).records_in == 5


def test_a_later_start_is_a_new_run_although_the_counters_are_larger() -> None:
    before = sample(0.0, operator("source_a_0", 10), last_start=1)
    after = sample(60.0, operator("source_a_0", 500), last_start=2)
    assert operator_rates(before, after) == {}
    assert figures(after, before).in_per_second is None


@pytest.mark.parametrize("seconds", [0.0, -5.0, LONGEST_GAP + 1])
def test_two_samples_too_close_or_too_far_apart_make_no_rate(seconds: float) -> None:
    before, after = sample(100.0, operator("source_a_0", 1)), sample(100.0 + seconds, operator("source_a_0", 2))
    assert operator_rates(before, after) == {}
    assert figures(after, before).in_per_second is None


def test_a_rule_that_does_not_run_has_counters_but_no_rate() -> None:
    operators = operator("source_a_0", 7)
    found = figures(sample(2.0, operators, state=State.STOPPED), sample(0.0, operators))
    assert (found.records_in, found.in_per_second) == (7, None)


def test_an_error_that_is_handed_on_counts_once() -> None:
    passed_on = [operator(f"op_{number}_x_0", exceptions_total=4, last_exception="bad") for number in (2, 3, 4)]
    own = operator("sink_rest_0_0", exceptions_total=2, last_exception="refused")
    assert count_exceptions([*passed_on, own]) == 6


def test_the_newest_exception_is_shown_with_its_time() -> None:
    found = figures(
        sample(
            0.0,
            operator("op_2_x_0", exceptions_total=9, last_exception="old", last_exception_time=1_000),
            operator("sink_y_0_0", exceptions_total=1, last_exception="new", last_exception_time=2_500),
        ),
        None,
    )
    assert (found.last_exception, found.last_exception_at) == ("new", 2.5)


def test_only_sources_and_sinks_that_lost_their_connection_are_disconnected() -> None:
    found = figures(
        sample(
            0.0,
            operator("source_mq_0", connection_status=-1, connection_last_disconnected_message="EOF"),
            operator("sink_nop_0_0", connection_status=0),
        ),
        None,
    )
    assert found.disconnected == ("The source mq is disconnected: EOF",)


def test_data_flows_along_the_edges_and_ends_in_sinks() -> None:
    topology = Topology.model_validate(
        {
            "sources": ["source_b", "source_a"],
            "edges": {"source_a": ["op_3_join"], "source_b": ["op_2_decoder"], "op_2_decoder": ["op_3_join"]}
            | {"op_3_join": ["sink_log_0", "op_file_1_batch"], "op_file_1_batch": ["sink_file_1"]},
        }
    )
    keys = ["sink_file_1_0", "sink_log_0_0", "op_file_1_batch_0", "op_3_join_0", "op_2_decoder_0", "source_b_0"]
    order = [each.node for each in dataflow(status(*map(operator, [*keys, "source_a_0"])), topology)]
    assert order[:2] == ["source_b", "source_a"]
    assert order[2:5] == ["op_2_decoder", "op_3_join", "op_file_1_batch"]
    assert set(order[5:]) == {"sink_log_0", "sink_file_1"}


def test_without_a_topology_sources_come_first_and_sinks_last() -> None:
    keys = ["sink_log_0_0", "op_3_project_0", "source_a_0", "op_2_filter_0"]
    order = [each.key for each in dataflow(status(*map(operator, keys)), None)]
    assert order == ["source_a_0", "op_3_project_0", "op_2_filter_0", "sink_log_0_0"]


def test_a_topology_in_a_circle_loses_no_operator() -> None:
    topology = Topology.model_validate({"sources": [], "edges": {"op_a": ["op_b"], "op_b": ["op_a"]}})
    assert len(dataflow(status(operator("op_a_0"), operator("op_b_0")), topology)) == 2


def test_the_tape_keeps_a_bounded_number_of_points() -> None:
    tape = Tape(most=10)
    for second in range(30):
        tape.add(sample(float(second), operator("source_a_0", second * 3)))
    series = tape.series(1_000)
    assert series.at == tuple(float(second) for second in range(20, 30))
    assert set(series.in_per_second) == {3.0}
    assert {len(column) for column in (series.out_per_second, series.latency_us, series.buffered)} == {10}


def test_the_series_has_a_gap_where_the_rule_was_restarted() -> None:
    tape = Tape()
    for at, count in ((0.0, 10), (2.0, 20), (4.0, 1), (6.0, 5)):
        tape.add(sample(at, operator("source_a_0", count)))
    assert tape.series(60).in_per_second == (None, 5.0, None, 2.0)
    assert tape.series(3).at == (4.0, 6.0)
    assert tape.rates["source_a_0"].in_per_second == 2.0


def test_a_sample_that_comes_late_is_left_out() -> None:
    tape = Tape()
    tape.add(sample(5.0, operator("source_a_0", 5)))
    tape.add(sample(4.0, operator("source_a_0", 4)))
    assert tape.series(60).at == (5.0,)


def seen(memory: RuleMemory, *found: Sample) -> None:
    for each in found:
        memory.take("s", {"r": Reading.of(each.status)}, each.at)


def test_the_series_begins_with_what_others_saw_before_the_rule_was_watched() -> None:
    memory = RuleMemory()
    tape = Tape(trail=memory.of("s", "r"))
    seen(memory, *(sample(at, operator("source_a_0", int(at))) for at in (100.0, 115.0, 130.0)))
    tape.add(sample(140.0, operator("source_a_0", 160)))
    tape.add(sample(142.0, operator("source_a_0", 164)))
    series = tape.series(900)
    assert series.at == (100.0, 115.0, 130.0, 140.0, 142.0)
    assert series.in_per_second == (None, 1.0, 1.0, 3.0, 2.0), "the first sample is rated from what was seen last"
    assert {len(column) for column in (series.out_per_second, series.latency_us, series.exceptions)} == {5}
    assert tape.series(20).at == (130.0, 140.0, 142.0)


def test_what_others_see_of_a_watched_rule_is_not_counted_twice() -> None:
    memory = RuleMemory()
    tape = Tape(trail=memory.of("s", "r"))
    for number in range(20):
        at = 100.0 + 2 * number
        tape.add(sample(at, operator("source_a_0", number * 2)))
        seen(memory, sample(at + number % 3 / 2, operator("source_a_0", number * 2)))
    assert len(memory.moments("s", "r")) > 3
    series = tape.series(900)
    assert series.at == tuple(100.0 + 2 * number for number in range(20))
    assert set(series.in_per_second[1:]) == {1.0}


def test_what_others_saw_fills_the_time_in_which_nobody_watched() -> None:
    memory = RuleMemory()
    tape = Tape(trail=memory.of("s", "r"))
    seen(memory, sample(90.0, operator("source_a_0", 90)))
    tape.add(sample(100.0, operator("source_a_0", 100)))
    seen(memory, *(sample(at, operator("source_a_0", int(at))) for at in (101.0, 120.0, 140.0)))
    tape.add(sample(150.0, operator("source_a_0", 170)))
    series = tape.series(900)
    assert series.at == (90.0, 100.0, 101.0, 120.0, 140.0, 150.0)
    assert series.in_per_second[-1] == 3.0, "over the 10 s since the last look, not over the 50 s since the last sample"


def test_what_was_seen_after_the_last_sample_is_in_the_series() -> None:
    memory = RuleMemory()
    tape = Tape(trail=memory.of("s", "r"))
    tape.add(sample(100.0, operator("source_a_0", 100)))
    seen(memory, *(sample(at, operator("source_a_0", 100)) for at in (100.0 + UNWATCHED / 2, 120.0)))
    assert tape.series(900).at == (100.0, 120.0)


def test_a_start_between_the_last_look_and_the_first_sample_makes_no_rate() -> None:
    memory = RuleMemory()
    tape = Tape(trail=memory.of("s", "r"))
    seen(memory, sample(100.0, operator("source_a_0", 5), last_start=1))
    tape.add(sample(110.0, operator("source_a_0", 50), last_start=2))
    assert tape.series(900).in_per_second == (None, None)


def test_a_look_a_moment_before_the_first_sample_makes_no_rate() -> None:
    memory = RuleMemory()
    tape = Tape(trail=memory.of("s", "r"))
    seen(memory, sample(100.0, operator("source_a_0", 5)))
    tape.add(sample(100.01, operator("source_a_0", 6)))
    assert tape.series(900).in_per_second == (None, None)


def test_a_long_time_in_which_nobody_looked_is_a_hole() -> None:
    memory = RuleMemory()
    tape = Tape(trail=memory.of("s", "r"))
    seen(memory, sample(100.0, operator("source_a_0", 5)), sample(100.0 + SPACING, operator("source_a_0", 5)))
    tape.add(sample(100.0 + SPACING + LONGEST_GAP + 2, operator("source_a_0", 6)))
    series = tape.series(900)
    assert series.at[2] == 100.0 + SPACING + LONGEST_GAP / 2 + 1
    assert [column[2] for column in (series.in_per_second, series.latency_us, series.buffered, series.exceptions)] == (
        [None] * 4
    )
    assert series.latency_us[3] == 0
    assert series.in_per_second[3] is None


@pytest.mark.parametrize("version", VERSIONS)
def test_recorded_statuses_have_figures(version: str) -> None:
    seen = 0
    for rule, found in recorded(version):
        now = figures(Sample(1.0, found), None)
        assert now.records_in == sum(source.records_in_total for source in found.sources), rule
        assert now.records_out == sum(sink.records_out_total for sink in found.sinks), rule
        assert now.sources == tuple(source.name for source in found.sources)
        assert now.exceptions >= max((each.exceptions_total for each in found.operators), default=0)
        seen += bool(found.operators)
    assert seen > 30


@pytest.mark.parametrize("version", VERSIONS)
def test_two_recorded_statuses_of_a_run_make_rates(version: str) -> None:
    by_rule: dict[str, list[RuleStatus]] = {}
    for rule, found in recorded(version):
        if found.operators and found.state is State.RUNNING:
            by_rule.setdefault(rule, []).append(found)
    pairs = [(one, two) for all_ in by_rule.values() for one, two in itertools.pairwise(all_)]
    assert pairs
    rated = 0
    for one, two in pairs:
        rates = operator_rates(Sample(0.0, one), Sample(10.0, two))
        assert all(
            min(rate.in_per_second, rate.out_per_second, rate.exceptions_per_second) >= 0 for rate in rates.values()
        )
        assert not rates or one.last_start == two.last_start
        rated += bool(rates)
    assert rated


@pytest.mark.parametrize("version", VERSIONS)
def test_recorded_rules_are_in_the_order_of_their_topology(version: str) -> None:
    known, seen = topologies(version), 0
    for rule, found in recorded(version):
        topology = known.get(rule)
        if topology is None or {each.node for each in found.operators} != set(topology.nodes):
            continue
        order = [each.node for each in dataflow(found, topology)]
        assert sorted(order) == sorted(topology.nodes)
        for node, following in topology.edges.items():
            assert all(order.index(node) < order.index(each) for each in following), (rule, order)
        first_sink = min(order.index(each.node) for each in found.sinks)
        assert all(node.startswith("sink_") for node in order[first_sink:])
        seen += 1
    assert seen > 20
