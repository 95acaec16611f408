"""Entries and snapshots as rows of the fleet, packed once per change and not once per refresh."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from ekmanager.connections.book import Entry
from ekmanager.connections.model import Connection
from ekmanager.health.model import Snapshot
from ekmanager.services import is_demo
from ekmanager.ui.widgets.fleet import FleetRow, PackedRow, pack

DAY = 86_400


def fleet_row(entry: Entry, snapshot: Snapshot, uptime_pct: float | None) -> FleetRow:
    """What the fleet shows of one server. `uptime_pct` is of the last 24 hours."""
    connection, info, rules, rates = entry.connection, snapshot.info, snapshot.rules, snapshot.throughput
    changes = [event.at for event in snapshot.events[:1]]
    return FleetRow(
        id=connection.id,
        name=connection.name,
        url=connection.url,
        description=connection.description,
        tags=connection.tags,
        where=entry.where,
        is_default=connection.is_default,
        status=snapshot.status,
        checking=snapshot.checking,
        reason=snapshot.reason,
        hint=snapshot.hint,
        since=snapshot.since,
        beats=snapshot.beats,
        latency_ms=snapshot.latency_ms,
        uptime_pct=uptime_pct,
        version=info.version if info else "",
        cpu=info.cpu if info else None,
        memory_used=info.memory_used if info else None,
        memory_total=info.memory_total if info else None,
        rules_running=rules.running if rules else None,
        rules_stopped=rules.stopped if rules else None,
        rules_failing=rules.failing if rules else None,
        records_per_second=rates.in_per_second if rates else None,
        changed_at=max([*changes, snapshot.since or 0.0]) or None,
        server_uptime=info.uptime if info else None,
        demo=is_demo(connection),
    )


@dataclass(frozen=True, slots=True)
class _Kept:
    connection: Connection
    serial: int
    minute: int
    uptime_pct: float | None
    row: PackedRow


class RowCache:
    """Packed rows by the key of their entry. Bounded; safe to use from the threads of several sessions."""

    def __init__(self, capacity: int = 20_000) -> None:
        self._capacity = capacity
        self._kept: dict[str, _Kept] = {}
        self._lock = threading.Lock()

    def rows(
        self,
        entries: Iterable[Entry],
        snapshot_of: Callable[[str], Snapshot],
        uptime_of: Callable[[str], float | None],
        now: float,
    ) -> list[PackedRow]:
        """A row an entry, in their order. `uptime_of`, the dear part, is asked at most once a minute a server."""
        return [self._row(entry, snapshot_of(entry.key), uptime_of, now) for entry in entries]

    def _row(self, entry: Entry, snapshot: Snapshot, uptime_of: Callable[[str], float | None], now: float) -> PackedRow:
        # Each server has its own second of the minute, so that not all are asked in the same run.
        minute = int((now + hash(entry.key) % 60) // 60)
        kept = self._kept.get(entry.key)
        # One that was deleted and added again under its id begins anew
        same = kept is not None and kept.connection.created_at == entry.connection.created_at
        fresh = kept is not None and same and kept.minute == minute
        if kept is not None and fresh and kept.connection is entry.connection and kept.serial == snapshot.serial:
            return kept.row
        uptime_pct = kept.uptime_pct if kept is not None and fresh else uptime_of(entry.key)
        row = pack(fleet_row(entry, snapshot, uptime_pct))
        with self._lock:
            if len(self._kept) >= self._capacity and entry.key not in self._kept:
                self._kept.clear()
            self._kept[entry.key] = _Kept(entry.connection, snapshot.serial, minute, uptime_pct, row)
        return row


ROWS = RowCache()
"""The rows of this process."""
