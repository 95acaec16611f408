"""What one run of the script works on: the services, whose browser it is, its connections, the selected one."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Sequence
from dataclasses import dataclass

import streamlit as st

from ekmanager.connections.book import ConnectionBook, Entry
from ekmanager.connections.browser import BrowserStore
from ekmanager.connections.errors import ConnectionNotFound, StoreError
from ekmanager.connections.model import Where
from ekmanager.gateway.browser_cookie import browser_id_of
from ekmanager.health.model import Snapshot
from ekmanager.services import Services, get_services, is_demo
from ekmanager.ui.state import FrameState

_FALLBACK = "browser_id"

STORAGE_ERROR = "storage_error"
"""Where the session keeps what the browser said about its local storage: a sentence, empty when all is well."""


READ_ONLY = "This app only reads (`EKMANAGER_READ_ONLY`): nothing can be changed from here."


@dataclass(frozen=True)
class PageContext:
    """Cheap to make; each run of the script and of a fragment makes its own, so that nothing in it is stale."""

    services: Services
    browser_id: str
    has_cookie: bool
    """False: cookies are blocked, so this tab stands for the browser and `/api` cannot find its connections."""
    private: BrowserStore
    book: ConnectionBook
    entries: Sequence[Entry]
    frame: FrameState
    selected: Entry | None
    missing: str
    """The id in the URL when it names no connection of this person, else empty."""

    @property
    def query(self) -> dict[str, str]:
        """The parameters that every link inside the app carries."""
        return self.frame.to_query()

    @property
    def writes_to(self) -> tuple[Where, ...]:
        """Where a new connection can be kept, the usual place first."""
        if self.services.shared is None:
            return (Where.BROWSER,)
        places = (Where.SERVER, Where.BROWSER)
        return places if self.services.shared_takes_writes else places[::-1]

    @property
    def who(self) -> str:
        """This browser, for a record of who did what: people have no names here, and the id itself is a secret."""
        return f"browser {hashlib.sha256(self.browser_id.encode()).hexdigest()[:6]}"

    @property
    def may_change(self) -> bool:
        """Whether servers may be changed from here; not with `EKMANAGER_READ_ONLY`."""
        return not self.services.settings.read_only

    @property
    def has_demo(self) -> bool:
        """Whether the demo fleet is among this browser's connections."""
        return any(is_demo(entry.connection) for entry in self.entries if entry.where is Where.BROWSER)

    def snapshot(self, entry: Entry) -> Snapshot:
        """The newest that is known of one server, from memory."""
        return self.services.monitor.snapshot(entry.key)

    def snapshots(self) -> list[Snapshot]:
        """The newest of each, in the order of `entries`."""
        return [self.services.monitor.snapshot(entry.key) for entry in self.entries]


def page_context() -> PageContext:
    """The context of this run, from cookie and URL."""
    services = get_services()
    browser_id, has_cookie = browser()
    private = services.browsers.open(browser_id)
    book = services.book(browser_id)
    entries = book.entries()
    frame = FrameState.from_query(st.query_params.to_dict())
    selected, missing = select(entries, frame.server)
    if selected is not None:
        frame = FrameState(server=selected.connection.id, refresh=frame.refresh)
    return PageContext(
        services=services,
        browser_id=browser_id,
        has_cookie=has_cookie,
        private=private,
        book=book,
        entries=entries,
        frame=frame,
        selected=selected,
        missing=missing,
    )


def select(entries: Sequence[Entry], asked: str | None) -> tuple[Entry | None, str]:
    """(selected entry, id that was asked for in vain): the one in the URL, else the default, else the first.

    A private default goes before a shared one. A server that was asked for by name is never replaced by another.
    """
    if asked:
        found = [entry for entry in entries if entry.connection.id == asked]
        return min(found, key=_private_first, default=None), "" if found else asked
    defaults = sorted((entry for entry in entries if entry.connection.is_default), key=_private_first)
    return next(iter([*defaults, *entries]), None), ""


def _private_first(entry: Entry) -> bool:
    return entry.where is not Where.BROWSER


def entry_of(context: PageContext, connection_id: str) -> Entry | None:
    """The entry with that id, or None when it is gone meanwhile."""
    try:
        return context.book.get(connection_id)
    except (ConnectionNotFound, StoreError):
        return None


def browser() -> tuple[str, bool]:
    """(id of the browser, whether a cookie names it). Without cookies this tab stands for the browser."""
    known = browser_id_of(st.context.cookies.to_dict())
    if known:
        return known, True
    if _FALLBACK not in st.session_state:
        st.session_state[_FALLBACK] = secrets.token_urlsafe(24)
    return str(st.session_state[_FALLBACK]), False
