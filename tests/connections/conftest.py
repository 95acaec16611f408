"""Stores of every kind, and servers to point at."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path

import pytest
from pydantic import SecretStr
from sqlalchemy import create_engine, text

from ekmanager.connections.browser import BrowserStore
from ekmanager.connections.json_file import JsonFileStore
from ekmanager.connections.sql import SqlStore
from ekmanager.connections.vault import Vault, generate_key
from tests.connections.samples import OpenStore, Store


@pytest.fixture
def postgres_url(postgres_server: str) -> str:
    """A database without our tables."""
    engine = create_engine(postgres_server)
    with engine.begin() as database:
        database.execute(text("DROP TABLE IF EXISTS ekmanager_connections, ekmanager_connections_meta"))
    engine.dispose()
    return postgres_server


@pytest.fixture
def vault() -> Vault:
    """A vault with a key of the settings."""
    return Vault(SecretStr(generate_key()))


SHARED_STORES = [
    pytest.param("json"),
    pytest.param("sqlite"),
    pytest.param("postgresql", marks=pytest.mark.postgres),
]


@pytest.fixture(params=SHARED_STORES)
def shared_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """What `EKMANAGER_STORE` would say, for a store that is empty."""
    kind: str = request.param
    if kind == "postgresql":
        url: str = request.getfixturevalue("postgres_url")
        return url
    return str(tmp_path / "connections.json") if kind == "json" else f"sqlite:///{tmp_path / 'connections.db'}"


@pytest.fixture
def open_shared(shared_url: str) -> Iterator[OpenStore]:
    """Opens the same shared store again with any vault, as another process would."""
    with contextlib.ExitStack() as stack:

        def open_it(vault: Vault) -> Store:
            if "://" not in shared_url:
                return JsonFileStore(shared_url, vault)
            store = SqlStore(shared_url, vault)
            stack.callback(store.close)
            return store

        yield open_it


@pytest.fixture(params=[pytest.param("browser"), *SHARED_STORES])
def store(request: pytest.FixtureRequest, tmp_path: Path, vault: Vault) -> Iterator[Store]:
    """An empty store of every kind."""
    kind: str = request.param
    if kind == "browser":
        yield BrowserStore(vault)
    elif kind == "json":
        yield JsonFileStore(tmp_path / "connections.json", vault)
    else:
        sqlite = f"sqlite:///{tmp_path / 'connections.db'}"
        sql = SqlStore(sqlite if kind == "sqlite" else request.getfixturevalue("postgres_url"), vault)
        yield sql
        sql.close()
