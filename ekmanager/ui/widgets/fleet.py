"""The fleet: every server as one element, as a table or as cards, for 3 servers and for 1,000.

The element draws only the rows that are in sight, and filters, sorts and counts in the browser, so that typing in its
search box costs no rerun. What crosses the wire is `pack(row)`: cache it by the snapshot's serial.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Literal, TypeAlias, cast, get_args

from ekmanager.connections.model import Where
from ekmanager.health.model import Beat, Status
from ekmanager.ui.widgets.mount import catch, caught, renderer
from ekmanager.ui.widgets.views import join, settle, split, words

Mode = Literal["overview", "connections"]
Layout = Literal["table", "cards"]
Density = Literal["comfortable", "compact"]
SortBy = Literal["name", "status", "latency", "uptime", "version", "cpu", "memory", "rules", "records", "changed"]
ActionKind = Literal["edit", "duplicate", "delete", "default", "no_default", "test", "check", "copy", "export"]
PackedRow: TypeAlias = tuple[object, ...]

CHECKING: Final = "checking"
"""Besides the values of `Status`, the word under which the status filter finds servers that are being confirmed."""


@dataclass(frozen=True, slots=True)
class FleetRow:
    """One server as the fleet shows it. None: not known, and shown as such."""

    id: str
    name: str
    url: str
    description: str = ""
    tags: tuple[str, ...] = ()
    where: Where = Where.BROWSER
    is_default: bool = False
    status: Status = Status.UNKNOWN
    checking: bool = False
    reason: str = ""
    hint: str = ""
    since: float | None = None
    """Epoch seconds since when it has this status."""
    beats: Sequence[Beat] = ()
    """The last checks, oldest first; the newest 30 are drawn."""
    latency_ms: float | None = None
    uptime_pct: float | None = None
    """Percent of the last 24 hours."""
    version: str = ""
    cpu: float | None = None
    """Percent, 0 to 100."""
    memory_used: int | None = None
    """Bytes."""
    memory_total: int | None = None
    """Bytes."""
    rules_running: int | None = None
    rules_stopped: int | None = None
    rules_failing: int | None = None
    records_per_second: float | None = None
    changed_at: float | None = None
    """Epoch seconds of the last change: status, restart or version."""
    server_uptime: float | None = None
    """Seconds since the server itself started."""
    demo: bool = False


@dataclass(frozen=True, slots=True)
class FleetView:
    """What a person looks at: filters, order and layout. It maps to and from query parameters."""

    search: str = ""
    statuses: tuple[str, ...] = ()
    """Values of `Status`, or `CHECKING`; empty: all."""
    tags: tuple[str, ...] = ()
    """Servers that carry all of them; empty: all."""
    where: tuple[Where, ...] = ()
    """Empty: both."""
    sort: SortBy = "name"
    descending: bool = False
    layout: Layout = "table"
    density: Density = "comfortable"

    def to_query(self) -> dict[str, str]:
        """The parts that differ from the default, under the names the URL has (`QUERY_NAMES`)."""
        query = {
            "q": self.search,
            "status": ",".join(self.statuses),
            "tag": join(self.tags),
            "where": ",".join(self.where),
            "sort": f"-{self.sort}" if self.descending else self.sort,
            "view": self.layout,
            "density": self.density,
        }
        return {name: value for name, value in query.items() if value and value not in _DEFAULTS.get(name, ())}

    @classmethod
    def from_query(cls, query: Mapping[str, str]) -> FleetView:
        """The view that `to_query` gave; whatever is not understood is left at its default."""
        order = query.get("sort", "")
        return cls.of(
            {
                "search": query.get("q"),
                "statuses": split(query, "status"),
                "tags": split(query, "tag"),
                "where": split(query, "where"),
                "sort": order.removeprefix("-"),
                "descending": order.startswith("-"),
                "layout": query.get("view"),
                "density": query.get("density"),
            }
        )

    @classmethod
    def of(cls, value: object) -> FleetView:
        """A view from loose values of the browser; whatever is not understood is left at its default."""
        given = value if isinstance(value, Mapping) else {}
        search, sort = given.get("search"), given.get("sort")
        layout, density = given.get("layout"), given.get("density")
        known = {*map(str, Status), CHECKING}
        return cls(
            search=search[:200] if isinstance(search, str) else "",
            statuses=tuple(word for word in words(given.get("statuses")) if word in known),
            tags=words(given.get("tags")),
            where=tuple(Where(word) for word in words(given.get("where")) if word in set(map(str, Where))),
            sort=cast(SortBy, sort) if sort in get_args(SortBy) else "name",
            descending=given.get("descending") is True,
            layout=cast(Layout, layout) if layout in get_args(Layout) else "table",
            density=cast(Density, density) if density in get_args(Density) else "comfortable",
        )

    def to_wire(self) -> dict[str, object]:
        return {
            "search": self.search,
            "statuses": list(self.statuses),
            "tags": list(self.tags),
            "where": [str(where) for where in self.where],
            "sort": self.sort,
            "descending": self.descending,
            "layout": self.layout,
            "density": self.density,
        }


QUERY_NAMES: Final = ("q", "status", "tag", "where", "sort", "view", "density")
"""The query parameters that a view uses."""
_DEFAULTS: Final = {"sort": ("name",), "view": ("table",), "density": ("comfortable",)}


@dataclass(frozen=True, slots=True)
class FleetAction:
    """Something a person asked for.

    `ids` are in the order shown. `delete`, `export`, `check` and `copy` may name several, every other kind names one.
    """

    kind: ActionKind
    ids: tuple[str, ...]
    to: Where | None = None
    """The store to copy to, for `copy`."""
    nonce: str = ""
    """Different for every act, also for the same act twice."""


@dataclass(frozen=True, slots=True)
class FleetResult:
    """What came back from the element in this run."""

    view: FleetView
    """What is shown now: the one a person chose, else the one given. Keep it (in the URL) and give it back."""
    changed: bool
    """Whether a person changed the view since the last run."""
    action: FleetAction | None
    """Reported in one run only."""


def fleet(
    rows: Iterable[PackedRow],
    *,
    view: FleetView,
    mode: Mode,
    key: str,
    now: float,
    copy_to: Sequence[Where] = (),
    selected: str | None = None,
    can_edit: bool = True,
    link: str,
    empty: str = "No servers yet.",
) -> FleetResult:
    """Draw the fleet and report what a person did with it.

    `rows` are packed (`pack`), in any order. `mode` decides the columns, and whether rows can be selected and acted
    upon. `now` is the epoch time of the data: ages are counted on from it in the browser. `copy_to` names the stores
    that a connection can be copied to. `selected` is the id of the server that the switcher shows. `can_edit=False`
    leaves only what changes nothing. `link` is the address of a server's page with `{id}` in it: where a click on a
    server leads. `empty` is the sentence for a fleet without servers.
    """
    # Streamlit looks for data frames in every list and object right below `data`, and loads pandas to do so: the
    # same JSON comes from tuples, and the view travels as text.
    shown, changed = settle(key, view, caught(key, "view"), FleetView.of)
    renderer("fleet")(
        key=key,
        data={
            "rows": tuple(rows),
            "view": json.dumps(shown.to_wire()),
            "mode": mode,
            "now": now,
            "copyTo": tuple(str(where) for where in copy_to),
            "selected": selected,
            "canEdit": can_edit,
            "link": link,
            "empty": empty,
        },
        on_view_change=catch(key, "view"),
        on_action_change=catch(key, "action"),
    )
    return FleetResult(view=shown, changed=changed, action=_action(caught(key, "action")))


def pack(row: FleetRow) -> PackedRow:
    """A row as it crosses the wire. The order is that of `COLUMNS` in `frontend/src/rows.js`."""
    at, beats = pack_beats(row.beats)
    return (
        row.id,
        row.name,
        row.url,
        row.description,
        list(row.tags),
        LETTERS[row.status],
        int(row.checking) | int(row.is_default) << 1 | int(row.where is Where.SERVER) << 2 | int(row.demo) << 3,
        row.reason,
        row.hint,
        _whole(row.since),
        at,
        beats,
        _short(row.latency_ms, 3),
        None if row.uptime_pct is None else math.floor(row.uptime_pct * 10_000) / 10_000,
        row.version,
        _short(row.cpu, 1),
        row.memory_used,
        row.memory_total,
        row.rules_running,
        row.rules_stopped,
        row.rules_failing,
        _short(row.records_per_second, 3),
        _whole(row.changed_at),
        _whole(row.server_uptime),
    )


LETTERS: Final[dict[Status, str]] = {
    Status.ONLINE: "O",
    Status.OFFLINE: "F",
    Status.UNAUTHORIZED: "U",
    Status.ERROR: "E",
    Status.UNKNOWN: "N",
}
SHOWN_BEATS: Final = 30
_DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"


def pack_beats(beats: Sequence[Beat]) -> tuple[int, str]:
    """The time of the newest beat (epoch seconds; 0 without beats), and one word for all of them, oldest first.

    A beat is its status letter, its latency in ms in base 36, and `:` with the seconds since the beat before in base
    36 where these differ from the beat before: `Oc:a` `Od` `F` is two good checks and a bad one, 10 s apart. The
    bars of 1,000 servers take 100 kB in this form, and 1.5 MB as objects.
    """
    newest = beats[-SHOWN_BEATS:]
    if not newest:
        return 0, ""
    words, before, gap = [], int(newest[0].at), 0
    for beat in newest:
        at = int(beat.at)
        word = LETTERS[beat.status]
        if beat.latency_ms is not None:
            word += _base36(round(beat.latency_ms))
        if at - before != gap:
            gap = max(0, at - before)
            word += f":{_base36(gap)}"
        words.append(word)
        before = at
    return before, "".join(words)


def _base36(number: int) -> str:
    number = max(0, number)
    digits = ""
    while True:
        number, digit = divmod(number, 36)
        digits = _DIGITS[digit] + digits
        if not number:
            return digits


def _action(value: object) -> FleetAction | None:
    if not isinstance(value, Mapping):
        return None
    kind, ids, to = value.get("kind"), words(value.get("ids"), limit=5_000), value.get("to")
    if kind not in get_args(ActionKind) or not ids:
        return None
    return FleetAction(
        kind=cast(ActionKind, kind),
        ids=ids,
        to=Where(to) if isinstance(to, str) and to in set(map(str, Where)) else None,
        nonce=str(value.get("nonce", "")),
    )


def _short(number: float | None, digits: int) -> float | None:
    return None if number is None else round(number, digits)


def _whole(number: float | None) -> int | None:
    return None if number is None else int(number)
