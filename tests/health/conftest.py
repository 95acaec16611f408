"""A PostgreSQL database for the tests of the history."""

from __future__ import annotations

import pytest
from sqlalchemy import create_engine, text

TABLES = "ekmanager_history_rows, ekmanager_history_events, ekmanager_history_servers"


@pytest.fixture
def history_postgres(postgres_server: str) -> str:
    """A database without the tables of the history."""
    engine = create_engine(postgres_server)
    with engine.begin() as database:
        database.execute(text(f"DROP TABLE IF EXISTS {TABLES}"))
    engine.dispose()
    return postgres_server
