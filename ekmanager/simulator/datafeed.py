"""The data server: where results of trial runs are read, as server-sent events (2.4.0) or on a WebSocket (1.14.7)."""

from __future__ import annotations

import asyncio
import contextlib

from aiohttp import WSMsgType, web

from ekmanager.simulator.engine import Engine
from ekmanager.simulator.trials import Trial

_PREFIX = "/test/"
GRACE = 0.01
"""Seconds that answers under way get when a listener is closed; 0 would mean for ever."""


class DataFeed:
    """A second listener of one simulated server, opened with the first trial run. It never asks for a token."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._server: asyncio.Server | None = None
        self._protocols: web.Server | None = None

    async def open(self) -> None:
        """Listens on a free port and tells the engine which."""
        if self._server is None:
            self._protocols = web.Server(self._answer, handler_cancellation=True, access_log=None)
            loop = asyncio.get_running_loop()
            self._server = await loop.create_server(self._protocols, "127.0.0.1", 0)
            self._engine.data_port = self._server.sockets[0].getsockname()[1]

    async def close(self) -> None:
        """Ends every result stream and stops listening."""
        server, protocols, self._server, self._protocols = self._server, self._protocols, None, None
        if server is not None and protocols is not None:
            server.close()
            await protocols.shutdown(GRACE)
            await server.wait_closed()

    async def _answer(self, request: web.BaseRequest) -> web.StreamResponse:
        trial = self._engine.tests.get(request.path.removeprefix(_PREFIX))
        if self._engine.newer:
            return await self._events(request, trial)
        if trial is None or request.headers.get("Upgrade", "").lower() != "websocket":
            return web.Response(status=400, text="Bad Request\n")
        return await self._websocket(request, trial)

    async def _events(self, request: web.BaseRequest, trial: Trial | None) -> web.StreamResponse:
        if trial is None or not request.path.startswith(_PREFIX):
            return web.Response(status=404)
        headers = {
            "Content-Type": "text/event-stream",
            "Cache-Control": "no-cache",
            "Access-Control-Allow-Origin": "*",
        }
        response = web.StreamResponse(headers=headers)
        response.force_close()
        response.enable_chunked_encoding()
        await response.prepare(request)
        with contextlib.suppress(ConnectionResetError):
            async for payload in trial.payloads():
                await response.write(f"data: {payload}\n\n".encode())
        return response

    async def _websocket(self, request: web.BaseRequest, trial: Trial) -> web.StreamResponse:
        socket = web.WebSocketResponse()
        # aiohttp types this for its application server, and needs nothing of it.
        await socket.prepare(request)
        sender = asyncio.create_task(_send(socket, trial))
        try:
            async for message in socket:
                if message.type in {WSMsgType.CLOSE, WSMsgType.ERROR}:
                    break
        finally:
            sender.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await sender
        return socket


async def _send(socket: web.WebSocketResponse, trial: Trial) -> None:
    with contextlib.suppress(ConnectionResetError):
        async for payload in trial.payloads():
            await socket.send_str(payload)
        await socket.close()
