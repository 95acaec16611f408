"""The objects of one process, built once and handed to the pages, the HTTP API and the CLI."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import time
from collections.abc import AsyncIterator, Coroutine, Iterator, Sequence
from pathlib import Path
from typing import Any, TypeVar

import aiohttp
from sqlalchemy.exc import SQLAlchemyError

from ekmanager.connections.book import ConnectionBook, Entry
from ekmanager.connections.browser import BrowserRegistry, BrowserStore
from ekmanager.connections.clients import open_client
from ekmanager.connections.demo_mark import DEMO_FIELD, DEMO_TAG, demo_name, is_demo
from ekmanager.connections.errors import ConnectionsError
from ekmanager.connections.model import Connection, Where, new_id
from ekmanager.connections.open import open_store
from ekmanager.connections.outbound import open_session
from ekmanager.connections.store import ConnectionStore
from ekmanager.connections.targets import TargetPolicy
from ekmanager.connections.vault import Vault
from ekmanager.ekuiper.client import EKuiperClient
from ekmanager.health.history import History, MemoryHistory
from ekmanager.health.history_sql import SqlHistory
from ekmanager.health.model import ProbeResult
from ekmanager.health.monitor import Monitor, MonitorOptions
from ekmanager.health.rule_memory import RuleMemory
from ekmanager.health.servers import Target
from ekmanager.rules.board import RulesBoard
from ekmanager.rules.bulk import BulkWork
from ekmanager.rules.revisions import JsonRevisions, MemoryRevisions, Revisions, RevisionsError
from ekmanager.rules.revisions_sql import SqlRevisions
from ekmanager.rules.sealed_revisions import SealedRevisions
from ekmanager.rules.trial import TrialDesk
from ekmanager.settings import Settings
from ekmanager.simulator.demo import DemoFleet, DemoServer

log = logging.getLogger(__name__)
T = TypeVar("T")

MOST_WELCOMED = 50_000
"""Browsers of which is remembered that they were offered the fleet; older ones are forgotten."""


class Services:
    """Everything that lives as long as the process. Safe to use from script threads.

    `running()` owns the background work; without it nothing checks, and `run` raises RuntimeError.
    """

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.problems: list[str] = []
        self.vault = Vault(settings.secret_key)
        self.policy = TargetPolicy(settings.allowed_targets)
        self.browsers = BrowserRegistry(self.vault)
        self.shared: ConnectionStore | None = self._open_shared()
        self.history: History = self._open_history()
        self.rule_memory = RuleMemory()
        self.monitor = Monitor(
            self._targets,
            policy=self.policy,
            history=self.history,
            memory=self.rule_memory,
            options=MonitorOptions(
                interval=settings.check_interval,
                timeout=settings.check_timeout,
                failures_before_offline=settings.failures_before_offline,
                successes_before_online=settings.successes_before_online,
            ),
        )
        self.rules = RulesBoard(lambda: self.session, memory=self.rule_memory)
        self.bulk = BulkWork(self.client, changed=self.changed)
        self.trials = TrialDesk(lambda: self.session, self.client)
        self._private_revisions = MemoryRevisions()
        self._shared_revisions = self._open_revisions()
        self.demo = DemoFleet()
        self._welcomed: dict[str, None] = {}
        self._loop: asyncio.AbstractEventLoop | None = None
        self._session: aiohttp.ClientSession | None = None

    def _open_shared(self) -> ConnectionStore | None:
        if not self.settings.keeps_on_server:
            return None
        try:
            return open_store(self.settings.store, self.vault)
        except ConnectionsError as error:
            log.error("%s %s", error.message, error.hint)
            self.problems.append(f"{error.message} {error.hint} Connections are kept in this browser for now.")
            return None

    def _open_revisions(self) -> Revisions:
        if self.shared is None:
            return self._private_revisions
        store = self.settings.store
        kept: Revisions = (
            SqlRevisions(store)
            if self.settings.store_is_sql
            else JsonRevisions(Path(store).resolve().with_name("revisions"))
        )
        return SealedRevisions(kept, self.vault) if self.vault.persistent else kept

    def revisions(self, entry: Entry) -> Revisions:
        """Where the revisions of a server's rules are kept: those of a private connection in memory only."""
        return self._shared_revisions if entry.where is Where.SERVER else self._private_revisions

    def _open_history(self) -> History:
        if self.shared is None:
            return MemoryHistory()
        url = self.settings.store
        if not self.settings.store_is_sql:
            url = f"sqlite:///{Path(url).resolve().with_name('history.db')}"
        try:
            return SqlHistory(url)
        except (SQLAlchemyError, OSError) as error:
            log.error("the history cannot be kept: %s", type(error).__name__)
            self.problems.append(
                "The history cannot be written beside the connections, so it is kept in memory until the app stops."
            )
            return MemoryHistory()

    @property
    def shared_takes_writes(self) -> bool:
        """Whether there is a shared store that would keep a change now, as far as is known. Cheap; never raises."""
        return self.shared is not None and self.shared.takes_writes

    @property
    def session(self) -> aiohttp.ClientSession:
        """The outbound session of the proxy; every connection that it makes is checked."""
        if self._session is None:
            raise RuntimeError("the services are not running")
        return self._session

    @contextlib.asynccontextmanager
    async def running(self) -> AsyncIterator[Services]:
        """Checks the servers, and looks after rules, for as long as the context is open. One context at a time."""
        self._loop = asyncio.get_running_loop()
        self._session = open_session(self.policy, limit=0)
        work = [
            asyncio.create_task(self.monitor.run(), name="ekmanager-monitor"),
            asyncio.create_task(self.rules.run(), name="ekmanager-rules-board"),
            asyncio.create_task(self.trials.run(), name="ekmanager-trials"),
        ]
        try:
            yield self
        finally:
            for task in work:
                task.cancel()
            await asyncio.gather(asyncio.to_thread(self.bulk.close), asyncio.wait(work))
            for task in work:
                error = None if task.cancelled() else task.exception()
                if error is not None:
                    log.error("%s failed", task.get_name(), exc_info=error)
            await self._session.close()
            self._session = self._loop = None
            await asyncio.to_thread(self.history.close)
            await asyncio.to_thread(self._shared_revisions.close)
            await asyncio.to_thread(self.demo.stop)

    def run(self, work: Coroutine[Any, Any, T], timeout: float = 60.0) -> T:
        """Runs `work` on the app's loop and waits for it, from a script thread. Raises TimeoutError."""
        if self._loop is None:
            work.close()
            raise RuntimeError("the services are not running")
        future = asyncio.run_coroutine_threadsafe(work, self._loop)
        try:
            return future.result(timeout)
        except TimeoutError:
            future.cancel()
            raise

    def book(self, browser_id: str | None) -> ConnectionBook:
        """The connections that one browser may see and change; without a browser, the shared ones."""
        private = self.browsers.open(browser_id) if browser_id else None
        return ConnectionBook(self.shared, private, browser_id=browser_id)

    def client(self, connection: Connection) -> EKuiperClient:
        """A client for one connection, bound by the same target policy as the proxy. Close it after use."""
        return open_client(connection, self.policy, timeout=self.settings.proxy_timeout)

    def changed(self, entry: Entry) -> None:
        """Something was changed on a server: what is shown of it is read anew at once. From any thread."""
        self.rules.refresh_soon(entry)
        self.monitor.check_soon(entry.key)

    def test(self, connection: Connection) -> ProbeResult:
        """One check of a connection that need not be saved; leaves no trace in the history."""
        return self.run(self.monitor.test(connection), self.monitor.options.timeout + 10)

    def _targets(self) -> Iterator[Target]:
        if self.shared is not None:
            for entry in ConnectionBook(self.shared, None, browser_id=None).entries():
                yield Target(entry.key, entry.connection, persistent=True)
        for browser_id, store in self.browsers.live():
            for entry in ConnectionBook(None, store, browser_id=browser_id).entries():
                yield Target(entry.key, entry.connection, persistent=False)

    def start_demo(self, browser_id: str) -> Sequence[Entry]:
        """Starts the simulated servers and adds them to this browser's connections. Idempotent."""
        store = self.browsers.open(browser_id)
        self._resume_demo(store)
        known = {demo_name(connection) for connection in store.list()}
        for server in self.demo.start():
            if server.name not in known:
                self._add_demo_server(store, server)
        entries = [entry for entry in self.book(browser_id).entries() if is_demo(entry.connection)]
        self._check_late(entries)
        return entries

    def _resume_demo(self, store: BrowserStore) -> None:
        """Starts the simulated servers and points those connections at them that are there."""
        servers = {server.name: server for server in self.demo.start()}
        for connection in store.list():
            server = servers.get(demo_name(connection))
            if server is not None:
                self._point_at(store, connection, server)

    def welcome(self, browser_id: str) -> None:
        """To be called when a browser's connections are known: what was not checked lately is checked at once.

        After a restart of the app, its demo connections lead to simulated servers again. With the setting `demo`, a
        browser that comes for the first time and has no connections is given the fleet. Not later: whoever deletes
        everything, in whatever way, wants it gone.
        """
        store = self.browsers.open(browser_id)
        connections = store.list()
        if any(is_demo(connection) for connection in connections):
            self._resume_demo(store)
        elif self.settings.demo and not connections and browser_id not in self._welcomed:
            self.start_demo(browser_id)
        self._welcomed[browser_id] = None
        while len(self._welcomed) > MOST_WELCOMED:
            self._welcomed.pop(next(iter(self._welcomed)), None)
        self._check_late(self.book(browser_id).entries())

    def _check_late(self, entries: Sequence[Entry]) -> None:
        """While nobody had them open, the connections of a browser were not checked."""
        oldest = time.time() - 2 * self.settings.check_interval
        for entry in entries:
            if (self.monitor.snapshot(entry.key).checked_at or 0.0) < oldest:
                self.monitor.check_soon(entry.key)

    def remove_demo(self, browser_id: str) -> int:
        """Takes the demo connections out of this browser; stops the servers when nobody else shows them."""
        own = self.book(browser_id).entries()
        entries = [entry for entry in own if entry.where is Where.BROWSER and is_demo(entry.connection)]
        self.browsers.open(browser_id).delete([entry.connection.id for entry in entries])
        self._welcomed[browser_id] = None
        self.forget(entries)
        return len(entries)

    def forget(self, deleted: Sequence[Entry]) -> None:
        """Drops what is known of connections that were deleted; stops simulated servers that nobody shows any more.

        In this order, so that a check that is cut off by the stop has nowhere to be noted.
        """
        for entry in deleted:
            self.monitor.forget(entry.key)
            with contextlib.suppress(RevisionsError):
                self.revisions(entry).forget(entry.key)
        if any(is_demo(entry.connection) for entry in deleted):
            shown = (connection for _, store in self.browsers.live() for connection in store.list())
            if not any(is_demo(connection) for connection in shown):
                self.demo.stop()

    def _add_demo_server(self, store: BrowserStore, server: DemoServer) -> None:
        kept = store.list()
        names = {connection.name.casefold() for connection in kept}
        name = server.name if server.name.casefold() not in names else f"{server.name} (demo)"
        draft = Connection.model_validate(
            {
                "id": new_id(f"demo {server.name}", {connection.id for connection in kept}),
                "name": name,
                "url": server.url,
                "description": server.description,
                "tags": (DEMO_TAG, *server.tags),
                DEMO_FIELD: server.name,
            }
        )
        store.add([draft])

    @staticmethod
    def _point_at(store: BrowserStore, connection: Connection, server: DemoServer) -> None:
        if connection.url != server.url:
            moved = connection.model_copy(update={"url": server.url})
            store.update(moved, expected_revision=connection.revision)


_services: list[Services] = []


def get_services() -> Services:
    """The services of this process; `set_services` must have been called."""
    if not _services:
        raise RuntimeError("no services: start the app with `ekmanager run` or `streamlit run app.py`")
    return _services[-1]


def set_services(services: Services | None) -> None:
    """Makes `services` the ones of this process; None takes them away again (tests)."""
    _services.clear()
    if services is not None:
        _services.append(services)


__all__ = ["Services", "Where", "get_services", "is_demo", "set_services"]
