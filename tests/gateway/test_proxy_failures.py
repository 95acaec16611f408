"""What is answered when a server cannot be reached or does not answer."""

from __future__ import annotations

import asyncio
import socket
import struct
from collections.abc import Awaitable, Callable

import pytest
from aiohttp import web

from ekmanager.connections.model import Where
from tests.gateway.conftest import Serve
from tests.gateway.world import ME, LoopThread, Upstream, World, proxied

Talk = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


def closed_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port: int = server.getsockname()[1]
    return port


def talking(loop_thread: LoopThread, talk: Talk) -> str:
    """The URL of a server that talks as `talk` does after each request."""

    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        await talk(reader, writer)
        writer.close()

    server = loop_thread.run(asyncio.start_server(handle, "127.0.0.1", 0))
    return f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"


def test_a_server_that_does_not_answer_gives_504_after_the_timeout(serve: Serve, upstream: Upstream) -> None:
    async def hang(_: web.Request) -> web.StreamResponse:
        await asyncio.sleep(30)
        return web.Response()

    upstream.handler = hang
    world = serve(proxy_timeout=0.2)
    answer = world.ask("GET", proxied(world.add(upstream.url)))
    assert (answer.status, answer.code) == (504, "timeout")
    assert "0.2 s" in answer.json["error"]["message"]
    assert upstream.cancelled.wait(10)


def test_the_timeout_of_a_connection_wins(serve: Serve, upstream: Upstream) -> None:
    async def hang(_: web.Request) -> web.StreamResponse:
        await asyncio.sleep(30)
        return web.Response()

    upstream.handler = hang
    world = serve(proxy_timeout=600)
    answer = world.ask("POST", proxied(world.add(upstream.url, timeout=0.1)), b"{}")
    assert answer.status == 504
    assert "0.1 s" in answer.json["error"]["message"]


def test_a_port_on_which_nothing_listens_gives_502(world: World) -> None:
    answer = world.ask("GET", proxied(world.add(f"http://127.0.0.1:{closed_port()}")))
    assert (answer.status, answer.code) == (502, "refused")
    assert "9081" in answer.json["error"]["hint"]
    assert answer.header("X-Ekmanager-Upstream") is None


def test_an_unknown_name_gives_502(world: World) -> None:
    answer = world.ask("GET", proxied(world.add("http://no-such-name.invalid:9081")))
    assert (answer.status, answer.code) == (502, "dns")


def test_a_connection_closed_without_an_answer_gives_502(world: World, loop_thread: LoopThread) -> None:
    async def nothing(_: asyncio.StreamReader, __: asyncio.StreamWriter) -> None:
        return

    answer = world.ask("GET", proxied(world.add(talking(loop_thread, nothing))))
    assert (answer.status, answer.code) == (502, "closed")


def test_a_reset_gives_502(world: World, loop_thread: LoopThread) -> None:
    async def reset(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        raw = writer.get_extra_info("socket")
        raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        writer.transport.abort()

    answer = world.ask("GET", proxied(world.add(talking(loop_thread, reset))))
    assert (answer.status, answer.code) == (502, "reset")


def test_what_is_not_http_gives_502(world: World, loop_thread: LoopThread) -> None:
    async def garbage(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"\x16\x03\x01 this is not HTTP\r\n\r\n")
        await writer.drain()

    answer = world.ask("GET", proxied(world.add(talking(loop_thread, garbage))))
    assert (answer.status, answer.code) == (502, "not_http")


@pytest.mark.parametrize("line", [b"101 Switching Protocols", b"099 Odd", b"600 Odd", b"999 Odd"])
def test_a_status_that_no_answer_can_have_gives_502(world: World, loop_thread: LoopThread, line: bytes) -> None:
    async def odd(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 " + line + b"\r\nUpgrade: websocket\r\nContent-Length: 3\r\n\r\nodd")
        await writer.drain()

    answer = world.ask("GET", proxied(world.add(talking(loop_thread, odd)), "/rules"))
    assert (answer.status, answer.code) == (502, "unexpected_status")
    assert str(int(line[:3])) in answer.json["error"]["message"]
    assert answer.header("Upgrade") is None


def test_the_length_that_a_304_tells_of_another_answer_is_not_awaited(world: World, loop_thread: LoopThread) -> None:
    async def same(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b'HTTP/1.1 304 Not Modified\r\nETag: "x"\r\nContent-Length: 55\r\n\r\n')
        await writer.drain()

    path = proxied(world.add(talking(loop_thread, same)), "/rules")
    caller = world.connect()
    for _ in range(2):
        caller.request("GET", path, headers={"Cookie": f"ekmanager_browser={ME}"})
        answer = caller.getresponse()
        assert (answer.status, answer.getheader("ETag"), answer.read()) == (304, '"x"', b"")
        assert caller.sock is not None, "the connection can be used again"
    caller.close()


def test_headers_without_end_give_502(world: World, loop_thread: LoopThread) -> None:
    async def flood(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\n")
        for _number in range(2_000):
            writer.write(b"X-Filler: " + b"x" * 500 + b"\r\n")
            await writer.drain()

    answer = world.ask("GET", proxied(world.add(talking(loop_thread, flood))))
    assert answer.status == 502


def test_tls_where_none_is_spoken_gives_502(world: World, upstream: Upstream) -> None:
    answer = world.ask("GET", proxied(world.add(upstream.url.replace("http:", "https:"))))
    assert answer.status == 502
    assert answer.code == "tls_not_spoken"


def test_an_unusable_certificate_gives_502_and_names_the_field(world: World) -> None:
    name = world.add("https://127.0.0.1:9", tls={"caBundle": "not a certificate"})
    answer = world.ask("GET", proxied(name))
    assert (answer.status, answer.code) == (502, "unusable")
    assert "CA bundle" in answer.json["error"]["message"]


def test_a_store_that_cannot_be_read_gives_503(serve: Serve) -> None:
    world = serve(persistence="server")
    name = world.add("http://127.0.0.1:9081", browser=None)
    assert world.shared is not None
    path = world.folder / "connections.json"
    path.unlink()
    path.mkdir()
    answer = world.ask("GET", proxied(name), browser=None)
    assert answer.status in {404, 503}
    assert answer.json["error"]["message"]


def test_an_unknown_connection_gives_404(world: World) -> None:
    answer = world.ask("GET", proxied("nobody", "/rules"))
    assert (answer.status, answer.code) == (404, "connection_not_found")


def test_a_failure_names_no_secret(world: World) -> None:
    draft_secrets = {"kind": "basic", "username": "u", "password": "hush-hush"}
    name = world.add(f"http://127.0.0.1:{closed_port()}", credentials=draft_secrets, headers={"X-Key": "psst"})
    answer = world.ask("GET", proxied(name))
    assert answer.status == 502
    assert b"hush" not in answer.body
    assert b"psst" not in answer.body


def test_a_removed_connection_is_gone_at_once(world: World, upstream: Upstream) -> None:
    name = world.add(upstream.url)
    assert world.ask("GET", proxied(name)).status == 200
    assert world.book(ME).get(name).where is Where.BROWSER
    world.book(ME).delete([name])
    assert world.ask("GET", proxied(name)).status == 404


def test_a_changed_or_removed_shared_connection_is_so_at_once(serve: Serve, upstream: Upstream) -> None:
    world = serve(persistence="server")
    name = world.add(upstream.url, browser=None)
    where = f"/api/connections/{name}"
    for _ in range(3):
        assert world.ask("GET", proxied(name, "/rules"), browser=None).status == 200
    assert world.send("PATCH", where, {"url": f"{upstream.url}/new"}, browser=None).status == 200
    assert world.ask("GET", proxied(name, "/rules"), browser=None).status == 200
    assert upstream.last.target == "/new/rules"
    assert world.ask("DELETE", where, browser=None).status == 204
    assert world.ask("GET", proxied(name, "/rules"), browser=None).status == 404
