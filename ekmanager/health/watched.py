"""What the monitor keeps of one connection, and how one check changes what people see. No input or output."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field, replace

from ekmanager.connections.model import Connection
from ekmanager.health.confirm import PATIENCE, UNCONFIRMED, Standing
from ekmanager.health.diagnosis import Place, diagnose
from ekmanager.health.history import Sample
from ekmanager.health.model import UNCHECKED, Beat, Event, ProbeResult, ServerInfo, Snapshot, Status, Throughput
from ekmanager.health.words import span

BEATS = 30
MOVED = 30.0
"""Seconds by which the start of a server that was away must have moved to call it a restart."""


@dataclass(slots=True)
class Watched:
    """One key: where it stands and what is shown of it."""

    connection: Connection
    persistent: bool
    fingerprint: str
    seen: float
    """When it was last among the targets (monotonic seconds)."""
    standing: Standing = UNCONFIRMED
    snapshot: Snapshot = UNCHECKED
    beats: deque[Beat] = field(default_factory=lambda: deque(maxlen=BEATS))
    restored: bool = False
    """Whether beats of an earlier run were looked for."""
    left: Event | None = None
    """The status in which an earlier run left it, until this one has confirmed a status of its own."""

    def took(self, standing: Standing) -> Snapshot:
        """Takes the standing after a check, and gives the snapshot that it is to be compared with.

        The first status that is confirmed goes on from the one that an earlier run left, when it is the same.
        """
        before, left = self.snapshot, self.left
        if standing.status is not Status.UNKNOWN and left is not None and left.status is not None:
            self.left = None
            before = replace(before, status=left.status, since=left.at)
            if standing.status is left.status:
                standing = replace(standing, since=left.at)
        self.standing = standing
        return before


def shown(
    old: Snapshot, standing: Standing, result: ProbeResult, place: Place, throughput: Throughput | None
) -> Snapshot:
    """The snapshot after a check, without beats, events and serial."""
    online = standing.status is Status.ONLINE
    code, reason, hint = result.code, result.reason, result.hint
    if result.status is Status.UNKNOWN and standing.undecided > PATIENCE:
        found = diagnose("busy_long", place, checks=standing.undecided)
        code, reason, hint = found.code, found.reason, found.hint
    elif result.status is Status.ONLINE and not online:
        # It answers, but not often enough yet: why it is shown as it is stays visible.
        code, reason, hint = old.code, old.reason, old.hint
    keeps = online or standing.status is Status.UNKNOWN
    fresh = result.rules is not None
    return replace(
        old,
        status=standing.status,
        checking=standing.checking,
        since=standing.since,
        checked_at=result.checked_at,
        latency_ms=result.latency_ms,
        code=code,
        reason=reason,
        hint=hint,
        info=result.info or old.info,
        info_at=result.checked_at if result.info else old.info_at,
        rules=result.rules if fresh else old.rules if keeps else None,
        failing=result.failing if fresh else old.failing if keeps else (),
        throughput=throughput if keeps else None,
    )


def events(old: Snapshot, new: Snapshot, result: ProbeResult, *, first: bool) -> list[Event]:
    """What happened between two snapshots, oldest first. `first`: nothing was ever recorded of this server."""
    found: list[Event] = []
    at = result.checked_at
    if old.info is not None and result.info is not None:
        if restarted(old.info, old.info_at or at, result.info, at, away=old.status is not Status.ONLINE):
            ago = span(result.info.uptime)
            found.append(
                Event(at, "restart", f"Restarted {ago} ago, after it had run for at least {span(old.info.uptime)}.")
            )
        if old.info.version != result.info.version:
            found.append(Event(at, "version", f"Version {old.info.version} became {result.info.version}."))
    if first and old.status is new.status is Status.ONLINE:
        # That nothing was recorded came out only after the first check
        found.append(Event(new.since or at, "status", _changed(UNCHECKED, new), new.status))
    elif new.status is not old.status and (first or not (old.status is Status.UNKNOWN and new.status is Status.ONLINE)):
        found.append(Event(new.since or at, "status", _changed(old, new), new.status))
    return found


def restarted(old: ServerInfo, old_at: float, new: ServerInfo, new_at: float, *, away: bool) -> bool:
    """Whether the server started anew between two answers: its uptime went backwards.

    After an outage (`away`) it may have passed the old one again, so then its start must not have moved either. Only
    then, because the uptime of a suspended machine stands still without a restart.
    """
    if new.uptime < old.uptime:
        return True
    return away and (new_at - new.uptime) - (old_at - old.uptime) > MOVED


def sample(new: Snapshot, result: ProbeResult, throughput: Throughput | None) -> Sample:
    """What the history keeps of a check: what it found itself, not what is still shown from before."""
    info, rules = result.info, result.rules
    return Sample(
        at=result.checked_at,
        status=Status.ERROR if result.status is Status.UNKNOWN and new.status is Status.ERROR else result.status,
        latency_ms=result.latency_ms,
        cpu=info.cpu if info else None,
        memory_used=info.memory_used if info else None,
        uptime=info.uptime if info else None,
        running=rules.running if rules else None,
        stopped=rules.stopped if rules else None,
        failing=rules.failing if rules else None,
        records_in=throughput.records_in if throughput else None,
        records_out=throughput.records_out if throughput else None,
        in_per_second=throughput.in_per_second if throughput else None,
        out_per_second=throughput.out_per_second if throughput else None,
    )


def _changed(old: Snapshot, new: Snapshot) -> str:
    before = ""
    if old.since is not None and new.since is not None and old.status is not Status.UNKNOWN:
        before = span(new.since - old.since)
    if new.status is Status.ONLINE:
        return f"Online again after {before} {old.status.value}." if before else "Online at the first check."
    word = new.status.value.capitalize()
    after = f" It had been {old.status.value} for {before}." if before else ""
    return f"{word}: {new.reason}{after}"
