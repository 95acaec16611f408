"""The workspace of one rule, tab by tab, in front of simulated servers of both versions."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from ekmanager.connections.book import Entry
from ekmanager.ekuiper.models.rules import Operator, RuleStatus, State
from ekmanager.rules.rows import Problem, RuleView
from ekmanager.simulator.seeds import TROUBLED, add_failed_rule, add_rules
from ekmanager.simulator.server import Behaviour
from ekmanager.ui.blocks.rule_topology import graph
from ekmanager.ui.rules_state import Tab
from tests.rules.server import VERSIONS
from tests.rules.worlds import until
from tests.ui.pages import NOW, Desk
from tests.ui.rules_desk import RulesDesk, at_work, data_of, press, ran, rules_desk, said, until_shown

RULE = "hot_alert"


@pytest.fixture
def rules(desk: Desk) -> Iterator[RulesDesk]:
    """With the app's background work."""
    with rules_desk(desk) as made, at_work(desk.services):
        yield made


@pytest.fixture(params=VERSIONS)
def both(desk: Desk, request: pytest.FixtureRequest) -> Iterator[RulesDesk]:
    with rules_desk(desk, request.param) as made, at_work(desk.services):
        yield made


def shows(rules: RulesDesk, monkeypatch: pytest.MonkeyPatch, view: RuleView) -> None:
    """Lets the board give this view, whatever the server has."""

    def look(_entry: Entry, _rule: str, *_how_long: float) -> RuleView:
        return view

    for name in ("watch_rule", "look_rule"):
        monkeypatch.setattr(rules.services.rules, name, look)


def operator(name: str, **fields: Any) -> Operator:
    kind = name.partition("_")[0]
    return Operator(key=name, kind=kind, name=name.partition("_")[2], instance=0, **fields)


def status(state: State = State.RUNNING, reason: str = "", **fields: Any) -> RuleStatus:
    given: dict[str, Any] = {
        "state": state,
        "words": state.value,
        "reason": reason,
        "last_start": 0,
        "last_stop": 0,
        "next_start": 0,
        "operators": (),
        "other": {},
    }
    return RuleStatus(**{**given, **fields})


def test_the_head_says_how_the_rule_is(both: RulesDesk) -> None:
    both.known()
    both.watched(RULE)
    at = both.open(RULE)
    assert at.title[0].value.replace("\\", "") == RULE
    assert "**Running** · for 1 min" in said(at)
    assert not at.warning


def test_a_rule_that_is_opened_again_is_shown_as_it_is_now(rules: RulesDesk, monkeypatch: pytest.MonkeyPatch) -> None:
    rules.known()
    rules.watched("hot_alert")
    monkeypatch.setattr("ekmanager.rules.board._NOW", 0.0)
    monkeypatch.setattr("ekmanager.ui.blocks.rule_workspace.FIRST_LOOK", 10.0)
    rules.here.client.rules.stop("hot_alert")
    assert "**Stopped**" in said(rules.open("hot_alert", refresh="0"))


def test_a_tab_is_a_link_and_one_that_does_not_exist_is_the_first(rules: RulesDesk) -> None:
    at = rules.open(RULE, "nonsense")
    assert at.segmented_control(key="tab").value == "metrics"
    at.segmented_control(key="tab").set_value("plan")
    ran(at)
    assert at.query_params["tab"] == "plan"
    assert rules.open(RULE, "plan").segmented_control(key="tab").value == "plan"
    press(at, "back")
    assert "rule" not in at.query_params
    assert "tab" not in at.query_params


def test_a_rule_is_stopped_and_the_truth_is_shown_afterwards(both: RulesDesk) -> None:
    both.watched(RULE)
    at = press(both.open(RULE), "stop")
    until_shown(at, "1 stopped")
    assert both.state(RULE) == "stopped"
    until_shown(at, "**Stopped**")
    press(at, "bulk-close")
    assert "1 stopped" not in said(at)


def test_a_stopped_rule_is_started(both: RulesDesk) -> None:
    both.watched("raw_export")
    at = both.open("raw_export")
    press(at, "start")
    until_shown(at, "1 started")
    assert both.state("raw_export") == "running"
    until(lambda: "stop" in {button.key for button in ran(at).button})


def test_a_restart_begins_the_counters_anew(rules: RulesDesk) -> None:
    before = rules.watched(RULE).status
    assert before is not None
    at = press(rules.open(RULE), "restart")
    until_shown(at, "1 restarted")
    assert rules.here.client.rules.status(RULE).last_start > before.last_start


def test_a_command_that_fails_says_why(rules: RulesDesk, monkeypatch: pytest.MonkeyPatch) -> None:
    shows(rules, monkeypatch, RuleView(RULE, status=status(), at=NOW))
    at = rules.open(RULE)
    rules.here.client.rules.delete(RULE)
    press(at, "restart")
    until_shown(at, "1 failed")
    assert "| hot_alert | failed |" in said(at)


def test_a_rule_that_stopped_by_error_gives_its_reason(desk: Desk) -> None:
    with rules_desk(desk) as rules, at_work(desk.services):
        add_failed_rule(rules.here.engine)
        rules.known()
        rules.watched("old_line")
        at = rules.open("old_line")
        assert "The server gives no reason" in at.error[0].value


@pytest.mark.parametrize("odd", ["no_such_rule", "a/b", "..", 'a"b', "größe", "<b>x</b>", "%2e%2e", "#", "a b?c"])
def test_a_link_to_a_rule_that_is_not_there_is_words_on_every_tab(rules: RulesDesk, odd: str) -> None:
    rules.services.rules.watch_rule(rules.entry, odd)
    until(lambda: (view := rules.services.rules.watch_rule(rules.entry, odd)).gone or view.problem)
    at = rules.open(odd)
    assert at.title[0].value.replace("\\", "").replace("\u2060", "") == odd
    for tab in Tab:
        at.segmented_control(key="tab").set_value(tab.value)
        ran(at)
        assert at.query_params.get("tab", "metrics") == tab.value
        assert at.warning or at.error


def test_a_rule_that_is_deleted_meanwhile_is_said_to_be_gone(both: RulesDesk) -> None:
    both.watched(RULE)
    at = both.open(RULE, "definition")
    both.type(at, "SELECT half", rule=RULE)
    both.here.client.rules.delete(RULE)
    both.services.rules.refresh_soon(both.entry)
    until_shown(at, "There is no rule of this id on the server")
    assert both.typed(at, rule=RULE) == "SELECT half"
    assert at.button(key="restart").disabled


def test_a_server_that_goes_away_leaves_the_last_figures_with_their_age(both: RulesDesk) -> None:
    both.watched(RULE, lambda view: view.figures)
    at = both.open(RULE)
    both.here.server.behaviour = Behaviour.CLOSING
    both.services.rules.refresh_soon(both.entry)
    until_shown(at, "What is shown is from")
    assert at.error
    assert "source_climate" in said(at)


@pytest.mark.parametrize("tab", Tab)
def test_every_tab_of_a_server_that_is_gone_is_words(desk: Desk, tab: Tab) -> None:
    with rules_desk(desk) as rules:
        rules.here.server.behaviour = Behaviour.CLOSING
        with at_work(desk.services):
            until(lambda: rules.services.rules.watch_rule(rules.entry, RULE).problem)
            at = rules.open(RULE, tab)
            assert at.error


def test_a_rule_that_waits_for_its_schedule_says_when(rules: RulesDesk, monkeypatch: pytest.MonkeyPatch) -> None:
    waits = status(State.SCHEDULED, next_start=int(NOW * 1000) + 3_600_000 * 3)
    shows(rules, monkeypatch, RuleView(RULE, status=waits, at=NOW))
    at = rules.open(RULE)
    assert "starts in 2 h" in said(at) or "starts in 3 h" in said(at)
    assert "It waits for the next time of its schedule." in said(at)


def test_what_a_server_says_is_never_markup(rules: RulesDesk, monkeypatch: pytest.MonkeyPatch) -> None:
    said_by_server = "<img src=x onerror=alert(1)> [click](http://evil.example) $x$"
    failed = status(State.FAILED, said_by_server)
    shows(
        rules,
        monkeypatch,
        RuleView(
            RULE,
            status=failed,
            operators=(operator("op_1_filter", last_exception=said_by_server, exceptions_total=1),),
            problem=Problem(said_by_server, said_by_server),
            at=NOW,
        ),
    )
    at = rules.open(RULE)
    for element in (*at.markdown, *at.caption, *at.error, *at.warning):
        assert "[click](" not in element.value
        assert "<img" not in element.value.replace("\\<", "")


def test_metrics_list_the_operators_in_the_order_of_the_data(both: RulesDesk) -> None:
    both.watched(RULE, lambda view: view.rates and view.topology)
    shown = said(both.open(RULE, "metrics"))
    rows = [line for line in shown.splitlines() if line.startswith(("| source_", "| op_", "| sink_"))]
    names = [row.split(" | ")[0].removeprefix("| ") for row in rows]
    assert names[0] == "source_climate"
    assert [name.partition("_")[0] for name in names] == sorted(
        (name.partition("_")[0] for name in names), key=["source", "op", "sink"].index
    )
    assert rows[0].split(" | ")[3].endswith("/s")


def test_metrics_have_figures_with_units(rules: RulesDesk) -> None:
    rules.watched(RULE, lambda view: view.rates)
    at = rules.open(RULE, "metrics")
    shown = {metric.label: metric.value for metric in at.metric}
    assert shown["Records in"].endswith("/s")
    assert set(shown) == {"Records in", "Records out", "Latency", "Exceptions"}
    assert "since its start, over" in said(at)


def test_charts_are_drawn_once_there_are_samples(rules: RulesDesk) -> None:
    rules.watched(RULE, lambda view: len(view.series(900).at) > 1)
    assert len(rules.open(RULE, "metrics").get("echarts_chart")) == 4


def test_a_rule_that_never_ran_has_no_operators_and_says_so(desk: Desk) -> None:
    with rules_desk(desk, "1.14.7") as rules, at_work(desk.services):
        rules.watched("raw_export")
        assert "they exist while it runs" in said(rules.open("raw_export", "metrics"))


def test_before_the_first_sample_nothing_is_made_up(desk: Desk) -> None:
    with rules_desk(desk) as rules:
        assert "No sample has been taken yet." in said(rules.open(RULE, "metrics"))
        assert not rules.open(RULE, "metrics").metric


def test_a_connection_that_was_lost_is_named(rules: RulesDesk, monkeypatch: pytest.MonkeyPatch) -> None:
    lost = operator("sink_mqtt_0", connection_status=-1, connection_last_disconnected_message="broker | gone")
    shows(rules, monkeypatch, RuleView(RULE, status=status(operators=(lost,)), operators=(lost,), at=NOW))
    assert "| disconnected | broker | gone |" in said(rules.open(RULE, "metrics"))


def test_the_topology_shows_every_operator_and_the_figures_of_the_chosen_one(both: RulesDesk) -> None:
    both.watched(RULE, lambda view: view.topology and view.rates)
    at = both.open(RULE, "topology")
    nodes, edges = json.loads(data_of(at, "-topology")["graph"])
    names = [node[0] for node in nodes]
    assert "source_climate" in names
    assert {end for edge in edges for end in edge[:2]} <= set(names)
    assert "Choose a node" in said(at)
    at.session_state["_topology:node"] = "source_climate"
    shown = said(ran(at))
    assert "source_climate" in shown
    assert "Messages that wait" in shown
    assert data_of(at, "-topology")["selected"] == "source_climate"


def test_a_node_that_is_gone_is_not_shown_any_more(rules: RulesDesk) -> None:
    rules.watched(RULE, lambda view: view.topology)
    at = rules.open(RULE, "topology")
    at.session_state["topology-node"] = "source_of_another_rule"
    assert "Choose a node" in said(ran(at))


def test_a_rule_without_topology_says_when_there_will_be_one(desk: Desk) -> None:
    with rules_desk(desk, "1.14.7") as rules, at_work(desk.services):
        rules.watched("raw_export")
        assert "The server has no topology of this rule" in said(rules.open("raw_export", "topology"))


def test_a_lost_connection_shows_in_the_topology(desk: Desk) -> None:
    with rules_desk(desk) as rules, at_work(desk.services):
        add_rules(rules.here.engine, TROUBLED[:1])
        view = rules.watched("cloud_forward", lambda view: view.topology and view.operators)
        states = {node.id: node.state for node in graph(view)[0]}
        assert states["sink_mqtt_0"] == "disconnected"


def test_a_status_with_a_start_in_the_future_breaks_nothing(rules: RulesDesk, monkeypatch: pytest.MonkeyPatch) -> None:
    ahead = replace(status(), last_start=int(NOW * 1000) + 60_000)
    shows(rules, monkeypatch, RuleView(RULE, status=ahead, at=NOW))
    assert "**Running**" in said(rules.open(RULE))
