"""How a rule is some moments after it was told to run, or not to."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping

from ekmanager.ekuiper.client import EKuiperClient
from ekmanager.ekuiper.models import JSON, State
from ekmanager.rules.advice import reason_of

UP = frozenset({State.RUNNING, State.STARTING, State.SCHEDULED})
"""States of a rule that is meant to run."""
LOOK_EVERY = 0.1
"""Seconds between two looks at the state after a change."""
SETTLES_WITHIN = 0.5
"""Seconds after which a rule that runs is taken to go on: a sink that cannot connect ends it after some 100 ms."""
LONGEST_LOOK = 3.0


def look(client: EKuiperClient, rule: str, document: Mapping[str, JSON] | None = None) -> tuple[State, str]:
    """State and reason of a rule now; its definition may give the reason that the server does not give.

    Raises EKuiperError.
    """
    status = client.rules.status(rule)
    return status.state, reason_of(status, document)


def state_after(
    client: EKuiperClient,
    rule: str,
    *,
    running: bool,
    document: Mapping[str, JSON] | None = None,
    pause: Callable[[float], object] | None = None,
    clock: Callable[[], float] = time.monotonic,
) -> tuple[State, str]:
    """State and reason of a rule some moments after a command that was to start or stop it. Raises EKuiperError.

    A rule that is to run is looked at until it has done so for half a second, or has ended.
    """
    wait = pause or threading.Event().wait
    began = clock()
    while True:
        state, reason = look(client, rule, document)
        passed = clock() - began
        if running:
            settled = state is State.FAILED or (state is not State.STARTING and passed >= SETTLES_WITHIN)
        else:
            settled = state not in {State.RUNNING, State.STARTING, State.STOPPING}
        if settled or passed >= LONGEST_LOOK:
            return state, reason
        wait(LOOK_EVERY)
