"""Trials of SQL: results as they come, and nothing left behind on the server, whatever happens."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager

import pytest
from aiohttp import web

from ekmanager.connections.errors import TargetRefused
from ekmanager.connections.model import Connection
from ekmanager.connections.outbound import open_session
from ekmanager.connections.targets import TargetPolicy
from ekmanager.ekuiper.client import EKuiperClient
from ekmanager.rules.trial import TrialDesk, TrialRun
from ekmanager.rules.trial_feed import LONGEST, feed_url, open_feed
from ekmanager.rules.trial_run import MOST_CHARACTERS, MOST_RESULTS
from ekmanager.simulator.server import Behaviour, SimulatedServer
from tests.recordings import VERSIONS
from tests.rules.worlds import Loop, client_of, entry, simulated, until

ROWS = [{"device": 1, "temperature": 20.0}, {"device": 2, "temperature": 40.0}]
LOOPING = {"climate": {"data": ROWS, "interval": 10, "loop": True}}
SQL = "SELECT device, temperature FROM climate WHERE temperature > 30"


class Desk:
    """A desk in a running loop, which can be ended as the app ends it."""

    def __init__(self, untouched: float) -> None:
        self.loop = Loop()
        self.desk = TrialDesk(lambda: self.loop.session, client_of, untouched=untouched)
        self._task = self.loop.begin(self.desk.run())

    def end(self) -> None:
        self.loop.end(self._task)

    def close(self) -> None:
        self.end()
        self.loop.close()


@contextmanager
def opened(untouched: float = 30.0) -> Iterator[Desk]:
    made = Desk(untouched)
    try:
        yield made
    finally:
        made.close()


@pytest.fixture
def desk() -> Iterator[TrialDesk]:
    with opened() as made:
        yield made.desk


def running(desk: TrialDesk, server: SimulatedServer, sql: str = SQL, owner: str = "me") -> TrialRun:
    run = desk.begin(owner, entry(server.url), sql, mock=LOOPING)
    until(lambda: run.total > 2 or not run.live)
    assert run.state == "running", run.problem
    return run


@pytest.mark.parametrize("version", VERSIONS)
def test_results_come_one_by_one_and_a_stop_leaves_nothing_behind(version: str, desk: TrialDesk) -> None:
    with simulated(version) as server:
        run = running(desk, server)
        first = run.results[0]
        assert (first.number, first.value, first.error) == (1, ROWS[1], "")
        assert [result.number for result in run.results[:3]] == [1, 2, 3]
        assert len(server.engine.tests) == 1
        run.stop()
        until(lambda: not server.engine.tests)
        until(lambda: run.state == "stopped")
        assert run.problem == ""
        assert run.results, "they stay"
        run.clear()
        assert (run.results, run.total) == ((), 0)


@pytest.mark.parametrize("version", VERSIONS)
def test_an_error_of_a_record_is_a_result_and_the_trial_goes_on(version: str, desk: TrialDesk) -> None:
    with simulated(version) as server:
        run = running(desk, server, 'SELECT device + "a" AS x FROM climate')
        assert run.results[0].value is None
        assert "invalid operation" in run.results[0].error


@pytest.mark.parametrize("version", VERSIONS)
def test_live_sources_are_tried_without_mock_data(version: str, desk: TrialDesk) -> None:
    with simulated(version) as server:
        run = desk.begin("me", entry(server.url), "SELECT * FROM climate")
        until(lambda: run.total)
        assert isinstance(run.results[0].value, dict)


def test_sink_properties_are_passed_on(desk: TrialDesk) -> None:
    with simulated("2.4.0") as server:
        here = entry(server.url)
        run = desk.begin("me", here, SQL, mock=LOOPING, sink_properties={"sendSingle": False})
        until(lambda: run.total)
        assert run.results[0].value == [ROWS[1]]
        run = desk.begin(
            "me", here, SQL, mock=LOOPING, sink_properties={"dataTemplate": "from {{.device}}", "sendSingle": True}
        )
        until(lambda: run.total)
        assert run.results[0].value == "from 2"


def test_broken_sql_is_the_servers_sentence_and_nothing_is_left(desk: TrialDesk) -> None:
    with simulated("2.4.0") as server:
        run = desk.begin("me", entry(server.url), "SELEC")
        until(lambda: run.state == "failed")
        assert run.problem.endswith("refused it: SQL SELEC is not a select statement.")
        run = desk.begin("me", entry(server.url), "SELECT * FROM nosuch")
        until(lambda: run.state == "failed")
        assert "nosuch" in run.problem
        assert not server.engine.tests


def test_a_trial_at_which_nobody_looks_is_stopped_and_one_that_is_touched_is_not() -> None:
    with simulated("2.4.0") as server, opened(untouched=0.8) as world:
        desk = world.desk
        left, kept = running(desk, server, owner="left"), running(desk, server, owner="kept")

        def ended() -> bool:
            desk.touch(kept.id)
            return len(server.engine.tests) == 1

        until(ended)
        assert (left.state, kept.state) == ("stopped", "running")
        assert "nobody looked" in left.problem
        assert desk.get(left.id) is left


def test_a_new_trial_of_the_same_owner_ends_the_one_before(desk: TrialDesk) -> None:
    with simulated("2.4.0") as server:
        first, other = running(desk, server, owner="a"), running(desk, server, owner="b")
        second = running(desk, server, owner="a")
        until(lambda: first.state == "stopped")
        until(lambda: len(server.engine.tests) == 2)
        assert second.state == other.state == "running"


@pytest.mark.parametrize("version", VERSIONS)
def test_the_end_of_the_app_stops_every_trial(version: str) -> None:
    with simulated(version) as server, opened() as world:
        runs = [running(world.desk, server, owner=str(number)) for number in range(3)]
        world.end()
        assert not server.engine.tests
        assert {run.state for run in runs} == {"stopped"}
        with pytest.raises(RuntimeError):
            world.desk.begin("me", entry(server.url), SQL)


def test_a_trial_that_is_just_being_made_when_the_app_ends_is_deleted_too() -> None:
    with simulated("2.4.0") as server, opened() as world:
        server.delay, server.behaviour = 0.5, Behaviour.SLOW
        run = world.desk.begin("me", entry(server.url), SQL, mock=LOOPING)
        until(lambda: server.requests)
        world.end()
        assert not server.engine.tests
        assert run.state == "stopped"


def test_a_stop_before_the_start_deletes_it_without_starting_it(desk: TrialDesk) -> None:
    with simulated("2.4.0") as server:
        server.delay, server.behaviour = 0.3, Behaviour.SLOW
        run = desk.begin("me", entry(server.url), SQL, mock=LOOPING)
        run.stop()
        until(lambda: run.state == "stopped")
        until(lambda: server.requests >= 2)
        until(lambda: not server.engine.tests)
        assert run.total == 0


@pytest.mark.parametrize("version", VERSIONS)
def test_a_server_that_is_gone_in_the_middle_fails_the_trial_with_a_sentence(version: str, desk: TrialDesk) -> None:
    loop = Loop()
    server = SimulatedServer(version)
    loop.call(server.start())
    try:
        run = running(desk, server)
        loop.call(server.stop())
        until(lambda: run.state == "failed")
        assert run.problem
        assert run.results, "what came stays"
    finally:
        loop.call(server.stop())
        loop.close()


def test_a_deletion_that_fails_is_tried_again_until_the_trial_is_gone(desk: TrialDesk) -> None:
    with simulated("2.4.0") as server:
        run = running(desk, server)
        server.behaviour = Behaviour.FAILING
        before = server.requests
        run.stop()
        until(lambda: server.requests > before)
        assert server.engine.tests
        server.behaviour = Behaviour.HEALTHY
        until(lambda: not server.engine.tests)


def test_a_trial_without_an_answer_to_its_creation_is_deleted_all_the_same(desk: TrialDesk) -> None:
    with simulated("2.4.0") as server:
        inner = server._answer

        async def losing(request: web.BaseRequest) -> web.StreamResponse:
            reply = await inner(request)
            if request.path == "/ruletest":
                assert request.transport is not None
                request.transport.close()
            return reply

        assert server._protocols is not None
        server._protocols.request_handler = losing
        run = desk.begin("me", entry(server.url), SQL, mock=LOOPING)
        until(lambda: run.state == "failed")
        until(lambda: not server.engine.tests)
        assert "closed the connection" in run.problem


def test_a_data_port_that_cannot_be_reached_is_named_and_the_trial_is_deleted(desk: TrialDesk) -> None:
    with simulated("2.4.0") as server:
        inner = server._answer

        async def moved(request: web.BaseRequest) -> web.StreamResponse:
            reply = await inner(request)
            if request.path == "/ruletest" and isinstance(reply, web.Response):
                body = json.loads(bytes(reply.body)) | {"port": 1}  # type: ignore[arg-type]  # bytes, as it was made
                reply.body = json.dumps(body).encode()
            return reply

        assert server._protocols is not None
        server._protocols.request_handler = moved
        run = desk.begin("me", entry(server.url), SQL, mock=LOOPING)
        until(lambda: run.state == "failed")
        assert "refused the connection on port 1" in run.problem
        assert "data port" in run.hint
        until(lambda: not server.engine.tests)


def test_a_target_that_is_refused_is_a_sentence() -> None:
    def refusing(connection: Connection) -> EKuiperClient:
        raise TargetRefused("10.0.0.1 is not among the allowed targets.", hint="Ask.")

    loop = Loop()
    desk = TrialDesk(lambda: loop.session, refusing)
    task = loop.begin(desk.run())
    try:
        run = desk.begin("me", entry("http://10.0.0.1:9081"), SQL)
        until(lambda: run.state == "failed")
        assert (run.problem, run.hint) == ("10.0.0.1 is not among the allowed targets.", "Ask.")
    finally:
        loop.end(task)
        loop.close()


def test_only_the_newest_results_are_kept_and_all_are_counted() -> None:
    run = TrialRun("id", "me", entry("http://127.0.0.1:1"), SQL, {})
    for number in range(MOST_RESULTS + 500):
        run.take(json.dumps({"n": number}))
    assert (len(run.results), run.total) == (MOST_RESULTS, MOST_RESULTS + 500)
    assert run.results[-1].value == {"n": MOST_RESULTS + 499}
    large = json.dumps("x" * (MOST_CHARACTERS // 4))
    for _ in range(20):
        run.take(large)
    assert len(run.results) == 3
    run.take("x" * (2 * MOST_CHARACTERS))
    assert len(run.results) == 1, "one is always kept"


def test_the_data_server_is_on_the_host_of_the_connection_in_the_clear() -> None:
    assert feed_url("https://edge-1:9443/ekuiper", 10081, "t") == "http://edge-1:10081/test/t"
    assert feed_url("http://[fd00::7]:9081", 10081, "t") == "http://[fd00::7]:10081/test/t"


async def _collected(chunks: list[bytes]) -> list[str]:
    async def answer(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse(headers={"Content-Type": "text/event-stream"})
        await response.prepare(request)
        for chunk in chunks:
            await response.write(chunk)
            await asyncio.sleep(0.005)
        return response

    async def results(url: str) -> AsyncIterator[str]:
        async with open_session(TargetPolicy(), limit=0) as session:
            feed = await open_feed(session, url)
            async for payload in feed.payloads:
                yield payload
            await feed.close()

    app = web.Application()
    app.router.add_get("/", answer)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    try:
        host, port = runner.addresses[0][:2]
        return [payload async for payload in results(f"http://{host}:{port}/")]
    finally:
        await runner.cleanup()


@pytest.mark.parametrize(
    ("chunks", "payloads"),
    [
        ([b"data: 1\n\ndata: 2\n\n"], ["1", "2"]),
        ([b"da", b"ta: {", b'"a":1}', b"\n", b"\n"], ['{"a":1}']),
        ([b"data: one\ntwo\n\n"], ["one\ntwo"]),
        ([b"data: 1\r\n\r\n", b": still there\n\n"], ["1"]),
        ([b"data: \xff\n\n"], ["\ufffd"]),
        ([b"data: cut off"], ["cut off"]),
        ([b"\n\n\n"], []),
        ([b"data: " + "ü".encode()[:1], "ü".encode()[1:] + b"\n\n"], ["ü"]),
    ],
)
def test_events_are_read_however_they_are_cut(chunks: list[bytes], payloads: list[str]) -> None:
    assert asyncio.run(_collected(chunks)) == payloads


def test_an_endless_event_is_cut_off() -> None:
    (payload,) = asyncio.run(_collected([b"data: ", *[b"x" * 500_000] * 10, b"\n\n"]))
    assert len(payload) == LONGEST
