"""What the editor of a rule has to know of a server: streams with their fields, functions, sinks, rules."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import partial

import streamlit as st

from ekmanager.connections.book import Entry
from ekmanager.connections.errors import ConnectionsError
from ekmanager.ekuiper.client import EKuiperClient
from ekmanager.ekuiper.errors import EKuiperError
from ekmanager.ekuiper.models.base import JSON
from ekmanager.ui.context import PageContext
from ekmanager.ui.sinks import SinkCatalog, read_catalog, usual_catalog
from ekmanager.ui.widgets.editor import Completions, FunctionHint

FRESH = 600.0
"""Seconds for which the answers are used again: nobody who types should wait for a server."""
SCHEMAS = 60
"""Streams and tables whose fields are asked for at most; of the others only the name completes."""


@dataclass(frozen=True)
class Knowledge:
    """What one look at the server brought. Parts that could not be read are empty."""

    at: float
    of: tuple[str, int]
    version: str = ""
    fields: Mapping[str, Sequence[str]] = field(default_factory=dict)
    """By stream or table."""
    functions: Sequence[FunctionHint] = ()
    sinks: SinkCatalog = field(default_factory=usual_catalog)

    @property
    def stream_names(self) -> frozenset[str] | None:
        """Streams and tables; None when they could not be read."""
        return frozenset(self.fields) or None

    @property
    def completions(self) -> Completions:
        """For the editor."""
        return Completions(streams=self.fields, functions=self.functions)


def forget(entry: Entry) -> None:
    """The next look asks the server again."""
    st.session_state.pop(_kept(entry), None)


def knowledge(context: PageContext, entry: Entry) -> Knowledge:
    """What is known of a server; asked for when a rule is opened, and again after a while."""
    kept = _kept(entry)
    found: Knowledge | None = st.session_state.get(kept)
    of = (entry.key, entry.connection.revision)
    if found is None or found.of != of or time.time() - found.at > FRESH:
        found = st.session_state[kept] = _ask(context, entry, of)
    return found


def _kept(entry: Entry) -> str:
    return f"knowledge/{entry.key}"


def version_of(context: PageContext, entry: Entry) -> str:
    """The server's version, as far as it is known by now; empty: not known."""
    snapshot = context.snapshot(entry)
    return snapshot.info.version if snapshot.info else context.services.rules.watch(entry).version


def _ask(context: PageContext, entry: Entry, of: tuple[str, int]) -> Knowledge:
    fields: Mapping[str, Sequence[str]] = {}
    functions: Sequence[FunctionHint] = ()
    sinks = usual_catalog()
    try:
        with context.services.client(entry.connection) as client:
            fields = _fields(client)
            functions = functions_of(client)
            sinks = read_catalog(client)
    except (EKuiperError, ConnectionsError):
        # The editor works without: completion is poorer, and the server still checks what is written.
        pass
    return Knowledge(
        at=time.time(),
        of=of,
        version=version_of(context, entry),
        fields=fields,
        functions=functions,
        sinks=sinks,
    )


def _fields(client: EKuiperClient) -> dict[str, Sequence[str]]:
    streams, tables = client.streams.list(), client.tables.list()
    calls = [
        *((name, partial(client.streams.schema, name)) for name in streams),
        *((name, partial(client.tables.schema, name)) for name in tables),
    ]
    found: dict[str, Sequence[str]] = {name: () for name, _ in calls}
    with ThreadPoolExecutor(4) as pool:
        for (name, _), answer in zip(calls, pool.map(lambda call: _quietly(call[1]), calls[:SCHEMAS]), strict=False):
            found[name] = answer
    return found


def _quietly(call: Callable[[], Iterable[str] | None]) -> Sequence[str]:
    try:
        return tuple(call() or ())
    except EKuiperError:
        return ()


def functions_of(client: EKuiperClient) -> Sequence[FunctionHint]:
    """The functions that rules of a server can call: described ones, then those that people added, each once.

    Raises EKuiperError.
    """
    found = [_hint(each) for group in client.metadata.functions() for each in group.functions]
    added: Mapping[str, Callable[[], Iterable[str]]] = {
        "A JavaScript function of this server.": client.javascript.list,
        "A function of a plugin of this server.": client.plugins.udfs.list,
        "A function of an external service.": lambda: [each.name for each in client.services.functions()],
    }
    for doc, names in added.items():
        found += [FunctionHint(name, f"{name}()", doc) for name in _quietly(names)]
    return tuple({hint.name: hint for hint in reversed(found) if hint is not None}.values())


def _hint(described: Mapping[str, JSON]) -> FunctionHint | None:
    name, example, hint = described.get("name"), described.get("example"), described.get("hint")
    if not isinstance(name, str) or not name:
        return None
    words = next((hint[key] for key in ("en_US", "en") if key in hint), "") if isinstance(hint, dict) else hint
    return FunctionHint(
        name, example if isinstance(example, str) and example else f"{name}()", words if isinstance(words, str) else ""
    )
