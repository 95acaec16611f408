"""Definitions as texts."""

from __future__ import annotations

import json

import pytest

from ekmanager.ekuiper.models import JSON
from ekmanager.rules.definition import (
    DefinitionInvalid,
    check_id,
    diff,
    edited,
    is_graph,
    pretty,
    read_definition,
    same,
    streams_in,
    streams_of,
    text_of,
    unified,
    with_state,
)
from tests.recordings import VERSIONS, recordings

TEXT = '{"id": "r1",  "sql": "SELECT a FROM b", "x": 1.10, "actions": [{"log":{}}], "y":"\\u003e", "n": 1}'


def stored_texts(version: str) -> list[str]:
    return [
        row.text
        for row in recordings(version)
        if row.method == "GET" and row.path.startswith("/rules/") and row.path.count("/") == 2 and row.status == 200
    ]


@pytest.mark.parametrize("version", VERSIONS)
def test_every_stored_definition_is_read_and_stays_as_it_is_when_nothing_changes(version: str) -> None:
    texts = [text for text in stored_texts(version) if text.startswith('{"') and '"actions"' in text]
    assert len(texts) > 5
    for text in texts:
        document = read_definition(text)
        assert edited(text, **{name: value for name, value in document.items() if value is not None}) == text
        assert same(text, pretty(document))
        assert {line.kind for line in diff(text, pretty(document))} == {"same"}


@pytest.mark.parametrize(
    ("text", "line", "column"),
    [
        ('{\n  "id": "r1"\n  "sql": ""}', 3, 3),
        ("{bad", 1, 2),
        ('{"id": "r1"', 1, 12),
        ('["r1"]', 1, 1),
        ('{"id": "r1"} {}', 1, 14),
    ],
)
def test_a_text_that_is_no_rule_is_refused_with_its_place(text: str, line: int, column: int) -> None:
    with pytest.raises(DefinitionInvalid) as caught:
        read_definition(text)
    assert (caught.value.line, caught.value.column) == (line, column)
    assert caught.value.message.endswith(".") or caught.value.message.endswith("}.")


def test_a_text_that_ends_too_early_says_so() -> None:
    with pytest.raises(DefinitionInvalid, match="The text ends before every bracket is closed"):
        read_definition('{"id": "r", "actions": [{"nop": {}} \n')
    with pytest.raises(DefinitionInvalid, match="A comma is missing here"):
        read_definition('{"id": "r" "actions": []}')


@pytest.mark.parametrize(
    "text", ["", "  ", '{"a": NaN}', '{"a": 1e999}', '{"a": ' + "9" * 5000 + "}", "[" * 100_000, '{"a": "\\u00"}']
)
def test_garbage_is_refused_with_a_sentence(text: str) -> None:
    with pytest.raises(DefinitionInvalid, match=r"\.$"):
        read_definition(text)


def test_a_change_leaves_the_rest_of_the_text_byte_for_byte() -> None:
    changed = edited(TEXT, sql="SELECT c FROM b")
    assert changed == TEXT.replace("SELECT a", "SELECT c")


def test_a_change_inside_an_action_leaves_its_neighbours() -> None:
    text = '{"actions": [{"mqtt": {"qos": 1.0, "topic": "a"}}, {"log": {}}]}'
    actions = json.loads(text)["actions"]
    actions[0]["mqtt"]["topic"] = "b"
    assert edited(text, actions=actions) == text.replace('"a"', '"b"')


def test_fields_are_removed_and_added() -> None:
    assert edited('{"a":1,"b":2,"c":3}', a=None, b=None) == '{"c":3}'
    assert edited('{"a":1,"b":2,"c":3}', b=None, c=None, d=[1]) == '{"a":1,"d":[1]}'
    assert edited('{"a": 1}', a=None) == "{}"
    assert edited("{}", a=1) == '{"a": 1}'
    assert edited('{"a": 1}', a=None, b="ü") == '{"b": "ü"}'
    assert edited('{"a": 1, "a": 2}', a=3) == '{"a": 3}'


def test_a_change_keeps_the_style_of_the_text() -> None:
    text = pretty({"id": "r1", "actions": [{"log": {}}]})
    actions: list[JSON] = [{"log": {}}, {"nop": {}}]
    assert edited(text, actions=actions, triggered=False) == pretty(
        {"id": "r1", "actions": actions, "triggered": False}
    )


def test_true_is_not_one() -> None:
    assert not same('{"a": 1}', '{"a": true}')
    assert edited('{"a": 1}', a=True) == '{"a": true}'


def test_the_order_of_keys_is_no_difference() -> None:
    old, new = '{"b": {"x": 1, "y": 2}, "a": 1}', '{"a":1,"b":{"y":2,"x":1}}'
    assert same(old, new)
    assert {line.kind for line in diff(old, new)} == {"same"}
    assert unified(old, new, "r1") == ""


def test_a_difference_in_the_sql_is_one_line_of_it() -> None:
    old = json.dumps({"id": "r1", "sql": "SELECT a\nFROM b\nWHERE c > 1", "actions": [{"log": {}}]})
    new = json.dumps({"id": "r1", "sql": "SELECT a\nFROM b\nWHERE c > 2", "actions": [{"log": {}}]})
    changed = [(line.kind, line.text, line.old, line.new) for line in diff(old, new) if line.kind != "same"]
    assert changed == [("removed", "    WHERE c > 1", 6, None), ("added", "    WHERE c > 2", None, 6)]
    assert "-    WHERE c > 1\n+    WHERE c > 2" in unified(old, new, "r1")
    assert unified(old, new, "r1").startswith("--- r1 (before)\n+++ r1 (after)")


def test_a_field_at_the_end_is_the_only_difference() -> None:
    kinds = [line.kind for line in diff('{"a": 1}', '{"a": 1, "b": 2}')]
    assert (kinds.count("added"), kinds.count("removed")) == (1, 0)


def test_texts_that_are_no_json_are_compared_as_they_are() -> None:
    assert [line.kind for line in diff("{bad", "{worse")] == ["removed", "added"]
    assert same("{bad", "{bad")


def test_a_megabyte_of_sql_is_compared_and_changed() -> None:
    sql = "SELECT " + ",\n".join(f"a{number}" for number in range(120_000)) + " FROM b"
    text = json.dumps({"id": "r1", "sql": sql})
    assert [line.kind for line in diff(text, edited(text, id="r2")) if line.kind != "same"] == ["removed", "added"]


def test_line_breaks_inside_a_text_are_taken_and_not_sent() -> None:
    text = '{"sql": "SELECT a\nFROM b"}'
    assert read_definition(text) == {"sql": "SELECT a\nFROM b"}
    assert json.loads(text_of(text)) == {"sql": "SELECT a\nFROM b"}
    assert text_of(TEXT) == TEXT


def test_half_a_surrogate_pair_can_be_sent() -> None:
    assert text_of({"id": "\ud800"}).encode() == b'{\n  "id": "\\ud800"\n}'


@pytest.mark.parametrize(
    ("rule_id", "version", "usable"),
    [
        ("hot_alert-2", "2.4.0", True),
        ("a b", "2.4.0", False),
        ("a.b", "2.4.0", False),
        ("a.b", "1.14.7", True),
        ("température", "1.14.7", True),
        ("température", "", False),
        ("a/b", "1.14.7", False),
        ("..", "1.14.7", False),
        ("a\\b", "1.14.7", False),
        ('a"b', "2.4.0", False),
        ("", "2.4.0", False),
        ("  ", "1.14.7", False),
        ("\ud800", "1.14.7", False),
    ],
)
def test_an_id_is_judged_by_the_version(rule_id: str, version: str, usable: bool) -> None:
    assert (check_id(rule_id, version=version) == "") is usable


def test_the_characters_that_are_in_the_way_are_named() -> None:
    assert check_id("a b/c", version="2.4.0").endswith("this one has a space, /.")


@pytest.mark.parametrize(
    ("sql", "names"),
    [
        ("SELECT * FROM climate", ("climate",)),
        ("select a from b as c left join d on c.x = d.x INNER JOIN `my table` ON 1 = 1", ("b", "d", "my table")),
        ("SELECT \"FROM x\", 'FROM y' FROM z -- FROM w\n/* JOIN v */ WHERE a = 1", ("z",)),
        ("SELECT avg(a) FROM b GROUP BY TUMBLINGWINDOW(ss, 1) FILTER (WHERE a > 1)", ("b",)),
        ("SELECT * FROM a INNER JOIN a ON 1 = 1", ("a",)),
        ("SELECT * FROM devices/+/data", ("devices/+/data",)),
        ("SELECT * FROM", ()),
        ("SELECT 1", ()),
        ('SELECT "unclosed FROM a', ()),
        ("", ()),
    ],
)
def test_streams_are_found_in_sql(sql: str, names: tuple[str, ...]) -> None:
    assert streams_of(sql) == names


def test_streams_are_found_in_a_graph() -> None:
    nodes: dict[str, JSON] = {
        "src": {"type": "source", "nodeType": "simulator", "props": {"sourceType": "stream", "sourceName": "sim"}},
        "inline": {"type": "source", "nodeType": "mqtt", "props": {"datasource": "a"}},
        "out": {"type": "sink", "nodeType": "log", "props": {}},
    }
    document: dict[str, JSON] = {"id": "g", "graph": {"nodes": nodes, "topo": {}}}
    assert is_graph(document)
    assert streams_in(document) == ("sim",)
    assert streams_in({"graph": {"nodes": None}}) == ()


@pytest.mark.parametrize("version", VERSIONS)
def test_the_streams_found_are_those_that_the_server_found(version: str) -> None:
    checked = 0
    for row in recordings(version):
        if row.path == "/rules/validate" and row.status == 200 and row.request_body:
            document = read_definition(row.request_body)
            if not is_graph(document):
                assert list(streams_in(document)) == json.loads(row.text)["sources"]
                checked += 1
    assert checked


def test_the_state_is_set_where_it_stands() -> None:
    assert list(with_state({"triggered": True, "id": "r1"}, running=False)) == ["triggered", "id"]
    assert with_state({"id": "r1"}, running=False) == {"id": "r1", "triggered": False}
