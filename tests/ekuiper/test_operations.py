"""The table of operations against the routes of real servers, and the look-up in it."""

from __future__ import annotations

from collections import Counter

import pytest

from ekmanager.ekuiper.operations import BY_ID, OPERATIONS, Effect, effect_of, find
from ekmanager.ekuiper.paths import PathRefused
from tests.recordings import routes


def test_the_table_has_148_operations_each_once() -> None:
    assert len(OPERATIONS) == 148
    assert len({(one.method, one.path) for one in OPERATIONS}) == 148
    assert len(BY_ID) == 148


def test_the_table_is_what_real_servers_register() -> None:
    assert {(one.method, one.path) for one in OPERATIONS} == {(method, path) for method, path, _ in routes()}


def test_the_versions_of_every_operation_are_those_of_real_servers() -> None:
    ours = {(one.method, one.path): one.versions for one in OPERATIONS}
    theirs = {(method, path): versions for method, path, versions in routes()}
    different = {key for key, versions in theirs.items() if ours[key] != versions}
    # 2.4 names this path in a comment only, and a running 2.4.0 answers 404
    assert different == {(method, "/connection/websocket") for method in ("GET", "POST", "DELETE")}


@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda one: one.id)
def test_every_operation_is_found_by_its_own_path(operation: object) -> None:
    one = next(found for found in OPERATIONS if found is operation)
    path = one.path_for(*(f"some-{name}" for name in one.parameters))
    assert find(one.method, path) is one


def test_every_operation_says_in_a_line_what_it_does() -> None:
    for one in OPERATIONS:
        assert 10 < len(one.summary) < 80
        assert one.summary[0].isupper()
        assert not one.summary.endswith(".")


@pytest.mark.parametrize(
    ("method", "path", "expected"),
    [
        ("GET", "/", "server.info"),
        ("GET", "/rules/status/all", "rules.status_all"),
        ("GET", "/rules/status/status", "rules.status"),
        ("GET", "/rules/tags/match", "rules.match_tags"),
        ("GET", "/rules/tags/topo", "rules.topology"),
        ("GET", "/rules/usage/cpu", "rules.cpu_usage"),
        ("POST", "/rules/validate", "rules.validate"),
        ("GET", "/rules/validate", "rules.get"),
        ("DELETE", "/rules/bulkstart", "rules.delete"),
        ("PUT", "/rules/r1/tags", "rules.set_tags"),
        ("GET", "/services/functions", "services.functions"),
        ("DELETE", "/services/functions", "services.delete"),
        ("GET", "/plugins/functions/prebuild", "plugins.functions.prebuilt"),
        ("GET", "/metadata/sources/yaml/mqtt", "metadata.sources.configs"),
        ("GET", "/trace/rule/r1", "traces.of_rule"),
        ("GET", "/trace/rule", "traces.get"),
        ("GET", "/data/import/status", "data.import_status"),
    ],
)
def test_a_literal_path_wins_over_an_id_of_the_same_method(method: str, path: str, expected: str) -> None:
    found = find(method, path)
    assert found is not None
    assert found.id == expected


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", ""),
        ("GET", "rules"),
        ("GET", "/rules/"),
        ("GET", "/rules//status"),
        ("GET", "/rules/r1/status/x"),
        ("GET", "/nosuch"),
        ("HEAD", "/rules"),
        ("get", "/rules"),
        ("PATCH", "/rules"),
        ("GET", "/Rules"),
        ("GET", "/metrics"),
    ],
)
def test_what_no_server_registers_is_not_found(method: str, path: str) -> None:
    assert find(method, path) is None


def test_a_method_is_not_an_effect() -> None:
    assert BY_ID["server.stop_get"].effect is Effect.SHUTDOWN
    assert BY_ID["server.stop"].effect is Effect.SHUTDOWN
    assert BY_ID["server.info_post"].effect is Effect.READ
    assert BY_ID["server.batch"].effect is Effect.TUNNEL
    assert BY_ID["rules.validate"].effect is Effect.READ
    assert BY_ID["data.export_rules"].effect is Effect.READ
    assert BY_ID["streams.create"].effect is Effect.WRITE


def test_no_get_but_stop_changes_anything() -> None:
    gets = {one.id for one in OPERATIONS if one.method == "GET" and one.effect is not Effect.READ}
    assert gets == {"server.stop_get"}


def test_what_reads_by_another_method_than_get_is_a_short_list() -> None:
    others = {one.id for one in OPERATIONS if one.method != "GET" and one.effect is Effect.READ}
    assert others == {"server.info_post", "rules.validate", "ruleset.export", "data.export_rules"}


def test_what_runs_or_looks_deeper_is_neither_read_nor_write() -> None:
    effects = Counter(one.effect for one in OPERATIONS)
    assert {one.id for one in OPERATIONS if one.effect is Effect.RUN} == {
        "rules.start",
        "rules.stop",
        "rules.restart",
        "rules.reset_state",
        "rules.bulk_start",
        "rules.bulk_stop",
        "tasks.cancel",
    }
    assert {one.id for one in OPERATIONS if one.effect is Effect.DEBUG} == {
        "rules.start_trace",
        "rules.stop_trace",
        "traces.configure",
        "ruletest.create",
        "ruletest.start",
        "ruletest.delete",
        "metadata.sources.check",
        "metadata.sinks.check",
        "metadata.lookups.check",
    }
    assert effects[Effect.TUNNEL] == 1
    assert effects[Effect.SHUTDOWN] == 2


@pytest.mark.parametrize(
    "operation",
    ["data.import", "data.import_async", "plugins.sources.delete", "plugins.sinks.delete", "plugins.functions.delete"],
)
@pytest.mark.parametrize("query", ["stop=1", "partial=1&stop=1", "st%6Fp=1", "stop=0&stop=1", "stop=true", "stop=+1"])
def test_stop_in_the_query_ends_the_process(operation: str, query: str) -> None:
    assert effect_of(BY_ID[operation], query) is Effect.SHUTDOWN


@pytest.mark.parametrize("query", ["", "stop=0", "stop=", "partial=1", "stopp=1"])
def test_without_stop_an_import_writes(query: str) -> None:
    assert effect_of(BY_ID["data.import"], query) is Effect.WRITE


def test_stop_means_nothing_where_no_server_looks_at_it() -> None:
    assert effect_of(BY_ID["rules.list"], "stop=1") is Effect.READ


def test_decoded_pairs_of_a_query_are_taken_too() -> None:
    assert effect_of(BY_ID["data.import"], [("stop", "1")]) is Effect.SHUTDOWN


def test_ids_are_encoded_where_the_path_is_made() -> None:
    assert BY_ID["rules.get"].path_for("a b") == "/rules/a%20b"
    assert BY_ID["rules.get"].path_for("a?b#c") == "/rules/a%3Fb%23c"
    assert BY_ID["rules.get"].path_for("größe") == "/rules/gr%C3%B6%C3%9Fe"
    assert BY_ID["rules.get"].path_for("{name}") == "/rules/%7Bname%7D"
    assert BY_ID["metadata.sources.set_config"].path_for("mqtt", "{name}") == (
        "/metadata/sources/mqtt/confKeys/%7Bname%7D"
    )


def test_an_id_cannot_lead_to_another_path() -> None:
    for value in ("", ".", "..", "../stop", "a/b", "a\\b", "a%2fb", "a\nb", "..;"):
        with pytest.raises(PathRefused):
            BY_ID["rules.get"].path_for(value)


def test_the_number_of_ids_must_fit() -> None:
    with pytest.raises(TypeError, match=r"rules\.get takes 1"):
        BY_ID["rules.get"].path_for()
