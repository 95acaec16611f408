"""What other processes do to a store in the tests; each function runs in an interpreter of its own."""

from __future__ import annotations

import itertools
import os
import signal
from collections.abc import Callable
from multiprocessing.synchronize import Event
from pathlib import Path
from typing import Any

from pydantic import SecretStr

from ekmanager.connections.errors import EditConflict
from ekmanager.connections.open import open_store
from ekmanager.connections.vault import Vault
from tests.connections.samples import connection


def add_many(url: str, key: str, prefix: str, count: int) -> None:
    """Adds `count` connections one by one."""
    store = open_store(url, Vault(SecretStr(key)))
    for number in range(count):
        store.add([connection(f"{prefix} {number}")])


def edit_until_done(url: str, key: str, connection_id: str, count: int) -> None:
    """Makes `count` edits, taking the newest version again after each conflict."""
    store = open_store(url, Vault(SecretStr(key)))
    done = 0
    while done < count:
        old = store.get(connection_id)
        try:
            new = old.model_copy(update={"description": f"{int(old.description) + 1}"})
            store.update(new, expected_revision=old.revision)
        except EditConflict:
            continue
        done += 1


def add_and_die(url: str, key: str, step: int) -> None:
    """Adds a connection and is killed at the given step of writing the file, 0 being the first."""
    store = open_store(url, Vault(SecretStr(key)))
    steps = itertools.count()

    def dying(real: Callable[..., Any], *, before: bool) -> Callable[..., Any]:
        def call(*args: Any) -> Any:
            if before and next(steps) == step:
                os.kill(os.getpid(), signal.SIGKILL)
            result = real(*args)
            if next(steps) == step:
                os.kill(os.getpid(), signal.SIGKILL)
            return result

        return call

    os.fdopen = dying(os.fdopen, before=False)
    os.fsync = dying(os.fsync, before=True)
    Path.replace = dying(Path.replace, before=True)  # type: ignore[method-assign]  # only in this process
    store.add([connection("New")])


def write_without_end(url: str, key: str, started: Event) -> None:
    """Adds and removes connections until it is killed; every state has between 100 and 140 of them."""
    store = open_store(url, Vault(SecretStr(key)))
    store.list()
    started.set()
    for round_ in itertools.count():
        made = [connection(f"Round {round_} no {number}", description="x" * 200) for number in range(40)]
        store.add(made)
        store.delete([it.id for it in made])
