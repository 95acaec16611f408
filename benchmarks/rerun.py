"""Overview and Connections with a thousand servers: the server's time for a rerun, and ten people who watch."""

from __future__ import annotations

import asyncio
import json
import shutil
import statistics
import tempfile
import time
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path

from playwright.sync_api import sync_playwright
from streamlit.testing.v1 import AppTest

from benchmarks.apps import CHROMIUM, serving
from benchmarks.refreshes import Refreshes
from benchmarks.report import Row, percentile
from benchmarks.servers import listening, raise_file_limit
from ekmanager.services import Services, set_services
from ekmanager.settings import Settings
from ekmanager.ui.asgi import SCRIPT

SERVERS = 1_000
RERUNS = 7
SESSIONS = 10
INTERVAL = 5
LIVE_PARTS = 2
"""Parts of Overview that renew themselves at the interval, each with its own clock: the sidebar's switcher and the
page. Its charts do so once a minute, and are left out.
"""
WATCHED = 40
"""Seconds for which the sessions are watched."""


def measure() -> Sequence[Row]:
    raise_file_limit()
    with listening(SERVERS) as servers:
        return [*_reruns(servers), *_sessions(servers)]


def _reruns(servers: Sequence[str]) -> list[Row]:
    """Time of a whole rerun of the script, without a browser; the baseline is a script that writes one word."""
    with tempfile.TemporaryDirectory() as folder:
        store = Path(folder) / "connections.json"
        store.write_text(
            json.dumps([{"id": f"s{n}", "name": f"server {n}", "url": url} for n, url in enumerate(servers)])
        )
        services = Services(Settings(persistence="server", store=str(store)))
        set_services(services)
        services.browsers.open("a-browser").restore(None)
        asyncio.run(_sweep(services))
        empty = _median(AppTest.from_string("import streamlit as st\nst.write('one word')", default_timeout=60))
        rows = []
        for page in ("overview", "connections"):
            test = AppTest.from_file(SCRIPT, default_timeout=60)
            test.query_params["server"] = "s0"
            test.session_state["browser_id"] = "a-browser"
            test.run()
            if page != "overview":
                test.switch_page(str(Path(__file__).parents[1] / "pages" / f"{page}.py"))
            took = _median(test)
            if test.title[0].value.lower() != page or not _fleet_bytes(test) > 100 * SERVERS:
                raise RuntimeError(f"{page} did not show its {SERVERS} servers")
            rows.append(Row(f"rerun of {page} with {SERVERS:,} servers", took, empty, "ms", "under 150 ms", took < 150))
        set_services(None)
        services.history.close()
        return rows


def _fleet_bytes(test: AppTest) -> int:
    """Size of the largest component on the page: that is the fleet."""
    return max(len(element.proto.SerializeToString()) for element in test.get("bidi_component"))


async def _sweep(services: Services) -> None:
    await services.monitor.sweep()
    await services.monitor.close()


def _median(test: AppTest) -> float:
    test.run()
    times = []
    for _ in range(RERUNS):
        begin = time.perf_counter()
        test.run()
        times.append((time.perf_counter() - begin) * 1000)
        if test.exception:
            raise RuntimeError(str(test.exception[0]))
    return statistics.median(times)


def _sessions(servers: Sequence[str]) -> list[Row]:
    """Ten browsers on Overview: refreshes answered of those due, and how long a session waited for each."""
    path = shutil.which("chromium")
    if path is None:
        raise RuntimeError("chromium is not installed")
    with serving(servers) as app, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=CHROMIUM)
        sessions = []
        for _ in range(SESSIONS):
            page = browser.new_context().new_page()
            sessions.append(Refreshes(page))
            page.goto(f"{app.url}/?refresh={INTERVAL}")
            page.wait_for_selector('[data-testid="stApp"][data-test-script-state="notRunning"]', timeout=60_000)
        page.wait_for_timeout(INTERVAL * 1000)
        begin, cpu = time.monotonic(), app.cpu_seconds()
        page.wait_for_timeout(WATCHED * 1000)
        end, busy = time.monotonic(), app.cpu_seconds() - cpu
        parts = [part for session in sessions for part in session.answers(begin, end, LIVE_PARTS)]
        late = [answered - asked for part in parts for asked, answered in part]
        late += [waited for session in sessions for waited in session.waiting(end)]
        browser.close()
    gaps = [next_one - one for part in parts for (_, one), (_, next_one) in pairwise(part)]
    due = SESSIONS * LIVE_PARTS * (end - begin) / INTERVAL
    got = sum(map(len, parts))
    what = f"{SESSIONS} sessions on Overview, {SERVERS:,} servers, every {INTERVAL} s"
    slowest = percentile(late, 0.95)
    return [
        Row(f"{what}: answered of those due", got, due, "refreshes", "ratio at least 0.95", got >= 0.95 * due),
        Row(f"{what}: asked to answered, p95", slowest, INTERVAL, "s", f"under {INTERVAL} s", slowest < INTERVAL),
        Row(f"{what}: between two answers, longest", max(gaps), INTERVAL, "s", "reported", True),
        Row("processor of the app meanwhile", busy, end - begin, "s", "under one core", busy < end - begin),
    ]
