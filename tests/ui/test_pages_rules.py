"""The list of rules and work on several of them, in front of simulated servers of both versions."""

from __future__ import annotations

import csv
import json
import time
from collections.abc import Iterator
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from ekmanager.connections.book import Entry
from ekmanager.ekuiper.models.rules import State
from ekmanager.rules.bulk import BulkJob
from ekmanager.rules.rows import Concern, Problem, RuleRow, RulesView
from ekmanager.simulator.server import Behaviour
from ekmanager.ui.blocks.bulk import pending, results_csv
from ekmanager.ui.blocks.rule_draft import RuleDraft
from ekmanager.ui.rules_state import RulesPage, Tab
from ekmanager.ui.widgets.page_events import WAY_BACK
from tests.rules.server import VERSIONS
from tests.rules.worlds import entry as some_entry
from tests.rules.worlds import until
from tests.ui.pages import NOW, Desk, offline
from tests.ui.rules_desk import RulesDesk, at_work, data_of, done, press, ran, rules_desk, said, until_shown


@pytest.fixture
def rules(desk: Desk) -> Iterator[RulesDesk]:
    """With the app's background work, and the list read."""
    with rules_desk(desk) as made, at_work(desk.services):
        made.known()
        yield made


@pytest.fixture(params=VERSIONS)
def both(desk: Desk, request: pytest.FixtureRequest) -> Iterator[RulesDesk]:
    with rules_desk(desk, request.param) as made, at_work(desk.services):
        made.known()
        yield made


def shows(rules: RulesDesk, monkeypatch: pytest.MonkeyPatch, view: RulesView) -> None:
    """Lets the board give this view, whatever the server has."""

    def look(_entry: Entry, *_how_long: object) -> RulesView:
        return view

    for name in ("watch", "look"):
        monkeypatch.setattr(rules.services.rules, name, look)


def row(rule: str, state: State = State.RUNNING, concern: Concern | None = None, **fields: Any) -> RuleRow:
    given: dict[str, Any] = {
        "name": "",
        "words": state.value,
        "reason": "",
        "tags": (),
        "version": "",
        "trace": False,
        "streams": (),
        "figures": None,
        "exceptions": 0,
        "last_exception": "",
        "cpu_share": None,
    }
    return RuleRow(id=rule, state=state, concern=concern, **{**given, **fields})


def table_of(at: AppTest) -> dict[str, Any]:
    return dict(data_of(at, "-rules"))


def states(rules: RulesDesk) -> dict[str, str]:
    return {rule: state.state.value for rule, state in rules.here.client.rules.status_all().items()}


def test_the_list_draws_all_rules_in_one_table(both: RulesDesk) -> None:
    at = both.open()
    assert len(json.loads(table_of(at)["change"])["rows"]) == 7
    assert table_of(at)["link"].endswith("{id}") or "rule=" in table_of(at)["link"]


def test_without_a_server_the_page_offers_one(desk: Desk) -> None:
    at = desk.open("rules")
    assert at.title[0].value == "Rules"
    assert not [button for button in at.button if button.key == "new-rule"]


def test_a_server_that_is_down_says_why_on_top(rules: RulesDesk) -> None:
    rules.desk.is_(rules.entry, offline("nothing listens there"))
    assert "nothing listens there" in rules.open().error[0].value


def test_before_the_first_answer_there_is_no_table(desk: Desk) -> None:
    with rules_desk(desk) as rules:
        at = rules.open()
        assert not [each for each in at.get("bidi_component") if "rules_table" in each.proto.component_name]
        assert len(at.get("skeleton")) == 1


def test_a_long_first_look_shows_how_far_it_is(rules: RulesDesk, monkeypatch: pytest.MonkeyPatch) -> None:
    shows(rules, monkeypatch, RulesView(rows=(row("a"),), at=NOW, loading=False, progress=(1_200, 5_000)))
    assert table_of(rules.open())["progress"] == [1_200, 5_000]


def test_a_server_that_cannot_be_read_is_a_sentence(desk: Desk) -> None:
    with rules_desk(desk) as rules:
        rules.here.server.behaviour = Behaviour.CLOSING
        with at_work(desk.services):
            until(lambda: rules.services.rules.watch(rules.entry).problem)
            at = rules.open()
            assert at.error
            assert not at.get("skeleton")


def test_rows_that_are_old_have_their_age(rules: RulesDesk, monkeypatch: pytest.MonkeyPatch) -> None:
    problem = Problem("Nothing answers.", "Start it.")
    shows(rules, monkeypatch, RulesView(rows=(row("a"),), at=time.time() - 600, problem=problem, loading=False))
    at = rules.open()
    assert "Nothing answers. Start it. What is shown is from 10 min ago." in said(at).replace("**", "")
    assert len(json.loads(table_of(at)["change"])["rows"]) == 1


def test_a_server_without_rules_invites_to_write_one(rules: RulesDesk, monkeypatch: pytest.MonkeyPatch) -> None:
    shows(rules, monkeypatch, RulesView(at=NOW, loading=False))
    assert "write the first one" in table_of(rules.open())["empty"]


def test_thousands_of_rules_are_one_element(rules: RulesDesk, monkeypatch: pytest.MonkeyPatch) -> None:
    rows = tuple(row(f"rule{number:05}") for number in range(5_000))
    shows(rules, monkeypatch, RulesView(rows=rows, at=NOW, loading=False, revision=1))
    at = rules.open()
    assert "rule04999" in table_of(at)["change"]
    assert len(at.button) < 20


def test_the_view_of_the_list_is_in_the_url(rules: RulesDesk) -> None:
    at = rules.open(q="hot", state="running", sort="-in")
    view = json.loads(table_of(at)["view"])
    assert (view["text"], view["states"], view["sort"], view["descending"]) == ("hot", ["running"], "in", True)
    at.session_state["_rules:view"] = {"text": "meter", "tags": ["energy"], "sort": "id"}
    ran(at)
    assert {name: at.query_params.get(name) for name in ("q", "state", "tag", "sort")} == {
        "q": "meter",
        "state": None,
        "tag": "energy",
        "sort": "id",
    }


def test_a_table_that_reports_nonsense_changes_nothing(rules: RulesDesk) -> None:
    at = rules.open()
    before = states(rules)
    value: object
    for value in (
        7,
        "stop",
        [],
        {"kind": "shutdown", "ids": ["hot_alert"]},
        {"kind": "stop"},
        {"kind": "stop", "ids": 7},
    ):
        at.session_state["_rules:action"] = value
        ran(at)
    assert states(rules) == before


def test_a_new_rule_opens_the_page_on_which_it_is_written_and_back(rules: RulesDesk) -> None:
    at = press(rules.open(), "new-rule")
    assert at.query_params["new"] == "1"
    assert at.title[0].value == "New rule"
    press(at, "back")
    assert at.title[0].value == "Rules"


def test_rules_are_stopped_and_the_outcome_is_told(both: RulesDesk) -> None:
    at = done(both.open(), "stop", "hot_alert", "vibration_peaks")
    until_shown(at, "2 stopped")
    assert [states(both)[rule] for rule in ("hot_alert", "vibration_peaks")] == ["stopped", "stopped"]
    until(lambda: [each.state for each in both.services.rules.watch(both.entry).rows].count(State.STOPPED) == 3)
    press(at, "bulk-close")
    assert "Download the results" not in {each.proto.label for each in at.get("download_button")}


def test_a_start_is_not_sent_to_a_rule_that_runs(both: RulesDesk) -> None:
    before = both.here.client.rules.status("hot_alert").last_start
    at = done(both.open(), "start", "hot_alert", "raw_export")
    until_shown(at, "1 started · 1 skipped")
    assert "| hot_alert | skipped |" in said(at)
    assert both.here.client.rules.status("hot_alert").last_start == before
    assert states(both)["raw_export"] == "running"


def test_one_failure_stops_nothing_else_and_says_why(rules: RulesDesk) -> None:
    at = rules.open()
    rules.here.client.rules.delete("climate_average")
    done(at, "restart", "climate_average", "hot_alert")
    until_shown(at, "1 restarted · 1 failed")
    line = next(line for line in said(at).splitlines() if line.startswith("| climate_average | failed |"))
    assert line.split(" | ")[2]


def test_work_under_way_shows_how_far_it_is_and_can_be_ended(rules: RulesDesk, monkeypatch: pytest.MonkeyPatch) -> None:
    job = BulkJob(rules.entry, "stop", ("hot_alert", "energy_by_meter"), ())

    def begin(*_args: object, **_fields: object) -> BulkJob:
        return job

    monkeypatch.setattr(rules.services.bulk, "begin", begin)
    monkeypatch.setattr(rules.services.bulk, "get", lambda job_id: job if job_id == job.id else None)
    at = done(rules.open(), "stop", "hot_alert", "energy_by_meter")
    assert "Stopping 2 rules: 0 of 2" in said(at)
    assert json.loads(table_of(at)["pending"]) == {"hot_alert": "stopping…", "energy_by_meter": "stopping…"}
    job.settle("hot_alert", "done", state="stopped")
    assert "Stopping 2 rules: 1 of 2" in said(ran(at))
    assert json.loads(table_of(at)["pending"]) == {"energy_by_meter": "stopping…"}
    press(at, "bulk-cancel")
    assert job.cancelled
    job.settle("energy_by_meter", "cancelled", "Not sent.")
    job.end()
    assert "1 stopped · 1 cancelled" in said(ran(at))
    assert "| energy_by_meter | cancelled | Not sent. |" in said(at)
    assert table_of(at)["pending"] == "{}"


def test_a_server_that_may_not_be_called_is_a_sentence(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    with rules_desk(desk) as rules:
        desk.book.delete([rules.entry.connection.id])
        rules.entry = desk.add("Metadata", "http://169.254.169.254:9081")
        shows(rules, monkeypatch, RulesView(rows=(row("a"),), at=NOW, loading=False))
        at = done(rules.open(), "stop", "a")
        assert "169.254.169.254 is a link-local address" in said(at)
        assert json.loads(table_of(at)["pending"]) == {}


def test_two_servers_have_their_own_outcome(rules: RulesDesk) -> None:
    at = done(rules.open(), "stop", "hot_alert")
    until_shown(at, "1 stopped")
    with rules_desk(rules.desk, name="Line 2") as other:
        other.known()
        at.query_params["server"] = other.entry.connection.id
        ran(at)
        assert "Download the results" not in {each.proto.label for each in at.get("download_button")}


def test_the_results_are_a_csv_without_formulas() -> None:
    job = BulkJob(some_entry("http://127.0.0.1:1"), "stop", ("=cmd()", 'a"b', "größe"), ())
    job.settle("=cmd()", "failed", "-1+1", "@state")
    job.settle('a"b', "done")
    job.settle("größe", "skipped", "line\nbreak", "stopped")
    assert list(csv.reader(results_csv(job).splitlines(keepends=True))) == [
        ["rule", "outcome", "why", "state"],
        ["'=cmd()", "failed", "'-1+1", "'@state"],
        ['a"b', "done", "", ""],
        ["größe", "skipped", "line\nbreak", "stopped"],
    ]


def test_what_is_pending_has_a_word_until_the_end() -> None:
    job = BulkJob(some_entry("http://127.0.0.1:1"), "stop", ("a", "b"), ())
    job.settle("a", "done")
    assert pending([job]) == {"b": "stopping…"}
    job.end()
    assert pending([job]) == {}


def test_tags_that_are_being_set_do_not_hide_the_state() -> None:
    assert pending([BulkJob(some_entry("http://127.0.0.1:1"), "tags", ("a",), ("x",))]) == {}


def test_a_second_command_does_not_hide_the_first(rules: RulesDesk) -> None:
    rules.known()
    at = done(rules.open(), "stop", "no_such_rule")
    done(at, "stop", "hot_alert")
    begun = [rules.services.bulk.get(job_id) for job_id in at.session_state[f"bulk/{rules.entry.key}"]]
    assert [[result.rule for result in job.results] for job in begun if job] == [["no_such_rule"], ["hot_alert"]]
    until(lambda: all(job is not None and job.finished for job in begun))
    until_shown(at, "1 failed")
    assert "1 stopped" in said(at)


@pytest.mark.parametrize(
    ("query", "page"),
    [
        ({}, RulesPage()),
        ({"rule": "a"}, RulesPage("a")),
        ({"rule": "a", "tab": "trace"}, RulesPage("a", Tab.TRACE)),
        ({"rule": "a", "tab": "nonsense"}, RulesPage("a")),
        ({"new": "1"}, RulesPage(writes=True)),
        ({"new": "yes"}, RulesPage()),
    ],
)
def test_the_page_is_read_from_the_url(query: dict[str, str], page: RulesPage) -> None:
    assert RulesPage.from_query(query) == page
    assert RulesPage.from_query(page.to_query()) == page


def test_the_list_leads_back_to_what_is_not_saved(rules: RulesDesk) -> None:
    at = rules.open("hot_alert", "definition")
    rules.type(at, "SELECT * FROM climate", rule="hot_alert")
    press(at, WAY_BACK)
    press(at, "new-rule")
    rules.type(at, "SELECT 1")
    press(at, WAY_BACK)
    assert {at.button(key="draft-").label, at.button(key="draft-hot_alert").label} == {"a new rule", "hot\\_alert"}
    press(at, "draft-hot_alert")
    assert at.query_params["rule"] == "hot_alert"
    assert at.query_params["tab"] == "definition"
    assert rules.typed(at, rule="hot_alert") == "SELECT * FROM climate"
    rules.press(at, "discard", rule="hot_alert")
    press(at, WAY_BACK)
    press(at, "draft-")
    assert at.query_params["new"] == "1"
    rules.press(at, "discard")
    assert not [button for button in at.button if (button.key or "").startswith("draft-")]


def test_a_draft_is_unsaved_when_it_says_something_else() -> None:
    assert not RuleDraft("", '{"sql": "", "id": "", "actions": []}').unsaved
    assert not RuleDraft('{"a": 1, "b": 2}', '{"b": 2, "a": 1}').unsaved
    assert RuleDraft('{"a": 1}', '{"a": 2}').unsaved
    assert RuleDraft('{"a": 1}', '{"a": 1}', mode="json", raw='{"a": ').unsaved
