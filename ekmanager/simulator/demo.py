"""The demo fleet: simulated servers inside this process, so that every status can be seen without an eKuiper."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Coroutine, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from ekmanager.simulator.engine import Engine
from ekmanager.simulator.seeds import (
    NIGHTLY,
    OFF_BROKER,
    OFF_REDIS,
    TROUBLED,
    USUAL,
    SeedRule,
    add_failed_rule,
    seed,
)
from ekmanager.simulator.server import Behaviour, SimulatedServer

_T = TypeVar("_T")
_DAY = 86_400.0


@dataclass(frozen=True, slots=True)
class DemoServer:
    """One server of the fleet, as a connection to it is described."""

    name: str
    url: str
    description: str
    tags: tuple[str, ...]
    note: str
    """What there is to see, in a sentence."""


@dataclass(frozen=True, slots=True)
class _Plan:
    name: str
    version: str
    description: str
    tags: tuple[str, ...]
    note: str
    behaviour: Behaviour = Behaviour.HEALTHY
    rules: tuple[SeedRule, ...] = USUAL
    age: float = 0.0
    failed_rule: bool = False
    stopped: bool = False


_FLEET = (
    _Plan(
        "plant-1/line-1",
        "2.4.0",
        "Climate and vibration of line 1",
        ("plant-1", "production"),
        "Healthy: rules process data.",
        age=12.3 * _DAY,
    ),
    _Plan(
        "plant-1/line-2",
        "2.4.0",
        "Line 2, with a scheduled report",
        ("plant-1", "production"),
        "Healthy, with a rule that waits for the night.",
        rules=(*USUAL, NIGHTLY),
        age=12.1 * _DAY,
    ),
    _Plan(
        "plant-2/line-1",
        "1.14.7",
        "Older gateway of plant 2",
        ("plant-2", "production", "legacy"),
        "Healthy, an older release.",
        age=94.6 * _DAY,
    ),
    _Plan(
        "plant-2/packaging",
        "2.4.0",
        "Packaging cell",
        ("plant-2", "production"),
        "Online with rules in trouble: a sink without its broker, and two stopped by error.",
        rules=(*USUAL, *TROUBLED),
        age=3.4 * _DAY,
        failed_rule=True,
    ),
    _Plan(
        "plant-3/gateway",
        "2.4.0",
        "Behind a satellite link",
        ("plant-3",),
        "Slow: each answer takes more than a second.",
        Behaviour.SLOW,
        age=1.7 * _DAY,
    ),
    _Plan(
        "lab/secured",
        "2.4.0",
        "Authentication is on, and no token is configured",
        ("lab",),
        "Unauthorized: answers 401 to everything but its version.",
        Behaviour.UNAUTHORIZED,
        age=0.6 * _DAY,
    ),
    _Plan(
        "lab/broken",
        "1.14.7",
        "A proxy whose server is gone",
        ("lab",),
        "Error: answers 500 to every request.",
        Behaviour.FAILING,
        rules=(),
    ),
    _Plan(
        "lab/spare",
        "2.4.0",
        "Switched off",
        ("lab", "spare"),
        "Offline: nothing listens there.",
        age=0.0,
        stopped=True,
    ),
)


class DemoFleet:
    """The servers, in a thread of their own that `stop` ends. `slow` is the delay of the slow one in seconds."""

    def __init__(self, *, slow: float = 1.2) -> None:
        self._slow = slow
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._servers: dict[str, SimulatedServer] = {}
        self._described: tuple[DemoServer, ...] = ()

    @property
    def running(self) -> bool:
        return self._thread is not None

    @property
    def servers(self) -> Sequence[DemoServer]:
        """What `start` gave; empty when it does not run."""
        return self._described

    @property
    def pending_tasks(self) -> int:
        """Tasks under way in the fleet's loop: none while nobody asks anything."""
        with self._lock:
            return 0 if self._loop is None else self._call(_other_tasks())

    def start(self) -> Sequence[DemoServer]:
        """Starts all servers on free ports of 127.0.0.1; when they run already, says which they are."""
        with self._lock:
            if self._thread is not None:
                return self._described
            ready = threading.Event()
            loop = asyncio.new_event_loop()
            self._loop = loop
            self._thread = threading.Thread(target=_run, args=(loop, ready), name="demo-fleet", daemon=True)
            self._thread.start()
            ready.wait()
            try:
                self._described = self._call(self._start_all())
            except OSError:
                self._shut_down()
                raise
            return self._described

    def stop(self) -> None:
        """Ends all servers and the thread. Harmless when nothing runs."""
        with self._lock:
            if self._thread is not None:
                self._shut_down()

    def set_stopped(self, name: str, stopped: bool) -> None:
        """Stops one server, or starts it again on the same port, as a new process. Raises KeyError for another name."""
        with self._lock:
            self._call(self._set_stopped(self._servers[name], stopped))

    def server(self, name: str) -> SimulatedServer:
        """The simulated server behind a name, for tests: its `behaviour` may be set. Raises KeyError."""
        return self._servers[name]

    def _shut_down(self) -> None:
        thread, loop = self._thread, self._loop
        if thread is None or loop is None:
            return
        self._call(self._stop_all())
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()
        self._thread, self._loop = None, None
        self._servers, self._described = {}, ()

    def _call(self, work: Coroutine[Any, Any, _T]) -> _T:
        if self._loop is None:
            work.close()
            raise RuntimeError("the demo fleet does not run")
        return asyncio.run_coroutine_threadsafe(work, self._loop).result()

    async def _start_all(self) -> tuple[DemoServer, ...]:
        described = []
        for plan in _FLEET:
            server = _build(plan, self._slow)
            self._servers[plan.name] = server
            url = await server.start()
            if plan.stopped:
                await server.stop()
            described.append(DemoServer(plan.name, url, plan.description, plan.tags, plan.note))
        return tuple(described)

    async def _stop_all(self) -> None:
        for server in self._servers.values():
            await server.stop()

    async def _set_stopped(self, server: SimulatedServer, stopped: bool) -> None:
        if stopped:
            await server.stop()
        elif not server.running:
            server.engine.restart()
            await server.start()


def _build(plan: _Plan, slow: float) -> SimulatedServer:
    engine = Engine(plan.version, age=plan.age, seed=plan.name, unreachable=(OFF_BROKER, OFF_REDIS))
    if plan.rules:
        seed(engine, plan.rules)
    if plan.failed_rule:
        add_failed_rule(engine)
    return SimulatedServer(behaviour=plan.behaviour, delay=slow, seed_rules=False, engine=engine)


async def _other_tasks() -> int:
    return len(asyncio.all_tasks()) - 1


def _run(loop: asyncio.AbstractEventLoop, ready: threading.Event) -> None:
    asyncio.set_event_loop(loop)
    loop.call_soon(ready.set)
    loop.run_forever()
