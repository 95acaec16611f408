"""The catalogue of sinks: from the recorded descriptions of both versions, and without them."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest
import responses

from ekmanager.ekuiper.client import EKuiperClient
from ekmanager.ui.properties import (
    MASK,
    MISSING,
    PropertySpec,
    changed,
    drawn_as,
    masked,
    parsed,
    shown_default,
    unmasked,
)
from ekmanager.ui.sinks import SinkCatalog, read_catalog, starter, usual_catalog
from tests.recordings import VERSIONS, recordings

URL = "http://edge-7:9081"


@pytest.fixture
def server() -> Iterator[responses.RequestsMock]:
    with responses.RequestsMock(assert_all_requests_are_fired=False) as mock:
        yield mock


def _recorded(server: responses.RequestsMock, version: str) -> None:
    """Answers as the recorded server did; a path that was asked several times answers as it did the last time."""
    answers = {
        row.path: row
        for row in recordings(version)
        if row.method == "GET"
        and row.query is None
        and row.request_headers.get("Content-Language") is None
        and (row.path.startswith("/metadata/") or row.path == "/connections")
        and row.status == 200
    }
    for path, row in answers.items():
        server.get(f"{URL}{path}", body=row.body, status=200)
    if "/connections" not in answers:
        server.get(f"{URL}/connections", body="404 page not found\n", status=404)


def _catalog(server: responses.RequestsMock, version: str) -> SinkCatalog:
    _recorded(server, version)
    with EKuiperClient(URL) as client:
        return read_catalog(client)


@pytest.mark.parametrize("version", VERSIONS)
def test_both_versions_describe_their_installed_sinks(server: responses.RequestsMock, version: str) -> None:
    catalog = _catalog(server, version)
    assert catalog.problem == ""
    assert {"file", "log", "memory", "mqtt", "neuron", "nop", "redis", "redisPub", "rest"} <= set(catalog.types)
    assert "edgex" not in catalog.types  # it says itself that it is not installed
    assert not catalog.spec("sql").listed  # usual, and not there
    mqtt = {spec.name: spec for spec in catalog.spec("mqtt").properties}
    assert (mqtt["topic"].label, mqtt["topic"].required) == ("MQTT topic", True)
    assert mqtt["qos"].kind == "choice"
    assert mqtt["qos"].choices == (0, 1, 2)
    assert (mqtt["password"].kind, mqtt["password"].connection_related) == ("secret", True)
    assert (mqtt["retained"].kind, mqtt["retained"].default) == ("bool", False)
    assert catalog.spec("neuron").properties[3].kind == "list"
    rest = {spec.name: spec for spec in catalog.spec("rest").properties}
    assert rest["headers"].kind == "object"
    assert rest["oauth"].default is None  # what stands there describes nested fields
    assert {spec.kind for spec in catalog.spec("file").properties} == {"text", "choice", "bool", "int"}


@pytest.mark.parametrize("version", VERSIONS)
def test_no_text_of_a_form_is_empty_or_chinese(server: responses.RequestsMock, version: str) -> None:
    for spec in _catalog(server, version).specs.values():
        for text in (spec.label, *(each.label for each in spec.properties)):
            assert text.strip()
            assert text.isascii()


def test_stored_configurations_are_offered_by_type(server: responses.RequestsMock) -> None:
    server.get(f"{URL}/metadata/resources", body='{"sinks":[{"lab":"mqtt","b":"mqtt"},{"x":"rest"}],"sources":[]}')
    catalog = _catalog(server, "2.4.0")
    assert catalog.config_keys == {"mqtt": ("b", "lab"), "rest": ("x",)}


def test_shared_connections_of_2_4_are_offered_by_type(server: responses.RequestsMock) -> None:
    rows = [
        {"id": "z", "typ": "mqtt", "isNamed": True},
        {"id": "A", "typ": "mqtt", "isNamed": True},
        {"id": "made by a rule", "typ": "mqtt", "isNamed": False},
    ]
    server.get(f"{URL}/connections", json=rows)
    assert _catalog(server, "2.4.0").connections == {"mqtt": ("A", "z")}


def test_before_2_0_a_connection_is_a_stored_configuration(server: responses.RequestsMock) -> None:
    catalog = _catalog(server, "1.14.7")
    assert "mqtt.baetylbroker" in catalog.connections["mqtt"]


def test_a_default_that_the_engine_does_not_take_is_only_an_example(server: responses.RequestsMock) -> None:
    catalog = _catalog(server, "2.4.0")
    method = next(spec for spec in catalog.spec("rest").properties if spec.name == "method")
    assert (method.default, method.example) == (None, "POST")
    assert shown_default(method) == "for example POST"
    broker = next(spec for spec in catalog.spec("mqtt").properties if spec.name == "server")
    assert (broker.default, broker.required) == (None, True)
    assert starter(catalog.spec("redis")) == {"addr": "127.0.0.1:6379", "db": 0, "dataType": "string", "expiration": -1}


def test_a_server_without_descriptions_still_gives_the_usual_sinks(server: responses.RequestsMock) -> None:
    server.get(f"{URL}/metadata/sinks", body="broken", status=500)
    with EKuiperClient(URL, retries=0) as client:
        catalog = read_catalog(client)
    assert catalog.types == ("mqtt", "log", "rest", "memory", "file", "redis", "sql", "nop")
    assert catalog.problem
    assert all(spec.label for spec in catalog.specs.values())


def test_one_type_that_cannot_be_described_spoils_nothing(server: responses.RequestsMock) -> None:
    about = {"installed": True}
    names = ["mine", "mqtt"]
    server.get(f"{URL}/metadata/sinks", json=[{"name": name, "about": about, "type": "plugin"} for name in names])
    with EKuiperClient(URL, retries=0) as client:
        server.get(f"{URL}/metadata/sinks/mine", status=400, json={"error": 5000, "message": "not found"})
        server.get(f"{URL}/metadata/sinks/mqtt", status=400, json={"error": 5000, "message": "not found"})
        server.get(f"{URL}/metadata/resources", status=400, json={"error": 5000, "message": "no"})
        server.get(f"{URL}/connections", status=400, json={"error": 1000, "message": "no"})
        catalog = read_catalog(client)
    assert catalog.types[:2] == ("mine", "mqtt")
    assert not catalog.spec("mine").described
    assert [spec.name for spec in catalog.spec("mqtt").properties][:2] == ["server", "topic"]


def test_an_unknown_type_has_an_empty_description() -> None:
    spec = usual_catalog().spec("kafka")
    assert (spec.label, spec.properties, spec.described) == ("kafka", (), False)


def test_what_a_type_describes_itself_is_not_among_the_common_properties(server: responses.RequestsMock) -> None:
    catalog = _catalog(server, "2.4.0")
    own = {spec.name for spec in catalog.spec("mqtt").properties}
    common = {spec.name for specs in catalog.spec("mqtt").common.values() for spec in specs}
    assert "compression" in own
    assert not own & common
    assert {"sendSingle", "dataTemplate", "enableCache", "batchSize"} <= common


@pytest.mark.parametrize(
    ("kind", "stored", "drawn"),
    [
        ("int", 5, "int"),
        ("int", "5s", "text"),
        ("int", 5.5, "json"),
        ("int", True, "json"),
        ("int", 2**60, "json"),
        ("text", "a\nb", "long"),
        ("text", None, "json"),
        ("text", {"a": 1}, "json"),
        ("text", "mysql://u:p@host/db", "secret"),
        ("bool", True, "bool"),
        ("bool", "true", "text"),
        ("list", ["a", "b"], "list"),
        ("list", ["a", 1], "json"),
        ("list", ["a", "a"], "json"),
        ("object", {}, "object"),
        ("object", MISSING, "object"),
        ("float", 3, "float"),
    ],
)
def test_a_value_of_another_kind_is_drawn_so_that_nothing_is_lost(kind: str, stored: object, drawn: str) -> None:
    spec = PropertySpec("x", "X", kind=kind)  # type: ignore[arg-type]  # the kinds above
    assert drawn_as(spec, stored) == drawn  # type: ignore[arg-type]  # JSON


def test_masked_secrets_come_back_where_they_were_left_alone() -> None:
    old = {"mqtt": {"password": "s3cret", "headers": [{"Authorization": "Bearer x"}], "url": "http://u:p@h/", "a": "b"}}
    shown = masked(old)  # type: ignore[arg-type]  # JSON
    text = json.dumps(shown)
    assert "s3cret" not in text
    assert "Bearer" not in text
    assert "u:p" not in text
    assert unmasked(shown, old) == old  # type: ignore[arg-type]  # JSON
    assert unmasked({"mqtt": {"password": "new"}}, old) == {"mqtt": {"password": "new"}}  # type: ignore[arg-type]  # JSON
    assert unmasked({"log": {"password": MASK}}, old) == {"log": {"password": MASK}}  # type: ignore[arg-type]  # JSON


def test_changes_keep_the_order_of_names() -> None:
    found = changed({"b": 1, "a": 2, "c": 3}, {"a": MISSING, "new": 0, "b": 5}, order=("b", "a", "c"))
    assert list(found.items()) == [("b", 5), ("c", 3), ("new", 0)]
    again = changed(found, {"a": 2}, order=("b", "a", "c"))
    assert list(again) == ["b", "a", "c", "new"]


@pytest.mark.parametrize(
    ("text", "line", "said"),
    [
        ('{\n  "a": 1\n  "b": 2\n}', 3, "Line 3, column 3"),
        ('{"a": }', 1, "Line 1, column 7"),
        ("", 1, "Nothing"),
        ('1, "b": 2', 1, "More follows"),
        ('{"a": NaN}', 1, ""),
        ('{"a": 1', 1, "Line 1"),
    ],
)
def test_json_that_is_none_is_answered_with_a_place(text: str, line: int, said: str) -> None:
    found = parsed(text)
    assert found.problem
    assert found.line == line
    assert found.problem.startswith(said)
    assert found.value is MISSING
