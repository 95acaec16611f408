"""A simulated server for the tests of rules, in a thread of its own."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from ekmanager.ekuiper.client import EKuiperClient
from ekmanager.simulator import Engine, SimulatedServer
from ekmanager.simulator.seeds import OFF_BROKER, OFF_REDIS, USUAL, seed

VERSIONS = ("2.4.0", "1.14.7")


@dataclass
class Running:
    """A server that listens, its state, and a client of it."""

    client: EKuiperClient
    engine: Engine
    server: SimulatedServer

    @property
    def version(self) -> str:
        return self.engine.version


@contextmanager
def running_server(version: str = "2.4.0") -> Iterator[Running]:
    """A server with the streams and rules of the demo fleet."""
    engine = Engine(version, age=60.0, unreachable=(OFF_BROKER, OFF_REDIS))
    seed(engine, USUAL)
    server = SimulatedServer(version, seed_rules=False, engine=engine)
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, name="simulated", daemon=True)
    thread.start()
    try:
        url = asyncio.run_coroutine_threadsafe(server.start(), loop).result(10)
        with EKuiperClient(url, retries=0) as client:
            yield Running(client, engine, server)
        asyncio.run_coroutine_threadsafe(server.stop(), loop).result(10)
    finally:
        loop.call_soon_threadsafe(loop.stop)
        thread.join(10)
        loop.close()
