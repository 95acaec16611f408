"""Changing a rule that is there: differences, saving, and what happens meanwhile, on servers of both versions."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

from ekmanager.connections.model import Where
from ekmanager.rules.definition import read_definition
from ekmanager.rules.revisions import RevisionsError
from ekmanager.simulator.server import Behaviour
from ekmanager.ui.blocks.rule_saving import FOUND
from tests.rules.server import VERSIONS
from tests.ui.pages import Desk, online
from tests.ui.rules_desk import RulesDesk, data_of, ran, rules_desk, said

SQL = "SELECT device FROM climate WHERE temperature > 10"


@pytest.fixture
def rules(desk: Desk) -> Iterator[RulesDesk]:
    with rules_desk(desk) as made:
        yield made


@pytest.fixture(params=VERSIONS)
def both(desk: Desk, request: pytest.FixtureRequest) -> Iterator[RulesDesk]:
    with rules_desk(desk, request.param) as made:
        yield made


def stored(rules: RulesDesk, rule: str) -> dict[str, Any]:
    return read_definition(rules.here.client.rules.get(rule).text)


def reviewed(rules: RulesDesk, rule: str = "hot_alert", sql: str = SQL) -> Any:
    """A rule whose SQL was changed, with its differences in sight."""
    at = rules.open(rule, "definition")
    rules.type(at, sql, rule=rule)
    return rules.press(at, "review", rule=rule)


def test_the_differences_are_shown_before_anything_is_saved(both: RulesDesk) -> None:
    at = reviewed(both)
    shown = "\n".join(block.value for block in at.code)
    assert "-     SELECT device, temperature FROM climate WHERE temperature > 30" in shown
    assert f"+     {SQL}" in shown
    assert stored(both, "hot_alert")["sql"] != SQL
    both.press(at, "save", rule="hot_alert")
    assert stored(both, "hot_alert")["sql"] == SQL
    assert both.state("hot_alert") == "running"
    assert at.toast[0].value.replace("\\", "") == "Saved hot_alert: running."


def test_a_stopped_rule_stays_stopped_when_it_is_saved(both: RulesDesk) -> None:
    at = reviewed(both, "raw_export", "SELECT device FROM telemetry")
    both.press(at, "save", rule="raw_export")
    assert stored(both, "raw_export")["sql"] == "SELECT device FROM telemetry"
    assert both.state("raw_export") == "stopped"


def test_a_save_keeps_what_was_before_and_what_is_now(rules: RulesDesk) -> None:
    before = rules.here.client.rules.get("hot_alert").text
    rules.press(reviewed(rules), "save", rule="hot_alert")
    found = rules.services.revisions(rules.entry).list(rules.entry.key, "hot_alert")
    assert [revision.what for revision in found] == ["edited", FOUND]
    assert [revision.who for revision in found][1] == ""
    assert found[1].text == before
    assert read_definition(found[0].text)["sql"] == SQL


def test_nothing_can_be_reviewed_or_discarded_before_a_change(rules: RulesDesk) -> None:
    at = rules.open("hot_alert", "definition")
    for name in ("review", "discard"):
        assert at.button(key=rules.draft(at, "hot_alert").key(name)).disabled


def test_typing_on_ends_the_review(rules: RulesDesk) -> None:
    at = reviewed(rules)
    rules.type(at, "SELECT humidity FROM climate", rule="hot_alert")
    assert not [button for button in at.button if button.label == "Save"]


def test_back_to_editing_keeps_the_change(rules: RulesDesk) -> None:
    at = rules.press(reviewed(rules), "back", rule="hot_alert")
    assert rules.typed(at, rule="hot_alert") == SQL
    assert not [button for button in at.button if button.label == "Save"]


def test_discarding_brings_back_what_the_server_has(rules: RulesDesk) -> None:
    at = rules.open("hot_alert", "definition")
    rules.type(at, "SELECT nonsense", rule="hot_alert")
    rules.press(at, "discard", rule="hot_alert")
    assert rules.typed(at, rule="hot_alert") == stored(rules, "hot_alert")["sql"]


def test_a_change_is_still_there_after_another_part_and_another_page(rules: RulesDesk) -> None:
    at = rules.open("hot_alert", "definition")
    rules.type(at, "SELECT half", rule="hot_alert")
    at.segmented_control(key="tab").set_value("revisions")
    ran(at)
    assert data_of(at, "guard-workspace")["unsaved"]
    at.switch_page("../../pages/server.py")
    ran(at)
    at.switch_page("../../pages/rules.py")
    at.query_params["rule"], at.query_params["tab"] = "hot_alert", "definition"
    ran(at)
    assert rules.typed(at, rule="hot_alert") == "SELECT half"


def test_sql_that_the_server_refuses_is_not_reviewed(both: RulesDesk) -> None:
    at = reviewed(both, sql="SELECT device,, FROM climate")
    assert at.error
    assert not [button for button in at.button if button.label == "Save"]
    assert both.typed(at, rule="hot_alert") == "SELECT device,, FROM climate"


def changed_elsewhere(rules: RulesDesk, sql: str) -> None:
    client = rules.here.client
    client.rules.update("hot_alert", json.dumps({**stored(rules, "hot_alert"), "sql": sql}))


def test_a_change_by_somebody_else_is_shown_and_not_overwritten(both: RulesDesk) -> None:
    at = reviewed(both)
    changed_elsewhere(both, "SELECT humidity FROM climate")
    both.press(at, "save", rule="hot_alert")
    assert stored(both, "hot_alert")["sql"] == "SELECT humidity FROM climate"
    assert "Somebody else changed this rule" in at.warning[0].value
    assert "-     SELECT humidity FROM climate" in said(at)
    assert len([block for block in at.code if block.language == "diff"]) == 1
    both.press(at, "save", rule="hot_alert")
    assert stored(both, "hot_alert")["sql"] == SQL
    kept = both.services.revisions(both.entry).list(both.entry.key, "hot_alert")
    assert read_definition(kept[1].text)["sql"] == "SELECT humidity FROM climate"


def test_a_second_change_by_somebody_else_is_shown_too(rules: RulesDesk) -> None:
    at = reviewed(rules)
    changed_elsewhere(rules, "SELECT humidity FROM climate")
    rules.press(at, "save", rule="hot_alert")
    changed_elsewhere(rules, "SELECT temperature FROM climate")
    rules.press(at, "save", rule="hot_alert")
    assert stored(rules, "hot_alert")["sql"] == "SELECT temperature FROM climate"
    assert "-     SELECT temperature FROM climate" in said(at)


def test_tags_set_by_somebody_else_are_kept_and_are_no_conflict(
    rules: RulesDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    at = reviewed(rules)
    # In a browser the editor runs alone, and does not look at the server when a button of its own is pressed.
    monkeypatch.setattr("ekmanager.ui.blocks.rule_workspace.renew", lambda *_: None)
    client = rules.here.client
    client.rules.update("hot_alert", json.dumps({**stored(rules, "hot_alert"), "tags": ["night"]}))
    rules.press(at, "save", rule="hot_alert")
    assert "meanwhile" in at.toast[0].value
    assert "Somebody else" not in said(at)
    rules.press(at, "save", rule="hot_alert")
    assert (stored(rules, "hot_alert")["sql"], stored(rules, "hot_alert")["tags"]) == (SQL, ["night"])


def test_a_start_or_stop_by_somebody_else_is_no_conflict(both: RulesDesk) -> None:
    at = reviewed(both)
    both.here.client.rules.stop("hot_alert")
    both.press(at, "save", rule="hot_alert")
    assert not at.warning
    assert stored(both, "hot_alert")["sql"] == SQL
    assert both.state("hot_alert") == "stopped"


def test_a_rule_that_was_deleted_meanwhile_can_be_created_again_from_what_was_typed(both: RulesDesk) -> None:
    at = reviewed(both)
    both.here.client.rules.delete("hot_alert")
    both.press(at, "save", rule="hot_alert")
    assert "The rule hot_alert is not on the server any more." in said(at)
    assert both.typed(at, rule="hot_alert") == SQL
    both.press(at, "again", rule="hot_alert")
    assert stored(both, "hot_alert")["sql"] == SQL
    assert both.state("hot_alert") == "running"


def test_a_rule_that_is_deleted_while_a_conflict_is_shown_is_said_to_be_gone(rules: RulesDesk) -> None:
    at = reviewed(rules)
    changed_elsewhere(rules, "SELECT humidity FROM climate")
    rules.press(at, "save", rule="hot_alert")
    rules.here.client.rules.delete("hot_alert")
    rules.press(at, "save", rule="hot_alert")
    assert "The rule hot_alert is not on the server any more." in said(at)
    assert rules.typed(at, rule="hot_alert") == SQL


def test_a_server_that_went_away_while_saving_leaves_all_that_was_typed(both: RulesDesk) -> None:
    at = reviewed(both)
    both.here.server.behaviour = Behaviour.CLOSING
    both.press(at, "save", rule="hot_alert")
    assert at.error[0].value
    assert "What you wrote is still here." in said(at)
    both.here.server.behaviour = Behaviour.HEALTHY
    both.press(at, "save", rule="hot_alert")
    assert stored(both, "hot_alert")["sql"] == SQL


def test_a_server_that_cannot_be_asked_leaves_the_typing_alone(rules: RulesDesk) -> None:
    at = rules.open("hot_alert", "definition")
    rules.type(at, SQL, rule="hot_alert")
    rules.here.server.behaviour = Behaviour.FAILING
    rules.press(at, "review", rule="hot_alert")
    assert at.error
    assert rules.typed(at, rule="hot_alert") == SQL


def test_a_definition_that_cannot_be_read_is_a_sentence(both: RulesDesk) -> None:
    at = both.open("no_such_rule", "definition")
    assert len(at.error) == 1
    assert "no_such_rule" in said(at)


def test_a_server_that_is_gone_from_the_start_is_a_sentence_and_a_new_rule_can_be_written(rules: RulesDesk) -> None:
    rules.here.server.behaviour = Behaviour.CLOSING
    assert rules.open("hot_alert", "definition").error
    at = rules.write()
    rules.type(at, SQL)
    assert rules.typed(at) == SQL


def test_a_connection_that_is_deleted_meanwhile_ends_without_an_exception(rules: RulesDesk) -> None:
    at = rules.open("hot_alert", "definition")
    rules.type(at, SQL, rule="hot_alert")
    rules.desk.book.delete([rules.entry.connection.id])
    ran(at)
    assert not [button for button in at.button if button.label == "Review and save"]


def test_a_revision_that_cannot_be_kept_is_said_and_stops_nothing(
    rules: RulesDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    at = reviewed(rules)

    def refuse(*_args: object, **_fields: object) -> None:
        raise RevisionsError("The disk is full.", hint="Make room.")

    monkeypatch.setattr(rules.services.revisions(rules.entry), "add", refuse)
    rules.press(at, "save", rule="hot_alert")
    assert stored(rules, "hot_alert")["sql"] == SQL
    assert any("The revision was not kept" in toast.value for toast in at.toast)


def test_two_servers_have_drafts_of_their_own(rules: RulesDesk) -> None:
    at = rules.open("hot_alert", "definition")
    rules.type(at, SQL, rule="hot_alert")
    with rules_desk(rules.desk, "1.14.7", "Line 2") as other:
        at.query_params["server"] = other.entry.connection.id
        ran(at)
        assert other.typed(at, rule="hot_alert") == stored(other, "hot_alert")["sql"]
    assert rules.typed(at, rule="hot_alert") == SQL


def test_revisions_of_a_shared_connection_are_kept_with_it(shared_desk: Desk) -> None:
    with rules_desk(shared_desk) as rules:
        shared_desk.book.delete([rules.entry.connection.id])
        rules.entry = shared_desk.add("Shared", rules.here.client.url, Where.SERVER)
        shared_desk.is_(rules.entry, online())
        rules.press(reviewed(rules), "save", rule="hot_alert")
        at = rules.open("hot_alert", "revisions")
        assert "They are kept with the shared connections." in said(at)
        assert len(at.selectbox(key="revision").options) == 2
