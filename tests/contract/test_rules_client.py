"""Rules through the client, all that it makes of several calls: the simulator of both versions, and EKUIPER_URL."""

from __future__ import annotations

import json
import os
import secrets
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress

import pytest

from ekmanager.ekuiper.client import EKuiperClient
from ekmanager.ekuiper.errors import EKuiperError, NotFound, NotSupported, RefusedSQL
from ekmanager.ekuiper.models import State
from tests.contract.sequences import NEW, OLD
from tests.simulator.running import simulated

REAL = os.environ.get("EKUIPER_URL", "").rstrip("/")
PATIENCE = 20.0
"""Seconds that something may take to come to be."""


class World:
    """A client of a server, a stream on it, and whether the server is of the newer generation."""

    def __init__(self, client: EKuiperClient) -> None:
        self.client = client
        self.prefix = f"ct{secrets.token_hex(4)}"
        self.stream = f"{self.prefix}s"
        self.newer = not client.get_info().version.startswith("1.")

    def rule(self, name: str = "r", sql: str = "", **more: object) -> dict[str, object]:
        sql = sql or f"SELECT a, a * 2 AS b FROM {self.stream} WHERE a > 0"
        return {"id": self.prefix + name, "sql": sql, "actions": [{"nop": {}}], **more}

    def state(self, rule: str) -> State:
        return self.client.rules.status_all()[rule].state

    def mock(self, *values: object, loop: bool = False) -> dict[str, object]:
        return {self.stream: {"data": [{"a": value} for value in values], "interval": 20, "loop": loop}}


@contextmanager
def world_on(url: str) -> Iterator[World]:
    with EKuiperClient(url) as client:
        world = World(client)
        options = 'TYPE="simulator", DATASOURCE="x", FORMAT="json"'
        client.streams.create(f"CREATE STREAM {world.stream} (a BIGINT) WITH ({options})")
        try:
            yield world
        finally:
            for rule in client.rules.list():
                if rule.id.startswith(world.prefix):
                    with suppress(EKuiperError):
                        client.rules.delete(rule.id)
            client.streams.delete(world.stream)


@pytest.fixture(params=[NEW, OLD, *(["real"] if REAL else [])])
def world(request: pytest.FixtureRequest) -> Iterator[World]:
    if request.param == "real":
        with world_on(REAL) as made:
            yield made
        return
    with simulated(request.param) as server, world_on(server.url) as made:
        yield made


def test_upsert_creates_and_then_replaces(world: World) -> None:
    rules, first = world.client.rules, world.rule()
    name = str(first["id"])
    assert rules.upsert(first) == "created"
    assert world.state(name) is State.RUNNING
    assert rules.upsert({**first, "sql": f"SELECT a FROM {world.stream}"}) == "updated"
    assert rules.get(name).sql == f"SELECT a FROM {world.stream}"
    assert rules.upsert(rules.get(name)) == "updated"


def test_a_rule_lives_from_its_creation_to_its_end(world: World) -> None:
    rules, definition = world.client.rules, world.rule(triggered=False)
    name = str(definition["id"])
    assert rules.validate(definition).sources == (world.stream,)
    assert not rules.validate({**definition, "sql": "SELEC"}).valid
    rules.create(definition)
    assert world.state(name) is State.STOPPED
    rules.start(name)
    assert world.state(name) is State.RUNNING
    status = rules.status(name)
    assert [operator.name for operator in status.sources] == [world.stream]
    assert [operator.name for operator in status.sinks] == ["nop_0"]
    topology = rules.topology(name)
    assert topology.sources == (f"source_{world.stream}",)
    assert {operator.node for operator in status.operators} <= set(topology.nodes)
    plan = rules.explain(name)
    assert plan is not None
    kinds = []
    waiting = [plan]
    while waiting:
        node = waiting.pop(0)
        kinds.append(node.type)
        waiting += node.children
    assert kinds == ["ProjectPlan", "FilterPlan", "DataSourcePlan"]
    rules.restart(name)
    assert name in {rule.id for rule in rules.list() if rule.state is State.RUNNING}
    rules.stop(name)
    assert world.state(name) is State.STOPPED
    rules.delete(name)
    with pytest.raises(NotFound):
        rules.get(name)
    with pytest.raises(NotFound):
        rules.delete(name)


def test_tags_schema_and_bulk_calls_are_those_of_2_4(world: World) -> None:
    rules, definition = world.client.rules, world.rule()
    name, tag = str(definition["id"]), f"{world.prefix}t"
    rules.create(definition)
    if not world.newer:
        for call in (rules.set_tags, rules.add_tags, rules.remove_tags):
            with pytest.raises(NotSupported):
                call(name, [tag])
        for lacking in (rules.schema, rules.scan_tables, rules.start_trace, rules.list_traces):
            with pytest.raises(NotSupported):
                lacking(name)
        return
    rules.set_tags(name, [tag, "x"])
    rules.add_tags(name, ["y"])
    rules.remove_tags(name, ["x"])
    assert rules.match_tags([tag, "y"]) == (name,)
    assert rules.match_tags([tag, "x"]) == ()
    assert list(rules.schema(name)) == ["a", "b"]
    assert [(one.rule_id, one.success) for one in rules.bulk_stop([tag])] == [(name, True)]
    assert world.state(name) is State.STOPPED
    assert [(one.rule_id, one.success) for one in rules.bulk_start([tag])] == [(name, True)]
    assert world.state(name) is State.RUNNING
    usage = rules.cpu_usage()
    assert usage is None or isinstance(usage, dict)


def test_a_trace_is_a_tree_of_spans(world: World) -> None:
    if not world.newer:
        pytest.skip("1.14 has no traces")
    rules, definition = world.client.rules, world.rule(sql=f"SELECT * FROM {world.stream}")
    name = str(definition["id"])
    rules.create(definition)
    rules.start_trace(name, strategy="always")
    assert next(rule.trace for rule in rules.list() if rule.id == name)
    tick = threading.Event()
    for _ in range(int(PATIENCE / 0.2)):
        if rules.list_traces(name, limit=5):
            break
        tick.wait(0.2)
    rules.stop_trace(name)
    span = rules.get_trace(rules.list_traces(name, limit=1)[0])
    assert span.name == world.stream
    assert span.children
    assert span.start <= span.end


def test_a_trial_run_gives_its_results_and_is_gone_afterwards(world: World) -> None:
    sql = f"SELECT a, a * 2 AS b FROM {world.stream} WHERE a > 0"
    with world.client.rules.test(sql, mock_source=world.mock(1, -1, 2), timeout=PATIENCE) as run:
        assert [next(run).value, next(run).value] == [[{"a": 1, "b": 2}], [{"a": 2, "b": 4}]]
    with pytest.raises(EKuiperError):
        world.client.ruletest.start(run.id)


def test_a_trial_run_reads_the_real_source_without_mock_data(world: World) -> None:
    sql = f"SELECT * FROM {world.stream}"
    with world.client.rules.test(sql, sink_properties={"sendSingle": True}, timeout=PATIENCE) as run:
        assert isinstance(next(run).value, dict)


def test_errors_of_a_trial_run_are_told_apart_from_its_results(world: World) -> None:
    sql = f"SELECT a + 1 AS b FROM {world.stream}"
    with world.client.rules.test(sql, mock_source=world.mock("x", loop=True), timeout=PATIENCE) as run:
        result = next(run)
    assert (result.value, "run Select error" in result.error) == (None, True)
    with pytest.raises(RefusedSQL):
        world.client.rules.test("SELEC")


def test_a_ruleset_goes_out_and_comes_back(world: World) -> None:
    rules, definition = world.client.rules, world.rule()
    name = str(definition["id"])
    rules.create(definition)
    export = rules.export_ruleset()
    assert json.loads(export.sections["rules"][name])["sql"] == definition["sql"]
    rules.delete(name)
    parts = {"streams": {}, "tables": {}, "rules": {name: export.sections["rules"][name]}}
    assert "1 rules" in rules.import_ruleset(json.dumps(parts))
    assert rules.get(name).sql == definition["sql"]


def test_a_source_that_cannot_rewind_says_so(world: World) -> None:
    definition = world.rule()
    world.client.rules.create(definition)
    with pytest.raises(EKuiperError):
        world.client.rules.reset_state(str(definition["id"]), world.stream, {"ts": 1})
