"""The connections that one person sees: the shared ones of the server and the private ones of the browser."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from ekmanager.connections.browser import BrowserStore
from ekmanager.connections.catalog import folded
from ekmanager.connections.demo_mark import check_may_leave, demo_name, unmarked
from ekmanager.connections.errors import ConnectionNotFound, IdTaken, NameTaken, StoreError
from ekmanager.connections.importing import ImportReport, OnConflict, run_import
from ekmanager.connections.merge import apply_patch
from ekmanager.connections.model import MAX_NAME, Connection, Where, new_id
from ekmanager.connections.store import ConnectionStore
from ekmanager.connections.transfer import ImportPlan


@dataclass(frozen=True, slots=True)
class Entry:
    """A connection and the place that keeps it."""

    connection: Connection
    where: Where
    key: str
    """The stable name under which its health is kept; no other browser can have the same for a private one."""


class ConnectionBook:
    """One person's view of both stores. Cheap to make: make one for each run or request.

    Names and ids are unique over everything the person sees. A store that cannot be read is named in `problems`
    and its connections are missing from `entries`; the other goes on. Changes raise what `ConnectionStore` says.
    """

    def __init__(self, shared: ConnectionStore | None, private: BrowserStore | None, *, browser_id: str | None) -> None:
        self._shared = shared
        self._private = private
        self._prefix = "browser/" + hashlib.sha256((browser_id or "").encode()).hexdigest()[:16]

    def entries(self) -> Sequence[Entry]:
        """Shared ones first, each store in its order."""
        entries: list[Entry] = []
        if self._shared is not None:
            try:
                shared = self._shared.list()
            except StoreError:
                shared = ()
            entries += [self._entry(connection, Where.SERVER) for connection in shared]
        if self._private is not None:
            entries += [self._entry(connection, Where.BROWSER) for connection in self._private.list()]
        return entries

    def get(self, connection_id: str) -> Entry:
        """A private connection before a shared one with the same id. Raises ConnectionNotFound, StoreError."""
        for where, store in ((Where.BROWSER, self._private), (Where.SERVER, self._shared)):
            if store is not None:
                try:
                    return self._entry(store.get(connection_id), where)
                except ConnectionNotFound:
                    continue
        raise ConnectionNotFound(connection_id)

    def default(self) -> Entry | None:
        """The private default, else the shared one."""
        defaults = [entry for entry in self.entries() if entry.connection.is_default]
        return min(defaults, key=lambda entry: entry.where is not Where.BROWSER, default=None)

    def add(self, draft: Connection, where: Where) -> Entry:
        """Keeps a new connection; one without an id is given one made from its name. Raises NameTaken, IdTaken.

        It is the person's own, whatever it was made from: the mark of a demo server is taken off.
        """
        draft = unmarked(draft)
        store, entries = self._store(where), self.entries()
        ids = {entry.connection.id for entry in entries}
        if draft.id in ids:
            raise IdTaken(draft.id)
        _refuse_taken(draft.name, entries)
        now = datetime.now(UTC)
        made = draft.model_copy(
            update={
                "id": draft.id or new_id(draft.name, ids, private=where is Where.BROWSER),
                "revision": 0,
                "created_at": now,
                "updated_at": now,
            }
        )
        store.add([made])
        return self._entry(store.get(made.id), where)

    def change(self, connection_id: str, patch: Mapping[str, object], *, expected_revision: int) -> Entry:
        """Changes some fields (see `apply_patch`). Raises EditConflict when another revision is kept by now.

        A demo connection that is pointed at another address is the person's own from then on.
        """
        entry = self.get(connection_id)
        new = apply_patch(entry.connection, patch)
        if demo_name(new) != demo_name(entry.connection) or new.url != entry.connection.url:
            new = unmarked(new)
        if folded(new.name) != folded(entry.connection.name):
            _refuse_taken(new.name, self.entries(), but=connection_id)
        kept = self._store(entry.where).update(new, expected_revision=expected_revision)
        return self._entry(kept, entry.where)

    def delete(self, connection_ids: Sequence[str]) -> Sequence[Entry]:
        """Removes them and returns them. Raises ConnectionNotFound before anything is removed."""
        entries = [self.get(connection_id) for connection_id in dict.fromkeys(connection_ids)]
        for where in Where:
            ids = [entry.connection.id for entry in entries if entry.where is where]
            if ids:
                self._store(where).delete(ids)
        return entries

    def duplicate(self, connection_id: str) -> Entry:
        """A copy beside it, secrets included, under a free name."""
        entry = self.get(connection_id)
        name = free_name(entry.connection.name, "copy", self.entries())
        return self.add(_copied(entry.connection, name), entry.where)

    def copy(self, connection_id: str, to: Where) -> Entry:
        """A copy in the other store, secrets included, under a free name. Raises DemoStaysHere."""
        entry = self.get(connection_id)
        check_may_leave(entry.connection)
        word = "private" if to is Where.BROWSER else "shared"
        return self.add(_copied(entry.connection, free_name(entry.connection.name, word, self.entries())), to)

    def set_default(self, connection_id: str | None) -> None:
        """Makes one the default. A shared one takes the place of a private default, which would hide it.

        None: takes the mark from the connection that is the default now.
        """
        if connection_id is None:
            current = self.default()
            if current is not None:
                self._store(current.where).set_default(None)
            return
        entry = self.get(connection_id)
        self._store(entry.where).set_default(connection_id)
        private = self._private if entry.where is Where.SERVER else None
        if private is not None and any(connection.is_default for connection in private.list()):
            private.set_default(None)

    def import_(self, plan: ImportPlan, where: Where, on_conflict: OnConflict = "skip") -> ImportReport:
        """Adds the drafts of a plan; names and ids that exist are skipped, replaced or renamed.

        A replaced connection keeps its secrets where the import has none and leads to the same server. One that
        the other store keeps is never replaced, but skipped. The default stays the default, unless it is itself
        replaced and the plan names another.
        """
        return run_import(self._store(where), where, self.entries(), plan, on_conflict)

    @property
    def problems(self) -> Sequence[str]:
        """Sentences about both stores for the page."""
        problems: list[str] = []
        for store in (self._shared, self._private):
            if store is not None:
                try:
                    store.list()
                except StoreError as error:
                    problems.append(f"{error.message} {error.hint}".strip())
                problems += store.problems
        return list(dict.fromkeys(problems))

    def _store(self, where: Where) -> ConnectionStore:
        store: ConnectionStore | None = self._private if where is Where.BROWSER else self._shared
        if store is not None:
            return store
        if where is Where.BROWSER:
            raise StoreError("No browser is known here, so nothing can be kept in it.")
        raise StoreError(
            "This app keeps connections in each person's browser only.",
            hint="EKMANAGER_PERSISTENCE=server makes it keep shared ones too.",
        )

    def _entry(self, connection: Connection, where: Where) -> Entry:
        prefix = "shared" if where is Where.SERVER else self._prefix
        return Entry(connection, where, f"{prefix}/{connection.id}")


def free_name(name: str, word: str, entries: Sequence[Entry]) -> str:
    """`Line 2 (copy)`, or `Line 2 (copy 2)` where that is taken."""
    taken = {folded(entry.connection.name) for entry in entries}
    number = 1
    while True:
        tail = f" ({word})" if number == 1 else f" ({word} {number})"
        candidate = name[: MAX_NAME - len(tail)].rstrip() + tail
        if folded(candidate) not in taken:
            return candidate
        number += 1


def _copied(connection: Connection, name: str) -> Connection:
    return connection.model_copy(update={"id": "", "name": name, "is_default": False})


def _refuse_taken(name: str, entries: Sequence[Entry], *, but: str = "") -> None:
    if any(folded(entry.connection.name) == folded(name) for entry in entries if entry.connection.id != but):
        raise NameTaken(name)
