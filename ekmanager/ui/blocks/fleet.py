"""The fleet on a page: one element for all servers, its view in the URL, and what a person does with it."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping

import streamlit as st

from ekmanager.connections.errors import ConnectionsError
from ekmanager.connections.model import Where
from ekmanager.ui.blocks.dialogs import Dialog, open_dialog
from ekmanager.ui.blocks.messages import notify, warn
from ekmanager.ui.context import PageContext, entry_of
from ekmanager.ui.navigation import PageId, page_address
from ekmanager.ui.rows import DAY, ROWS
from ekmanager.ui.state import FrameState
from ekmanager.ui.text import count, plain, sentence
from ekmanager.ui.widgets.fleet import QUERY_NAMES, ActionKind, FleetAction, FleetView, Mode, fleet


def fleet_block(context: PageContext, mode: Mode) -> None:
    """Draws all servers and carries out what was asked for."""
    services, now = context.services, time.time()
    rows = ROWS.rows(context.entries, services.monitor.snapshot, lambda key: services.history.uptime(key, DAY), now)
    view = FleetView.from_query(st.query_params.to_dict())
    result = fleet(
        rows,
        view=view,
        mode=mode,
        key=f"fleet-{mode}",
        now=now,
        copy_to=tuple(Where) if services.shared is not None else (),
        selected=context.selected.connection.id if context.selected else None,
        link=page_address(PageId.SERVER, FrameState("{id}", context.frame.refresh).to_query(), st.context.url),
    )
    if result.changed:
        keep_in_url(result.view.to_query(), QUERY_NAMES)
    if result.action is not None:
        act(context, result.action)


def keep_in_url(wanted: Mapping[str, str], names: Iterable[str]) -> None:
    """Puts a view into the URL: the parameters of these names that it wants, and no others of them."""
    for name in names:
        if name in wanted:
            st.query_params[name] = wanted[name]
        elif name in st.query_params:
            del st.query_params[name]


def act(context: PageContext, action: FleetAction) -> None:
    """Carries out one act of a person; acts that change what is shown end in one rerun of the page."""
    _ACTS[action.kind](context, action)


def _dialog(_context: PageContext, action: FleetAction) -> None:
    kind = action.kind
    if kind in {"edit", "delete", "test", "export"}:
        open_dialog(Dialog(kind, action.ids))
        st.rerun()


def _duplicate(context: PageContext, action: FleetAction) -> None:
    try:
        made = context.book.duplicate(action.ids[0])
    except ConnectionsError as error:
        _refused(error)
    else:
        context.services.monitor.check_soon(made.key)
        notify(f"Added {plain(made.connection.name)}.")
        open_dialog(Dialog("edit", (made.connection.id,)))
    st.rerun()


def _copy(context: PageContext, action: FleetAction) -> None:
    if action.to is None:
        return
    made = 0
    for connection_id in action.ids:
        try:
            context.services.monitor.check_soon(context.book.copy(connection_id, action.to).key)
            made += 1
        except ConnectionsError as error:
            _refused(error)
    if made:
        place = "this browser" if action.to is Where.BROWSER else "the server"
        notify(f"Copied {count(made, 'connection')} to {place}.")
    st.rerun()


def _default(context: PageContext, action: FleetAction) -> None:
    try:
        context.book.set_default(action.ids[0] if action.kind == "default" else None)
    except ConnectionsError as error:
        _refused(error)
    st.rerun()


def _check(context: PageContext, action: FleetAction) -> None:
    for connection_id in action.ids:
        entry = entry_of(context, connection_id)
        if entry is not None:
            context.services.monitor.check_soon(entry.key)
    notify(f"Checking {count(len(action.ids), 'server')} now.", icon=":material/refresh:")
    st.rerun()


def _refused(error: ConnectionsError) -> None:
    warn(sentence(error))


_ACTS: Mapping[ActionKind, Callable[[PageContext, FleetAction], None]] = {
    "edit": _dialog,
    "delete": _dialog,
    "test": _dialog,
    "export": _dialog,
    "duplicate": _duplicate,
    "copy": _copy,
    "default": _default,
    "no_default": _default,
    "check": _check,
}
