from __future__ import annotations

from collections.abc import Iterator

import pytest

from ekmanager.ekuiper.client import EKuiperClient
from ekmanager.rules.dependants import dependants
from tests.simulator.running import simulated


@pytest.fixture
def client() -> Iterator[EKuiperClient]:
    with simulated() as server, EKuiperClient(server.url) as it:
        it.streams.create('CREATE STREAM raw () WITH (TYPE="memory", DATASOURCE="raw/x", FORMAT="json")')
        it.streams.create('CREATE STREAM hot () WITH (TYPE="memory", DATASOURCE="plant/hot", FORMAT="json")')
        sinks: list[dict[str, object]] = [{"memory": {"topic": "plant/hot"}}]
        it.rules.create({"id": "makes_hot", "sql": "SELECT * FROM raw", "actions": sinks, "triggered": False})
        log: list[dict[str, object]] = [{"log": {}}]
        it.rules.create({"id": "reads_hot", "sql": "SELECT * FROM hot", "actions": log, "triggered": False})
        yield it


def test_the_streams_that_a_rule_feeds_and_their_readers_are_named(client: EKuiperClient) -> None:
    (line,) = dependants(client, ["makes_hot"])
    assert "`hot`" in line
    assert "`makes_hot`" in line
    assert "`reads_hot`" in line


def test_a_reader_that_goes_too_is_not_named(client: EKuiperClient) -> None:
    (line,) = dependants(client, ["makes_hot", "reads_hot"])
    assert "`reads_hot`" not in line


def test_nothing_depends_on_a_rule_that_only_logs(client: EKuiperClient) -> None:
    assert dependants(client, ["reads_hot"]) == []
