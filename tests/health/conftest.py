"""A PostgreSQL server for the tests that ask for one."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy import create_engine, text

from tests.postgres import running_server

TABLES = "ekmanager_history_rows, ekmanager_history_events, ekmanager_history_servers"


@pytest.fixture(scope="session")
def history_server() -> Iterator[str]:
    with running_server() as url:
        if url is None:
            pytest.skip("PostgreSQL is not installed")
        yield url


@pytest.fixture
def history_postgres(history_server: str) -> str:
    """A database without the tables of the history."""
    engine = create_engine(history_server)
    with engine.begin() as database:
        database.execute(text(f"DROP TABLE IF EXISTS {TABLES}"))
    engine.dispose()
    return history_server
