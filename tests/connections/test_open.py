"""The store that a setting names."""

from __future__ import annotations

from pathlib import Path

import pytest

from ekmanager.connections.errors import StoreError
from ekmanager.connections.json_file import JsonFileStore
from ekmanager.connections.open import open_store
from ekmanager.connections.sql import SqlStore
from ekmanager.connections.vault import Vault
from tests.connections.samples import CANARY, connection, names


def test_a_path_is_a_json_file(tmp_path: Path, vault: Vault) -> None:
    store = open_store(str(tmp_path / "new" / "connections.json"), vault)
    assert isinstance(store, JsonFileStore)
    assert not (tmp_path / "new").exists()
    store.add([connection("A")])
    assert names(open_store(str(tmp_path / "new" / "connections.json"), vault)) == ["A"]


def test_a_url_is_a_database(tmp_path: Path, vault: Vault) -> None:
    store = open_store(f"sqlite:///{tmp_path / 'new' / 'connections.db'}", vault)
    assert isinstance(store, SqlStore)
    store.add([connection("A")])
    store.close()


@pytest.mark.parametrize("store", ["connections.txt", "connections", "", "mysql://u@h/db", "sqlite+other:///x", "://"])
def test_anything_else_is_a_sentence(store: str, vault: Vault) -> None:
    with pytest.raises(StoreError, match="EKMANAGER_STORE") as refused:
        open_store(store, vault)
    assert refused.value.message


@pytest.mark.parametrize("store", [f"mysql://u:{CANARY}@h/db", f"postgresql://u:{CANARY}@h:port/db"])
def test_a_password_in_a_refused_url_is_not_repeated(store: str, vault: Vault) -> None:
    with pytest.raises(StoreError) as refused:
        open_store(store, vault)
    assert CANARY not in f"{refused.value!r} {refused.value.hint} {refused.value.__cause__!r}"


def test_a_database_that_is_down_is_no_error_before_it_is_used(vault: Vault) -> None:
    store = open_store("postgresql://127.0.0.1:1/connections", vault)
    with pytest.raises(StoreError):
        store.list()
