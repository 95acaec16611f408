"""A browser's own connections in its local storage: read once when the page opens, written when they change."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, cast

import streamlit as st

from ekmanager.ui.widgets.mount import UNSEEN, catch, caught, renderer

STORAGE_KEY: Final = "ekmanager.connections.v1"

_PROCESS: Final = secrets.token_hex(8)

_SENTENCES: Final = {
    "blocked": "This browser does not let the page keep data, so its connections are kept in the app's memory only: "
    "until the app restarts or forgets this browser. Allow site data for this address, or export the connections.",
    "full": "This browser's storage for the page is full, so the last changes are kept in the app's memory only: "
    "until the app restarts or forgets this browser. Delete connections, or export them.",
}


@dataclass(frozen=True, slots=True)
class BrowserDocument:
    """What the browser said."""

    text: str | None
    """What was stored when the page opened; None: nothing, or storage cannot be read (see `error`)."""
    error: str
    """A sentence when the browser refuses to read or write, else empty."""
    written: int
    """The newest revision that the browser has taken, stored unless there is an `error`; -1 before the first."""


def browser_store(document: str | None, revision: int, *, key: str, epoch: str = "") -> BrowserDocument | None:
    """Mirror the connections of this browser; gives None until the browser has answered.

    Call it in every run, before anything that may stop the run, in a live part of its own: what the browser reports
    would else run the whole page, which closes and reopens a dialog under the fingers of whoever types in it.
    `document` is what is to be stored, at `revision`, which grows with every change; it is sent until the browser has
    acknowledged that revision. None: nothing to store yet. Nothing is ever written before the browser's own document
    was reported, so that an empty memory cannot
    overwrite it. `epoch` names the memory that revisions count in: when it changes (as it does by itself with a new
    process) the browser reads and reports again, because what it reported to the old one may have changed since.
    """
    epoch, name = f"{_PROCESS}{epoch}", f"{UNSEEN}{key}"
    memory: dict[str, object] = st.session_state.setdefault(f"_{name}:memory", {})
    if memory.get("epoch") != epoch:
        memory.clear()
        memory["epoch"] = epoch
    for event in ("read", "written"):
        _remember(memory, caught(name, event))
    behind = document is not None and "text" in memory and revision > cast(int, memory.get("written", -1))
    renderer("browser_store")(
        key=name,
        data={
            "storageKey": STORAGE_KEY,
            "epoch": epoch,
            "known": "text" in memory,
            "revision": revision,
            "document": document if behind else None,
        },
        on_read_change=catch(name, "read"),
        on_written_change=catch(name, "written"),
    )
    if "text" not in memory:
        return None
    return BrowserDocument(
        text=cast("str | None", memory["text"]),
        error=_SENTENCES.get(str(memory.get("error", "")), ""),
        written=cast(int, memory.get("written", -1)),
    )


def _remember(memory: dict[str, object], report: object) -> None:
    """Take over what the browser reported, unless it reported it to an older memory."""
    if not isinstance(report, Mapping) or report.get("epoch") != memory["epoch"]:
        return
    memory["error"] = report.get("error") or ""
    if "text" in report:
        memory["text"] = report["text"] if isinstance(report["text"], str) else None
    if isinstance(report.get("revision"), int):
        memory["written"] = report["revision"]
