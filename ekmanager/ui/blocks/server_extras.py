"""What a server's page has below its charts: what it holds, counted on request, and how to call it."""

from __future__ import annotations

import time
from dataclasses import dataclass
from urllib.parse import quote

import streamlit as st

from ekmanager.connections.book import Entry
from ekmanager.connections.errors import ConnectionsError
from ekmanager.connections.model import Where
from ekmanager.ekuiper.errors import EKuiperError
from ekmanager.health.model import Snapshot, Status
from ekmanager.ui import format as fmt
from ekmanager.ui.context import PageContext
from ekmanager.ui.text import count, sentence

_KEPT = "inventory"


@dataclass(frozen=True, slots=True)
class Inventory:
    """What one question brought."""

    of: tuple[str, int]
    """Key and revision of the connection that was asked."""
    at: float
    streams: int | None = None
    tables: int | None = None
    failure: str = ""
    """Markdown."""


def inventory(context: PageContext, entry: Entry, snapshot: Snapshot) -> None:
    """Streams and tables, counted once when the page is opened; a rerun shows the same answer with its age."""
    kept: Inventory | None = st.session_state.get(_KEPT)
    subject = (entry.key, entry.connection.revision)
    with st.container(horizontal=True, vertical_alignment="center", height=56, border=False):
        line = st.empty()
        asked = st.button("Count again", key="count-again", type="tertiary", icon=":material/refresh:")
    if kept is None or kept.of != subject or asked:
        if snapshot.status is not Status.ONLINE:
            line.caption("Streams and tables are counted when the server is online.", width="content")
            return
        line.caption("Counting streams and tables…", width="content")
        kept = st.session_state[_KEPT] = count_objects(context, entry)
    if kept.failure:
        line.markdown(f":orange[:material/warning:] Streams and tables could not be counted: {kept.failure}")
        return
    line.markdown(
        f"**{count(kept.streams or 0, 'stream')}** · **{count(kept.tables or 0, 'table')}** "
        f":gray[counted {fmt.age(kept.at, time.time())}]",
        width="content",
    )


def count_objects(context: PageContext, entry: Entry) -> Inventory:
    """Two calls to the server."""
    of = (entry.key, entry.connection.revision)
    try:
        with context.services.client(entry.connection) as client:
            return Inventory(of, time.time(), len(client.streams.list()), len(client.tables.list()))
    except (EKuiperError, ConnectionsError) as error:
        return Inventory(of, time.time(), failure=sentence(error))


def proxy_address(connection_id: str, path: str = "") -> str:
    """The path under which this app passes calls on to the server."""
    return f"/api/connections/{quote(connection_id, safe='')}/ekuiper/{path}"


def proxy_examples(entry: Entry, origin: str) -> None:
    """The address of the proxy with two calls to copy."""
    address = proxy_address(entry.connection.id)
    st.markdown(
        "Calls to this address reach the server with its credentials, past CORS and firewalls between you and it."
    )
    st.code(f"{origin}{address}", language=None)
    script, shell = st.tabs(["JavaScript, on this page", "curl"])
    rules = proxy_address(entry.connection.id, "rules")
    script.code(f"const rules = await fetch('{rules}').then((answer) => answer.json());", language="javascript")
    shell.code(f"curl {_cookie(entry)}'{origin}{rules}'", language="bash")
    if entry.where is Where.BROWSER:
        shell.caption(
            "This connection is private to this browser, so a call from elsewhere needs its cookie: copy the value of "
            "`ekmanager_browser` from the browser's developer tools. Treat it like a password."
        )


def _cookie(entry: Entry) -> str:
    return "--cookie 'ekmanager_browser=<value>' " if entry.where is Where.BROWSER else ""


def page_origin(url: str | None) -> str:
    """Scheme, host and port of the page's own address."""
    parts = (url or "").split("/", 3)
    return "/".join(parts[:3]) if len(parts) >= 3 else ""
