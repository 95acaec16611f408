"""What is special about the SQL stores."""

from __future__ import annotations

import contextlib
import stat
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.engine import Connection as Database

from ekmanager.connections import sql
from ekmanager.connections.errors import NameTaken, StoreError
from ekmanager.connections.sql import FRESH_FOR, RETRY_AFTER, SqlStore
from ekmanager.connections.vault import Vault
from tests.connections.samples import CANARY, connection, names

KINDS = [pytest.param("sqlite"), pytest.param("postgresql", marks=pytest.mark.postgres)]


@pytest.fixture(params=KINDS)
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'data' / 'connections.db'}"
    found: str = request.getfixturevalue("postgres_url")
    return found


class Clock:
    """Seconds that only the test moves."""

    def __init__(self) -> None:
        self.now = 1_000.0

    def __call__(self) -> float:
        return self.now


def _execute(url: str, statement: str) -> None:
    engine = create_engine(url)
    with engine.begin() as database:
        database.execute(text(statement))
    engine.dispose()


def test_the_tables_are_made_once_by_many_at_the_same_time(url: str, vault: Vault) -> None:
    stores = [SqlStore(url, vault) for _ in range(8)]
    with ThreadPoolExecutor(8) as threads:
        list(threads.map(lambda pair: pair[1].add([connection(f"C{pair[0]}")]), enumerate(stores)))
    assert sorted(names(SqlStore(url, vault))) == [f"C{number}" for number in range(8)]
    for store in stores:
        store.close()


def test_tables_that_another_is_still_making_are_finished(url: str, vault: Vault) -> None:
    first = SqlStore(url, vault)
    first.list()
    first.close()
    _execute(url, "DELETE FROM ekmanager_connections_meta")
    store = SqlStore(url, vault)
    store.add([connection("A")])
    assert names(store) == ["A"]
    store.close()


def test_a_change_by_another_is_seen_after_a_moment(url: str, vault: Vault) -> None:
    clock = Clock()
    mine, yours = SqlStore(url, vault, clock=clock), SqlStore(url, vault)
    assert names(mine) == []
    yours.add([connection("A")])
    clock.now += FRESH_FOR
    assert names(mine) == ["A"]
    mine.close()
    yours.close()


def test_a_row_that_cannot_be_read_is_reported_and_left_alone(url: str, vault: Vault) -> None:
    store = SqlStore(url, vault)
    store.add([connection("A"), connection("B")])
    _execute(url, "UPDATE ekmanager_connections SET document = 'half a doc' WHERE id = 'a'")
    again = SqlStore(url, vault)
    assert names(again) == ["B"]
    assert len(again.problems) == 1
    again.update(again.get("b").model_copy(update={"name": "B2"}), expected_revision=0)
    with pytest.raises(StoreError, match="already holds"):
        again.add([connection("A")])
    _execute(url, """UPDATE ekmanager_connections SET document = '{"name": "A", "url": "http://a"}' WHERE id = 'a'""")
    assert names(SqlStore(url, vault)) == ["A", "B2"]


def test_a_failed_change_leaves_everything_as_it_was(url: str, vault: Vault) -> None:
    store = SqlStore(url, vault)
    store.add([connection("A")])
    _execute(url, "ALTER TABLE ekmanager_connections RENAME TO elsewhere")
    with pytest.raises(StoreError, match="cannot be used"):
        store.add([connection("B")])
    assert names(store) == ["A"]
    _execute(url, "ALTER TABLE elsewhere RENAME TO ekmanager_connections")
    store.add([connection("B")])
    assert names(store) == ["A", "B"]


def test_a_database_that_goes_away_leaves_what_was_read(url: str, vault: Vault) -> None:
    clock = Clock()
    store = SqlStore(url, vault, clock=clock)
    store.add([connection("A")])
    _execute(url, "ALTER TABLE ekmanager_connections_meta RENAME TO elsewhere")
    clock.now += FRESH_FOR
    assert names(store) == ["A"]
    assert any("cannot be used" in problem for problem in store.problems)
    _execute(url, "ALTER TABLE elsewhere RENAME TO ekmanager_connections_meta")
    clock.now += RETRY_AFTER
    assert names(store) == ["A"]
    assert list(store.problems) == []


def test_a_database_that_hangs_holds_nobody_up(url: str, vault: Vault, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sql, "PATIENCE", 0.05)
    monkeypatch.setattr(sql, "WAIT", 0.05)
    clock, hanging, goes_on = Clock(), threading.Event(), threading.Event()
    store = SqlStore(url, vault, clock=clock)
    store.add([connection("A")])
    usual = store._database

    @contextlib.contextmanager
    def stuck() -> Iterator[Database]:
        hanging.set()
        assert goes_on.wait(60)
        with usual() as database:
            yield database

    monkeypatch.setattr(store, "_database", stuck)
    clock.now += FRESH_FOR
    try:
        assert names(store) == ["A"]
        assert hanging.is_set()
        assert names(store) == ["A"]
        assert any("does not answer" in problem for problem in store.problems)
        with pytest.raises(StoreError, match="does not answer"):
            store.add([connection("B")])
    finally:
        goes_on.set()
    with store._looking:
        pass
    assert names(store) == ["A"]
    assert list(store.problems) == []
    store.add([connection("B")])
    assert names(store) == ["A", "B"]
    store.close()


def test_a_database_of_a_newer_version_is_left_alone(url: str, vault: Vault) -> None:
    SqlStore(url, vault).add([connection("A")])
    _execute(url, "UPDATE ekmanager_connections_meta SET value = 99 WHERE key = 'schema'")
    with pytest.raises(StoreError, match="newer ekmanager"):
        SqlStore(url, vault).list()


def test_an_unreachable_server_is_a_sentence_without_the_password(vault: Vault) -> None:
    store = SqlStore(f"postgresql+psycopg://user:{CANARY}@127.0.0.1:1/connections", vault)
    with pytest.raises(StoreError, match=r"on 127\.0\.0\.1 cannot be used") as refused:
        store.list()
    said = [repr(store), str(store.problems), repr(refused.value), refused.value.hint, repr(refused.value.__cause__)]
    with pytest.raises(StoreError):
        store.add([connection("A", credentials={"kind": "jwt", "token": CANARY})])
    assert CANARY not in " ".join(said)


def test_a_file_that_is_no_database_is_a_sentence_and_stays(tmp_path: Path, vault: Vault) -> None:
    path = tmp_path / "connections.db"
    path.write_text("not a database, but somebody's letter " * 100)
    before = path.read_bytes()
    store = SqlStore(f"sqlite:///{path}", vault)
    with pytest.raises(StoreError, match="not a database"):
        store.add([connection("A")])
    assert path.read_bytes() == before


@pytest.mark.parametrize("url", ["sqlite://", "sqlite:///:memory:"])
def test_a_database_without_a_file_is_refused(url: str, vault: Vault) -> None:
    with pytest.raises(StoreError, match="names a file"):
        SqlStore(url, vault).list()


def test_files_of_sqlite_are_the_owners_alone(tmp_path: Path, vault: Vault) -> None:
    path = tmp_path / "data" / "connections.db"
    store = SqlStore(f"sqlite:///{path}", vault)
    store.add([connection("A")])
    modes = {file.name: stat.S_IMODE(file.stat().st_mode) for file in (path.parent, *path.parent.iterdir())}
    assert modes.pop("data") == 0o700
    assert set(modes.values()) == {0o600}
    engine = create_engine(f"sqlite:///{path}")
    with engine.connect() as database:
        assert database.execute(text("PRAGMA journal_mode")).scalar() == "wal"
    engine.dispose()


def test_what_was_read_is_asked_for_again_only_after_a_while(
    url: str, vault: Vault, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = Clock()
    store = SqlStore(url, vault, clock=clock)
    store.add([connection("A")])

    asked: list[float] = []

    def no_database(self: SqlStore) -> None:
        asked.append(clock.now)
        raise StoreError("It is away.")

    monkeypatch.setattr(SqlStore, "_database", no_database)
    assert names(store) == ["A"]
    assert asked == []
    clock.now += FRESH_FOR
    assert names(store) == ["A"]
    assert asked == [clock.now]


def test_a_database_that_refused_a_write_takes_none_until_one_succeeds(tmp_path: Path, vault: Vault) -> None:
    url = f"sqlite:///{tmp_path / 'connections.db'}"
    store = SqlStore(url, vault)
    other = create_engine(url)
    seen: list[bool] = []
    try:
        store.add([connection()])
        with pytest.raises(NameTaken):
            store.add([connection(id="twice")])
        seen.append(store.takes_writes)
        with other.begin() as database:
            database.execute(text("ALTER TABLE ekmanager_connections RENAME TO elsewhere"))
        with pytest.raises(StoreError):
            store.add([connection("Other")])
        seen.append(store.takes_writes)
        with other.begin() as database:
            database.execute(text("ALTER TABLE elsewhere RENAME TO ekmanager_connections"))
        store.add([connection("Other")])
        seen.append(store.takes_writes)
        assert seen == [True, False, True]
    finally:
        other.dispose()
        store.close()


def test_a_database_that_does_not_answer_takes_no_writes(vault: Vault) -> None:
    store = SqlStore("postgresql://me@127.0.0.1:1/db", vault)
    with pytest.raises(StoreError):
        store.list()
    assert not store.takes_writes
