"""Every operation has its handler, and routes are those of the version."""

from __future__ import annotations

import pytest

from ekmanager.ekuiper.operations import BY_ID, OPERATIONS
from ekmanager.simulator.handlers.table import HANDLERS
from ekmanager.simulator.router import Match, Unmatched, redirect_of, router
from tests.recordings import VERSIONS


def test_every_operation_has_a_handler_and_every_handler_an_operation() -> None:
    assert set(HANDLERS) == set(BY_ID)


@pytest.mark.parametrize("version", VERSIONS)
def test_every_operation_of_a_version_is_found_by_its_router(version: str) -> None:
    for operation in OPERATIONS:
        if version in operation.versions:
            path = operation.path.replace("{", "").replace("}", "")
            found = router(version).find(operation.method, path)
            assert isinstance(found, Match)
            assert found.operation.method == operation.method


@pytest.mark.parametrize(
    ("version", "method", "path", "expected"),
    [
        ("2.4.0", "DELETE", "/streams", Unmatched.METHOD),
        ("2.4.0", "GET", "/streams/", Unmatched.PATH),
        ("1.14.7", "GET", "/connections", Unmatched.PATH),
        ("1.14.7", "POST", "/rules/bulkstop", Unmatched.METHOD),
        ("2.4.0", "GET", "/ruletest", Unmatched.METHOD),
    ],
)
def test_unknown_paths_and_wrong_methods_are_told_apart(
    version: str, method: str, path: str, expected: Unmatched
) -> None:
    assert router(version).find(method, path) is expected


def test_a_literal_path_wins_over_braces_of_the_same_method() -> None:
    found = router("2.4.0").find("GET", "/rules/tags/match")
    assert isinstance(found, Match)
    assert found.operation.id == "rules.match_tags"


@pytest.mark.parametrize(
    ("path", "target"), [("//streams", "/streams"), ("/a/../streams", "/streams"), ("/streams", None), ("/", None)]
)
def test_paths_that_are_not_clean_are_redirected(path: str, target: str | None) -> None:
    assert redirect_of(path) == target
