"""From single checks to a status that people can rely on.

One lost packet is not an outage: `failures` checks in a row must fail before a server is shown as anything but what it
was, and `successes` in a row must succeed before it is shown as online. In between it is *checking*.

- Any failures in a row count together, whatever their kind; the status is then that of the newest. A timeout after
  a refused connection is no reason to begin counting again.
- While a server is confirmed as not well, the kind follows the newest check at once: 401 after *offline* tells people
  more, and raises no false alarm.
- The first check counts like any other: a failure leaves *unknown* and *checking* until it is confirmed.
- A check that tells neither way (`unknown`: `/` answered but the protected route took too long, or the server is just
  starting) counts for nothing and leaves the status as it is; a server answering that way stays what it was, checking.
  From the fourth in a row on, each counts as a failure of kind *error*: nobody can work with such a server. A server
  in the first 30 seconds of its life is never held to that.
- A server that is starting refuses connections at first: that is a failure like any other, and is gone before it is
  confirmed, because eKuiper takes seconds to recover its rules and the second check comes later.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from ekmanager.health.model import Status

PATIENCE = 3
"""Checks in a row that may tell neither way before they count as failures."""


@dataclass(frozen=True, slots=True)
class Standing:
    """Where one server stands between checks."""

    status: Status = Status.UNKNOWN
    checking: bool = False
    since: float | None = None
    """Epoch seconds of the check that began the present status."""
    failures: int = 0
    """In a row, up to now."""
    successes: int = 0
    undecided: int = 0
    turned_at: float | None = None
    """The first check of the row that contradicts the status."""


UNCONFIRMED = Standing()
"""Before the first check."""


def advance(
    old: Standing, found: Status, at: float, *, failures: int = 2, successes: int = 1, starting: bool = False
) -> Standing:
    """The standing after a check at `at` (epoch seconds) that found `found`.

    `starting`: the check told neither way because the server is in its first seconds.
    """
    if found is Status.UNKNOWN:
        undecided = old.undecided + (not starting)
        if undecided <= PATIENCE:
            return replace(old, checking=True, undecided=undecided)
        found = Status.ERROR
    else:
        undecided = 0
    if found is Status.ONLINE:
        new = replace(old, failures=0, successes=old.successes + 1, undecided=0)
        return _settle(new, found, at, new.successes >= successes, row=new.successes)
    new = replace(old, failures=old.failures + 1, successes=0, undecided=undecided)
    known_ill = old.status not in {Status.ONLINE, Status.UNKNOWN}
    return _settle(new, found, at, known_ill or new.failures >= failures, row=new.failures)


def _settle(new: Standing, found: Status, at: float, confirmed: bool, *, row: int) -> Standing:
    if found is new.status:
        return replace(new, checking=False, turned_at=None)
    turned_at = at if row == 1 or new.turned_at is None else new.turned_at
    if not confirmed:
        return replace(new, checking=True, turned_at=turned_at)
    # The change lies where the row began, not where it was believed.
    return replace(new, status=found, checking=False, since=turned_at, turned_at=None)
