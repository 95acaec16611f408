"""The proxy of the running app, against bare aiohttp pass-throughs to the same server.

Two baselines, because "bare" can mean two things: an aiohttp.web server that does nothing else (the stricter one, which
also has another HTTP server under it), and the same handler on the HTTP server that Streamlit brings (uvicorn).
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Iterator, Sequence
from dataclasses import dataclass

import aiohttp

from benchmarks.apps import RunningApp, serving
from benchmarks.report import Row, percentile
from benchmarks.servers import listening

ROUNDS = 5
SECONDS = 3.0
BODY = 200 * 1024 * 1024


@dataclass(frozen=True)
class Load:
    """What a load generator saw: requests a second, and each request's seconds."""

    rate: float
    times: list[float]


def measure() -> Sequence[Row]:
    with (
        listening(1) as (server,),
        serving([server]) as app,
        _bare("aiohttp", server) as web,
        _bare("uvicorn", server) as asgi,
    ):
        ours = f"{app.url}/api/connections/s0/ekuiper/rules"
        rows: list[Row] = []
        for in_flight in (1, 16):
            loads = asyncio.run(_compare([ours, f"{web}/rules", f"{asgi}/rules", f"{server}/rules"], in_flight))
            rows += _rows(loads, in_flight)
        rows += asyncio.run(_large_bodies(app))
    return rows


def _rows(loads: Sequence[Load], in_flight: int) -> Iterator[Row]:
    ours, web, asgi, direct = loads
    for name, bare in (("aiohttp.web", web), ("uvicorn", asgi)):
        what = f"proxy, {in_flight} in flight, against bare pass-through on {name}"
        yield Row(what, ours.rate, bare.rate, "req/s", "ratio at least 0.7", ours.rate >= 0.7 * bare.rate)
        for share in (0.5, 0.99):
            base = percentile(direct.times, share)
            added, bare_added = percentile(ours.times, share) - base, percentile(bare.times, share) - base
            what = f"latency added to a direct call, p{share * 100:.0f}, {in_flight} in flight ({name})"
            yield Row(what, added * 1000, bare_added * 1000, "ms", "reported", True)


async def _compare(urls: Sequence[str], in_flight: int) -> list[Load]:
    """All of them in turn, several rounds: a machine that slows down slows all of them."""
    seen: list[list[float]] = [[] for _ in urls]
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=in_flight)) as session:
        for url in urls:
            await _load(session, url, in_flight, 0.5)
        for _ in range(ROUNDS):
            for times, url in zip(seen, urls, strict=True):
                times += await _load(session, url, in_flight, SECONDS)
    return [Load(len(times) / (ROUNDS * SECONDS), times) for times in seen]


async def _load(session: aiohttp.ClientSession, url: str, in_flight: int, seconds: float) -> list[float]:
    times: list[float] = []
    end = time.perf_counter() + seconds

    async def one() -> None:
        while (begin := time.perf_counter()) < end:
            async with session.get(url) as answer:
                answer.raise_for_status()
                await answer.read()
            times.append(time.perf_counter() - begin)

    await asyncio.gather(*(one() for _ in range(in_flight)))
    return times


async def _large_bodies(app: RunningApp) -> list[Row]:
    """200 MB up, then 200 MB down; the growth is the highest resident memory seen meanwhile."""
    base = f"{app.url}/api/connections/s0/ekuiper"
    rows = []
    async with aiohttp.ClientSession() as session:
        for what in ("up", "down"):
            before = app.resident()
            peak = asyncio.create_task(_peak(app))
            if what == "up":
                headers = {"Content-Length": str(BODY), "Content-Type": "application/octet-stream"}
                async with session.post(f"{base}/config/uploads", data=_zeros(BODY), headers=headers) as answer:
                    answer.raise_for_status()
                    await answer.read()
            else:
                async with session.get(f"{base}/download/{BODY}") as answer:
                    received = 0
                    async for chunk in answer.content.iter_any():
                        received += len(chunk)
                    assert received == BODY, f"{received} of {BODY} bytes arrived"
            peak.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await peak
            grown = (max(_PEAKS) - before) / 1024**2
            _PEAKS.clear()
            rows.append(Row(f"memory grown by 200 MB {what}", grown, 20, "MB", "less than 20 MB", grown < 20))
    return rows


_PEAKS: list[int] = []


async def _peak(app: RunningApp) -> None:
    while True:
        _PEAKS.append(app.resident())
        await asyncio.sleep(0.01)


async def _zeros(size: int) -> AsyncIterator[bytes]:
    chunk = bytes(256 * 1024)
    while size > 0:
        yield chunk[:size]
        size -= len(chunk)


@contextlib.contextmanager
def _bare(kind: str, server: str) -> Iterator[str]:
    command = [sys.executable, "-m", "benchmarks.passthrough", kind, server]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        port = json.loads(process.stdout.readline())
        try:
            yield f"http://127.0.0.1:{port}"
        finally:
            process.terminate()
