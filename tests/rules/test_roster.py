"""What is known of a server's rules, put together from its answers."""

from __future__ import annotations

import pytest

from ekmanager.ekuiper.models.rules import RuleState, RuleSummary, State, read_state
from ekmanager.ekuiper.parse import parse_status_all
from ekmanager.health.rules import RISING
from ekmanager.rules.roster import SILENT, Roster
from ekmanager.rules.rows import RuleRow
from tests.recordings import VERSIONS, recordings
from tests.rules.worlds import operator, sample


def state(words: str = "running", exceptions: int = 0, last: str = "") -> RuleState:
    found, reason = read_state(words)
    return RuleState(found, words, reason, last, exceptions)


def only(roster: Roster, at: float) -> RuleRow:
    (row,) = roster.rows(at)
    return row


@pytest.fixture
def roster() -> Roster:
    made = Roster()
    made.take_states({"r": state()}, 0.0)
    return made


def test_rows_are_the_same_object_until_something_changes(roster: Roster) -> None:
    first = roster.rows(0.0)
    assert roster.rows(1.0) is first
    roster.take_states({"r": state()}, 2.0)
    assert roster.rows(2.0) is first
    roster.take_states({"r": state("stopped")}, 3.0)
    assert roster.rows(3.0) is not first


def test_only_rows_that_changed_are_made_anew() -> None:
    roster = Roster()
    roster.take_states({"b": state(), "a": state()}, 0.0)
    a, b = roster.rows(0.0)
    roster.take_states({"b": state("stopped"), "a": state()}, 1.0)
    assert roster.rows(1.0)[0] is a
    assert roster.rows(1.0)[1] != b
    assert [row.id for row in roster.rows(1.0)] == ["a", "b"]


def test_rules_that_came_or_went_are_told(roster: Roster) -> None:
    assert not roster.take_states({"r": state("stopped")}, 1.0)
    assert roster.take_states({"r": state(), "s": state()}, 2.0)
    assert roster.take_states({"s": state()}, 3.0)
    assert roster.take_states({"t": state()}, 4.0)
    assert [row.id for row in roster.rows(4.0)] == ["t"]


def test_the_list_gives_names_tags_and_versions(roster: Roster) -> None:
    assert only(roster, 0.0).name == "r"
    roster.take_list([RuleSummary(id="r", name="Rule", tags=("x",), version="3", trace=True), RuleSummary(id="gone")])
    row = only(roster, 0.0)
    assert (row.name, row.tags, row.version, row.trace) == ("Rule", ("x",), "3", True)


def test_streams_are_those_of_the_definition_and_before_it_is_read_the_sources(roster: Roster) -> None:
    roster.take_samples({"r": sample(0.0, operator("source_con/a_0", 1))})
    assert only(roster, 0.0).streams == ("con/a",)
    roster.take_streams({"r": ("a", "b")})
    assert only(roster, 0.0).streams == ("a", "b")


def test_a_rule_stopped_by_an_error_says_why(roster: Roster) -> None:
    roster.take_states({"r": state("Stopped: stream x is not found.")}, 1.0)
    row = only(roster, 1.0)
    assert (row.state, row.reason) == (State.FAILED, "stream x is not found")
    assert row.concern is not None
    assert (row.concern.kind, row.concern.text) == ("failed", "stream x is not found")


def test_where_the_server_gives_no_reason_the_last_exception_is_it(roster: Roster) -> None:
    roster.take_states({"r": state("stopped by error")}, 1.0)
    assert "no reason" in only(roster, 1.0).reason
    died = operator("sink_redis_0_0", exceptions_total=1, last_exception="dial refused", last_exception_time=5)
    roster.take_samples({"r": sample(1.0, died, state=State.FAILED)})
    assert only(roster, 1.0).reason == "dial refused"


def test_new_exceptions_are_a_concern_for_five_minutes(roster: Roster) -> None:
    assert only(roster, 0.0).concern is None
    roster.take_states({"r": state(exceptions=4, last="bad cast")}, 10.0)
    concern = only(roster, 10.0).concern
    assert concern is not None
    assert (concern.kind, concern.text) == ("exceptions", "4 new exceptions: bad cast")
    assert only(roster, 10.0 + RISING - 1).concern is not None
    assert only(roster, 10.0 + RISING).concern is None


def test_exceptions_from_before_the_first_look_are_not_new() -> None:
    roster = Roster()
    roster.take_states({"r": state(exceptions=40, last="old")}, 0.0)
    row = only(roster, 0.0)
    assert (row.exceptions, row.last_exception, row.concern) == (40, "old", None)


def test_a_rule_whose_records_stopped_coming_is_silent(roster: Roster) -> None:
    roster.take_samples({"r": sample(0.0, operator("source_a_0", 10))})
    roster.take_samples({"r": sample(2.0, operator("source_a_0", 20))})
    roster.take_samples({"r": sample(SILENT, operator("source_a_0", 20))})
    assert only(roster, SILENT).concern is None
    roster.take_samples({"r": sample(2.0 + SILENT, operator("source_a_0", 20))})
    concern = only(roster, 2.0 + SILENT).concern
    assert concern is not None
    assert concern.kind == "silent"
    roster.take_samples({"r": sample(4.0 + SILENT, operator("source_a_0", 21))})
    assert only(roster, 4.0 + SILENT).concern is None


def test_a_rule_that_never_got_a_record_is_not_silent(roster: Roster) -> None:
    for at in (0.0, 50.0, 100.0, 200.0):
        roster.take_samples({"r": sample(at, operator("source_a_0", 0))})
    assert only(roster, 200.0).concern is None


def test_a_rule_that_used_to_get_records_is_silent_after_a_restart_too(roster: Roster) -> None:
    roster.take_samples({"r": sample(0.0, operator("source_a_0", 10))})
    for at in (10.0, 40.0, 69.0):
        roster.take_samples({"r": sample(at, operator("source_a_0", 0))})
    assert only(roster, 69.0).concern is None
    roster.take_samples({"r": sample(71.0, operator("source_a_0", 0))})
    concern = only(roster, 71.0).concern
    assert concern is not None
    assert concern.kind == "silent"


def test_a_source_that_gives_a_record_now_and_then_is_not_silent_between_them(roster: Roster) -> None:
    """A record every 2 minutes, by the server's own times."""
    seldom = operator("source_a_0", 10, last_invocation=1_200_000 + 1_000)
    for at in (0.0, 70.0, 300.0):
        roster.take_samples({"r": sample(at, seldom)})
    assert only(roster, 300.0).concern is None
    roster.take_samples({"r": sample(361.0, seldom)})
    assert only(roster, 361.0).concern is not None


def test_a_lost_connection_is_a_concern_before_the_exceptions_that_it_makes(roster: Roster) -> None:
    roster.take_states({"r": state(exceptions=3, last="refused")}, 1.0)
    lost = operator("sink_mqtt_0_0", connection_status=-1, connection_last_disconnected_message="refused")
    roster.take_samples({"r": sample(1.0, lost)})
    concern = only(roster, 1.0).concern
    assert concern is not None
    assert (concern.kind, concern.text) == ("disconnected", "The sink mqtt_0 is disconnected: refused")


def test_a_rule_that_stops_keeps_its_counters_and_loses_its_rates(roster: Roster) -> None:
    roster.take_samples({"r": sample(0.0, operator("source_a_0", 10))})
    roster.take_samples({"r": sample(2.0, operator("source_a_0", 20))})
    before = only(roster, 2.0).figures
    roster.take_states({"r": state("stopped")}, 3.0)
    after = only(roster, 3.0).figures
    assert before is not None
    assert after is not None
    assert (before.in_per_second, after.in_per_second, after.records_in) == (5.0, None, 20)
    assert roster.unread == ("r",), "its last figures are read once more"


def test_cpu_times_come_and_go(roster: Roster) -> None:
    roster.take_cpu({"r": 60, "other": 20})
    assert only(roster, 0.0).cpu_share == 75.0
    roster.take_cpu({"r": 0})
    assert only(roster, 0.0).cpu_share is None
    roster.take_cpu(None)
    assert only(roster, 0.0).cpu_share is None


@pytest.mark.parametrize("version", VERSIONS)
def test_recorded_states_become_rows(version: str) -> None:
    found = [each for each in recordings(version) if each.path == "/rules/status/all" and each.status == 200]
    assert found
    for each in found:
        states = parse_status_all(each.body)
        roster = Roster()
        roster.take_states(states, 0.0)
        rows = roster.rows(0.0)
        assert [row.id for row in rows] == sorted(states)
        assert all((row.concern is not None) == (row.state is State.FAILED) for row in rows)
        assert all(row.reason for row in rows if row.state is State.FAILED)
