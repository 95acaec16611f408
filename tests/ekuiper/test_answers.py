"""Answers that are no success, as errors that operators understand."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import requests
import responses

from ekmanager.ekuiper.client import EKuiperClient
from ekmanager.ekuiper.errors import (
    EKuiperError,
    NotAnEKuiper,
    NotFound,
    NotSupported,
    RefusedSQL,
    RequestRefused,
    ServerFailed,
    TimedOut,
    Unauthorized,
    Unreachable,
    UnreadableAnswer,
)
from tests.ekuiper.driving import URL


@pytest.fixture
def server() -> Iterator[responses.RequestsMock]:
    with responses.RequestsMock(assert_all_requests_are_fired=False) as mock:
        yield mock


def caught(server: responses.RequestsMock, status: int, body: str, **headers: str) -> EKuiperError:
    """The error that a call of `GET /rules/r1` ends with."""
    server.get(URL + "/rules/r1", status=status, body=body, headers=headers)
    with pytest.raises(EKuiperError) as found, EKuiperClient(URL, retries=0) as client:
        client.rules.get("r1")
    return found.value


@pytest.mark.parametrize(
    ("status", "body", "kind"),
    [
        (404, '{"error":1002,"message":"Rule r1 is not found"}', NotFound),
        (400, '{"error":1000,"message":"rule r1 not found"}', NotFound),
        (400, '{"error":1000,"message":"stream s not found"}', RequestRefused),
        (400, '{"error":1000,"message":"stream r10 not found"}', RequestRefused),
        (401, "missing_token\n", Unauthorized),
        (403, "forbidden", Unauthorized),
        (404, "404 page not found\n", NotSupported),
        (405, "", NotSupported),
        (409, "busy", RequestRefused),
        (500, "", ServerFailed),
        (502, "<html>bad gateway</html>", ServerFailed),
        (404, "<html>nginx</html>", NotAnEKuiper),
        (301, "", NotAnEKuiper),
        (304, "", NotAnEKuiper),
        (600, "", ServerFailed),
    ],
)
def test_an_answer_is_told_by_status_and_words(
    server: responses.RequestsMock, status: int, body: str, kind: type[EKuiperError]
) -> None:
    error = caught(server, status, body)
    assert type(error) is kind
    assert error.status == status
    assert error.operation == "rules.get"
    assert error.url == URL + "/rules/r1"
    assert "http://ek.test:9081" in error.message


def test_an_unauthorized_call_says_why_and_what_to_try(server: responses.RequestsMock) -> None:
    error = caught(server, 401, "validate token error: token has invalid claims: token is expired\n")
    assert "token is expired" in error.message
    assert "Bearer" in error.hint


def test_a_call_without_credentials_says_so(server: responses.RequestsMock) -> None:
    assert "none were sent" in caught(server, 401, "missing_token\n").message


def test_a_missing_operation_names_the_versions_that_have_it(server: responses.RequestsMock) -> None:
    server.get(URL + "/connections", status=404, body="404 page not found\n")
    server.post(URL + "/rules/bulkstop", status=405)
    with EKuiperClient(URL) as client:
        with pytest.raises(NotSupported) as found:
            client.connections.list()
        with pytest.raises(NotSupported):
            client.rules.bulk_stop(["a"])
    assert "2.4.0" in found.value.hint
    assert "1.14.7" not in found.value.hint
    assert "GET /connections" in found.value.message


def test_a_missing_root_is_not_an_ekuiper(server: responses.RequestsMock) -> None:
    server.get(URL + "/", status=404, body="404 page not found\n")
    with pytest.raises(NotAnEKuiper), EKuiperClient(URL) as client:
        client.get_info()


def test_a_web_page_is_not_an_ekuiper(server: responses.RequestsMock) -> None:
    server.get(URL + "/", body="<!doctype html><title>Router login</title>")
    with pytest.raises(NotAnEKuiper) as found, EKuiperClient(URL) as client:
        client.get_info()
    assert "a web page" in found.value.message
    assert found.value.operation == "server.info"


def test_a_redirect_is_not_followed_and_its_target_is_named_by_host_only(server: responses.RequestsMock) -> None:
    error = caught(server, 302, "", Location="https://user:pw@login.test/sso?token=secret")
    assert "https://login.test" in error.message
    for secret in ("token", "secret", "pw", "user"):
        assert secret not in error.message
    assert len(server.calls) == 1


def test_http_on_a_tls_port_says_so(server: responses.RequestsMock) -> None:
    error = caught(server, 400, "Client sent an HTTP request to an HTTPS server.\n")
    assert isinstance(error, Unreachable)
    assert error.code == "tls_wanted"
    assert "https://" in error.hint


@pytest.mark.parametrize(
    "message",
    [
        'Stream command error: found "EOF", expected stream name.',
        "Stream command error: Invalid stream statement: nonsense",
        "Stream command error: option 'format=nosuch' is invalid",
    ],
)
def test_refused_sql_is_told_from_other_refusals(server: responses.RequestsMock, message: str) -> None:
    server.post(URL + "/streams", status=400, json={"error": 3000, "message": message})
    with pytest.raises(RefusedSQL) as found, EKuiperClient(URL) as client:
        client.streams.create("nonsense")
    assert found.value.server_message == message
    assert found.value.server_code == 3000


def test_a_name_that_is_taken_is_no_fault_of_the_sql(server: responses.RequestsMock) -> None:
    body = {"error": 3000, "message": "Stream command error: Create stream fails: Item s already exists."}
    server.post(URL + "/streams", status=400, json=body)
    with pytest.raises(RequestRefused) as found, EKuiperClient(URL) as client:
        client.streams.create("CREATE STREAM s ()")
    assert type(found.value) is RequestRefused


@pytest.mark.parametrize("body", ["", "nope", "{}", "[1]", '[{"name": "no id"}]', '"text"'])
def test_a_success_that_cannot_be_read_is_an_error_with_its_call(server: responses.RequestsMock, body: str) -> None:
    server.get(URL + "/rules", body=body)
    with pytest.raises(UnreadableAnswer) as found, EKuiperClient(URL) as client:
        client.rules.list()
    assert found.value.operation == "rules.list"
    assert found.value.message.startswith("http://ek.test:9081: ")


@pytest.mark.parametrize(
    ("status", "code", "kind"),
    [
        (502, "refused", Unreachable),
        (504, "timeout", TimedOut),
        (404, "connection_not_found", NotFound),
        (403, "read_only", RequestRefused),
        (500, "broken", ServerFailed),
    ],
)
def test_errors_of_our_own_proxy_are_errors_of_the_same_kind(
    server: responses.RequestsMock, status: int, code: str, kind: type[EKuiperError]
) -> None:
    body = {"error": {"code": code, "message": "line-2 refused the connection.", "hint": "Start it."}}
    server.get("http://app.test/api/connections/line-2/ekuiper/ping", status=status, json=body)
    with pytest.raises(kind) as found:
        EKuiperClient.through("http://app.test", connection="line-2").ping()
    assert type(found.value) is kind
    assert (found.value.code, found.value.message, found.value.hint) == (code, body["error"]["message"], "Start it.")


@pytest.mark.parametrize(
    ("status", "body"),
    [(404, "404 page not found\n"), (405, ""), (404, "<html>nginx</html>"), (200, "<html>welcome</html>"), (200, "[]")],
)
def test_a_stranger_in_the_place_of_our_proxy_is_no_ekmanager(
    server: responses.RequestsMock, status: int, body: str
) -> None:
    server.get("http://app.test/x/api/connections/line-2/ekuiper/rules", status=status, body=body)
    with pytest.raises(NotAnEKuiper) as found:
        EKuiperClient.through("http://app.test/x/", connection="line-2").rules.list()
    assert (found.value.code, found.value.message) == ("not_ekmanager", "No ekmanager answers at http://app.test/x.")
    assert "address of the app" in found.value.hint


@pytest.mark.parametrize(
    ("status", "headers", "kind"),
    [
        (404, {"X-Ekmanager-Upstream": "1"}, NotSupported),
        (401, {}, Unauthorized),
        (502, {}, ServerFailed),
    ],
)
def test_through_our_proxy_what_a_server_or_a_proxy_in_front_says_is_told_as_it_is(
    server: responses.RequestsMock, status: int, headers: dict[str, str], kind: type[EKuiperError]
) -> None:
    address = "http://app.test/api/connections/line-2/ekuiper/rules"
    server.get(address, status=status, body="404 page not found\n", headers=headers)
    with pytest.raises(kind):
        EKuiperClient.through("http://app.test", connection="line-2", retries=0).rules.list()


def test_not_modified_is_no_redirect(server: responses.RequestsMock) -> None:
    error = caught(server, 304, "")
    assert error.code == "not_ekuiper"
    assert "HTTP 304" in error.message
    assert "redirect" not in error.message


def test_no_error_holds_credentials(server: responses.RequestsMock) -> None:
    server.get(URL + "/rules", body=requests.ConnectionError("x"))
    with pytest.raises(EKuiperError) as found:
        EKuiperClient(URL, headers={"Authorization": "hunter2"}, retries=0).rules.list()
    assert "hunter2" not in repr(vars(found.value)) + str(found.value)
