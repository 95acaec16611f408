"""Which rules fail, by both versions' words."""

from __future__ import annotations

import json

import pytest

from ekmanager.ekuiper.errors import UnreadableAnswer
from ekmanager.health.model import RuleCounts
from ekmanager.health.rules import MOST_NAMED, RISING, RuleWatch
from tests.health.fakes import rule
from tests.recordings import recordings


def body(**rules: dict[str, object]) -> bytes:
    return json.dumps(rules).encode()


def test_words_of_2_4() -> None:
    counts, failing = RuleWatch().read(
        body(
            a=rule("running"),
            b=rule("starting"),
            c=rule("stopped"),
            d=rule("stopping"),
            e=rule("stopped: waiting for next schedule."),
            f=rule("stopped by error"),
        ),
        0,
    )
    assert counts == RuleCounts(running=2, stopped=3, failing=1)
    assert [(each.id, each.state) for each in failing] == [("f", "stopped by error")]
    assert failing[0].reason


def test_words_of_1_14() -> None:
    counts, failing = RuleWatch().read(
        body(
            a=rule("Running"),
            b=rule("Stopped: canceled manually."),
            c=rule("Stopped: waiting for next schedule."),
            d=rule("Stopped: dial tcp 127.0.0.1:9237: connect: connection refused."),
        ),
        0,
    )
    assert counts == RuleCounts(running=1, stopped=2, failing=1)
    assert (failing[0].id, failing[0].state) == ("d", "Stopped")
    assert "connection refused" in failing[0].reason


def test_exceptions_of_long_ago_are_no_trouble() -> None:
    counts, failing = RuleWatch().read(body(a=rule(exceptions=40, last="old")), 0)
    assert counts == RuleCounts(running=1)
    assert failing == ()


def test_exceptions_that_rise_are_trouble_for_five_minutes() -> None:
    watch = RuleWatch()
    watch.read(body(a=rule(exceptions=40), b=rule()), 0)
    counts, failing = watch.read(body(a=rule(exceptions=43, last="no broker"), b=rule()), 10)
    assert counts == RuleCounts(running=1, failing=1)
    assert failing[0].id == "a"
    assert failing[0].reason == "3 new exceptions: no broker"
    same = body(a=rule(exceptions=43, last="no broker"), b=rule())
    assert watch.read(same, 10 + RISING - 1)[0].failing == 1
    assert watch.read(same, 10 + RISING)[0] == RuleCounts(running=2)


def test_a_restarted_rule_that_fails_again_is_trouble() -> None:
    watch = RuleWatch()
    watch.read(body(a=rule(exceptions=40)), 0)
    assert watch.read(body(a=rule(exceptions=2, last="x")), 10)[1][0].reason == "2 new exceptions: x"


def test_a_restarted_rule_without_exceptions_is_well() -> None:
    watch = RuleWatch()
    watch.read(body(a=rule(exceptions=40)), 0)
    assert watch.read(body(a=rule()), 10)[0] == RuleCounts(running=1)


def test_a_rule_that_stopped_is_not_failing_any_more() -> None:
    watch = RuleWatch()
    watch.read(body(a=rule()), 0)
    assert watch.read(body(a=rule(exceptions=1)), 10)[0].failing == 1
    assert watch.read(body(a=rule("stopped")), 20)[0] == RuleCounts(stopped=1)


def test_a_disconnected_rule_fails_until_the_next_look_finds_it_connected() -> None:
    watch = RuleWatch()
    watch.read(body(a=rule(), b=rule()), 0)
    watch.disconnected({"a": "The source mq is disconnected: EOF"}, {"a", "b"})
    counts, failing = watch.judge(1)
    assert counts == RuleCounts(running=1, failing=1)
    assert "EOF" in failing[0].reason
    watch.disconnected({}, {"b"})
    assert watch.judge(2)[0].failing == 1
    watch.disconnected({}, {"a"})
    assert watch.judge(3)[0] == RuleCounts(running=2)


def test_a_rule_is_counted_once_whatever_it_suffers_from() -> None:
    watch = RuleWatch()
    watch.read(body(a=rule()), 0)
    watch.read(body(a=rule(exceptions=1)), 1)
    watch.disconnected({"a": "gone"}, {"a"})
    assert watch.judge(2)[0] == RuleCounts(failing=1)


def test_all_are_counted_and_some_are_named() -> None:
    many = {f"r{number}": rule("stopped by error") for number in range(MOST_NAMED + 50)}
    counts, failing = RuleWatch().read(body(**many), 0)
    assert counts.failing == MOST_NAMED + 50
    assert len(failing) == MOST_NAMED


def test_names_and_reasons_are_bounded() -> None:
    watch = RuleWatch()
    watch.read(b"{}", 0)
    _, failing = watch.read(body(**{"x" * 5000: rule(exceptions=1, last="y" * 100_000)}), 1)
    assert len(failing[0].id) <= 200
    assert len(failing[0].reason) <= 200


@pytest.mark.parametrize("answer", [b"", b"[]", b'{"a":3}', b'{"a":{"status":4}}', b"null"])
def test_an_answer_that_is_none_is_refused(answer: bytes) -> None:
    with pytest.raises(UnreadableAnswer):
        RuleWatch().read(answer, 0)


@pytest.mark.parametrize("version", ["1.14.7", "2.4.0"])
def test_recorded_answers_are_counted_completely(version: str) -> None:
    found = [each for each in recordings(version) if each.path == "/rules/status/all" and each.status == 200]
    assert found
    for each in found:
        counts, _ = RuleWatch().read(each.body, 0)
        assert counts.total == len(json.loads(each.text))
