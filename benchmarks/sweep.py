"""One sweep of a thousand servers, against a bare `asyncio.gather` of the same requests; and with a hundred silent."""

from __future__ import annotations

import asyncio
import gc
import statistics
import time
from collections.abc import Sequence

import aiohttp
import uvloop

from benchmarks.report import Row
from benchmarks.servers import listening, raise_file_limit
from ekmanager.connections.model import Connection
from ekmanager.connections.targets import TargetPolicy
from ekmanager.health.history import MemoryHistory
from ekmanager.health.model import Status
from ekmanager.health.monitor import Monitor, MonitorOptions
from ekmanager.health.servers import Target

SERVERS = 1_000
SILENT = 100
ROUNDS = 5
SILENT_ROUNDS = 3
"""First sweeps, each of a monitor that knows none of the servers yet; the median counts."""
TIMEOUT = 5.0


def measure() -> Sequence[Row]:
    raise_file_limit()
    # As the app does when it starts: what was imported is passed over by collections.
    gc.collect()
    gc.freeze()
    with listening(SERVERS) as servers:
        ours, bare = uvloop.run(_healthy(servers))
    with listening(SERVERS, SILENT) as servers:
        runs = [uvloop.run(_some_silent(servers)) for _ in range(SILENT_ROUNDS)]
    whole, others = (statistics.median(times) for times in zip(*runs, strict=True))
    return [
        Row(f"sweep of {SERVERS:,} servers", ours, bare, "s", "at most 1.5 times", ours <= 1.5 * bare),
        Row(
            f"first sweep with {SILENT} silent of {SERVERS:,}, median of {SILENT_ROUNDS}",
            whole,
            TIMEOUT,
            "s",
            "at most the timeout + 0.5 s",
            whole <= TIMEOUT + 0.5,
        ),
        Row(f"the other {SERVERS - SILENT} are shown", others, 1.0, "s", "before 1 s", others < 1.0),
    ]


def _monitor(servers: Sequence[str]) -> Monitor:
    targets = [
        Target(f"s{n}", Connection(id=f"s{n}", name=f"server {n}", url=url), persistent=True)
        for n, url in enumerate(servers)
    ]
    options = MonitorOptions(timeout=TIMEOUT, failures_before_offline=1)
    return Monitor(lambda: targets, policy=TargetPolicy(), history=MemoryHistory(), options=options)


async def _healthy(servers: Sequence[str]) -> tuple[float, float]:
    """Median seconds of ours and of the bare one, taken in turn."""
    monitor = _monitor(servers)
    ours, bare = [], []
    await monitor.sweep()
    await _bare(servers)
    for _ in range(ROUNDS):
        begin = time.perf_counter()
        report = await monitor.sweep()
        ours.append(time.perf_counter() - begin)
        if report.by_status[Status.ONLINE] != len(servers):
            raise RuntimeError(f"not all servers were online: {dict(report.by_status)}")
        begin = time.perf_counter()
        await _bare(servers)
        bare.append(time.perf_counter() - begin)
    await monitor.close()
    return statistics.median(ours), statistics.median(bare)


async def _bare(servers: Sequence[str]) -> None:
    connector = aiohttp.TCPConnector(limit=0, force_close=True)
    async with aiohttp.ClientSession(connector=connector) as session:

        async def one(server: str) -> None:
            for path in ("/", "/rules/status/all"):
                async with session.get(server + path) as answer:
                    await answer.json(content_type=None)

        await asyncio.gather(*(one(server) for server in servers))


async def _some_silent(servers: Sequence[str]) -> tuple[float, float]:
    """Seconds of the first sweep, and until every answering server was shown as online."""
    monitor = _monitor(servers)
    answering = [f"s{n}" for n in range(len(servers) - SILENT)]
    begin = time.perf_counter()
    sweep = asyncio.create_task(monitor.sweep())
    while not all(monitor.snapshot(key).status is Status.ONLINE for key in answering):
        if sweep.done():
            raise RuntimeError("an answering server was not shown as online")
        await asyncio.sleep(0.01)
    others = time.perf_counter() - begin
    await sweep
    whole = time.perf_counter() - begin
    await monitor.close()
    return whole, others
