"""Every recorded exchange of two real servers, through the client: its path, its answer or its error."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from http.client import RemoteDisconnected
from urllib.parse import unquote

import pytest
import requests
import responses

from ekmanager.ekuiper.client import EKuiperClient
from ekmanager.ekuiper.errors import (
    EKuiperError,
    ImportIncomplete,
    NotAnEKuiper,
    NotFound,
    NotSupported,
    RefusedSQL,
    RequestRefused,
    Unauthorized,
    Unreachable,
)
from ekmanager.ekuiper.models import PlanNode, RuleStatus, State, Topology
from ekmanager.ekuiper.operations import Operation, PathRefused, find, normalise
from tests.ekuiper.driving import URL, drive
from tests.recordings import VERSIONS, Recording, recordings

CUT = "contains_s3cret"
"""Bodies that the recorder replaced by a remark."""


def operation_of(recording: Recording) -> tuple[Operation, tuple[str, ...]] | None:
    """The operation and its ids, or None where the request was for no operation."""
    if recording.channel not in (None, "rest"):
        return None
    try:
        path = normalise(recording.path)
    except PathRefused:
        return None
    operation = find(recording.method, path)
    if operation is None:
        return None
    parts = zip(operation.path.split("/"), path.split("/"), strict=True)
    ids = tuple(unquote(value) for template, value in parts if template.startswith("{"))
    return operation, ids


def replay(recording: Recording, operation: Operation, ids: tuple[str, ...]) -> object:
    with responses.RequestsMock() as server, EKuiperClient(URL, retries=0) as client:
        url = URL + operation.path_for(*ids)
        if recording.status is None:
            gone = requests.ConnectionError(RemoteDisconnected("closed"))
            server.add(operation.method, url, body=gone)
        else:
            server.add(operation.method, url, body=recording.body, status=recording.status)
        return drive(client, operation.id, ids)


@pytest.mark.parametrize("version", VERSIONS)
def test_every_recorded_success_is_read(version: str) -> None:
    read: Counter[str] = Counter()
    for recording in recordings(version):
        found = operation_of(recording)
        if found is None or recording.status is None or recording.status >= 300 or CUT in recording.text:
            continue
        try:
            replay(recording, *found)
        except EKuiperError as error:
            pytest.fail(f"{recording.id}: {error!r} for {recording.text[:200]!r}")
        read[found[0].id] += 1
    print(f"{version}: {read.total()} successes of {len(read)} operations replayed")
    assert read.total() > 500
    assert len(read) > 90


@pytest.mark.parametrize("version", VERSIONS)
def test_every_recorded_refusal_becomes_an_error_that_says_why(version: str) -> None:
    seen: Counter[str] = Counter()
    for recording in recordings(version):
        found = operation_of(recording)
        if found is None or (recording.status is not None and recording.status < 300):
            continue
        if found[0].id == "rules.validate" and recording.status == 422:
            continue
        with pytest.raises(EKuiperError) as caught:
            replay(recording, *found)
        error = caught.value
        seen[type(error).__name__] += 1
        assert type(error) is not EKuiperError, recording.id
        assert error.operation == found[0].id
        assert error.status == recording.status
        assert "ek.test:9081" in error.message
        assert '{"error"' not in error.message, recording.id
        assert not isinstance(error, NotAnEKuiper), recording.id
        if recording.status is None:
            assert isinstance(error, Unreachable)
            assert error.code == "closed"
        elif recording.status == 401:
            assert isinstance(error, Unauthorized)
        elif recording.text.startswith("404 page not found") or recording.status == 405:
            assert isinstance(error, NotSupported)
        elif '"error":1002' in recording.text:
            assert isinstance(error, NotFound)
    print(f"{version}: {seen.total()} refusals replayed: {dict(seen)}")
    assert seen.total() > 200
    assert {"RefusedSQL", "NotFound", "RequestRefused", "Unauthorized", "ImportIncomplete"} <= set(seen)


@pytest.mark.parametrize("version", VERSIONS)
def test_the_status_of_every_recorded_rule_is_known_and_all_its_metrics_are(version: str) -> None:
    count = 0
    for recording in recordings(version):
        found = operation_of(recording)
        if found is None or found[0].id not in {"rules.status", "rules.status_v2"} or recording.status != 200:
            continue
        status = replay(recording, *found)
        assert isinstance(status, RuleStatus)
        assert status.state is not State.UNKNOWN, recording.id
        assert status.other == {}, recording.id
        assert bool(status.operators) == ("_records_in_total" in recording.text)
        count += 1
    assert count > 80


@pytest.mark.parametrize("version", VERSIONS)
def test_every_recorded_topology_is_a_graph_that_reaches_all_its_nodes(version: str) -> None:
    count = branches = 0
    for recording, topology in answers(version, "rules.topology"):
        assert isinstance(topology, Topology)
        assert topology.sources, recording.id
        assert len(topology.nodes) == len(set(topology.nodes))
        reached: set[str] = set()
        waiting = list(topology.sources)
        while waiting:
            node = waiting.pop()
            if node not in reached:
                reached.add(node)
                waiting += topology.edges.get(node, ())
        assert reached == set(topology.nodes), recording.id
        ends = [node for node in topology.nodes if not topology.edges.get(node)]
        assert ends
        assert all(node.startswith("sink_") for node in ends), recording.id
        branches += any(len(following) > 1 for following in topology.edges.values())
        count += 1
    assert count > 5
    assert branches > 0


@pytest.mark.parametrize("version", VERSIONS)
def test_every_recorded_plan_is_a_tree_that_begins_at_sources(version: str) -> None:
    count = joins = 0
    for recording, plan in answers(version, "rules.explain"):
        assert isinstance(plan, PlanNode), recording.id
        nodes, waiting = [], [plan]
        while waiting:
            node = waiting.pop()
            nodes.append(node)
            waiting += node.children
        lines = sum(line.strip().startswith("{") for line in recording.text.splitlines())
        assert len(nodes) == lines, recording.id
        assert len({node.id for node in nodes}) == len(nodes), recording.id
        assert all(node.type.endswith("Plan") for node in nodes), recording.id
        # A lookup table has no node below the join: it is asked, it does not send
        leaves = {node.type for node in nodes if not node.children}
        assert leaves == {"DataSourcePlan"}, recording.id
        joins += any(len(node.children) > 1 for node in nodes)
        count += 1
    assert count > 5
    assert joins > 0


def answers(version: str, operation: str) -> Iterator[tuple[Recording, object]]:
    """What the client makes of every recorded success of an operation."""
    for recording in recordings(version):
        found = operation_of(recording)
        if found is not None and found[0].id == operation and recording.status == 200:
            yield recording, replay(recording, *found)


def by_id(version: str, name: str) -> Recording:
    return next(recording for recording in recordings(version) if recording.id == name)


@pytest.mark.parametrize(
    ("version", "name", "kind"),
    [
        ("2.4.0", "rules.delete.notfound", NotFound),
        ("2.4.0", "connections.get.notfound", NotFound),
        ("1.14.7", "udf.get.notfound", NotFound),
        ("2.4.0", "async.task.notfound", NotFound),
        ("2.4.0", "uploads.delete.notfound", NotFound),
        ("2.4.0", "schemas.upload.not_multipart", RequestRefused),
        ("1.14.7", "ruletest.create.bad_sql", RefusedSQL),
    ],
)
def test_a_refusal_is_told_by_its_words_where_the_code_is_general(
    version: str, name: str, kind: type[EKuiperError]
) -> None:
    recording = by_id(version, name)
    found = operation_of(recording)
    assert found is not None
    with pytest.raises(kind) as caught:
        replay(recording, *found)
    assert type(caught.value) is kind


def test_an_import_that_fails_in_part_names_the_parts() -> None:
    for recording in recordings("2.4.0"):
        found = operation_of(recording)
        if found is None or found[0].id != "data.import" or "imprule4" not in recording.text:
            continue
        with pytest.raises(ImportIncomplete) as caught:
            replay(recording, *found)
        assert set(caught.value.problems) == {"streams", "rules"}
        assert "imprule4" in caught.value.message
        break
    else:
        pytest.fail("there is no such recording")
