"""The list of connections as a value: what the browser store and the JSON file both keep.

Objects that are not connections stay in their place untouched, so that a list which a person or another program
wrote comes back out as it went in.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from ekmanager.connections.documents import ItemInvalid, Parsed, Seal, from_document, to_document
from ekmanager.connections.errors import (
    ConnectionNotFound,
    EditConflict,
    IdTaken,
    NameTaken,
    StoreError,
    TooManyConnections,
)
from ekmanager.connections.model import MAX_CONNECTIONS, Connection, new_id


@dataclass(frozen=True)
class Item:
    """One object of the list, and the connection that it is, if it is one."""

    raw: object
    connection: Connection | None
    problem: str = ""
    stale: bool = False
    in_clear: bool = False


class Catalog:
    """An immutable list; every change gives a new one. Raises what `ConnectionStore` says."""

    def __init__(self, items: Iterable[Item], seal: Seal) -> None:
        self._seal = seal
        self.items, notes = _settle(list(items))
        self.connections = tuple(item.connection for item in self.items if item.connection is not None)
        self.problems = tuple([item.problem for item in self.items if item.problem] + notes)
        self.in_clear = any(item.in_clear for item in self.items)
        """Whether a secret is written in the clear."""
        self.stale = any(item.stale for item in self.items)
        """Whether secrets wait to be sealed, or sealed with the newest key."""
        self._by_id = {connection.id: connection for connection in self.connections}

    @classmethod
    def read(cls, raws: Sequence[object], seal: Seal, *, written_at: datetime) -> Catalog:
        """From the objects of a file; `written_at` stands in for times that they do not name."""
        return cls((_item(raw, number, seal, written_at) for number, raw in enumerate(raws, 1)), seal)

    @property
    def raws(self) -> list[object]:
        """The objects to write."""
        return [item.raw for item in self.items]

    def get(self, connection_id: str) -> Connection:
        try:
            return self._by_id[connection_id]
        except KeyError:
            raise ConnectionNotFound(connection_id) from None

    def add(self, connections: Sequence[Connection]) -> Catalog:
        if len(self.items) + len(connections) > MAX_CONNECTIONS:
            raise TooManyConnections(f"There can be at most {MAX_CONNECTIONS} connections in one place.")
        ids, names = set(self._by_id), {folded(connection.name) for connection in self.connections}
        for connection in connections:
            if connection.id in ids or not connection.id:
                raise IdTaken(connection.id)
            if folded(connection.name) in names:
                raise NameTaken(connection.name)
            ids.add(connection.id)
            names.add(folded(connection.name))
        default = next((it.id for it in reversed(connections) if it.is_default), None)
        added = Catalog([*self.items, *(self._made(connection) for connection in connections)], self._seal)
        return added if default is None else added.set_default(default)

    def update(self, connection: Connection, *, expected_revision: int) -> Catalog:
        old = self.get(connection.id)
        new = revised(old, connection, expected_revision)
        if folded(new.name) != folded(old.name) and any(
            folded(other.name) == folded(new.name) for other in self.connections if other.id != new.id
        ):
            raise NameTaken(new.name)
        changed = self._mapped(lambda item, it: self._made(new) if it.id == new.id else item)
        return changed.set_default(new.id) if new.is_default and not old.is_default else changed

    def delete(self, connection_ids: Sequence[str]) -> tuple[Catalog, Sequence[Connection]]:
        removed = [self.get(connection_id) for connection_id in dict.fromkeys(connection_ids)]
        gone = {connection.id for connection in removed}
        kept = (item for item in self.items if item.connection is None or item.connection.id not in gone)
        return Catalog(kept, self._seal), removed

    def set_default(self, connection_id: str | None) -> Catalog:
        if connection_id is not None:
            self.get(connection_id)
        return self._mapped(lambda item, it: _flagged(item, it, it.id == connection_id))

    def resealed(self) -> Catalog:
        """The same connections, every secret under the newest key."""
        return self._mapped(lambda item, it: self._made(it) if item.stale else item)

    def _mapped(self, change: Callable[[Item, Connection], Item]) -> Catalog:
        items = (change(item, item.connection) if item.connection is not None else item for item in self.items)
        return Catalog(items, self._seal)

    def _made(self, connection: Connection) -> Item:
        raw = to_document(connection, self._seal)
        try:
            parsed = from_document(raw, self._seal, written_at=connection.updated_at)
        except ItemInvalid as error:
            raise StoreError(f"{connection.name!r} cannot be kept: {error}.") from None
        return _readable(raw, parsed)


def folded(name: str) -> str:
    """Names that differ only in case or in the space around them are the same name."""
    return name.strip().casefold()


def revised(old: Connection, new: Connection, expected_revision: int) -> Connection:
    """`new` as the next revision of `old`. Raises EditConflict."""
    if old.revision != expected_revision:
        raise EditConflict(old.name)
    update = {"revision": old.revision + 1, "created_at": old.created_at, "updated_at": datetime.now(UTC)}
    return new.model_copy(update=update)


def _item(raw: object, number: int, seal: Seal, written_at: datetime) -> Item:
    try:
        parsed = from_document(raw, seal, written_at=written_at)
    except ItemInvalid as error:
        return Item(raw, None, f"{_called(raw, number)} cannot be used, and is kept as it is: {error}.")
    return _readable(raw, parsed)


def _readable(raw: object, parsed: Parsed) -> Item:
    problem = ""
    if parsed.locked:
        problem = f"The secrets of {parsed.connection.name!r} cannot be used. {parsed.locked}"
    return Item(raw, parsed.connection, problem, parsed.stale, parsed.in_clear)


def _called(raw: object, number: int) -> str:
    name = raw.get("name") if isinstance(raw, Mapping) else None
    return f"Connection no. {number} ({name[:60]!r})" if isinstance(name, str) and name else f"Connection no. {number}"


def _flagged(item: Item, connection: Connection, is_default: bool) -> Item:
    if connection.is_default == is_default:
        return item
    fields = {name: value for name, value in _fields(item).items() if name != "is_default"}
    return replace(
        item,
        raw=fields | {"isDefault": is_default},
        connection=connection.model_copy(update={"is_default": is_default}),
    )


def _fields(item: Item) -> dict[str, object]:
    return dict(item.raw) if isinstance(item.raw, Mapping) else {}


def _settle(items: list[Item]) -> tuple[tuple[Item, ...], list[str]]:
    """Makes ids unique and the default single, where a hand-edited list does not have them so; says what it found.

    Ids follow from the order in the list, so that they are the same at every reading.
    """
    ids = {item.connection.id for item in items if item.connection is not None}
    seen: set[str] = set()
    names: set[str] = set()
    notes: list[str] = []
    has_default = False
    for place, item in enumerate(items):
        connection = item.connection
        if connection is None:
            continue
        if not connection.id or connection.id in seen:
            fresh = new_id(connection.id or connection.name, ids | seen)
            if connection.id:
                notes.append(
                    f"The id {connection.id!r} occurs twice; {connection.name!r} has the id {fresh!r} for now."
                )
            raw = _fields(item) | {"id": fresh}
            item = replace(item, raw=raw, connection=connection.model_copy(update={"id": fresh}))
            items[place], connection = item, item.connection
        assert connection is not None
        seen.add(connection.id)
        if folded(connection.name) in names:
            notes.append(f"The name {connection.name!r} occurs twice; rename one of the two.")
        names.add(folded(connection.name))
        if connection.is_default and has_default:
            items[place] = _flagged(item, connection, False)
        has_default = has_default or connection.is_default
    return tuple(items), notes
