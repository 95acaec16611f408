"""The live part of every page: the browser's storage is kept up to date, and the server switcher drawn."""

from __future__ import annotations

from collections.abc import Collection

import streamlit as st

from ekmanager.services import get_services
from ekmanager.ui.blocks.dialogs import open_one
from ekmanager.ui.context import STORAGE_ERROR, PageContext, browser, page_context
from ekmanager.ui.rules_state import RULE, TAB
from ekmanager.ui.widgets.browser_store import browser_store
from ekmanager.ui.widgets.clock import tick
from ekmanager.ui.widgets.switcher import pack_server, switcher

_WELCOMED = "welcomed"
_EMPTY = "drawn-without-connections"


@st.fragment
def frame(with_page: Collection[str]) -> None:
    """Call it in the sidebar, before anything that looks at the connections. `with_page` is empty when it runs alone.

    It runs the page only when the browser said something that the page shows, or a choice was made: a run of the
    page closes and reopens a dialog under the fingers of whoever types in it. What a script in the page, or another
    tab, changed through `/api` is written to the storage with the next tick.
    """
    restored = _mirror(with_page)
    if restored and not st.session_state.get(_WELCOMED):
        st.session_state[_WELCOMED] = True
        get_services().welcome(browser()[0])
    context = page_context()
    tick(context.frame.refresh, key="switcher")
    empty = not context.entries
    if with_page:
        st.session_state[_EMPTY] = empty
    elif st.session_state.get(_EMPTY) is not empty and open_one() is None:
        # The first server came, or the last one went, in another tab: this page is about something else now.
        st.rerun()
    if restored and not empty:
        _switcher(context)


def _mirror(with_page: Collection[str]) -> bool:
    """Whether the browser has told what it keeps."""
    services, (browser_id, _) = get_services(), browser()
    store = services.browsers.open(browser_id)
    before = (store.restored, st.session_state.get(STORAGE_ERROR, ""))
    said = browser_store(
        store.document() if store.restored else None, store.revision, key="store", epoch=f"{browser_id}{id(store)}"
    )
    st.session_state[STORAGE_ERROR] = said.error if said else ""
    if said is not None and not store.restored:
        store.restore(said.text)
    if not with_page and before != (store.restored, st.session_state[STORAGE_ERROR]):
        st.rerun()
    return store.restored


def _switcher(context: PageContext) -> None:
    servers = []
    for entry in context.entries:
        connection, snapshot = entry.connection, context.snapshot(entry)
        servers.append(
            pack_server(
                connection.id,
                connection.name,
                snapshot.status,
                checking=snapshot.checking,
                where=entry.where,
                is_default=connection.is_default,
                url=connection.url,
                reason=snapshot.reason,
            )
        )
    chosen = switcher(servers, context.selected.connection.id if context.selected else None, key="switcher")
    if chosen is not None:
        st.query_params["server"] = chosen
        # Another server has other rules.
        for name in (RULE, TAB):
            st.query_params.pop(name, None)
        st.rerun()
