"""One question to a server, from a page that is about one of its objects."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Final, TypeVar, cast

import streamlit as st

from ekmanager.connections.book import Entry
from ekmanager.connections.errors import ConnectionsError
from ekmanager.ekuiper.client import EKuiperClient
from ekmanager.ekuiper.errors import EKuiperError
from ekmanager.ui.context import PageContext
from ekmanager.ui.text import sentence

T = TypeVar("T")

FRESH: Final = 15.0
"""Seconds for which an answer is shown again."""
REFUSED: Final = 3.0
"""Seconds for which a refusal is: long enough for the runs that one act of a person makes."""
_ANSWERS: Final = "answers"


def ask(context: PageContext, entry: Entry, question: Callable[[EKuiperClient], T]) -> T | str:
    """What the server answers; a sentence (Markdown) when it does not."""
    try:
        with context.services.client(entry.connection) as client:
            return question(client)
    except (EKuiperError, ConnectionsError) as error:
        return sentence(error)


def ask_once(
    context: PageContext, entry: Entry, kind: str, about: str, question: Callable[[EKuiperClient], T]
) -> T | str:
    """`ask`, or what was answered a moment ago: a run of the page asks for nothing that it has.

    One answer of a `kind` is kept in the session, with the object that it is `about`.
    """
    kept: dict[str, tuple[tuple[str, str], float, object]] = st.session_state.setdefault(_ANSWERS, {})
    subject, now = (entry.key, about), time.time()
    if kind in kept:
        known, at, answer = kept[kind]
        if known == subject and now - at < (REFUSED if isinstance(answer, str) else FRESH):
            return cast("T | str", answer)
    found = ask(context, entry, question)
    kept[kind] = (subject, time.time(), found)
    return found


def ask_again(*kinds: str) -> None:
    """Forgets what was answered, of these kinds or of all: something was changed, or a person wants to know."""
    kept = st.session_state.get(_ANSWERS, {})
    for kind in kinds or tuple(kept):
        kept.pop(kind, None)
