"""What is done between sweeps, when nothing waits for it."""

from __future__ import annotations

import asyncio
import gc
import time

from ekmanager.health.history import History

ROLL_UP = 60.0
"""Seconds between roll-ups of the history."""


class Housekeeping:
    """Rolls the history up in a thread, and collects cyclic garbage."""

    def __init__(self, history: History) -> None:
        self._history = history
        self._rolled_up = self._collected = time.monotonic()

    async def run(self, garbage_interval: float) -> None:
        """Does what is due. A collection stops the process for as long as it lasts, in whichever thread it is made,
        so it is made here, between sweeps, instead of after each rerun of a page.
        """
        now = time.monotonic()
        if now - self._rolled_up >= ROLL_UP:
            self._rolled_up = now
            await asyncio.to_thread(self._history.maintain)
        if garbage_interval and now - self._collected >= garbage_interval:
            self._collected = now
            gc.collect()
