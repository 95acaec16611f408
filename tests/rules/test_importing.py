"""Importing rulesets: no zombie is left, and each part has its outcome."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest

from ekmanager.ekuiper.errors import Unreachable
from ekmanager.ekuiper.models import State
from ekmanager.rules import states
from ekmanager.rules.definition import DefinitionInvalid
from ekmanager.rules.saving import create, import_ruleset
from tests.rules.server import VERSIONS, Running, running_server

STREAM = 'CREATE STREAM extra () WITH (TYPE="simulator", DATASOURCE="x", FORMAT="json")'
TABLE = 'CREATE TABLE extra_table () WITH (TYPE="memory", DATASOURCE="t", FORMAT="json", KIND="lookup", KEY="a")'


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Looks after a command in short steps; a sink that cannot connect ends a simulated rule after 100 ms."""
    monkeypatch.setattr(states, "LOOK_EVERY", 0.02)
    monkeypatch.setattr(states, "SETTLES_WITHIN", 0.2)


@pytest.fixture(params=VERSIONS)
def running(request: pytest.FixtureRequest) -> Iterator[Running]:
    with running_server(request.param) as server:
        yield server


@pytest.fixture
def newer() -> Iterator[Running]:
    with running_server("2.4.0") as server:
        yield server


def ruleset(**rules: object) -> str:
    texts = {name: item if isinstance(item, str) else json.dumps(item) for name, item in rules.items()}
    return json.dumps({"streams": {"extra": STREAM}, "tables": {"extra_table": TABLE}, "rules": texts})


def rule(rule_id: str, sql: str = "SELECT * FROM extra", **fields: object) -> dict[str, object]:
    return {"id": rule_id, "sql": sql, "actions": [{"nop": {}}], **fields}


def test_new_parts_are_imported(running: Running) -> None:
    report = import_ruleset(running.client, ruleset(a=rule("a"), b=rule("b", triggered=False)))
    assert [(item.kind, item.name, item.outcome) for item in report.items] == [
        ("stream", "extra", "imported"),
        ("table", "extra_table", "imported"),
        ("rule", "a", "imported"),
        ("rule", "b", "imported"),
    ]
    assert report.said == "imported 1 streams, 1 tables and 2 rules"
    assert running.client.rules.status("a").state is State.RUNNING
    assert running.client.rules.status("b").state is State.STOPPED
    assert (report.restarted, report.not_running) == ((), ())


def test_bad_parts_are_named_with_a_reason(running: Running) -> None:
    report = import_ruleset(running.client, ruleset(good=rule("good"), bad=rule("bad", "SELECT * FROM nosuch")))
    (failed,) = report.failed
    assert (failed.kind, failed.name, failed.why) == (
        "rule",
        "bad",
        "There is no stream or table nosuch on the server.",
    )
    assert [item.name for item in report.imported] == ["extra", "extra_table", "good"]


def test_a_running_rule_is_stopped_before_it_is_replaced(newer: Running, monkeypatch: pytest.MonkeyPatch) -> None:
    create(newer.client, {"id": "a", "sql": "SELECT * FROM climate", "actions": [{"log": {}}]}, start=True)
    seen: list[State] = []
    send = newer.client.ruleset.import_

    def watched(content: str) -> str:
        seen.append(newer.client.rules.status("a").state)
        return send(content)

    monkeypatch.setattr(newer.client.ruleset, "import_", watched)
    report = import_ruleset(newer.client, ruleset(a=rule("a", triggered=False)))
    assert seen == [State.STOPPED]
    assert report.restarted == ("a",)
    assert newer.client.rules.status("a").state is State.RUNNING
    assert "extra" in newer.client.rules.get("a").text


def test_a_rule_that_the_import_started_is_not_restarted(newer: Running, monkeypatch: pytest.MonkeyPatch) -> None:
    create(newer.client, {"id": "a", "sql": "SELECT * FROM climate", "actions": [{"log": {}}]}, start=True)
    started: list[str] = []
    monkeypatch.setattr(newer.client.rules, "start", started.append)
    assert import_ruleset(newer.client, ruleset(a=rule("a"))).restarted == ("a",)
    assert started == []


def test_a_stopped_rule_is_left_to_the_file(newer: Running) -> None:
    create(newer.client, {"id": "a", "sql": "SELECT * FROM climate", "actions": [{"log": {}}]}, start=False)
    report = import_ruleset(newer.client, ruleset(a=rule("a", triggered=False)))
    assert report.restarted == ()
    assert newer.client.rules.status("a").state is State.STOPPED


def test_a_rule_whose_new_text_is_bad_runs_on_with_the_old(newer: Running) -> None:
    create(newer.client, {"id": "a", "sql": "SELECT * FROM climate", "actions": [{"log": {}}]}, start=True)
    report = import_ruleset(newer.client, ruleset(a=rule("a", "SELECT * FROM nosuch")))
    assert [item.name for item in report.failed] == ["a"]
    assert report.restarted == ("a",)
    assert newer.client.rules.status("a").state is State.RUNNING


def test_a_rule_that_is_imported_and_fails_is_reported(running: Running) -> None:
    failing = rule("a", actions=[{"redis": {"addr": "10.20.0.12:6379", "key": "a"}}])
    report = import_ruleset(running.client, ruleset(a=failing))
    assert [name for name, _ in report.not_running] == ["a"]
    assert "refused" in report.not_running[0][1]
    assert "a" in [item.name for item in report.imported]


def test_stopped_rules_run_again_when_the_import_breaks_off(newer: Running, monkeypatch: pytest.MonkeyPatch) -> None:
    create(newer.client, {"id": "a", "sql": "SELECT * FROM climate", "actions": [{"log": {}}]}, start=True)

    def broken(content: str) -> str:
        raise Unreachable("http://x cut the connection.", code="reset")

    monkeypatch.setattr(newer.client.ruleset, "import_", broken)
    with pytest.raises(Unreachable):
        import_ruleset(newer.client, ruleset(a=rule("a")))
    assert newer.client.rules.status("a").state is State.RUNNING


def test_1_14_keeps_what_it_has_and_nothing_is_stopped() -> None:
    with running_server("1.14.7") as older:
        create(older.client, {"id": "a", "sql": "SELECT * FROM climate", "actions": [{"log": {}}]}, start=True)
        began = older.client.rules.status("a").last_start
        report = import_ruleset(older.client, ruleset(a=rule("a")))
        assert [(item.name, item.outcome) for item in report.items if item.kind == "rule"] == [("a", "kept")]
        assert older.client.rules.status("a").last_start == began


def test_rules_may_be_objects_in_the_file(running: Running) -> None:
    report = import_ruleset(running.client, json.dumps({"streams": {"extra": STREAM}, "rules": {"a": rule("a")}}))
    assert [item.outcome for item in report.items] == ["imported", "imported"]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{bad",
        "[]",
        "{}",
        '{"rules": []}',
        '{"rules": {"a": 1}}',
        '{"rules": {"a": "{bad"}}',
        '{"streams": {"s": {}}}',
    ],
)
def test_what_is_no_ruleset_is_not_sent(running: Running, text: str) -> None:
    before = running.server.requests
    with pytest.raises(DefinitionInvalid, match=r"\.$"):
        import_ruleset(running.client, text)
    assert running.server.requests == before
