"""A view that both the page's URL and a person at a component may change: which of them counts."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Generic, TypeVar, cast

import streamlit as st

View = TypeVar("View")

_LATE: Final = 2.0
"""Seconds in which a refresh may still arrive with the query parameters from before a choice."""


@dataclass
class _Choice(Generic[View]):
    """The last view that a person chose, and those that it took the place of a moment ago."""

    view: View
    replaced: dict[View, float]


def settle(key: str, given: View, chosen: object, read: Callable[[object], View]) -> tuple[View, bool]:
    """The view to show (hashable), and whether it is another one than the page knows.

    `given` is the page's, `chosen` what the component of that key reported in this run, for `read` to understand.

    A page keeps the view in the URL, and the browser sends the URL with each rerun. A refresh that was under way when
    a person chose another view therefore brings the one before it; for a moment such a one does not count.
    """
    name, now = f"_{key}:chosen", time.monotonic()
    last = cast("_Choice[View] | None", st.session_state.get(name))
    if chosen is not None:
        view = read(chosen)
        replaced = {} if last is None else {old: at for old, at in last.replaced.items() if now - at < _LATE}
        replaced |= {given: now} if last is None else {given: now, last.view: now}
        replaced.pop(view, None)
        st.session_state[name] = _Choice(view, replaced)
        return view, True
    if last is not None and now - last.replaced.get(given, -math.inf) < _LATE:
        return last.view, True
    return given, False


def words(value: object, limit: int = 100) -> tuple[str, ...]:
    """The strings among the first `limit` of a list that the browser sent."""
    if not isinstance(value, Sequence) or isinstance(value, str):
        return ()
    return tuple(word for word in value[:limit] if isinstance(word, str))


def join(values: Sequence[str]) -> str:
    """Several values as one query parameter."""
    return ",".join(value.replace("%", "%25").replace(",", "%2C") for value in values)


def split(query: Mapping[str, str], name: str) -> list[str]:
    """The values that `join` put together; none where the parameter is missing."""
    return [word.replace("%2C", ",").replace("%25", "%") for word in query.get(name, "").split(",") if word]
