"""Saving and deleting: nothing changes but what was asked for."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

from ekmanager.ekuiper.client import EKuiperClient
from ekmanager.ekuiper.errors import NotFound, RefusedSQL, RequestRefused, TimedOut, Unreachable
from ekmanager.ekuiper.models import JSON, State
from ekmanager.rules import states
from ekmanager.rules.definition import DefinitionInvalid, read_definition
from ekmanager.rules.saving import (
    AlreadyThere,
    ChangedMeanwhile,
    GoneMeanwhile,
    VersionTooLow,
    create,
    delete,
    state_after,
    update,
)
from tests.rules.server import VERSIONS, Running, running_server


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


@pytest.fixture
def older() -> Iterator[Running]:
    with running_server("1.14.7") as server:
        yield server


def rule(**fields: JSON) -> dict[str, JSON]:
    return {"id": "r1", "sql": "SELECT * FROM climate", "actions": [{"log": {}}], **fields}


def change(running: Running, rule_id: str, opened: str, document: Any, **options: bool) -> Any:
    return update(running.client, rule_id, opened=opened, document=document, version=running.version, **options)


def state(running: Running, rule_id: str = "r1") -> State:
    return running.client.rules.status(rule_id).state


def test_a_rule_is_created_started_with_its_text_as_it_was_written(running: Running) -> None:
    text = '{"id":"r1",  "sql": "SELECT * FROM climate", "actions": [{"log": {}}]}'
    saved = create(running.client, text, start=True)
    assert (saved.state, saved.reason, saved.created, saved.text) == (State.RUNNING, "", True, text)


def test_a_rule_is_created_without_being_started(running: Running) -> None:
    saved = create(running.client, rule(), start=False)
    assert saved.state is State.STOPPED
    assert read_definition(saved.text)["triggered"] is False


def test_the_choice_to_start_counts_more_than_the_text(running: Running) -> None:
    assert create(running.client, rule(triggered=False), start=True).state is State.RUNNING


def test_a_rule_that_dies_at_once_is_reported_with_its_reason(running: Running) -> None:
    sink: JSON = {"redis": {"addr": "10.20.0.12:6379", "key": "a"}}
    saved = create(running.client, rule(actions=[sink]), start=True)
    assert saved.state is State.FAILED
    assert "refused" in saved.reason


def test_a_hyphen_with_qos_is_created_and_reported_as_failed(running: Running) -> None:
    saved = create(running.client, rule(id="a-b", options={"qos": 1}), start=True)
    assert saved.state is State.FAILED
    assert "Use _ in place of -" in saved.reason or "syntax error" in saved.reason


def test_a_duplicate_id_is_a_sentence(running: Running) -> None:
    create(running.client, rule(), start=False)
    with pytest.raises(AlreadyThere, match="There is a rule r1 on the server already"):
        create(running.client, rule(), start=True)
    assert state(running) is State.STOPPED


def test_what_is_no_json_is_not_sent(running: Running) -> None:
    before = running.server.requests
    with pytest.raises(DefinitionInvalid):
        create(running.client, "{bad", start=True)
    assert running.server.requests == before


def test_refused_sql_changes_nothing(running: Running) -> None:
    opened = create(running.client, rule(), start=True).text
    with pytest.raises(RefusedSQL):
        change(running, "r1", opened, rule(sql="SELECT * FROM nosuch"))
    assert running.client.rules.get("r1").text == opened
    assert state(running) is State.RUNNING


def test_a_stopped_rule_stays_stopped(running: Running) -> None:
    create(running.client, rule(), start=True)
    running.client.rules.stop("r1")
    opened = running.client.rules.get("r1").text
    saved = change(running, "r1", opened, rule(sql="SELECT device FROM climate", triggered=False))
    assert saved.state is State.STOPPED
    assert state(running) is State.STOPPED
    assert read_definition(saved.text)["sql"] == "SELECT device FROM climate"


def test_a_rule_that_was_stopped_after_it_was_opened_stays_stopped(running: Running) -> None:
    opened = create(running.client, rule(), start=True).text
    running.client.rules.stop("r1")
    saved = change(running, "r1", opened, rule(sql="SELECT device FROM climate"))
    assert saved.state is State.STOPPED


def test_a_running_rule_runs_on(running: Running) -> None:
    create(running.client, rule(), start=False)
    running.client.rules.start("r1")
    opened = running.client.rules.get("r1").text
    saved = change(running, "r1", opened, rule(sql="SELECT device FROM climate", triggered=True))
    assert (saved.state, saved.created) == (State.RUNNING, False)


def test_the_state_follows_the_text_when_it_need_not_be_kept(running: Running) -> None:
    opened = create(running.client, rule(), start=False).text
    changed = rule(sql="SELECT device FROM climate", triggered=True)
    assert change(running, "r1", opened, changed, keep_state=False).state is State.RUNNING


def test_a_changed_triggered_counts_more_than_the_state(running: Running) -> None:
    opened = create(running.client, rule(), start=True).text
    assert change(running, "r1", opened, rule(triggered=False)).state is State.STOPPED


def test_a_rule_that_failed_runs_again_when_it_is_corrected(running: Running) -> None:
    sink: JSON = {"redis": {"addr": "10.20.0.12:6379", "key": "a"}}
    opened = create(running.client, rule(actions=[sink]), start=True).text
    assert state(running) is State.FAILED
    assert change(running, "r1", opened, rule()).state is State.RUNNING


def test_saving_without_a_change_does_not_restart(running: Running) -> None:
    opened = create(running.client, rule(), start=True).text
    began = running.client.rules.status("r1").last_start
    spaced = json.dumps(json.loads(opened), indent=4)
    assert change(running, "r1", opened, spaced).state is State.RUNNING
    assert running.client.rules.status("r1").last_start == began
    assert running.client.rules.get("r1").text == opened


def test_unknown_fields_are_sent(running: Running) -> None:
    opened = create(running.client, rule(owner="me", x=1), start=True).text
    saved = change(running, "r1", opened, opened.replace("SELECT *", "SELECT device"))
    assert read_definition(saved.text)["owner"] == "me"


def test_a_change_by_someone_else_is_not_overwritten(running: Running) -> None:
    opened = create(running.client, rule(), start=True).text
    running.client.rules.update("r1", rule(sql="SELECT humidity FROM climate"))
    with pytest.raises(ChangedMeanwhile) as caught:
        change(running, "r1", opened, rule(sql="SELECT device FROM climate"))
    assert "humidity" in caught.value.text
    saved = change(running, "r1", opened, rule(sql="SELECT device FROM climate"), force=True)
    assert "SELECT device" in saved.text


def test_a_start_or_stop_by_someone_else_is_no_change(running: Running) -> None:
    opened = create(running.client, rule(options={"qos": 0}, name="R"), start=True).text
    running.client.rules.stop("r1")
    running.client.rules.start("r1")
    assert running.client.rules.get("r1").text != opened
    assert change(running, "r1", opened, rule(sql="SELECT device FROM climate")).state is State.RUNNING


def test_what_1_14_forgot_is_no_change_by_someone_else(older: Running) -> None:
    opened = create(older.client, rule(owner="me", options={"qos": 0, "odd": 1}), start=True).text
    older.client.rules.stop("r1")
    assert "owner" not in older.client.rules.get("r1").text
    assert change(older, "r1", opened, rule(sql="SELECT device FROM climate")).state is State.STOPPED


def test_a_change_of_tags_by_someone_else_is_one(newer: Running) -> None:
    opened = create(newer.client, rule(tags=["a"]), start=True).text
    newer.client.rules.set_tags("r1", ["b"])
    with pytest.raises(ChangedMeanwhile):
        change(newer, "r1", opened, rule(tags=["a"], name="R"))


def test_a_deleted_rule_is_not_made_again(running: Running) -> None:
    opened = create(running.client, rule(), start=True).text
    running.client.rules.delete("r1")
    with pytest.raises(GoneMeanwhile):
        change(running, "r1", opened, rule(name="R"), force=True)
    with pytest.raises(NotFound):
        running.client.rules.get("r1")
    with pytest.raises(GoneMeanwhile):
        delete(running.client, "r1")


def test_a_version_that_does_not_grow_is_a_sentence(newer: Running) -> None:
    opened = create(newer.client, rule(version="2"), start=True).text
    with pytest.raises(VersionTooLow, match="not larger"):
        change(newer, "r1", opened, rule(version="2", name="R"))
    assert change(newer, "r1", opened, rule(version="3", name="R")).state is State.RUNNING


def test_a_secret_that_1_14_hides_is_kept(older: Running) -> None:
    sink: JSON = {"mqtt": {"server": "tcp://10.20.0.5:1883", "topic": "a", "password": "secret"}}
    create(older.client, rule(actions=[sink]), start=True)
    opened = older.client.rules.get("r1").text
    assert "******" in opened
    saved = change(older, "r1", opened, opened.replace('"topic":"a"', '"topic":"b"'))
    assert saved.state is State.RUNNING


def test_a_rule_is_deleted(running: Running) -> None:
    create(running.client, rule(), start=True)
    assert "r1" in delete(running.client, "r1")
    with pytest.raises(NotFound):
        running.client.rules.get("r1")


def test_a_temporary_rule_is_saved_and_deleted_like_others(newer: Running) -> None:
    assert create(newer.client, rule(temp=True), start=True).state is State.RUNNING
    assert change(newer, "r1", "", rule(temp=True, name="R")).state is State.RUNNING
    assert delete(newer.client, "r1")
    assert "r1" not in newer.client.rules.status_all()


def test_a_server_that_goes_away_after_the_save_does_not_undo_it(
    running: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    def gone(rule: str) -> None:
        raise Unreachable("http://x refused the connection.", code="refused")

    monkeypatch.setattr(running.client.rules, "status", gone)
    saved = create(running.client, rule(), start=True)
    assert saved.state is State.UNKNOWN
    assert saved.reason.startswith("It was saved")


@pytest.mark.parametrize("taken", [True, False])
def test_a_call_without_an_answer_is_looked_into(
    running: Running, monkeypatch: pytest.MonkeyPatch, taken: bool
) -> None:
    send = running.client.rules.create

    def silent(definition: str) -> str:
        if taken:
            send(definition)
        raise TimedOut("http://x did not answer within 5 s.")

    monkeypatch.setattr(running.client.rules, "create", silent)
    if taken:
        assert create(running.client, rule(), start=True).state is State.RUNNING
        return
    with pytest.raises(TimedOut) as caught:
        create(running.client, rule(), start=True)
    assert "Nobody knows" in caught.value.hint


def test_a_server_that_was_never_reached_leaves_no_doubt() -> None:
    with running_server() as server:
        pass
    with pytest.raises(Unreachable) as caught:
        create(server.client, rule(), start=True)
    assert "Nobody knows" not in caught.value.hint


def test_an_id_that_the_server_refuses_is_its_error(newer: Running) -> None:
    with pytest.raises(RequestRefused):
        create(newer.client, rule(id='a"b/ü'), start=True)


def test_the_state_is_looked_at_until_it_settles(running: Running) -> None:
    create(running.client, rule(), start=True)
    waits: list[float] = []
    moments = iter(range(100))
    found = state_after(running.client, "r1", running=False, pause=waits.append, clock=lambda: float(next(moments)))
    assert found == (State.RUNNING, "")
    assert len(waits) == 2


def test_a_megabyte_of_sql_is_saved(running: Running) -> None:
    sql = "SELECT " + ", ".join(f"device AS a{number}" for number in range(60_000)) + " FROM climate"
    assert len(sql) > 1_000_000
    assert create(running.client, rule(sql=sql), start=False).text.count("device") == 60_000


def test_a_client_is_all_that_is_needed() -> None:
    with running_server() as server, EKuiperClient(server.client.url) as other:
        create(server.client, rule(), start=True)
        assert delete(other, "r1")
