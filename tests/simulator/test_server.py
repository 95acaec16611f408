"""Simulated servers on sockets: transport, authentication, and every way to misbehave."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

import aiohttp
import jwt
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from ekmanager.simulator import Behaviour, SimulatedServer
from tests.contract.wire import send
from tests.recordings import VERSIONS


@asynccontextmanager
async def _server(**options: Any) -> AsyncIterator[SimulatedServer]:
    async with SimulatedServer(**options) as server:
        yield server


def _run(work: Callable[[], Awaitable[None]]) -> None:
    async def bounded() -> None:
        await asyncio.wait_for(work(), 30)

    asyncio.run(bounded())


async def _until(condition: Callable[[], bool]) -> None:
    for _ in range(500):
        if condition():
            return
        await asyncio.sleep(0.01)
    raise AssertionError("did not come to be")


@pytest.mark.parametrize("version", VERSIONS)
def test_every_answer_closes_the_connection(version: str) -> None:
    async def work() -> None:
        async with _server(version=version) as server:
            for path in ("/", "/ping", "/rules", "/nosuch"):
                answer = await send(server.url, "GET", path, headers={"Connection": "keep-alive"})
                assert answer.headers["connection"] == "close"

    _run(work)


def test_json_comes_as_plain_text_and_empty_answers_have_no_type() -> None:
    async def work() -> None:
        async with _server() as server:
            assert (await send(server.url, "GET", "/")).content_type == "text/plain; charset=utf-8"
            assert (await send(server.url, "GET", "/ping")).content_type is None

    _run(work)


def test_cross_origin_requests_are_allowed_and_patch_is_not_preflighted() -> None:
    async def work() -> None:
        async with _server() as server:
            origin = {"Origin": "http://ui.example"}
            assert (await send(server.url, "GET", "/rules", headers=origin)).headers[
                "access-control-allow-origin"
            ] == "*"
            for method, status in (("PUT", 200), ("PATCH", 405)):
                headers = {**origin, "Access-Control-Request-Method": method}
                assert (await send(server.url, "OPTIONS", "/configs", headers=headers)).status == status

    _run(work)


def test_two_mebibytes_of_body_are_accepted() -> None:
    async def work() -> None:
        async with _server() as server:
            body = json.dumps({"sql": "x" * 2 * 1024 * 1024}).encode()
            assert (await send(server.url, "POST", "/streams", body)).status == 400

    _run(work)


def test_an_error_of_the_older_version_has_bare_quotes() -> None:
    async def work() -> None:
        for version, escaped in (("2.4.0", True), ("1.14.7", False)):
            async with _server(version=version, seed_rules=False) as server:
                body = json.dumps({"sql": "CREATE STREAM bad WITH"}).encode()
                answer = await send(server.url, "POST", "/streams", body)
                assert (r"found \"WITH\"" in answer.text) is escaped
                assert answer.headers["x-content-type-options"] == "nosniff"

    _run(work)


def test_a_handler_that_crashes_closes_the_connection_and_the_server_goes_on() -> None:
    async def work() -> None:
        async with _server() as server:
            answer = await send(server.url, "POST", "/ruleset/import", b'{"content": "{bad"}')
            assert answer.status is None
            assert (await send(server.url, "GET", "/ping")).status == 200

    _run(work)


def test_unauthorized_leaves_only_information_and_ping_open() -> None:
    async def work() -> None:
        async with _server(behaviour=Behaviour.UNAUTHORIZED) as server:
            statuses = [(await send(server.url, "GET", path)).status for path in ("/", "/ping", "/rules", "/nosuch")]
            assert statuses == [200, 200, 401, 404]
            assert (await send(server.url, "GET", "/rules")).text == "missing_token\n"

    _run(work)


def test_a_token_that_the_key_verifies_opens_the_server_and_bearer_does_not() -> None:
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    public = key.public_key().public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
    token = jwt.encode({"iss": "ui.pub", "aud": "eKuiper", "exp": time.time() + 60}, key, algorithm="RS256")

    async def work() -> None:
        async with _server(behaviour=Behaviour.UNAUTHORIZED, keys={"ui.pub": public.decode()}) as server:
            for value, status in ((token, 200), (f"Bearer {token}", 401), (token[:-4] + "AAAA", 401)):
                answer = await send(server.url, "GET", "/rules", headers={"Authorization": value})
                assert answer.status == status

    _run(work)


def test_a_failing_server_answers_500_to_everything() -> None:
    async def work() -> None:
        async with _server(behaviour=Behaviour.FAILING) as server:
            assert [(await send(server.url, "GET", path)).status for path in ("/", "/ping", "/x")] == [500, 500, 500]

    _run(work)


def test_a_slow_server_answers_after_its_delay() -> None:
    async def work() -> None:
        async with _server(behaviour=Behaviour.SLOW, delay=0.05) as server:
            began = asyncio.get_running_loop().time()
            assert (await send(server.url, "GET", "/ping")).status == 200
            assert asyncio.get_running_loop().time() - began >= 0.05

    _run(work)


def test_a_hanging_server_never_answers_and_still_stops() -> None:
    async def work() -> None:
        server = SimulatedServer(behaviour=Behaviour.HANGING, seed_rules=False)
        url = await server.start()
        with pytest.raises(TimeoutError):
            await send(url, "GET", "/", timeout=0.2)
        waiting = asyncio.create_task(send(url, "GET", "/"))
        await _until(lambda: server.requests == 2)
        await server.stop()
        assert (await waiting).status is None

    _run(work)


@pytest.mark.parametrize("behaviour", [Behaviour.CLOSING, Behaviour.GARBAGE])
def test_a_server_that_closes_or_sends_garbage_gives_no_http_answer(behaviour: Behaviour) -> None:
    async def work() -> None:
        async with _server(behaviour=behaviour) as server:
            assert (await send(server.url, "GET", "/")).status is None

    _run(work)


@pytest.mark.parametrize("behaviour", [Behaviour.ENDLESS, Behaviour.HUGE])
def test_a_body_without_end_goes_on_until_the_client_leaves(behaviour: Behaviour) -> None:
    async def work() -> None:
        async with (
            _server(behaviour=behaviour) as server,
            aiohttp.ClientSession() as session,
            session.get(server.url) as response,
        ):
            assert len(await response.content.readexactly(3_000_000)) == 3_000_000

    _run(work)


def test_something_else_answers_with_a_page_or_with_broken_json() -> None:
    async def work() -> None:
        async with _server(behaviour=Behaviour.HTML) as server:
            assert "<html>" in (await send(server.url, "GET", "/")).text
            server.behaviour = Behaviour.BROKEN_JSON
            with pytest.raises(ValueError, match="Expecting value"):
                json.loads((await send(server.url, "GET", "/")).text)

    _run(work)


def test_a_restart_keeps_the_port_and_the_rules_and_resets_the_uptime() -> None:
    async def work() -> None:
        async with _server(age=500.0) as server:
            before = (await send(server.url, "GET", "/rules")).body
            url = server.url
            await server.restart()
            assert server.url == url
            assert json.loads((await send(url, "GET", "/")).body)["upTimeSeconds"] == 0
            assert (await send(url, "GET", "/rules")).body == before

    _run(work)


def test_stop_ends_the_process_a_moment_later() -> None:
    async def work() -> None:
        async with _server() as server:
            assert (await send(server.url, "POST", "/stop")).text == "stop success"
            await _until(lambda: not server.running)
            with pytest.raises(ConnectionRefusedError):
                await send(server.url, "GET", "/ping")

    _run(work)


def test_a_trial_run_gives_server_sent_events() -> None:
    async def work() -> None:
        async with _server() as server, aiohttp.ClientSession() as session:
            url = await _trial(server, "SELECT temperature * 2 AS t FROM climate WHERE temperature > 1")
            async with session.get(url) as response:
                assert response.headers["Content-Type"] == "text/event-stream"
                await send(server.url, "POST", "/ruletest/t1/start", b"")
                assert await response.content.readline() == b'data: {"t":20}\n'
                await response.content.readline()
                assert await response.content.readline() == b'data: {"t":40}\n'
            await send(server.url, "DELETE", "/ruletest/t1")
            async with session.get(url) as response:
                assert response.status == 404

    _run(work)


def test_a_trial_run_of_the_older_version_gives_websocket_messages() -> None:
    async def work() -> None:
        async with _server(version="1.14.7") as server, aiohttp.ClientSession() as session:
            url = await _trial(server, "SELECT temperature + name AS t FROM climate")
            async with session.get(url) as response:
                assert (response.status, await response.text()) == (400, "Bad Request\n")
            async with session.ws_connect(url) as socket:
                await send(server.url, "POST", "/ruletest/t1/start", b"")
                assert "invalid operation" in json.loads(await socket.receive_str())["error"]
            await send(server.url, "DELETE", "/ruletest/t1")

    _run(work)


async def _trial(server: SimulatedServer, sql: str) -> str:
    mock = {"climate": {"data": [{"temperature": 10, "name": "a"}, {"temperature": 20}], "interval": 20, "loop": True}}
    body = {"id": "t1", "sql": sql, "mockSource": mock, "sinkProps": {"sendSingle": True}}
    answer = await send(server.url, "POST", "/ruletest", json.dumps(body).encode())
    port = json.loads(answer.body)["port"]
    return f"http://127.0.0.1:{port}/test/t1"
