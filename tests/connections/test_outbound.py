"""What the session connects to: the address counts, not the name."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager

import aiohttp
import pytest
from aiohttp import web
from aiohttp.abc import AbstractResolver, ResolveResult

from ekmanager.connections.errors import TargetRefused
from ekmanager.connections.outbound import open_session
from ekmanager.connections.targets import TargetPolicy


class FakeResolver(AbstractResolver):
    """Answers each look-up with the next of its answers, the last one for ever."""

    def __init__(self, *answers: Sequence[str]) -> None:
        self._answers = list(answers)
        self.asked: list[str] = []
        self.closed = False

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        self.asked.append(host)
        answer = self._answers.pop(0) if len(self._answers) > 1 else self._answers[0]
        return [
            ResolveResult(
                hostname=host,
                host=address,
                port=port,
                family=socket.AF_INET6 if ":" in address else socket.AF_INET,
                proto=0,
                flags=socket.AI_NUMERICHOST,
            )
            for address in answer
        ]

    async def close(self) -> None:
        self.closed = True


@asynccontextmanager
async def _server() -> AsyncIterator[tuple[int, list[web.Request]]]:
    """A server on the loopback: (port, requests that reached it)."""
    seen: list[web.Request] = []

    async def answer(request: web.Request) -> web.StreamResponse:
        seen.append(request)
        if request.path == "/redirect":
            raise web.HTTPFound(request.query["to"])
        response = web.Response(text="fine", headers={"Content-Encoding": "identity"})
        response.set_cookie("session", "1")
        return response

    app = web.Application()
    app.router.add_get("/{path:.*}", answer)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    try:
        yield runner.addresses[0][1], seen
    finally:
        await runner.cleanup()


def _run(work: Callable[[], Awaitable[None]]) -> None:
    async def bounded() -> None:
        await asyncio.wait_for(work(), 30)

    asyncio.run(bounded())


async def _get(policy: TargetPolicy, url: str, resolver: AbstractResolver | None = None) -> str:
    async with open_session(policy, limit=10, resolver=resolver) as session, session.get(url) as response:
        return await response.text()


def test_a_name_that_leads_to_an_allowed_address_is_called() -> None:
    async def work() -> None:
        async with _server() as (port, seen):
            assert await _get(TargetPolicy(), f"http://edge.test:{port}/x", FakeResolver(["127.0.0.1"])) == "fine"
            assert [request.headers["Host"] for request in seen] == [f"edge.test:{port}"]

    _run(work)


def test_no_compressed_answer_is_asked_for() -> None:
    """Nothing decompresses it: what stands in front of an eKuiper would be taken for something else."""

    async def work() -> None:
        async with _server() as (port, seen):
            await _get(TargetPolicy(), f"http://127.0.0.1:{port}/")
            assert [request.headers.getall("Accept-Encoding") for request in seen] == [["identity"]]

    _run(work)


def test_without_a_resolver_the_system_looks_names_up() -> None:
    async def work() -> None:
        async with _server() as (port, _):
            assert await _get(TargetPolicy(), f"http://localhost:{port}/x") == "fine"

    _run(work)


@pytest.mark.parametrize("host", ["169.254.169.254", "0.0.0.0", "[::]", "[::ffff:169.254.169.254]", "[fe80::1]"])
def test_literal_addresses_are_stopped(host: str) -> None:
    async def work() -> None:
        with pytest.raises(TargetRefused, match="never a target"):
            await _get(TargetPolicy(), f"http://{host}:9081/")

    _run(work)


@pytest.mark.parametrize("host", ["2130706433", "127.1", "0x7f000001", "0177.0.0.1"])
def test_other_spellings_of_a_forbidden_address_do_not_pass(host: str) -> None:
    async def work() -> None:
        async with _server() as (port, seen):
            policy = TargetPolicy()
            policy.own_ports.add(port)
            with pytest.raises((TargetRefused, aiohttp.ClientError)):
                await _get(policy, f"http://{host}:{port}/")
            assert not seen

    _run(work)


@pytest.mark.parametrize("answer", [["169.254.169.254"], ["fe80::1"], ["0.0.0.0", "::"], ["::ffff:100.100.100.200"]])
def test_names_that_resolve_to_a_forbidden_address_are_stopped(answer: list[str]) -> None:
    async def work() -> None:
        with pytest.raises(TargetRefused, match="never a target"):
            await _get(TargetPolicy(), "http://harmless.test:9081/", FakeResolver(answer))

    _run(work)


def test_the_app_itself_is_stopped_behind_any_name() -> None:
    async def work() -> None:
        async with _server() as (port, seen):
            policy = TargetPolicy()
            policy.own_ports.add(port)
            for answer in (["127.0.0.1"], ["::1"], ["::ffff:127.0.0.1"], ["127.0.0.1", "::1"]):
                with pytest.raises(TargetRefused, match="this app itself"):
                    await _get(policy, f"http://harmless.test:{port}/", FakeResolver(answer))
            assert not seen

    _run(work)


def test_of_several_answers_only_the_allowed_are_connected_to() -> None:
    async def work() -> None:
        async with _server() as (port, seen):
            for answer in (["169.254.169.254", "127.0.0.1"], ["127.0.0.1", "169.254.169.254", "fe80::1"]):
                assert await _get(TargetPolicy(), f"http://two.test:{port}/", FakeResolver(answer)) == "fine"
            assert len(seen) == 2

    _run(work)


def test_a_name_that_changes_its_address_after_the_first_answer_is_stopped() -> None:
    async def work() -> None:
        async with _server() as (port, seen):
            resolver = FakeResolver(["127.0.0.1"], ["169.254.169.254"])
            assert await _get(TargetPolicy(), f"http://rebinding.test:{port}/", resolver) == "fine"
            with pytest.raises(TargetRefused, match="never a target"):
                await _get(TargetPolicy(), f"http://rebinding.test:{port}/", resolver)
            assert len(seen) == 1

    _run(work)


def test_a_forbidden_name_is_stopped_before_it_is_looked_up() -> None:
    async def work() -> None:
        resolver = FakeResolver(["127.0.0.1"])
        with pytest.raises(TargetRefused, match="not among the allowed"):
            await _get(TargetPolicy(["edge-7"]), "http://other.test:9081/", resolver)
        assert resolver.asked == []

    _run(work)


def test_a_listed_name_is_called_wherever_it_leads_and_others_only_on_listed_networks() -> None:
    async def work() -> None:
        async with _server() as (port, seen):
            policy = TargetPolicy(["edge.test", "10.0.0.0/8"])
            assert await _get(policy, f"http://edge.test:{port}/", FakeResolver(["127.0.0.1"])) == "fine"
            with pytest.raises(TargetRefused, match="not among the allowed"):
                await _get(policy, f"http://other.test:{port}/", FakeResolver(["127.0.0.1"]))
            with pytest.raises(TargetRefused, match="never a target"):
                await _get(policy, f"http://edge.test:{port}/", FakeResolver(["169.254.169.254"]))
            assert len(seen) == 1

    _run(work)


def test_simultaneous_calls_keep_their_own_permissions() -> None:
    async def work() -> None:
        async with _server() as (port, seen):
            policy = TargetPolicy(["edge.test", "10.0.0.0/8"])
            async with open_session(policy, limit=0, resolver=FakeResolver(["127.0.0.1"])) as session:

                async def call(host: str) -> object:
                    async with session.get(f"http://{host}:{port}/") as response:
                        return response.status

                hosts = ["edge.test", "other.test"] * 20
                results = await asyncio.gather(*map(call, hosts), return_exceptions=True)
            assert [result for host, result in zip(hosts, results, strict=True) if host == "edge.test"] == [200] * 20
            assert all(isinstance(result, TargetRefused) for result in results[1::2])
            assert len(seen) == 20

    _run(work)


def test_a_request_that_brings_its_own_middlewares_is_held_to_the_strict_rule() -> None:
    async def work() -> None:
        async with _server() as (port, seen):
            resolver = FakeResolver(["127.0.0.1"])
            async with open_session(TargetPolicy(["edge.test"]), limit=0, resolver=resolver) as session:
                with pytest.raises(aiohttp.ClientConnectorError):
                    await session.get(f"http://edge.test:{port}/", middlewares=())
            assert not seen

    _run(work)


@pytest.mark.parametrize("to", ["http://169.254.169.254/", "http://harmless.test:{port}/"])
def test_a_redirect_that_is_followed_is_checked_too(to: str) -> None:
    async def work() -> None:
        async with _server() as (port, seen):
            resolver = FakeResolver(["127.0.0.1"], ["169.254.169.254"])
            async with open_session(TargetPolicy(), limit=0, resolver=resolver) as session:
                with pytest.raises(TargetRefused):
                    await session.get(f"http://edge.test:{port}/redirect", params={"to": to.format(port=port)})
            assert len(seen) == 1

    _run(work)


def test_a_refused_port_stays_a_connection_error() -> None:
    async def work() -> None:
        with socket.socket() as closed:
            closed.bind(("127.0.0.1", 0))
            with pytest.raises(aiohttp.ClientConnectorError):
                await _get(TargetPolicy(), f"http://127.0.0.1:{closed.getsockname()[1]}/")

    _run(work)


def test_cookies_are_not_kept_connections_not_reused_and_proxies_not_used(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:1")

    async def work() -> None:
        async with _server() as (port, seen):
            async with open_session(TargetPolicy(), limit=0) as session:
                for _ in range(2):
                    async with session.get(f"http://127.0.0.1:{port}/") as response:
                        await response.read()
            assert [request.cookies for request in seen] == [{}, {}]
            assert [request.keep_alive for request in seen] == [False, False]

    _run(work)


def test_the_resolver_is_closed_with_the_session() -> None:
    async def work() -> None:
        resolver = FakeResolver(["127.0.0.1"])
        await open_session(TargetPolicy(), limit=0, resolver=resolver).close()
        assert resolver.closed

    _run(work)
