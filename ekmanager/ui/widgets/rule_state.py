"""How the state of a rule looks wherever it is shown: a word, a mark with its own shape, a colour of the theme."""

from __future__ import annotations

from typing import Final

from ekmanager.ekuiper.models.rules import State
from ekmanager.rules.rows import Concern, ConcernKind
from ekmanager.ui.widgets.status import Look

STATE_LOOKS: Final[dict[State, Look]] = {
    State.RUNNING: Look("Running", "●", "green"),
    State.STARTING: Look("Starting", "◐", "blue"),
    State.STOPPING: Look("Stopping", "◐", "blue"),
    State.STOPPED: Look("Stopped", "■", "gray"),
    State.SCHEDULED: Look("Scheduled", "◔", "blue"),
    State.FAILED: Look("Failed", "◆", "red"),
    State.UNKNOWN: Look("Unknown", "○", "gray"),
}
CONCERN_LOOKS: Final[dict[ConcernKind, Look]] = {
    "exceptions": Look("Running, exceptions rising", "▲", "orange"),
    "disconnected": Look("Running, disconnected", "△", "orange"),
    "silent": Look("Running, no records", "▼", "orange"),
}
"""Of a rule that runs; one that failed looks like its state."""


def rule_look(state: State, concern: Concern | None = None) -> Look:
    """The look of a rule: one that runs is green only when nothing is wrong with it."""
    if state is State.RUNNING and concern is not None:
        return CONCERN_LOOKS.get(concern.kind, STATE_LOOKS[state])
    return STATE_LOOKS[state]
