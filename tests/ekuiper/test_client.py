"""Every operation through its method; answers as types; what is sent."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Iterator

import pytest
import responses

from ekmanager.ekuiper.auth import RawToken
from ekmanager.ekuiper.client import EKuiperClient
from ekmanager.ekuiper.errors import NotAnEKuiper, RequestRefused, Unauthorized, UnreadableAnswer
from ekmanager.ekuiper.models import Export, RuleDefinition, State, StreamKind
from ekmanager.ekuiper.operations import BY_ID, OPERATIONS
from tests.ekuiper.driving import URL, drive, public_methods


@pytest.fixture
def server() -> Iterator[responses.RequestsMock]:
    with responses.RequestsMock(assert_all_requests_are_fired=False) as mock:
        yield mock


@pytest.fixture
def client() -> Iterator[EKuiperClient]:
    with EKuiperClient(URL, retries=0) as made:
        yield made


def sent(server: responses.RequestsMock) -> object:
    body = server.calls[-1].request.body
    assert isinstance(body, bytes)
    return json.loads(body)


@pytest.mark.parametrize("operation", [one.id for one in OPERATIONS])
def test_every_operation_is_sent_by_its_method(
    operation: str, server: responses.RequestsMock, client: EKuiperClient
) -> None:
    one = BY_ID[operation]
    url = URL + one.path_for(*(f"{name}1" for name in one.parameters))
    server.add(one.method, url, body="{}")
    # An empty object is not what most of them answer; what counts here is the request.
    with contextlib.suppress(UnreadableAnswer, NotAnEKuiper):
        drive(client, operation)
    assert len(server.calls) == 1
    assert server.calls[0].request.method == one.method
    assert (server.calls[0].request.url or "").partition("?")[0] == url


COMPOSED = {
    "rules.upsert",
    "rules.test",
    "rules.list_traces",
    "rules.get_trace",
    "rules.export_ruleset",
    "rules.import_ruleset",
}
"""Made of several operations, or of one that belongs to another resource."""


def test_every_public_method_of_a_resource_is_exactly_one_operation(client: EKuiperClient) -> None:
    methods = [place for place, _ in public_methods(client) if place not in COMPOSED]
    assert sorted(methods) == sorted(BY_ID)


def test_upsert_creates_what_is_absent_and_replaces_what_is_there(
    server: responses.RequestsMock, client: EKuiperClient
) -> None:
    definition = '{"id": "r", "sql": "SELECT 1 FROM s"}'
    missing = server.get(
        URL + "/rules/r", status=404, body='{"error":1002,"message":"Rule r is not found in registry"}'
    )
    server.post(URL + "/rules", status=201, body="created")
    server.put(URL + "/rules/r", body="updated")
    assert client.rules.upsert(definition) == "created"
    assert server.calls[-1].request.body == definition.encode()
    server.remove(missing)
    server.get(URL + "/rules/r", body=definition)
    for form in (definition, json.loads(definition), RuleDefinition(definition)):
        assert client.rules.upsert(form) == "updated"
        assert server.calls[-1].request.method == "PUT"


@pytest.mark.parametrize("definition", ["{}", '{"id": ""}', '{"id": 1}', "[]", "nonsense"])
def test_upsert_needs_a_definition_with_an_id(
    definition: str, server: responses.RequestsMock, client: EKuiperClient
) -> None:
    with pytest.raises(ValueError):
        client.rules.upsert(definition)
    assert len(server.calls) == 0


def test_upsert_does_not_create_where_it_could_not_look(server: responses.RequestsMock, client: EKuiperClient) -> None:
    server.get(URL + "/rules/r", status=401, body="missing_token")
    with pytest.raises(Unauthorized):
        client.rules.upsert({"id": "r"})
    assert len(server.calls) == 1


def test_traces_and_rulesets_are_reached_from_the_rules(server: responses.RequestsMock, client: EKuiperClient) -> None:
    server.get(URL + "/trace/rule/r", body='["t1"]')
    server.get(URL + "/trace/t1", body='{"name":"s","traceID":"t1","ChildSpan":[{"name":"2_filter"}]}')
    server.post(URL + "/ruleset/export", body='{"streams":{},"tables":{},"rules":{"r":"{}"}}')
    server.post(URL + "/ruleset/import", body="imported 0 streams, 0 tables and 1 rules")
    (trace,) = client.rules.list_traces("r", limit=3)
    assert (server.calls[-1].request.url or "").endswith("limit=3")
    assert [span.name for span in client.rules.get_trace(trace).children] == ["2_filter"]
    export = client.rules.export_ruleset()
    assert client.rules.import_ruleset(export) == "imported 0 streams, 0 tables and 1 rules"
    assert sent(server) == {"content": export.text}


def test_info_has_numbers_as_numbers(server: responses.RequestsMock, client: EKuiperClient) -> None:
    body = (
        '{"version":"2.4.0","os":"linux","arch":"amd64","upTimeSeconds":7,"cpuUsage":"3.59%",'
        '"memoryUsed":"54415360","memoryTotal":"25276514304"}'
    )
    server.get(URL + "/", body=body)
    info = client.get_info()
    assert (info.version, info.uptime, info.cpu) == ("2.4.0", 7, 3.59)
    assert (info.memory_used, info.memory_total) == (54415360, 25276514304)


def test_a_definition_comes_and_goes_byte_for_byte(server: responses.RequestsMock, client: EKuiperClient) -> None:
    text = '{"id":"r", "sql": "SELECT 1 > 0 FROM s",  "big": 9223372036854775807, "f": 1.10, "x": {"unknown": null}}\n'
    server.get(URL + "/rules/r", body=text)
    server.put(URL + "/rules/r", body="ok")
    definition = client.rules.get("r")
    assert definition.text == text
    assert definition.document["big"] == 2**63 - 1
    client.rules.update("r", definition)
    assert server.calls[-1].request.body == text.encode()


def test_a_definition_may_be_an_object(server: responses.RequestsMock, client: EKuiperClient) -> None:
    server.post(URL + "/rules", body="Rule r was created successfully.", status=201)
    assert client.rules.create({"id": "r", "sql": "SELECT ä"}) == "Rule r was created successfully."
    assert server.calls[-1].request.body == '{"id": "r", "sql": "SELECT ä"}'.encode()
    assert server.calls[-1].request.headers["Content-Type"] == "application/json"


def test_a_definition_that_is_no_object_is_a_value_error() -> None:
    with pytest.raises(ValueError, match="object"):
        _ = RuleDefinition("[]").document


def test_large_integers_and_floats_survive(server: responses.RequestsMock, client: EKuiperClient) -> None:
    server.get(
        URL + "/rules/r/scantables", body='[{"emitter":"t","content":{"n":-9223372036854775808,"f":0.1,"e":1e300}}]'
    )
    content = client.rules.scan_tables("r")[0].content
    assert content == {"n": -(2**63), "f": 0.1, "e": 1e300}


def test_a_stream_has_its_fields_and_options(server: responses.RequestsMock, client: EKuiperClient) -> None:
    body = {
        "Name": "s",
        "StreamFields": [
            {"FieldType": "bigint", "Name": "id"},
            {"FieldType": {"Type": "array", "ElementType": "string"}, "Name": "tags"},
            {"FieldType": {"Type": "struct", "Fields": [{"FieldType": "float", "Name": "x"}]}, "Name": "pos"},
        ],
        "Options": {"datasource": "d", "type": "mqtt", "new": 1},
        "StreamType": 1,
        "Statement": None,
    }
    server.get(URL + "/tables/s", json=body)
    table = client.tables.get("s")
    assert table.kind is StreamKind.TABLE
    assert [field.type_text for field in table.fields] == ["BIGINT", "ARRAY(STRING)", "STRUCT(x FLOAT)"]
    assert table.options["new"] == 1


def test_a_schemaless_stream_has_no_fields_in_either_version(
    server: responses.RequestsMock, client: EKuiperClient
) -> None:
    server.get(URL + "/streams/a/schema", body="null")
    server.get(URL + "/streams/b/schema", body="{}")
    assert client.streams.schema("a") == {}
    assert client.streams.schema("b") == {}


def test_a_rule_list_of_either_version_has_the_same_states(
    server: responses.RequestsMock, client: EKuiperClient
) -> None:
    rows = [
        {"id": "a", "name": "a", "status": "Running"},
        {"id": "b", "name": "b", "status": "running", "tags": None, "trace": False, "version": ""},
        {"id": "c", "name": "c", "status": "Stopped: canceled manually."},
        {"id": "d", "name": "d", "status": "stopped by error"},
        {"id": "e", "name": "e", "status": "Stopped: dial tcp: connection refused."},
        {"id": "f", "name": "f", "status": "stopped: waiting for next schedule."},
    ]
    server.get(URL + "/rules", json=rows)
    rules = client.rules.list()
    states = [State.RUNNING, State.RUNNING, State.STOPPED, State.FAILED, State.FAILED, State.SCHEDULED]
    assert [rule.state for rule in rules] == states
    assert rules[4].reason == "dial tcp: connection refused"
    assert rules[1].tags == ()


def test_an_invalid_rule_is_an_answer_of_validate(server: responses.RequestsMock, client: EKuiperClient) -> None:
    server.post(URL + "/rules/validate", body="invalid rule json: Missing rule id.", status=422)
    validation = client.rules.validate("{}")
    assert not validation.valid
    assert validation.message == "invalid rule json: Missing rule id."


def test_cpu_usage_is_none_where_it_is_not_measured(server: responses.RequestsMock, client: EKuiperClient) -> None:
    server.get(URL + "/rules/usage/cpu", body="cpu usage not enabled")
    assert client.rules.cpu_usage() is None


def test_tags_are_matched_with_a_get_that_has_a_body(server: responses.RequestsMock, client: EKuiperClient) -> None:
    server.get(URL + "/rules/tags/match", body="{}")
    assert client.rules.match_tags(["a", "b"]) == ()
    assert sent(server) == {"tags": ["a", "b"]}


def test_a_deletion_is_forced_only_on_demand(server: responses.RequestsMock, client: EKuiperClient) -> None:
    server.delete(URL + "/streams/s", body="ok")
    client.streams.delete("s")
    client.streams.delete("s", force=True)
    assert [call.request.url for call in server.calls] == [URL + "/streams/s", URL + "/streams/s?force=true"]


def test_an_import_says_whether_it_wipes(server: responses.RequestsMock, client: EKuiperClient) -> None:
    server.post(URL + "/data/import", json={"ErrorMsg": "", "ConfigResponse": {"streams": {}, "rules": {}}})
    assert client.data.import_('{"streams": {}}', partial=True).ok
    client.data.import_(file="file:///x", partial=False, stop=True)
    assert [(call.request.url or "").partition("?")[2] for call in server.calls] == ["partial=1", "stop=1"]
    assert json.loads(server.calls[0].request.body or "") == {"content": '{"streams": {}}'}


def test_an_export_keeps_its_text_and_hides_it_from_logs(server: responses.RequestsMock, client: EKuiperClient) -> None:
    text = '{"streams":{"s":"CREATE STREAM s () WITH (PASSWORD=\\"hunter2\\")"},"rules":{}}'
    server.get(URL + "/data/export", body=text, content_type="application/octet-stream")
    export = client.data.export()
    assert isinstance(export, Export)
    assert export.text == text
    assert "hunter2" in export.sections["streams"]["s"]
    assert "hunter2" not in repr(export)


def test_lists_and_objects_that_were_never_filled_are_empty(
    server: responses.RequestsMock, client: EKuiperClient
) -> None:
    server.get(URL + "/metadata/resources", body='{"sinks": null, "sources": null}')
    server.get(URL + "/streams", body="null")
    server.get(URL + "/rules/r/topo", body='{"sources": null, "edges": null}')
    assert client.metadata.resources() == {"sinks": [], "sources": []}
    assert client.streams.list() == []
    assert client.rules.topology("r").nodes == ()


def test_content_or_a_file_but_not_both(client: EKuiperClient) -> None:
    with pytest.raises(TypeError, match="either"):
        client.ruleset.import_("{}", file="file:///x")
    with pytest.raises(TypeError, match="either"):
        client.uploads.create("x")


def test_bytes_are_uploaded_as_a_form(server: responses.RequestsMock, client: EKuiperClient) -> None:
    server.post(URL + "/config/uploads", body="/data/uploads/x.bin", status=201)
    assert client.uploads.create("x.bin", content=b"\x00\xff") == "/data/uploads/x.bin"
    request = server.calls[-1].request
    assert request.headers["Content-Type"].startswith("multipart/form-data; boundary=")
    assert isinstance(request.body, bytes)
    assert b'name="uploadFile"; filename="x.bin"' in request.body
    assert b"\x00\xff" in request.body


def test_text_is_uploaded_with_the_exact_content_type(server: responses.RequestsMock, client: EKuiperClient) -> None:
    server.post(URL + "/config/uploads", body="/data/uploads/x.txt", status=201)
    client.uploads.create("x.txt", content="hi")
    assert server.calls[-1].request.headers["Content-Type"] == "application/json"


def test_a_form_of_properties_is_read_for_sources_and_sinks(
    server: responses.RequestsMock, client: EKuiperClient
) -> None:
    field = {"name": "server", "default": "tcp://x", "type": "string", "label": {"en": "Server"}}
    server.get(URL + "/metadata/sources/mqtt", json={"about": {}, "libs": [], "properties": {"default": [field]}})
    server.get(URL + "/metadata/sinks/mqtt", json={"about": {}, "libs": None, "properties": [field]})
    assert client.metadata.sources.get("mqtt").fields[0].name == "server"
    assert client.metadata.sinks.get("mqtt").fields[0].label == {"en": "Server"}


def test_a_store_that_2_4_refuses_for_ever_after_a_wrong_deletion_says_so(
    server: responses.RequestsMock, client: EKuiperClient
) -> None:
    body = {"error": 5000, "message": "Failed to write data to file:sinks.mqtt.sinks.mqtt.nosuch is not found"}
    server.put(URL + "/metadata/sinks/mqtt/confKeys/mine", json=body, status=400)
    with pytest.raises(RequestRefused) as caught:
        client.metadata.sinks.set_config("mqtt", "mine", {})
    assert "restarted" in caught.value.hint


def test_any_operation_can_be_called_with_bytes(server: responses.RequestsMock, client: EKuiperClient) -> None:
    server.get(URL + "/v2/data/export", body=b"rules:\n  r: \xff")
    assert client.call("data.export_v2").body == b"rules:\n  r: \xff"


def test_a_token_is_sent_as_it_is_and_never_shown(server: responses.RequestsMock) -> None:
    server.get(URL + "/ping")
    client = EKuiperClient(URL, credentials=RawToken(token="secret-token"), headers={"X-Key": "secret-key"})  # type: ignore[arg-type] # pydantic makes the SecretStr
    client.ping()
    assert server.calls[-1].request.headers["Authorization"] == "secret-token"
    assert server.calls[-1].request.headers["X-Key"] == "secret-key"
    for shown in (repr(client), repr(client.rules), repr(client._transport)):
        assert "secret" not in shown


def test_through_the_app_the_path_is_below_the_connection(server: responses.RequestsMock) -> None:
    passed_on = {"X-Ekmanager-Upstream": "1"}
    server.get("http://app.test:8501/base/api/connections/edge-1/ekuiper/streams", json=["s"], headers=passed_on)
    client = EKuiperClient.through("http://app.test:8501/base/", connection="edge-1")
    assert client.streams.list() == ["s"]


def test_an_id_that_no_path_can_carry_is_refused_before_anything_is_sent(
    server: responses.RequestsMock, client: EKuiperClient
) -> None:
    with pytest.raises(RequestRefused) as caught:
        client.rules.delete("../stop")
    assert caught.value.code == "bad_id"
    assert len(server.calls) == 0


@pytest.mark.parametrize(
    "url", ["", "localhost:9081", "ftp://x", "http://", "http://a:b@x", "http://x?a=1", "http://x#f", "http://x:99999"]
)
def test_an_unusable_url_is_a_value_error(url: str) -> None:
    with pytest.raises(ValueError, match="URL"):
        EKuiperClient(url)


def test_a_base_path_is_kept(server: responses.RequestsMock) -> None:
    server.get("http://gw.test/edge-7/ping")
    EKuiperClient("http://gw.test/edge-7/").ping()
    assert len(server.calls) == 1
