"""What of a fleet needs a person, worst first, with the reason and the way to the fix."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from ekmanager.connections.book import Entry
from ekmanager.health.model import Snapshot, Status
from ekmanager.ui.text import count

Fix = Literal["open", "edit"]

_SEVERITY = {Status.OFFLINE: 0, Status.ERROR: 1, Status.UNAUTHORIZED: 2}
_FAILING_RULES = 3
_RULES_NAMED = 2


@dataclass(frozen=True, slots=True)
class Concern:
    """One thing that needs attention."""

    entry: Entry
    snapshot: Snapshot
    severity: int
    """0 is the worst."""
    what: str
    """`offline`, `2 rules failing`: a few words."""
    why: str
    """The reason, in words."""
    remedy: str
    """What to try; may be empty."""
    fix: Fix
    """Where the fix is: the server's page, or the connection's form."""

    @property
    def of_rules(self) -> bool:
        """Whether it is about rules of a server that is well itself."""
        return self.severity == _FAILING_RULES


def concerns(fleet: Iterable[tuple[Entry, Snapshot]]) -> list[Concern]:
    """Worst first, then by name: the order depends on nothing that changes from one refresh to the next."""
    found = [concern for entry, snapshot in fleet if (concern := _concern(entry, snapshot)) is not None]
    return sorted(found, key=lambda concern: (concern.severity, concern.entry.connection.name.casefold()))


def _concern(entry: Entry, snapshot: Snapshot) -> Concern | None:
    if snapshot.status in _SEVERITY:
        return Concern(
            entry=entry,
            snapshot=snapshot,
            severity=_SEVERITY[snapshot.status],
            what=snapshot.status.value,
            why=snapshot.reason,
            remedy=snapshot.hint,
            fix="edit" if snapshot.status is Status.UNAUTHORIZED else "open",
        )
    if snapshot.status is Status.ONLINE and snapshot.rules is not None and snapshot.rules.failing:
        named = [f"{rule.id}: {(rule.reason or rule.state).rstrip('.')}." for rule in snapshot.failing[:_RULES_NAMED]]
        more = snapshot.rules.failing - len(named)
        if named and more > 0:
            named.append(f"{more} more.")
        return Concern(
            entry=entry,
            snapshot=snapshot,
            severity=_FAILING_RULES,
            what=f"{count(snapshot.rules.failing, 'rule')} failing",
            why=" ".join(named),
            remedy="",
            fix="open",
        )
    return None
