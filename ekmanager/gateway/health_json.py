"""Snapshots, checks and histories as JSON. Times are epoch seconds, as in the series."""

from __future__ import annotations

from dataclasses import asdict

from ekmanager.connections.book import Entry
from ekmanager.health.history import History
from ekmanager.health.model import ProbeResult, RuleCounts, ServerInfo, Snapshot, Throughput

DAY = 86_400.0


def health_json(entry: Entry, now: Snapshot) -> dict[str, object]:
    """One row of `/api/health`."""
    return {
        "id": entry.connection.id,
        "name": entry.connection.name,
        "where": entry.where.value,
        "status": now.status.value,
        "checking": now.checking,
        "code": now.code,
        "reason": now.reason,
        "hint": now.hint,
        "since": now.since,
        "latency_ms": now.latency_ms,
        "checked_at": now.checked_at,
        "info": _info(now.info),
        "rules": _rules(now.rules),
        "throughput": _throughput(now.throughput),
    }


def test_json(result: ProbeResult) -> dict[str, object]:
    """The answer of `/api/connections/test`."""
    return {
        "status": result.status.value,
        "checked_at": result.checked_at,
        "latency_ms": result.latency_ms,
        "code": result.code,
        "reason": result.reason,
        "hint": result.hint,
        "info": _info(result.info),
        "rules": _rules(result.rules),
        "failing": [asdict(rule) for rule in result.failing],
    }


def history_json(entry: Entry, now: Snapshot, history: History, window: float) -> dict[str, object]:
    """The answer of `/api/connections/{id}/health`."""
    key = entry.key
    return {
        "id": entry.connection.id,
        "name": entry.connection.name,
        "window_seconds": window,
        "now": health_json(entry, now),
        "uptime": {
            "window": history.uptime(key, window),
            "day": history.uptime(key, DAY),
            "week": history.uptime(key, 7 * DAY),
            "month": history.uptime(key, 30 * DAY),
        },
        "events": [{"at": event.at, "kind": event.kind, "text": event.text} for event in history.events(key)],
        "series": asdict(history.series(key, window)),
    }


def _info(info: ServerInfo | None) -> dict[str, object] | None:
    return None if info is None else asdict(info)


def _rules(rules: RuleCounts | None) -> dict[str, object] | None:
    return None if rules is None else asdict(rules)


def _throughput(found: Throughput | None) -> dict[str, object] | None:
    if found is None:
        return None
    shown = asdict(found)
    return {name: shown[name] for name in ("records_in", "records_out", "in_per_second", "out_per_second")}
