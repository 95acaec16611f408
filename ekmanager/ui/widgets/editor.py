"""The editor for SQL and JSON: what is typed is reported, and never overwritten by a run of the page."""

from __future__ import annotations

import json
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal, NamedTuple

import streamlit as st

from ekmanager.ui.widgets.mount import catch, caught, renderer


class FunctionHint(NamedTuple):
    """A function that can be completed."""

    name: str
    signature: str = ""
    """Its parameters, as `(a, b)` or `name(a, b)`."""
    doc: str = ""
    """What it does, in a sentence or two; plain text."""


@dataclass(frozen=True, slots=True)
class Completions:
    """The names that can be completed in SQL."""

    streams: Mapping[str, Sequence[str]] = field(default_factory=dict)
    """Streams and tables by name, each with the names of its fields."""
    functions: Sequence[FunctionHint] = ()


class Mark(NamedTuple):
    """Something to point at in the text."""

    line: int
    """From 1."""
    column: int
    """From 1, in characters; 0 marks the whole line."""
    message: str
    """Plain text."""
    level: Literal["error", "warning", "info"] = "error"


@dataclass(frozen=True, slots=True)
class EditorResult:
    """What stands in the editor."""

    text: str
    """As it was last reported: at most 400 ms after typing rested, at once when the editor was left or submitted."""
    submitted: bool
    """Ctrl+Enter or Cmd+Enter was pressed; true in one run only."""


@dataclass(slots=True)
class _Memory:
    """What a session knows of one editor."""

    base: str
    """The text that was set last, which the browser is given."""
    given: tuple[str, object]
    """Text and revision that the page handed over last."""
    text: str
    """What stands in the browser, as far as reported."""
    returned: str
    """What the page was told last."""
    epoch: str = field(default_factory=lambda: secrets.token_hex(8))
    revision: int = 0
    """Grows when a text is set: reports about an older one are no longer of interest."""

    def replace(self, text: str) -> None:
        self.base = self.text = text
        self.revision += 1


def editor(
    text: str,
    *,
    key: str,
    language: Literal["sql", "json"],
    completions: Completions | None = None,
    marks: Sequence[Mark] = (),
    height: int = 260,
    read_only: bool = False,
    label: str,
    show_label: bool = False,
    revision: object = None,
) -> EditorResult:
    """Draw the editor; gives what stands in it.

    `text` is what stands there at first. Handing over the same text again, or one that the editor itself gave, leaves
    alone what has been typed since; another text replaces it. To set a text that was handed over before (a template
    chosen once more, changes thrown away), change `revision` as well: whenever that differs from the last run's, the
    text is set. What is typed belongs to `key` for as long as the session lives, also while the editor is not on the
    page: give every object that is edited a key of its own, or `forget` it.

    Call it in a fragment where a dialog may be open. `height` is in pixels; who edits may make it taller. `label` names
    the editor for screen readers, and is shown above it when `show_label`. Messages and names are shown as plain text.
    """
    memory = _remembered(key, text, revision)
    submitted = False
    for event in ("lost", "typed", "submit"):
        report = caught(key, event)
        if not isinstance(report, Mapping):
            continue
        if (report.get("epoch"), report.get("revision")) != (memory.epoch, memory.revision):
            continue
        if event == "lost":
            memory.replace(memory.text)
        elif isinstance(report.get("text"), str):
            memory.text = report["text"]
            submitted = event == "submit"
    if memory.given != (text, revision):
        known = {memory.given[0], memory.text, memory.returned}
        if revision != memory.given[1] or text not in known:
            submitted = False
            memory.replace(text)
        memory.given = (text, revision)
    memory.returned = memory.text
    # Lists and tuples travel as JSON in a string: Streamlit would look into lists for data frames.
    renderer("editor")(
        key=key,
        data={
            "epoch": memory.epoch,
            "revision": memory.revision,
            "text": memory.base,
            "edited": memory.text != memory.base,
            "language": language,
            "names": _names(completions or Completions()),
            "marks": json.dumps([tuple(mark) for mark in marks]),
            "height": height,
            "readOnly": read_only,
            "label": label,
            "showLabel": show_label,
        },
        on_typed_change=catch(key, "typed"),
        on_submit_change=catch(key, "submit"),
        on_lost_change=catch(key, "lost"),
    )
    return EditorResult(memory.text, submitted)


def forget(key: str) -> None:
    """Drop what was typed in the editor of this key, so that it begins with the text that it is handed next."""
    st.session_state.pop(_kept(key), None)


def _remembered(key: str, text: str, revision: object) -> _Memory:
    memory: _Memory = st.session_state.setdefault(
        _kept(key), _Memory(base=text, given=(text, revision), text=text, returned=text)
    )
    return memory


def _kept(key: str) -> str:
    return f"_{key}:memory"


def _names(completions: Completions) -> str:
    streams = {name: tuple(fields) for name, fields in completions.streams.items()}
    return json.dumps({"streams": streams, "functions": [tuple(hint) for hint in completions.functions]})
