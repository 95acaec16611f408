"""Host names, origins, the browser's cookie and its websockets: what stands in front of pages and API."""

from __future__ import annotations

import base64
import re
import socket

import pytest

from ekmanager.gateway import browser_id_of
from ekmanager.gateway.hosts import host_name, matches
from ekmanager.gateway.origin import same_origin
from tests.gateway.conftest import Serve
from tests.gateway.world import ME, Answer, Upstream, World, proxied

KEY = base64.b64encode(b"0123456789abcdef").decode()


def handshake(world: World, **headers: str) -> Answer:
    """The answer to the opening of a websocket."""
    opening = {"Upgrade": "websocket", "Connection": "Upgrade", "Sec_WebSocket_Key": KEY, "Sec_WebSocket_Version": "13"}
    return world.ask("GET", "/_stcore/stream", **{**opening, **headers})


@pytest.mark.parametrize(
    "host", ["127.0.0.1", "192.168.7.7:80", "[::1]:8501", "localhost:1", "LOCALHOST", "a.localhost", "x.streamlit.app"]
)
def test_addresses_and_own_names_are_known(world: World, host: str) -> None:
    assert world.ask("GET", "/", host=host).status == 200
    assert world.ask("GET", "/api/live", host=host).status == 200


def test_the_name_of_this_machine_is_known(world: World) -> None:
    assert world.ask("GET", "/api/live", host=socket.gethostname()).status == 200


@pytest.mark.parametrize(
    "host",
    ["evil.example", "evil.example:8501", "127.0.0.1.evil.example", "localhost.evil.example", "a b", "x/y", "@x"],
)
def test_other_names_are_refused_for_api_page_and_websocket(world: World, host: str) -> None:
    answer = world.ask("GET", "/api/live", host=host)
    assert (answer.status, answer.code) == (421, "unknown_host")
    assert "EKMANAGER_ALLOWED_HOSTS" in answer.json["error"]["hint"]
    page = world.ask("GET", "/", host=host)
    assert page.status == 421
    assert b"EKMANAGER_ALLOWED_HOSTS" in page.body
    assert (page.header("Content-Type") or "").startswith("text/plain")
    assert handshake(world, host=host).status == 403


def test_two_host_headers_are_refused(world: World) -> None:
    assert world.ask("GET", "/api/live", Host="127.0.0.1").status in {400, 421}


@pytest.mark.parametrize(
    ("allowed", "host", "status"),
    [
        ("ek.plant.example", "ek.plant.example:443", 200),
        ("ek.plant.example", "EK.plant.example", 200),
        ("ek.plant.example", "x.plant.example", 421),
        ("*.plant.example", "x.plant.example", 200),
        ("*.plant.example", "plant.example", 421),
        ("*", "anything.example", 200),
    ],
)
def test_allowed_hosts_are_known_too(serve: Serve, allowed: str, host: str, status: int) -> None:
    assert serve(allowed_hosts=allowed).ask("GET", "/api/live", host=host).status == status


def test_a_refused_host_reaches_no_server(world: World, upstream: Upstream) -> None:
    assert world.ask("GET", proxied(world.add(upstream.url)), host="evil.example").status == 421
    assert not upstream.seen


@pytest.mark.parametrize("site", ["cross-site", "same-site"])
@pytest.mark.parametrize("method", ["GET", "POST", "DELETE"])
def test_the_api_refuses_other_sites(world: World, upstream: Upstream, site: str, method: str) -> None:
    answer = world.ask(method, proxied(world.add(upstream.url)), Sec_Fetch_Site=site)
    assert (answer.status, answer.code) == (403, "cross_site")
    assert not upstream.seen
    assert world.ask("GET", "/api/connections", Sec_Fetch_Site=site).status == 403


@pytest.mark.parametrize("origin", ["http://evil.example", "null", "http://127.0.0.1:1", "https://127.0.0.1", "x"])
def test_the_api_refuses_other_origins(world: World, origin: str) -> None:
    for method in ("GET", "POST", "DELETE"):
        assert world.ask(method, "/api/connections", Origin=origin).status == 403
    assert handshake(world, Origin=origin).status == 403
    assert world.ask("PUT", "/upload", Origin=origin).status == 403


def test_pages_may_be_opened_from_elsewhere_but_not_posted_to(world: World) -> None:
    assert world.ask("GET", "/", Sec_Fetch_Site="cross-site").status == 200
    assert world.ask("POST", "/upload", Sec_Fetch_Site="cross-site").status == 403
    assert world.ask("POST", "/upload", Sec_Fetch_Site="same-origin").status == 200
    assert handshake(world, Sec_Fetch_Site="cross-site").status == 403


@pytest.mark.parametrize("site", ["same-origin", "none", None])
def test_the_own_page_scripts_and_typed_addresses_pass(world: World, site: str | None) -> None:
    headers = {"Sec_Fetch_Site": site} if site else {}
    assert world.ask("GET", "/api/connections", **headers).status == 200
    assert world.ask("GET", "/api/connections", Origin=f"http://127.0.0.1:{world.port}", **headers).status == 200
    assert handshake(world, Origin=f"http://127.0.0.1:{world.port}", **headers).status == 101


def test_a_reverse_proxy_that_rewrites_the_host_says_so(world: World) -> None:
    there = {"Origin": "https://ek.plant.example", "X_Forwarded_Host": "ek.plant.example", "X_Forwarded_Proto": "https"}
    assert world.ask("GET", "/api/connections", **there).status == 200
    assert world.ask("GET", "/api/connections", **{**there, "Origin": "https://evil.example"}).status == 403


@pytest.mark.parametrize(
    ("origin", "host", "same"),
    [
        ("http://a", "a", True),
        ("http://a", "a:80", True),
        ("https://a", "a:443", True),
        ("https://a", "a", True),
        ("http://a:8501", "a:8501", True),
        ("http://[::1]:8501", "[::1]:8501", True),
        ("http://A:8501", "a:8501", True),
        ("http://a:8501", "a:8502", False),
        ("http://a:8501", "a", False),
        ("http://a", "a.b", False),
        ("http://a:x", "a", False),
        ("file://a", "a", False),
        ("null", "a", False),
        ("http://", "", False),
    ],
)
def test_an_origin_is_a_host_and_its_port(origin: str, host: str, same: bool) -> None:
    assert same_origin(origin, host) is same


@pytest.mark.parametrize(
    ("host", "name"),
    [("A.b:80", "a.b"), ("[::1]:9", "::1"), ("a.", "a"), ("a:b", None), ("", None), ("a\nb", None), ("u@a", None)],
)
def test_the_name_in_a_host_header(host: str, name: str | None) -> None:
    assert host_name(host) == name


def test_a_pattern_with_a_star_means_every_name_below() -> None:
    assert matches("a.b.c", ["*.b.c"])
    assert not matches("xb.c", ["*.b.c"])


def cookie_of(answer: Answer) -> str:
    (value,) = [value for name, value in answer.headers if name.lower() == "set-cookie"]
    return value


def test_the_first_page_names_the_browser(world: World) -> None:
    said = cookie_of(world.ask("GET", "/", browser=None))
    match = re.fullmatch(
        r"ekmanager_browser=([A-Za-z0-9_-]{43}); Path=/; Max-Age=34560000; HttpOnly; SameSite=Strict", said
    )
    assert match is not None
    assert "set-cookie" not in world.ask("GET", "/", browser=match[1]).names
    assert cookie_of(world.ask("GET", "/", browser=None)) != said


@pytest.mark.parametrize("value", ["short", "x" * 44, "y" * 42 + "!", ""])
def test_a_name_that_is_none_of_ours_is_replaced(world: World, value: str) -> None:
    assert cookie_of(world.ask("GET", "/", browser=value or None)).startswith("ekmanager_browser=")
    assert browser_id_of({"ekmanager_browser": value}) is None


def test_over_https_the_cookie_is_secure(world: World) -> None:
    assert cookie_of(world.ask("GET", "/", browser=None, X_Forwarded_Proto="https")).endswith("; Secure")


def test_only_pages_set_the_cookie(world: World) -> None:
    assert "set-cookie" not in world.ask("GET", "/api/connections", browser=None).names
    assert "set-cookie" not in world.ask("POST", "/upload", browser=None).names


def test_a_page_that_the_browser_has_kept_sets_the_cookie_too(world: World) -> None:
    answer = world.ask("GET", "/", browser=None, If_None_Match='"x"', Accept="text/html,*/*")
    assert answer.status == 304
    assert cookie_of(answer)


def test_the_same_cookie_is_read_by_api_and_page() -> None:
    assert browser_id_of({"ekmanager_browser": ME, "other": "1"}) == ME
    assert browser_id_of({}) is None


def test_pages_may_be_framed_by_themselves_only(world: World) -> None:
    answer = world.ask("GET", "/")
    assert answer.header("Content-Security-Policy") == "frame-ancestors 'self' https://*.streamlit.app"
    assert answer.header("X-Content-Type-Options") == "nosniff"
    assert answer.header("Referrer-Policy") == "same-origin"


def test_a_page_with_its_websocket_open_counts_as_live(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    counted: list[tuple[str, str]] = []
    monkeypatch.setattr(world.browsers, "session_opened", lambda browser: counted.append(("opened", browser)))
    monkeypatch.setattr(world.browsers, "session_closed", lambda browser: counted.append(("closed", browser)))
    with socket.create_connection(("127.0.0.1", world.port)) as caller:
        caller.settimeout(10)
        lines = [
            "GET /_stcore/stream HTTP/1.1",
            f"Host: localhost:{world.port}",
            "Upgrade: websocket",
            "Connection: Upgrade",
            f"Sec-WebSocket-Key: {KEY}",
            "Sec-WebSocket-Version: 13",
            f"Cookie: ekmanager_browser={ME}",
        ]
        caller.sendall("\r\n".join([*lines, "", ""]).encode())
        assert caller.recv(4096).startswith(b"HTTP/1.1 101")
        assert counted == [("opened", ME)]
    world.ask("GET", "/")
    for _ in range(200):
        if len(counted) == 2:
            break
        world.ask("GET", "/api/live")
    assert counted == [("opened", ME), ("closed", ME)]


def test_a_refused_websocket_is_not_counted(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    counted: list[str] = []
    monkeypatch.setattr(world.browsers, "session_opened", counted.append)
    assert handshake(world, Origin="http://evil.example").status == 403
    assert counted == []


def test_the_port_of_the_app_is_known_after_the_first_request(world: World) -> None:
    world.ask("GET", "/")
    assert world.port in world.policy.own_ports
