"""A text of JSON to edit: what was typed stays, also while it is not JSON, and a sentence says what is wrong where."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field

import streamlit as st

from ekmanager.ekuiper.models import JSON
from ekmanager.ui.properties import MISSING, Stored, as_text, parsed
from ekmanager.ui.text import prose
from ekmanager.ui.widgets.editor import editor

_LINE = 21
"""Pixels."""


@dataclass
class JsonDraft:
    """A text that is being edited, kept by the caller; a new one begins with the value again."""

    token: str = field(default_factory=lambda: secrets.token_hex(3))
    original: str | None = None
    problem: str = ""


def json_area(label: str, value: JSON, *, key: str, draft: JsonDraft) -> Stored:
    """Draws `value` as JSON for editing; returns what was typed, MISSING while it is not an object or untouched."""
    if draft.original is None:
        draft.original = as_text(value)
    height = min(max(draft.original.count("\n") + 3, 6), 22) * _LINE
    typed = editor(draft.original, key=f"{key}-{draft.token}", language="json", height=height, label=label).text
    draft.problem = ""
    if typed == draft.original:
        return MISSING
    found = parsed(typed)
    draft.problem = found.problem
    if not draft.problem and (not isinstance(found.value, dict) or not found.value):
        draft.problem = 'An object with the type of the sink is expected: {"log": {}}.'
    if draft.problem:
        st.error(prose(draft.problem), icon=":material/error:")
        return MISSING
    return found.value
