"""The shared store that a setting names."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from ekmanager.connections.errors import StoreError
from ekmanager.connections.json_file import JsonFileStore
from ekmanager.connections.vault import Vault

if TYPE_CHECKING:
    from ekmanager.connections.sql import SqlStore


def open_store(store: str, vault: Vault) -> JsonFileStore | SqlStore:
    """A path that ends in `.json`, or an SQLAlchemy URL for SQLite or PostgreSQL.

    Secrets that wait for a key, or for the newest one, are sealed now where the store can be written.
    Raises StoreError for anything else; a store that cannot be read yet is no error here.
    """
    opened: JsonFileStore | SqlStore
    if "://" in store:
        opened = _open_sql(store, vault)
    elif store.endswith(".json"):
        opened = JsonFileStore(Path(store), vault)
    else:
        raise StoreError(
            f"EKMANAGER_STORE: {store!r} is neither a path that ends in .json nor a database URL.",
            hint="Examples: .data/connections.json, sqlite:///connections.db, postgresql+psycopg://user@host/name.",
        )
    opened.reseal()
    return opened


def _open_sql(url: str, vault: Vault) -> SqlStore:
    """Raises StoreError without the URL's text, which may hold a password."""
    # Here, for every other store, and every command beside it, does without the largest of the libraries.
    from sqlalchemy.engine import make_url
    from sqlalchemy.exc import ArgumentError

    from ekmanager.connections.sql import DRIVERS, SqlStore

    try:
        parsed = make_url(url)
    except (ArgumentError, ValueError):
        raise StoreError("EKMANAGER_STORE: the database URL cannot be read.") from None
    if parsed.drivername not in DRIVERS:
        raise StoreError(
            f"EKMANAGER_STORE: {parsed.drivername} is not a database that connections can be kept in.",
            hint="Use sqlite:///… or postgresql+psycopg://…",
        )
    return SqlStore(url, vault)
