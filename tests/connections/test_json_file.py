"""The JSON file: what people and other programs write into it, and what happens to it."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import stat
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from ekmanager.connections.errors import StoreDamaged, StoreError
from ekmanager.connections.json_file import JsonFileStore
from ekmanager.connections.vault import Vault
from tests.connections.samples import connection, names

NOBODY = 65_534


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "data" / "connections.json"


def _write(path: Path, content: object) -> None:
    path.parent.mkdir(exist_ok=True)
    path.write_text(content if isinstance(content, str) else json.dumps(content), encoding="utf-8")


def _asides(path: Path) -> list[Path]:
    return sorted(path.parent.glob("connections.json.damaged-*"))


@contextlib.contextmanager
def _without_privileges() -> Iterator[None]:
    """Root may write everywhere: permissions count for somebody else only."""
    if os.geteuid() != 0:
        yield
        return
    os.seteuid(NOBODY)
    try:
        yield
    finally:
        os.seteuid(0)


@pytest.fixture
def read_only_folder() -> Iterator[Path]:
    """A folder with a file of one connection in it, which may be read but not written."""
    folder = Path(tempfile.mkdtemp())
    _write(folder / "connections.json", [{"id": "a", "name": "A", "url": "http://a:9081"}])
    (folder / "connections.json").chmod(0o644)
    folder.chmod(0o555)
    yield folder
    folder.chmod(0o755)
    shutil.rmtree(folder)


def test_a_file_with_only_the_five_fields_of_other_managers_loads(path: Path, vault: Vault) -> None:
    five = {"id": "1719", "name": "Plant", "url": "http://plant:9081", "description": "hall 3", "isDefault": True}
    _write(path, [five])
    store = JsonFileStore(path, vault)
    found = store.get("1719")
    assert (found.name, found.url, found.description, found.is_default) == ("Plant", five["url"], "hall 3", True)
    assert list(store.problems) == []


def test_unknown_fields_and_other_items_survive_every_change(path: Path, vault: Vault) -> None:
    known = {"id": "a", "name": "A", "url": "http://a:9081", "color": "red", "nested": {"x": [1, 2.50, None]}}
    other = {"id": "b", "name": "B", "url": "http://b:9081/", "zone": 9_007_199_254_740_993}
    _write(path, [known, other])
    store = JsonFileStore(path, vault)
    store.update(store.get("a").model_copy(update={"description": "new"}), expected_revision=0)
    store.set_default("a")
    store.add([connection("C")])
    first, second, third = json.loads(path.read_text())
    assert {name: first[name] for name in ("color", "nested", "description")} == {
        "color": "red",
        "nested": {"x": [1, 2.50, None]},
        "description": "new",
    }
    assert second == other
    assert third["name"] == "C"


def test_items_that_are_no_connections_stay_in_the_file_and_are_reported(path: Path, vault: Vault) -> None:
    broken: list[object] = [
        {"id": "x", "name": "No address"},
        "not an object",
        {"id": "y", "name": "Tunnel", "url": "mqtt://broker"},
    ]
    _write(path, [broken[0], {"id": "a", "name": "A", "url": "http://a:9081"}, *broken[1:]])
    store = JsonFileStore(path, vault)
    assert names(store) == ["A"]
    assert len(store.problems) == 3
    assert "Connection no. 1 ('No address')" in store.problems[0]
    assert "URL" in store.problems[0]
    store.add([connection("B")])
    store.delete(["a"])
    kept = json.loads(path.read_text())
    assert [kept[0], *kept[1:3]] == broken
    assert kept[3]["name"] == "B"


def test_double_ids_and_names_load_and_are_reported(path: Path, vault: Vault) -> None:
    _write(
        path,
        [
            {"id": "a", "name": "A", "url": "http://a:9081", "isDefault": True},
            {"id": "a", "name": "B", "url": "http://b:9081", "isDefault": True},
            {"id": "c", "name": "a", "url": "http://c:9081"},
            {"name": "No id", "url": "http://d:9081"},
        ],
    )
    store = JsonFileStore(path, vault)
    assert [(it.id, it.name) for it in store.list()] == [("a", "A"), ("a-2", "B"), ("c", "a"), ("no-id", "No id")]
    assert [it.id for it in store.list() if it.is_default] == ["a"]
    assert any("id 'a' occurs twice" in problem for problem in store.problems)
    assert any("name 'a' occurs twice" in problem for problem in store.problems)
    renamed = store.update(store.get("a-2").model_copy(update={"name": "B2"}), expected_revision=0)
    assert (renamed.name, JsonFileStore(path, vault).get("a-2").name) == ("B2", "B2")


@pytest.mark.parametrize(
    "damage", ['[{"id": "a", "na', '{"connections": []}', "hello", "null", "\udcff", "[" * 100_000]
)
def test_a_damaged_file_is_kept_aside_reported_and_not_lost_by_a_write(path: Path, vault: Vault, damage: str) -> None:
    path.parent.mkdir()
    content = damage.encode("utf-8", "surrogateescape")
    path.write_bytes(content)
    store = JsonFileStore(path, vault)
    assert names(store) == []
    assert path.read_bytes() == content
    (aside,) = _asides(path)
    assert aside.read_bytes() == content
    assert stat.S_IMODE(aside.stat().st_mode) == 0o600
    (problem,) = store.problems
    assert str(path) in problem
    assert f"kept aside as {aside}" in problem
    store.add([connection("A")])
    assert names(JsonFileStore(path, vault)) == ["A"]
    assert _asides(path) == [aside]
    assert any(str(aside) in problem for problem in JsonFileStore(path, vault).problems)


def test_a_file_damaged_while_the_app_runs_leaves_the_last_connections_in_use(path: Path, vault: Vault) -> None:
    store = JsonFileStore(path, vault)
    store.add([connection("A")])
    path.write_text(path.read_text()[:-5])
    assert names(store) == ["A"]
    assert len(_asides(path)) == 1
    store.add([connection("B")])
    assert names(JsonFileStore(path, vault)) == ["A", "B"]


def test_a_damaged_file_that_cannot_be_copied_is_not_overwritten(
    path: Path, vault: Vault, monkeypatch: pytest.MonkeyPatch
) -> None:
    _write(path, "half a fi")
    real_open = os.open

    def full_disk(name: str | Path, *args: int) -> int:
        if ".damaged-" in Path(name).name:
            raise OSError(28, "No space left on device")
        return real_open(name, *args)

    monkeypatch.setattr(os, "open", full_disk)
    store = JsonFileStore(path, vault)
    (problem,) = store.problems
    assert "no space left" in problem
    with pytest.raises(StoreDamaged, match="nothing is written over it"):
        store.add([connection("A")])
    assert path.read_text() == "half a fi"
    monkeypatch.undo()
    store.add([connection("A")])
    (aside,) = _asides(path)
    assert aside.read_text() == "half a fi"
    assert names(JsonFileStore(path, vault)) == ["A"]


def test_every_damage_is_kept_and_no_copy_is_written_again(path: Path, vault: Vault) -> None:
    store = JsonFileStore(path, vault)
    damages = ["half a fi", "half of ano", "half a fi", "half a fj"]
    for number, damage in enumerate(damages):
        _write(path, damage)
        store.add([connection(f"Edge {number}")])
    assert sorted(aside.read_text() for aside in _asides(path)) == sorted(set(damages))
    assert names(store) == [f"Edge {number}" for number in range(len(damages))]
    assert all("kept aside" in problem for problem in store.problems)
    assert len(store.problems) == len(set(damages))


@pytest.mark.parametrize("there", ["half", "half a ef"], ids=["cut off", "of another content"])
def test_a_copy_that_is_not_whole_is_no_copy(path: Path, vault: Vault, there: str) -> None:
    _write(path, "half a fi")
    assert names(JsonFileStore(path, vault)) == []
    (made,) = _asides(path)
    found = made.rename(made.with_name(f"connections.json.damaged-20200101-000000-{made.name.rpartition('-')[2]}"))
    found.write_text(there)
    JsonFileStore(path, vault).add([connection("A")])
    assert sorted(aside.read_text() for aside in _asides(path)) == sorted([there, "half a fi"])


def test_a_copy_that_was_taken_away_is_made_again_before_a_write(path: Path, vault: Vault) -> None:
    _write(path, "half a fi")
    store = JsonFileStore(path, vault)
    assert names(store) == []
    _asides(path)[0].unlink()
    store.add([connection("A")])
    assert [aside.read_text() for aside in _asides(path)] == ["half a fi"]


def test_a_copy_that_does_not_reach_the_disk_allows_no_write(
    path: Path, vault: Vault, monkeypatch: pytest.MonkeyPatch
) -> None:
    _write(path, "half a fi")
    real_fsync = os.fsync

    def failing(descriptor: int) -> None:
        if ".damaged-" in str(Path(f"/proc/self/fd/{descriptor}").readlink()):
            raise OSError(5, "Input/output error")
        real_fsync(descriptor)

    monkeypatch.setattr(os, "fsync", failing)
    store = JsonFileStore(path, vault)
    for _ in range(2):
        with pytest.raises(StoreDamaged, match="could not be copied"):
            store.add([connection("A")])
    assert path.read_text() == "half a fi"
    assert _asides(path) == []


@pytest.mark.parametrize("content", ["", " \n", "\ufeff[]"])
def test_an_empty_file_is_an_empty_list(path: Path, vault: Vault, content: str) -> None:
    _write(path, content)
    store = JsonFileStore(path, vault)
    assert (names(store), list(store.problems)) == ([], [])


def test_file_and_folder_are_the_owners_alone(path: Path, vault: Vault) -> None:
    store = JsonFileStore(path, vault)
    store.add([connection("A")])
    modes = {file.name: stat.S_IMODE(file.stat().st_mode) for file in (path.parent, *path.parent.iterdir())}
    assert modes.pop("data") == 0o700
    assert set(modes.values()) == {0o600}


def test_a_file_that_others_could_read_is_the_owners_alone_after_a_write(path: Path, vault: Vault) -> None:
    _write(path, [])
    path.chmod(0o666)
    JsonFileStore(path, vault).add([connection("A")])
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_a_folder_that_is_there_keeps_its_mode(path: Path, vault: Vault) -> None:
    path.parent.mkdir(mode=0o755)
    JsonFileStore(path, vault).add([connection("A")])
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o755


def test_a_read_only_folder_refuses_changes_in_a_sentence_and_reads_go_on(read_only_folder: Path, vault: Vault) -> None:
    with _without_privileges():
        store = JsonFileStore(read_only_folder / "connections.json", vault)
        assert names(store) == ["A"]
        assert any("cannot be written" in problem for problem in store.problems), "said before anyone tries"
        with pytest.raises(StoreError, match="cannot be written: permission denied") as refused:
            store.add([connection("B")])
        assert refused.value.hint
        assert names(store) == ["A"]
        assert any("cannot be written" in problem for problem in store.problems)
    assert [file.name for file in read_only_folder.iterdir()] == ["connections.json"]


def test_a_damaged_file_in_a_read_only_folder_is_reported_and_left_alone(read_only_folder: Path, vault: Vault) -> None:
    (read_only_folder / "connections.json").write_text("half a fi")
    with _without_privileges():
        store = JsonFileStore(read_only_folder / "connections.json", vault)
        assert names(store) == []
        (problem,) = store.problems
        assert "could not be copied" in problem
        with pytest.raises(StoreError):
            store.add([connection("B")])
    assert (read_only_folder / "connections.json").read_text() == "half a fi"


def test_a_file_that_may_not_be_read_is_a_sentence(read_only_folder: Path, vault: Vault) -> None:
    (read_only_folder / "connections.json").chmod(0)
    with _without_privileges():
        store = JsonFileStore(read_only_folder / "connections.json", vault)
        with pytest.raises(StoreError, match="cannot be read: permission denied"):
            store.list()
        assert any("cannot be read" in problem for problem in store.problems)


def test_a_file_that_is_a_folder_is_a_sentence(path: Path, vault: Vault) -> None:
    path.mkdir(parents=True)
    with pytest.raises(StoreError, match="is a directory"):
        JsonFileStore(path, vault).list()


def test_a_full_disk_leaves_the_old_file(path: Path, vault: Vault, monkeypatch: pytest.MonkeyPatch) -> None:
    store = JsonFileStore(path, vault)
    store.add([connection("A")])

    def full_disk(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(os, "fsync", full_disk)
        with pytest.raises(StoreError, match="no space left"):
            store.add([connection("B")])
    assert names(store) == ["A"]
    assert names(JsonFileStore(path, vault)) == ["A"]
    assert sorted(file.name for file in path.parent.iterdir() if file.suffix != ".lock") == ["connections.json"]
    store.add([connection("B")])
    assert list(store.problems) == []


def test_the_file_is_on_disk_before_it_takes_the_name_and_the_name_after(
    path: Path, vault: Vault, monkeypatch: pytest.MonkeyPatch
) -> None:
    steps: list[str] = []
    real_fsync, real_replace = os.fsync, Path.replace

    def fsync(descriptor: int) -> None:
        steps.append("folder" if stat.S_ISDIR(os.fstat(descriptor).st_mode) else "file")
        real_fsync(descriptor)

    def replace(self: Path, target: Path) -> Path:
        steps.append("replace")
        return real_replace(self, target)

    monkeypatch.setattr(os, "fsync", fsync)
    monkeypatch.setattr(Path, "replace", replace)
    JsonFileStore(path, vault).add([connection("A")])
    assert steps == ["file", "replace", "folder"]


def test_a_link_to_the_file_stays_a_link(path: Path, vault: Vault, tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere.json"
    elsewhere.write_text("[]")
    path.parent.mkdir()
    path.symlink_to(elsewhere)
    JsonFileStore(path, vault).add([connection("A")])
    assert path.is_symlink()
    assert json.loads(elsewhere.read_text())[0]["name"] == "A"


def test_an_unchanged_file_is_not_read_again(path: Path, vault: Vault, monkeypatch: pytest.MonkeyPatch) -> None:
    store = JsonFileStore(path, vault)
    store.add([connection("A")])
    store.list()

    def no_reading(self: Path, *args: object) -> None:
        raise AssertionError("the file was opened")

    monkeypatch.setattr(Path, "open", no_reading)
    assert names(store) == ["A"]


def test_a_write_of_the_same_size_in_the_same_tick_is_seen(path: Path, vault: Vault) -> None:
    writer, reader = JsonFileStore(path, vault), JsonFileStore(path, vault)
    writer.add([connection("A", description="0")])
    for number in range(1, 9):
        old = writer.get("a")
        writer.update(old.model_copy(update={"description": str(number)}), expected_revision=old.revision)
        assert reader.get("a").description == str(number)


def test_a_file_that_was_taken_away_is_an_empty_list(path: Path, vault: Vault) -> None:
    store = JsonFileStore(path, vault)
    store.add([connection("A")])
    path.unlink()
    assert names(store) == []


def test_half_a_surrogate_pair_in_a_foreign_field_survives(path: Path, vault: Vault) -> None:
    _write(path, '[{"id": "a", "name": "A", "url": "http://a:9081", "odd": "\\ud83d"}]')
    store = JsonFileStore(path, vault)
    store.set_default("a")
    assert json.loads(path.read_text())[0]["odd"] == "\ud83d"
    assert list(JsonFileStore(path, vault).problems) == []


def test_whether_writes_are_taken_is_known_without_trying(tmp_path: Path, vault: Vault) -> None:
    path = tmp_path / "file" / "connections.json"
    (tmp_path / "file").write_text("a file where a folder should be")
    assert not JsonFileStore(path, vault).takes_writes
    (tmp_path / "file").unlink()
    assert JsonFileStore(path, vault).takes_writes


def test_a_file_that_cannot_be_read_takes_no_writes(tmp_path: Path, vault: Vault) -> None:
    path = tmp_path / "connections.json"
    path.mkdir()
    assert not JsonFileStore(path, vault).takes_writes
