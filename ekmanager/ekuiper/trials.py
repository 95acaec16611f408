"""A trial run with its results: prepared, connected, started, read, and always ended on the server."""

from __future__ import annotations

import contextlib
import secrets
import threading
import time
import weakref
from collections.abc import Callable
from typing import Self

from ekmanager.ekuiper.errors import EKuiperError, NotSupported, Unreachable
from ekmanager.ekuiper.models import Trial, TrialResult
from ekmanager.ekuiper.parse import parse_trial_result
from ekmanager.ekuiper.taps import Tap, open_tap
from ekmanager.ekuiper.transport import Transport

LIFETIME = 300.0
"""Seconds after which the server ends a run. 2.4.0 then cuts the connection without the end mark of its answer."""
_ABOUT = 10.0
_NOTHING_SENT = frozenset({"refused", "dns", "no_route", "connect_timeout", "tls_options"})
"""Failures after which the server knows of no run."""


def new_test_id() -> str:
    """An id that nobody can guess: who knows it reads the results, for the data port asks for no credentials."""
    return f"ekmanager_{secrets.token_hex(16)}"


class TrialRun:
    """The results of one run as they come; a context manager and an iterator. Made by `client.rules.test`.

    The run is deleted on the server when the iteration ends, when the context is left in whatever way, on `close`, and
    when the object is dropped or the process ends normally. Until then the server gives it five minutes.
    Iterating raises EKuiperError when the connection breaks.
    """

    def __init__(
        self,
        test: str,
        tap: Tap,
        delete: Callable[[str], object],
        *,
        timeout: float | None,
        duration: float | None,
        templated: bool,
    ) -> None:
        self.id = test
        """Under which the server knows it."""
        self.total = 0
        """Results so far, errors among them."""
        self._tap = tap
        self._delete = delete
        self._timeout = timeout
        self._began = time.monotonic()
        self._end = None if duration is None else time.monotonic() + duration
        self._templated = templated
        self._over = False
        self._closing = threading.Lock()
        self._forgotten = weakref.finalize(self, _end_quietly, tap, delete, test)

    @property
    def closed(self) -> bool:
        """Whether nothing more comes."""
        return self._over

    def __iter__(self) -> Self:
        return self

    def __next__(self) -> TrialResult:
        if self._over:
            raise StopIteration
        try:
            text = self._tap.read(self._until())
        except TimeoutError:
            text = None
        except EKuiperError as error:
            if self._over:  # closed by another thread
                raise StopIteration from None
            self._close_quietly()
            cut = isinstance(error, Unreachable) and time.monotonic() - self._began > LIFETIME - _ABOUT
            if cut:
                raise StopIteration from None
            raise
        except BaseException:
            self._close_quietly()
            raise
        if text is None:
            self.close()
            raise StopIteration
        self.total += 1
        return parse_trial_result(text, events=self._tap.events, templated=self._templated)

    def close(self) -> None:
        """End the run on the server. Twice is once; any thread may. Raises EKuiperError when it could not be ended."""
        with self._closing:
            if not self._forgotten.alive:
                return
            # Before the socket goes: a thread that waits for the next result is to know why it gets none
            self._over = True
            self._tap.close()
            try:
                self._delete(self.id)
            except EKuiperError:
                self._forgotten.detach()
                raise
            self._forgotten.detach()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        if kind is None:
            self.close()
        else:
            self._close_quietly()

    def __repr__(self) -> str:
        return f"<TrialRun {self.id}, {self.total} results{', closed' if self.closed else ''}>"

    def _until(self) -> float | None:
        moments = [] if self._end is None else [self._end]
        if self._timeout is not None:
            moments.append(time.monotonic() + self._timeout)
        return min(moments, default=None)

    def _close_quietly(self) -> None:
        """What ended the iteration says more than what could not be ended after it."""
        with contextlib.suppress(EKuiperError):
            self.close()


def begin(
    transport: Transport,
    create: Callable[[str], Trial],
    start: Callable[[str], object],
    delete: Callable[[str], object],
    *,
    timeout: float | None,
    duration: float | None,
    templated: bool,
) -> TrialRun:
    """Prepare a run, connect to its results, and start it; it is gone again when any of this fails."""
    if transport.app_url:
        raise NotSupported(
            f"Results of a trial run come from the server's own data port, which {transport.app_url} does not pass on.",
            hint="Use a client of the server itself.",
            operation="ruletest.create",
        )
    test = new_test_id()
    try:
        trial = create(test)
    except EKuiperError as error:
        if error.status is None and error.code not in _NOTHING_SENT:
            _delete_quietly(delete, test)
        raise
    except BaseException:
        _delete_quietly(delete, test)
        raise
    tap: Tap | None = None
    try:
        tap = open_tap(
            transport.base_url, trial.port, test, timeout=transport.timeout, check_address=transport.check_address
        )
        start(test)
        return TrialRun(test, tap, delete, timeout=timeout, duration=duration, templated=templated)
    except BaseException:
        if tap is not None:
            tap.close()
        _delete_quietly(delete, test)
        raise


def _end_quietly(tap: Tap, delete: Callable[[str], object], test: str) -> None:
    tap.close()
    _delete_quietly(delete, test)


def _delete_quietly(delete: Callable[[str], object], test: str) -> None:
    with contextlib.suppress(EKuiperError):
        delete(test)
