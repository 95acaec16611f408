"""How a status looks wherever it is shown: a word, a mark with its own shape, and a colour of the theme."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from ekmanager.health.model import Status


@dataclass(frozen=True, slots=True)
class Look:
    """The three ways in which a status is told, so that no one of them is needed alone."""

    word: str
    mark: str
    """One character; the same shape as in the fleet."""
    colour: str
    """A colour name of Streamlit's palette, as in `st.badge(color=…)` and `:green[…]`."""


LOOKS: Final[dict[Status, Look]] = {
    Status.ONLINE: Look("Online", "●", "green"),
    Status.UNAUTHORIZED: Look("Unauthorized", "▲", "orange"),
    Status.ERROR: Look("Error", "◆", "violet"),
    Status.OFFLINE: Look("Offline", "■", "red"),
    Status.UNKNOWN: Look("Unknown", "○", "gray"),
}
CHECKING_LOOK: Final = Look("Checking", "◐", "blue")


def look(status: Status, *, checking: bool = False) -> Look:
    """The look of a server: *checking* while a change is seen that is not confirmed yet."""
    return CHECKING_LOOK if checking else LOOKS[status]
