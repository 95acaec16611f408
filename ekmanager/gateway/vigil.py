"""Ending a call that has lost its point: the server does not answer, or the caller is gone."""

from __future__ import annotations

import asyncio

from starlette.types import Receive

PATIENCE = 0.02
"""Seconds before a call is watched. Most are over by then, and watching costs more than all else done here for one."""
_LOOK_AGAIN = 0.25
"""Seconds between looks during an upload, in which the caller's leaving is told to whoever reads the body."""


class Vigil:
    """Cancels the task that made it when the time to the first byte is over, or when the caller leaves.

    `expired` and `gone` say which, so that the task can tell this cancellation from any other.
    """

    def __init__(self, receive: Receive, seconds: float) -> None:
        self._receive = receive
        self._seconds = seconds
        self._loop = asyncio.get_running_loop()
        self._task = asyncio.current_task()
        self._until: float | None = self._loop.time() + seconds
        self._timer: asyncio.TimerHandle | None = self._loop.call_later(min(PATIENCE, seconds), self._look)
        self._listener: asyncio.Task[None] | None = None
        self._may_listen = False
        self._answered = False
        self.expired = False
        self.gone = False

    def listen(self) -> None:
        """From here on nobody else receives: the caller's body is complete."""
        self._may_listen = True

    def turn(self, *, of_caller: bool) -> None:
        """Whose turn it is while a body goes up. The time runs while it is the server's, and anew with every turn."""
        if not self._answered:
            self._until = None if of_caller else self._loop.time() + self._seconds

    def answered(self) -> None:
        """The first byte is here: what follows may take as long as it likes."""
        self._until = None
        self._answered = True

    def end(self) -> None:
        """No cancellation comes after this."""
        self._task = None
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        if self._listener is not None:
            self._listener.cancel()
            # A cancelled task holds its frames, and they hold this
            self._listener = None

    def _look(self) -> None:
        """Starts listening when that is possible; comes again while the time runs or a body goes up."""
        if self._may_listen and self._listener is None:
            self._listener = asyncio.create_task(self._listen())
        now = self._loop.time()
        if self._until is not None and now >= self._until:
            self.expired = True
            self._cancel()
            return
        pauses = [] if self._until is None else [self._until - now]
        if self._listener is None:
            pauses.append(_LOOK_AGAIN)
        if pauses:
            self._timer = self._loop.call_later(min(pauses), self._look)

    async def _listen(self) -> None:
        while (await self._receive())["type"] != "http.disconnect":
            pass
        if self._task is not None:
            self.gone = True
            self._cancel()

    def _cancel(self) -> None:
        if self._task is not None:
            self._task.cancel()
