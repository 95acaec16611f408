"""Plan, test, trace and revisions in the workspace of a rule, in front of simulated servers of both versions."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any
from unittest.mock import Mock

import pytest
from streamlit.testing.v1 import AppTest

from ekmanager.rules.board import RulesView
from ekmanager.ui.rules_state import Tab
from tests.rules.server import VERSIONS
from tests.rules.worlds import until
from tests.ui.pages import Desk
from tests.ui.rules_desk import RulesDesk, at_work, press, ran, rules_desk, said, until_shown

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


def test_the_plan_is_a_tree_with_its_text(both: RulesDesk) -> None:
    at = both.open(RULE, "plan")
    shown = said(at)
    assert "- **ProjectPlan**" in shown
    assert "DataSourcePlan" in shown
    assert "StreamName: climate" in shown
    assert any("DataSourcePlan" in block.value for block in at.code)


def test_the_fields_of_the_output_are_listed_by_place(rules: RulesDesk) -> None:
    assert "| device | 0 |\n| temperature | 1 |" in said(rules.open(RULE, "plan"))


def test_the_plan_is_asked_for_once_and_again_on_request(rules: RulesDesk) -> None:
    at = rules.open(RULE, "plan")
    definition = {"id": RULE, "sql": "SELECT humidity FROM climate", "actions": [{"nop": {}}]}
    rules.here.client.rules.update(RULE, json.dumps(definition))
    assert "| temperature |" in said(ran(at))
    assert "| humidity | 0 |" in said(press(at, "plan-again"))


def test_a_plan_that_cannot_be_had_is_a_sentence(both: RulesDesk) -> None:
    assert both.open("no_such_rule", "plan").warning


def begun(rules: RulesDesk, rule: str = RULE) -> AppTest:
    at = rules.open(rule, "test")
    return press(at, rules.trial("start", rule))


def until_it_runs(rules: RulesDesk, at: AppTest, rule: str = RULE) -> None:
    run = rules.services.trials.get(at.session_state[rules.trial("run", rule)])
    assert run is not None
    until(lambda: run.state != "starting")
    assert run.state == "running", run.problem


def trials(rules: RulesDesk) -> int:
    return len(rules.here.engine.tests)


@pytest.mark.parametrize("tab", ["test", "trace", "plan"])
def test_a_run_of_the_page_asks_the_server_nothing(rules: RulesDesk, tab: str, monkeypatch: pytest.MonkeyPatch) -> None:
    at = rules.open(RULE, tab)
    client = Mock(side_effect=rules.services.client)
    monkeypatch.setattr(rules.services, "client", client)
    ran(ran(at))
    assert client.call_count == 0
    press(at, {"test": rules.trial("start"), "trace": "trace-list", "plan": "plan-again"}[tab])
    assert client.call_count or tab == "test"


def test_given_data_comes_out_as_rows_and_the_stop_leaves_nothing_behind(both: RulesDesk) -> None:
    at = both.open(RULE, "test")
    data = '[{"device": 7, "temperature": 99.5}, {"device": 8, "temperature": 1}]'
    at.text_area(key=both.trial("data-climate")).set_value(data)
    at.number_input(key=both.trial("interval")).set_value(50)
    ran(at)
    press(at, both.trial("start"))
    until_shown(at, "| 7 | 99.5 |")
    assert "| 8 |" not in said(at)
    press(at, both.trial("stop"))
    until_shown(at, "**Stopped**")
    until(lambda: trials(both) == 0)
    assert "| 7 | 99.5 |" in said(at)


def test_live_sources_are_tried_without_touching_the_rule(both: RulesDesk) -> None:
    at = both.open("energy_by_meter", "test")
    at.segmented_control(key=both.trial("on", "energy_by_meter")).set_value("The live sources")
    ran(at)
    assert "Each source is opened a second time" in said(at)
    started = both.here.client.rules.status("energy_by_meter").last_start
    press(at, both.trial("start", "energy_by_meter"))
    until_it_runs(both, at, "energy_by_meter")
    press(at, both.trial("stop", "energy_by_meter"))
    until(lambda: trials(both) == 0)
    assert both.here.client.rules.status("energy_by_meter").last_start == started


def test_rows_are_cleared_and_downloaded(rules: RulesDesk) -> None:
    at = rules.open(RULE, "test")
    at.text_area(key=rules.trial("data-climate")).set_value('[{"device": 7, "temperature": 99.5}]')
    at.checkbox(key=rules.trial("loop")).set_value(False)
    press(ran(at), rules.trial("start"))
    until_shown(at, "| 7 | 99.5 |")
    assert not next(each for each in at.get("download_button") if each.proto.label == "Download").proto.disabled
    press(at, rules.trial("clear"))
    assert "| 7 | 99.5 |" not in said(at)
    assert "0 results" in said(at)


def test_what_is_no_data_cannot_be_tried_and_stays(rules: RulesDesk) -> None:
    at = rules.open(RULE, "test")
    at.text_area(key=rules.trial("data-climate")).set_value('[{"device": }]')
    ran(at)
    assert "This is not JSON in line 1, column 13." in said(at)
    assert at.button(key=rules.trial("start")).disabled
    assert at.text_area(key=rules.trial("data-climate")).value == '[{"device": }]'


def test_sql_that_the_server_refuses_fails_the_test_with_its_reason(desk: Desk) -> None:
    with rules_desk(desk) as rules, at_work(desk.services):
        at = rules.write()
        rules.type(at, "SELECT nofunc(device) FROM climate")
        key = rules.draft(at).key("test")
        press(at, f"{key}-start")
        until_shown(at, "**Failed**")
        assert "nofunc" in at.error[-1].value
        assert rules.typed(at) == "SELECT nofunc(device) FROM climate"


def test_a_trial_that_the_server_ends_is_a_sentence_and_the_page_goes_on(rules: RulesDesk) -> None:
    at = begun(rules)
    until_it_runs(rules, at)
    for trial in list(rules.here.engine.tests):
        rules.here.client.ruletest.delete(trial)
    until_shown(at, "**Failed**")
    assert "The server ended the stream of results." in said(at)
    press(at, rules.trial("start"))
    until_it_runs(rules, at)


def test_a_second_test_ends_the_first(rules: RulesDesk) -> None:
    at = begun(rules)
    until_it_runs(rules, at)
    press(at, rules.trial("start"))
    until_it_runs(rules, at)
    until(lambda: trials(rules) == 1)


def test_a_test_that_is_forgotten_says_so(rules: RulesDesk) -> None:
    at = rules.open(RULE, "test")
    at.session_state[rules.trial("run")] = "of-another-life"
    assert "The test is over" in said(ran(at))


def test_a_graph_rule_cannot_be_tried(rules: RulesDesk) -> None:
    nodes = {
        "in": {"type": "source", "nodeType": "simulator", "props": {"sourceType": "stream", "sourceName": "climate"}},
        "out": {"type": "sink", "nodeType": "log", "props": {}},
    }
    graph_of = {"nodes": nodes, "topo": {"sources": ["in"], "edges": {"in": ["out"]}}}
    rules.here.client.rules.create({"id": "drawn", "graph": graph_of, "triggered": False})
    assert "cannot be tried on its own" in said(rules.open("drawn", "test"))


def test_traces_are_switched_on_and_off_and_looked_at(rules: RulesDesk) -> None:
    rules.known()
    rules.watched(RULE)
    at = rules.open(RULE, "trace")
    assert "Tracing is off" in said(at)
    press(at, "trace-start")
    assert at.toast[0].value == "Tracing started."
    until(lambda: "trace-stop" in {button.key for button in ran(at).button})
    until(lambda: any(box.key == "trace-id" for box in ran(at).selectbox))
    shown = said(at)
    assert "| Span | After | Took | Data and attributes |" in shown
    assert "Download this trace" in {each.proto.label for each in at.get("download_button")}
    press(at, "trace-stop")
    until(lambda: "trace-start" in {button.key for button in ran(at).button})
    assert any(box.key == "trace-id" for box in at.selectbox)


def test_a_switch_of_the_trace_is_awaited_until_the_list_shows_it(
    rules: RulesDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    rules.known()
    still = Mock(wraps=rules.services.rules, watch=lambda _: RulesView(at=0.0, loading=False))
    at = rules.open(RULE, "trace")
    assert not clocks(at, "rule-trace")
    monkeypatch.setattr(rules.services, "rules", still)
    press(at, "trace-start")
    assert at.button(key="trace-start").disabled
    assert clocks(at, "rule-trace"), "it looks again by itself"
    monkeypatch.setattr("ekmanager.ui.blocks.rule_trace.SHOWS_WITHIN", 0.0)
    assert not ran(at).button(key="trace-start").disabled


def clocks(at: AppTest, key: str) -> list[Any]:
    return [each for each in at.get("component_instance") if f"{key}-clock" in each.proto.id]


def test_an_older_server_has_no_traces_and_says_so(desk: Desk) -> None:
    with rules_desk(desk, "1.14.7") as rules, at_work(desk.services):
        rules.watched(RULE)
        at = rules.open(RULE, "trace")
        assert "has no traces" in said(at)
        assert not at.warning
        assert "trace-start" not in {button.key for button in at.button}


def saved(rules: RulesDesk, sql: str) -> AppTest:
    at = rules.open(RULE, "definition")
    rules.type(at, sql, rule=RULE)
    rules.press(at, "review", rule=RULE)
    return rules.press(at, "save", rule=RULE)


def test_without_a_save_there_is_no_revision(rules: RulesDesk) -> None:
    at = rules.open(RULE, "revisions")
    assert "No revision yet" in at.info[0].value
    assert "private to this browser" in said(at)


def test_any_two_revisions_are_compared(rules: RulesDesk) -> None:
    saved(rules, "SELECT device FROM climate")
    saved(rules, "SELECT humidity FROM climate")
    at = rules.open(RULE, "revisions")
    assert len(at.selectbox(key="revision").options) == 3
    assert "edited by you" in at.selectbox(key="revision").options[0]
    assert "+     SELECT humidity FROM climate" in said(at)
    assert "-     SELECT device FROM climate" in said(at)
    at.selectbox(key="revision-other").select_index(1)
    shown = said(ran(at))
    assert "+     SELECT humidity FROM climate" in shown
    assert "-     SELECT device, temperature FROM climate WHERE temperature > 30" in shown


def test_any_revision_is_restored_with_the_differences_first(both: RulesDesk) -> None:
    saved(both, "SELECT device FROM climate")
    at = both.open(RULE, "revisions")
    at.selectbox(key="revision").select_index(1)
    press(ran(at), "restore")
    assert at.query_params["tab"] == "definition"
    assert "+     SELECT device, temperature FROM climate WHERE temperature > 30" in said(at)
    both.press(at, "save", rule=RULE)
    assert "temperature > 30" in both.here.client.rules.get(RULE).text
    assert both.state(RULE) == "running"


def test_a_revision_of_a_rule_that_is_gone_is_still_there(rules: RulesDesk) -> None:
    saved(rules, "SELECT device FROM climate")
    rules.here.client.rules.delete(RULE)
    at = rules.open(RULE, "revisions")
    assert len(at.selectbox(key="revision").options) == 2
    assert "SELECT device FROM climate" in said(at)


def test_data_for_a_test_is_still_there_after_another_tab_was_open(both: RulesDesk) -> None:
    at = both.open(RULE, "test")
    at.text_area(key=both.trial("data-climate")).set_value('[{"device": 7}]')
    ran(at)
    at.segmented_control(key="tab").set_value(Tab.METRICS)
    ran(at)
    at.segmented_control(key="tab").set_value(Tab.TEST)
    assert ran(at).text_area(key=both.trial("data-climate")).value == '[{"device": 7}]'
