"""Texts of real servers, and broken ones, as values."""

from __future__ import annotations

import json

import pytest

from ekmanager.ekuiper.errors import NotAnEKuiper, UnreadableAnswer
from ekmanager.ekuiper.models import State
from ekmanager.ekuiper.models.rules import read_state
from ekmanager.ekuiper.parse import (
    describe,
    load_json,
    parse_error,
    parse_explain,
    parse_export,
    parse_info,
    parse_rule_status,
    parse_status_all,
)

INFO = {"version": "2.4.0", "os": "linux", "arch": "amd64", "upTimeSeconds": 3}


def test_figures_that_are_absent_or_no_numbers_are_none() -> None:
    info = parse_info(json.dumps({**INFO, "cpuUsage": "n/a", "memoryUsed": "", "memoryTotal": "12 GB"}))
    assert (info.cpu, info.memory_used, info.memory_total) == (None, None, None)
    assert parse_info(json.dumps(INFO)).cpu is None


def test_unknown_fields_of_the_information_are_kept() -> None:
    assert (parse_info(json.dumps({**INFO, "hostname": "edge"})).model_extra or {})["hostname"] == "edge"


@pytest.mark.parametrize(
    "body",
    [
        "",
        "pong",
        "null",
        "[]",
        "{}",
        "<!DOCTYPE html><html>Welcome to nginx</html>",
        '{"version": "1.0"}',
        '{"version": "", "upTimeSeconds": 1}',
        '{"version": "1.0", "upTimeSeconds": "soon"}',
        '{"version": 2, "upTimeSeconds": 1}',
        '{"upTimeSeconds": 1}',
        b"\xff\xfe\x00",
        "[" * 100_000,
    ],
)
def test_what_is_not_the_system_information_is_not_an_ekuiper(body: str | bytes) -> None:
    with pytest.raises(NotAnEKuiper):
        parse_info(body)


@pytest.mark.parametrize(
    ("status", "body", "expected"),
    [
        (400, '{"error":1000,"message":"plain"}\n', (1000, "plain")),
        (400, '{"error":3000,"message":"found "TEMP", unknown"}\n', (3000, 'found "TEMP", unknown')),
        (400, '{"error":1000,"message":"two\nlines"}\n', (1000, "two\nlines")),
        (400, '{"error":1000,"message":"a "b"\nc}"}', (1000, 'a "b"\nc}')),
        (400, '{"error":1000,"message":"bell \\a and \\x07 and \\v"}', (1000, "bell \a and \x07 and \v")),
        (400, '{"error":1000,"message":"a \\U0001f600 face, a \\\\a path"}', (1000, "a 😀 face, a \\a path")),
        (400, '{"error":1000,"message":"\\U00110000"}', (1000, "\ufffd")),
        (401, "missing_token\n", (None, "missing_token")),
        (405, "", (None, "")),
        (502, "<html><body>Bad gateway</body></html>", (None, "HTTP 502 with a web page")),
        (400, '{"other": 1}', (None, '{"other": 1}')),
        (400, '{"error":true,"message":"x"}', (None, '{"error":true,"message":"x"}')),
        (400, "{broken", (None, "{broken")),
        (502, '{"error": {"code": "refused", "message": "No."}}', (None, "No.")),
    ],
)
def test_an_error_is_read_also_where_its_json_is_broken(
    status: int, body: str, expected: tuple[int | None, str]
) -> None:
    assert parse_error(status, body) == expected
    assert parse_error(status, body.encode()) == expected


def test_an_endless_message_is_cut() -> None:
    assert len(parse_error(400, json.dumps({"error": 1, "message": "x" * 100_000}))[1]) == 4_000
    assert len(parse_error(500, "x" * 100_000)[1]) == 4_000


def test_integers_keep_their_digits() -> None:
    assert load_json("[18446744073709551615, -9223372036854775808]") == [2**64 - 1, -(2**63)]


@pytest.mark.parametrize(
    ("words", "message", "expected"),
    [
        ("Running", "", (State.RUNNING, "")),
        ("running", "", (State.RUNNING, "")),
        ("starting", "", (State.STARTING, "")),
        ("stopping", "", (State.STOPPING, "")),
        ("stopped", "canceled manually", (State.STOPPED, "canceled manually")),
        ("stopped", "Stopped: canceled manually.", (State.STOPPED, "canceled manually")),
        ("stopped", "Stopped: dial tcp: refused.", (State.FAILED, "dial tcp: refused")),
        ("stopped", "Stopped: waiting for next schedule.", (State.SCHEDULED, "")),
        ("stopped by error", "boom", (State.FAILED, "boom")),
        ("stopped: waiting for next schedule.", "schedule terminated", (State.SCHEDULED, "schedule terminated")),
        ("Stopped: canceled manually.", "", (State.STOPPED, "canceled manually")),
        ('Stopped: near "-": syntax error (1).', "", (State.FAILED, 'near "-": syntax error (1)')),
        ("hibernating", "", (State.UNKNOWN, "")),
        ("", "", (State.UNKNOWN, "")),
    ],
)
def test_states_have_one_word_for_all_versions(words: str, message: str, expected: tuple[State, str]) -> None:
    assert read_state(words, message) == expected


def test_the_state_of_all_rules_keeps_the_words_of_the_server() -> None:
    states = parse_status_all(
        '{"a":{"status":"running","last_exception":"oops","exceptions_total":3},"b":{"status":"Stopped: x."}}'
    )
    assert states["a"].running
    assert (states["a"].last_exception, states["a"].exceptions_total) == ("oops", 3)
    assert (states["b"].state, states["b"].words, states["b"].reason) == (State.FAILED, "Stopped: x.", "x")


@pytest.mark.parametrize("body", ["", "[]", "nope", '{"a": 1}', '{"a": {}}', '{"a": {"status": 1}}'])
def test_an_unreadable_state_of_all_rules_is_an_error(body: str) -> None:
    with pytest.raises(UnreadableAnswer):
        parse_status_all(body)


def test_metrics_are_read_from_the_right_whatever_the_operator_is_called() -> None:
    names = ["source_sim", "op_2_filter", "sink_mqtt_0", "source_conmq/devices/1", "op_my_0_records_in_total"]
    body: dict[str, object] = {"status": "running", "lastStartTimestamp": "1795358098032"}
    for number, name in enumerate(names):
        body[f"{name}_0_records_in_total"] = number
        body[f"{name}_0_last_exception"] = "why"
        body[f"{name}_0_last_exception_time"] = 2**53 + 1
    body["op_2_filter_0_brand_new_metric"] = 5
    status = parse_rule_status(json.dumps(body))
    assert [operator.node for operator in status.operators] == names
    assert [operator.records_in_total for operator in status.operators] == [0, 1, 2, 3, 4]
    assert status.operators[0].last_exception_time == 2**53 + 1
    assert status.last_start == 1795358098032
    assert status.other == {"op_2_filter_0_brand_new_metric": 5}
    assert [operator.name for operator in status.sources] == ["sim", "conmq/devices/1"]
    assert [operator.name for operator in status.sinks] == ["mqtt_0"]


def test_the_next_start_has_two_names() -> None:
    old = parse_rule_status('{"status": "running", "nextStopTimestamp": "12"}')
    new = parse_rule_status('{"status": "running", "nextStartTimestamp": 12}')
    assert old.next_start == new.next_start == 12


def test_a_status_with_go_quoting_is_read() -> None:
    status = parse_rule_status('{"status": "running", "source_s_0_last_exception": "a\\x07b \\"c\\""}')
    assert status.operators[0].last_exception == 'a\x07b "c"'


@pytest.mark.parametrize("body", ["", "[]", "{}", '{"status": 1}', "<html>"])
def test_an_unreadable_status_is_an_error(body: str) -> None:
    with pytest.raises(UnreadableAnswer):
        parse_rule_status(body)


def test_a_plan_of_2_4_is_a_tree() -> None:
    plan = parse_explain(
        '{"op":"ProjectPlan_0","info":"p"}\n\t{"op":"JoinPlan_1","info":"j {x}"}\n'
        '\t\t\t{"op":"DataSourcePlan_2","info":"a"}\n\t\t\t{"op":"DataSourcePlan_3","info":"b"}'
    )
    assert plan is not None
    assert (plan.type, plan.id, plan.info) == ("ProjectPlan", 0, "p")
    join = plan.children[0]
    assert join.info == "j {x}"
    assert [(node.type, node.id) for node in join.children] == [("DataSourcePlan", 2), ("DataSourcePlan", 3)]


def test_a_plan_of_1_14_is_the_same_tree() -> None:
    plan = parse_explain(
        '{"type":"ProjectPlan","info":"p","id":0,"children":[1]}\n\n'
        '   {"type":"FilterPlan","info":"f","id":1,"children":[2]}\n\n'
        '         {"type":"DataSourcePlan","info":"s","id":2,"children":null}\n\n'
    )
    assert plan is not None
    assert [plan.type, plan.children[0].type, plan.children[0].children[0].type] == [
        "ProjectPlan",
        "FilterPlan",
        "DataSourcePlan",
    ]


def test_an_empty_plan_is_none() -> None:
    assert parse_explain("") is None


def test_an_export_without_sections_is_unreadable() -> None:
    with pytest.raises(UnreadableAnswer):
        parse_export("{}")
    with pytest.raises(UnreadableAnswer):
        parse_export("not json")


def test_an_unexpected_answer_is_described_in_a_few_words() -> None:
    assert describe("") == "empty"
    assert describe(b"<html>") == "a web page"
    assert describe("a\x1b[31m\nb") == "'a [31m b'"
    assert len(describe("x" * 1000)) < 90
