"""A day of checks in a history, through its own methods; and the app, run with such a day in its memory.

`python -m benchmarks.day run app.py …` is `streamlit run app.py …` with one thread more. As soon as the app's services
exist, the thread fills their history and then hands over the connections of the browser that `BROWSER` names, as the
browser itself would. The URLs are read from the variable `BENCHMARK_SERVERS`, as JSON.
"""

from __future__ import annotations

import json
import os
import threading
import time
from collections.abc import Callable, Collection, Sequence

from streamlit.web import cli

from ekmanager.connections.book import ConnectionBook
from ekmanager.connections.browser import BrowserStore
from ekmanager.connections.model import Connection
from ekmanager.health.history import History, Sample
from ekmanager.health.model import Status
from ekmanager.services import Services, get_services

BROWSER = "benchmark".ljust(43, "-")
"""The value of the cookie of the browser whose connections these are."""
SERVERS = "BENCHMARK_SERVERS"
HOUR, DAY, MINUTE = 3_600, 86_400, 60
INTERVAL = 10
CHECKS = 60
"""Checks of each server between two times of housekeeping."""


def fill(
    history: History, keys: Collection[str], *, persistent: bool, reached: Callable[[int], object] | None = None
) -> None:
    """The 24 hours up to now for each key; `reached` is told from time to time how far it is (epoch seconds).

    The last hour has a check every ten seconds. Of the others only minutes remain, so these have one check a minute.
    """
    now = int(time.time())
    fine = now - HOUR
    times = [*range(now - DAY, fine, MINUTE), *range(fine, now, INTERVAL)]
    for start in range(0, len(times), CHECKS):
        some = times[start : start + CHECKS]
        for at in some:
            sample = _sample(at)
            for key in keys:
                history.record(key, sample, persistent=persistent)
        if reached is not None:
            reached(some[-1])
        history.maintain()


def _sample(at: int) -> Sample:
    return Sample(
        at=at,
        status=Status.ONLINE if at % 997 else Status.OFFLINE,
        latency_ms=5 + at % 7,
        cpu=at % 50,
        memory_used=50_000_000 + at % DAY,
        uptime=at % DAY,
        running=12,
        stopped=1,
        failing=0,
        records_in=at,
        records_out=at,
        in_per_second=10,
        out_per_second=9,
    )


def main(urls: Sequence[str]) -> None:
    """Runs the command of Streamlit in this process until it ends."""
    threading.Thread(target=_prepare, args=(urls,), daemon=True).start()
    cli.main(prog_name="streamlit")


def _prepare(urls: Sequence[str]) -> None:
    services = _built()
    kept = BrowserStore(services.vault)
    kept.restore(None)
    kept.add([Connection(id=f"s{n}", name=f"server {n}", url=url) for n, url in enumerate(urls)])
    keys = [entry.key for entry in ConnectionBook(None, kept, browser_id=BROWSER).entries()]
    fill(services.history, keys, persistent=False)
    services.browsers.open(BROWSER).restore(kept.document())


def _built() -> Services:
    while True:
        try:
            return get_services()
        except RuntimeError:
            time.sleep(0.1)


if __name__ == "__main__":
    main(json.loads(os.environ[SERVERS]))
