"""`/api/connections`: added, read, changed, deleted, tested; and never a secret in an answer."""

from __future__ import annotations

import pytest

from ekmanager.connections.model import Where
from tests.gateway.conftest import Serve
from tests.gateway.world import ME, SOMEBODY_ELSE, Answer, Upstream, World

SECRET = "hush-hush-4711"
LOGIN = {"kind": "basic", "username": "anna", "password": SECRET}


def add(world: World, **fields: object) -> Answer:
    return world.send("POST", "/api/connections", {"name": "Edge 7", "url": "http://edge-7:9081", **fields})


def test_an_added_connection_is_answered_with_its_id(world: World) -> None:
    answer = add(world, tags=["a", "b"], description="hall 2")
    assert answer.status == 201
    made = answer.json
    assert made["id"]
    assert (made["name"], made["url"], made["tags"]) == ("Edge 7", "http://edge-7:9081", ["a", "b"])
    assert (made["where"], made["revision"]) == ("browser", 0)
    assert answer.header("Location") == f"/api/connections/{made['id']}"
    assert answer.header("ETag") == '"0"'
    assert world.ask("GET", f"/api/connections/{made['id']}").json == made
    assert world.ask("GET", "/api/connections").json == [made]


def test_a_browser_sees_its_own_only(world: World) -> None:
    made = add(world).json["id"]
    for browser in (SOMEBODY_ELSE, None):
        assert world.ask("GET", "/api/connections", browser=browser).json == []
        for method in ("GET", "DELETE"):
            answer = world.ask(method, f"/api/connections/{made}", browser=browser)
            assert (answer.status, answer.code) == (404, "connection_not_found")
    for method in ("PUT", "PATCH"):
        answer = world.send(method, f"/api/connections/{made}", {"name": "x", "url": "http://x"}, browser=SOMEBODY_ELSE)
        assert answer.status == 404
    assert world.ask("GET", f"/api/connections/{made}").status == 200


def test_without_a_browser_nothing_can_be_kept_in_one(world: World) -> None:
    answer = world.send("POST", "/api/connections", {"name": "a", "url": "http://a"}, browser=None)
    assert (answer.status, answer.code) == (409, "no_browser")
    assert "EKMANAGER_PERSISTENCE=server" in answer.json["error"]["hint"]


def test_the_server_keeps_nothing_in_browser_mode(world: World) -> None:
    answer = add(world, where="server")
    assert (answer.status, answer.code) == (409, "no_server_store")


def test_with_server_persistence_connections_are_shared_unless_asked_otherwise(serve: Serve) -> None:
    world = serve(persistence="server")
    shared = world.send("POST", "/api/connections", {"name": "shared", "url": "http://a"}, browser=None)
    assert (shared.status, shared.json["where"]) == (201, "server")
    private = add(world, where="browser")
    assert (private.status, private.json["where"]) == (201, "browser")
    mine = {one["name"]: one["where"] for one in world.ask("GET", "/api/connections").json}
    assert mine == {"shared": "server", "Edge 7": "browser"}
    others = world.ask("GET", "/api/connections", browser=SOMEBODY_ELSE).json
    assert [one["name"] for one in others] == ["shared"]


@pytest.mark.parametrize(
    "secrets",
    [
        {"credentials": LOGIN},
        {"credentials": {"kind": "jwt", "token": SECRET}},
        {"credentials": {"kind": "bearer", "token": SECRET}},
        {"headers": {"X-Key": SECRET}},
        {"tls": {"clientKey": SECRET}},
    ],
)
def test_secrets_never_come_back(world: World, secrets: dict[str, object]) -> None:
    made = add(world, **secrets)
    assert made.status == 201
    assert made.json["hasSecrets"] is True
    where = f"/api/connections/{made.json['id']}"
    answers = [
        made,
        world.ask("GET", "/api/connections"),
        world.ask("GET", where),
        world.send("PATCH", where, {"description": "new"}),
        world.send("PUT", where, {"name": "n", "url": "http://edge-7:9081"}),
        world.send("PATCH", where, {"url": "http://elsewhere:1"}),
        world.send("POST", "/api/connections", {"name": "", "url": "ftp://x", **secrets}),
        world.ask("GET", "/api/health"),
        world.ask("GET", "/api/metrics"),
    ]
    assert all(SECRET.encode() not in answer.body for answer in answers)


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"name": ""}, "Name"),
        ({"url": "ftp://x"}, "URL"),
        ({"url": "http://x/rules"}, "URL"),
        ({"url": f"http://me:{SECRET}@x"}, "URL"),
        ({"timeout": -1}, "Timeout"),
        ({"credentials": {"kind": "minted", "issuer": "a", "privateKey": SECRET}}, "Credentials, private key"),
        ({"credentials": {"kind": "magic", "token": SECRET}}, "Credentials"),
        ({"headers": {"Host": SECRET}}, "Headers"),
        ({"tls": {"verify": SECRET}}, "TLS, verify the certificate"),
    ],
)
def test_fields_that_cannot_be_used_are_named_in_words(world: World, fields: dict[str, object], field: str) -> None:
    answer = add(world, **fields)
    assert (answer.status, answer.code) == (422, "invalid")
    assert [one["field"] for one in answer.json["error"]["fields"]] == [field]
    assert answer.json["error"]["message"].endswith(".")
    assert ".." not in answer.json["error"]["message"]
    assert SECRET.encode() not in answer.body
    assert b"pydantic" not in answer.body


@pytest.mark.parametrize("body", [b"[]", b"1", b'"text"', b"null"])
def test_a_body_that_is_no_object_is_refused(world: World, body: bytes) -> None:
    answer = world.ask("POST", "/api/connections", body, Content_Type="application/json")
    assert (answer.status, answer.code) == (422, "invalid")


@pytest.mark.parametrize("body", [b"{", b"\xff", b"[" * 100_000])
def test_a_body_that_is_no_json_is_refused(world: World, body: bytes) -> None:
    answer = world.ask("POST", "/api/connections", body, Content_Type="application/json")
    assert answer.status == 400
    assert answer.json["error"]["message"]


def test_json_needs_its_content_type(world: World) -> None:
    """A form of another site can send text that looks like JSON, but not call it JSON."""
    answer = world.ask("POST", "/api/connections", b'{"name":"a","url":"http://a"}', Content_Type="text/plain")
    assert answer.status == 422
    assert "application/json" in answer.json["error"]["hint"]
    assert world.ask("GET", "/api/connections").json == []


def test_a_long_body_is_refused_whether_it_says_so_or_not(world: World) -> None:
    long = b'{"name":"' + b"x" * 2_000_000 + b'"}'
    for body in (long, iter([long[:900_000], long[900_000:]])):
        answer = world.ask("POST", "/api/connections", body, Content_Type="application/json")
        assert (answer.status, answer.code) == (413, "body_too_large")


def test_names_are_unique(world: World) -> None:
    add(world)
    answer = add(world, url="http://other")
    assert (answer.status, answer.code) == (409, "name_taken")


@pytest.mark.parametrize("method", ["POST", "PATCH", "PUT"])
def test_targets_that_are_never_called_are_not_kept(world: World, method: str) -> None:
    made = add(world, name="first").json["id"]
    path = "/api/connections" if method == "POST" else f"/api/connections/{made}"
    answer = world.send(method, path, {"name": "n", "url": "http://169.254.169.254"})
    assert (answer.status, answer.code) == (403, "target_refused")
    assert world.ask("GET", f"/api/connections/{made}").json["url"] == "http://edge-7:9081"


def test_a_patch_changes_what_it_names(world: World) -> None:
    made = add(world, description="old", tags=["a"]).json
    answer = world.send("PATCH", f"/api/connections/{made['id']}", {"description": "new", "timeout": 2.5})
    assert answer.status == 200
    assert answer.json == {
        **made,
        "description": "new",
        "timeout": 2.5,
        "revision": 1,
        "updatedAt": answer.json["updatedAt"],
    }
    assert answer.header("ETag") == '"1"'


def test_a_put_replaces_everything_but_secrets_that_are_left_out(world: World, upstream: Upstream) -> None:
    made = add(world, url=upstream.url, description="old", tags=["a"], credentials=LOGIN, headers={"X-A": "1"}).json
    path = f"/api/connections/{made['id']}"
    sent_back = world.send("PUT", path, {**made, "name": "Edge 8"})
    assert sent_back.status == 200
    assert (sent_back.json["credentials"], sent_back.json["headers"]) == (made["credentials"], ["X-A"])
    assert sent_back.json["description"] == "old"
    world.ask("GET", f"{path}/ekuiper/")
    assert (upstream.last.header("Authorization") or "").startswith("Basic ")
    assert upstream.last.header("X-A") == "1"
    bare = world.send("PUT", path, {"name": "Edge 8", "url": upstream.url})
    assert (bare.json["description"], bare.json["tags"], bare.json["headers"]) == ("", [], [])
    assert bare.json["hasSecrets"] is False


def test_a_put_needs_name_and_url(world: World) -> None:
    made = add(world).json["id"]
    answer = world.send("PUT", f"/api/connections/{made}", {"description": "x"})
    assert answer.status == 422
    assert [one["field"] for one in answer.json["error"]["fields"]] == ["Name", "URL"]


@pytest.mark.parametrize("method", ["PATCH", "PUT"])
def test_secrets_do_not_follow_to_another_address(world: World, method: str) -> None:
    made = add(world, credentials=LOGIN).json
    changed = {"name": "Edge 7", "url": "http://evil.example", "credentials": {"kind": "basic", "username": "anna"}}
    answer = world.send(method, f"/api/connections/{made['id']}", changed)
    assert (answer.status, answer.code) == (409, "secrets_needed")


def test_an_edit_of_an_old_version_is_a_conflict(world: World) -> None:
    path = f"/api/connections/{add(world).json['id']}"
    assert world.send("PATCH", path, {"description": "theirs"}, If_Match='"0"').status == 200
    for headers, extra in (({"If_Match": '"0"'}, {}), ({}, {"revision": 0})):
        answer = world.send("PATCH", path, {"description": "mine", **extra}, **headers)
        assert (answer.status, answer.code) == (409, "edit_conflict")
    assert world.ask("GET", path).json["description"] == "theirs"
    for headers in ({"If_Match": 'W/"1"'}, {"If_Match": "*"}, {}):
        assert world.send("PATCH", path, {"description": "mine"}, **headers).status == 200


@pytest.mark.parametrize("tag", ["abc", '""', '"1", "2"'])
def test_an_unreadable_if_match_is_refused(world: World, tag: str) -> None:
    path = f"/api/connections/{add(world).json['id']}"
    answer = world.send("PATCH", path, {"description": "x"}, If_Match=tag)
    assert (answer.status, answer.code) == (400, "bad_if_match")


def test_a_deleted_connection_is_gone(world: World) -> None:
    path = f"/api/connections/{add(world).json['id']}"
    answer = world.ask("DELETE", path)
    assert (answer.status, answer.body) == (204, b"")
    assert world.ask("GET", path).status == 404
    assert world.ask("DELETE", path).status == 404


def test_there_is_one_default(world: World) -> None:
    add(world, name="a", isDefault=True)
    add(world, name="b", isDefault=True)
    found = {one["name"]: one["isDefault"] for one in world.ask("GET", "/api/connections").json}
    assert found == {"a": False, "b": True}


def test_a_draft_is_tested_without_being_kept(world: World, upstream: Upstream) -> None:
    answer = world.send("POST", "/api/connections/test", {"url": upstream.url})
    assert answer.status == 200
    assert (answer.json["status"], answer.json["code"]) == ("error", "not_ekuiper")
    assert answer.json["hint"]
    assert world.ask("GET", "/api/connections").json == []


def test_a_kept_connection_is_tested_with_its_secrets(world: World, upstream: Upstream) -> None:
    made = add(world, url=upstream.url, credentials={"kind": "jwt", "token": SECRET}).json["id"]
    answer = world.send("POST", "/api/connections/test", {"id": made, "timeout": 1})
    assert answer.status == 200
    assert upstream.last.header("Authorization") == SECRET


def test_a_test_does_not_send_kept_secrets_elsewhere(world: World, upstream: Upstream) -> None:
    made = add(world, credentials={"kind": "jwt", "token": SECRET}).json["id"]
    answer = world.send("POST", "/api/connections/test", {"id": made, "url": upstream.url})
    assert (answer.status, answer.code) == (409, "secrets_needed")
    assert not upstream.seen


def test_a_test_of_somebody_elses_connection_finds_none(world: World) -> None:
    made = add(world).json["id"]
    answer = world.send("POST", "/api/connections/test", {"id": made}, browser=SOMEBODY_ELSE)
    assert answer.status == 404


def test_a_target_that_is_never_called_is_not_tested(world: World) -> None:
    answer = world.send("POST", "/api/connections/test", {"url": f"http://127.0.0.1:{world.port}"})
    assert (answer.status, answer.code) == (403, "target_refused")


@pytest.mark.parametrize(
    "path", ["/api", "/api/", "/api/nothing", "/api/connections/", "/api/connections/a/b", "/api/x/%41"]
)
def test_what_does_not_exist_is_404_in_json(world: World, path: str) -> None:
    answer = world.ask("GET", path)
    assert (answer.status, answer.code) == (404, "not_found")
    assert answer.header("Content-Type") == "application/json"


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [
        ("DELETE", "/api/connections", "GET, HEAD, POST"),
        ("POST", "/api/connections/nobody", "DELETE, GET, HEAD, PATCH, PUT"),
        ("POST", "/api/health", "GET, HEAD"),
        ("PUT", "/api/docs", "GET, HEAD"),
    ],
)
def test_a_wrong_method_is_405_in_json_with_those_allowed(world: World, method: str, path: str, allowed: str) -> None:
    answer = world.ask(method, path)
    assert (answer.status, answer.code) == (405, "method_not_allowed")
    assert answer.header("Allow") == allowed


@pytest.mark.parametrize(
    "path",
    ["/live", "/ready", "/metrics", "/health", "/connections", "/connections/nobody", "/docs", "/openapi.json", "/no"],
)
def test_a_head_is_answered_as_a_get_without_the_body(world: World, path: str) -> None:
    whole, head = world.ask("GET", f"/api{path}"), world.ask("HEAD", f"/api{path}")
    assert (head.status, head.body) == (whole.status, b"")
    for name in ("Content-Type", "Content-Length", "Cache-Control", "X-Content-Type-Options"):
        assert head.header(name) == whole.header(name)


def test_a_wrong_method_names_head_beside_get(world: World) -> None:
    assert world.ask("POST", "/api/live").header("Allow") == "GET, HEAD"


def test_answers_are_not_kept_and_not_taken_for_pages(world: World) -> None:
    answer = world.ask("GET", "/api/connections")
    assert answer.header("Cache-Control") == "no-store"
    assert answer.header("X-Content-Type-Options") == "nosniff"
    assert "default-src 'none'" in (answer.header("Content-Security-Policy") or "")
    assert "access-control-allow-origin" not in answer.names


def test_an_added_connection_is_checked_soon(make_world: Serve, monkeypatch: pytest.MonkeyPatch) -> None:
    world = make_world()
    asked: list[str] = []
    monkeypatch.setattr(world.monitor, "check_soon", asked.append)
    with world.served():
        made = add(world).json["id"]
        world.send("PATCH", f"/api/connections/{made}", {"description": "x"})
    key = world.book(ME).get(made).key
    assert asked == [key, key]
    assert world.book(ME).get(made).where is Where.BROWSER
