"""Stores that several processes write at the same time, and processes that die while they write."""

from __future__ import annotations

import multiprocessing
import random
from collections.abc import Callable
from pathlib import Path

import pytest
from pydantic import SecretStr

from ekmanager.connections.open import open_store
from ekmanager.connections.vault import Vault, generate_key
from tests.connections import workers
from tests.connections.samples import connection, names

SPAWN = multiprocessing.get_context("spawn")
PROCESSES = 4
KILLS = 15
KILLS_OF_A_DATABASE = 5
"""Fewer: that a transaction is whole is the engine's work, not ours."""


def _run_together(work: Callable[..., None], *arguments: tuple[object, ...]) -> None:
    processes = [SPAWN.Process(target=work, args=args) for args in arguments]
    for process in processes:
        process.start()
    for process in processes:
        process.join(100)
    assert [process.exitcode for process in processes] == [0] * len(processes)


def test_four_processes_that_add_fifty_each_leave_two_hundred(shared_url: str) -> None:
    key = generate_key()
    _run_together(workers.add_many, *[(shared_url, key, f"P{number}", 50) for number in range(PROCESSES)])
    store = open_store(shared_url, Vault(SecretStr(key)))
    assert sorted(names(store)) == sorted(f"P{number} {place}" for number in range(PROCESSES) for place in range(50))
    assert list(store.problems) == []


def test_edits_by_several_processes_are_all_counted(shared_url: str) -> None:
    key = generate_key()
    store = open_store(shared_url, Vault(SecretStr(key)))
    store.add([connection("Counter", description="0")])
    _run_together(workers.edit_until_done, *[(shared_url, key, "counter", 10) for _ in range(PROCESSES)])
    after = open_store(shared_url, Vault(SecretStr(key))).get("counter")
    assert (after.description, after.revision) == ("40", 40)


# Empty new file; before and after its fsync, the replacing, the fsync of the folder; then there is no step left.
@pytest.mark.parametrize(("step", "exit_code"), [*((step, -9) for step in range(7)), (7, 0)])
def test_a_writer_that_is_killed_at_a_step_leaves_the_old_or_the_new_file(
    tmp_path: Path, step: int, exit_code: int
) -> None:
    key, url = generate_key(), str(tmp_path / "connections.json")
    store = open_store(url, Vault(SecretStr(key)))
    store.add([connection("Old")])
    process = SPAWN.Process(target=workers.add_and_die, args=(url, key, step))
    process.start()
    process.join(60)
    assert process.exitcode == exit_code
    expected = ["Old"] if step < 4 else ["Old", "New"]
    assert names(open_store(url, Vault(SecretStr(key)))) == expected
    store.add([connection("Later")])
    assert names(store) == [*expected, "Later"]


@pytest.mark.timeout(300)
def test_a_writer_that_is_killed_at_any_moment_leaves_the_old_or_the_new_list(shared_url: str) -> None:
    key = generate_key()
    store = open_store(shared_url, Vault(SecretStr(key)))
    store.add([connection(f"Base {number}", description="y" * 200) for number in range(100)])
    before = store.list()
    chance = random.Random(7)
    for _ in range(KILLS_OF_A_DATABASE if "://" in shared_url else KILLS):
        started = SPAWN.Event()
        process = SPAWN.Process(target=workers.write_without_end, args=(shared_url, key, started))
        process.start()
        assert started.wait(60)
        process.join(chance.uniform(0, 0.15))
        process.kill()
        process.join(30)
        assert process.exitcode == -9
        after = open_store(shared_url, Vault(SecretStr(key)))
        assert list(after.list())[:100] == list(before)
        assert len(after.list()) in (100, 140)
        assert list(after.problems) == []
        # The dead process holds no lock, and what it left lying about disturbs nobody.
        after.delete([it.id for it in list(after.list())[100:]])
    assert not list(Path(shared_url).parent.glob("*.damaged-*"))
