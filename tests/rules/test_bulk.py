"""One command for many rules, with a result for each."""

from __future__ import annotations

import threading
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import pytest
from aiohttp import web

from ekmanager.connections.book import Entry
from ekmanager.connections.errors import TargetRefused
from ekmanager.connections.model import Connection
from ekmanager.ekuiper.client import EKuiperClient
from ekmanager.rules.bulk import BulkJob, BulkWork, ItemResult
from ekmanager.rules.bulk_run import AT_A_TIME, HOPELESS
from ekmanager.simulator.server import Behaviour, SimulatedServer
from tests.recordings import VERSIONS
from tests.rules.worlds import client_of, entry, simulated, until

Handler = Callable[[web.BaseRequest], Awaitable[web.StreamResponse]]


@pytest.fixture
def bulk() -> Iterator[BulkWork]:
    work = BulkWork(client_of, patience=1.0)
    yield work
    work.close()


@contextmanager
def plant(version: str = "2.4.0", rules: int = 0, **options: Any) -> Iterator[SimulatedServer]:
    """A server with the usual rules and `rules` more, `r0`, `r1`, …, that do not run."""
    with simulated(version, **options) as server, client_of(entry(server.url).connection) as client:
        for number in range(rules):
            definition = {"id": f"r{number}", "sql": "SELECT * FROM climate", "actions": [{"nop": {}}]}
            client.rules.create({**definition, "triggered": False})
        server.requests = 0
        yield server


def finished(job: BulkJob) -> dict[str, ItemResult]:
    assert job.wait(20)
    assert job.settled == job.total
    return {result.rule: result for result in job.results}


def names(count: int) -> Sequence[str]:
    return [f"r{number}" for number in range(count)]


@pytest.mark.parametrize("version", VERSIONS)
def test_rules_are_started_and_those_that_run_are_left_alone(version: str, bulk: BulkWork) -> None:
    with plant(version, rules=5) as server:
        counted = server.engine.rules["hot_alert"].started
        job = bulk.begin(entry(server.url), "start", [*names(5), "hot_alert"])
        results = finished(job)
        assert {results[rule].outcome for rule in names(5)} == {"done"}
        assert {results[rule].state.lower() for rule in names(5)} == {"running"}
        assert (results["hot_alert"].outcome, results["hot_alert"].why) == ("skipped", "It runs already.")
        assert server.engine.rules["hot_alert"].started == counted, "its counters go on"
        assert (job.done, job.failed, job.total, job.finished) == (5, 0, 6, True)


@pytest.mark.parametrize("version", VERSIONS)
def test_rules_are_stopped_restarted_and_deleted(version: str, bulk: BulkWork) -> None:
    with plant(version) as server:
        here = entry(server.url)
        results = finished(bulk.begin(here, "stop", ["hot_alert", "raw_export"]))
        assert results["hot_alert"].outcome == "done"
        assert results["hot_alert"].state.lower().startswith("stopped")
        assert results["raw_export"].outcome == "skipped"
        assert finished(bulk.begin(here, "restart", ["hot_alert"]))["hot_alert"].outcome == "done"
        assert server.engine.rules["hot_alert"].running
        deleted = finished(bulk.begin(here, "delete", ["hot_alert", "nobody"]))
        assert deleted["hot_alert"].outcome == "done"
        assert (deleted["nobody"].outcome, deleted["nobody"].why) == ("skipped", "It was gone already.")
        assert "hot_alert" not in server.engine.rules


def test_one_failure_stops_nothing_else_and_says_why(bulk: BulkWork) -> None:
    with plant(rules=3) as server:
        del server.engine.definitions["climate"]
        with client_of(entry(server.url).connection) as client:
            client.rules.create(
                {"id": "fine", "sql": "SELECT * FROM meters", "actions": [{"nop": {}}], "triggered": False}
            )
        results = finished(bulk.begin(entry(server.url), "start", ["r0", "nobody", "fine", "r1"]))
        assert results["fine"].outcome == "done"
        assert results["r0"].outcome == results["r1"].outcome == "failed"
        assert "climate" in results["r0"].why
        assert results["nobody"].why == "The server does not have this rule any more."


def test_a_restart_that_failed_shows_the_state_that_the_server_has_afterwards(bulk: BulkWork) -> None:
    with plant() as server:
        del server.engine.definitions["climate"]
        result = finished(bulk.begin(entry(server.url), "restart", ["hot_alert"]))["hot_alert"]
        assert (result.outcome, result.state) == ("failed", "stopped by error")
        assert "climate" in result.why


@pytest.mark.parametrize(
    ("state", "message", "outcome", "why"),
    [
        ("stopped by error", "sink redis is broken", "failed", "sink redis is broken."),
        ("stopped", "done", "done", "Its source came to the end of its data."),
    ],
)
def test_a_rule_that_ends_right_after_its_start_says_why(
    state: str, message: str, outcome: str, why: str, bulk: BulkWork
) -> None:
    with plant(rules=1) as server:
        wrap(server, _ending(server, state, message))
        result = finished(bulk.begin(entry(server.url), "start", ["r0"]))["r0"]
        assert (result.outcome, result.why, result.state) == (outcome, why, state)


def test_a_rule_that_runs_for_a_moment_only_has_not_been_started(bulk: BulkWork) -> None:
    with plant(rules=1) as server:
        job = bulk.begin(entry(server.url), "start", ["r0"])
        until(lambda: job.results[0].state == "running")
        server.engine.rules["r0"].fail(server.engine.now(), "sink redis is broken")
        result = finished(job)["r0"]
        assert (result.outcome, result.why) == ("failed", "sink redis is broken.")


def _ending(server: SimulatedServer, state: str, message: str) -> Handler:
    """Lets a rule end with its start."""
    inner = server._answer

    async def answer(request: web.BaseRequest) -> web.StreamResponse:
        reply = await inner(request)
        if request.path.endswith("/start"):
            server.engine.rules["r0"].end(server.engine.now(), message, state)
        return reply

    return answer


def wrap(server: SimulatedServer, handler: Handler) -> None:
    assert server._protocols is not None
    server._protocols.request_handler = handler


def test_tags_are_replaced_and_1_14_says_once_that_it_has_none(bulk: BulkWork) -> None:
    with plant(rules=30) as server:
        results = finished(bulk.begin(entry(server.url), "tags", names(30), tags=["night", "line 1"]))
        assert {result.outcome for result in results.values()} == {"done"}
        assert set(server.engine.rules["r0"].tags or ()) == {"night", "line 1"}
        assert finished(bulk.begin(entry(server.url), "tags", ["r0"]))["r0"].outcome == "done"
        assert not server.engine.rules["r0"].tags
    with plant("1.14.7", rules=30) as server:
        results = finished(bulk.begin(entry(server.url), "tags", names(30), tags=["x"]))
        assert {result.outcome for result in results.values()} == {"failed"}
        assert all("no PUT" in result.why for result in results.values())
        assert server.requests < 30


def test_no_more_commands_are_under_way_than_allowed(bulk: BulkWork) -> None:
    with plant(rules=40, delay=0.02) as server:
        server.behaviour = Behaviour.SLOW
        counting = _Counting(server)
        finished(bulk.begin(entry(server.url), "start", names(40)))
        assert 1 < counting.most <= AT_A_TIME + 1, "and one look at the states"


class _Counting:
    """How many requests a server answers at a time."""

    def __init__(self, server: SimulatedServer) -> None:
        self.most = self._now = 0
        inner = server._answer

        async def answer(request: web.BaseRequest) -> web.StreamResponse:
            self._now += 1
            self.most = max(self.most, self._now)
            try:
                return await inner(request)
            finally:
                self._now -= 1

        wrap(server, answer)


def test_cancelling_sends_no_further_command_and_tells_of_those_that_were(bulk: BulkWork) -> None:
    with plant(rules=120) as server:
        server.delay, server.behaviour = 0.05, Behaviour.SLOW
        job = bulk.begin(entry(server.url), "start", names(120))
        until(lambda: server.requests > AT_A_TIME)
        job.cancel()
        results = finished(job)
        outcomes = [result.outcome for result in results.values()]
        assert set(outcomes) == {"done", "cancelled"}
        running = {rule for rule in names(120) if server.engine.rules[rule].running}
        assert running == {rule for rule, result in results.items() if result.outcome == "done"}
        assert job.cancelled


def test_a_command_without_an_answer_counts_by_the_state_that_follows(bulk: BulkWork) -> None:
    with plant(rules=1) as server:
        wrap(server, _losing(server, "/start"))
        assert finished(bulk.begin(entry(server.url), "start", ["r0"]))["r0"].outcome == "done"


def _losing(server: SimulatedServer, ending: str) -> Handler:
    """Carries a command out and closes without an answer."""
    inner = server._answer

    async def answer(request: web.BaseRequest) -> web.StreamResponse:
        reply = await inner(request)
        if request.path.endswith(ending):
            assert request.transport is not None
            request.transport.close()
        return reply

    return answer


def test_a_command_that_has_no_effect_is_a_failure_after_a_while(bulk: BulkWork) -> None:
    with plant(rules=1) as server:
        wrap(server, _pretending(server, "/start"))
        result = finished(bulk.begin(entry(server.url), "start", ["r0"]))["r0"]
        assert (result.outcome, result.state) == ("failed", "stopped")
        assert "no effect" in result.why


def _pretending(server: SimulatedServer, ending: str) -> Handler:
    inner = server._answer

    async def answer(request: web.BaseRequest) -> web.StreamResponse:
        return web.Response(text="ok") if request.path.endswith(ending) else await inner(request)

    return answer


def test_when_the_server_goes_away_the_rest_is_not_sent() -> None:
    work = BulkWork(client_of, patience=1.0)
    with plant(rules=300) as server:
        server.delay, server.behaviour = 0.05, Behaviour.SLOW
        job = work.begin(entry(server.url), "start", names(300))
        until(lambda: server.requests > 2 * AT_A_TIME)
        server.behaviour = Behaviour.CLOSING
        already = server.requests
        results = finished(job)
        assert job.failed == 300 - job.done
        assert any(result.why.startswith("Not sent:") for result in results.values())
        assert server.requests - already < HOPELESS + 4 * AT_A_TIME
    work.close()


def test_a_server_that_may_not_be_called_is_refused_before_anything_begins() -> None:
    def refusing(connection: Connection) -> EKuiperClient:
        raise TargetRefused("never a target")

    with pytest.raises(TargetRefused):
        BulkWork(refusing).begin(entry("http://10.0.0.1:9081"), "stop", ["a"])


def test_who_asked_is_told_when_the_work_is_over() -> None:
    told: list[Entry] = []
    work = BulkWork(client_of, changed=told.append)
    with plant(rules=1) as server:
        here = entry(server.url)
        job = work.begin(here, "start", ["r0", "r0"])
        assert work.get(job.id) is job
        assert job.total == 1
        finished(job)
    assert told == [here]
    assert work.get("nobody") is None
    work.close()


def test_closing_ends_the_jobs_under_way() -> None:
    work = BulkWork(client_of, patience=30.0)
    with plant(rules=40) as server:
        server.delay, server.behaviour = 0.2, Behaviour.SLOW
        job = work.begin(entry(server.url), "start", names(40))
        until(lambda: server.requests > 2)
        work.close()
        assert job.wait(5)
        assert job.settled == 40
        assert any(result.outcome == "cancelled" for result in job.results)
    alive = [thread.name for thread in threading.enumerate() if thread.name == "ekmanager-bulk"]
    assert not alive


def test_a_rule_that_another_command_holds_is_left_to_it(bulk: BulkWork) -> None:
    with plant(rules=2) as server:
        first = bulk.begin(entry(server.url), "start", ["r0"])
        second = finished(bulk.begin(entry(server.url), "stop", ["r0", "hot_alert"]))
        assert second["r0"].outcome == "skipped"
        assert "Another command" in second["r0"].why
        assert second["hot_alert"].outcome == "done"
        assert finished(first)["r0"].outcome == "done"
