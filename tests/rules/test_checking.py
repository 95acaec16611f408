"""What a server thinks of a definition, and where in the SQL."""

from __future__ import annotations

import json
import socket
from collections.abc import Iterator

import pytest

from ekmanager.ekuiper.client import EKuiperClient
from ekmanager.ekuiper.errors import Unreachable
from ekmanager.ekuiper.models import JSON
from ekmanager.ekuiper.parse import parse_error
from ekmanager.rules.checking import check, place_of, plain
from ekmanager.rules.definition import DefinitionInvalid, read_definition
from tests.ekuiper.local_server import serving
from tests.recordings import VERSIONS as RECORDED
from tests.recordings import recordings
from tests.rules.server import VERSIONS, Running, running_server


@pytest.fixture(scope="module", params=VERSIONS)
def running(request: pytest.FixtureRequest) -> Iterator[Running]:
    with running_server(request.param) as server:
        yield server


def rule(sql: str, **fields: JSON) -> dict[str, JSON]:
    return {"id": "checked", "sql": sql, "actions": [{"log": {}}], **fields}


def test_a_good_rule_is_valid_and_is_not_stored(running: Running) -> None:
    checked = check(running.client, rule("SELECT * FROM climate"))
    assert (checked.valid, checked.message, checked.sources, checked.by) == (True, "", ("climate",), "server")
    assert "checked" not in {row.id for row in running.client.rules.list()}


@pytest.mark.parametrize(
    ("sql", "message", "place"),
    [
        ("SELEC *", "This is not a SELECT statement.", (1, 1)),
        ("SELECT *\nFROM nosuch", "There is no stream or table nosuch on the server.", (2, 6)),
        ("SELECT a,\n  nosuchfn(a)\nFROM climate", "Function nosuchfn not found.", (2, 3)),
    ],
)
def test_a_bad_rule_has_a_sentence_and_a_place(
    running: Running, sql: str, message: str, place: tuple[int, int]
) -> None:
    checked = check(running.client, rule(sql))
    assert (checked.valid, checked.message, checked.place, checked.field) == (False, message, place, "sql")


def test_a_long_sql_has_its_place_too(running: Running) -> None:
    columns = ", ".join(f"a{number}" for number in range(10_000))
    checked = check(running.client, rule(f"SELECT {columns}, nosuchfn(a) FROM climate"))
    assert (checked.valid, checked.message) == (False, "Function nosuchfn not found.")
    assert checked.place == (1, len(f"SELECT {columns}, ") + 1)


def test_a_megabyte_of_broken_sql_has_a_sentence(running: Running) -> None:
    columns = ", ".join(f"a{number}" for number in range(120_000))
    checked = check(running.client, rule(f"SELECT {columns}, nosuchfn(a) FROM climate"))
    assert not checked.valid
    assert checked.message.startswith("The server cannot read this SQL.")
    assert len(checked.message) < 200


def test_a_text_that_is_no_json_is_not_sent(running: Running) -> None:
    before = running.server.requests
    checked = check(running.client, '{"id": "r1"\n "sql": ""}')
    assert (checked.valid, checked.place, checked.by, checked.field) == (False, (2, 2), "local", "definition")
    assert running.server.requests == before


def test_a_rule_without_actions_has_no_place(running: Running) -> None:
    checked = check(running.client, {"id": "x", "sql": "SELECT * FROM climate"})
    assert (checked.valid, checked.message, checked.place) == (False, "Missing rule actions.", None)


def test_a_server_that_cannot_check_is_looked_up_from_here() -> None:
    def reply(sock: socket.socket, request: bytes) -> None:
        path = request.split(b" ", 2)[1]
        body = {b"/streams": b'["climate"]', b"/tables": b"[]"}.get(path, b"404 page not found\n")
        status = b"404 Not Found" if path == b"/rules/validate" else b"200 OK"
        head = b"HTTP/1.1 " + status + b"\r\nConnection: close\r\nContent-Length: " + str(len(body)).encode()
        sock.sendall(head + b"\r\n\r\n" + body)

    with serving(reply) as server, EKuiperClient(server.url) as client:
        good = check(client, rule("SELECT * FROM climate"))
        assert (good.valid, good.by, good.sources) == (True, "local", ("climate",))
        bad = check(client, rule("SELECT *\nFROM nosuch"))
        assert (bad.valid, bad.by, bad.place) == (False, "local", (2, 6))
        assert "nosuch" in bad.message


def test_a_server_that_is_gone_is_an_error_of_the_call() -> None:
    with running_server() as server:
        pass
    with pytest.raises(Unreachable):
        check(server.client, rule("SELECT * FROM climate"))


@pytest.mark.parametrize(
    ("sql", "reason", "place"),
    [
        ("SELECT a b FROM climate", 'found "b", expected FROM..', (1, 10)),
        ("SELECT b, a b FROM climate", 'found "b", expected FROM..', (1, 13)),
        ("SELECT a, FROM climate", 'found "FROM", expected expression..', (1, 11)),
        ("SELECT a FROM climate WHERE  ", 'found "EOF", expected expression..', (1, 28)),
        ("SELECT a FROM climate WHERE a > > 1", 'found ">", expected expression..', (1, 33)),
        ("SELECT device FROM climate GROUP device", 'found "device", expected BY statement..', (1, 34)),
        ("SELECT * FROM climate ORDER device", 'found "device", expected BY keyword..', (1, 29)),
        ("SELECT a, avg() FROM climate", "validate function avg error: Expect 1 arguments but found 0..", (1, 11)),
        (
            "SELECT * FROM climate GROUP BY\nTUMBLINGWINDOW(ss)",
            "The arguments for tumblingwindow should be 2.\n.",
            (2, 1),
        ),
        ("SELECT (a FROM climate", 'found "FROM", expected right paren..', (1, 11)),
        ("SELECT * FROM climate JOIN b", 'found "JOIN", expected EOF..', (1, 23)),
        ("SELECT * FROM climate WHERE a = 'x", 'found "\\"x", expected expression..', (1, 33)),
        ("SELECT * FROM climate LIMIT x", "limit should be integer.", None),
    ],
)
def test_the_places_that_2_4_0_means_are_found(sql: str, reason: str, place: tuple[int, int] | None) -> None:
    message = f"invalid rule json: Parse SQL {sql} error: {reason}"
    assert place_of(message, sql) == place
    words = plain(message, sql)
    assert words.endswith(".")
    assert not words.endswith("..")
    assert "Parse SQL" not in words


def test_other_messages_have_their_places_too() -> None:
    assert place_of("unknown field nosuch", "SELECT a,\nnosuch FROM b") == (2, 1)
    assert place_of("climatexy is not found", "SELECT * FROM climate x y") == (1, 15)
    assert place_of("fail to get stream , please check if stream is created", "SELECT *\nFROM") == (2, 1)
    assert place_of("Missing rule actions.", "SELECT a FROM b") is None
    assert place_of("whatever", "") is None


def test_the_sql_may_hold_words_of_the_message() -> None:
    sql = 'SELECT " error: function x not found", nosuch(a) FROM b'
    assert place_of(f"invalid rule json: Parse SQL {sql} error: function nosuch not found.", sql) == (1, 40)


@pytest.mark.parametrize("version", RECORDED)
def test_every_recorded_refusal_becomes_a_sentence_without_the_rule_in_it(version: str) -> None:
    seen = 0
    for row in recordings(version):
        if row.method != "POST" or row.path not in {"/rules", "/rules/validate"} or row.status not in {400, 422}:
            continue
        try:
            sql = str(read_definition(row.request_body or "").get("sql") or "")
        except DefinitionInvalid:
            sql = ""
        words = plain(parse_error(row.status, row.body)[1], sql)
        assert words.endswith(".")
        assert not words.endswith("..")
        assert "rule json" not in words
        assert "Parse SQL" not in words
        place = place_of(parse_error(row.status, row.body)[1], sql)
        if place is not None:
            assert 1 <= place[0] <= sql.count("\n") + 1
        seen += 1
    assert seen > 10


def test_numbers_of_the_definition_reach_the_server_as_they_were_typed(running: Running) -> None:
    text = json.dumps(rule("SELECT * FROM climate", options={"bufferLength": 10}))
    assert check(running.client, text).valid
