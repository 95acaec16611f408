"""Carries one bulk job out: sends the commands, and looks at the states that follow."""

from __future__ import annotations

import contextlib
import logging
import queue
import threading
import time
from collections.abc import Mapping, Sequence

from ekmanager.connections.errors import ConnectionsError
from ekmanager.ekuiper.client import EKuiperClient
from ekmanager.ekuiper.errors import (
    EKuiperError,
    NotFound,
    NotSupported,
    RequestRefused,
    TimedOut,
    Unauthorized,
    Unreachable,
)
from ekmanager.ekuiper.models.rules import RuleState, State
from ekmanager.health.rules import why_failed
from ekmanager.rules.advice import reason_of
from ekmanager.rules.bulk_job import BulkJob
from ekmanager.rules.states import SETTLES_WITHIN

log = logging.getLogger(__name__)

AT_A_TIME = 8
"""Commands under way in one job."""
PATIENCE = 10.0
"""Seconds after a command in which what was asked for must come to be."""
LOOK = 0.25
"""Seconds between two looks at the states when all commands are sent; longer where a look takes long."""
LOOK_WHILE_SENDING = 1.0
"""The same while commands are being sent: the server that answers them makes the list, too."""
HOPELESS = 2 * AT_A_TIME
"""Commands without an answer, one after the other, after which no more are sent."""

_MAY_HAVE_HAPPENED = frozenset({"timeout", "reset", "closed"})
"""Codes of errors after which only the state tells whether the command was carried out."""
_ENDED = frozenset({"done", "duration terminated"})
"""Reasons of a rule that was started and came to its end at once."""


class BulkRun:
    """Carries one job out: some threads send commands, this one looks at the states that follow."""

    def __init__(self, job: BulkJob, client: EKuiperClient, states: dict[str, State], patience: float) -> None:
        self.job = job
        self._client = client
        self._given = states
        self._patience = patience
        self._before: Mapping[str, RuleState] | None = None
        """The states before the first command; None: the server does not tell."""
        self._waiting: queue.SimpleQueue[str] = queue.SimpleQueue()
        self._unanswered = 0
        """Commands without an answer since the last one that had one."""
        self._hopeless = ""
        """Why no more commands are sent."""
        self._asked: set[str] = set()
        """Stopped rules that were asked for the reason."""
        self._sent: queue.SimpleQueue[tuple[str, str]] = queue.SimpleQueue()
        """Rules whose command was sent, with what went wrong then, if anything did."""

    def perform(self) -> None:
        """Until every rule has its result, or the job is abandoned."""
        job = self.job
        with self._client:
            self._before = self._look()
            for rule in job.pending:
                if not self._skip(rule):
                    self._waiting.put(rule)
            senders = [
                threading.Thread(target=self._send, name="ekmanager-bulk-call", daemon=True)
                for _ in range(min(AT_A_TIME, self._waiting.qsize()))
            ]
            for sender in senders:
                sender.start()
            self._await(senders)
            states = None if job.abandoned else self._look()
            if states is not None:
                job.note_states({rule: state.words for rule, state in states.items()})

    def _skip(self, rule: str) -> bool:
        """Whether there is nothing to do for a rule, which then has its result."""
        kind = self.job.kind
        if self._before is not None and rule not in self._before:
            if kind == "delete":
                self.job.settle(rule, "skipped", "It was gone already.")
            else:
                self.job.settle(rule, "failed", "The server does not have this rule any more.")
            return True
        known = self._before.get(rule) if self._before is not None else None
        state = known.state if known is not None else self._given.get(rule)
        if known is not None:
            self.job.report(rule, known.words)
        if kind == "start" and state is not None and state.up:
            # Sent, it would restart the rule and zero its counters
            self.job.settle(rule, "skipped", "It runs already.")
            return True
        if kind == "stop" and state is State.STOPPED:
            self.job.settle(rule, "skipped", "It is stopped already.")
            return True
        return False

    def _send(self) -> None:
        """One of the threads: sends commands until none is left."""
        while True:
            try:
                rule = self._waiting.get_nowait()
            except queue.Empty:
                return
            if self.job.cancelled:
                self.job.settle(rule, "cancelled")
                continue
            if self._hopeless:
                self.job.settle(rule, "failed", f"Not sent: {self._hopeless}")
                continue
            try:
                self._command(rule)
            except (TimedOut, Unreachable) as error:
                self._unanswered += 1
                if self._unanswered >= HOPELESS:
                    self._hopeless = error.message
                if error.code in _MAY_HAVE_HAPPENED:
                    self._sent.put((rule, error.message))
                else:
                    self.job.settle(rule, "failed", error.message)
                continue
            except EKuiperError as error:
                self._refused(rule, error)
            except ConnectionsError as error:
                self._hopeless = error.message
                self.job.settle(rule, "failed", error.message)
            else:
                self._sent.put((rule, ""))
            self._unanswered = 0

    def _command(self, rule: str) -> None:
        rules = self._client.rules
        match self.job.kind:
            case "start":
                rules.start(rule)
            case "stop":
                rules.stop(rule)
            case "restart":
                rules.restart(rule)
            case "delete":
                rules.delete(rule)
            case "tags":
                rules.set_tags(rule, self.job.tags)

    def _refused(self, rule: str, error: EKuiperError) -> None:
        if self.job.kind == "delete" and isinstance(error, NotFound):
            self.job.settle(rule, "skipped", "It was gone already.", "")
        elif self.job.kind == "delete" and isinstance(error, RequestRefused):
            # 2.4 says no to the deletion of a temporary rule although it is gone
            self._sent.put((rule, error.message))
        else:
            if isinstance(error, NotSupported | Unauthorized):
                self._hopeless = error.message
            self.job.settle(rule, "failed", error.message)

    def _await(self, senders: Sequence[threading.Thread]) -> None:
        """Looks at the states until every rule has its result."""
        awaited: dict[str, tuple[float, str]] = {}
        pause = LOOK
        while any(sender.is_alive() for sender in senders) or awaited or not self._sent.empty():
            if self.job.abandoned:
                self._abandon()
                return
            while not self._sent.empty():
                rule, said = self._sent.get_nowait()
                awaited[rule] = (time.monotonic(), said)
            if awaited:
                started = time.monotonic()
                self._judge(awaited)
                sending = any(sender.is_alive() for sender in senders)
                pause = max(LOOK_WHILE_SENDING if sending else LOOK, 4 * (time.monotonic() - started))
            if any(sender.is_alive() for sender in senders) or awaited:
                _sleep(senders, pause if awaited else LOOK)

    def _abandon(self) -> None:
        """Those not sent are cancelled; what becomes of the others nobody waits for."""
        with contextlib.suppress(queue.Empty):
            while True:
                self.job.settle(self._waiting.get_nowait(), "cancelled")
        for rule in self.job.pending:
            self.job.settle(rule, "failed", "The app ended before the server reported the new state.")

    def _judge(self, awaited: dict[str, tuple[float, str]]) -> None:
        """Settles those of the awaited rules of which the server reports what was asked for, or why it did not come."""
        now = time.monotonic()
        states, tags = (None, self._tags()) if self.job.kind == "tags" else (self._look(), None)
        for rule, (sent, said) in list(awaited.items()):
            if tags is not None:
                settled = self._judge_tags(rule, tags.get(rule))
            elif states is not None:
                settled = self._judge_state(rule, states.get(rule), now - sent)
            else:
                settled = False
            if not settled and now >= sent + self._patience:
                self._give_up(rule, said, known=states is not None or tags is not None)
                settled = True
            if settled:
                del awaited[rule]

    def _judge_state(self, rule: str, state: RuleState | None, since: float) -> bool:
        job = self.job
        if state is None:
            if job.kind == "delete":
                job.settle(rule, "done", state="")
            else:
                job.settle(rule, "failed", "The rule was deleted meanwhile.", "")
            return True
        job.report(rule, state.words)
        if job.kind == "delete":
            return False
        if job.kind == "stop":
            if state.state is State.STOPPED or state.state is State.FAILED:
                job.settle(rule, "done", state=state.words)
                return True
            return False
        if state.state is State.RUNNING:
            if since < SETTLES_WITHIN:
                return False
            job.settle(rule, "done", state=state.words)
        elif state.state is State.SCHEDULED:
            job.settle(rule, "done", "It waits for its schedule.", state.words)
        elif state.state is State.FAILED:
            job.settle(rule, "failed", self._why(rule, state), state.words)
        else:
            return state.state is State.STOPPED and self._came_to_its_end(rule, state)
        return True

    def _came_to_its_end(self, rule: str, state: RuleState) -> bool:
        """Whether a rule that was started is stopped because its data or its time is over."""
        if rule in self._asked:
            return False
        self._asked.add(rule)
        try:
            status = self._client.rules.status(rule)
        except (EKuiperError, ConnectionsError):
            return False
        if status.reason.lower() not in _ENDED:
            return False
        self.job.settle(rule, "done", reason_of(status), state.words)
        return True

    def _judge_tags(self, rule: str, found: tuple[str, ...] | None) -> bool:
        if found is None:
            self.job.settle(rule, "failed", "The rule was deleted meanwhile.")
            return True
        if set(found) == set(self.job.tags):
            self.job.settle(rule, "done")
            return True
        return False

    def _give_up(self, rule: str, said: str, *, known: bool) -> None:
        if said:
            why = said
        elif not known:
            why = "The command was sent, but the server has not answered since."
        else:
            why = f"The command was sent, but it had no effect within {self._patience:g} s."
        self.job.settle(rule, "failed", why)

    def _why(self, rule: str, state: RuleState) -> str:
        """Why a rule does not run. Its operators know the exception where the list of all rules gives no reason."""
        if state.reason or state.last_exception:
            return why_failed(state)
        try:
            return reason_of(self._client.rules.status(rule)) or why_failed(state)
        except (EKuiperError, ConnectionsError):
            return why_failed(state)

    def _look(self) -> Mapping[str, RuleState] | None:
        try:
            return self._client.rules.status_all()
        except NotSupported:
            return self._look_at_list()
        except (EKuiperError, ConnectionsError) as error:
            log.debug("the states could not be read: %s", error)
            return None

    def _look_at_list(self) -> Mapping[str, RuleState] | None:
        try:
            return {row.id: RuleState(row.state, row.status, row.reason) for row in self._client.rules.list()}
        except (EKuiperError, ConnectionsError) as error:
            log.debug("the list could not be read: %s", error)
            return None

    def _tags(self) -> Mapping[str, tuple[str, ...]] | None:
        try:
            return {row.id: row.tags for row in self._client.rules.list()}
        except (EKuiperError, ConnectionsError) as error:
            log.debug("the list could not be read: %s", error)
            return None


def _sleep(senders: Sequence[threading.Thread], seconds: float) -> None:
    """Waits, but not after the last sender has ended while it did."""
    alive = [sender for sender in senders if sender.is_alive()]
    if alive:
        alive[0].join(seconds)
    else:
        threading.Event().wait(seconds)
