"""What never reaches a server."""

from __future__ import annotations

import pytest

from ekmanager.ekuiper.operations import OPERATIONS, Effect
from tests.gateway.conftest import Serve
from tests.gateway.world import ME, Upstream, World, proxied


@pytest.mark.parametrize(
    "path",
    [
        "/rules/../stop",
        "/rules/..",
        "/./rules",
        "/rules/%2e%2e/stop",
        "/rules/.%2E/stop",
        "/rules%2fr1",
        "/rules%2Fr1",
        "/rules%5cr1",
        "/rules\\r1",
        "//rules",
        "/rules//r1",
        "/rules/r1//",
        "/rules/%00",
        "/rules/a%0d%0aX:1",
        "/rules/%25252e",
        "/rules/%",
        "/rules/%zz",
        "/rules/%ff",
        "/rules/..;/stop",
    ],
)
def test_a_path_that_can_be_read_in_two_ways_is_refused(world: World, upstream: Upstream, path: str) -> None:
    answer = world.ask("GET", proxied(world.add(upstream.url), path))
    assert (answer.status, answer.code) == (400, "bad_path")
    assert not upstream.seen


@pytest.mark.parametrize(
    "prefix",
    [
        "/%61pi/connections/{}/ekuiper/stop",
        "/api//connections/{}/ekuiper/stop",
        "/api/connections/./{}/ekuiper/stop",
        "/api/connections/{}/%65kuiper/../ekuiper/stop",
        "/api/x/../connections/{}/ekuiper/stop",
    ],
)
def test_the_way_to_the_server_has_one_spelling(world: World, upstream: Upstream, prefix: str) -> None:
    answer = world.ask("GET", prefix.format(world.add(upstream.url)))
    assert (answer.status, answer.code) == (400, "bad_path")
    assert not upstream.seen


def test_an_encoded_id_names_no_connection(world: World, upstream: Upstream) -> None:
    name = world.add(upstream.url)
    answer = world.ask("GET", proxied("%" + name[0].encode().hex() + name[1:]))
    assert answer.status == 404
    assert not upstream.seen


def test_encoded_letters_are_decoded_before_they_are_matched_and_sent(serve: Serve, upstream: Upstream) -> None:
    name = (world := serve(read_only=True)).add(upstream.url)
    assert world.ask("GET", proxied(name, "/%73top")).code == "read_only"
    assert not upstream.seen


def test_read_only_lets_reads_through_and_nothing_else(read_only: tuple[World, Upstream, str]) -> None:
    world, upstream, name = read_only
    for operation in OPERATIONS:
        upstream.seen.clear()
        path = operation.path_for(*["x"] * len(operation.parameters))
        answer = world.ask(operation.method, proxied(name, path))
        if operation.effect is Effect.READ:
            assert answer.status == 200, operation.id
            assert upstream.last.target == path
        else:
            assert (answer.status, answer.code) == (403, "read_only"), operation.id
            assert not upstream.seen, operation.id


@pytest.fixture
def read_only(serve: Serve, upstream: Upstream) -> tuple[World, Upstream, str]:
    world = serve(read_only=True)
    return world, upstream, world.add(upstream.url)


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/stop"),
        ("POST", "/batch/req"),
        ("POST", "/rules/r1/start"),
        ("GET", "/unknown"),
        ("GET", "/rules/"),
        ("HEAD", "/stop"),
        ("PUT", "/rules"),
    ],
)
def test_read_only_refuses(read_only: tuple[World, Upstream, str], method: str, path: str) -> None:
    world, upstream, name = read_only
    answer = world.ask(method, proxied(name, path))
    assert answer.status == 403
    assert not upstream.seen


def test_read_only_lets_the_head_of_a_read_through(read_only: tuple[World, Upstream, str]) -> None:
    world, upstream, name = read_only
    assert world.ask("HEAD", proxied(name, "/rules")).status == 200
    assert upstream.last.method == "HEAD"


def test_without_read_only_everything_passes(world: World, upstream: Upstream) -> None:
    name = world.add(upstream.url)
    for method, path in (("GET", "/stop"), ("POST", "/batch/req"), ("GET", "/unknown")):
        assert world.ask(method, proxied(name, path)).status == 200


@pytest.mark.parametrize(
    "url", ["http://169.254.169.254", "http://0.0.0.0:9081", "http://224.0.0.1:9081", "http://[::ffff:169.254.169.254]"]
)
def test_targets_that_are_never_called_give_403(world: World, url: str) -> None:
    answer = world.ask("GET", proxied(world.add(url)))
    assert (answer.status, answer.code) == (403, "target_refused")


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "[::1]", "127.9.9.9"])
def test_the_app_itself_is_no_target(world: World, host: str) -> None:
    answer = world.ask("GET", proxied(world.add(f"http://{host}:{world.port}/api"), "/connections"))
    assert (answer.status, answer.code) == (403, "target_refused")


def test_targets_outside_the_list_give_403(serve: Serve, upstream: Upstream) -> None:
    world = serve(allowed_targets="10.0.0.0/8,*.plant.example")
    answer = world.ask("GET", proxied(world.add(upstream.url)))
    assert (answer.status, answer.code) == (403, "target_refused")
    assert "EKMANAGER_ALLOWED_TARGETS" in answer.json["error"]["hint"]
    assert not upstream.seen


def test_a_request_that_comes_back_is_refused(world: World, upstream: Upstream) -> None:
    """As it would by way of a reverse proxy, which has another port than the app."""
    name = world.add(upstream.url)
    world.ask("GET", proxied(name))
    via = upstream.last.header("Via")
    assert via is not None
    answer = world.ask("GET", proxied(name), Via=f"1.0 other, {via}")
    assert (answer.status, answer.code) == (508, "loop")
    assert world.ask("GET", proxied(name), Via="1.1 ekmanager-0000").status == 200


@pytest.mark.parametrize("length", ["-1", "1, 2", "x"])
def test_a_length_that_is_no_number_is_refused(world: World, upstream: Upstream, length: str) -> None:
    connection = world.connect()
    connection.putrequest("POST", proxied(world.add(upstream.url)))
    connection.putheader("Cookie", f"ekmanager_browser={ME}")
    connection.putheader("Content-Length", length)
    connection.endheaders()
    assert connection.getresponse().status in {400, 502}
    assert not upstream.seen


def test_a_websocket_under_api_is_closed(world: World) -> None:
    headers = {"Connection": "Upgrade", "Upgrade": "websocket", "Sec-WebSocket-Version": "13"}
    named = {name.replace("-", "_"): value for name, value in headers.items()}
    answer = world.ask("GET", "/api/live", Sec_WebSocket_Key="dGhlIHNhbXBsZSBub25jZQ==", **named)
    assert answer.status == 403
