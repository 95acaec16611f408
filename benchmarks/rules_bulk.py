"""Starting 500 rules as one piece of work, against the same calls made by hand, as many at a time.

By hand, nobody looks at what became of the rules. The work does, so its time is told twice: until the last command was
answered, which is what the hand does, and until every rule was seen to run for half a second.

`EKUIPER_URL` adds the same on a real server, with rules of its own that are deleted afterwards.
"""

from __future__ import annotations

import contextlib
import os
import statistics
import threading
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor

import requests

from benchmarks.plant import plant, rule_id
from benchmarks.report import Row
from ekmanager.connections.book import Entry
from ekmanager.connections.model import Connection, Where
from ekmanager.ekuiper.client import EKuiperClient
from ekmanager.ekuiper.errors import NotFound
from ekmanager.rules.bulk import BulkWork
from ekmanager.rules.bulk_run import AT_A_TIME
from ekmanager.services import Services
from ekmanager.settings import Settings

RULES = 500
REAL_RULES = 300
ROUNDS = 3
REAL_ROUNDS = 5
STREAM = "ekmanager_bench"
SEEN = 1.5
"""Seconds that may pass from the last command until every rule was seen to run: half a second, and two looks."""


def measure() -> Sequence[Row]:
    with plant(RULES, 0) as (url,):
        rows = _compared(url, [rule_id(number) for number in range(RULES)], ROUNDS, "")
    real = os.environ.get("EKUIPER_URL", "").rstrip("/")
    if real:
        with _rules_on(real) as rules:
            rows += _compared(real, rules, REAL_ROUNDS, " of a real server")
    return rows


def _compared(url: str, rules: Sequence[str], rounds: int, where: str) -> list[Row]:
    services = Services(Settings(persistence="browser"))
    entry = Entry(Connection(id="s0", name="plant", url=url), Where.BROWSER, "browser/0/s0")
    told, seen, bare = [], [], []
    by_hand(url, "start", rules)
    for _ in range(rounds):
        by_hand(url, "stop", rules)
        bare.append(by_hand(url, "start", rules))
        by_hand(url, "stop", rules)
        last, whole = _by_the_work(services, entry, rules)
        told.append(last)
        seen.append(whole)
    sent, whole, hand = map(statistics.median, (told, seen, bare))
    what = f"start of {len(rules)} rules{where}, {AT_A_TIME} at a time"
    return [
        Row(f"{what}: until all are told", sent, hand, "s", "at most 1.25 times", sent <= 1.25 * hand),
        Row(f"{what}: until all are seen to run", whole, hand, "s", f"+ {SEEN:g} s", whole <= 1.25 * hand + SEEN),
    ]


@contextlib.contextmanager
def _rules_on(url: str) -> Iterator[Sequence[str]]:
    """Rules on a real server that cost it little, stopped."""
    rules = [f"{STREAM}_{number}" for number in range(REAL_RULES)]
    with EKuiperClient(url) as client:
        client.streams.create(f'CREATE STREAM {STREAM} () WITH (TYPE="memory", DATASOURCE="{STREAM}", FORMAT="json")')
        try:
            for rule in rules:
                client.rules.create(
                    {"id": rule, "sql": f"SELECT * FROM {STREAM}", "actions": [{"nop": {}}], "triggered": False}
                )
            yield rules
        finally:
            for rule in rules:
                with contextlib.suppress(NotFound):
                    client.rules.delete(rule)
            client.streams.delete(STREAM)


def by_hand(url: str, command: str, rules: Sequence[str]) -> float:
    """Seconds for the calls alone, with a plain client in each thread."""
    own = threading.local()

    def call(rule: str) -> None:
        if not hasattr(own, "session"):
            own.session = requests.Session()
        own.session.post(f"{url}/rules/{rule}/{command}", timeout=30).raise_for_status()

    begin = time.perf_counter()
    with ThreadPoolExecutor(AT_A_TIME) as threads:
        list(threads.map(call, rules))
    return time.perf_counter() - begin


def _by_the_work(services: Services, entry: Entry, rules: Sequence[str]) -> tuple[float, float]:
    """Seconds until the last command was answered, and until every rule has its result."""
    answered: list[float] = []

    def client_of(connection: Connection) -> EKuiperClient:
        client = services.client(connection)
        start = client.rules.start

        def noted(rule: str) -> str:
            said = start(rule)
            answered.append(time.perf_counter())
            return said

        client.rules.start = noted  # type: ignore[method-assign]  # only the caller knows when it was answered
        return client

    work = BulkWork(client_of, changed=services.changed)
    begin = time.perf_counter()
    job = work.begin(entry, "start", rules)
    if not job.wait(120) or job.done != len(rules):
        raise RuntimeError(f"not all rules were started: {job.results[:3]}")
    whole = time.perf_counter() - begin
    work.close()
    return max(answered) - begin, whole
