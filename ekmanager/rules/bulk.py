"""One command for many rules: each ends with a result of its own, by what the server reports afterwards."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping, Sequence

from ekmanager.connections.book import Entry
from ekmanager.connections.model import Connection
from ekmanager.ekuiper.client import EKuiperClient
from ekmanager.ekuiper.models.rules import State
from ekmanager.rules.bulk_job import BulkJob, ItemResult, Kind, Outcome
from ekmanager.rules.bulk_run import PATIENCE, BulkRun

__all__ = ["BulkJob", "BulkWork", "ItemResult", "Kind", "Outcome"]

KEPT = 100
"""Jobs that are remembered, those under way besides."""
CLOSING = 5.0
"""Seconds that `close` waits for calls under way."""


class BulkWork:
    """The jobs of this process. `close` ends those under way."""

    def __init__(
        self,
        client_of: Callable[[Connection], EKuiperClient],
        *,
        changed: Callable[[Entry], None] | None = None,
        patience: float = PATIENCE,
    ) -> None:
        """`changed` is called in the job's thread when commands took effect on a server."""
        self._client_of = client_of
        self._changed = changed
        self._patience = patience
        self._lock = threading.Lock()
        self._jobs: dict[str, BulkJob] = {}
        self._threads: dict[str, threading.Thread] = {}

    def begin(
        self,
        entry: Entry,
        kind: Kind,
        rules: Sequence[str],
        *,
        tags: Sequence[str] = (),
        states: Mapping[str, State] | None = None,
    ) -> BulkJob:
        """Begins a job and returns at once. `tags` replace those of the rules. `states`: as far as they are known, for
        a server that does not tell them. Raises ConnectionsError where the server may not be called.
        """
        client = self._client_of(entry.connection)
        job = BulkJob(entry, kind, tuple(dict.fromkeys(rules)), tags)
        work = BulkRun(job, client, dict(states or {}), self._patience)
        thread = threading.Thread(target=self._perform, args=(work, entry), name="ekmanager-bulk", daemon=True)
        with self._lock:
            held = {
                result.rule
                for known in self._jobs.values()
                if known.key == entry.key and not known.finished
                for result in known.results
                if result.outcome == "pending"
            }
            for rule in held.intersection(result.rule for result in job.results):
                job.settle(rule, "skipped", "Another command for it is under way: wait for its end.")
            over = [known.id for known in self._jobs.values() if known.finished]
            for job_id in over[: max(0, len(over) - KEPT + 1)]:
                del self._jobs[job_id]
            self._jobs[job.id] = job
            self._threads[job.id] = thread
        thread.start()
        return job

    def get(self, job_id: str) -> BulkJob | None:
        """The job, while it is remembered."""
        return self._jobs.get(job_id)

    def close(self) -> None:
        """Ends all jobs: no further command is sent. Waits a little for those under way."""
        with self._lock:
            threads = list(self._threads.values())
            for job in self._jobs.values():
                if not job.finished:
                    job.abandon()
        until = time.monotonic() + CLOSING
        for thread in threads:
            thread.join(max(0.0, until - time.monotonic()))

    def _perform(self, work: BulkRun, entry: Entry) -> None:
        try:
            work.perform()
        finally:
            for rule in work.job.pending:
                work.job.settle(rule, "failed", "The work ended before this rule had a result.")
            with self._lock:
                self._threads.pop(work.job.id, None)
            if self._changed is not None:
                self._changed(entry)
            work.job.end()
