from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
import streamlit as st

from ekmanager.ui.widgets import mount
from ekmanager.ui.widgets.editor import Completions, EditorResult, FunctionHint, Mark, editor, forget

SQL = "SELECT * FROM demo"


class Browser:
    """A browser with one editor: what it was given, and what it may report."""

    def __init__(self) -> None:
        self.calls: list[dict[str, Any]] = []

    def renderer(self, name: str) -> Callable[..., dict[str, object]]:
        def draw(**arguments: Any) -> dict[str, object]:
            self.calls.append({"name": name, **arguments})
            return {}

        return draw

    @property
    def data(self) -> dict[str, Any]:
        given: dict[str, Any] = self.calls[-1]["data"]
        return given

    def report(self, event: str, text: str | None, **changed: object) -> None:
        value = {"epoch": self.data["epoch"], "revision": self.data["revision"], "text": text, **changed}
        key = self.calls[-1]["key"]
        st.session_state[key] = {event: value}
        self.calls[-1][f"on_{event}_change"]()
        del st.session_state[key]


@pytest.fixture
def browser(monkeypatch: pytest.MonkeyPatch) -> Browser:
    shown = Browser()
    monkeypatch.setattr(st, "session_state", {})
    monkeypatch.setattr("ekmanager.ui.widgets.editor.renderer", shown.renderer)
    return shown


def draw(text: str = SQL, **arguments: Any) -> EditorResult:
    return editor(text, **{"key": "e", "language": "sql", "label": "SQL", **arguments})


def test_an_editor_begins_with_the_text_that_it_is_given(browser: Browser) -> None:
    assert draw() == EditorResult(SQL, submitted=False)
    assert (browser.data["text"], browser.data["revision"], browser.data["edited"]) == (SQL, 0, False)


def test_what_is_typed_is_given_back_and_not_sent_again(browser: Browser) -> None:
    draw()
    before = browser.data
    browser.report("typed", "SELECT 1")
    assert draw() == EditorResult("SELECT 1", submitted=False)
    assert draw() == EditorResult("SELECT 1", submitted=False)
    assert browser.data == {**before, "edited": True}


def test_handing_back_what_the_editor_gave_changes_nothing(browser: Browser) -> None:
    text = draw().text
    for typed in ("SELECT 1", "SELECT 12", "SELECT 123"):
        browser.report("typed", typed)
        text = draw(text).text
        assert text == typed
    assert (browser.data["text"], browser.data["revision"]) == (SQL, 0)


def test_a_page_that_lags_behind_the_typing_overwrites_nothing(browser: Browser) -> None:
    draw()
    browser.report("typed", "SELECT 1")
    stored = draw().text
    browser.report("typed", "SELECT 12")
    assert draw(stored).text == "SELECT 12"
    assert browser.data["revision"] == 0


def test_a_submit_is_told_once_with_its_text(browser: Browser) -> None:
    draw()
    browser.report("submit", "SELECT 2")
    assert draw() == EditorResult("SELECT 2", submitted=True)
    assert draw() == EditorResult("SELECT 2", submitted=False)


def test_another_text_replaces_what_was_typed(browser: Browser) -> None:
    draw()
    browser.report("typed", "SELECT 1")
    draw()
    assert draw("SELECT * FROM template").text == "SELECT * FROM template"
    assert (browser.data["text"], browser.data["revision"]) == ("SELECT * FROM template", 1)
    assert not browser.data["edited"]


def test_the_same_text_is_set_again_with_another_revision(browser: Browser) -> None:
    draw(revision=0)
    browser.report("typed", "SELECT 1")
    draw(revision=0)
    assert draw(revision=1).text == SQL
    assert (browser.data["text"], browser.data["revision"]) == (SQL, 1)


def test_what_was_typed_into_a_text_that_was_replaced_is_not_taken_for_the_new_one(browser: Browser) -> None:
    draw()
    draw("SELECT * FROM template")
    browser.report("typed", "SELECT 1", revision=0)
    browser.report("submit", "SELECT 1", revision=0)
    assert draw("SELECT * FROM template") == EditorResult("SELECT * FROM template", submitted=False)


def test_a_replaced_text_is_not_submitted(browser: Browser) -> None:
    draw()
    browser.report("submit", "SELECT 1")
    assert draw("SELECT * FROM template") == EditorResult("SELECT * FROM template", submitted=False)


def test_an_editor_that_lost_what_was_typed_gets_it_back(browser: Browser) -> None:
    draw()
    browser.report("typed", "SELECT 1")
    draw()
    browser.report("lost", None)
    assert draw().text == "SELECT 1"
    assert (browser.data["text"], browser.data["revision"]) == ("SELECT 1", 1)


def test_a_forgotten_editor_begins_anew(browser: Browser) -> None:
    draw()
    browser.report("typed", "SELECT 1")
    draw()
    old = browser.data["epoch"]
    forget("e")
    assert draw().text == SQL
    assert browser.data["epoch"] != old


@pytest.mark.parametrize("value", [None, 7, "x", [], {}, {"text": "x"}, {"epoch": "y", "revision": 0, "text": "x"}])
def test_a_report_that_makes_no_sense_is_ignored(browser: Browser, value: object) -> None:
    draw()
    st.session_state["e"] = {"typed": value, "submit": value}
    browser.calls[-1]["on_typed_change"]()
    browser.calls[-1]["on_submit_change"]()
    assert draw() == EditorResult(SQL, submitted=False)


def test_a_report_without_a_text_is_ignored(browser: Browser) -> None:
    draw()
    browser.report("submit", None)
    assert draw() == EditorResult(SQL, submitted=False)


def test_two_editors_are_apart(browser: Browser) -> None:
    draw(key="a")
    browser.report("typed", "SELECT 1")
    assert draw(key="b").text == SQL
    assert draw(key="a").text == "SELECT 1"


def test_names_and_marks_travel_as_text(browser: Browser) -> None:
    hints = [FunctionHint("avg", "(column)", "The mean.")]
    draw(
        completions=Completions({"demo": ["a", "b"]}, hints),
        marks=[Mark(2, 5, "unknown stream"), Mark(1, 0, "old", "info")],
    )
    assert json.loads(browser.data["names"]) == {
        "streams": {"demo": ["a", "b"]},
        "functions": [["avg", "(column)", "The mean."]],
    }
    assert json.loads(browser.data["marks"]) == [[2, 5, "unknown stream", "error"], [1, 0, "old", "info"]]
    assert not [value for value in browser.data.values() if isinstance(value, list | dict)]


def test_a_run_with_nothing_new_sends_the_same_again(browser: Browser) -> None:
    draw(completions=Completions({"demo": ["a"]}), marks=[Mark(1, 1, "m")])
    draw(completions=Completions({"demo": ["a"]}), marks=[Mark(1, 1, "m")])
    assert browser.calls[0]["data"] == browser.calls[1]["data"]


def test_the_bundle_and_the_notices_of_its_libraries_are_there() -> None:
    assert "export{" in (mount.DIST / "editor.js").read_text("utf-8")
    notices = (mount.DIST / "LICENSES.txt").read_text("utf-8")
    for library in ("codemirror", "@codemirror/lang-sql", "@lezer/lr", "cytoscape", "@dagrejs/dagre"):
        assert f"\n{library} " in f"\n{notices}"
