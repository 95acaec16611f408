"""Prometheus metrics, made at each scrape from what the monitor keeps: no series outlives its connection."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from ekmanager.connections.book import Entry
from ekmanager.gateway.counters import ProxyCounters
from ekmanager.health.model import Snapshot, Status
from ekmanager.health.monitor import Monitor

_LABELS = ("id", "name")


def exposition(entries: Sequence[Entry], monitor: Monitor, counters: ProxyCounters) -> bytes:
    """The text format for these connections."""
    registry = CollectorRegistry(auto_describe=False)
    registry.register(_Fleet(entries, monitor, counters))
    return generate_latest(registry)


class _Fleet(Collector):
    def __init__(self, entries: Sequence[Entry], monitor: Monitor, counters: ProxyCounters) -> None:
        self._entries = entries
        self._monitor = monitor
        self._counters = counters

    def collect(self) -> Iterator[Metric]:
        rows = [
            ((entry.connection.id, entry.connection.name), self._monitor.snapshot(entry.key)) for entry in self._entries
        ]
        yield from _status(rows)
        yield from _load(rows)
        yield from _rules(rows)
        yield self._sweep()
        yield self._requests()

    def _sweep(self) -> Metric:
        family = GaugeMetricFamily("ekmanager_sweep_duration_seconds", "Duration of the last check of all servers.")
        if (last := self._monitor.last_sweep) is not None:
            family.add_metric([], last.duration)
        return family

    def _requests(self) -> Metric:
        family = CounterMetricFamily(
            "ekmanager_proxy_requests",
            "Requests through the proxy, by class of status; refused, timeout, failed and cancelled had none.",
            labels=[*_LABELS, "status"],
        )
        for entry in self._entries:
            for kind, number in self._counters.of(entry.key):
                family.add_metric([entry.connection.id, entry.connection.name, kind], number)
        return family


_Rows = Sequence[tuple[tuple[str, str], Snapshot]]


def _status(rows: _Rows) -> Iterator[Metric]:
    up = GaugeMetricFamily("ekmanager_up", "1: online. 0: not. Absent before the first check.", labels=_LABELS)
    status = GaugeMetricFamily("ekmanager_status", "1 for the status a server has.", labels=[*_LABELS, "status"])
    latency = GaugeMetricFamily("ekmanager_latency_seconds", "Time of the last answer to GET /.", labels=_LABELS)
    checked = GaugeMetricFamily("ekmanager_checked_timestamp_seconds", "End of the last check.", labels=_LABELS)
    for labels, now in rows:
        if now.status is not Status.UNKNOWN:
            up.add_metric(labels, now.status is Status.ONLINE)
        for each in Status:
            status.add_metric([*labels, each.value], now.status is each)
        if now.latency_ms is not None:
            latency.add_metric(labels, now.latency_ms / 1000)
        if now.checked_at is not None:
            checked.add_metric(labels, now.checked_at)
    yield from (up, status, latency, checked)


def _load(rows: _Rows) -> Iterator[Metric]:
    cpu = GaugeMetricFamily("ekmanager_cpu_ratio", "CPU of the server, 0 to 1.", labels=_LABELS)
    memory = GaugeMetricFamily("ekmanager_memory_used_bytes", "Memory in use.", labels=_LABELS)
    total = GaugeMetricFamily("ekmanager_memory_total_bytes", "Memory of the machine.", labels=_LABELS)
    uptime = GaugeMetricFamily("ekmanager_uptime_seconds", "Time since the server started.", labels=_LABELS)
    for labels, now in rows:
        # What a server said last is not what it is while it does not answer
        if now.info is None or now.status is not Status.ONLINE:
            continue
        if now.info.cpu is not None:
            cpu.add_metric(labels, now.info.cpu / 100)
        if now.info.memory_used is not None:
            memory.add_metric(labels, now.info.memory_used)
        if now.info.memory_total is not None:
            total.add_metric(labels, now.info.memory_total)
        uptime.add_metric(labels, now.info.uptime)
    yield from (cpu, memory, total, uptime)


def _rules(rows: _Rows) -> Iterator[Metric]:
    rules = GaugeMetricFamily("ekmanager_rules", "Rules by state.", labels=[*_LABELS, "state"])
    into = CounterMetricFamily("ekmanager_records_in", "Records that entered, over the rules sampled.", labels=_LABELS)
    out = CounterMetricFamily("ekmanager_records_out", "Records that left, over the rules sampled.", labels=_LABELS)
    for labels, now in rows:
        if now.status is not Status.ONLINE:
            continue
        if now.rules is not None:
            for state in ("running", "stopped", "failing"):
                rules.add_metric([*labels, state], getattr(now.rules, state))
        if now.throughput is not None:
            into.add_metric(labels, now.throughput.records_in)
            out.add_metric(labels, now.throughput.records_out)
    yield from (rules, into, out)
