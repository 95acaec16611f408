"""The rules of a server on their way to the browser: packed, and only what changed since they were sent before."""

from __future__ import annotations

import json
import secrets
import threading
from collections import OrderedDict
from collections.abc import Hashable, Iterable
from dataclasses import dataclass, field
from typing import Final, TypeAlias

from ekmanager.ekuiper.models.rules import State
from ekmanager.rules.rows import RuleRow

PackedRow: TypeAlias = tuple[object, ...]

LETTERS: Final[dict[State, str]] = {
    State.RUNNING: "R",
    State.STARTING: "A",
    State.STOPPING: "P",
    State.STOPPED: "S",
    State.SCHEDULED: "W",
    State.FAILED: "F",
    State.UNKNOWN: "U",
}


def pack(row: RuleRow) -> PackedRow:
    """A row as it crosses the wire. The order is that of `COLUMNS` in `frontend/src/rules/rows.js`.

    Figures have the three digits that are shown, so that what looks the same is the same. Latencies and CPU times are
    milliseconds.
    """
    figures, concern = row.figures, row.concern
    return (
        row.id,
        "" if row.name == row.id else row.name,
        LETTERS[row.state],
        row.words,
        row.reason,
        row.tags,
        row.version,
        int(row.trace),
        row.streams,
        _three(figures.in_per_second) if figures else None,
        _three(figures.out_per_second) if figures else None,
        round(figures.over) if figures and figures.over is not None else None,
        _three(figures.latency_us / 1000) if figures else None,
        row.exceptions,
        row.last_exception,
        int(figures.last_exception_at) or None if figures and row.last_exception else None,
        row.cpu_share,
        concern.kind if concern else None,
        concern.text if concern else "",
    )


def _three(number: float | None) -> float | None:
    return None if number is None else float(f"{number:.3g}")


@dataclass(slots=True)
class _Kept:
    row: RuleRow
    packed: PackedRow
    serial: int


@dataclass(slots=True)
class _Log:
    """The rows of one server as they are, and with which serial each of them became so."""

    epoch: str = field(default_factory=lambda: secrets.token_hex(6))
    serial: int = 0
    revision: Hashable = None
    rows: dict[str, _Kept] = field(default_factory=dict)
    gone: dict[str, int] = field(default_factory=dict)

    def take(self, rows: Iterable[RuleRow]) -> None:
        serial = self.serial + 1
        changed, seen = False, set()
        for row in rows:
            seen.add(row.id)
            kept = self.rows.get(row.id)
            if kept is not None and kept.row is row:
                continue
            packed = pack(row)
            if kept is None or kept.packed != packed:
                self.rows[row.id] = _Kept(row, packed, serial)
                self.gone.pop(row.id, None)
                changed = True
            else:
                kept.row = row
        for rule in [rule for rule in self.rows if rule not in seen]:
            del self.rows[rule]
            self.gone[rule] = serial
            changed = True
        if changed or not self.serial:
            self.serial = serial
        if len(self.gone) > _MOST_GONE:
            # Who has an older state asks for all of it.
            self.epoch, self.gone = secrets.token_hex(6), {}

    def since(self, base: int | None) -> str:
        rows = [kept.packed for kept in self.rows.values() if base is None or kept.serial > base]
        gone = [] if base is None else [rule for rule, serial in self.gone.items() if serial > base]
        document = {"epoch": self.epoch, "base": base, "serial": self.serial, "rows": rows, "gone": gone}
        return json.dumps(document, separators=(",", ":"))


_MOST_GONE: Final = 5_000
_STEPS: Final = 2
"""A change is told since the message before the last one, so that one may get lost on its way."""


@dataclass(slots=True)
class Sent:
    """What one session was sent: of which epoch, and the serials of the last messages, oldest first."""

    epoch: str = ""
    serials: tuple[int, ...] = ()


class RulesWire:
    """What changed, by server. Bounded; safe to use from the threads of several sessions.

    A change is not told since the last message but since the one before it: Streamlit drops a message that is overtaken
    on its way. The browser takes a change that begins no later than what it has, and asks for all rows otherwise.
    """

    def __init__(self, capacity: int = 30_000) -> None:
        """`capacity`: rows of all servers together, above which those that nobody looked at for longest are dropped."""
        self._capacity = capacity
        self._logs: OrderedDict[str, _Log] = OrderedDict()
        self._lock = threading.Lock()

    def change(self, server: str, rows: Iterable[RuleRow], revision: Hashable, sent: Sent | None) -> tuple[str, Sent]:
        """The change to send, as JSON, and what has been sent with it. None in `sent`: nothing, send all rows.

        `revision` changes with the content of `rows`; None: not known, so that the rows are compared.
        """
        with self._lock:
            log = self._logs.pop(server, None) or _Log()
            self._logs[server] = log
            if revision is None or not log.serial or revision != log.revision:
                log.take(rows)
                log.revision = revision
            while len(self._logs) > 1 and sum(len(one.rows) for one in self._logs.values()) > self._capacity:
                self._logs.popitem(last=False)
            serials = sent.serials if sent is not None and sent.epoch == log.epoch else ()
            document = log.since(serials[0] if serials else None)
            if not serials or serials[-1] != log.serial:
                serials = (*serials, log.serial)[-_STEPS:]
            return document, Sent(log.epoch, serials)


WIRE: Final = RulesWire()
"""That of this process: all sessions that look at a server share what is known of its changes."""
