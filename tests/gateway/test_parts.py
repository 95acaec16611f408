"""The pure parts: paths, headers, drafts."""

from __future__ import annotations

import asyncio

import pytest
from starlette.types import Message, Scope

from ekmanager.ekuiper.operations import PathRefused
from ekmanager.gateway.counters import ProxyCounters
from ekmanager.gateway.paths import MOUNT, check, check_query, inside, target
from ekmanager.gateway.upstream_headers import Locator, answer_headers, request_headers
from ekmanager.gateway.vigil import Vigil


def scope(raw: bytes, path: str | None = None, root: str = "") -> Scope:
    return {"type": "http", "raw_path": raw, "path": path or raw.decode("latin-1"), "root_path": root}


@pytest.mark.parametrize(
    ("raw", "path", "found"),
    [
        (b"/api/connections", None, "/connections"),
        (b"/api", None, ""),
        (b"/apis", None, None),
        (b"/rules", None, None),
        (b"/API/x", None, None),
        (b"/api/a%20b", "/api/a b", "/a%20b"),
    ],
)
def test_the_part_below_the_mount_is_read_raw(raw: bytes, path: str | None, found: str | None) -> None:
    assert inside(scope(raw, path), MOUNT) == found


def test_a_prefix_of_a_server_in_front_is_left_out() -> None:
    assert inside(scope(b"/ek/api/live", root="/ek"), MOUNT) == "/live"
    assert inside(scope(b"/ek/api/live", root="/ek/api"), MOUNT) == "/live"


@pytest.mark.parametrize(("raw", "path"), [(b"/%61pi/live", "/api/live"), (b"/api%2Flive", "/api/live")])
def test_a_mount_in_disguise_is_refused(raw: bytes, path: str) -> None:
    with pytest.raises(PathRefused):
        inside(scope(raw, path), MOUNT)


def test_without_a_raw_path_the_decoded_one_is_encoded() -> None:
    assert inside({"type": "http", "path": "/api/ä", "root_path": ""}, MOUNT) == "/%C3%A4"


@pytest.mark.parametrize("raw", [b"/api/\xff", "/api/ä".encode()])
def test_bytes_that_are_not_ascii_are_refused(raw: bytes) -> None:
    with pytest.raises(PathRefused):
        inside(scope(raw, "/api/x"), MOUNT)


@pytest.mark.parametrize("path", ["/connections", "/connections/a.b-c_d", "/connections/a/ekuiper/", "/a..b/c"])
def test_plain_paths_pass(path: str) -> None:
    check(path)


@pytest.mark.parametrize("path", ["//", "/a//b", "/..", "/a/./b", "/a%2fb", "/a%5Cb", "/a\\b", "/a%00"])
def test_ambiguous_paths_are_refused(path: str) -> None:
    with pytest.raises(PathRefused):
        check(path)


def test_a_target_has_the_id_and_the_normalised_path() -> None:
    assert target("/connections/edge.7/ekuiper/rules/%61") == ("edge.7", "/rules/a")
    assert target("/connections/edge/ekuiper") == ("edge", "/")
    assert target("/connections/edge/ekuiperx") is None
    assert target("/connections/edge/health") is None


@pytest.mark.parametrize("query", [b"a=1#b", b"a b", b"a=\x00", b"\xff"])
def test_a_query_has_only_what_a_request_line_can_carry(query: bytes) -> None:
    with pytest.raises(PathRefused):
        check_query(query)


def sent(*headers: tuple[bytes, bytes], **own: str) -> dict[str, str]:
    forwarded = request_headers(headers, own, via="me")
    return {name.lower(): value for name, value in forwarded.headers}


def test_headers_named_in_connection_stay_here() -> None:
    found = sent((b"connection", b"close, X-A ,x-b"), (b"x-a", b"1"), (b"x-b", b"2"), (b"x-c", b"3"))
    assert "x-a" not in found
    assert "x-b" not in found
    assert found["x-c"] == "3"


def test_connection_cannot_take_the_body_s_description_away() -> None:
    forwarded = request_headers(
        [(b"connection", b"content-type, content-length"), (b"content-type", b"a/b"), (b"content-length", b"5")],
        {},
        via="me",
    )
    assert forwarded.length == 5
    assert forwarded.has_type


def test_a_header_several_times_stays_several_times() -> None:
    forwarded = request_headers([(b"x-a", b"1"), (b"x-a", b"2")], {}, via="me")
    assert [value for name, value in forwarded.headers if name == "x-a"] == ["1", "2"]


def test_text_of_headers_keeps_its_bytes() -> None:
    assert sent((b"x-a", "ä".encode()))["x-a"].encode() == "ä".encode()


@pytest.mark.parametrize("values", [(b"1", b"2"), (b"-1",), (b"1,1",), (b"",), ("١".encode(),)])
def test_a_length_is_one_number(values: tuple[bytes, ...]) -> None:
    with pytest.raises(ValueError, match="Content-Length"):
        request_headers([(b"content-length", value) for value in values], {}, via="me")


@pytest.mark.parametrize(
    ("location", "found"),
    [
        (b"/base/rules", b"/p/rules"),
        (b"http://edge:9081/base/rules?a=1#b", b"/p/rules?a=1#b"),
        (b"r2", b"/p/rules/r2"),
        (b"https://edge:9081/base/rules", None),
        (b"http://edge:9082/base/rules", None),
        (b"http://user@edge:9081/base/rules", None),
        (b"//edge.evil/base/x", None),
        (b"/base", None),
        (b"/basement", None),
        (b"/base/a\\b", None),
        (b"/base/a b", None),
        (b"\xff", None),
        (b"http://[", None),
        (b"data:text/html,x", None),
    ],
)
def test_a_location_stays_on_the_server_or_is_left_out(location: bytes, found: bytes | None) -> None:
    assert Locator("http://edge:9081/base", "/rules/r1", "/p")(location) == found


def test_headers_named_in_the_answers_connection_stay_here() -> None:
    found = dict(answer_headers([(b"X-A", b"1"), (b"Connection", b"x-a"), (b"X-B", b"2")], locate=lambda _: None))
    assert b"x-a" not in found
    assert found[b"x-b"] == b"2"


def test_counters_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ekmanager.gateway.counters._CAPACITY", 2)
    counters = ProxyCounters()
    for key in ("a", "b", "c", "a"):
        counters.count(key, "2xx")
    assert list(counters.of("a")) == [("2xx", 2)]
    assert list(counters.of("c")) == []


def test_a_vigil_that_ended_cancels_nothing() -> None:
    async def call() -> str:
        async def receive() -> Message:
            await asyncio.sleep(0.03)
            return {"type": "http.disconnect"}

        vigil = Vigil(receive, 0.05)
        vigil.listen()
        vigil.end()
        await asyncio.sleep(0.1)
        return "undisturbed"

    assert asyncio.run(call()) == "undisturbed"


def test_a_vigil_tells_why_it_cancelled() -> None:
    async def call(seconds: float, leaves_after: float) -> tuple[bool, bool]:
        async def receive() -> Message:
            await asyncio.sleep(leaves_after)
            return {"type": "http.disconnect"}

        async def work(vigils: list[Vigil]) -> None:
            vigil = Vigil(receive, seconds)
            vigils.append(vigil)
            vigil.listen()
            try:
                await asyncio.sleep(10)
            finally:
                vigil.end()

        vigils: list[Vigil] = []
        task = asyncio.create_task(work(vigils))
        await asyncio.wait([task], timeout=5)
        assert task.cancelled()
        return vigils[0].expired, vigils[0].gone

    assert asyncio.run(call(0.05, 5)) == (True, False)
    assert asyncio.run(call(5, 0.05)) == (False, True)
