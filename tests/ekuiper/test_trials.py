"""Trial runs: what is connected to in which order, what comes of the results, and that nothing is left behind."""

from __future__ import annotations

import gc
import json
import socket
import threading
from collections.abc import Iterator

import pytest
import responses
from pydantic import SecretStr

from ekmanager.ekuiper.auth import RawToken
from ekmanager.ekuiper.client import EKuiperClient
from ekmanager.ekuiper.errors import (
    AnswerTooLarge,
    EKuiperError,
    NotAnEKuiper,
    NotFound,
    NotSupported,
    RefusedSQL,
    Unreachable,
)
from ekmanager.ekuiper.models import TrialResult
from ekmanager.ekuiper.parse import parse_trial_result
from ekmanager.ekuiper.taps import OPERATION
from ekmanager.simulator import SimulatedServer
from tests.ekuiper.local_server import LocalServer, Reply, hangs, resets, sends, serving
from tests.recordings import VERSIONS, recordings
from tests.simulator.running import simulated

SQL = "SELECT a, a * 2 AS b FROM s WHERE a > 0"
STREAM = 'CREATE STREAM s (a BIGINT) WITH (TYPE="simulator", DATASOURCE="x", FORMAT="json")'
LONG = 60.0
"""Seconds that no test waits."""
HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n"
REST = "http://127.0.0.1:1"


def mock(*values: object, loop: bool = False, interval: int = 10) -> dict[str, object]:
    return {"s": {"data": [{"a": value} for value in values], "interval": interval, "loop": loop}}


def chunk(text: str) -> bytes:
    data = text.encode()
    return f"{len(data):x}\r\n".encode() + data + b"\r\n"


@pytest.fixture(params=VERSIONS)
def server(request: pytest.FixtureRequest) -> Iterator[SimulatedServer]:
    with simulated(request.param) as made, EKuiperClient(made.url) as client:
        client.streams.create(STREAM)
        yield made


@pytest.fixture
def client(server: SimulatedServer) -> Iterator[EKuiperClient]:
    with EKuiperClient(server.url, retries=0) as made:
        yield made


@pytest.fixture
def rest() -> Iterator[responses.RequestsMock]:
    """The REST API of a server whose data port is another one's."""
    with responses.RequestsMock(assert_all_requests_are_fired=False) as made:
        yield made


def run_on(rest: responses.RequestsMock, port: int, **options: object) -> EKuiperClient:
    """A client whose trial runs get their results from that port of this machine."""

    def create(request: object) -> tuple[int, dict[str, str], str]:
        body = json.loads(getattr(request, "body", b"{}"))
        test = body["id"]
        rest.post(f"{REST}/ruletest/{test}/start", body="started")
        rest.delete(f"{REST}/ruletest/{test}", body="stopped")
        return 200, {}, json.dumps({"id": test, "port": port})

    rest.add_callback("POST", f"{REST}/ruletest", create)
    return EKuiperClient(REST, **{"timeout": 2.0, "retries": 0, **options})  # type: ignore[arg-type] # by name


def sent(rest: responses.RequestsMock) -> list[str]:
    return [f"{call.request.method} {(call.request.url or '').rpartition('/')[2][:8]}" for call in rest.calls]


def test_results_come_as_records_in_both_versions(server: SimulatedServer, client: EKuiperClient) -> None:
    with client.rules.test(SQL, mock_source=mock(1, -1, 2), timeout=LONG) as run:
        values = [next(run).value, next(run).value]
        assert values == [[{"a": 1, "b": 2}], [{"a": 2, "b": 4}]]
        assert run.total == 2
        assert list(server.engine.tests) == [run.id]
    assert server.engine.tests == {}
    assert run.closed
    assert list(run) == []


def test_the_first_result_is_not_lost_however_soon_it_comes(client: EKuiperClient) -> None:
    for _ in range(20):
        with client.rules.test(SQL, mock_source=mock(7, interval=1), timeout=LONG) as run:
            assert next(run).value == [{"a": 7, "b": 14}]


def test_records_come_one_by_one_where_wanted(client: EKuiperClient) -> None:
    with client.rules.test(SQL, mock_source=mock(1), sink_properties={"sendSingle": True}, timeout=LONG) as run:
        assert next(run).value == {"a": 1, "b": 2}


def test_a_template_makes_text_that_is_no_error(client: EKuiperClient) -> None:
    properties = {"sendSingle": True, "dataTemplate": "a is {{.a}}"}
    with client.rules.test(SQL, mock_source=mock(1), sink_properties=properties, timeout=LONG) as run:
        assert next(run) == TrialResult("a is 1", "a is 1")


def test_an_error_of_a_record_is_a_result_and_the_run_goes_on(client: EKuiperClient) -> None:
    with client.rules.test("SELECT a + 1 AS b FROM s", mock_source=mock("x", 1), timeout=LONG) as run:
        failed, fine = next(run), next(run)
    assert "invalid operation" in failed.error
    assert failed.value is None
    assert (fine.value, fine.error) == ([{"b": 2}], "")


def test_the_iteration_ends_after_the_silence_that_was_allowed(server: SimulatedServer, client: EKuiperClient) -> None:
    assert len(list(client.rules.test(SQL, mock_source=mock(1, 2), timeout=0.5))) == 2
    assert server.engine.tests == {}


def test_the_iteration_ends_after_its_duration_however_many_come(
    server: SimulatedServer, client: EKuiperClient
) -> None:
    results = list(client.rules.test(SQL, mock_source=mock(1, loop=True), duration=0.5))
    assert results
    assert server.engine.tests == {}


def test_broken_sql_is_refused_before_anything_is_left_behind(server: SimulatedServer, client: EKuiperClient) -> None:
    with pytest.raises(RefusedSQL):
        client.rules.test("SELEC")
    assert server.engine.tests == {}


@pytest.mark.parametrize("ending", ["break", "error", "interrupt", "dropped", "generator"])
def test_the_run_is_gone_however_the_iteration_ends(
    server: SimulatedServer, client: EKuiperClient, ending: str
) -> None:
    def results() -> Iterator[TrialResult]:
        with client.rules.test(SQL, mock_source=mock(1, loop=True), timeout=LONG) as run:
            yield from run

    if ending == "break":
        for _ in client.rules.test(SQL, mock_source=mock(1, loop=True), timeout=LONG):
            break
    elif ending == "dropped":
        client.rules.test(SQL)
    elif ending == "generator":
        generator = results()
        next(generator)
        generator.close()  # type: ignore[attr-defined] # a generator by its yield
    else:
        error = KeyboardInterrupt if ending == "interrupt" else ZeroDivisionError
        with pytest.raises(error), client.rules.test(SQL, mock_source=mock(1, loop=True), timeout=LONG) as run:
            raise error(next(run))
    gc.collect()
    assert server.engine.tests == {}


def test_an_interrupt_while_waiting_for_a_result_ends_the_run(
    server: SimulatedServer, client: EKuiperClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = client.rules.test(SQL, mock_source=mock())

    def interrupted(until: float | None) -> str | None:
        raise KeyboardInterrupt

    monkeypatch.setattr(run._tap, "read", interrupted)
    with pytest.raises(KeyboardInterrupt):
        next(run)
    assert server.engine.tests == {}
    assert run.closed


def test_another_thread_may_end_the_run_while_one_waits(server: SimulatedServer, client: EKuiperClient) -> None:
    run = client.rules.test(SQL, mock_source=mock())
    found: list[list[TrialResult]] = []
    waiting = threading.Thread(target=lambda: found.append(list(run)))
    waiting.start()
    run.close()
    run.close()
    waiting.join(10)
    assert found == [[]]
    assert server.engine.tests == {}


def test_an_interrupt_while_it_is_prepared_leaves_no_run(
    server: SimulatedServer, client: EKuiperClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(test: str) -> str:
        raise KeyboardInterrupt

    monkeypatch.setattr(client.rules._tests, "start", interrupted)
    with pytest.raises(KeyboardInterrupt):
        client.rules.test(SQL)
    assert server.engine.tests == {}


def test_the_data_port_is_connected_to_before_the_run_starts(rest: responses.RequestsMock) -> None:
    order: list[list[str]] = []

    def reply(sock: socket.socket, request: bytes) -> None:
        order.append(sent(rest))
        sock.sendall(HEAD + chunk("data: [1]\n\n") + b"0\r\n\r\n")

    with serving(reply) as data, run_on(rest, data.port) as client:
        assert [result.value for result in client.rules.test(SQL)] == [[1]]
        (request,) = data.requests
    assert order == [["POST ruletest"]]
    assert sent(rest) == ["POST ruletest", "POST start", "DELETE ekmanage"]
    assert request.startswith(b"GET /test/ekmanager_")
    assert b"authorization" not in request.lower()


def test_the_data_port_gets_no_credentials_and_no_tls(rest: responses.RequestsMock) -> None:
    with (
        serving(sends(HEAD, b"0\r\n\r\n")) as data,
        run_on(
            rest, data.port, credentials=RawToken(token=SecretStr("canary")), headers={"X-Canary": "canary"}
        ) as client,
    ):
        assert list(client.rules.test(SQL)) == []
        assert b"canary" not in data.requests[0]


def test_the_check_of_addresses_also_decides_about_the_data_port(rest: responses.RequestsMock) -> None:
    class Refused(Exception):
        pass

    asked: list[tuple[str, int]] = []

    def check(address: str, port: int) -> None:
        asked.append((address, port))
        raise Refused

    with serving(sends(HEAD)) as data, run_on(rest, data.port, check_address=check) as client:
        with pytest.raises(Refused):
            client.rules.test(SQL)
        assert asked == [("127.0.0.1", data.port)]
        assert data.connections == 0
    assert sent(rest)[-1] == "DELETE ekmanage"


def closed_port() -> int:
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        return int(sock.getsockname()[1])


def test_a_data_port_that_cannot_be_reached_says_so_and_nothing_is_left(rest: responses.RequestsMock) -> None:
    with run_on(rest, closed_port()) as client, pytest.raises(Unreachable) as caught:
        client.rules.test(SQL)
    assert "results of the trial run" in caught.value.message
    assert "httpServerPort" in caught.value.hint
    assert caught.value.operation == OPERATION
    assert sent(rest) == ["POST ruletest", "DELETE ekmanage"]


@pytest.mark.parametrize(
    ("reply", "kind"),
    [
        (sends(b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n"), NotFound),
        (sends(b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n"), NotFound),
        (sends(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 2\r\n\r\nhi"), NotAnEKuiper),
        (sends(b"HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:1/\r\nContent-Length: 0\r\n\r\n"), NotAnEKuiper),
        (sends(b"SSH-2.0-OpenSSH_9.6\r\n"), Unreachable),
        (resets, Unreachable),
    ],
)
def test_a_data_port_that_answers_something_else_is_named(
    rest: responses.RequestsMock, reply: Reply, kind: type[EKuiperError]
) -> None:
    with serving(reply) as data, run_on(rest, data.port) as client, pytest.raises(kind) as caught:
        client.rules.test(SQL)
    assert type(caught.value) is kind
    assert f"127.0.0.1:{data.port}" in caught.value.message
    assert sent(rest) == ["POST ruletest", "DELETE ekmanage"]


def test_a_data_port_that_hangs_is_given_up_after_the_timeout(rest: responses.RequestsMock) -> None:
    server = LocalServer(sends())
    with server:
        server.reply = hangs(server)
        thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
        thread.start()
        with run_on(rest, server.port, timeout=0.3) as client, pytest.raises(EKuiperError) as caught:
            client.rules.test(SQL)
        server.over.set()
        server.shutdown()
        thread.join(5)
    assert caught.value.code == "timeout"
    assert sent(rest)[-1] == "DELETE ekmanage"


def test_a_connection_that_breaks_in_the_middle_is_an_error_and_the_run_ends(rest: responses.RequestsMock) -> None:
    with (
        serving(sends(HEAD, chunk('data: {"a":1}\n\n'), b"ff\r\ndata: ")) as data,
        run_on(rest, data.port) as client,
        client.rules.test(SQL) as run,
    ):
        assert next(run).value == {"a": 1}
        with pytest.raises(Unreachable):
            next(run)
        assert sent(rest)[-1] == "DELETE ekmanage"
    assert sent(rest).count("DELETE ekmanage") == 1


def test_a_cut_at_the_end_of_a_runs_life_is_its_end(
    rest: responses.RequestsMock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ekmanager.ekuiper.trials.LIFETIME", 0.0)
    with serving(sends(HEAD, chunk("data: [1]\n\n"))) as data, run_on(rest, data.port) as client:
        assert [result.value for result in client.rules.test(SQL)] == [[1]]
    assert sent(rest)[-1] == "DELETE ekmanage"


def test_events_may_come_in_any_pieces_with_comments_and_line_ends_between(rest: responses.RequestsMock) -> None:
    text = 'data: [{"n":"ü"}]\n\n: still here\n\ndata: run error: a\nb\n\ndata:[2]\r\n\r\n'
    pieces = [bytes([byte]) for byte in text.encode()]
    body = b"".join(b"1\r\n" + piece + b"\r\n" for piece in pieces) + b"0\r\n\r\n"
    with serving(sends(HEAD, body)) as data, run_on(rest, data.port) as client:
        results = list(client.rules.test(SQL))
    assert [result.value for result in results] == [[{"n": "ü"}], None, [2]]
    assert results[1].error == "run error: a\nb"


def test_a_result_without_end_is_refused(rest: responses.RequestsMock, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ekmanager.ekuiper.taps.MAX_MESSAGE", 1_000)
    with (
        serving(sends(HEAD, chunk("data: " + "x" * 2_000))) as data,
        run_on(rest, data.port) as client,
        pytest.raises(AnswerTooLarge),
    ):
        next(client.rules.test(SQL))
    assert sent(rest)[-1] == "DELETE ekmanage"


def test_a_run_that_cannot_be_ended_says_so_once(rest: responses.RequestsMock) -> None:
    with serving(sends(HEAD)) as data, run_on(rest, data.port) as client:
        run = client.rules.test(SQL)
        rest.replace("DELETE", f"{REST}/ruletest/{run.id}", body="no", status=500)
        with pytest.raises(EKuiperError):
            run.close()
        run.close()
    assert sent(rest).count("DELETE ekmanage") == 1


def test_through_the_proxy_of_an_app_there_are_no_trial_runs() -> None:
    with EKuiperClient.through("http://app.test:8501", connection="c1") as client, pytest.raises(NotSupported) as found:
        client.rules.test(SQL)
    assert "data port" in found.value.message


def test_ids_of_runs_cannot_be_guessed(server: SimulatedServer, client: EKuiperClient) -> None:
    with client.rules.test(SQL) as one, client.rules.test(SQL) as other:
        assert one.id != other.id
        assert len(one.id) >= 32


@pytest.mark.parametrize("version", VERSIONS)
def test_every_recorded_payload_of_a_trial_run_is_read(version: str) -> None:
    events = version != "1.14.7"
    errors = values = 0
    for recording in recordings(version):
        if recording.channel not in {"sse", "websocket"} or not recording.path.startswith("/test/"):
            continue
        for payload in recording.payloads:
            result = parse_trial_result(payload, events=events)
            errors += bool(result.error)
            values += result.value is not None
            assert bool(result.error) is (recording.id == "ruletest.stream.runtime_error"), payload
    assert errors > 5
    assert values > 20


def test_a_field_called_error_is_no_error_on_2_4() -> None:
    text = '{"error": "none"}'
    assert parse_trial_result(text, events=True) == TrialResult(text, {"error": "none"})
    assert parse_trial_result(text, events=False) == TrialResult(text, error="none")
    several = f"[{text}]"
    assert parse_trial_result(several, events=True) == TrialResult(several, [{"error": "none"}])
    assert parse_trial_result(several, events=False) == TrialResult(several, error="none")
