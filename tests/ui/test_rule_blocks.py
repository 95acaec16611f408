"""What the blocks of a rule's workspace make of values, without a page."""

from __future__ import annotations

import json
from typing import Any

import pytest

from ekmanager.ekuiper.models import Span
from ekmanager.ekuiper.models.rules import Operator, PlanNode, Topology
from ekmanager.rules.rates import OperatorRate, RuleSeries
from ekmanager.rules.rows import RuleView
from ekmanager.rules.trial import TrialResult
from ekmanager.ui.blocks.rule_draft import RuleDraft
from ekmanager.ui.blocks.rule_metrics import connection_word, drawn
from ekmanager.ui.blocks.rule_plan import tree, walk
from ekmanager.ui.blocks.rule_saving import LINE, parts
from ekmanager.ui.blocks.rule_test import COLUMNS, example, records, tabular
from ekmanager.ui.blocks.rule_topology import graph
from ekmanager.ui.blocks.rule_trace import spans
from ekmanager.ui.server_knowledge import functions_of
from tests.rules.server import VERSIONS, running_server
from tests.ui.pages import NOW


def operator(name: str, **fields: Any) -> Operator:
    kind = name.partition("_")[0]
    return Operator(key=name, kind=kind, name=name.partition("_")[2], instance=0, **fields)


def test_of_a_line_too_long_to_read_the_part_that_differs_is_shown() -> None:
    old, new = f"{'x' * 5_000}old{'y' * 5_000}", f"{'x' * 5_000}new{'y' * 5_000}"
    first, removed, added = parts(["short", old, new])
    assert first == "short"
    assert removed.startswith("… 4,900 characters … xxx")
    assert "old" in removed
    assert "new" in added
    assert added.endswith("y … 4,703 characters more")
    assert max(len(removed), len(added)) < LINE + 60
    assert parts(["z" * 1_000]) == [f"{'z' * LINE} … 600 characters more"]


@pytest.mark.parametrize(
    ("name", "value", "word"),
    [
        ("sink_mqtt_0", 1, "connected"),
        ("sink_mqtt_0", 0, "connecting"),
        ("sink_mqtt_0", -1, "disconnected"),
        ("sink_mqtt_0", 7, "–"),
        ("sink_mqtt_0", None, "–"),
        ("sink_nop_0", 0, "–"),
    ],
)
def test_the_word_for_a_connection(name: str, value: int | None, word: str) -> None:
    assert connection_word(operator(name, connection_status=value)) == word


def test_charts_are_empty_only_where_nothing_was_sampled() -> None:
    at = [NOW - 4, NOW - 2]
    series = RuleSeries(tuple(at), (None, 5.0), (None, 2.0), (1_500, 2_500), (0, 1), (0, 0))
    assert [chart is not None for _, chart in drawn(series, NOW)] == [True] * 4
    nothing = RuleSeries((), (), (), (), (), ())
    assert [chart for _, chart in drawn(nothing, NOW)] == [None] * 4
    first = RuleSeries((NOW,), (None,), (None,), (0,), (0,), (0,))
    assert [chart is not None for _, chart in drawn(first, NOW)] == [False, True, True, True]


def test_nodes_are_coloured_by_what_happens_now_and_edges_carry_the_rate() -> None:
    busy = operator("source_a", records_in_total=1_200, records_out_total=1_200)
    failing = operator("op_2_filter", exceptions_total=3, last_invocation=10, last_exception_time=20)
    mended = operator("op_3_project", exceptions_total=3, last_invocation=30, last_exception_time=20)
    away = operator("sink_mqtt_0", connection_status=-1)
    view = RuleView(
        "r",
        operators=(busy, failing, mended, away),
        rates={busy.key: OperatorRate(5.0, 5.0, 0.0, 2.0)},
        topology=Topology(
            sources=("source_a",),
            edges={"source_a": ("op_2_filter",), "op_2_filter": ("op_3_project",), "op_3_project": ("sink_mqtt_0",)},
        ),
    )
    nodes, edges = graph(view)
    assert [(node.label, node.kind, node.state) for node in nodes] == [
        ("a", "source", "ok"),
        ("2_filter", "op", "failing"),
        ("3_project", "op", "idle"),
        ("mqtt_0", "sink", "disconnected"),
    ]
    assert nodes[0].caption == "1.2 k → 1.2 k"
    assert [(edge.source, edge.target, edge.rate) for edge in edges] == [
        ("source_a", "op_2_filter", 5.0),
        ("op_2_filter", "op_3_project", None),
        ("op_3_project", "sink_mqtt_0", None),
    ]


def test_a_node_that_throws_now_is_failing_although_data_passes() -> None:
    throwing = operator("op_2_filter")
    view = RuleView(
        "r",
        operators=(throwing,),
        rates={throwing.key: OperatorRate(5.0, 4.0, 1.0, 2.0)},
        topology=Topology(sources=("source_a",), edges={"source_a": ("op_2_filter",)}),
    )
    assert [node.state for node in graph(view)[0]] == ["idle", "failing"]


def test_a_plan_is_walked_from_the_last_step_to_the_sources() -> None:
    plan = PlanNode("JoinPlan", 0, "on: `a`", (PlanNode("DataSourcePlan", 1, "a"), PlanNode("Lookup|Plan", 2, "")))
    assert [(depth, node.type) for depth, node in walk(plan)] == [
        (0, "JoinPlan"),
        (1, "DataSourcePlan"),
        (1, "Lookup|Plan"),
    ]
    assert tree(plan) == ["- **JoinPlan** `` on: `a` ``", "    - **DataSourcePlan** `a`", "    - **Lookup\\|Plan**"]


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ('[{"a": 1}]', ""),
        ("[]", "Give an array with at least one object"),
        ("[1]", "Give an array with at least one object"),
        ('{"a": 1}', "Give an array with at least one object"),
        ('[{"a": 1}, null]', "Give an array with at least one object"),
        ("", "This is not JSON in line 1, column 1."),
        ("[{\n}", "This is not JSON in line 2"),
    ],
)
def test_records_are_an_array_of_objects(text: str, problem: str) -> None:
    assert records(text)[1].startswith(problem)
    assert bool(records(text)[1]) is bool(problem)


def test_a_number_of_too_many_digits_is_no_record() -> None:
    assert records(f'[{{"a": {"9" * 5_000}}}]')[1] == "This is not JSON."


def test_deeply_nested_text_is_no_record() -> None:
    assert records("[" * 200_000)[1] == "This is nested too deeply."


def test_an_example_has_the_fields_of_the_stream() -> None:
    rows, problem = records(example(["a", 'b"c']))
    assert not problem
    assert [set(row) for row in rows if isinstance(row, dict)] == [{"a", 'b"c'}] * 3
    assert records(example([]))[1] == ""


def result(number: int, value: Any = None, error: str = "") -> TrialResult:
    return TrialResult(NOW, number, value, error)


def test_results_become_rows_newest_first_with_a_column_a_field() -> None:
    headings, rows = tabular([result(1, {"a": 1}), result(2, {"a": "x", "b": None})])
    assert headings == ["#", "a", "b"]
    assert rows == [["2", "x", "null"], ["1", "1", ""]]


def test_a_result_of_several_records_is_several_rows() -> None:
    assert tabular([result(1, [{"a": 1}, {"a": 2}])])[1] == [["1", "1"], ["1", "2"]]


def test_errors_and_values_that_are_no_records_are_said() -> None:
    headings, rows = tabular([result(1, {"a": 1}), result(2, "text"), result(3, error="bad")])
    assert headings == ["#", "a", "Said"]
    assert rows == [["3", "", "bad"], ["2", "", "text"], ["1", "1", ""]]


def test_more_fields_than_columns_stand_in_the_last_one() -> None:
    wide = {f"f{number}": number for number in range(COLUMNS + 2)}
    headings, rows = tabular([result(1, wide), result(2, {"f0": 1})])
    assert headings[-1] == "…"
    assert json.loads(rows[1][-1]) == {f"f{COLUMNS}": COLUMNS, f"f{COLUMNS + 1}": COLUMNS + 1}
    assert all(len(row) == len(headings) for row in rows)


def test_no_result_is_no_row() -> None:
    assert tabular([]) == (["#"], [])
    assert tabular([result(1, [])])[1] == []


def span(name: str, start: str, end: str, *children: Span, **attributes: Any) -> Span:
    return Span.model_validate(
        {
            "name": name,
            "startTime": start,
            "endTime": end,
            "attribute": attributes,
            "ChildSpan": children,
        }
    )


def test_spans_come_in_the_order_of_the_message() -> None:
    inner = span("filter", "2026-01-01T00:00:00.001Z", "2026-01-01T00:00:00.002Z")
    outer = span("source", "2026-01-01T00:00:00Z", "2026-01-01T00:00:00.003Z", inner)
    assert [(depth, one.name) for depth, one in spans(outer)] == [(0, "source"), (1, "filter")]


@pytest.mark.parametrize("version", VERSIONS)
def test_functions_that_people_added_complete_too(version: str) -> None:
    with running_server(version) as here:
        here.client.javascript.create("fahrenheit", "function fahrenheit(c) { return c * 1.8 + 32 }")
        names = [hint.name for hint in functions_of(here.client)]
    assert "fahrenheit" in names
    assert "avg" in names
    assert len(names) == len(set(names))


def test_what_was_put_aside_comes_back_in_turn() -> None:
    typed, first, second = ('{"id": "mine"}', '{"id": "first"}', '{"id": "second"}')
    draft = RuleDraft("", typed)
    draft.replace(first)
    draft.replace(second)
    seen = []
    for _ in range(3):
        draft.bring_back()
        seen.append(draft.text)
    assert seen == [first, typed, second]


def test_broken_json_that_was_put_aside_comes_back_as_it_was_typed() -> None:
    draft = RuleDraft("", '{"id": ""}', mode="json", raw='{"id": "mine", oops')
    draft.replace('{"id": "template"}')
    assert draft.broken is None
    draft.bring_back()
    assert (draft.mode, draft.raw) == ("json", '{"id": "mine", oops')
    draft.mend()
    assert (draft.broken, draft.text) == (None, '{"id": ""}')
