"""The history on real engines: it survives a restart, is bounded, and never stops the checks."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.engine import Engine
from sqlalchemy.event import listen, remove
from sqlalchemy.exc import SQLAlchemyError

from ekmanager.health.history_sql import MOST_PENDING, PRUNE_EVERY, SqlHistory
from ekmanager.health.model import Event, Status
from tests.health.clocks import DAY, HOUR, MINUTE, START, Clock, live, sample

KEY = "shared/a"


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'deep' / 'history.db'}"
    return str(request.getfixturevalue("history_postgres"))


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def opened(url: str, clock: Clock) -> Iterator[list[SqlHistory]]:
    made: list[SqlHistory] = []
    yield made
    for history in made:
        history.close()


def reopened(url: str, clock: Clock, *keys: str) -> SqlHistory:
    """A new process's history that has read what there is of `keys`."""
    history = SqlHistory(url, clock=clock)
    for key in keys:
        history.record(key, sample(clock.now))
    assert not any(history.ready(key) for key in keys)
    history.flush()
    assert all(history.ready(key) for key in keys)
    return history


def count(url: str, table: str) -> int:
    engine = create_engine(url)
    try:
        with engine.connect() as connection:
            return int(connection.scalar(text(f"SELECT count(*) FROM {table}")) or 0)
    finally:
        engine.dispose()


def test_a_restart_keeps_the_history(url: str, clock: Clock) -> None:
    first = SqlHistory(url, clock=clock)
    first.record(KEY, sample(clock.now))
    first.flush()
    live(first, clock, KEY, 3 * HOUR)
    first.record_event(KEY, Event(clock.now, "status", "Offline: gone."))
    before = {window: first.series(KEY, window) for window in (HOUR, DAY, 7 * DAY)}
    uptime = first.uptime(KEY, DAY)
    first.close()

    second = reopened(url, clock, KEY)
    assert len(second.series(KEY, HOUR)) == pytest.approx(len(before[HOUR]), abs=2)
    for window in (DAY, 7 * DAY):
        again = second.series(KEY, window)
        assert again.at[:-1] == before[window].at[: len(again) - 1]
        assert again.availability[:-1] == before[window].availability[: len(again) - 1]
    assert second.uptime(KEY, DAY) == uptime
    assert [event.text for event in second.events(KEY)] == ["Offline: gone."]
    second.close()


def test_the_last_status_of_every_server_is_known_at_once_from_one_question(url: str, clock: Clock) -> None:
    first = SqlHistory(url, clock=clock)
    keys = [f"shared/{number}" for number in range(20)]
    for key in keys:
        first.record_event(key, Event(clock.now, "status", "Online at the first check.", Status.ONLINE))
        first.record_event(key, Event(clock.now + 60, "status", "Offline: gone.", Status.OFFLINE))
        first.record_event(key, Event(clock.now + 90, "version", "Version 1 became 2."))
    assert first.left(keys[0]) is None
    first.close()

    asked: list[str] = []

    def note(_: object, __: object, statement: str, *___: object) -> None:
        asked.append(statement)

    listen(Engine, "before_cursor_execute", note)
    second = SqlHistory(url, clock=clock)
    left = [second.left(key) for key in keys]
    remove(Engine, "before_cursor_execute", note)
    assert left == [Event(clock.now + 60, "status", "Offline: gone.", Status.OFFLINE)] * len(keys)
    assert len([statement for statement in asked if "FROM ekmanager_history_servers" in statement]) == 1
    second.forget(keys[0])
    assert second.left(keys[0]) is None
    assert second.left("shared/nobody") is None
    second.close()


def test_a_database_of_an_earlier_version_goes_on(tmp_path: Path) -> None:
    clock, path = Clock(), tmp_path / "history.db"
    first = SqlHistory(f"sqlite:///{path}", clock=clock)
    first.record_event(KEY, Event(clock.now, "status", "Offline: gone.", Status.OFFLINE))
    first.close()
    with sqlite3.connect(path) as other:
        other.execute("ALTER TABLE ekmanager_history_events DROP COLUMN status")
    second = reopened(f"sqlite:///{path}", clock, KEY)
    assert second.left(KEY) is None
    assert second.events(KEY) == (Event(clock.now, "status", "Offline: gone."),)
    second.record_event(KEY, Event(clock.now + 60, "status", "Online again.", Status.ONLINE))
    second.close()
    third = SqlHistory(f"sqlite:///{path}", clock=clock)
    assert third.left(KEY) == Event(clock.now + 60, "status", "Online again.", Status.ONLINE)
    third.close()


def test_an_event_that_is_written_before_the_history_is_read_is_there_once(url: str, clock: Clock) -> None:
    history = SqlHistory(url, clock=clock)
    at = clock.now + 0.3564136
    history.record(KEY, sample(at))
    history.record_event(KEY, Event(at, "status", "Offline: gone."))
    history.record_event(KEY, Event(at, "version", "Version 1 became 2."))
    assert history.flush()
    assert history.ready(KEY)
    assert [event.kind for event in history.events(KEY)] == ["version", "status"]
    history.close()


def test_a_restart_in_the_middle_of_a_minute_counts_every_check_once(url: str, clock: Clock) -> None:
    first = SqlHistory(url, clock=clock)
    first.record(KEY, sample(clock.now))
    first.flush()
    live(first, clock, KEY, 90)
    first.close()
    second = reopened(url, clock, KEY)
    live(second, clock, KEY, 300)
    second.maintain()
    rows = second._tracks[KEY].buckets(0, START)
    assert int(rows["checks"].sum()) == 1 + 9 + 1 + 30
    second.close()


def test_hours_that_were_open_when_the_app_stopped_for_days_are_not_lost(url: str, clock: Clock) -> None:
    first = SqlHistory(url, clock=clock)
    first.record(KEY, sample(clock.now))
    first.flush()
    live(first, clock, KEY, 100 * MINUTE, status=Status.OFFLINE)
    first.close()
    clock.now += 5 * DAY
    second = reopened(url, clock, KEY)
    second.maintain()
    clock.now += PRUNE_EVERY
    second.flush()
    second.maintain()
    rows = second._tracks[KEY].buckets(3, 0)
    assert int(rows["checks"].sum()) == 1 + 600 + 1
    second.close()


def test_what_is_private_is_never_written(url: str, clock: Clock, opened: list[SqlHistory]) -> None:
    history = SqlHistory(url, clock=clock)
    opened.append(history)
    for step in range(200):
        history.record("browser/x/a", sample(clock.now + 10 * step), persistent=False)
    history.record_event("browser/x/a", Event(clock.now, "status", "x"), persistent=False)
    clock.now += HOUR
    history.maintain()
    history.flush()
    assert history.ready("browser/x/a")
    assert len(history.series("browser/x/a", 2 * HOUR)) > 10
    tables = ("ekmanager_history_rows", "ekmanager_history_events", "ekmanager_history_servers")
    assert [count(url, table) for table in tables] == [0, 0, 0]


def test_forgetting_removes_it_from_the_database_and_what_waits(
    url: str, clock: Clock, opened: list[SqlHistory]
) -> None:
    history = SqlHistory(url, clock=clock)
    opened.append(history)
    history.record(KEY, sample(clock.now))
    history.record("shared/b", sample(clock.now))
    history.flush()
    history.record(KEY, sample(clock.now + 10))
    history.forget(KEY)
    history.flush()
    assert count(url, "ekmanager_history_rows") == 1
    assert count(url, "ekmanager_history_servers") == 1
    history.record(KEY, sample(clock.now + 20))
    history.flush()
    assert len(history.series(KEY, HOUR)) == 1
    assert count(url, "ekmanager_history_rows") == 2


def test_old_rows_leave_the_database(url: str, clock: Clock, opened: list[SqlHistory]) -> None:
    history = SqlHistory(url, clock=clock)
    opened.append(history)
    history.record(KEY, sample(clock.now))
    history.flush()
    live(history, clock, KEY, 4 * HOUR, every=60)
    history.flush()
    assert 60 <= count(url, "ekmanager_history_rows") <= 60 + 240 + 48 + 4 + 5


def test_two_processes_write_to_one_database(url: str, clock: Clock, opened: list[SqlHistory]) -> None:
    first, second = SqlHistory(url, clock=clock), SqlHistory(url, clock=clock)
    opened += [first, second]
    for number, history in enumerate((first, second)):
        history.record(KEY, sample(clock.now + number))
    assert first.flush()
    assert second.flush()
    assert count(url, "ekmanager_history_servers") == 1
    assert len(second.series(KEY, HOUR)) == 2


def test_the_thread_reads_and_writes_by_itself(url: str, clock: Clock) -> None:
    history = SqlHistory(url, clock=clock)
    history.record(KEY, sample(clock.now))
    history.start()
    history.start()
    history.close()
    assert count(url, "ekmanager_history_rows") == 1
    assert not any(thread.name == "ekmanager-history" for thread in threading.enumerate())
    history.close()


def test_a_database_that_fails_loses_nothing_while_it_is_away(tmp_path: Path) -> None:
    clock, path = Clock(), tmp_path / "history.db"
    history = SqlHistory(f"sqlite:///{path}", clock=clock)
    history.record(KEY, sample(clock.now))
    assert history.flush()
    with sqlite3.connect(path) as other:
        other.execute("ALTER TABLE ekmanager_history_rows RENAME TO away")
    history.record(KEY, sample(clock.now + 10))
    assert not history.flush()
    assert "memory" in history.problem
    assert len(history.series(KEY, HOUR)) == 2
    with sqlite3.connect(path) as other:
        other.execute("ALTER TABLE away RENAME TO ekmanager_history_rows")
    assert history.flush()
    assert history.problem == ""
    assert count(f"sqlite:///{path}", "ekmanager_history_rows") == 2
    history.close()


def test_a_database_that_stays_away_costs_bounded_memory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ekmanager.health.history_sql.MOST_PENDING", 100)
    clock, path = Clock(), tmp_path / "history.db"
    history = SqlHistory(f"sqlite:///{path}", clock=clock)
    with sqlite3.connect(path) as other:
        other.execute("DROP TABLE ekmanager_history_rows")
    for number in range(3000):
        history.record(KEY, sample(clock.now + number))
    assert len(history._pending.rows) <= 1101
    assert not history.flush()
    assert len(history._pending.rows) <= 100
    assert MOST_PENDING > 100
    history.close()


def test_rows_of_another_layout_are_passed_over(tmp_path: Path) -> None:
    clock, path = Clock(), tmp_path / "history.db"
    first = SqlHistory(f"sqlite:///{path}", clock=clock)
    first.record(KEY, sample(clock.now))
    first.close()
    with sqlite3.connect(path) as other:
        other.execute(
            "INSERT INTO ekmanager_history_rows SELECT server, 0, at - 1000, x'00' FROM ekmanager_history_rows"
        )
    clock.now += 10
    second = reopened(f"sqlite:///{path}", clock, KEY)
    assert len(second.series(KEY, HOUR)) == 2
    second.close()


def test_a_folder_that_cannot_be_made_is_an_error_at_once(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    with pytest.raises((OSError, SQLAlchemyError)):
        SqlHistory(f"sqlite:///{tmp_path / 'file' / 'history.db'}")
