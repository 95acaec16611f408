"""Overview and Connections with a thousand servers: the server's time for a rerun, and ten people who watch."""

from __future__ import annotations

import asyncio
import json
import shutil
import statistics
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from playwright.sync_api import Page, WebSocket, sync_playwright
from streamlit.testing.v1 import AppTest

from benchmarks.apps import serving
from benchmarks.report import Row
from benchmarks.servers import listening, raise_file_limit
from ekmanager.services import Services, set_services
from ekmanager.settings import Settings
from ekmanager.ui.asgi import SCRIPT

SERVERS = 1_000
RERUNS = 7
SESSIONS = 10
INTERVAL = 5
LIVE_PARTS = 2
"""Parts of Overview that renew themselves, each with its own clock: the sidebar's switcher and the page."""
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
    """Refreshes that ten browsers on Overview got within 40 s, against one of each live part every five seconds."""
    path = shutil.which("chromium")
    if path is None:
        raise RuntimeError("chromium is not installed")
    with serving(servers) as app, sync_playwright() as playwright:
        arguments = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking"]
        browser = playwright.chromium.launch(executable_path=path, args=arguments)
        asked: list[float] = []
        pages = [browser.new_context().new_page() for _ in range(SESSIONS)]
        for page in pages:
            _count(page, asked)
            page.goto(f"{app.url}/?refresh={INTERVAL}")
            page.wait_for_selector('[data-testid="stApp"][data-test-script-state="notRunning"]', timeout=60_000)
        pages[0].wait_for_timeout(5_000)
        begin, cpu = time.monotonic(), app.cpu_seconds()
        pages[0].wait_for_timeout(WATCHED * 1000)
        seconds = time.monotonic() - begin
        got = sum(1 for at in asked if at >= begin) / seconds
        busy = (app.cpu_seconds() - cpu) / seconds * 100
        browser.close()
    ideal = SESSIONS * LIVE_PARTS / INTERVAL
    what = f"{SESSIONS} sessions on Overview, one refresh every {INTERVAL} s"
    return [
        Row(what, got, ideal, "refreshes/s", "at least 0.9 of them", got >= 0.9 * ideal),
        Row(
            "processor of the app meanwhile, checks included",
            busy,
            100,
            "% of a core",
            "less than one core",
            busy < 100,
        ),
    ]


def _count(page: Page, asked: list[float]) -> None:
    def opened(socket: WebSocket) -> None:
        socket.on("framesent", lambda _: asked.append(time.monotonic()))

    page.on("websocket", opened)
