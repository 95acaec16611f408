"""Trials of SQL on a server, without sinks. What was started there is always stopped and deleted there.

A trial lives on the server from its creation to its deletion, and it keeps real sources open. So it ends when its page
no longer asks for it, when another one of the same owner begins, and when the app ends; a deletion that fails is tried
again until the server would have ended the trial by itself.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import secrets
import threading
import time
from collections.abc import AsyncIterator, Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import ParamSpec, TypeVar

import aiohttp

from ekmanager.connections.book import Entry
from ekmanager.connections.errors import ConnectionsError, TargetRefused
from ekmanager.connections.model import Connection
from ekmanager.ekuiper.client import EKuiperClient
from ekmanager.ekuiper.errors import EKuiperError, TimedOut, Unreachable
from ekmanager.ekuiper.models.rules import Trial
from ekmanager.ekuiper.taps import HINT
from ekmanager.ekuiper.trials import new_test_id
from ekmanager.health.diagnosis import Place, of_exception
from ekmanager.rules.trial_feed import CONNECTING, Feed, FeedRefused, feed_url, open_feed
from ekmanager.rules.trial_run import TrialResult, TrialRun, TrialState

__all__ = ["TrialDesk", "TrialResult", "TrialRun", "TrialState"]

log = logging.getLogger(__name__)
P = ParamSpec("P")
T = TypeVar("T")

UNTOUCHED = 20.0
"""Seconds without a `touch` after which a trial is stopped."""
FORGOTTEN = 600.0
"""Seconds after which the results of one that ended are dropped, when nobody looks."""
THREADS = 8
MOST_LIVE = 50
MOST_KEPT = 200
LONGEST = 300.0
"""Seconds after which eKuiper itself ends a trial."""
CLOSING = 15.0
"""Seconds that the end of the app waits for the deletions."""
SUBSCRIBED = 0.15
"""Seconds from the headers of the events to the start: 2.4 sends them just before it begins to listen for results."""
_AGAIN = (0.5, 2.0, 5.0, 10.0, 30.0)
"""Seconds between tries of a deletion; the last one repeats."""


class TrialDesk:
    """The trials of this process. `begin`, `get` and `touch` are for any thread; `run` belongs to one loop."""

    def __init__(
        self,
        session: Callable[[], aiohttp.ClientSession],
        client_of: Callable[[Connection], EKuiperClient],
        *,
        untouched: float = UNTOUCHED,
    ) -> None:
        self._session = session
        self._client_of = client_of
        self._untouched = untouched
        self._lock = threading.Lock()
        self._runs: dict[str, TrialRun] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._ending: asyncio.Event | None = None
        self._threads: ThreadPoolExecutor | None = None

    def begin(
        self,
        owner: str,
        entry: Entry,
        sql: str,
        *,
        mock: Mapping[str, object] | None = None,
        sink_properties: Mapping[str, object] | None = None,
    ) -> TrialRun:
        """Begins a trial and returns at once; an earlier one of the same `owner` (a tab of a browser) ends.

        `mock`: records by stream, `{"data": [...], "interval": milliseconds, "loop": bool}`, instead of its source.
        `sink_properties`: those of eKuiper's sinks; unless they say otherwise each record is a result of its own.
        Raises RuntimeError without `run`.
        """
        loop = self._loop
        if loop is None:
            raise RuntimeError("the trials are not running")
        properties: dict[str, object] = {"sendSingle": True, **(sink_properties or {})}
        run = TrialRun(secrets.token_urlsafe(16), owner, entry, sql, properties)
        with self._lock:
            for earlier in self._runs.values():
                if earlier.owner == owner and earlier.live:
                    earlier.stop()
            self._forget_some()
            crowded = sum(each.live for each in self._runs.values()) >= MOST_LIVE
            self._runs[run.id] = run
        if crowded:
            run.end("failed", f"{MOST_LIVE} trials are running already.", "Wait until one of them has ended.")
        else:
            loop.call_soon_threadsafe(self._start, run, entry.connection, mock, properties)
        return run

    def get(self, run_id: str) -> TrialRun | None:
        """The trial, while it is remembered."""
        return self._runs.get(run_id)

    def touch(self, run_id: str) -> None:
        """Somebody looks at it: it may go on."""
        run = self._runs.get(run_id)
        if run is not None:
            run.touch()

    async def run(self) -> None:
        """Stops trials at which nobody looks, until cancelled; then all of them."""
        self._ending = asyncio.Event()
        threads = self._threads = ThreadPoolExecutor(THREADS, thread_name_prefix="ekmanager-trial")
        self._loop = asyncio.get_running_loop()
        try:
            while True:
                self._reap()
                await asyncio.sleep(min(1.0, self._untouched / 4))
        finally:
            self._loop = None
            self._ending.set()
            for run in list(self._runs.values()):
                run.stop()
            if self._tasks:
                _, left = await asyncio.wait(set(self._tasks), timeout=CLOSING)
                for task in left:
                    task.cancel()
                if left:
                    log.warning("%d trials may go on for up to %d minutes on their servers", len(left), LONGEST // 60)
            threads.shutdown(wait=False, cancel_futures=True)

    def _reap(self) -> None:
        for run in list(self._runs.values()):
            if run.live and run.idle > self._untouched:
                run.end("stopped", "It was stopped because nobody looked at it any more.")
                run.stop()
        with self._lock:
            self._forget_some()

    def _forget_some(self) -> None:
        over = [run for run in self._runs.values() if not run.live]
        over.sort(key=lambda run: run.idle, reverse=True)
        too_many = len(self._runs) - MOST_KEPT
        for place, run in enumerate(over):
            if place < too_many or run.idle > FORGOTTEN:
                del self._runs[run.id]

    def _start(
        self, run: TrialRun, connection: Connection, mock: Mapping[str, object] | None, sink: Mapping[str, object]
    ) -> None:
        if self._loop is None:
            run.end("stopped", "The app is ending.")
            return
        task = asyncio.create_task(self._perform(run, connection, mock, sink), name="ekmanager-trial")
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        task.add_done_callback(lambda done: _note_failure(run, done))

    async def _perform(
        self, run: TrialRun, connection: Connection, mock: Mapping[str, object] | None, sink: Mapping[str, object]
    ) -> None:
        """From the creation to the deletion. Never cancelled in between: `stop` asks for the end."""
        stop = run.attach()
        name = new_test_id()
        try:
            client = self._client_of(connection)
        except ConnectionsError as error:
            run.end("failed", error.message, error.hint)
            return
        with client:
            try:
                trial = await self._call(client.ruletest.create, name, run.sql, mock_source=mock, sink_properties=sink)
            except (EKuiperError, ConnectionsError) as error:
                # The id means nothing to people, and who knows it can read the results
                run.end("failed", error.message.replace(f"fail to run rule {name}: ", ""), error.hint)
                # Without an answer it may be there all the same
                if isinstance(error, TimedOut | Unreachable) and error.code != "refused":
                    await self._delete(client, name)
                return
            try:
                async with self._feed(run, connection, trial, stop) as feed:
                    if feed is not None:
                        await self._read(run, client, trial, feed, stop)
            finally:
                run.end("stopped")
                await self._delete(client, name)

    @contextlib.asynccontextmanager
    async def _feed(
        self, run: TrialRun, connection: Connection, trial: Trial, stop: asyncio.Event
    ) -> AsyncIterator[Feed | None]:
        """The open stream of results; None where there is none, and the run knows why."""
        feed = None
        url = feed_url(connection.url, trial.port, trial.id)
        try:
            if not stop.is_set():
                async with asyncio.timeout(CONNECTING):
                    feed = await open_feed(self._session(), url)
        except TargetRefused as error:
            run.end("failed", error.message, f"{error.hint} {HINT}")
        except FeedRefused as error:
            run.end("failed", f"The results could not be read at {_where(url)}: {error}.", HINT)
        except TimeoutError:
            run.end("failed", f"{_where(url)} did not answer within {CONNECTING:g} s.", HINT)
        except (aiohttp.ClientError, OSError) as error:
            run.end("failed", of_exception(error, Place.of(url)).reason, HINT)
        try:
            yield feed
        finally:
            if feed is not None:
                with contextlib.suppress(aiohttp.ClientError, OSError):
                    await feed.close()

    async def _read(self, run: TrialRun, client: EKuiperClient, trial: Trial, feed: Feed, stop: asyncio.Event) -> None:
        """Starts the trial and takes what comes, until the end of the stream or a stop."""
        run.events = not feed.is_websocket
        await asyncio.sleep(SUBSCRIBED)
        reading = asyncio.create_task(_take_all(run, feed))
        stopping = asyncio.create_task(stop.wait())
        try:
            if not stop.is_set():
                await self._call(client.ruletest.start, trial.id)
                if run.live:
                    run.state = "running"
            started = time.monotonic()
            await asyncio.wait({reading, stopping}, return_when=asyncio.FIRST_COMPLETED)
            if not stop.is_set():
                await reading
                if time.monotonic() - started > LONGEST * 0.9:
                    run.end("stopped", "The server ended it: a trial lasts five minutes at most.")
                else:
                    run.end(
                        "failed", "The server ended the stream of results.", "It may have been stopped or restarted."
                    )
        except (EKuiperError, ConnectionsError) as error:
            run.end("failed", error.message, error.hint)
        except (aiohttp.ClientError, OSError) as error:
            found = of_exception(error, Place.of(client.url))
            run.end("failed", f"The stream of results broke off: {found.reason}", found.hint)
        finally:
            reading.cancel()
            stopping.cancel()
            await asyncio.gather(reading, stopping, return_exceptions=True)

    async def _delete(self, client: EKuiperClient, name: str) -> None:
        """Ends and deletes the trial on the server; tried again for as long as it may be there."""
        until = time.monotonic() + LONGEST
        tries = 0
        while True:
            try:
                await self._call(client.ruletest.delete, name)
            except (EKuiperError, ConnectionsError) as error:
                pause = _AGAIN[min(tries, len(_AGAIN) - 1)]
                tries += 1
                ending = self._ending is None or self._ending.is_set()
                if time.monotonic() + pause > until or (ending and tries > 1):
                    log.warning("a trial could not be deleted: %s", error)
                    return
                await self._pause(pause)
            else:
                return

    async def _call(self, call: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """A call of the blocking client, in threads of its own: servers that hang hold up nothing but trials."""
        return await asyncio.get_running_loop().run_in_executor(self._threads, partial(call, *args, **kwargs))

    async def _pause(self, seconds: float) -> None:
        """Less when the app ends."""
        if self._ending is None:
            return
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._ending.wait()


async def _take_all(run: TrialRun, feed: Feed) -> None:
    async for payload in feed.payloads:
        run.take(payload)


def _where(url: str) -> str:
    place = Place.of(url)
    return f"port {place.port} of {place.host}"


def _note_failure(run: TrialRun, task: asyncio.Task[None]) -> None:
    error = None if task.cancelled() else task.exception()
    if error is not None:
        log.error("a trial failed", exc_info=error)
        run.end("failed", "ekmanager itself failed while it ran the trial.", "This is a fault of ekmanager.")
