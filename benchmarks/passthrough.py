"""Bare pass-throughs to one server, nothing checked, nothing added: `python -m benchmarks.passthrough KIND URL`."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import sys
from collections.abc import AsyncIterator

import aiohttp
import uvicorn
from aiohttp import web
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import StreamingResponse
from starlette.routing import Route


def _client() -> aiohttp.ClientSession:
    return aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0, force_close=True), auto_decompress=False)


async def serve_aiohttp(server: str, listener: socket.socket) -> None:
    """The pass-through as an aiohttp.web application."""
    async with _client() as session:

        async def handle(request: web.Request) -> web.StreamResponse:
            async with session.request(
                request.method, server + request.path_qs, data=request.content if request.can_read_body else None
            ) as answer:
                response = web.StreamResponse(status=answer.status)
                response.content_type = answer.content_type
                response.content_length = answer.content_length
                await response.prepare(request)
                async for chunk in answer.content.iter_any():
                    await response.write(chunk)
                await response.write_eof()
                return response

        app = web.Application()
        app.router.add_route("*", "/{path:.*}", handle)
        runner = web.AppRunner(app, access_log=None)
        await runner.setup()
        await web.SockSite(runner, listener).start()
        await asyncio.Event().wait()


def serve_uvicorn(server: str, listener: socket.socket) -> None:
    """The pass-through as a Starlette application on uvicorn."""
    sessions: list[aiohttp.ClientSession] = []

    @contextlib.asynccontextmanager
    async def lifespan(_app: Starlette) -> AsyncIterator[None]:
        async with _client() as session:
            sessions.append(session)
            yield

    async def handle(request: Request) -> StreamingResponse:
        answer = await sessions[0].request(request.method, server + request.url.path)

        async def body() -> AsyncIterator[bytes]:
            async with answer:
                async for chunk in answer.content.iter_any():
                    yield chunk

        headers = {name: answer.headers[name] for name in ("Content-Type", "Content-Length") if name in answer.headers}
        return StreamingResponse(body(), answer.status, headers)

    app = Starlette(routes=[Route("/{path:path}", handle)], lifespan=lifespan)
    uvicorn.Server(uvicorn.Config(app, log_level="error", access_log=False)).run(sockets=[listener])


def main(kind: str, server: str) -> None:
    listener = socket.create_server(("127.0.0.1", 0), backlog=256)
    print(listener.getsockname()[1], flush=True)
    if kind == "aiohttp":
        asyncio.run(serve_aiohttp(server, listener))
    else:
        serve_uvicorn(server, listener)


if __name__ == "__main__":
    with contextlib.suppress(KeyboardInterrupt):
        main(*sys.argv[1:3])
