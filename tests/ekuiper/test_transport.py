"""The client against real sockets: what hangs, breaks, redirects, floods, and speaks TLS."""

from __future__ import annotations

import socket
import threading
from pathlib import Path

import pytest

from ekmanager.ekuiper import transport
from ekmanager.ekuiper.errors import (
    AnswerTooLarge,
    EKuiperError,
    NotAnEKuiper,
    TimedOut,
    Unreachable,
)
from ekmanager.ekuiper.transport import MAX_ANSWER
from tests.ekuiper.local_server import OK, hangs, made, resets, sends, serving


def test_a_call_sends_what_ekuiper_expects() -> None:
    with serving(sends(OK)) as server, made(server.url) as client:
        assert client.streams.list() == []
    head = server.requests[0].decode()
    assert head.startswith("GET /streams HTTP/1.1\r\n")
    assert "Connection: close\r\n" in head
    assert "Accept-Encoding: identity\r\n" in head
    assert "Authorization" not in head


def test_odd_ids_arrive_as_they_were_encoded() -> None:
    with serving(sends(OK)) as server, made(server.url) as client:
        for rule in ("a b", "a?b#c", "a+b&c=d", 'ä{}|^`<>"', "~a;b"):
            client.call("rules.get", rule)
    paths = [request.split(b" ")[1].decode() for request in server.requests]
    assert paths == [
        "/rules/a%20b",
        "/rules/a%3Fb%23c",
        "/rules/a+b&c=d",
        "/rules/%C3%A4%7B%7D%7C%5E%60%3C%3E%22",
        "/rules/~a;b",
    ]


def test_nobody_listening_is_refused() -> None:
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        port = sock.getsockname()[1]
        with pytest.raises(Unreachable) as caught, made(f"http://127.0.0.1:{port}") as client:
            client.ping()
    assert caught.value.code == "refused"
    assert f"http://127.0.0.1:{port} refused the connection." == caught.value.message
    assert "9081" in caught.value.hint


def test_an_unknown_name_is_told_as_such() -> None:
    with pytest.raises(Unreachable) as caught, made("http://no-such-host.invalid:9081") as client:
        client.ping()
    assert caught.value.code == "dns"
    assert "no-such-host.invalid" in caught.value.message


def test_a_server_that_never_answers_times_out() -> None:
    with serving(sends()) as server:
        server.reply = hangs(server)
        with pytest.raises(TimedOut) as caught, made(server.url, timeout=0.2) as client:
            client.ping()
    assert "0.2 s" in caught.value.message
    assert caught.value.operation == "server.ping"


def test_a_server_that_stops_in_the_middle_times_out() -> None:
    with serving(sends()) as server:

        def reply(sock: socket.socket, _: bytes) -> None:
            sock.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n[1")
            server.over.wait(10)

        server.reply = reply
        with pytest.raises(TimedOut), made(server.url, timeout=0.2) as client:
            client.streams.list()


def test_a_server_that_drips_is_cut_off(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(transport, "WHOLE_ANSWER", 1)
    with serving(sends()) as server:

        def reply(sock: socket.socket, _: bytes) -> None:
            sock.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n[")
            while not server.over.wait(0.02):
                sock.sendall(b" ")

        server.reply = reply
        with pytest.raises(TimedOut) as caught, made(server.url, timeout=0.3) as client:
            client.streams.list()
    assert "did not end in time" in caught.value.message


@pytest.mark.parametrize("piece", [b"X-Filler: 1\r\n", b"x"])
def test_headers_that_drip_are_cut_off(piece: bytes) -> None:
    """Each byte is in time for the socket; only a bound on the whole ends it."""
    cut = threading.Event()

    def drip(sock: socket.socket, _: bytes) -> None:
        try:
            sock.sendall(b"HTTP/1.1 200 OK\r\n")
            for _number in range(80):
                sock.sendall(piece)
                if server.over.wait(0.1):
                    return
            sock.sendall(b": 1\r\nContent-Length: 2\r\n\r\n[]")
        except OSError:
            cut.set()
            raise

    with serving(drip) as server, made(server.url, timeout=0.4) as client:
        with pytest.raises(TimedOut):
            client.streams.list()
        assert cut.wait(10)


def test_chunks_are_put_together() -> None:
    head = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
    with serving(sends(head, b'3\r\n["a\r\n', b'2\r\n"]\r\n', b"0\r\n\r\n")) as server, made(server.url) as client:
        assert client.streams.list() == ["a"]


def test_broken_chunks_are_told_as_such() -> None:
    head = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
    with serving(sends(head, b'5\r\n["a')) as server, pytest.raises(Unreachable), made(server.url) as client:
        client.streams.list()


def test_closing_without_an_answer_is_told_as_such() -> None:
    with serving(sends()) as server, pytest.raises(Unreachable) as caught, made(server.url) as client:
        client.ping()
    assert caught.value.code == "closed"


def test_a_reset_is_told_as_such() -> None:
    with serving(resets) as server, pytest.raises(Unreachable) as caught, made(server.url) as client:
        client.ping()
    assert caught.value.code == "reset"


def test_an_answer_that_ends_too_early_is_told_as_such() -> None:
    reply = sends(b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n[1")
    with serving(reply) as server, pytest.raises(Unreachable) as caught, made(server.url) as client:
        client.streams.list()
    assert caught.value.code == "reset"
    assert "middle" in caught.value.message


def test_what_does_not_speak_http_is_told_as_such() -> None:
    with serving(sends(b"SSH-2.0-OpenSSH_9.2\r\n")) as server, pytest.raises(Unreachable) as caught:
        made(server.url).ping()
    assert caught.value.code == "garbage"


def test_a_redirect_is_not_followed() -> None:
    with serving(sends(OK)) as other:
        location = f"Location: {other.url}/streams\r\n".encode()
        reply = sends(b"HTTP/1.1 301 Moved\r\nContent-Length: 0\r\n" + location + b"\r\n")
        with serving(reply) as server, pytest.raises(NotAnEKuiper) as caught, made(server.url) as client:
            client.streams.list()
    assert caught.value.code == "redirect"
    assert other.requests == []


def test_reads_are_tried_again_when_the_connection_fails() -> None:
    with serving(sends()) as server:

        def reply(sock: socket.socket, _: bytes) -> None:
            if len(server.requests) == 3:
                sock.sendall(OK)

        server.reply = reply
        pauses: list[float] = []
        with made(server.url, retries=2) as client:
            client._transport.pause = pauses.append
            assert client.streams.list() == []
    assert len(server.requests) == 3
    assert 0.2 <= pauses[0] <= 0.4
    assert 0.4 <= pauses[1] <= 0.8


def test_reads_are_not_tried_for_ever() -> None:
    with serving(sends()) as server, pytest.raises(Unreachable), made(server.url, retries=2) as client:
        client.streams.list()
    assert len(server.requests) == 3


@pytest.mark.parametrize("call", ["start", "delete"])
def test_what_changes_something_is_sent_once(call: str) -> None:
    with serving(sends()) as server, pytest.raises(Unreachable), made(server.url, retries=5) as client:
        getattr(client.rules, call)("r1")
    assert len(server.requests) == 1


def test_stopping_the_server_by_get_is_sent_once() -> None:
    with serving(sends()) as server, pytest.raises(Unreachable), made(server.url, retries=5) as client:
        client.server.stop_get()
    assert len(server.requests) == 1


def test_a_refusal_and_a_slow_answer_are_not_tried_again() -> None:
    refusal = b"HTTP/1.1 500 X\r\nContent-Length: 0\r\n\r\n"
    with serving(sends(refusal)) as server, pytest.raises(EKuiperError), made(server.url, retries=5) as client:
        client.streams.list()
    assert len(server.requests) == 1
    with serving(sends()) as slow:
        slow.reply = hangs(slow)
        with pytest.raises(TimedOut), made(slow.url, retries=5, timeout=0.2) as client:
            client.streams.list()
        assert len(slow.requests) == 1


def test_an_endless_answer_is_cut_off() -> None:
    with serving(sends()) as server:

        def reply(sock: socket.socket, _: bytes) -> None:
            sock.sendall(b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n[")
            for _piece in range(2 * MAX_ANSWER // 1_000_000):
                sock.sendall(b" " * 1_000_000)

        server.reply = reply
        with pytest.raises(AnswerTooLarge) as caught, made(server.url, timeout=10.0) as client:
            client.streams.list()
    assert caught.value.operation == "streams.list"


def test_a_download_comes_in_pieces_and_can_be_saved(tmp_path: Path) -> None:
    body = b"PK" + bytes(range(256)) * 1000
    head = f"HTTP/1.1 200 OK\r\nContent-Length: {len(body)}\r\n\r\n".encode()
    with serving(sends(head, body)) as server, made(server.url) as client:
        assert client.metrics.dump(start=1, end=2).save(tmp_path / "dump.zip") == len(body)
        assert max(len(piece) for piece in client.metrics.dump()) <= 65536
        with client.metrics.dump() as download:
            assert download.read() == body
        with pytest.raises(AnswerTooLarge):
            client.metrics.dump().read(limit=1000)
    assert (tmp_path / "dump.zip").read_bytes() == body
    assert b"GET /metrics/dump?startTime=1&endTime=2 " in server.requests[0]


def test_a_connection_is_used_for_one_call_also_when_the_server_would_keep_it() -> None:
    def keeps(sock: socket.socket, _: bytes) -> None:
        sock.sendall(OK.replace(b"Connection: close\r\n", b""))
        while sock.recv(65536):
            pass

    with serving(keeps) as server, made(server.url) as client:
        assert [client.streams.list() for _ in range(3)] == [[], [], []]
        assert server.connections == 3


def test_cookies_of_a_server_are_not_sent_back() -> None:
    reply = sends(OK.replace(b"\r\n", b"\r\nSet-Cookie: a=b; Path=/\r\n", 1))
    with serving(reply) as server, made(server.url) as client:
        client.streams.list()
        client.streams.list()
    assert b"Cookie" not in server.requests[1]


def test_proxies_and_logins_of_the_environment_are_not_used(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    netrc = tmp_path / "netrc"
    netrc.write_text("machine 127.0.0.1 login me password hunter2\n")
    monkeypatch.setenv("NETRC", str(netrc))
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    monkeypatch.delenv("no_proxy", raising=False)
    with serving(sends(OK)) as server, made(server.url) as client:
        client.streams.list()
    assert b"Authorization" not in server.requests[0]


class Refused(Exception):
    """What a policy raises."""


def test_the_address_is_checked_before_anything_is_connected() -> None:
    asked: list[tuple[str, int]] = []

    def check(address: str, port: int) -> None:
        asked.append((address, port))
        raise Refused(address)

    with serving(sends(OK)) as server:
        client = made(f"http://localhost:{server.port}", check_address=check, retries=3)
        with pytest.raises(Refused), client:
            client.streams.list()
        assert server.connections == 0
    assert len(asked) == 1
    assert asked[0][0] in {"127.0.0.1", "::1"}
    assert asked[0][1] == server.port


def test_an_address_that_the_check_lets_through_is_the_one_that_is_used() -> None:
    asked: list[str] = []
    with serving(sends(OK)) as server:
        client = made(server.url, check_address=lambda address, _: asked.append(address))
        assert client.streams.list() == []
        assert client.streams.list() == []
    assert asked == ["127.0.0.1", "127.0.0.1"]


def test_an_ipv6_address_works_in_brackets() -> None:
    try:
        with serving(sends(OK), host="::1") as server, made(f"http://[::1]:{server.port}") as client:
            assert client.streams.list() == []
    except OSError:
        pytest.skip("this machine has no IPv6 loopback")


def test_a_closed_client_can_be_used_again() -> None:
    with serving(sends(OK)) as server:
        client = made(server.url)
        client.streams.list()
        client.close()
        assert client.streams.list() == []


def test_one_client_serves_several_threads() -> None:
    results: list[object] = []
    with serving(sends(OK)) as server, made(server.url) as client:
        threads = [threading.Thread(target=lambda: results.append(client.streams.list())) for _ in range(16)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(10)
    assert results == [[]] * 16
