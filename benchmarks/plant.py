"""A simulated server with many rules, in a process of its own, so that its work does not count as ours.

`python -m benchmarks.plant RULES RUNNING ADDRESSES` prints its URLs as JSON: one server under several addresses, each
of which is another server to who looks at it. Of its rules `r0000`, `r0001`, … the last RUNNING were started, and
the first of these stopped by error.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence

import requests

from ekmanager.simulator.engine import Engine
from ekmanager.simulator.seeds import SeedRule, add_rules, seed
from ekmanager.simulator.server import SimulatedServer

STREAMS = ("climate", "vibration", "meters")
LINES = 25


def rule_id(number: int) -> str:
    return f"r{number:04}"


def _engine(rules: int, running: int) -> Engine:
    engine = Engine(age=3_600.0, seed="plant")
    seed(engine, ())
    add_rules(
        engine,
        [
            SeedRule(
                rule_id(number),
                f"Line {number % LINES}, step {number}",
                f"SELECT * FROM {STREAMS[number % len(STREAMS)]}",  # the cheapest for the simulator
                [{"nop": {}}],
                (f"line{number % LINES}",),
                stopped=number < rules - running,
            )
            for number in range(rules)
        ],
    )
    if running:
        engine.rules[rule_id(rules - running)].fail(engine.now(), "the stream was deleted")
    return engine


async def _serve(rules: int, running: int, addresses: int) -> None:
    engine = _engine(rules, running)
    servers = [SimulatedServer(engine=engine, seed_rules=False) for _ in range(addresses)]
    print(json.dumps([await server.start() for server in servers]), flush=True)
    await asyncio.Event().wait()


@contextlib.contextmanager
def plant(rules: int, running: int, addresses: int = 1) -> Iterator[list[str]]:
    """The URLs of such a server, which ends with the context."""
    command = [sys.executable, "-m", "benchmarks.plant", str(rules), str(running), str(addresses)]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        try:
            urls: list[str] = json.loads(process.stdout.readline())
            yield urls
        finally:
            process.terminate()


def fetch_list(url: str) -> float:
    """Milliseconds in which a bare client has what a list of the rules needs at least: their names and states."""
    return _timed(url, [("GET", "/rules", None), ("GET", "/rules/status/all", None)])


def fetch_all(url: str, rules: Sequence[str], at_a_time: int) -> float:
    """The same with the metrics of `rules`, so many in a call, and all definitions."""
    batches = [rules[start : start + at_a_time] for start in range(0, len(rules), at_a_time)]
    calls: list[tuple[str, str, bytes | None]] = [("GET", "/rules", None), ("GET", "/rules/status/all", None)]
    for batch in batches:
        asked = [{"method": "GET", "path": f"/rules/{rule}/status"} for rule in batch]
        calls.append(("POST", "/batch/req", json.dumps(asked).encode()))
    return _timed(url, [*calls, ("POST", "/ruleset/export", b"")])


def _timed(url: str, calls: Sequence[tuple[str, str, bytes | None]]) -> float:
    with requests.Session() as session:
        begin = time.perf_counter()
        for method, path, body in calls:
            answer = session.request(method, url + path, data=body, timeout=60)
            answer.raise_for_status()
            answer.json()
        return (time.perf_counter() - begin) * 1000


if __name__ == "__main__":
    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(_serve(*map(int, sys.argv[1:4])))
