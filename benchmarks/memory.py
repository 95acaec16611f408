"""Resident memory of the whole app with a thousand servers and a day of their history.

The day is written by a child process that builds the app as `app.py` does, with the clock of the history turned back.
"""

from __future__ import annotations

import importlib
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from benchmarks.report import Row

SERVERS = 1_000
DAY = 86_400
INTERVAL = 10


def measure() -> Sequence[Row]:
    full, idle = _resident(SERVERS), _resident(0)
    what = f"memory with {SERVERS:,} servers and a day of history (baseline: without any)"
    return [Row(what, full, idle, "MB", "under 300 MB", full < 300)]


def _resident(servers: int) -> float:
    command = [sys.executable, "-m", "benchmarks.memory", str(servers)]
    return float(subprocess.run(command, check=True, capture_output=True, text=True).stdout.split()[-1])


def _fill(servers: int) -> None:
    """A day of checks every ten seconds for each server, then what the process holds, in MB, on the last line."""
    for module in ("ekmanager.ui.asgi", "ekmanager.ui.rows", "ekmanager.ui.charts.fleet", "streamlit.web.bootstrap"):
        importlib.import_module(module)

    from ekmanager.connections.model import Connection
    from ekmanager.health.history import MemoryHistory, Sample
    from ekmanager.health.model import Status
    from ekmanager.services import Services
    from ekmanager.settings import Settings

    services = Services(Settings(persistence="browser"))
    store = services.browsers.open("a-browser")
    store.restore(None)
    store.add([Connection(id=f"s{n}", name=f"server {n}", url=f"http://10.0.0.1:{n + 1}") for n in range(servers)])
    history = services.history
    assert isinstance(history, MemoryHistory)
    begin = time.time() - DAY
    keys = [entry.key for entry in services.book("a-browser").entries()]
    for at in range(0, DAY, INTERVAL):
        sample = Sample(
            at=begin + at,
            status=Status.ONLINE if at % 3600 else Status.OFFLINE,
            latency_ms=5 + at % 7,
            cpu=at % 50,
            memory_used=50_000_000 + at,
            uptime=at,
            running=12,
            stopped=1,
            failing=0,
            records_in=at * 10,
            records_out=at * 9,
            in_per_second=10,
            out_per_second=9,
        )
        for key in keys:
            history.record(key, sample, persistent=False)
        if at % 600 == 0:
            history.maintain()
    history.maintain()
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            print(int(line.split()[1]) / 1024)


if __name__ == "__main__":
    _fill(int(sys.argv[1]))
