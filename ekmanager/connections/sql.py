"""Connections in an SQL database: SQLite for one machine, PostgreSQL for several."""

from __future__ import annotations

import contextlib
import json
import os
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from filelock import FileLock
from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    create_engine,
    delete,
    func,
    insert,
    inspect,
    select,
    text,
    update,
)
from sqlalchemy.engine import URL, Engine, make_url
from sqlalchemy.engine import Connection as Database
from sqlalchemy.exc import IntegrityError, OperationalError, SQLAlchemyError

from ekmanager.connections.catalog import Catalog, Item, folded
from ekmanager.connections.catalog_store import CatalogStore, T
from ekmanager.connections.documents import Seal
from ekmanager.connections.errors import StoreError
from ekmanager.connections.model import Connection
from ekmanager.connections.vault import Vault

DRIVERS = frozenset(["sqlite", "sqlite+pysqlite", "postgresql", "postgresql+psycopg"])
SCHEMA = 1
_FIRST: Final[Mapping[str, int]] = {"schema": SCHEMA, "generation": 0}
"""What a new database says of itself."""
FRESH_FOR = 1.0
"""Seconds for which what was read is not compared with the database again."""
RETRY_AFTER = 5.0
"""Seconds after which a database that failed is tried again."""
WAIT = 15
"""Seconds to wait for another process that is writing."""
PATIENCE = 2.0
"""Seconds that a look at the database may hold up who could do with what was read last."""
_LINK = {"keepalives_idle": 10, "keepalives_interval": 5, "keepalives_count": 3, "tcp_user_timeout": 15_000}
"""For PostgreSQL: a machine that went away without a word is given up after some 15 seconds, not after hours."""

_metadata = MetaData()
_rows = Table(
    "ekmanager_connections",
    _metadata,
    Column("id", String(80), primary_key=True),
    Column("name_key", String(400), nullable=False, unique=True),
    Column("position", BigInteger, nullable=False, index=True),
    Column("revision", Integer, nullable=False),
    Column("is_default", Boolean, nullable=False),
    Column("document", Text, nullable=False),
)
_meta = Table(
    "ekmanager_connections_meta",
    _metadata,
    Column("key", String(40), primary_key=True),
    Column("value", BigInteger, nullable=False),
)
_CREATION_LOCK = 7_309_081
"""Any number that is the same for all processes: PostgreSQL's advisory lock while tables are made."""


@dataclass(frozen=True)
class _Kept:
    """What was read, and the count of writes at that time."""

    generation: int
    catalog: Catalog


class SqlStore(CatalogStore):
    """Rows of JSON documents with the columns that the database must know. A `ConnectionStore`.

    Every write begins by raising one counter, which makes writers wait for each other on both engines and tells
    readers that something changed. Connects at first use. When the database fails or hangs, what was read last stays
    in use.
    """

    def __init__(self, url: str, vault: Vault, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._url = _with_driver(make_url(url))
        super().__init__(Seal(vault))
        self._lock = threading.RLock()
        self._looking = threading.Lock()
        self._engine: Engine | None = None
        self._kept: _Kept | None = None
        self._failure: StoreError | None = None
        self._refused = False
        self._clock = clock
        self._check_at = clock()

    def close(self) -> None:
        """Closes its connections to the database; the next use opens them again."""
        with self._lock:
            if self._engine is not None:
                self._engine.dispose()
            self._engine = None

    @property
    def takes_writes(self) -> bool:
        """False while the database fails, after a write that it refused, or where its file is read-only."""
        if self._failure is not None or self._refused:
            return False
        path = Path(self._url.database or "") if self._url.get_backend_name() == "sqlite" else None
        if path is None or not path.parent.exists():
            return True
        return os.access(path.parent, os.W_OK | os.X_OK) and (not path.exists() or os.access(path, os.W_OK))

    @property
    def problems(self) -> Sequence[str]:
        try:
            catalog = self._read()
        except StoreError as error:
            return (f"{error.message} {error.hint}".strip(),)
        failure = [f"{self._failure.message} Shown is what was read last."] if self._failure else []
        return (*failure, *catalog.problems, *self._in_clear(catalog))

    def _read(self) -> Catalog:
        kept = self._kept
        if kept is not None and self._clock() < self._check_at:
            return kept.catalog
        if kept is None:
            self._look()
            return self._last_read()
        if self._looking.acquire(blocking=False):
            look = threading.Thread(target=self._look_once, name="ekmanager-store", daemon=True)
            look.start()
            look.join(PATIENCE)
            if look.is_alive():
                self._failure = StoreError(f"{self._name} does not answer.")
        return self._last_read()

    def _look_once(self) -> None:
        try:
            self._look()
        finally:
            self._looking.release()

    def _look(self) -> None:
        """Reads what is new, unless that was done a moment ago. A failure is kept, and not raised."""
        with self._lock:
            if self._clock() < self._check_at:
                return
            try:
                with self._database() as database:
                    self._kept = self._newest(database, _generation(database))
            except StoreError as error:
                self._failure, self._check_at = error, self._clock() + RETRY_AFTER
                return
            self._failure, self._check_at = None, self._clock() + FRESH_FOR

    def _last_read(self) -> Catalog:
        if self._kept is None:
            assert self._failure is not None
            raise StoreError(self._failure.message, hint=self._failure.hint) from self._failure
        return self._kept.catalog

    def _change(self, change: Callable[[Catalog], tuple[Catalog, T]]) -> T:
        with self._locked():
            with self._noticing_refusals(), self._database() as database:
                database.execute(update(_meta).where(_meta.c.key == "generation").values(value=_meta.c.value + 1))
                generation = _generation(database)
                # Since the counter is ours until the commit, the state before it is the newest there is.
                before = self._newest(database, generation - 1).catalog
                after, result = change(before)
                _write(database, before, after)
            self._kept = _Kept(generation, after)
            self._failure, self._check_at = None, self._clock() + FRESH_FOR
            return result

    @contextlib.contextmanager
    def _noticing_refusals(self) -> Iterator[None]:
        """Remembers whether the database refused the write, as it does when it is full or read-only."""
        try:
            yield
        except StoreError as error:
            cause = error.__cause__
            self._refused = isinstance(cause, SQLAlchemyError | OSError) and not isinstance(cause, IntegrityError)
            raise
        self._refused = False

    @contextlib.contextmanager
    def _locked(self) -> Iterator[None]:
        if not self._lock.acquire(timeout=WAIT):
            raise StoreError(f"{self._name} does not answer.", hint="Nothing was changed. Try again in a moment.")
        try:
            yield
        finally:
            self._lock.release()

    def _newest(self, database: Database, generation: int) -> _Kept:
        if self._kept is not None and self._kept.generation == generation:
            return self._kept
        rows = database.execute(select(_rows).order_by(_rows.c.position)).mappings()
        catalog = Catalog.read([_raw(row) for row in rows], self._seal, written_at=datetime.now(UTC))
        return _Kept(generation, catalog)

    @contextlib.contextmanager
    def _database(self) -> Iterator[Database]:
        """One transaction. What the database refuses becomes a StoreError without its parameters."""
        try:
            if self._engine is None:
                self._engine = _opened(self._url)
            with self._engine.begin() as database:
                yield database
        except IntegrityError as error:
            raise StoreError(
                f"{self._name} already holds a connection with this id or name, which cannot be read."
            ) from error
        except (SQLAlchemyError, OSError) as error:
            raise StoreError(
                f"{self._name} cannot be used: {_reason(error)}.",
                hint="Check that it runs, that EKMANAGER_STORE names it rightly, and that it may be written.",
            ) from error

    @property
    def _name(self) -> str:
        """The database for people, without user and password."""
        if self._url.get_backend_name() == "sqlite":
            return f"The database {self._url.database}"
        return f"The database {self._url.database} on {self._url.host or 'this machine'}"

    def __repr__(self) -> str:
        return f"SqlStore({self._url.render_as_string(hide_password=True)!r})"


def _with_driver(url: URL) -> URL:
    return url.set(drivername="postgresql+psycopg") if url.drivername == "postgresql" else url


def _opened(url: URL) -> Engine:
    """An engine for a database that has our tables. Raises SQLAlchemyError, OSError, StoreError."""
    if url.get_backend_name() != "sqlite":
        link = {name: value for name, value in {"connect_timeout": 5, **_LINK}.items() if name not in url.query}
        engine = create_engine(url, hide_parameters=True, pool_pre_ping=True, pool_recycle=1_800, connect_args=link)
        with engine.begin() as database:
            database.execute(select(func.pg_advisory_xact_lock(_CREATION_LOCK)))
            _make_tables(database)
        return engine
    if not url.database or url.database == ":memory:":
        raise StoreError("EKMANAGER_STORE: the URL of an SQLite database names a file, for example sqlite:///my.db.")
    path = Path(url.database)
    with contextlib.suppress(FileExistsError):
        path.parent.mkdir(parents=True, mode=0o700)
    engine = create_engine(url, hide_parameters=True, connect_args={"timeout": WAIT})
    if path.exists():
        with engine.begin() as database:
            # The table is seen by others before its rows are: whoever makes it is not done then.
            if inspect(database).has_table(_meta.name) and _FIRST.keys() <= _known(database):
                _check_schema(database)
                return engine
    # DDL is not transactional in Python's SQLite driver, and the change to WAL does not wait for a lock.
    with FileLock(f"{path}.lock", timeout=WAIT, mode=0o600):
        os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
        # Somebody else who uses the file right now keeps it from changing; without WAL it works too.
        with contextlib.suppress(OperationalError), engine.connect() as database:
            database.execute(text("PRAGMA journal_mode=WAL"))
        with engine.begin() as database:
            _make_tables(database)
    return engine


def _make_tables(database: Database) -> None:
    _metadata.create_all(database, tables=[_rows, _meta])
    for key in _FIRST.keys() - _known(database):
        database.execute(insert(_meta).values(key=key, value=_FIRST[key]))
    _check_schema(database)


def _known(database: Database) -> set[str]:
    return set(database.execute(select(_meta.c.key)).scalars())


def _check_schema(database: Database) -> None:
    found = database.execute(select(_meta.c.value).where(_meta.c.key == "schema")).scalar()
    if found is not None and found > SCHEMA:
        raise StoreError(
            f"The database was written by a newer ekmanager (schema {found}, this one knows {SCHEMA}).",
            hint="Update this installation.",
        )


def _generation(database: Database) -> int:
    found = database.execute(select(_meta.c.value).where(_meta.c.key == "generation")).scalar()
    if found is None:
        raise StoreError("The database lacks the counter of its writes, so it was not made by ekmanager.")
    return int(found)


def _raw(row: Mapping[Any, Any]) -> object:
    try:
        document = json.loads(row["document"])
    except (ValueError, RecursionError):
        document = None
    if not isinstance(document, dict):
        return document
    # The columns are what the database keeps unique and counts, so they decide.
    return document | {"id": row["id"], "revision": row["revision"], "isDefault": bool(row["is_default"])}


def _write(database: Database, before: Catalog, after: Catalog) -> None:
    """Writes the difference of two states as few rows."""
    old, new = _by_id(before), _by_id(after)
    gone = [connection_id for connection_id in old if connection_id not in new]
    for start in range(0, len(gone), 500):
        database.execute(delete(_rows).where(_rows.c.id.in_(gone[start : start + 500])))
    for connection_id, (item, connection) in new.items():
        if connection_id in old and old[connection_id][0] is not item:
            database.execute(update(_rows).where(_rows.c.id == connection_id).values(_columns(item, connection)))
    added = [_columns(item, connection) for key, (item, connection) in new.items() if key not in old]
    if added:
        last = database.execute(select(func.max(_rows.c.position))).scalar() or 0
        rows = [values | {"position": last + place} for place, values in enumerate(added, 1)]
        database.execute(insert(_rows), rows)


def _by_id(catalog: Catalog) -> dict[str, tuple[Item, Connection]]:
    return {item.connection.id: (item, item.connection) for item in catalog.items if item.connection is not None}


def _columns(item: Item, connection: Connection) -> dict[str, object]:
    return {
        "id": connection.id,
        "name_key": folded(connection.name),
        "revision": connection.revision,
        "is_default": connection.is_default,
        "document": json.dumps(item.raw),
    }


def _reason(error: SQLAlchemyError | OSError) -> str:
    """The driver's first line; statements and parameters stay out."""
    original = getattr(error, "orig", None)
    lines = str(original if original is not None else error).strip().splitlines()
    return lines[0].rstrip(".") if lines else type(error).__name__
