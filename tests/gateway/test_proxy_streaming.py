"""Long and endless bodies: what is here goes on at once, and nothing is gathered."""

from __future__ import annotations

import asyncio
import http.client
import socket
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from aiohttp import web

from tests.gateway.conftest import Serve
from tests.gateway.world import ME, LoopThread, Upstream, World, proxied

MEGABYTE = 1_048_576


@pytest.fixture
def gate() -> Iterator[threading.Event]:
    """What a handler waits for; opened when the test ends, so that no handler stays."""
    event = threading.Event()
    yield event
    event.set()


def start(world: World, path: str, method: str = "GET", **headers: str) -> http.client.HTTPResponse:
    """A request whose answer is read by the test."""
    connection = world.connect()
    connection.request(method, path, headers={"Cookie": f"ekmanager_browser={ME}", **headers})
    return connection.getresponse()


async def opened(gate: threading.Event) -> None:
    await asyncio.to_thread(gate.wait)


def test_events_of_a_stream_pass_as_they_come(world: World, upstream: Upstream, gate: threading.Event) -> None:
    async def events(request: web.Request) -> web.StreamResponse:
        answer = web.StreamResponse(headers={"Content-Type": "text/event-stream"})
        await answer.prepare(request)
        await answer.write(b"data: 1\n\n")
        await opened(gate)
        await answer.write(b"data: 2\n\n")
        return answer

    upstream.handler = events
    answer = start(world, proxied(world.add(upstream.url), "/ruletest/1"), Accept_Encoding="gzip")
    assert answer.getheader("Content-Type") == "text/event-stream"
    assert answer.read1() == b"data: 1\n\n"
    gate.set()
    assert answer.read() == b"data: 2\n\n"


def test_after_the_first_byte_a_pause_may_be_longer_than_the_timeout(serve: Serve, upstream: Upstream) -> None:
    async def slow(request: web.Request) -> web.StreamResponse:
        answer = web.StreamResponse()
        await answer.prepare(request)
        await asyncio.sleep(0.5)
        await answer.write(b"late")
        return answer

    world = serve(proxy_timeout=0.2)
    upstream.handler = slow
    assert world.ask("GET", proxied(world.add(upstream.url))).body == b"late"


def test_a_caller_that_leaves_before_the_answer_cancels_the_call(
    world: World, upstream: Upstream, gate: threading.Event
) -> None:
    reached = threading.Event()

    async def never(_: web.Request) -> web.StreamResponse:
        reached.set()
        await opened(gate)
        return web.Response()

    upstream.handler = never
    path = proxied(world.add(upstream.url))
    with socket.create_connection(("127.0.0.1", world.port)) as caller:
        caller.sendall(f"GET {path} HTTP/1.1\r\nHost: localhost\r\nCookie: ekmanager_browser={ME}\r\n\r\n".encode())
        assert reached.wait(10)
        assert not upstream.cancelled.wait(0.2)
    assert upstream.cancelled.wait(10)


def test_a_caller_that_leaves_in_the_middle_of_the_answer_cancels_the_call(
    world: World, upstream: Upstream, gate: threading.Event
) -> None:
    async def endless(request: web.Request) -> web.StreamResponse:
        answer = web.StreamResponse()
        await answer.prepare(request)
        await answer.write(b"first")
        await opened(gate)
        return answer

    upstream.handler = endless
    answer = start(world, proxied(world.add(upstream.url)))
    assert answer.read1() == b"first"
    answer.close()
    assert upstream.cancelled.wait(10)


def test_a_caller_that_leaves_in_the_middle_of_its_body_cancels_the_call(world: World, upstream: Upstream) -> None:
    begun = threading.Event()

    async def sink(request: web.Request) -> web.StreamResponse:
        async for _ in request.content.iter_any():
            begun.set()
        return web.Response()

    upstream.handler = sink
    path = proxied(world.add(upstream.url), "/config/uploads")
    head = (
        f"POST {path} HTTP/1.1\r\nHost: localhost\r\nCookie: ekmanager_browser={ME}\r\nContent-Length: 999999\r\n\r\n"
    )
    with socket.create_connection(("127.0.0.1", world.port)) as caller:
        caller.sendall(head.encode() + b"x" * 100_000)
        assert begun.wait(10)
    assert upstream.cancelled.wait(10)


def test_a_body_passes_before_it_is_complete(world: World, upstream: Upstream) -> None:
    arrived = threading.Event()

    async def sink(request: web.Request) -> web.StreamResponse:
        length = 0
        async for part in request.content.iter_any():
            length += len(part)
            arrived.set()
        return web.Response(text=str(length))

    def body() -> Iterator[bytes]:
        yield b"first"
        assert arrived.wait(10)
        yield b"second"

    upstream.handler = sink
    assert world.ask("POST", proxied(world.add(upstream.url)), body()).body == b"11"


def test_a_slow_body_is_no_timeout(serve: Serve, upstream: Upstream) -> None:
    world = serve(proxy_timeout=0.3)
    pause = threading.Event()

    def body() -> Iterator[bytes]:
        for _ in range(4):
            pause.wait(0.2)
            yield b"x" * 10

    assert world.ask("POST", proxied(world.add(upstream.url)), body()).status == 200
    assert upstream.last.body == b"x" * 40


def test_a_server_that_stops_taking_the_body_times_out(serve: Serve, upstream: Upstream, gate: threading.Event) -> None:
    async def stuck(_: web.Request) -> web.StreamResponse:
        await opened(gate)
        return web.Response()

    upstream.handler = stuck
    world = serve(proxy_timeout=0.3)
    path = proxied(world.add(upstream.url))
    head = (
        f"POST {path} HTTP/1.1\r\nHost: localhost\r\nCookie: ekmanager_browser={ME}\r\nContent-Length: 99999999\r\n\r\n"
    )
    with socket.create_connection(("127.0.0.1", world.port)) as caller:
        caller.settimeout(15)
        caller.setblocking(True)
        sender = threading.Thread(target=_send, args=(caller, head.encode() + b"x" * 60 * MEGABYTE), daemon=True)
        sender.start()
        assert caller.recv(4096).startswith(b"HTTP/1.1 504")


def test_a_server_may_answer_before_the_body_is_complete(world: World, upstream: Upstream) -> None:
    async def refuses(request: web.Request) -> web.StreamResponse:
        upstream.note(request)
        await request.content.readany()
        return web.Response(status=401, text="no")

    upstream.handler = refuses
    path = proxied(world.add(upstream.url))
    head = (
        f"POST {path} HTTP/1.1\r\nHost: localhost\r\nCookie: ekmanager_browser={ME}\r\nContent-Length: 200000\r\n\r\n"
    )
    with socket.create_connection(("127.0.0.1", world.port)) as caller:
        caller.settimeout(10)
        caller.sendall(head.encode() + b"x" * 100_000)
        assert caller.recv(4096).startswith(b"HTTP/1.1 401")


def test_an_answer_that_breaks_off_is_not_passed_as_complete(world: World, loop_thread: LoopThread) -> None:
    async def half(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nonly this")
        await writer.drain()
        writer.close()

    server = loop_thread.run(asyncio.start_server(half, "127.0.0.1", 0))
    name = world.add(f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}")
    with pytest.raises(http.client.IncompleteRead) as caught:
        world.ask("GET", proxied(name))
    assert caught.value.partial == b"only this"
    loop_thread.loop.call_soon_threadsafe(server.close)


def test_the_length_of_a_body_is_limited_before_and_while_it_comes(serve: Serve, upstream: Upstream) -> None:
    world = serve(max_body=100_000)
    path = proxied(world.add(upstream.url))
    said = world.ask("POST", path, b"x" * 100_001)
    assert (said.status, said.code) == (413, "body_too_large")
    assert not upstream.seen
    found = world.ask("POST", path, iter([b"x" * 60_000, b"x" * 60_000]))
    assert (found.status, found.code) == (413, "body_too_large")
    assert world.ask("POST", path, b"x" * 100_000).status == 200


def test_long_bodies_take_little_memory_in_both_directions(world: World, upstream: Upstream) -> None:
    size, part = 48 * MEGABYTE, b"\xff" * 65_536

    async def echo(request: web.Request) -> web.StreamResponse:
        length = 0
        async for piece in request.content.iter_any():
            length += len(piece)
        assert length == size
        answer = web.StreamResponse(headers={"Content-Length": str(size)})
        await answer.prepare(request)
        for _ in range(size // len(part)):
            await answer.write(part)
        return answer

    upstream.handler = echo
    path = proxied(world.add(upstream.url))
    _forget_peak()
    before = _peak()
    connection = world.connect()
    body = (part for _ in range(size // len(part)))
    connection.request("POST", path, body, {"Cookie": f"ekmanager_browser={ME}", "Content-Length": str(size)})
    answer = connection.getresponse()
    length = 0
    while piece := answer.read(65_536):
        length += len(piece)
    assert length == size
    assert _peak() - before < 20 * MEGABYTE


def test_a_slow_reader_slows_the_server(world: World, upstream: Upstream) -> None:
    sent = 0

    async def flood(request: web.Request) -> web.StreamResponse:
        nonlocal sent
        answer = web.StreamResponse()
        await answer.prepare(request)
        while sent < 400 * MEGABYTE:
            await answer.write(b"x" * 65_536)
            sent += 65_536
        return answer

    upstream.handler = flood
    answer = start(world, proxied(world.add(upstream.url)))
    answer.read(10)
    pause, last = threading.Event(), -1
    while sent != last:
        last = sent
        pause.wait(0.3)
    assert sent < 40 * MEGABYTE
    answer.close()


def _send(caller: socket.socket, data: bytes) -> None:
    try:
        caller.sendall(data)
    except OSError:
        return


def _forget_peak() -> None:
    """Lets the peak of this process's memory begin anew."""
    clear = Path("/proc/self/clear_refs")
    if not clear.exists():
        pytest.skip("the system does not tell how much memory a process has")
    clear.write_text("5")


def _peak() -> int:
    """Bytes of memory that this process had at most since then."""
    lines = Path("/proc/self/status").read_text().splitlines()
    return int(next(line for line in lines if line.startswith("VmHWM")).split()[1]) * 1024
