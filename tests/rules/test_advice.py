"""What is said before a rule is saved."""

from __future__ import annotations

import pytest

from ekmanager.ekuiper.models import JSON, Operator, RuleStatus, State
from ekmanager.ekuiper.parse import parse_rule_status
from ekmanager.rules.advice import Advice, advise, reason_of
from ekmanager.rules.templates import ACTION_TEMPLATES, TEMPLATES
from tests.recordings import VERSIONS, recordings

NEW, OLD = "2.4.0", "1.14.7"


def rule(**fields: JSON) -> dict[str, JSON]:
    return {"id": "r1", "sql": "SELECT * FROM climate", "actions": [{"log": {}}], **fields}


def errors(found: list[Advice]) -> list[str]:
    return [advice.field for advice in found if advice.level == "error"]


def about(found: list[Advice], field: str) -> list[tuple[str, str]]:
    return [(advice.level, advice.message) for advice in found if advice.field == field]


@pytest.mark.parametrize("version", [NEW, OLD])
def test_a_plain_rule_has_no_error_and_no_warning(version: str) -> None:
    found = advise(rule(), version=version, streams=["climate"], existing=["r2"])
    assert [advice for advice in found if advice.level != "info"] == []


@pytest.mark.parametrize("version", [NEW, OLD])
def test_templates_have_no_error_and_no_warning(version: str) -> None:
    for template in TEMPLATES:
        found = advise(template.document(), version=version, streams=[*template.streams, *template.tables])
        assert [advice for advice in found if advice.level != "info"] == []
    for kind, props in ACTION_TEMPLATES.items():
        assert errors(advise(rule(actions=[{kind: props}]), version=version)) == []


@pytest.mark.parametrize(
    ("document", "field"),
    [
        (rule(id=""), "id"),
        (rule(id="a/b"), "id"),
        (rule(id=7), "id"),
        (rule(sql=""), "sql"),
        (rule(sql=7), "sql"),
        (rule(sql="SELECT 1"), "sql"),
        (rule(sql="SELECT * FROM nosuch"), "sql"),
        (rule(graph={"nodes": {}}), "graph"),
        (rule(actions=[]), "actions"),
        (rule(actions="log"), "actions"),
        (rule(actions=["log"]), "actions[0]"),
        (rule(actions=[{"log": 1}]), "actions[0].log"),
        (rule(options=[]), "options"),
        (rule(options={"qos": "high"}), "options.qos"),
        (rule(options={"qos": True}), "options.qos"),
        (rule(options={"bufferLength": -1}), "options.bufferLength"),
        (rule(options={"concurrency": 1.5}), "options.concurrency"),
        (rule(options={"debug": "yes"}), "options.debug"),
        (rule(options={"duration": 30}), "options.duration"),
        (rule(options={"lateTolerance": "soon"}), "options.lateTolerance"),
        (rule(options={"restartStrategy": 1}), "options.restartStrategy"),
        (rule(options={"restartStrategy": {"attempts": -1}}), "options.restartStrategy.attempts"),
        (rule(options={"cron": "0 1 * *", "duration": "1h"}), "options.cron"),
        (
            rule(sql="SELECT count(*) FROM climate GROUP BY TUMBLINGWINDOW(ss, 1)", options={"sendMetaToSink": True}),
            "options.sendMetaToSink",
        ),
    ],
)
@pytest.mark.parametrize("version", [NEW, OLD])
def test_what_no_server_takes_is_an_error_at_its_field(document: dict[str, JSON], field: str, version: str) -> None:
    assert errors(advise(document, version=version, streams=["climate"])) == [field]


def test_a_name_in_other_case_is_pointed_out() -> None:
    (advice,) = advise(rule(sql="SELECT * FROM Climate"), version=NEW, streams=["climate"])
    assert advice.message == (
        "There is no stream or table Climate on the server. Names are case-sensitive: there is climate."
    )


def test_a_duplicate_id_is_an_error_only_for_a_new_rule() -> None:
    assert errors(advise(rule(), version=NEW, existing=["r1"])) == ["id"]
    assert errors(advise(rule(), version=NEW, old=rule(), existing=["r1"])) == []
    assert errors(advise(rule(id="r2"), version=NEW, old=rule(), existing=["r1"])) == ["id"]


def test_a_stored_rule_may_do_without_its_id() -> None:
    document = rule()
    del document["id"]
    assert errors(advise(document, version=NEW, old=document)) == []


@pytest.mark.parametrize(
    ("version", "fields", "field"),
    [
        (NEW, {"options": {"qos": 1}}, "id"),
        (OLD, {"options": {"qos": 1}}, "id"),
        (NEW, {"actions": [{"mqtt": {"enableCache": True}}]}, "actions[0].mqtt.enableCache"),
        (OLD, {"actions": [{"mqtt": {"enableCache": True}}]}, ""),
        (NEW, {"options": {"qos": 0}, "actions": [{"mqtt": {"enableCache": False}}]}, ""),
    ],
)
def test_a_hyphen_that_will_stop_the_rule_is_an_error(version: str, fields: dict[str, JSON], field: str) -> None:
    assert errors(advise(rule(id="a-b", **fields), version=version)) == ([field] if field else [])
    assert errors(advise(rule(id="a_b", **fields), version=version)) == []


def test_a_cached_sink_of_a_graph_counts_too() -> None:
    sink: JSON = {"type": "sink", "nodeType": "mqtt", "props": {"enableCache": True}}
    document: dict[str, JSON] = {"id": "a-b", "graph": {"nodes": {"out": sink}}}
    assert errors(advise(document, version=NEW)) == ["graph.nodes.out.enableCache"]


def test_what_1_14_forgets_is_said() -> None:
    document = rule(tags=["a"], version="1", owner="me", name="R")
    messages = about(advise(document, version=OLD), "tags")
    assert messages == [("warning", "eKuiper 1.14.7 forgets this at the next start or stop: tags, version, owner.")]
    assert about(advise(document, version=NEW), "tags") == []
    assert about(advise(document, version=NEW), "owner") == [
        ("warning", "eKuiper 2.4.0 keeps owner and does nothing with it.")
    ]


def test_options_that_the_server_does_not_know_are_said() -> None:
    options: JSON = {"sendNilField": True, "qoss": 1, "restartStrategy": {"delay": 1}, "QOS": 1}
    old = {advice.field for advice in advise(rule(options=options), version=OLD) if advice.level == "warning"}
    new = {advice.field for advice in advise(rule(options=options), version=NEW) if advice.level == "warning"}
    assert old == {"options.sendNilField", "options.qoss"}
    assert new == {"options.qoss", "options.restartStrategy.delay"}


def test_durations_are_milliseconds_to_1_14() -> None:
    document = rule(options={"isEventTime": True, "lateTolerance": "10s", "checkpointInterval": "5m"})
    assert errors(advise(document, version=OLD)) == ["options.lateTolerance", "options.checkpointInterval"]
    assert errors(advise(document, version=NEW)) == []


@pytest.mark.parametrize(
    ("version", "options", "level"),
    [
        (NEW, {"cron": "0 1 * * *"}, "warning"),
        (NEW, {"cron": "0 1 * * *", "duration": "30m"}, "info"),
        (OLD, {"cron": "0 1 * * *", "duration": "30m"}, ""),
        (OLD, {"duration": "30m"}, "warning"),
        (NEW, {"duration": "30m"}, ""),
    ],
)
def test_schedules_that_do_something_else_are_said(version: str, options: dict[str, JSON], level: str) -> None:
    found = [
        advice.level
        for advice in advise(rule(options=options), version=version)
        if advice.field in {"options.cron", "options.duration"}
    ]
    assert found == ([level] if level else [])


def test_asterisks_for_a_secret_are_an_error_where_they_would_be_stored() -> None:
    document = rule(actions=[{"mqtt": {"password": "******", "topic": "***"}}])
    assert errors(advise(document, version=NEW, old=document)) == ["actions[0].mqtt.password"]
    assert errors(advise(document, version=OLD)) == ["actions[0].mqtt.password"]
    assert errors(advise(document, version=OLD, old=document)) == []


@pytest.mark.parametrize(
    ("before", "after", "taken"),
    [("1", "2", True), ("2", "2", False), ("9", "10", False), ("", "1", True), ("1", "", False), ("", "", True)],
)
def test_a_version_must_grow_on_2_4(before: str, after: str, taken: bool) -> None:
    old = rule(version=before) if before else rule()
    new = rule(version=after, name="new") if after else rule(name="new")
    assert errors(advise(new, version=NEW, old=old)) == ([] if taken else ["version"])
    assert errors(advise(new, version=OLD, old=old)) == []


def test_the_same_version_is_no_error_when_nothing_changes() -> None:
    assert errors(advise(rule(version="1"), version=NEW, old=rule(version="1"))) == []


def test_a_restart_is_said_only_when_it_happens() -> None:
    changed = rule(name="new")
    assert about(advise(changed, version=NEW, old=rule(), running=True), "") != []
    assert about(advise(changed, version=NEW, old=rule(), running=False), "") == []
    assert about(advise(rule(), version=NEW, old=rule(), running=True), "") == []


def test_a_change_of_triggered_is_said() -> None:
    found = about(advise(rule(triggered=False), version=NEW, old=rule(), running=True), "triggered")
    assert found == [("warning", "Saving stops the rule.")]
    found = about(advise(rule(), version=NEW, old=rule(triggered=False), running=False), "triggered")
    assert found == [("warning", "Saving starts the rule.")]


@pytest.mark.parametrize(
    ("url", "warned"),
    [
        ("http://localhost:80/x", True),
        ("http://192.168.1.2/x", True),
        ("http://[::1]/x", True),
        ("https://example.com/x", False),
        ("http://[bad", False),
    ],
)
def test_an_internal_address_is_said_where_it_is_refused(url: str, warned: bool) -> None:
    document = rule(actions=[{"rest": {"url": url}}])
    assert bool(about(advise(document, version=NEW), "actions[0].rest.url")) is warned
    assert about(advise(document, version=OLD), "actions[0].rest.url") == []


def test_what_only_2_x_has_is_an_error_on_1_14() -> None:
    document = rule(sql="SELECT count(*) FROM climate GROUP BY STATEWINDOW(a = 1, a = 2)", actions=[{"sse": {}}])
    assert errors(advise(document, version=OLD)) == ["sql", "actions[0].sse"]
    assert errors(advise(document, version=NEW)) == []


def test_errors_come_first() -> None:
    found = advise(rule(id="a-b", owner="me", options={"qos": 1, "x": 1}), version=NEW)
    levels = [advice.level for advice in found]
    assert levels == sorted(levels, key=["error", "warning", "info"].index)
    assert len(set(levels)) == 2


def _failed(operators: tuple[Operator, ...] = (), reason: str = "") -> RuleStatus:
    return RuleStatus(State.FAILED, "stopped by error", reason, 1, 2, 0, operators, {})


def test_a_failure_without_a_message_shows_the_newest_exception() -> None:
    operators = (
        Operator("op_2_project_0", "op", "2_project", 0, last_exception="older", last_exception_time=1),
        Operator("sink_redis_0_0", "sink", "redis_0", 0, last_exception="connection refused", last_exception_time=2),
        Operator("sink_log_0_0", "sink", "log_0", 0),
    )
    assert reason_of(_failed(operators=operators)) == "sink_redis_0: connection refused."
    assert reason_of(_failed(operators=operators, reason="no such stream")) == "no such stream."
    assert reason_of(_failed()) == "The server gives no reason; its log may."
    assert reason_of(_failed(), rule()) == "The server gives no reason; its log may."
    assert "Use _ in place of -" in reason_of(_failed(), rule(id="a-b", options={"qos": 1}))


@pytest.mark.parametrize("version", VERSIONS)
def test_every_recorded_status_has_a_reason_unless_the_rule_runs(version: str) -> None:
    statuses = [
        parse_rule_status(row.body)
        for row in recordings(version)
        if row.path and row.path.startswith("/rules/") and row.path.endswith("/status") and row.status == 200
    ]
    assert statuses
    for status in statuses:
        reason = reason_of(status)
        assert (reason == "") is (status.state in {State.RUNNING, State.STARTING})
        assert not reason or (reason.endswith(".") and not reason.endswith(".."))
