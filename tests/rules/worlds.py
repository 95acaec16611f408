"""What the tests of looking at rules share: entries, and simulated servers in a loop of their own."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Callable, Coroutine, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, TypeVar

import aiohttp

from ekmanager.connections.book import Entry
from ekmanager.connections.model import Connection, Where
from ekmanager.connections.outbound import open_session
from ekmanager.connections.targets import TargetPolicy
from ekmanager.ekuiper.client import EKuiperClient
from ekmanager.ekuiper.models.rules import Operator, RuleStatus, State
from ekmanager.rules.rates import Sample
from ekmanager.simulator.server import SimulatedServer

T = TypeVar("T")


def entry(url: str, **fields: object) -> Entry:
    connection = Connection.model_validate({"id": "c", "name": "c", "url": url, **fields})
    return Entry(connection, Where.BROWSER, "browser/0/c")


def client_of(connection: Connection) -> EKuiperClient:
    return EKuiperClient(connection.url, timeout=connection.timeout or 2.0, retries=0)


def until(condition: Callable[[], object], within: float = 15.0) -> None:
    """Waits in a thread until `condition` holds; fails the test when it never does."""
    end = time.monotonic() + within
    while not condition():
        assert time.monotonic() < end, "it never came to be"
        time.sleep(0.01)


class Loop:
    """A loop in a thread, as the app has one, with its outbound session."""

    def __init__(self) -> None:
        self.loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self.loop.run_forever, daemon=True)
        self._thread.start()
        self.session: aiohttp.ClientSession = self.call(self._open())

    async def _open(self) -> aiohttp.ClientSession:
        return open_session(TargetPolicy(), limit=0)

    def call(self, work: Coroutine[Any, Any, T]) -> T:
        return asyncio.run_coroutine_threadsafe(work, self.loop).result(30)

    def begin(self, work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        async def begun() -> asyncio.Task[None]:
            task = asyncio.create_task(work)
            await asyncio.sleep(0)
            return task

        return self.call(begun())

    def end(self, task: asyncio.Task[None]) -> None:
        async def ended() -> None:
            task.cancel()
            await asyncio.wait({task})

        self.call(ended())

    def close(self) -> None:
        async def finish() -> None:
            await self.session.close()
            left = asyncio.all_tasks() - {asyncio.current_task()}
            for task in left:
                task.cancel()
            await asyncio.gather(*left, return_exceptions=True)
            await self.loop.shutdown_default_executor()

        self.call(finish())
        self.loop.call_soon_threadsafe(self.loop.stop)
        self._thread.join()
        self.loop.close()


@contextmanager
def simulated(version: str, **options: Any) -> Iterator[SimulatedServer]:
    """A simulated server in a loop of its own, so that blocking calls can be made to it."""
    world = Loop()
    server = SimulatedServer(version, **options)
    world.call(server.start())
    try:
        yield server
    finally:
        world.call(server.stop())
        world.close()


def operator(key: str, came_in: int = 0, went_out: int = 0, **fields: object) -> Operator:
    kind, _, rest = key.partition("_")
    name, _, instance = rest.rpartition("_")
    values: Mapping[str, Any] = {"records_in_total": came_in, "records_out_total": went_out, **fields}
    return Operator(key, kind, name, int(instance), **values)


def status(*operators: Operator, state: State = State.RUNNING, last_start: int = 1_000, reason: str = "") -> RuleStatus:
    return RuleStatus(state, state.value, reason, last_start, 0, 0, operators, {})


def sample(at: float, *operators: Operator, state: State = State.RUNNING, last_start: int = 1_000) -> Sample:
    return Sample(at, status(*operators, state=state, last_start=last_start))
