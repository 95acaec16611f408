"""How many checks make a status."""

from __future__ import annotations

import pytest

from ekmanager.health.confirm import PATIENCE, UNCONFIRMED, Standing, advance
from ekmanager.health.model import Status

ON, OFF, NO, ERR, UN = Status.ONLINE, Status.OFFLINE, Status.UNAUTHORIZED, Status.ERROR, Status.UNKNOWN


def follow(found: list[Status], failures: int = 2, successes: int = 1) -> list[tuple[Status, bool]]:
    """(status, checking) after each check, one every 10 s."""
    standing, shown = UNCONFIRMED, []
    for number, each in enumerate(found):
        standing = advance(standing, each, number * 10.0, failures=failures, successes=successes)
        shown.append((standing.status, standing.checking))
    return shown


CASES: list[tuple[str, list[Status], int, int, list[tuple[Status, bool]]]] = [
    ("the first success counts at once", [ON], 2, 1, [(ON, False)]),
    ("the first failure is not believed yet", [OFF, OFF], 2, 1, [(UN, True), (OFF, False)]),
    ("one failure is not an outage", [ON, OFF, ON], 2, 1, [(ON, False), (ON, True), (ON, False)]),
    ("two failures are", [ON, OFF, OFF], 2, 1, [(ON, False), (ON, True), (OFF, False)]),
    ("failures must be in a row", [ON, OFF, ON, OFF], 2, 1, [(ON, False), (ON, True), (ON, False), (ON, True)]),
    ("any failures count together", [ON, OFF, ERR], 2, 1, [(ON, False), (ON, True), (ERR, False)]),
    ("unauthorized is confirmed too", [ON, NO, NO], 2, 1, [(ON, False), (ON, True), (NO, False)]),
    ("one is enough where one is asked for", [ON, OFF], 1, 1, [(ON, False), (OFF, False)]),
    ("three where three are", [ON, OFF, OFF, OFF], 3, 1, [(ON, False), (ON, True), (ON, True), (OFF, False)]),
    ("the kind of failure follows at once", [OFF, OFF, NO], 2, 1, [(UN, True), (OFF, False), (NO, False)]),
    ("recovery at once", [OFF, OFF, ON], 2, 1, [(UN, True), (OFF, False), (ON, False)]),
    (
        "recovery after two successes",
        [OFF, OFF, ON, ON],
        2,
        2,
        [(UN, True), (OFF, False), (OFF, True), (ON, False)],
    ),
    (
        "successes must be in a row",
        [OFF, OFF, ON, OFF, ON],
        2,
        2,
        [(UN, True), (OFF, False), (OFF, True), (OFF, False), (OFF, True)],
    ),
    ("the first success may need confirmation", [ON, ON], 2, 2, [(UN, True), (ON, False)]),
    ("a check that tells nothing changes nothing", [ON, UN, ON], 2, 1, [(ON, False), (ON, True), (ON, False)]),
    ("it does not end a row either", [ON, OFF, UN, OFF], 2, 1, [(ON, False), (ON, True), (ON, True), (OFF, False)]),
    ("nor does it heal", [OFF, OFF, UN], 2, 1, [(UN, True), (OFF, False), (OFF, True)]),
]


@pytest.mark.parametrize(
    ("found", "failures", "successes", "shown"), [case[1:] for case in CASES], ids=[case[0] for case in CASES]
)
def test_confirmation(found: list[Status], failures: int, successes: int, shown: list[tuple[Status, bool]]) -> None:
    assert follow(found, failures, successes) == shown


def test_a_server_that_never_tells_becomes_an_error() -> None:
    shown = follow([ON, *[UN] * (PATIENCE + 2)])
    assert shown[: PATIENCE + 1] == [(ON, False)] + [(ON, True)] * PATIENCE
    assert shown[-2:] == [(ON, True), (ERR, False)]


def test_a_server_that_is_starting_is_never_held_to_that() -> None:
    standing = advance(UNCONFIRMED, ON, 0.0)
    for number in range(3 * PATIENCE):
        standing = advance(standing, UN, float(number), starting=True)
    assert (standing.status, standing.checking) == (ON, True)


def test_a_clear_answer_ends_the_patience() -> None:
    shown = follow([ON, UN, UN, UN, ON, UN, UN, UN])
    assert shown[-1] == (ON, True)


def test_a_status_began_with_the_first_check_that_showed_it() -> None:
    standing = UNCONFIRMED
    for number, found in enumerate([ON, ON, OFF, OFF, OFF]):
        standing = advance(standing, found, number * 10.0)
    assert (standing.status, standing.since) == (OFF, 20.0)


def test_a_failure_that_passed_leaves_the_beginning_as_it_was() -> None:
    standing = UNCONFIRMED
    for number, found in enumerate([ON, OFF, ON, OFF, OFF]):
        standing = advance(standing, found, number * 10.0)
    assert (standing.status, standing.since) == (OFF, 30.0)


def test_changed_limits_hold_from_the_next_check_on() -> None:
    standing = Standing(status=ON, since=0.0, failures=1, checking=True, turned_at=10.0)
    assert advance(standing, OFF, 20.0, failures=5).status is ON
    assert advance(standing, OFF, 20.0, failures=2).status is OFF
