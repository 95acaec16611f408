"""One check against real sockets: every status, bounded time and memory."""

from __future__ import annotations

import asyncio
import json
import socket
from pathlib import Path

import jwt
import pytest
from aiohttp.abc import AbstractResolver, ResolveResult

from ekmanager.connections.access import Access
from ekmanager.connections.outbound import open_session
from ekmanager.connections.targets import TargetPolicy
from ekmanager.health.model import ProbeResult, RuleCounts, Status
from ekmanager.health.probe import ROOT_CAP, RULES_CAP, probe
from tests.health.fakes import (
    INFO,
    EKuiper,
    Fake,
    Handler,
    check,
    connection,
    endless,
    fixed,
    free_port,
    hanging,
    http,
    resetting,
    rule,
    run,
    self_signed,
    serve,
)

SLACK = 6 * 1024 * 1024
"""Bytes that the buffers of both ends' sockets may hold beyond what was read."""
ROOT_OK = http(200, json.dumps(INFO))


async def _of(handler: Handler, timeout: float = 5.0) -> tuple[ProbeResult, Fake]:
    async with serve(handler) as fake:
        return await check(fake.url, timeout=timeout), fake


def test_a_server_that_answers_both_routes_is_online() -> None:
    server = EKuiper()
    server.rules = {"a": rule(), "b": rule("stopped"), "c": rule("stopped by error")}
    result, fake = run(_of(server))
    assert result.status is Status.ONLINE
    assert (result.code, result.reason, result.hint) == ("", "", "")
    assert fake.paths == ["/", "/rules/status/all"]
    assert result.rules == RuleCounts(running=1, stopped=1, failing=1)
    assert [failing.id for failing in result.failing] == ["c"]
    assert result.latency_ms is not None
    assert 0 < result.latency_ms < 5000


def test_numbers_sent_as_text_become_numbers() -> None:
    result, _ = run(_of(EKuiper()))
    assert result.info is not None
    assert (result.info.version, result.info.uptime, result.info.cpu) == ("2.4.0", 5000, 7.25)
    assert (result.info.memory_used, result.info.memory_total) == (40_427_520, 25_276_514_304)


def test_latency_is_the_time_of_the_first_call_alone() -> None:
    server = EKuiper()
    server.delay = {"/rules/status/all": 0.4}
    result, _ = run(_of(server))
    assert result.status is Status.ONLINE
    assert result.latency_ms is not None
    assert result.latency_ms < 400


def test_a_base_path_is_kept() -> None:
    async def scenario() -> tuple[ProbeResult, Fake]:
        answers = {"/edge-7/": ROOT_OK, "/edge-7/rules/status/all": http(200, "{}")}
        async with serve(fixed(answers)) as fake:
            return await check(f"{fake.url}/edge-7"), fake

    result, fake = run(scenario())
    assert result.status is Status.ONLINE
    assert fake.paths == ["/edge-7/", "/edge-7/rules/status/all"]


def test_the_raw_token_is_sent_to_both_routes() -> None:
    async def scenario() -> Fake:
        async with serve(EKuiper()) as fake:
            await check(fake.url, credentials={"kind": "jwt", "token": "a.b.c"}, headers={"X-Site": "7"})
            return fake

    fake = run(scenario())
    assert [request.headers.get("Authorization") for request in fake.requests] == ["a.b.c", "a.b.c"]
    assert [request.headers.get("X-Site") for request in fake.requests] == ["7", "7"]


def test_an_open_root_with_a_refusing_route_is_unauthorized_and_keeps_the_info() -> None:
    result, _ = run(_of(fixed({"/": ROOT_OK}, http(401, "missing_token\n"))))
    assert (result.status, result.code) == (Status.UNAUTHORIZED, "token_missing")
    assert result.info is not None
    assert result.rules is None


WRONG: list[tuple[str, bytes, bytes, Status, str]] = [
    ("401 on the root", http(401, "nope"), b"", Status.UNAUTHORIZED, "http_401_open"),
    ("403 on the root", http(403, "nope"), b"", Status.UNAUTHORIZED, "http_403_open"),
    ("403 on the route", ROOT_OK, http(403, ""), Status.UNAUTHORIZED, "http_403_open"),
    ("500 on the root", http(500, "boom"), b"", Status.ERROR, "http_500"),
    ("500 on the route", ROOT_OK, http(500, "boom"), Status.ERROR, "http_500"),
    ("502 of a proxy", http(502, "<html>bad gateway</html>"), b"", Status.ERROR, "http_502"),
    ("400 of eKuiper", ROOT_OK, http(400, '{"error":1000,"message":"no"}'), Status.ERROR, "http_400"),
    ("404 on the root", http(404, "404 page not found\n"), b"", Status.ERROR, "http_404"),
    ("404 on the route", ROOT_OK, http(404, "404 page not found\n"), Status.ERROR, "no_such_route"),
    ("204", http(204), b"", Status.ERROR, "http_204"),
    ("a web page", http(200, "<!DOCTYPE html><title>x</title>"), b"", Status.ERROR, "web_page"),
    ("a web page on the route", ROOT_OK, http(200, "<html>login</html>"), Status.ERROR, "web_page"),
    ("empty", http(200, ""), b"", Status.ERROR, "not_ekuiper"),
    ("broken JSON", http(200, '{"version":'), b"", Status.ERROR, "not_ekuiper"),
    ("other JSON", http(200, '{"name":"other"}'), b"", Status.ERROR, "not_ekuiper"),
    ("a list", http(200, "[1,2]"), b"", Status.ERROR, "not_ekuiper"),
    ("JSON nested too deeply", http(200, "[" * 60_000), b"", Status.ERROR, "not_ekuiper"),
    ("an absurd number", http(200, '{"version":"2","upTimeSeconds":1e999}'), b"", Status.ERROR, "not_ekuiper"),
    ("garbage on the route", ROOT_OK, http(200, "\x00\xff"), Status.ERROR, "bad_answer"),
    ("states that are none", ROOT_OK, http(200, '{"r":1}'), Status.ERROR, "bad_answer"),
    ("compressed", http(200, b"\x1f\x8b\x08\x00", Content_Encoding="gzip"), b"", Status.ERROR, "not_ekuiper"),
    ("not HTTP", b"SSH-2.0-OpenSSH_9.2\r\n", b"", Status.ERROR, "not_http"),
    ("no answer", b"", b"", Status.ERROR, "closed"),
    ("half an answer", b"HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n{", b"", Status.ERROR, "broken_answer"),
    (
        "plain HTTP on a TLS port",
        http(400, "Client sent an HTTP request to an HTTPS server.\n"),
        b"",
        Status.ERROR,
        "tls_expected",
    ),
]


@pytest.mark.parametrize(("root", "route", "status", "code"), [row[1:] for row in WRONG], ids=[row[0] for row in WRONG])
def test_a_wrong_answer_is_told_apart(root: bytes, route: bytes, status: Status, code: str) -> None:
    result, _ = run(_of(fixed({"/": root, "/rules/status/all": route})))
    assert (result.status, result.code) == (status, code)
    assert result.reason
    assert result.hint
    assert "<" not in result.reason + result.hint


def test_a_redirect_is_called_one_and_a_304_is_not() -> None:
    moved, _ = run(_of(fixed({"/": http(302, "", Location="/login")})))
    assert (moved.code, "redirect" in moved.reason) == ("http_302", True)
    same, _ = run(_of(fixed({"/": http(304)})))
    assert (same.code, "redirect" in same.reason) == ("http_304", False)


def test_what_the_server_said_is_one_short_line() -> None:
    body = json.dumps({"error": 1000, "message": "first\nsecond " + "x" * 900})
    result, _ = run(_of(fixed({"/": ROOT_OK, "/rules/status/all": http(500, body)})))
    assert "first second" in result.reason
    assert "\n" not in result.reason
    assert len(result.reason) < 400


def test_a_redirect_is_not_followed() -> None:
    async def scenario() -> tuple[ProbeResult, Fake]:
        async with serve(EKuiper()) as other, serve(fixed({}, http(302, "", Location=other.url))) as fake:
            return await check(fake.url), other

    result, other = run(scenario())
    assert (result.status, result.code) == (Status.ERROR, "http_302")
    assert other.requests == []


def test_a_refused_connection_is_offline_and_the_container_hint_is_given() -> None:
    result = run(check(f"http://localhost:{free_port()}"))
    assert (result.status, result.code) == (Status.OFFLINE, "refused")
    assert "host.docker.internal" in result.hint
    assert result.latency_ms is None


def test_a_reset_is_offline() -> None:
    result, _ = run(_of(resetting))
    assert (result.status, result.code) == (Status.OFFLINE, "reset")


class _NoNames(AbstractResolver):
    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    async def close(self) -> None:
        """Nothing is open."""


def test_an_unknown_name_is_offline() -> None:
    async def scenario() -> ProbeResult:
        async with open_session(TargetPolicy(), limit=0, resolver=_NoNames()) as session:
            return await probe(session, Access(connection("http://edge-7:9081")), timeout=5)

    result = run(scenario())
    assert (result.status, result.code) == (Status.OFFLINE, "dns")
    assert "edge-7" in result.reason


def test_a_hanging_server_is_offline_after_the_timeout() -> None:
    result, fake = run(_of(hanging, timeout=0.2))
    assert (result.status, result.code) == (Status.OFFLINE, "timeout")
    assert "0.2 s" in result.reason
    assert fake.paths == ["/"]


def test_a_connection_that_never_comes_about_is_offline() -> None:
    async def scenario() -> ProbeResult:
        # A full backlog: the system drops further attempts to connect.
        with socket.socket() as listener:
            listener.bind(("127.0.0.1", 0))
            listener.listen(0)
            url = f"http://127.0.0.1:{listener.getsockname()[1]}"
            fillers = [socket.socket() for _ in range(4)]
            try:
                for filler in fillers:
                    filler.setblocking(False)
                    filler.connect_ex(listener.getsockname())
                return await check(url, timeout=2)
            finally:
                for filler in fillers:
                    filler.close()

    result = run(scenario())
    assert (result.status, result.code) == (Status.OFFLINE, "timeout_connect")


def test_a_server_that_drips_is_offline_after_the_timeout() -> None:
    async def drip(request: object, writer: asyncio.StreamWriter, fake: Fake) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\n\r\n")
        while True:
            writer.write(b" ")
            await writer.drain()
            await asyncio.sleep(0.02)

    result, _ = run(_of(drip, timeout=0.3))
    assert (result.status, result.code) == (Status.OFFLINE, "timeout")


def test_a_slow_protected_route_tells_neither_way() -> None:
    server = EKuiper()
    server.delay = {"/rules/status/all": 5}
    result, _ = run(_of(server, timeout=0.3))
    assert (result.status, result.code) == (Status.UNKNOWN, "busy")
    assert result.info is not None
    assert result.latency_ms is not None


@pytest.mark.parametrize("answer", [b"", http(503, "not yet")])
def test_a_server_in_its_first_seconds_is_starting(answer: bytes) -> None:
    server = EKuiper()
    server.info["upTimeSeconds"] = 3
    if answer:
        server.answers = {"/rules/status/all": answer}
    else:
        server.delay = {"/rules/status/all": 5}
    result, _ = run(_of(server, timeout=0.3))
    assert (result.status, result.code) == (Status.UNKNOWN, "starting")
    assert "3 s" in result.reason


def test_a_young_server_that_refuses_the_credentials_is_unauthorized_at_once() -> None:
    server = EKuiper()
    server.info["upTimeSeconds"] = 0
    server.answers = {"/rules/status/all": http(401, "missing_token")}
    result, _ = run(_of(server))
    assert result.status is Status.UNAUTHORIZED


@pytest.mark.parametrize(
    "head",
    [
        b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 1073741824\r\n\r\n",
        b"HTTP/1.1 500 X\r\nConnection: close\r\n\r\n",
    ],
    ids=["without end", "1 GB", "without end and failing"],
)
def test_an_endless_answer_is_read_to_the_cap_only(head: bytes) -> None:
    result, fake = run(_of(endless(head)))
    assert (result.status, result.code) == (Status.ERROR, "too_large")
    assert fake.sent < ROOT_CAP + SLACK


def test_endless_rules_are_read_to_the_cap_only() -> None:
    forever = endless(b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n", b" " * 65_536)

    async def handler(request: object, writer: asyncio.StreamWriter, fake: Fake) -> None:
        if len(fake.requests) == 1:
            writer.write(ROOT_OK)
            return
        await forever(fake.requests[-1], writer, fake)

    result, fake = run(_of(handler))
    assert (result.status, result.code) == (Status.ERROR, "too_large")
    assert RULES_CAP <= fake.sent < RULES_CAP + SLACK


def test_endless_headers_end_the_check() -> None:
    result, fake = run(_of(endless(b"HTTP/1.1 200 OK\r\n", b"X-Much: " + b"y" * 4000 + b"\r\n"), timeout=2))
    assert result.status in {Status.ERROR, Status.OFFLINE}
    assert fake.sent < 200 * SLACK


def test_5000_rules_fit_under_the_cap() -> None:
    server = EKuiper()
    server.rules = {f"rule_{number}": rule(exceptions=3, last="x" * 200) for number in range(5000)}
    result, _ = run(_of(server))
    assert result.rules == RuleCounts(running=5000)


def test_a_refused_target_is_never_connected_to() -> None:
    result = run(check("http://169.254.169.254"))
    assert (result.status, result.code) == (Status.ERROR, "target_refused")
    assert "link-local" in result.reason


def test_a_target_that_is_refused_by_its_address_says_so() -> None:
    async def scenario() -> tuple[ProbeResult, Fake]:
        policy = TargetPolicy()
        async with serve(EKuiper()) as fake:
            policy.own_ports.add(int(fake.url.rsplit(":", 1)[1]))
            return await check(fake.url.replace("127.0.0.1", "localhost"), policy=policy), fake

    result, fake = run(scenario())
    assert (result.status, result.code) == (Status.ERROR, "target_refused")
    assert fake.requests == []


def test_a_self_signed_certificate_is_an_error_until_it_is_trusted(tmp_path: Path) -> None:
    certificate = self_signed()

    async def scenario() -> list[ProbeResult]:
        async with serve(EKuiper(), context=certificate.server_context(tmp_path)) as fake:
            return [
                await check(fake.url),
                await check(fake.url, tls={"ca_bundle": certificate.pem}),
                await check(fake.url, tls={"verify": False}),
                await check(fake.url, tls={"ca_bundle": self_signed().pem}),
            ]

    refused, trusted, unverified, other = run(scenario())
    assert (refused.status, refused.code) == (Status.ERROR, "certificate_self_signed")
    assert "CA bundle" in refused.hint
    assert trusted.status is Status.ONLINE
    assert unverified.status is Status.ONLINE
    assert other.code.startswith("certificate")


@pytest.mark.parametrize(
    ("address", "days_from", "days_to", "code"),
    [
        ("127.0.0.9", -1, 1, "certificate_name"),
        ("127.0.0.1", -9, -1, "certificate_expired"),
        ("127.0.0.1", 2, 9, "certificate_future"),
    ],
)
def test_a_trusted_certificate_that_does_not_fit_is_told_apart(
    tmp_path: Path, address: str, days_from: int, days_to: int, code: str
) -> None:
    certificate = self_signed(address, days_from=days_from, days_to=days_to)

    async def scenario() -> ProbeResult:
        async with serve(EKuiper(), context=certificate.server_context(tmp_path)) as fake:
            return await check(fake.url, tls={"ca_bundle": certificate.pem})

    result = run(scenario())
    assert (result.status, result.code) == (Status.ERROR, code)


def test_https_on_a_plain_port_says_to_use_http() -> None:
    async def scenario() -> ProbeResult:
        async def plain(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            await reader.read(100)
            writer.write(b"HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n400 Bad Request")
            writer.close()

        server = await asyncio.start_server(plain, "127.0.0.1", 0)
        async with server:
            return await check(f"https://127.0.0.1:{server.sockets[0].getsockname()[1]}")

    result = run(scenario())
    assert (result.status, result.code) == (Status.ERROR, "tls_not_spoken")
    assert "http://" in result.hint


def test_tls_options_that_cannot_be_used_are_said_without_a_call() -> None:
    result = run(check("https://127.0.0.1:9", tls={"ca_bundle": "not a certificate"}))
    assert (result.status, result.code) == (Status.ERROR, "unusable")
    assert "CA bundle" in result.reason


def test_an_expired_token_says_since_when_and_is_never_shown() -> None:
    token = jwt.encode({"iss": "k", "exp": 1_000_000_000}, "s" * 32, algorithm="HS256")
    answer = http(401, "validate token error: token has invalid claims: token is expired\n")

    async def scenario() -> ProbeResult:
        async with serve(fixed({"/": ROOT_OK}, answer)) as fake:
            return await check(fake.url, credentials={"kind": "jwt", "token": token})

    result = run(scenario())
    assert (result.status, result.code) == (Status.UNAUTHORIZED, "token_expired_ago")
    assert " d " in result.reason
    assert not any(part in repr(result) for part in token.split("."))
