"""How one check changes what is shown, without any server."""

from __future__ import annotations

from ekmanager.health.confirm import Standing
from ekmanager.health.diagnosis import Place
from ekmanager.health.model import UNCHECKED, ProbeResult, RuleCounts, ServerInfo, Snapshot, Status, Throughput
from ekmanager.health.watched import events, restarted, sample, shown

PLACE = Place("http", "edge-7", 9081)
FLOW = Throughput(10, 5, 1.0, 0.5, 15.0, 1, 1)


def info(uptime: int, version: str = "2.4.0") -> ServerInfo:
    return ServerInfo(version, "linux", "amd64", uptime)


def good(at: float = 100.0, uptime: int = 500) -> ProbeResult:
    return ProbeResult(Status.ONLINE, at, 3.0, info=info(uptime), rules=RuleCounts(2, 1, 0))


def bad(at: float = 110.0) -> ProbeResult:
    return ProbeResult(Status.OFFLINE, at, None, "refused", "It refused.", "Start it.")


ONLINE = Snapshot(
    Status.ONLINE,
    since=100.0,
    info=info(500),
    info_at=100.0,
    rules=RuleCounts(2, 1, 0),
    throughput=FLOW,
    latency_ms=3.0,
)


def test_an_unconfirmed_failure_shows_its_reason_beside_what_is_known() -> None:
    new = shown(ONLINE, Standing(Status.ONLINE, True, 100.0), bad(), PLACE, FLOW)
    assert (new.status, new.checking, new.reason, new.hint) == (Status.ONLINE, True, "It refused.", "Start it.")
    assert (new.rules, new.throughput, new.latency_ms) == (ONLINE.rules, FLOW, None)


def test_a_confirmed_failure_shows_no_rules_but_the_last_info() -> None:
    new = shown(ONLINE, Standing(Status.OFFLINE, False, 110.0), bad(), PLACE, FLOW)
    assert (new.rules, new.failing, new.throughput) == (None, (), None)
    assert (new.info, new.info_at) == (info(500), 100.0)


def test_an_unconfirmed_success_keeps_the_reason() -> None:
    old = Snapshot(Status.OFFLINE, code="refused", reason="It refused.", hint="Start it.")
    new = shown(old, Standing(Status.OFFLINE, True, 1.0), good(), PLACE, None)
    assert (new.code, new.reason) == ("refused", "It refused.")


def test_a_confirmed_success_has_no_reason() -> None:
    old = Snapshot(Status.OFFLINE, code="refused", reason="It refused.", hint="Start it.")
    new = shown(old, Standing(Status.ONLINE, False, 1.0), good(), PLACE, None)
    assert (new.code, new.reason, new.hint) == ("", "", "")


def test_a_restart_is_seen_by_the_uptime() -> None:
    assert restarted(info(500), 100, info(3), 110, away=False)
    assert not restarted(info(500), 100, info(510), 110, away=False)


def test_a_restart_during_an_outage_is_seen_by_the_start() -> None:
    assert restarted(info(50), 100, info(60), 5000, away=True)
    assert not restarted(info(50), 100, info(4950), 5000, away=True)


def test_the_uptime_of_a_suspended_machine_is_no_restart() -> None:
    assert not restarted(info(50), 100, info(60), 5000, away=False)


def test_a_change_of_status_tells_how_long_the_old_one_lasted() -> None:
    new = shown(ONLINE, Standing(Status.OFFLINE, False, 160.0), bad(170.0), PLACE, None)
    (event,) = events(ONLINE, new, bad(170.0), first=False)
    assert event.kind == "status"
    assert event.text == "Offline: It refused. It had been online for 1 min."


def test_the_first_check_of_a_new_server_is_an_event_and_that_after_a_restart_of_the_app_is_not() -> None:
    new = shown(UNCHECKED, Standing(Status.ONLINE, False, 100.0), good(), PLACE, None)
    assert [event.kind for event in events(UNCHECKED, new, good(), first=True)] == ["status"]
    assert events(UNCHECKED, new, good(), first=False) == []


def test_a_new_server_of_which_it_was_known_only_later_that_it_is_new_is_an_event_of_its_first_check() -> None:
    online = shown(UNCHECKED, Standing(Status.ONLINE, False, 100.0), good(), PLACE, None)
    again = shown(online, Standing(Status.ONLINE, False, 100.0), good(130.0), PLACE, None)
    (event,) = events(online, again, good(130.0), first=True)
    assert (event.at, event.text) == (100.0, "Online at the first check.")
    assert events(online, again, good(130.0), first=False) == []


def test_a_server_that_is_down_when_the_app_starts_is_an_event() -> None:
    new = shown(UNCHECKED, Standing(Status.OFFLINE, False, 100.0), bad(), PLACE, None)
    assert [event.text for event in events(UNCHECKED, new, bad(), first=False)] == ["Offline: It refused."]


def test_the_history_keeps_what_a_check_found_and_not_what_is_still_shown() -> None:
    new = shown(ONLINE, Standing(Status.ONLINE, True, 100.0), bad(), PLACE, FLOW)
    kept = sample(new, bad(), None)
    assert (kept.status, kept.running, kept.records_in) == (Status.OFFLINE, None, None)
    kept = sample(new, good(), FLOW)
    assert (kept.running, kept.stopped, kept.uptime, kept.records_in, kept.in_per_second) == (2, 1, 500, 10, 1.0)
