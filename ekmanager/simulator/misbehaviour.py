"""What a broken server, or something that is no server at all, sends."""

from __future__ import annotations

import asyncio
from enum import Enum, auto
from typing import TypeVar

from aiohttp import web

_Response = TypeVar("_Response", bound=web.StreamResponse)

_CHUNK = b" " * 65_536
_HUGE_CHUNKS = 16_384
"""Chunks of 64 KiB that make 1 GiB."""
_PAGE = b"<!DOCTYPE html><html><head><title>Welcome</title></head><body><h1>It works</h1></body></html>"


class Misbehaviour(Enum):
    HANG = auto()
    CLOSE = auto()
    GARBAGE = auto()
    ENDLESS = auto()
    HUGE = auto()
    BROKEN_JSON = auto()
    HTML = auto()
    FAIL = auto()


async def misbehave(kind: Misbehaviour, request: web.BaseRequest) -> web.StreamResponse:
    """Answers a request badly."""
    if kind is Misbehaviour.HANG:
        # Cancelled when the client leaves or the server stops.
        await asyncio.Event().wait()
    if kind in {Misbehaviour.CLOSE, Misbehaviour.GARBAGE}:
        if request.transport is not None:
            if kind is Misbehaviour.GARBAGE:
                request.transport.write(b"\x15\x03\x01\x00\x02\x02\x0anonsense\r\n\r\n")
            request.transport.close()
        return web.Response(status=499)
    if kind in {Misbehaviour.ENDLESS, Misbehaviour.HUGE}:
        return await _pour(request, None if kind is Misbehaviour.ENDLESS else _HUGE_CHUNKS)
    if kind is Misbehaviour.HTML:
        return _closing(web.Response(body=_PAGE, content_type="text/html"))
    if kind is Misbehaviour.BROKEN_JSON:
        return _closing(web.Response(body=b'{"version":"2.4.0","os":', content_type="text/plain"))
    return _closing(web.Response(status=500, text="Internal Server Error\n"))


async def _pour(request: web.BaseRequest, chunks: int | None) -> web.StreamResponse:
    """Sends spaces as fast as the client takes them."""
    response = _closing(web.StreamResponse(headers={"Content-Type": "application/json"}))
    await response.prepare(request)
    sent = 0
    try:
        while chunks is None or sent < chunks:
            await response.write(_CHUNK)
            sent += 1
    except (ConnectionResetError, ConnectionAbortedError):
        return response
    return response


def _closing(response: _Response) -> _Response:
    response.force_close()
    response.headers["Connection"] = "close"
    return response
