"""What passes through is what was sent, in both directions."""

from __future__ import annotations

import gzip

import pytest
from aiohttp import web

from tests.gateway.conftest import Serve
from tests.gateway.world import ME, SOMEBODY_ELSE, Upstream, World, proxied


@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD"])
def test_every_method_arrives_as_it_was_sent(world: World, upstream: Upstream, method: str) -> None:
    name = world.add(upstream.url)
    answer = world.ask(method, proxied(name, "/rules/r1"))
    assert answer.status == 200
    assert (upstream.last.method, upstream.last.target) == (method, "/rules/r1")


@pytest.mark.parametrize("method", ["OPTIONS", "TRACE", "PROPFIND"])
def test_other_methods_are_refused_with_those_that_are_possible(world: World, upstream: Upstream, method: str) -> None:
    answer = world.ask(method, proxied(world.add(upstream.url)))
    assert answer.status == 405
    assert answer.code == "method_not_allowed"
    assert answer.header("Allow") == "DELETE, GET, HEAD, PATCH, POST, PUT"
    assert not upstream.seen


@pytest.mark.parametrize(
    "query", ["a=1&b=2", "sql=SELECT%20*%20FROM%20%22x%22&a=b+c", "x=%2e%2E%2f", "a&&b==;c", "q=/?:@!$'()*,"]
)
def test_the_query_string_arrives_byte_for_byte(world: World, upstream: Upstream, query: str) -> None:
    world.ask("GET", proxied(world.add(upstream.url), f"/rules?{query}"))
    assert upstream.last.target == f"/rules?{query}"


def test_a_base_path_stands_before_the_path(world: World, upstream: Upstream) -> None:
    name = world.add(f"{upstream.url}/edge-7")
    world.ask("GET", proxied(name, "/rules/"))
    assert upstream.last.target == "/edge-7/rules/"
    world.ask("GET", proxied(name, ""))
    assert upstream.last.target == "/edge-7/"


def test_an_encoded_id_arrives_encoded_once(world: World, upstream: Upstream) -> None:
    world.ask("GET", proxied(world.add(upstream.url), "/rules/%C3%A4%20b"))
    assert upstream.last.target == "/rules/%C3%A4%20b"


def test_numbers_of_64_bits_and_their_form_stay(world: World, upstream: Upstream) -> None:
    body = b'{"id":9223372036854775807,"f":1.0,"e":1E400, "u":18446744073709551615 , "dup":1,"dup":2}\n'
    upstream.answers(body, headers={"Content-Type": "text/plain; charset=weird"})
    answer = world.ask("POST", proxied(world.add(upstream.url), "/rules"), body, Content_Type="application/json")
    assert answer.body == body
    assert answer.header("Content-Type") == "text/plain; charset=weird"
    assert upstream.last.body == body
    assert upstream.last.header("Content-Length") == str(len(body))


@pytest.mark.parametrize("kind", ["application/json", "application/json; charset=utf-8", "text/yaml", "x/y"])
def test_the_content_type_is_the_callers(world: World, upstream: Upstream, kind: str) -> None:
    world.ask("POST", proxied(world.add(upstream.url), "/config/uploads"), b"a: [1]\n", Content_Type=kind)
    assert upstream.last.header("Content-Type") == kind
    assert upstream.last.body == b"a: [1]\n"


@pytest.mark.parametrize("method", ["POST", "PUT", "GET"])
def test_no_content_type_is_invented(world: World, upstream: Upstream, method: str) -> None:
    world.ask(method, proxied(world.add(upstream.url), "/x"), b"bytes")
    assert upstream.last.header("Content-Type") is None
    assert upstream.last.body == b"bytes"
    world.ask("POST", proxied(world.add(upstream.url, name="2"), "/x"))
    assert upstream.last.header("Content-Type") is None


def test_a_multipart_upload_arrives_whole(world: World, upstream: Upstream) -> None:
    parts = b'--b\r\nContent-Disposition: form-data; name="uploadFile"; filename="a.zip"\r\n\r\n\x00\xff\r\n--b--\r\n'
    kind = "multipart/form-data; boundary=b"
    world.ask("POST", proxied(world.add(upstream.url), "/config/uploads"), parts, Content_Type=kind)
    assert upstream.last.body == parts
    assert upstream.last.header("Content-Type") == kind


def test_a_chunked_body_stays_chunked(world: World, upstream: Upstream) -> None:
    world.ask("PUT", proxied(world.add(upstream.url), "/x"), iter([b"one", b"two"]), Content_Type="a/b")
    assert upstream.last.body == b"onetwo"
    assert upstream.last.header("Transfer-Encoding") == "chunked"
    assert upstream.last.header("Content-Length") is None


def test_a_get_may_have_a_body(world: World, upstream: Upstream) -> None:
    world.ask("GET", proxied(world.add(upstream.url), "/rules"), b'{"a":1}')
    assert (upstream.last.method, upstream.last.body) == ("GET", b'{"a":1}')


def test_binary_answers_keep_every_byte(world: World, upstream: Upstream) -> None:
    body = bytes(range(256)) * 1_000
    disposition = {"Content-Type": "application/octet-stream", "Content-Disposition": 'attachment; filename="x"'}
    upstream.answers(body, headers=disposition)
    answer = world.ask("GET", proxied(world.add(upstream.url), "/data/export"))
    assert answer.body == body
    assert answer.header("Content-Disposition") == 'attachment; filename="x"'
    assert answer.header("Content-Length") == str(len(body))


def test_compressed_answers_are_not_unpacked(world: World, upstream: Upstream) -> None:
    packed = gzip.compress(b"x" * 5_000)
    upstream.answers(packed, headers={"Content-Encoding": "gzip"})
    answer = world.ask("GET", proxied(world.add(upstream.url), "/x"), Accept_Encoding="gzip")
    assert answer.body == packed
    assert answer.header("Content-Encoding") == "gzip"
    assert upstream.last.header("Accept-Encoding") == "gzip"


def test_who_accepts_no_compression_gets_none(world: World, upstream: Upstream) -> None:
    world.ask("GET", proxied(world.add(upstream.url), "/x"))
    assert upstream.last.header("Accept-Encoding") == "identity"


@pytest.mark.parametrize("status", [201, 204, 304, 400, 401, 403, 404, 405, 418, 422, 500, 503])
def test_the_status_is_the_servers(world: World, upstream: Upstream, status: int) -> None:
    body = b"" if status in {204, 304} else b"plain words"
    upstream.answers(body, status)
    answer = world.ask("GET", proxied(world.add(upstream.url), "/x"))
    assert (answer.status, answer.body) == (status, body)
    assert answer.header("X-Ekmanager-Upstream") == "1"


def test_head_has_the_length_and_no_body(world: World, upstream: Upstream) -> None:
    upstream.answers(b"12345")
    answer = world.ask("HEAD", proxied(world.add(upstream.url), "/x"))
    assert (answer.status, answer.body, answer.header("Content-Length")) == (200, b"", "5")


def test_a_condition_and_a_range_pass(world: World, upstream: Upstream) -> None:
    world.ask("GET", proxied(world.add(upstream.url), "/x"), If_None_Match='"a"', Range="bytes=0-1")
    assert upstream.last.header("If-None-Match") == '"a"'
    assert upstream.last.header("Range") == "bytes=0-1"


def test_credentials_of_the_connection_replace_the_callers(world: World, upstream: Upstream) -> None:
    name = world.add(
        upstream.url, credentials={"kind": "jwt", "token": "the.real.token"}, headers={"X-Api-Key": "secret"}
    )
    world.ask("GET", proxied(name), Authorization="Bearer callers", x_api_key="callers")
    assert [v for k, v in upstream.last.headers if k.lower() == "authorization"] == ["the.real.token"]
    assert [v for k, v in upstream.last.headers if k.lower() == "x-api-key"] == ["secret"]


def test_the_callers_authorization_never_leaves(world: World, upstream: Upstream) -> None:
    world.ask("GET", proxied(world.add(upstream.url)), Authorization="Bearer callers")
    assert upstream.last.header("Authorization") is None


def test_cookies_pass_in_neither_direction(world: World, upstream: Upstream) -> None:
    upstream.answers(b"x", headers={"Set-Cookie": "a=b", "Clear-Site-Data": '"*"'})
    answer = world.ask("GET", proxied(world.add(upstream.url)))
    assert upstream.last.header("Cookie") is None
    assert not {"set-cookie", "clear-site-data"} & answer.names


def test_headers_of_one_connection_only_do_not_pass(world: World, upstream: Upstream) -> None:
    upstream.answers(b"x", headers={"Connection": "close, X-Secret", "X-Secret": "1", "Keep-Alive": "1"})
    name = world.add(upstream.url)
    answer = world.ask("GET", proxied(name), Connection="x-hop", X_Hop="1", TE="trailers", X_Kept="yes")
    assert upstream.last.header("X-Hop") is None
    assert upstream.last.header("TE") is None
    assert upstream.last.header("X-Kept") == "yes"
    assert not {"x-secret", "keep-alive"} & answer.names


def test_the_server_does_not_learn_who_calls(world: World, upstream: Upstream) -> None:
    world.ask(
        "GET",
        proxied(world.add(upstream.url)),
        Origin=f"http://127.0.0.1:{world.port}",
        Referer="http://x/",
        Sec_Fetch_Site="same-origin",
        X_Forwarded_For="1.2.3.4",
        X_Forwarded_Proto="http",
        Forwarded="for=1.2.3.4",
        X_HTTP_Method_Override="DELETE",
    )
    sent = {name.lower() for name, _ in upstream.last.headers}
    assert sent == {"host", "accept", "accept-encoding", "user-agent", "via", "connection"}
    assert upstream.last.header("Host") == upstream.url.removeprefix("http://")


def test_answers_cannot_act_on_the_apps_origin(world: World, upstream: Upstream) -> None:
    upstream.answers(
        b"<script>alert(1)</script>",
        headers={
            "Content-Type": "text/html",
            "Content-Security-Policy": "script-src *",
            "Access-Control-Allow-Origin": "*",
            "Strict-Transport-Security": "max-age=9",
            "Service-Worker-Allowed": "/",
            "WWW-Authenticate": "Basic",
            "Refresh": "0;url=http://evil.example/",
        },
    )
    answer = world.ask("GET", proxied(world.add(upstream.url)))
    assert answer.header("Content-Security-Policy") == "sandbox"
    assert answer.header("X-Content-Type-Options") == "nosniff"
    assert answer.header("Referrer-Policy") == "no-referrer"
    gone = {"access-control-allow-origin", "strict-transport-security", "service-worker-allowed", "www-authenticate"}
    assert not (gone | {"refresh", "set-cookie"}) & answer.names
    assert [value for name, value in answer.headers if name == "content-security-policy"] == ["sandbox"]


def test_caching_is_as_the_server_says_and_private_otherwise(world: World, upstream: Upstream) -> None:
    name = world.add(upstream.url)
    assert world.ask("GET", proxied(name)).header("Cache-Control") == "private, no-cache"
    upstream.answers(b"x", headers={"Cache-Control": "max-age=5"})
    assert world.ask("GET", proxied(name)).header("Cache-Control") == "max-age=5"


@pytest.mark.parametrize(
    ("location", "expected"),
    [
        ("/edge/rules/a?b=1", "/rules/a?b=1"),
        ("rules/a", "/rules/a"),
        ("http://evil.example/", None),
        ("//evil.example/", None),
        ("/elsewhere", None),
        ("/edge-2/rules", None),
        ("javascript:alert(1)", None),
        ("/edge/../../x", None),
    ],
)
def test_redirects_are_not_followed_and_lead_nowhere_else(
    world: World, upstream: Upstream, location: str, expected: str | None
) -> None:
    upstream.answers(b"", 302, {"Location": location})
    name = world.add(f"{upstream.url}/edge")
    answer = world.ask("GET", proxied(name, "/x"))
    assert answer.status == 302
    assert len(upstream.seen) == 1
    assert answer.header("Location") == (None if expected is None else proxied(name, expected))


def test_another_browser_does_not_find_it(world: World, upstream: Upstream) -> None:
    name = world.add(upstream.url)
    for browser in (SOMEBODY_ELSE, None):
        answer = world.ask("GET", proxied(name, "/rules"), browser=browser)
        assert (answer.status, answer.code) == (404, "connection_not_found")
        assert answer.header("X-Ekmanager-Upstream") is None
    assert not upstream.seen


def test_shared_connections_need_no_browser(serve: Serve, upstream: Upstream) -> None:
    world = serve(persistence="server")
    name = world.add(upstream.url, browser=None)
    assert world.ask("GET", proxied(name, "/rules"), browser=None).status == 200
    assert world.ask("GET", proxied(name, "/rules"), browser=ME).status == 200


def test_a_request_is_never_sent_twice(world: World, upstream: Upstream) -> None:
    async def closes(request: web.Request) -> web.StreamResponse:
        upstream.note(request)
        assert request.transport is not None
        request.transport.abort()
        return web.Response()

    upstream.handler = closes
    for method in ("PUT", "GET", "DELETE"):
        upstream.seen.clear()
        assert world.ask(method, proxied(world.add(upstream.url, name=method), "/schemas/a/b")).status == 502
        assert len(upstream.seen) == 1
