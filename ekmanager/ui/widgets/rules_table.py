"""The rules of a server as one table, for 3 rules and for 5,000.

The element draws only the rows that are in sight, and filters, sorts and counts in the browser, so that typing in its
search box costs no rerun. The rows cross the wire once; after that, those that changed.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Hashable, Mapping
from dataclasses import dataclass
from typing import Final, Literal, cast, get_args

import streamlit as st

from ekmanager.ekuiper.models.rules import State
from ekmanager.rules.rows import RuleRow
from ekmanager.ui.widgets.mount import catch, caught, renderer
from ekmanager.ui.widgets.rules_wire import WIRE, Sent
from ekmanager.ui.widgets.views import join, settle, split, words

Column = Literal["state", "tags", "in", "out", "latency", "exceptions", "error", "cpu", "streams", "version", "trace"]
SortBy = Literal[
    "attention",
    "id",
    "state",
    "tags",
    "in",
    "out",
    "latency",
    "exceptions",
    "error",
    "cpu",
    "streams",
    "version",
    "trace",
]
ActionKind = Literal["open", "start", "stop", "restart", "delete", "tags", "export", "duplicate"]


@dataclass(frozen=True, slots=True)
class RulesListView:
    """What a person looks at: filters, order and columns. It maps to and from query parameters."""

    text: str = ""
    """Every word of it occurs in a rule's id, name, tags or last error."""
    states: tuple[State, ...] = ()
    """Empty: all."""
    tags: tuple[str, ...] = ()
    """Rules that carry all of them; empty: all."""
    streams: tuple[str, ...] = ()
    """Rules that read from one of them; empty: all."""
    sort: SortBy = "attention"
    """`attention`: what needs attention first, the others by id."""
    descending: bool = False
    columns: tuple[Column, ...] = ()
    """Besides the id; empty: the usual ones that have something to show."""
    only_attention: bool = False

    def to_query(self) -> dict[str, str]:
        """The parts that differ from the default, under the names the URL has (`QUERY_NAMES`)."""
        order = f"-{self.sort}" if self.descending else self.sort
        query = {
            "q": self.text,
            "state": ",".join(self.states),
            "tag": join(self.tags),
            "stream": join(self.streams),
            "sort": "" if order == "attention" else order,
            "columns": ",".join(self.columns),
            "attention": "1" if self.only_attention else "",
        }
        return {name: value for name, value in query.items() if value}

    @classmethod
    def from_query(cls, query: Mapping[str, str]) -> RulesListView:
        """The view that `to_query` gave; whatever is not understood is left at its default."""
        order = query.get("sort", "")
        return cls.of(
            {
                "text": query.get("q"),
                "states": split(query, "state"),
                "tags": split(query, "tag"),
                "streams": split(query, "stream"),
                "sort": order.removeprefix("-"),
                "descending": order.startswith("-"),
                "columns": split(query, "columns"),
                "onlyAttention": query.get("attention") == "1",
            }
        )

    @classmethod
    def of(cls, value: object) -> RulesListView:
        """A view from loose values of the browser; whatever is not understood is left at its default."""
        given = value if isinstance(value, Mapping) else {}
        text, sort, chosen = given.get("text"), given.get("sort"), words(given.get("columns"))
        states = set(map(str, State))
        return cls(
            text=text[:200] if isinstance(text, str) else "",
            states=tuple(State(word) for word in words(given.get("states")) if word in states),
            tags=words(given.get("tags")),
            streams=words(given.get("streams")),
            sort=cast(SortBy, sort) if sort in get_args(SortBy) else "attention",
            descending=given.get("descending") is True,
            columns=tuple(column for column in get_args(Column) if column in chosen),
            only_attention=given.get("onlyAttention") is True,
        )

    def to_wire(self) -> dict[str, object]:
        return {
            "text": self.text,
            "states": [str(state) for state in self.states],
            "tags": list(self.tags),
            "streams": list(self.streams),
            "sort": self.sort,
            "descending": self.descending,
            "columns": list(self.columns),
            "onlyAttention": self.only_attention,
        }


QUERY_NAMES: Final = ("q", "state", "tag", "stream", "sort", "columns", "attention")
"""The query parameters that a view uses."""


@dataclass(frozen=True, slots=True)
class RulesAction:
    """Something a person asked for.

    `ids` are in the order shown. `open` and `duplicate` name one, every other kind may name several.
    """

    kind: ActionKind
    ids: tuple[str, ...]
    nonce: str = ""
    """Different for every act, also for the same act twice."""


@dataclass(frozen=True, slots=True)
class RulesTableResult:
    """What came back from the element in this run."""

    view: RulesListView
    """What is shown now: the one a person chose, else the one given. Keep it (in the URL) and give it back."""
    changed: bool
    """Whether a person changed the view since the last run."""
    action: RulesAction | None
    """Reported in one run only."""


def rules_table(
    rows: Collection[RuleRow],
    *,
    server: str,
    view: RulesListView,
    key: str,
    now: float,
    link: str,
    revision: Hashable = None,
    pending: Mapping[str, str] | None = None,
    selected: str | None = None,
    can_edit: bool = True,
    loading: bool = False,
    progress: tuple[int, int] | None = None,
    empty: str = "No rules yet.",
) -> RulesTableResult:
    """Draw the rules of one server and report what a person did with them.

    `server` is the stable key of the server (`Entry.key`): each has a selection of its own, since the same id names
    another rule there. `revision` changes with the content of `rows` (`RulesView.revision`); where it stays,
    `rows` are not looked at, and without one they are compared. `now` is the epoch time of the data. `link` is the
    address of a rule's page with `{id}` in it: where a click on a rule leads, without a run of the page in between.
    `pending`: by id the word for a command whose outcome is not known yet (`Stopping`), shown instead of the state.
    `selected` is the rule to mark as current. `can_edit=False` leaves only what changes nothing. `loading` and
    `progress` (read, of how many) say that the rules are still being read. `empty` is the sentence for a server
    without rules.

    Give it the same `key` in every run, and draw it inside a fragment: it asks for a run when a message got lost.
    """
    # Streamlit looks for data frames in every list and object right below `data`, and loads pandas to do so. Text it
    # leaves alone, and serialises it at a fraction of the price of the rows: it does so twice.
    shown, changed = settle(key, view, caught(key, "view"), RulesListView.of)
    name = f"_{key}:sent:{server}"
    sent = None if caught(key, "missing") is not None else st.session_state.get(name)
    change, st.session_state[name] = WIRE.change(server, rows, revision, sent if isinstance(sent, Sent) else None)
    renderer("rules_table")(
        key=key,
        data={
            "server": server,
            "change": change,
            "view": json.dumps(shown.to_wire()),
            "pending": json.dumps(dict(pending or {})),
            "now": now,
            "selected": selected,
            "canEdit": can_edit,
            "link": link,
            "empty": empty,
            "loading": loading,
            "progress": progress,
        },
        on_view_change=catch(key, "view"),
        on_action_change=catch(key, "action"),
        on_missing_change=catch(key, "missing"),
    )
    return RulesTableResult(view=shown, changed=changed, action=_action(caught(key, "action")))


def _action(value: object) -> RulesAction | None:
    if not isinstance(value, Mapping):
        return None
    kind, ids = value.get("kind"), words(value.get("ids"), limit=50_000)
    if kind not in get_args(ActionKind) or not ids:
        return None
    return RulesAction(kind=cast(ActionKind, kind), ids=ids, nonce=str(value.get("nonce", "")))
