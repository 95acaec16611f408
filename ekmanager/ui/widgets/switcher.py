"""The server switcher at the top of the sidebar: which server the pages are about, and how every one of them is."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypeAlias

from ekmanager.connections.model import Where
from ekmanager.health.model import Status
from ekmanager.ui.widgets.fleet import LETTERS
from ekmanager.ui.widgets.mount import catch, caught, renderer

PackedServer: TypeAlias = tuple[object, ...]


def pack_server(
    id: str,  # noqa: A002 - the field's own name, as in the fleet's rows
    name: str,
    status: Status,
    *,
    checking: bool = False,
    where: Where = Where.BROWSER,
    is_default: bool = False,
    url: str = "",
    reason: str = "",
) -> PackedServer:
    """A server as it crosses the wire. The order is that of `unpack` in `frontend/src/switcher.js`."""
    flags = int(checking) | int(is_default) << 1 | int(where is Where.SERVER) << 2
    return (id, name, LETTERS[status], flags, url, reason)


def switcher(servers: Iterable[PackedServer], selected: str | None, *, key: str) -> str | None:
    """Draw the switcher; gives the id that a person chose, in one run only, else None.

    `servers` are packed (`pack_server`), in the order in which the list shows them. `selected` is the id that the
    pages are about; None, or one that is not in the list, is shown as *Choose a server*.
    """
    # A tuple and not a list, which Streamlit would look into for data frames, loading pandas to do so.
    renderer("switcher")(
        key=key,
        data={"servers": tuple(servers), "selected": selected},
        on_choice_change=catch(key, "choice"),
    )
    choice = caught(key, "choice")
    return choice if isinstance(choice, str) else None
