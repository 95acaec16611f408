"""The list of rules with 5,000 of them: the server's time for a rerun, and the time until a browser shows it.

Both are held against a bare client that fetches the same JSON, one call after the other, and parses it.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import re
import shutil
import statistics
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Page, sync_playwright
from streamlit.testing.v1 import AppTest

from benchmarks.apps import CHROMIUM, serving
from benchmarks.plant import fetch_all, fetch_list, plant, rule_id
from benchmarks.report import Row
from ekmanager.connections.book import Entry
from ekmanager.rules.rows import RulesView
from ekmanager.rules.server_poll import BATCH_RULES
from ekmanager.services import Services, set_services
from ekmanager.settings import Settings
from ekmanager.ui.asgi import SCRIPT

RULES = 5_000
RUNNING = 4_500
RERUNS = 7
VISITS = 3
BROWSER = "a-browser"
PAGE = str(Path(__file__).parents[1] / "pages" / "rules.py")
RERUN_BOUND = 150
FIRST_BOUND = 400
"""Milliseconds of the run that sends all rules to a new session."""
EMPTY_PAGE = "/settings"
EXTRA = 1_000
"""Milliseconds from navigation to the first rule, over those of a page without data and of the calls."""
FIRST_ROW = '[role="row"][data-id]'
LAST_READ = f'[role="row"][data-id="{rule_id(RULES - 1)}"] [data-column="latency"]'


def measure() -> Sequence[Row]:
    with plant(RULES, RUNNING, 1 + VISITS) as urls:
        listed = statistics.median(fetch_list(urls[0]) for _ in range(RERUNS))
        ids = [rule_id(number) for number in range(RULES)]
        whole = statistics.median(fetch_all(urls[0], ids, BATCH_RULES) for _ in range(VISITS))
        reruns = _reruns(urls[0])
        visits = _visits(urls[1:])
    what = f"{RULES:,} rules"
    return [
        _row(f"rerun of the list, {what}, unchanged", reruns.unchanged, listed, RERUN_BOUND),
        _row(f"rerun of the list, {what}, {reruns.changes:,} of them changed", reruns.changed, listed, RERUN_BOUND),
        _row(f"first run of a session, {what} sent", reruns.first, listed, FIRST_BOUND),
        _navigation("nobody looked before", visits.cold, listed, visits.empty_cold),
        _navigation("looked at already", visits.warm, listed, visits.empty_warm),
        Row(f"navigation until all {RULES:,} have figures", visits.whole, whole, "ms", "reported", True),
    ]


def _row(what: str, ours: float, baseline: float, most: float) -> Row:
    return Row(what, ours, baseline, "ms", f"under {most:,.0f} ms", ours < most)


def _navigation(what: str, ours: float, listed: float, empty: float) -> Row:
    most = empty + listed + EXTRA
    wanted = f"under {most:,.0f} ms (an empty page {empty:,.0f}, the JSON, {EXTRA:,})"
    return Row(f"navigation to the first rule of {RULES:,}, {what}", ours, listed, "ms", wanted, ours < most)


@dataclass(frozen=True)
class Reruns:
    """Medians, in milliseconds."""

    unchanged: float
    changed: float
    first: float
    changes: int
    """Rules that differed from the run before, on average."""


def _reruns(url: str) -> Reruns:
    """Whole reruns of the script, without a browser: while the rules move, and after that."""
    with tempfile.TemporaryDirectory() as folder:
        store = Path(folder) / "connections.json"
        store.write_text(json.dumps([{"id": "s0", "name": "plant", "url": url}]))
        services = Services(Settings(persistence="server", store=str(store)))
        set_services(services)
        services.browsers.open(BROWSER).restore(None)
        with _running(services):
            entry = services.book(None).get("s0")
            view = _read_whole(services, entry)
            test, _ = _session()
            changed, changes = [], []
            for _ in range(RERUNS):
                new = services.rules.wait(entry, view.revision, 30)
                changes.append(sum(a is not b for a, b in zip(view.rows, new.rows, strict=True)))
                changed.append(_run(test))
                view = new
        unchanged = [_run(test) for _ in range(RERUNS)]
        first = []
        for _ in range(VISITS):
            new_one, took = _session()
            first.append(took)
            if max(len(element.proto.SerializeToString()) for element in new_one.get("bidi_component")) < 50 * RULES:
                raise RuntimeError(f"the list did not show its {RULES} rules")
        set_services(None)
    median = statistics.median
    return Reruns(median(unchanged), median(changed), median(first), round(statistics.mean(changes)))


def _session() -> tuple[AppTest, float]:
    """A session on the list, and the milliseconds of its first run there."""
    test = AppTest.from_file(SCRIPT, default_timeout=60)
    test.query_params["server"] = "s0"
    test.session_state["browser_id"] = BROWSER
    test.run()
    test.switch_page(PAGE)
    return test, _run(test)


def _run(test: AppTest) -> float:
    begin = time.perf_counter()
    test.run()
    took = (time.perf_counter() - begin) * 1000
    if test.exception:
        raise RuntimeError(str(test.exception[0]))
    return took


@contextlib.contextmanager
def _running(services: Services) -> Iterator[None]:
    """The background work of the services, in a loop of its own as in the app."""
    begun, loop = threading.Event(), asyncio.new_event_loop()
    over = asyncio.Event()

    async def work() -> None:
        async with services.running():
            begun.set()
            await over.wait()

    thread = threading.Thread(target=loop.run_until_complete, args=(work(),))
    thread.start()
    begun.wait(60)
    try:
        yield
    finally:
        loop.call_soon_threadsafe(over.set)
        thread.join(60)
        loop.close()


def _read_whole(services: Services, entry: Entry) -> RulesView:
    """Waits until the figures of all rules were read."""
    view = services.rules.watch(entry)
    until = time.monotonic() + 120
    while view.at is None or view.progress is not None:
        if view.problem is not None or time.monotonic() > until:
            raise RuntimeError(f"the rules were not read: {view.problem}")
        view = services.rules.wait(entry, view.revision, 10)
    return view


@dataclass(frozen=True)
class Visits:
    """From navigation on, in milliseconds; medians."""

    cold: float
    """To the first rule, in a new browser, of a server at whose rules nobody looked before."""
    warm: float
    """To the first rule, of a server that is looked at, in the same browser."""
    whole: float
    """Until the figures of the rule that is read last stand there, after a cold start."""
    empty_cold: float
    empty_warm: float
    """To the title of a page without data, in a new browser and again in the same."""


def _visits(urls: Sequence[str]) -> Visits:
    path = shutil.which("chromium")
    if path is None:
        raise RuntimeError("chromium is not installed")
    cold, warm, whole, empty_cold, empty_warm = [], [], [], [], []
    with contextlib.ExitStack() as stack:
        # The other addresses are there to be looked at for the first time, not to be checked meanwhile.
        app = stack.enter_context(serving(urls, {"EKMANAGER_CHECK_INTERVAL": "3600"}))
        playwright = stack.enter_context(sync_playwright())
        browser = stack.enter_context(playwright.chromium.launch(executable_path=path, args=CHROMIUM))
        _open(browser.new_page(), f"{app.url}{EMPTY_PAGE}", "h1")
        for number in range(len(urls)):
            with browser.new_context() as context:
                empty_cold.append(_open(context.new_page(), f"{app.url}{EMPTY_PAGE}", "h1"))
                empty_warm.append(_open(context.new_page(), f"{app.url}{EMPTY_PAGE}", "h1"))
            address = f"{app.url}/rules?server=s{number}&sort=-id&columns=state,latency"
            with browser.new_context(viewport={"width": 1440, "height": 900}) as context:
                page, begin = context.new_page(), time.perf_counter()
                cold.append(_open(page, address, FIRST_ROW))
                page.locator(LAST_READ, has_text=re.compile(r"\d")).wait_for(timeout=120_000)
                whole.append((time.perf_counter() - begin) * 1000)
                warm.append(_open(context.new_page(), address, FIRST_ROW))
    return Visits(*map(statistics.median, (cold, warm, whole, empty_cold, empty_warm)))


def _open(page: Page, address: str, wanted: str) -> float:
    """Milliseconds from navigation until something is to be seen."""
    begin = time.perf_counter()
    page.goto(address, wait_until="commit")
    page.locator(wanted).first.wait_for(timeout=60_000)
    return (time.perf_counter() - begin) * 1000
