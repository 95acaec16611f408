"""Dialogs about rules: delete, tags, export, import, reset; in front of simulated servers of both versions."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from ekmanager.simulator.server import Behaviour
from tests.rules.server import VERSIONS
from tests.ui.pages import Desk, key_of
from tests.ui.rules_desk import RulesDesk, at_work, choose, done, press, ran, rules_desk, said, until_shown


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


def states(rules: RulesDesk) -> dict[str, str]:
    return {rule: state.state.value for rule, state in rules.here.client.rules.status_all().items()}


def press_in(at: AppTest, kind: str, name: str) -> AppTest:
    """Presses a button of the open dialog."""
    return press(at, key_of(at, kind, name))


def test_deleting_names_the_rules_and_what_depends_on_them(both: RulesDesk) -> None:
    at = done(both.open(), "delete", "hot_alert", "raw_export")
    shown = said(at)
    assert "`hot_alert` and `raw_export`" in shown
    assert "On Line 1. A rule that runs is stopped first. This cannot be undone from here." in shown
    assert "alert_throttle" in at.warning[0].value.replace("\\", "")
    assert {"hot_alert", "raw_export"} <= set(states(both))
    press_in(at, "delete_rules", "confirm")
    until_shown(at, "2 deleted")
    assert not {"hot_alert", "raw_export"} & set(states(both))
    assert len(states(both)) == 5


def test_a_delete_that_is_not_confirmed_changes_nothing(rules: RulesDesk) -> None:
    at = done(rules.open(), "delete", "hot_alert")
    press_in(at, "delete_rules", "keep")
    assert not at.get("dialog")
    assert "hot_alert" in states(rules)


def test_a_long_list_of_names_is_counted(rules: RulesDesk) -> None:
    at = done(rules.open(), "delete", *(f"r{number}" for number in range(40)))
    assert "`r11` and 28 more" in said(at)
    assert "Delete 40 rules" in {button.label for button in at.button}


def test_what_depends_on_a_rule_may_stay_unknown(rules: RulesDesk) -> None:
    at = rules.open()
    rules.here.server.behaviour = Behaviour.CLOSING
    done(at, "delete", "hot_alert")
    assert "What depends on it could not be found out" in said(at)


def test_deleting_from_the_workspace_leads_back_to_the_list(rules: RulesDesk) -> None:
    rules.watched("hot_alert")
    at = choose(rules.open("hot_alert"), "more", "delete_rules")
    press_in(at, "delete_rules", "confirm")
    assert "rule" not in at.query_params
    until_shown(at, "1 deleted")


def test_tags_are_set_and_what_goes_is_said(rules: RulesDesk) -> None:
    at = done(rules.open(), "tags", "hot_alert", "climate_average")
    key = key_of(at, "tag_rules", "tags")
    assert at.multiselect(key=key).value == ["temperature"]
    assert "Taken away where they are: `aggregate` and `alert`." in said(at)
    at.multiselect(key=key).set_value(["temperature", "energy"])
    press_in(ran(at), "tag_rules", "confirm")
    until_shown(at, "2 tagged")
    assert set(json.loads(rules.here.client.rules.get("hot_alert").text)["tags"]) == {"temperature", "energy"}


def test_an_older_server_says_that_it_has_no_tags(desk: Desk) -> None:
    with rules_desk(desk, "1.14.7") as rules, at_work(desk.services):
        rules.known()
        at = done(rules.open(), "tags", "hot_alert")
        press_in(at, "tag_rules", "confirm")
        until_shown(at, "1 failed")
        assert "| hot_alert | failed |" in said(at)


def test_rules_are_exported_with_what_they_need(both: RulesDesk) -> None:
    at = done(both.open(), "export", "hot_alert")
    assert "**1 rule**" in said(at)
    if both.here.version == "2.4.0" or not at.error:
        assert "secrets" in said(at)
        assert "Download" in {each.proto.label for each in at.get("download_button")}


def test_everything_is_exported(both: RulesDesk) -> None:
    at = press(both.open(), "export")
    assert "**All rules, streams and tables**" in said(at)
    document = json.loads(at.session_state[key_of(at, "export_rules", "text")][0])
    assert set(document["rules"]) == set(states(both))
    assert "climate" in document["streams"]


def test_an_export_from_a_server_that_is_gone_is_a_sentence(rules: RulesDesk) -> None:
    at = rules.open()
    rules.here.server.behaviour = Behaviour.CLOSING
    assert press(at, "export").error


def pasted(rules: RulesDesk, text: str) -> AppTest:
    at = press(rules.open(), "import")
    at.text_area(key=key_of(at, "import_rules", "text")).set_value(text)
    return ran(at)


def ruleset(**rules: dict[str, Any]) -> str:
    texts = {name: json.dumps({"id": name, **rule}) for name, rule in rules.items()}
    stream = 'CREATE STREAM more () WITH (TYPE="memory", DATASOURCE="t", FORMAT="json")'
    return json.dumps({"streams": {"more": stream}, "tables": {}, "rules": texts})


def test_a_ruleset_is_imported(both: RulesDesk) -> None:
    at = pasted(both, ruleset(mine={"sql": "SELECT * FROM more", "actions": [{"log": {}}]}))
    assert "**1** streams · **0** tables · **1** rules" in said(at)
    press_in(at, "import_rules", "import")
    assert at.toast[0].value == "Imported 2 parts."
    assert states(both)["mine"] == "running"
    assert not at.get("dialog")


def test_a_rule_that_runs_is_replaced_where_the_server_does_so_and_runs_again(both: RulesDesk) -> None:
    text = ruleset(hot_alert={"sql": "SELECT humidity FROM climate", "actions": [{"nop": {}}]})
    at = press_in(pasted(both, text), "import_rules", "import")
    newer = both.here.version == "2.4.0"
    assert ("humidity" in both.here.client.rules.get("hot_alert").text) is newer
    assert ("1 exist already and were kept" in at.toast[0].value) is not newer
    assert states(both)["hot_alert"] == "running"


def test_what_did_not_come_in_is_listed(both: RulesDesk) -> None:
    text = ruleset(good={"sql": "SELECT * FROM more", "actions": [{"log": {}}]}, bad={"sql": "SELECT", "actions": []})
    at = press_in(pasted(both, text), "import_rules", "import")
    assert "| rule bad |" in said(at)
    assert at.get("dialog")
    assert at.text_area(key=key_of(at, "import_rules", "text")).value == text


@pytest.mark.parametrize(
    "text",
    ["nonsense", "[]", "7", "null", '{"rules": 7}', '{"rules": true}', "[" * 100_000],
    ids=lambda text: text[:12],
)
def test_what_is_no_ruleset_is_a_sentence(rules: RulesDesk, text: str) -> None:
    assert "This is not a ruleset" in pasted(rules, text).error[0].value


@pytest.mark.parametrize(
    "text",
    ["{}", '{"rules": {}}', '{"rules": ["a"]}', '{"rules": "ab"}', '{"rules": {"a": 7}}', '{"streams": {"a": null}}'],
)
def test_an_odd_ruleset_is_never_an_exception(rules: RulesDesk, text: str) -> None:
    at = pasted(rules, text)
    before = states(rules)
    button = next((button for button in at.button if button.label == "Import" and not button.disabled), None)
    if button is not None and button.key != "import":
        press(at, str(button.key))
        assert at.error or at.warning or at.toast
    assert states(rules) == before


def test_an_import_into_a_server_that_went_away_keeps_the_text(rules: RulesDesk) -> None:
    text = ruleset(mine={"sql": "SELECT * FROM more", "actions": [{"log": {}}]})
    at = pasted(rules, text)
    rules.here.server.behaviour = Behaviour.CLOSING
    press_in(at, "import_rules", "import")
    assert at.error
    assert at.text_area(key=key_of(at, "import_rules", "text")).value == text


def test_a_file_is_imported_too(rules: RulesDesk) -> None:
    at = press(rules.open(), "import")
    text = ruleset(mine={"sql": "SELECT * FROM more", "actions": [{"log": {}}]})
    at.file_uploader(key=key_of(at, "import_rules", "file")).upload("rules.json", text.encode(), "application/json")
    press_in(ran(at), "import_rules", "import")
    assert states(rules)["mine"] == "running"


def test_a_state_is_reset_or_the_refusal_is_told(both: RulesDesk) -> None:
    both.watched("hot_alert")
    at = choose(both.open("hot_alert"), "more", "reset_rule")
    assert at.selectbox(key=key_of(at, "reset_rule", "stream")).options == ["climate"]
    at.text_area(key=key_of(at, "reset_rule", "input")).set_value("[1]")
    press_in(at, "reset_rule", "confirm")
    assert "The position must be a JSON object." in at.error[-1].value
    at.text_area(key=key_of(at, "reset_rule", "input")).set_value("{}")
    press_in(at, "reset_rule", "confirm")
    assert at.error or "was reset" in at.toast[0].value


def test_a_dialog_about_a_connection_that_is_gone_closes(rules: RulesDesk) -> None:
    at = done(rules.open(), "delete", "hot_alert")
    rules.desk.book.delete([rules.entry.connection.id])
    ran(at)
    assert not at.get("dialog")
    assert "hot_alert" in states(rules)
