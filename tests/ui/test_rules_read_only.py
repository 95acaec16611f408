"""The rules page of an app that only reads: nothing on it changes a server, not even what a browser makes up."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from ekmanager.settings import Settings
from ekmanager.ui.blocks.dialogs import Dialog
from ekmanager.ui.rules_state import Tab
from tests.ui.pages import Desk, key_of
from tests.ui.rules_desk import RulesDesk, at_work, choose, done, press, ran, rules_desk, said

RULE = "hot_alert"
OLDER = '{"id": "hot_alert", "sql": "SELECT humidity FROM climate", "actions": [{"nop": {}}]}'


@pytest.fixture
def rules(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> Iterator[RulesDesk]:
    monkeypatch.setattr(desk.services, "settings", Settings(read_only=True))
    with rules_desk(desk) as made, at_work(desk.services):
        made.known()
        made.watched(RULE)
        before = world(made)
        yield made
        assert world(made) == before


def world(rules: RulesDesk) -> Any:
    """All that could be changed."""
    client = rules.here.client
    started = {rule: client.rules.status(rule).last_start for rule in client.rules.status_all()}
    return client.ruleset.export().text, started, client.rules.status_all(), len(rules.here.engine.tests)


@pytest.mark.parametrize("kind", ["start", "stop", "restart"])
def test_a_command_that_a_browser_makes_up_is_refused(rules: RulesDesk, kind: str) -> None:
    at = done(rules.open(), kind, RULE, "raw_export")
    assert "This app only reads" in at.toast[0].value


@pytest.mark.parametrize("kind", ["delete_rules", "tag_rules", "import_rules", "reset_rule"])
def test_a_dialog_that_changes_something_does_not_open(rules: RulesDesk, kind: Any) -> None:
    at = rules.open()
    at.session_state["dialog"] = Dialog(kind, (RULE,), about=rules.entry.connection.id)
    ran(at)
    assert not at.get("dialog")
    assert "This app only reads" in said(at)


def test_rules_can_be_exported(rules: RulesDesk) -> None:
    at = choose(rules.open(RULE), "more", "export_rules")
    assert isinstance(at.session_state[key_of(at, "export_rules", "text")], tuple)


def test_every_button_of_the_workspace_changes_nothing(rules: RulesDesk) -> None:
    for tab in Tab:
        at = rules.open(RULE, tab.value)
        enabled = [str(button.key) for button in at.button if not button.disabled]
        assert not {"start", "stop", "restart", "trace-start", f"test-{RULE}-start"} & set(enabled)
        for key in enabled:
            again = rules.open(RULE, tab.value)
            # Keys of a draft are others in another tab
            if key in {button.key for button in again.button}:
                press(again, key)


def test_a_definition_is_edited_but_not_saved(rules: RulesDesk) -> None:
    at = rules.open(RULE, "definition")
    rules.type(at, "SELECT device FROM climate", rule=RULE)
    assert "This app only reads" in said(at)
    assert at.button(key=rules.draft(at, RULE).key("review")).disabled


def test_a_restored_revision_is_compared_but_not_saved(rules: RulesDesk) -> None:
    revisions = rules.services.revisions(rules.entry)
    revisions.add(rules.entry.key, RULE, who="browser 1", what="edited", text=OLDER)
    at = press(rules.open(RULE, "revisions"), "restore")
    assert "+     SELECT humidity FROM climate" in said(at)
    assert not [button for button in at.button if button.label == "Save"]


def test_a_new_rule_is_not_created(rules: RulesDesk) -> None:
    at = rules.write()
    press(at, rules.draft(at).key("template-threshold_alarm"))
    for name in ("create", "create-stopped"):
        assert at.button(key=rules.draft(at).key(name)).disabled
