"""A status in sentences and lines of Markdown; its word, mark and colour are `widgets.status`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from ekmanager.health.model import Snapshot, Status
from ekmanager.ui.format import count, duration
from ekmanager.ui.widgets.status import CHECKING_LOOK, Look, look

MEANINGS: Final[Mapping[Status, str]] = {
    Status.ONLINE: "It answers with eKuiper's system information, and a protected route lets us in.",
    Status.UNAUTHORIZED: "It answers, and refuses our credentials (401 or 403).",
    Status.ERROR: "Something answers, but not as a working eKuiper does.",
    Status.OFFLINE: "Nothing answers: refused, no route, unknown name, reset, or no answer in time.",
    Status.UNKNOWN: "It has not been checked yet.",
}


def mark(shown: Look) -> str:
    """The mark in its colour, as Markdown."""
    return f":{shown.colour}[{shown.mark}]"


def marked(shown: Look) -> str:
    """Mark and word, as Markdown."""
    return f"{mark(shown)} {shown.word}"


def counted(shown: Look, number: int) -> str:
    """`● 44 online`, as Markdown."""
    # No break between the three: a mark alone at the end of a line says nothing.
    return f"{mark(shown)}\u00a0{count(number)}\u00a0{shown.word.lower()}"


def status_line(snapshot: Snapshot, now: float) -> str:
    """`● Online for 3 d 4 h` as Markdown; a status that is not confirmed says so."""
    shown = look(snapshot.status)
    line = f"{mark(shown)} **{shown.word}**"
    if snapshot.since is not None and snapshot.status is not Status.UNKNOWN:
        line += f" for {duration(now - snapshot.since)}"
    if snapshot.checking:
        line += f" · {mark(CHECKING_LOOK)} checking: the last result is not confirmed yet"
    return line
