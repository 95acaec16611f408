"""A simulated server on a socket: one listener, and the ways in which it can misbehave."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Collection, Mapping
from enum import StrEnum

from aiohttp import web

from ekmanager.simulator.auth import TokenCheck
from ekmanager.simulator.datafeed import GRACE, DataFeed
from ekmanager.simulator.dispatch import dispatch
from ekmanager.simulator.engine import Engine
from ekmanager.simulator.misbehaviour import Misbehaviour, misbehave
from ekmanager.simulator.reply import Dropped, Reply
from ekmanager.simulator.seeds import seed

_END_AFTER = 1.0
"""Seconds between the answer to a stop and the end of the process."""


_TRIALS = frozenset(["/ruletest", "/batch/req"])
"""Where a trial run may begin: its results need the data server."""


class Behaviour(StrEnum):
    """How a server answers."""

    HEALTHY = "healthy"
    SLOW = "slow"
    """Right, but each answer takes `delay` seconds."""
    UNAUTHORIZED = "unauthorized"
    """Authentication is on: `/` and `/ping` are open, the rest is 401 without a token that `keys` verify."""
    FAILING = "failing"
    """500 to everything."""
    HANGING = "hanging"
    """Takes the request and never answers."""
    CLOSING = "closing"
    """Closes the connection without an answer."""
    GARBAGE = "garbage"
    """Answers with bytes that are not HTTP."""
    ENDLESS = "endless"
    """200, and a body without end."""
    HUGE = "huge"
    """200, and 1 GB of spaces."""
    BROKEN_JSON = "broken_json"
    """200, and JSON that breaks off."""
    HTML = "html"
    """200, and a web page: something else listens there."""


_MISBEHAVIOURS = {
    Behaviour.HANGING: Misbehaviour.HANG,
    Behaviour.CLOSING: Misbehaviour.CLOSE,
    Behaviour.GARBAGE: Misbehaviour.GARBAGE,
    Behaviour.ENDLESS: Misbehaviour.ENDLESS,
    Behaviour.HUGE: Misbehaviour.HUGE,
    Behaviour.BROKEN_JSON: Misbehaviour.BROKEN_JSON,
    Behaviour.HTML: Misbehaviour.HTML,
    Behaviour.FAILING: Misbehaviour.FAIL,
}


class SimulatedServer:
    """One eKuiper that is not one. `behaviour` and `delay` may be changed while it runs.

    `keys` are public keys (PEM) by issuer, for UNAUTHORIZED; `age` is its uptime in seconds at the start; `unreachable`
    are addresses that its streams and sinks cannot connect to. With `seed_rules` it has streams, tables and rules.
    """

    def __init__(
        self,
        version: str = "2.4.0",
        *,
        behaviour: Behaviour = Behaviour.HEALTHY,
        seed_rules: bool = True,
        delay: float = 1.2,
        keys: Mapping[str, str] | None = None,
        age: float = 0.0,
        name: str = "",
        unreachable: Collection[str] = (),
        engine: Engine | None = None,
    ) -> None:
        self.behaviour = behaviour
        self.delay = delay
        self.engine = engine or Engine(version, age=age, seed=name or version, unreachable=unreachable)
        self.requests = 0
        """Requests that arrived since the object was made."""
        self._keys = keys
        self._server: asyncio.Server | None = None
        self._protocols: web.Server | None = None
        self._port = 0
        self._ending: asyncio.TimerHandle | None = None
        self._tasks: set[asyncio.Task[None]] = set()
        self._feed: DataFeed | None = None
        if seed_rules:
            seed(self.engine)

    @property
    def url(self) -> str:
        """`http://127.0.0.1:<port>`; the port stays the same over stops and starts."""
        return f"http://127.0.0.1:{self._port}"

    @property
    def port(self) -> int:
        return self._port

    @property
    def running(self) -> bool:
        """Whether something listens."""
        return self._server is not None

    async def start(self, port: int = 0) -> str:
        """Listens on 127.0.0.1 and gives the URL. Without `port` a free one, or the one that it had before."""
        if self._server is None:
            self._protocols = web.Server(self._answer, handler_cancellation=True, access_log=None)
            loop = asyncio.get_running_loop()
            self._server = await loop.create_server(self._protocols, "127.0.0.1", port or self._port, backlog=128)
            self._port = self._server.sockets[0].getsockname()[1]
        return self.url

    async def stop(self) -> None:
        """Stops listening and ends what is being answered. The state stays."""
        server, protocols, self._server, self._protocols = self._server, self._protocols, None, None
        if self._ending is not None:
            self._ending.cancel()
            self._ending = None
        feed, self._feed = self._feed, None
        if feed is not None:
            await feed.close()
        if server is not None and protocols is not None:
            server.close()
            await protocols.shutdown(GRACE)
            await server.wait_closed()

    async def restart(self) -> None:
        """Ends and comes back on the same port: uptime and counters begin anew."""
        await self.stop()
        self.engine.restart()
        await self.start()

    async def __aenter__(self) -> SimulatedServer:
        await self.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.stop()

    async def _answer(self, request: web.BaseRequest) -> web.StreamResponse:
        self.requests += 1
        misbehaviour = _MISBEHAVIOURS.get(self.behaviour)
        body = await request.content.read()
        if misbehaviour is not None:
            return await misbehave(misbehaviour, request)
        if self.behaviour is Behaviour.SLOW:
            await asyncio.sleep(self.delay)
        check = None
        if self.behaviour is Behaviour.UNAUTHORIZED:
            check = TokenCheck(self._keys, clock=self.engine.now)
        headers = {name.lower(): value for name, value in request.headers.items()}
        target = request.rel_url
        if self._feed is None and request.method == "POST" and target.raw_path in _TRIALS:
            self._feed = DataFeed(self.engine)
            await self._feed.open()
        try:
            reply = dispatch(
                self.engine, request.method, target.raw_path, target.raw_query_string, headers, body, check
            )
        except Dropped:
            return await misbehave(Misbehaviour.CLOSE, request)
        if self.engine.ending is not None and self._ending is None:
            self._ending = asyncio.get_running_loop().call_later(_END_AFTER, self._end)
        return _response(reply)

    def _end(self) -> None:
        """The process ends, as after `/stop`; a later `start` is a new process."""
        self._ending = None
        task = asyncio.ensure_future(self._end_now())
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _end_now(self) -> None:
        with contextlib.suppress(asyncio.CancelledError):
            await self.stop()
            self.engine.restart()


def _response(reply: Reply) -> web.Response:
    response = web.Response(status=reply.status, body=reply.body or None, headers=dict(reply.headers))
    if reply.content_type is not None:
        response.headers["Content-Type"] = reply.content_type
    response.force_close()
    response.headers["Connection"] = "close"
    return response
