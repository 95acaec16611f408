"""Resident memory of the running app with a thousand servers and a day of their history.

Measured from outside, on the app as the README starts it, while a browser shows Overview: with shared connections,
whose history was written before the start and is read from its database, and with those of one browser, whose
history lives in memory alone.
"""

from __future__ import annotations

import contextlib
import json
import shutil
import time
import urllib.request
from collections.abc import Iterator, Sequence
from pathlib import Path

from playwright.sync_api import BrowserContext, sync_playwright

from benchmarks import day
from benchmarks.apps import CHROMIUM, RunningApp, serving
from benchmarks.report import Row
from benchmarks.servers import listening, raise_file_limit
from ekmanager.gateway.browser_cookie import NAME
from ekmanager.health.history_sql import SqlHistory

SERVERS = 1_000
MOST = 300
WATCHED = 75
"""Seconds with an open page: several sweeps, a roll-up of the history, and charts drawn anew, each once a minute."""


def measure() -> Sequence[Row]:
    raise_file_limit()
    with listening(SERVERS) as servers:
        with serving([]) as app:
            empty = _most(app, 0)
        with serving(servers, prepare=_write_day) as app:
            stored = _most(app, SERVERS)
        settings = {"EKMANAGER_PERSISTENCE": "browser", day.SERVERS: json.dumps(servers)}
        with serving([], settings, command=("benchmarks.day",)) as app:
            _wait_until_checked(app, SERVERS)
            in_browser = _most(app, SERVERS)
    what = f"memory, {SERVERS:,} servers, a day of history, a page open (baseline: no servers)"
    return [
        Row(f"{what}: {kind}", found, empty, "MB", f"under {MOST} MB", found < MOST)
        for kind, found in (("shared, history in SQLite", stored), ("of one browser, history in memory", in_browser))
    ]


def _write_day(store: Path) -> None:
    """As an app that ran for the day and was stopped a moment ago would have left it."""
    clock = [time.time() - day.DAY]
    history = SqlHistory(f"sqlite:///{store.with_name('history.db')}", clock=lambda: clock[0])

    def reached(at: float) -> None:
        history.flush()
        clock[0] = at

    keys = [f"shared/{row['id']}" for row in json.loads(store.read_text())]
    day.fill(history, keys, persistent=True, reached=reached)
    history.close()


def _most(app: RunningApp, servers: int) -> float:
    """The highest resident memory, in MB, while a page with so many servers is open."""
    most = app.resident()
    with _browser(app) as context:
        page = context.new_page()
        page.goto(app.url)
        page.wait_for_selector('[data-testid="stApp"][data-test-script-state="notRunning"]', timeout=60_000)
        if servers:
            _wait_until_checked(app, servers)
        for _ in range(WATCHED):
            page.wait_for_timeout(1_000)
            most = max(most, app.resident())
    return most / 1024**2


@contextlib.contextmanager
def _browser(app: RunningApp) -> Iterator[BrowserContext]:
    path = shutil.which("chromium")
    if path is None:
        raise RuntimeError("chromium is not installed")
    with sync_playwright() as playwright, playwright.chromium.launch(executable_path=path, args=CHROMIUM) as browser:
        context = browser.new_context()
        context.add_cookies([{"name": NAME, "value": day.BROWSER, "url": app.url}])
        yield context


def _wait_until_checked(app: RunningApp, servers: int) -> None:
    """Until the API tells that all of them are online."""
    request = urllib.request.Request(f"{app.url}/api/health", headers={"Cookie": f"{NAME}={day.BROWSER}"})
    for _ in range(240):
        with urllib.request.urlopen(request, timeout=30) as answer:
            found = json.loads(answer.read())
        if sum(row["status"] == "online" for row in found) == servers:
            return
        time.sleep(0.5)
    raise RuntimeError(f"not all {servers} servers were checked")
