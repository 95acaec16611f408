"""Revisions of rules in SQLite or PostgreSQL."""

from __future__ import annotations

import contextlib
import hashlib
import os
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from filelock import FileLock, Timeout
from sqlalchemy import (
    Column,
    Float,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    create_engine,
    delete,
    func,
    insert,
    select,
)
from sqlalchemy.engine import Connection as Database
from sqlalchemy.engine import Engine, make_url
from sqlalchemy.exc import SQLAlchemyError

from ekmanager.rules.revisions_base import MOST_KEPT, Revision, RevisionsError, find, new_id, trimmed

WAIT = 15
"""Seconds to wait for another process that is writing."""
_CREATION_LOCK = 7_309_083
"""Any number that is the same for all processes: PostgreSQL's advisory lock while the table is made."""

_metadata = MetaData()
_rows = Table(
    "ekmanager_rule_revisions",
    _metadata,
    Column("number", Integer, primary_key=True, autoincrement=True),
    Column("id", String(32), nullable=False, unique=True),
    Column("server", String(64), nullable=False, index=True),
    Column("place", String(64), nullable=False),
    Column("rule", Text, nullable=False),
    Column("at", Float(53), nullable=False),
    Column("who", Text, nullable=False),
    Column("what", Text, nullable=False),
    Column("text", Text, nullable=False),
    Index("ekmanager_rule_revisions_place", "place", "number"),
)
"""`server` is a digest of the key, `place` one of key and rule: names of any length, and an index on both."""


class SqlRevisions:
    """Revisions in a database, which several processes may share. Connects at first use."""

    def __init__(self, url: str, *, clock: Callable[[], float] = time.time) -> None:
        parsed = make_url(url)
        self._url = parsed.set(drivername="postgresql+psycopg") if parsed.drivername == "postgresql" else parsed
        self._clock = clock
        self._lock = threading.Lock()
        self._engine: Engine | None = None

    def add(self, key: str, rule: str, *, who: str, what: str, text: str) -> Revision:
        with self._database() as database:
            kept = _list(database, key, rule)
            if kept and kept[0].text == text:
                return kept[0]
            revision = Revision(new_id(), self._clock(), who, what, text)
            values = {"id": revision.id, "at": revision.at, "who": who, "what": what, "text": text, "rule": rule}
            database.execute(insert(_rows).values(server=_digest(key), place=_digest(key, rule), **values))
            remaining = {item.id for item in trimmed((revision, *kept))}
            gone = [item.id for item in kept if item.id not in remaining]
            if gone:
                database.execute(delete(_rows).where(_rows.c.id.in_(gone)))
            return revision

    def list(self, key: str, rule: str) -> tuple[Revision, ...]:
        with self._database() as database:
            return trimmed(_list(database, key, rule))

    def get(self, key: str, rule: str, id: str) -> Revision:  # noqa: A002 - the word of the page
        return find(self.list(key, rule), rule, id)

    def forget(self, key: str) -> None:
        with self._database() as database:
            database.execute(delete(_rows).where(_rows.c.server == _digest(key)))

    def close(self) -> None:
        """Closes its connections to the database; the next use opens them again."""
        with self._lock:
            if self._engine is not None:
                self._engine.dispose()
            self._engine = None

    @contextlib.contextmanager
    def _database(self) -> Iterator[Database]:
        """One transaction. What the database refuses becomes a RevisionsError without its parameters."""
        try:
            with self._lock:
                if self._engine is None:
                    self._engine = self._opened()
                engine = self._engine
            with engine.begin() as database:
                yield database
        except Timeout as error:
            raise RevisionsError(
                "The revisions of rules are being written by another process.", "Try again."
            ) from error
        except (SQLAlchemyError, OSError) as error:
            original = getattr(error, "orig", None) or error
            why = (str(original).strip().splitlines() or [type(error).__name__])[0].rstrip(".")
            raise RevisionsError(
                f"The revisions of rules cannot be used: {why}.", "Check that the database runs and may be written."
            ) from error

    def _opened(self) -> Engine:
        if self._url.get_backend_name() == "sqlite":
            path = Path(self._url.database or "")
            path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            engine = create_engine(self._url, hide_parameters=True, connect_args={"timeout": WAIT})
            # SQLite makes tables outside of transactions, so two processes would both make this one
            with FileLock(f"{path}.lock", timeout=WAIT, mode=0o600):
                os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
                with engine.begin() as database:
                    _metadata.create_all(database)
            return engine
        link = {} if "connect_timeout" in self._url.query else {"connect_timeout": 5}
        engine = create_engine(self._url, hide_parameters=True, pool_pre_ping=True, connect_args=link)
        with engine.begin() as database:
            database.execute(select(func.pg_advisory_xact_lock(_CREATION_LOCK)))
            _metadata.create_all(database)
        return engine

    def __repr__(self) -> str:
        return f"SqlRevisions({self._url.render_as_string(hide_password=True)!r})"


def _list(database: Database, key: str, rule: str) -> tuple[Revision, ...]:
    query = (
        select(_rows.c.id, _rows.c.at, _rows.c.who, _rows.c.what, _rows.c.text)
        .where(_rows.c.place == _digest(key, rule))
        .order_by(_rows.c.number.desc())
        .limit(MOST_KEPT + 10)
    )
    return tuple(Revision(*row) for row in database.execute(query))


def _digest(*names: str) -> str:
    return hashlib.sha256("\0".join(names).encode("utf-8", "surrogatepass")).hexdigest()
