"""What the gateway needs from the process it runs in."""

from __future__ import annotations

from collections.abc import Hashable
from typing import Protocol

import aiohttp

from ekmanager.connections.book import ConnectionBook
from ekmanager.connections.browser import BrowserRegistry
from ekmanager.connections.targets import TargetPolicy
from ekmanager.health.history import History
from ekmanager.health.monitor import Monitor
from ekmanager.settings import Settings


class GatewayServices(Hashable, Protocol):
    """The objects of the process that the gateway works on. Read at every request, so they may come later."""

    @property
    def settings(self) -> Settings: ...

    @property
    def policy(self) -> TargetPolicy: ...

    @property
    def browsers(self) -> BrowserRegistry: ...

    @property
    def monitor(self) -> Monitor: ...

    @property
    def history(self) -> History: ...

    @property
    def session(self) -> aiohttp.ClientSession:
        """Of the running loop, made by `open_session`."""
        ...

    def book(self, browser_id: str | None) -> ConnectionBook:
        """The connections of one browser, or (None) the shared ones only. Cheap; what it returns may block."""
        ...
