"""The figures of a fleet, computed in one place so that they are the same wherever they are shown."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from statistics import median

from ekmanager.health.model import Snapshot, Status


@dataclass(frozen=True, slots=True)
class FleetFigures:
    """Sums over the newest snapshots. Rules, records and latency count servers that are online now, no others."""

    servers: int
    by_status: Mapping[Status, int]
    checking: int
    """Servers with a failure or success that is not confirmed yet; they are not in `by_status`, so that sums fit."""
    online: int
    """Servers that were online at the last confirmed check: those that the sums below are over."""
    rules_running: int
    rules_stopped: int
    rules_failing: int
    rules_servers: int
    """Online servers whose rules are in the sums."""
    records_in: float | None
    """Records a second into the rules of online servers; None until a server has two samples."""
    records_servers: int
    """Online servers whose rates are in the sum."""
    latency_ms: float | None
    """Median of the online servers' last checks."""


def fleet_figures(snapshots: Iterable[Snapshot]) -> FleetFigures:
    """One pass over the newest snapshot of each server."""
    by_status = dict.fromkeys(Status, 0)
    servers = checking = online = running = stopped = failing = with_rules = with_rates = 0
    records = 0.0
    latencies = []
    for snapshot in snapshots:
        servers += 1
        if snapshot.checking:
            checking += 1
        else:
            by_status[snapshot.status] += 1
        if snapshot.status is not Status.ONLINE:
            continue
        online += 1
        if snapshot.latency_ms is not None:
            latencies.append(snapshot.latency_ms)
        if snapshot.rules is not None:
            with_rules += 1
            running += snapshot.rules.running
            stopped += snapshot.rules.stopped
            failing += snapshot.rules.failing
        if snapshot.throughput is not None and snapshot.throughput.in_per_second is not None:
            with_rates += 1
            records += snapshot.throughput.in_per_second
    return FleetFigures(
        servers=servers,
        by_status=by_status,
        checking=checking,
        online=online,
        rules_running=running,
        rules_stopped=stopped,
        rules_failing=failing,
        rules_servers=with_rules,
        records_in=records if with_rates else None,
        records_servers=with_rates,
        latency_ms=median(latencies) if latencies else None,
    )


def versions(snapshots: Iterable[Snapshot]) -> list[tuple[str, int]]:
    """(version, servers) as last reported, most frequent first; servers that never answered are `unknown`, last."""
    counted: dict[str, int] = {}
    unknown = 0
    for snapshot in snapshots:
        if snapshot.info is None:
            unknown += 1
        else:
            counted[snapshot.info.version] = counted.get(snapshot.info.version, 0) + 1
    rows = sorted(counted.items(), key=lambda item: (-item[1], item[0]))
    return [*rows, ("unknown", unknown)] if unknown else rows
