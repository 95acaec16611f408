"""One spelling for every path, and no path that can be read in two ways."""

from __future__ import annotations

import pytest

from ekmanager.ekuiper.operations import find
from ekmanager.ekuiper.paths import PathRefused, normalise


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("", "/"),
        ("/", "/"),
        ("/rules/r1/status", "/rules/r1/status"),
        ("/%73top", "/stop"),
        ("/rules/a%20b", "/rules/a%20b"),
        ("/rules/a b", "/rules/a%20b"),
        ("/rules/%c3%a4", "/rules/%C3%A4"),
        ("/rules/ä", "/rules/%C3%A4"),
        ("/rules/a%3Fb%23", "/rules/a%3Fb%23"),
        ("/rules/a+b;c=1,d:e@f!g$h&i'j(k)*", "/rules/a+b;c=1,d:e@f!g$h&i'j(k)*"),
        ("/rules/a.b", "/rules/a.b"),
        ("/rules/...", "/rules/..."),
        ("/rules/", "/rules/"),
    ],
)
def test_a_path_has_one_spelling(raw: str, expected: str) -> None:
    assert normalise(raw) == expected
    assert normalise(expected) == expected


@pytest.mark.parametrize(
    "raw",
    [
        "/..",
        "/../stop",
        "/rules/../stop",
        "/rules/./x",
        "/rules/%2e%2e/stop",
        "/rules/.%2E/stop",
        "/rules/..;/stop",
        "/rules/..;x=1/stop",
        "/rules/%2e%2e%3b/stop",
        "/rules/a%2Fb",
        "/rules/a%2fb",
        "/rules/a%5Cb",
        "/rules/a\\b",
        "/rules/a%25b",
        "/rules/%252e%252e/stop",
        "//stop",
        "/rules//r1",
        "/rules//",
        "//",
        "/rules/%00",
        "/rules/a%0ab",
        "/rules/a\nb",
        "/rules/a%7fb",
        "/rules/%C2%85",
        "/rules/%",
        "/rules/%4",
        "/rules/%zz",
        "/rules/%ff",
        "/rules/\ud800",
        "/rules/a?b",
        "/rules/a#b",
        "rules",
        "http://elsewhere/rules",
    ],
)
def test_a_path_that_could_be_read_in_two_ways_is_refused(raw: str) -> None:
    with pytest.raises(PathRefused):
        normalise(raw)


def test_an_encoded_letter_does_not_hide_an_operation() -> None:
    found = find("GET", normalise("/%73%74%6f%70"))
    assert found is not None
    assert found.id == "server.stop_get"
