"""The gateway on a real port, in front of a server that does what a test says."""

from __future__ import annotations

import asyncio
import contextlib
import http.client
import json
import socket
import threading
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self, TypeVar

import aiohttp
import uvicorn
from aiohttp import web
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, Response
from starlette.routing import Mount, Route, WebSocketRoute
from starlette.websockets import WebSocket

from ekmanager.connections.book import ConnectionBook
from ekmanager.connections.browser import BrowserRegistry
from ekmanager.connections.json_file import JsonFileStore
from ekmanager.connections.model import Connection, Where
from ekmanager.connections.outbound import open_session
from ekmanager.connections.targets import TargetPolicy
from ekmanager.connections.vault import Vault
from ekmanager.gateway import MOUNT, create_gateway, middleware
from ekmanager.health.history import MemoryHistory
from ekmanager.health.monitor import Monitor, MonitorOptions
from ekmanager.settings import Settings

T = TypeVar("T")
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]

ME = "m" * 43
"""The browser of most tests."""
SOMEBODY_ELSE = "o" * 43


class LoopThread:
    """An event loop in a thread of its own."""

    def __init__(self) -> None:
        self.loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self.loop.run_forever, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.loop.call_soon_threadsafe(self.loop.stop)
        self._thread.join(10)
        self.loop.close()

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        return asyncio.run_coroutine_threadsafe(work, self.loop).result(20)


@dataclass(frozen=True)
class Seen:
    """A request as the upstream server received it."""

    method: str
    target: str
    headers: list[tuple[str, str]]
    body: bytes

    def header(self, name: str) -> str | None:
        return next((value for key, value in self.headers if key.lower() == name.lower()), None)


class Upstream:
    """An HTTP server that records what it is asked and answers with `handler`."""

    def __init__(self, thread: LoopThread) -> None:
        self._thread = thread
        self.seen: list[Seen] = []
        self.handler: Handler | None = None
        self.cancelled = threading.Event()
        """Set when the caller of a request left before it was answered."""
        self.url = ""

    async def start(self) -> None:
        server = web.Server(self._answer, auto_decompress=False, handler_cancellation=True)
        self._runner = web.ServerRunner(server, shutdown_timeout=1)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0)
        await site.start()
        self.url = f"http://127.0.0.1:{self._runner.addresses[0][1]}"

    async def stop(self) -> None:
        await self._runner.cleanup()

    @property
    def last(self) -> Seen:
        return self.seen[-1]

    async def _answer(self, request: web.BaseRequest) -> web.StreamResponse:
        assert isinstance(request, web.BaseRequest)
        try:
            if self.handler is not None:
                return await self.handler(request)  # type: ignore[arg-type]  # a plain server makes base requests
            body = await request.read()
            self.note(request, body)
            return web.Response(body=b'{"echo":true}', content_type="application/json")
        except asyncio.CancelledError:
            self.cancelled.set()
            raise

    def note(self, request: web.BaseRequest, body: bytes = b"") -> None:
        headers = [(name.decode("latin-1"), value.decode("latin-1")) for name, value in request.raw_headers]
        self.seen.append(Seen(request.method, request.raw_path, headers, body))

    def answers(self, body: bytes = b"", status: int = 200, headers: Mapping[str, str] | None = None) -> None:
        """Every further request gets this."""

        async def handler(request: web.Request) -> web.StreamResponse:
            self.note(request, await request.read())
            return web.Response(body=body, status=status, headers=headers)

        self.handler = handler


@dataclass(frozen=True)
class Answer:
    """What the gateway answered."""

    status: int
    headers: list[tuple[str, str]]
    body: bytes

    def header(self, name: str) -> str | None:
        return next((value for key, value in self.headers if key.lower() == name.lower()), None)

    @property
    def names(self) -> set[str]:
        return {name.lower() for name, _ in self.headers}

    @property
    def json(self) -> Any:
        return json.loads(self.body)

    @property
    def code(self) -> str:
        """The code of the error envelope."""
        error = self.json["error"]
        assert error["message"]
        assert set(error) >= {"code", "message", "hint"}
        return str(error["code"])


@dataclass(eq=False)
class World:
    """What the gateway works on, the server it runs in, and a client."""

    settings: Settings
    folder: Path
    policy: TargetPolicy = field(init=False)
    browsers: BrowserRegistry = field(init=False)
    history: MemoryHistory = field(init=False)
    monitor: Monitor = field(init=False)
    shared: JsonFileStore | None = field(init=False)
    session: aiohttp.ClientSession = field(init=False)
    port: int = field(default=0, init=False)

    def __post_init__(self) -> None:
        vault = Vault(None)
        self.policy = TargetPolicy(self.settings.allowed_targets)
        self.browsers = BrowserRegistry(vault)
        self.history = MemoryHistory()
        keeps = self.settings.keeps_on_server
        self.shared = JsonFileStore(self.folder / "connections.json", vault) if keeps else None
        self.monitor = Monitor(
            list, policy=self.policy, history=self.history, options=MonitorOptions(timeout=self.settings.check_timeout)
        )

    def book(self, browser_id: str | None) -> ConnectionBook:
        private = self.browsers.open(browser_id) if browser_id else None
        return ConnectionBook(self.shared, private, browser_id=browser_id)

    def add(self, url: str, *, browser: str | None = ME, **fields: object) -> str:
        """A connection of a browser, or (None) of the server; its id."""
        draft = Connection.model_validate({"name": f"to {url}", "url": url, **fields})
        return self.book(browser).add(draft, Where.BROWSER if browser else Where.SERVER).connection.id

    def app(self) -> Starlette:
        @contextlib.asynccontextmanager
        async def lifespan(_: Starlette) -> AsyncIterator[None]:
            self.session = open_session(self.policy, limit=0)
            yield
            await self.session.close()
            await self.monitor.close()

        async def page(request: Request) -> Response:
            return HTMLResponse("<title>the page</title>", 304 if "if-none-match" in request.headers else 200)

        async def post(_: Request) -> Response:
            return PlainTextResponse("posted")

        async def stream(websocket: WebSocket) -> None:
            await websocket.accept()
            await websocket.send_text("hello")
            await websocket.receive()

        routes = [
            Mount(MOUNT, create_gateway(self)),
            Route("/upload", post, methods=["POST", "PUT"]),
            WebSocketRoute("/_stcore/stream", stream),
            Route("/{path:path}", page),
        ]
        return Starlette(routes=routes, middleware=middleware(self), lifespan=lifespan)

    @contextlib.contextmanager
    def served(self) -> Iterator[Self]:
        """The app on a port of its own, in a thread."""
        config = uvicorn.Config(self.app(), host="127.0.0.1", port=0, log_level="warning", lifespan="on")
        server = uvicorn.Server(config)
        listener = socket.create_server(("127.0.0.1", 0))
        self.port = listener.getsockname()[1]
        thread = threading.Thread(target=server.run, args=([listener],), daemon=True)
        thread.start()
        pause = threading.Event()
        while not server.started and thread.is_alive():
            pause.wait(0.01)
        try:
            yield self
        finally:
            server.should_exit = True
            thread.join(10)
            listener.close()

    def connect(self) -> http.client.HTTPConnection:
        return http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)

    def ask(
        self,
        method: str,
        path: str,
        body: bytes | Iterator[bytes] | None = None,
        /,
        *,
        browser: str | None = ME,
        host: str | None = None,
        **headers: str,
    ) -> Answer:
        """One request, its path sent as it is. Underscores in names of headers are hyphens."""
        connection = self.connect()
        connection.putrequest(method, path, skip_host=True, skip_accept_encoding=True)
        connection.putheader("Host", host or f"127.0.0.1:{self.port}")
        if browser:
            connection.putheader("Cookie", f"other=1; ekmanager_browser={browser}")
        chunked = body is not None and not isinstance(body, bytes)
        if chunked:
            connection.putheader("Transfer-Encoding", "chunked")
        elif body is not None:
            connection.putheader("Content-Length", str(len(body)))  # type: ignore[arg-type]  # bytes here
        for name, value in headers.items():
            connection.putheader(name.replace("_", "-"), value)
        connection.endheaders(body, encode_chunked=chunked)
        found = connection.getresponse()
        answer = Answer(found.status, found.getheaders(), found.read())
        connection.close()
        return answer

    def send(self, method: str, path: str, content: object, /, *, browser: str | None = ME, **headers: str) -> Answer:
        """One request with a JSON body."""
        headers = {"Content_Type": "application/json", **headers}
        return self.ask(method, path, json.dumps(content).encode(), browser=browser, **headers)


def proxied(connection_id: str, path: str = "/") -> str:
    """The address of a path on the server of a connection."""
    return f"{MOUNT}/connections/{connection_id}/ekuiper{path}"
