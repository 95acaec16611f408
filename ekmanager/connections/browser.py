"""Connections that belong to one browser: in memory here, mirrored by the page into the browser's local storage.

Nothing of them is written on the server's disk. What goes to the browser holds secrets as ciphertext only.
"""

from __future__ import annotations

import json
import threading
import time
from collections import Counter, OrderedDict
from collections.abc import Callable, Sequence
from datetime import UTC, datetime

from ekmanager.connections.catalog import Catalog
from ekmanager.connections.catalog_store import CatalogStore, T
from ekmanager.connections.documents import Seal
from ekmanager.connections.model import MAX_CONNECTIONS
from ekmanager.connections.vault import Vault

MAX_DOCUMENT = 10_000_000
"""Characters that are accepted from a browser; its local storage holds about five million."""

LIVE_FOR = 60.0
"""Seconds for which a browser without an open page counts as live after it was last served."""


class BrowserStore(CatalogStore):
    """The connections of one browser. A `ConnectionStore`; safe to call from several threads.

    After a restart of the server it is empty until the page hands over what the browser kept (`restore`).
    """

    def __init__(self, vault: Vault) -> None:
        super().__init__(Seal(vault, always=True))
        self._lock = threading.RLock()
        self._catalog = Catalog((), self._seal)
        self._restored = False
        self._revision = 0
        self._notes: tuple[str, ...] = ()
        self._refused: str | None = None
        self._written: tuple[int, str] | None = None

    @property
    def takes_writes(self) -> bool:
        """Always: it is memory."""
        return True

    @property
    def restored(self) -> bool:
        """Whether the browser has said what it keeps. Before that nothing may be written over it."""
        return self._restored

    @property
    def revision(self) -> int:
        """Counts the changes: when it is another than at the last mirroring, `document` is due."""
        return self._revision

    @property
    def refused(self) -> str | None:
        """What the browser kept when it could not be read, for keeping it aside; else None."""
        return self._refused

    def document(self) -> str:
        """JSON for the browser's local storage. Every secret in it is ciphertext."""
        with self._lock:
            if self._written is None or self._written[0] != self._revision:
                if self._catalog.stale:
                    self._catalog = self._catalog.resealed()
                content = {"version": 1, "revision": self._revision, "connections": self._catalog.raws}
                self._written = (self._revision, json.dumps(content))
            return self._written[1]

    def restore(self, text: str | None) -> None:
        """Takes what the browser kept, once; later calls change nothing, because memory is newer.

        Never raises: what cannot be read is reported in `problems`. Connections that were added before, through
        the API, stay and win over kept ones with the same id.
        """
        with self._lock:
            if self._restored:
                return
            self._restored = True
            raws, revision = self._parse(text)
            if not raws and not revision:
                return
            kept = Catalog.read(raws, self._seal, written_at=datetime.now(UTC))
            newer = self._catalog.items
            newer_ids = {connection.id for connection in self._catalog.connections}
            older = [item for item in kept.items if item.connection is None or item.connection.id not in newer_ids]
            self._catalog = Catalog([*newer, *older] if newer else older, self._seal)
            self._revision = max(revision, self._revision) + (1 if newer or self._catalog.stale else 0)

    def _parse(self, text: str | None) -> tuple[list[object], int]:
        """(objects, revision); notes a problem and gives an empty list when the text is not ours."""
        if not text:
            return [], 0
        try:
            if len(text) > MAX_DOCUMENT:
                raise ValueError("too long")
            content = json.loads(text)
        except (ValueError, RecursionError):
            content = None
        revision: object = content.get("revision") if isinstance(content, dict) else 0
        raws = content.get("connections") if isinstance(content, dict) else content
        if not isinstance(raws, list) or len(raws) > MAX_CONNECTIONS:
            self._refused = text[:MAX_DOCUMENT]
            self._notes = ("What this browser kept is not a list of connections and was left out.",)
            return [], 0
        return raws, revision if isinstance(revision, int) and 0 <= revision < 2**53 else 0

    @property
    def problems(self) -> Sequence[str]:
        return (*self._notes, *self._catalog.problems)

    def _read(self) -> Catalog:
        return self._catalog

    def _change(self, change: Callable[[Catalog], tuple[Catalog, T]]) -> T:
        with self._lock:
            self._catalog, result = change(self._catalog)
            self._revision += 1
            return result

    def __repr__(self) -> str:
        return f"BrowserStore({len(self._catalog.connections)} connections)"


class BrowserRegistry:
    """The stores of all browsers that were here lately, by browser id. Safe to call from several threads.

    Over `capacity` the least recently used are dropped that have no page open; their browsers restore them.
    """

    def __init__(self, vault: Vault, *, capacity: int = 1000, clock: Callable[[], float] = time.monotonic) -> None:
        self._vault = vault
        self._capacity = capacity
        self._clock = clock
        self._lock = threading.Lock()
        self._stores: OrderedDict[str, BrowserStore] = OrderedDict()
        self._touched: dict[str, float] = {}
        self._sessions: Counter[str] = Counter()

    def open(self, browser_id: str) -> BrowserStore:
        """The store of a browser, made at its first visit."""
        with self._lock:
            store = self._stores.get(browser_id)
            if store is None:
                store = self._stores[browser_id] = BrowserStore(self._vault)
            self._touch(browser_id)
            self._shrink(keep=browser_id)
            return store

    def peek(self, browser_id: str) -> BrowserStore | None:
        """The store of a browser that was here; none is made."""
        with self._lock:
            store = self._stores.get(browser_id)
            if store is not None:
                self._touch(browser_id)
            return store

    def session_opened(self, browser_id: str) -> None:
        """A page of this browser opened its websocket."""
        with self._lock:
            self._sessions[browser_id] += 1

    def session_closed(self, browser_id: str) -> None:
        """A page of this browser closed its websocket."""
        with self._lock:
            self._sessions[browser_id] -= 1
            if self._sessions[browser_id] <= 0:
                del self._sessions[browser_id]
            if browser_id in self._stores:
                self._touch(browser_id)

    def live(self) -> Sequence[tuple[str, BrowserStore]]:
        """Browsers with an open page, or served in the last minute: those whose servers are worth checking."""
        since = self._clock() - LIVE_FOR
        with self._lock:
            return [
                (browser_id, store)
                for browser_id, store in self._stores.items()
                if browser_id in self._sessions or self._touched[browser_id] >= since
            ]

    def _touch(self, browser_id: str) -> None:
        self._stores.move_to_end(browser_id)
        self._touched[browser_id] = self._clock()

    def _shrink(self, *, keep: str) -> None:
        surplus = len(self._stores) - self._capacity
        if surplus <= 0:
            return
        idle = [it for it in self._stores if it not in self._sessions and it != keep]
        for browser_id in idle[:surplus]:
            del self._stores[browser_id], self._touched[browser_id]
