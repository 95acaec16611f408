"""Whose counters are read when."""

from __future__ import annotations

import json
import time
from dataclasses import dataclass

import pytest

from ekmanager.connections.outbound import open_session
from ekmanager.connections.targets import TargetPolicy
from ekmanager.health.metering import AT_A_TIME, PER_SECOND, Metering
from ekmanager.health.rule_memory import RuleMemory
from ekmanager.health.servers import Server, Servers
from tests.health.fakes import EKuiper, Fake, connection, rule, run, serve
from tests.health.test_throughput import metrics


@dataclass(frozen=True)
class Options:
    throughput_interval: float = 0.0
    use_batch: bool = True


def online(servers: Servers, url: str, number: int) -> Server:
    server = servers.of(connection(url, timeout=1 + number))
    server.online = True
    server.rules.read(json.dumps({"a": rule()}).encode(), 0)
    return server


def test_a_round_is_bounded_and_everybody_has_a_turn() -> None:
    published: list[Server] = []

    async def scenario() -> Fake:
        servers = Servers()
        server = EKuiper()
        server.status = {"a": metrics(1, 1)}
        server.delay = {"/batch/req": 0.01}
        async with serve(server) as fake, open_session(TargetPolicy(), limit=0) as session:
            for number in range(PER_SECOND + 5):
                online(servers, fake.url, number)
            metering = Metering(servers, published.append, RuleMemory())
            await metering.round(session, Options())
            assert len(published) == PER_SECOND
            await metering.round(session, Options())
            return fake

    fake = run(scenario())
    assert len(set(published)) == PER_SECOND + 5
    assert fake.most_at_once <= AT_A_TIME


@pytest.mark.parametrize("why", ["away", "just looked at"])
def test_who_is_not_due_is_not_asked(why: str) -> None:
    async def scenario() -> Fake:
        servers = Servers()
        async with serve(EKuiper()) as fake, open_session(TargetPolicy(), limit=0) as session:
            server = online(servers, fake.url, 0)
            metering = Metering(servers, lambda server: None, RuleMemory())
            if why == "away":
                server.online = False
            else:
                await metering.round(session, Options(throughput_interval=600))
                fake.requests.clear()
            await metering.round(session, Options(throughput_interval=600))
            return fake

    assert run(scenario()).requests == []


@pytest.mark.parametrize("use_batch", [True, False])
def test_what_is_seen_of_each_rule_is_remembered_under_its_server(use_batch: bool) -> None:
    async def scenario() -> tuple[RuleMemory, Server]:
        servers, memory = Servers(), RuleMemory()
        server = EKuiper()
        server.status = {"a": metrics(12, 3), "b": {**metrics(1, 1), "status": "stopped"}}
        async with serve(server) as fake, open_session(TargetPolicy(), limit=0) as session:
            metered = online(servers, fake.url, 0)
            metered.rules.read(json.dumps({name: rule() for name in ("a", "b", "unknown")}).encode(), 0)
            await Metering(servers, lambda server: None, memory).round(session, Options(use_batch=use_batch))
            return memory, metered

    began = time.time()
    memory, server = run(scenario())
    newest = memory.newest(server.access.fingerprint, "a")
    assert newest is not None
    assert (newest.came_in, newest.went_out) == (12, 3)
    assert began <= newest.at <= time.time()
    assert memory.size == 1, "of a rule that stopped in between, or that is not there, nothing is known"
