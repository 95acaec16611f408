"""The history in SQLite or PostgreSQL: read from memory, written behind by a thread, read back after a restart.

A row of the table is one check or one closed bucket, its numbers packed as `rows.RAW` or `rows.BUCKET` lay them out
(little-endian): 3,000 of them come back for a server at once, and nothing asks for single numbers. A change of the
layout needs other numbers for the tiers; rows of another length are passed over.
"""

from __future__ import annotations

import contextlib
import logging
import os
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from sqlalchemy import (
    BigInteger,
    Column,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    SmallInteger,
    String,
    Table,
    Text,
    create_engine,
    delete,
    event,
    func,
    inspect,
    select,
    text,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Connection, Engine, Row, make_url
from sqlalchemy.exc import SQLAlchemyError

from ekmanager.health import rows as r
from ekmanager.health.history import MAX_EVENTS, MemoryHistory, Track
from ekmanager.health.model import Event, Status

log = logging.getLogger(__name__)

FLUSH_EVERY = 5.0
"""Seconds between writes: what a crash can lose."""
PRUNE_EVERY = 3_600.0
MOST_PENDING = 200_000
"""Rows that wait for a database that does not answer; the oldest give way."""
EVENTS_FOR = 365 * 86_400
RAW_TIER = 0
"""Tier of single checks; those of `rows.TIERS` follow."""

_metadata = MetaData()
_servers = Table(
    "ekmanager_history_servers",
    _metadata,
    Column("id", Integer, primary_key=True),
    Column("key", String(200), nullable=False, unique=True),
)
_rows = Table(
    "ekmanager_history_rows",
    _metadata,
    Column("server", Integer, primary_key=True, autoincrement=False),
    Column("tier", SmallInteger, primary_key=True, autoincrement=False),
    Column("at", BigInteger, primary_key=True, autoincrement=False),
    Column("data", LargeBinary, nullable=False),
    Index("ekmanager_history_rows_age", "tier", "at"),
    sqlite_with_rowid=False,
)
_events = Table(
    "ekmanager_history_events",
    _metadata,
    Column("id", Integer, primary_key=True),
    Column("server", Integer, nullable=False, index=True),
    Column("at", BigInteger, nullable=False),
    Column("kind", String(40), nullable=False),
    Column("text", Text, nullable=False),
    Column("status", String(20)),
)


@dataclass(slots=True)
class _Pending:
    """What waits to be written, in this order: deletions, rows, events."""

    forgotten: set[str] = field(default_factory=set)
    rows: list[tuple[str, int, int, bytes]] = field(default_factory=list)
    """(key, tier, milliseconds, numbers)"""
    events: list[tuple[str, Event]] = field(default_factory=list)
    loads: dict[str, Track] = field(default_factory=dict)

    def drop(self, key: str) -> None:
        self.rows = [row for row in self.rows if row[0] != key]
        self.events = [event for event in self.events if event[0] != key]
        self.loads.pop(key, None)

    def put_back(self, older: _Pending) -> None:
        """Takes back what could not be written; what was forgotten meanwhile stays so."""
        for key in self.forgotten:
            older.drop(key)
        self.forgotten |= older.forgotten
        self.rows = (older.rows + self.rows)[-MOST_PENDING:]
        self.events = (older.events + self.events)[-MOST_PENDING:]
        self.loads = older.loads | self.loads


class SqlHistory(MemoryHistory):
    """The history of all servers in a database, with everything that is read kept in memory as well.

    Reading never waits for the database. Several processes may write to the same one; each reads the others' rows
    when it starts. Without `start` nothing is read or written, except by `flush`.
    """

    def __init__(self, url: str, *, clock: Callable[[], float] = time.time) -> None:
        """Opens the database and makes the tables. Raises SQLAlchemyError or OSError."""
        super().__init__(clock=clock)
        self._engine, self._left = _open(url)
        self._ids: dict[str, int] = {}
        self._pending = _Pending()
        self._pending_lock = threading.Lock()
        self._flush_lock = threading.Lock()
        self._wake = threading.Event()
        self._stopping = False
        self._thread: threading.Thread | None = None
        self._pruned_at = clock()
        self.problem = ""
        """A sentence when the database could not be written or read the last time, else empty."""

    def start(self) -> None:
        """Starts the thread that reads and writes."""
        if self._thread is None:
            self._stopping = False
            self._thread = threading.Thread(target=self._work, name="ekmanager-history", daemon=True)
            self._thread.start()

    def close(self) -> None:
        """Ends the thread, writes what is left and closes the database."""
        thread, self._thread = self._thread, None
        if thread is not None:
            self._stopping = True
            self._wake.set()
            thread.join()
        self.flush()
        self._engine.dispose()

    def flush(self) -> bool:
        """Reads and writes what waits; false when the database could not be reached. Blocks."""
        with self._flush_lock:
            with self._pending_lock:
                pending, self._pending = self._pending, _Pending()
            try:
                with self._engine.begin() as connection:
                    self._write(connection, pending)
                    self._prune(connection)
                pending = _Pending(loads=pending.loads)
                with self._engine.connect() as connection:
                    for key in list(pending.loads):
                        self._load(connection, key, pending.loads[key])
                        del pending.loads[key]
            except SQLAlchemyError as error:
                self._ids.clear()
                with self._pending_lock:
                    self._pending.put_back(pending)
                if not self.problem:
                    log.error("the history cannot be written: %s", type(error).__name__)
                self.problem = "The history cannot be written now; it is kept in memory until the database answers."
                return False
            self.problem = ""
            return True

    def left(self, key: str) -> Event | None:
        return self._left.get(key)

    def forget(self, key: str) -> None:
        super().forget(key)
        self._left.pop(key, None)
        with self._pending_lock:
            self._pending.drop(key)
            self._pending.forgotten.add(key)

    def _new_track(self, key: str, persistent: bool) -> Track:
        track = Track(persistent=persistent, loaded=not persistent)
        if persistent:
            with self._pending_lock:
                self._pending.loads[key] = track
        return track

    def _recorded(self, key: str, track: Track, row: tuple[float, ...]) -> None:
        if track.persistent:
            data = np.array([row], r.RAW).tobytes()
            with self._pending_lock:
                self._pending.rows.append((key, RAW_TIER, int(row[0] * 1000), data))
            self._limit()

    def _happened(self, key: str, track: Track, event: Event) -> None:
        if track.persistent:
            with self._pending_lock:
                self._pending.events.append((key, event))

    def _closed(self, key: str, track: Track, level: int, rows: r.Rows) -> None:
        if track.persistent:
            closed = [(key, level + 1, int(row["at"]) * 1000, row.tobytes()) for row in rows]
            with self._pending_lock:
                self._pending.rows += closed

    def _limit(self) -> None:
        if len(self._pending.rows) > MOST_PENDING + 1_000:
            with self._pending_lock:
                del self._pending.rows[:-MOST_PENDING]

    def _work(self) -> None:
        while not self._stopping:
            self.flush()
            self._wake.wait(FLUSH_EVERY)
            self._wake.clear()

    def _write(self, connection: Connection, pending: _Pending) -> None:
        for key in pending.forgotten:
            self._delete(connection, key)
        keys = {row[0] for row in pending.rows} | {key for key, _ in pending.events} | set(pending.loads)
        self._number(connection, keys)
        if pending.rows:
            values = [
                {"server": self._ids[key], "tier": tier, "at": at, "data": data} for key, tier, at, data in pending.rows
            ]
            _insert_new(connection, _rows, values)
        if pending.events:
            happened = [
                {
                    "server": self._ids[key],
                    "at": int(one.at * 1000),
                    "kind": one.kind,
                    "text": one.text,
                    "status": one.status and one.status.value,
                }
                for key, one in pending.events
            ]
            connection.execute(_events.insert(), happened)

    def _delete(self, connection: Connection, key: str) -> None:
        self._ids.pop(key, None)
        number = connection.scalar(select(_servers.c.id).where(_servers.c.key == key))
        if number is not None:
            for table in (_rows, _events):
                connection.execute(delete(table).where(table.c.server == number))
            connection.execute(delete(_servers).where(_servers.c.id == number))

    def _number(self, connection: Connection, keys: set[str]) -> None:
        """Sees that every key has a number in the database."""
        new = sorted(keys - self._ids.keys())
        if not new:
            return
        _insert_new(connection, _servers, [{"key": key} for key in new])
        for start in range(0, len(new), 500):
            some = new[start : start + 500]
            found = connection.execute(select(_servers.c.key, _servers.c.id).where(_servers.c.key.in_(some)))
            self._ids.update({row.key: row.id for row in found})

    def _load(self, connection: Connection, key: str, track: Track) -> None:
        by_tier: dict[int, list[bytes]] = {}
        wanted = select(_rows.c.tier, _rows.c.data).where(_rows.c.server == self._ids[key])
        for tier, data in connection.execute(wanted.order_by(_rows.c.tier, _rows.c.at)):
            by_tier.setdefault(tier, []).append(data)
        newest = select(_events).where(_events.c.server == self._ids[key]).order_by(_events.c.at.desc())
        happened = tuple(
            _event(row) for row in connection.execute(newest.order_by(_events.c.id.desc()).limit(MAX_EVENTS))
        )
        track.restore(
            _unpacked(by_tier.get(RAW_TIER, ()), r.RAW),
            [_unpacked(by_tier.get(level + 1, ()), r.BUCKET) for level in range(len(r.TIERS))],
            happened,
        )

    def _prune(self, connection: Connection) -> None:
        now = self._clock()
        if now - self._pruned_at < PRUNE_EVERY:
            return
        self._pruned_at = now
        spans = {RAW_TIER: r.RAW_SPAN} | {level + 1: tier.step * tier.cap for level, tier in enumerate(r.TIERS)}
        for tier, span in spans.items():
            old = (_rows.c.tier == tier) & (_rows.c.at < int((now - span) * 1000))
            connection.execute(delete(_rows).where(old))
        connection.execute(delete(_events).where(_events.c.at < int((now - EVENTS_FOR) * 1000)))


def _unpacked(data: Sequence[bytes], dtype: np.dtype[np.void]) -> r.Rows:
    return np.frombuffer(b"".join(row for row in data if len(row) == dtype.itemsize), dtype)


def _insert_new(connection: Connection, table: Table, values: list[dict[str, object]]) -> None:
    """Inserts the rows that are not there yet: another process may have written the same."""
    dialect = postgresql if connection.dialect.name == "postgresql" else sqlite
    connection.execute(dialect.insert(table).on_conflict_do_nothing(), values)


def _event(row: Row[Any]) -> Event:
    status = Status(row.status) if row.status in set(Status) else None
    return Event(row.at / 1000, row.kind, row.text, status)


def _last_changes(connection: Connection) -> dict[str, Event]:
    """The newest change of status of every server, by key."""
    newest = select(func.max(_events.c.id)).where(_events.c.status.is_not(None)).group_by(_events.c.server)
    wanted = select(_servers.c.key, _events).join(_events, _events.c.server == _servers.c.id)
    return {row.key: _event(row) for row in connection.execute(wanted.where(_events.c.id.in_(newest)))}


def _open(url: str) -> tuple[Engine, dict[str, Event]]:
    """The database with its tables, and what `_last_changes` finds in it."""
    where = make_url(url)
    if where.drivername == "postgresql":
        where = where.set(drivername="postgresql+psycopg")
    is_sqlite = where.get_backend_name() == "sqlite"
    if is_sqlite and where.database and where.database != ":memory:":
        path = Path(where.database)
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        # Connections with their secrets may come to lie in the same file, and SQLite itself would let everybody read.
        os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
    limits: dict[str, object] = {"timeout": 15} if is_sqlite else {"connect_timeout": 10}
    engine = create_engine(where, connect_args=limits, pool_pre_ping=not is_sqlite, pool_size=1, max_overflow=0)
    if is_sqlite:
        event.listen(engine, "connect", _tune_sqlite)
    try:
        with contextlib.suppress(SQLAlchemyError):
            # Two processes that begin together may both make the tables: one of them fails, and tries again below.
            _make_tables(engine)
        _make_tables(engine)
        with engine.connect() as connection:
            left = _last_changes(connection)
    except SQLAlchemyError:
        engine.dispose()
        raise
    return engine, left


def _make_tables(engine: Engine) -> None:
    _metadata.create_all(engine)
    if not any(column["name"] == "status" for column in inspect(engine).get_columns(_events.name)):
        # Made by a version that wrote no status beside the sentence
        with engine.begin() as connection:
            connection.execute(text(f"ALTER TABLE {_events.name} ADD COLUMN status VARCHAR(20)"))


def _tune_sqlite(connection: object, record: object) -> None:  # noqa: ARG001  (the event's signature)
    """Readers and the writer do not wait for each other, and a commit costs no sync: a crash loses seconds."""
    cursor = connection.cursor()  # type: ignore[attr-defined]  # a DB-API connection
    cursor.execute("PRAGMA journal_mode=WAL")
    cursor.execute("PRAGMA synchronous=NORMAL")
    cursor.close()
