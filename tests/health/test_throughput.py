"""Records a second, from the counters of both versions."""

from __future__ import annotations

import json

import pytest

from ekmanager.connections.access import Access
from ekmanager.connections.outbound import open_session
from ekmanager.connections.targets import TargetPolicy
from ekmanager.health.model import Throughput
from ekmanager.health.rules import RuleWatch
from ekmanager.health.throughput import BATCH_RULES, SINGLE_AT_A_TIME, SINGLE_RULES, Meter
from tests.health.fakes import EKuiper, Fake, connection, endless, http, rule, run, serve
from tests.recordings import VERSIONS, recordings


class Clock:
    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


def metrics(came_in: int, went_out: int, connected: int = 1) -> dict[str, object]:
    return {
        "status": "running",
        "source_a_b_0_records_in_total": came_in,
        "source_a_b_0_records_out_total": 7,
        "source_a_b_0_connection_status": connected,
        "source_a_b_0_connection_last_disconnected_message": "EOF",
        "op_2_filter_0_records_in_total": 1000,
        "sink_nop_0_0_records_out_total": went_out,
        "sink_nop_0_0_connection_status": 0,
    }


class Bench:
    """A server, its watch and its meter."""

    def __init__(self, version: str = "2.4.0") -> None:
        self.server = EKuiper()
        self.server.info["version"] = version
        self.watch = RuleWatch()
        self.clock = Clock()
        self.meter = Meter(self.watch, clock=self.clock)

    def rules(self, *names: str) -> None:
        self.server.rules = {name: rule() for name in names}
        self.watch.read(json.dumps(self.server.rules).encode(), self.clock())

    async def measure(self, fake: Fake, *, use_batch: bool = True) -> Throughput | None:
        async with open_session(TargetPolicy(), limit=0) as session:
            return await self.meter.measure(session, Access(connection(fake.url)), use_batch=use_batch)


@pytest.fixture
def bench() -> Bench:
    return Bench()


def test_rates_come_from_two_samples(bench: Bench) -> None:
    async def scenario() -> tuple[Throughput | None, Throughput | None, Fake]:
        async with serve(bench.server) as fake:
            bench.rules("a", "b")
            bench.server.status = {"a": metrics(100, 10), "b": metrics(5, 5)}
            first = await bench.measure(fake)
            bench.clock.now += 20
            bench.server.status = {"a": metrics(300, 50), "b": metrics(5, 5)}
            return first, await bench.measure(fake), fake

    first, second, fake = run(scenario())
    assert first == Throughput(105, 15, None, None, None, 2, 2)
    assert second == Throughput(305, 55, 10.0, 2.0, 20.0, 2, 2)
    assert fake.paths == ["/batch/req"] * 2


def test_a_rule_that_restarted_has_a_rate_again_at_the_next_look(bench: Bench) -> None:
    async def scenario() -> list[Throughput | None]:
        found = []
        async with serve(bench.server) as fake:
            bench.rules("a")
            for came_in in (1000, 40, 60):
                bench.server.status = {"a": metrics(came_in, came_in)}
                found.append(await bench.measure(fake))
                bench.clock.now += 10
        return found

    found = run(scenario())
    assert [each.in_per_second for each in found if each] == [None, None, 2.0]


def test_a_server_without_batches_is_asked_rule_by_rule(bench: Bench) -> None:
    bench = Bench("1.14.7")

    async def scenario() -> tuple[Throughput | None, Fake]:
        async with serve(bench.server) as fake:
            bench.rules("a", "b")
            bench.server.status = {"a": metrics(1, 2), "b": metrics(3, 4)}
            await bench.measure(fake)
            return await bench.measure(fake), fake

    found, fake = run(scenario())
    assert found is not None
    assert (found.records_in, found.records_out) == (4, 6)
    assert fake.paths.count("/batch/req") == 1
    assert fake.paths.count("/rules/a/status") == 2


def test_no_batch_is_sent_where_it_is_switched_off(bench: Bench) -> None:
    async def scenario() -> Fake:
        async with serve(bench.server) as fake:
            bench.rules("a")
            await bench.measure(fake, use_batch=False)
            return fake

    assert run(scenario()).paths == ["/rules/a/status"]


def test_single_calls_are_few_and_rules_take_turns() -> None:
    bench = Bench("1.14.7")
    names = [f"r{number}" for number in range(SINGLE_RULES + 10)]

    async def scenario() -> Fake:
        async with serve(bench.server) as fake:
            bench.rules(*names)
            bench.server.status = {name: metrics(1, 1) for name in names}
            bench.server.delay = {f"/rules/{name}/status": 0.01 for name in names}
            bench.meter.batches = False
            await bench.measure(fake)
            assert len(fake.requests) == SINGLE_RULES
            await bench.measure(fake)
            return fake

    fake = run(scenario())
    assert set(fake.paths) == {f"/rules/{name}/status" for name in names}
    assert fake.most_at_once <= SINGLE_AT_A_TIME


def test_a_batch_carries_a_bounded_number_of_rules(bench: Bench) -> None:
    names = [f"r{number}" for number in range(BATCH_RULES + 50)]

    async def scenario() -> Fake:
        async with serve(bench.server) as fake:
            bench.rules(*names)
            bench.server.status = {name: metrics(1, 1) for name in names}
            await bench.measure(fake)
            await bench.measure(fake)
            return fake

    first, second = (json.loads(request.body) for request in run(scenario()).requests)
    assert len(first) == len(second) == BATCH_RULES
    assert {each["path"] for each in (*first, *second)} == {f"/rules/{name}/status" for name in names}
    assert {each["method"] for each in first} == {"GET"}


def test_ids_are_encoded_once(bench: Bench) -> None:
    async def scenario() -> Fake:
        async with serve(bench.server) as fake:
            bench.rules("a/b c")
            await bench.measure(fake)
            await bench.measure(fake, use_batch=False)
            return fake

    batch, single = run(scenario()).requests
    assert json.loads(batch.body)[0]["path"] == "/rules/a%2Fb%20c/status"
    assert single.path == "/rules/a%2Fb%20c/status"


def test_a_disconnected_source_makes_its_rule_fail_and_nop_does_not(bench: Bench) -> None:
    async def scenario() -> None:
        async with serve(bench.server) as fake:
            bench.rules("a", "b")
            bench.server.status = {"a": metrics(1, 1, connected=-1), "b": metrics(1, 1)}
            await bench.measure(fake)

    run(scenario())
    counts, failing = bench.watch.judge(0)
    assert (counts.running, counts.failing) == (1, 1)
    assert failing[0].id == "a"
    assert "EOF" in failing[0].reason


def test_without_running_rules_nothing_is_asked(bench: Bench) -> None:
    async def scenario() -> tuple[Throughput | None, Fake]:
        async with serve(bench.server) as fake:
            return await bench.measure(fake), fake

    found, fake = run(scenario())
    assert found == Throughput(0, 0, 0.0, 0.0, None, 0, 0)
    assert fake.requests == []


@pytest.mark.parametrize(
    "answer",
    [http(500, "x"), http(200, "garbage"), http(200, "[]"), http(200, '[{"code":200,"response":"nonsense"}]')],
)
def test_an_answer_that_cannot_be_used_leaves_what_was_known(bench: Bench, answer: bytes) -> None:
    async def scenario() -> Throughput | None:
        async with serve(bench.server) as fake:
            bench.rules("a")
            bench.server.status = {"a": metrics(10, 10)}
            await bench.measure(fake)
            bench.clock.now += 5
            bench.server.answers = {"/batch/req": answer}
            return await bench.measure(fake)

    found = run(scenario())
    assert found is None or found.records_in == 10


def test_an_endless_batch_is_given_up(bench: Bench) -> None:
    async def scenario() -> tuple[Throughput | None, Fake]:
        async with serve(endless(b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n")) as fake:
            bench.rules("a")
            return await bench.measure(fake), fake

    found, fake = run(scenario())
    assert found is None
    assert fake.sent < 20 * 1024 * 1024


@pytest.mark.parametrize("version", VERSIONS)
def test_recorded_statuses_have_counters(version: str, bench: Bench) -> None:
    bench = Bench(version)
    bench.meter.batches = False
    found = {
        each.path.split("/")[2]: json.loads(each.text)
        for each in recordings(version)
        if each.path.startswith("/rules/") and each.path.endswith("/status") and each.method == "GET"
        if each.status == 200 and '"running"' in each.text
    }
    names = sorted(found)[:SINGLE_RULES]

    async def scenario() -> Throughput | None:
        async with serve(bench.server) as fake:
            bench.rules(*names)
            bench.server.status = {name: found[name] for name in names}
            return await bench.measure(fake)

    measured = run(scenario())
    assert measured is not None
    assert measured.records_in > 100
    assert measured.records_out > 100
