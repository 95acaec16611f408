"""Finding a connection without making the event loop wait for a disk or a database."""

from __future__ import annotations

import asyncio
import time

from ekmanager.connections.book import Entry
from ekmanager.gateway.services import GatewayServices

FRESH = 0.05
"""Seconds for which what a shared store said is taken as said now. A look costs a change of threads, which under load
would be a fifth of what the proxy does for a request.
"""
_CAPACITY = 1_024


class Finder:
    """Looks connections up. Used on the event loop; `forget` from any thread."""

    def __init__(self, services: GatewayServices) -> None:
        self._services = services
        self._said: dict[tuple[str | None, str], tuple[float, Entry]] = {}

    async def find(self, browser_id: str | None, connection_id: str) -> Entry:
        """The connection with this id, as this browser sees it. Raises ConnectionNotFound, StoreError."""
        if not self._services.settings.keeps_on_server:
            return self._services.book(browser_id).get(connection_id)
        asked = time.monotonic()
        name = (browser_id, connection_id)
        said = self._said.get(name)
        if said is not None and asked - said[0] < FRESH:
            return said[1]
        before = self._said
        entry = await asyncio.to_thread(self._services.book(browser_id).get, connection_id)
        if len(before) >= _CAPACITY:
            before.clear()
        # Into the dictionary of before: what was found while something changed is not remembered
        before[name] = (asked, entry)
        return entry

    def forget(self) -> None:
        """Something was changed through the API: the next look goes to the store."""
        self._said = {}
