"""Earlier versions of rules, wherever they are kept."""

from __future__ import annotations

import stat
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from ekmanager.rules import revisions, revisions_base
from ekmanager.rules.revisions import (
    JsonRevisions,
    MemoryRevisions,
    RevisionNotFound,
    Revisions,
    RevisionsError,
    SqlRevisions,
)

KEY = "shared/plant"
Open = Callable[[], Revisions]


@pytest.fixture(params=["memory", "json", "sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def reopen(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Open]:
    """Opens the same store again, as another process would; memory is one and the same."""
    memory = MemoryRevisions()
    opened: list[Revisions] = []

    def open_() -> Revisions:
        if request.param == "memory":
            return memory
        if request.param == "json":
            return JsonRevisions(tmp_path / "revisions")
        url = f"sqlite:///{tmp_path / 'db' / 'r.db'}"
        if request.param == "postgres":
            url = str(request.getfixturevalue("postgres_server"))
        opened.append(SqlRevisions(url))
        opened[-1].forget(KEY)
        return opened[-1]

    yield open_
    for store in opened:
        store.forget(KEY)
        store.close()


@pytest.fixture
def store(reopen: Open) -> Revisions:
    return reopen()


def add(store: Revisions, text: str, rule: str = "r1", key: str = KEY) -> str:
    return store.add(key, rule, who="ana", what="changed", text=text).id


def test_revisions_are_listed_newest_first_with_who_and_what(store: Revisions) -> None:
    store.add(KEY, "r1", who="ana", what="created", text="one")
    store.add(KEY, "r1", who="ben", what="changed", text="zwei ü")
    assert [(item.who, item.what, item.text) for item in store.list(KEY, "r1")] == [
        ("ben", "changed", "zwei ü"),
        ("ana", "created", "one"),
    ]
    assert all(item.at > 1_700_000_000 for item in store.list(KEY, "r1"))


def test_the_same_text_is_not_kept_twice_in_a_row(store: Revisions) -> None:
    first = add(store, "one")
    assert add(store, "one") == first
    add(store, "two")
    assert add(store, "one") != first
    assert [item.text for item in store.list(KEY, "r1")] == ["one", "two", "one"]


def test_rules_and_servers_are_kept_apart(store: Revisions) -> None:
    add(store, "one")
    add(store, "two", rule="r2")
    add(store, "three", key="shared/other")
    assert [item.text for item in store.list(KEY, "r1")] == ["one"]
    assert store.list(KEY, "unknown") == ()
    store.forget(KEY)
    assert store.list(KEY, "r1") == store.list(KEY, "r2") == ()
    assert [item.text for item in store.list("shared/other", "r1")] == ["three"]
    store.forget("shared/other")


def test_a_revision_is_found_by_its_id(store: Revisions) -> None:
    first = add(store, "one")
    add(store, "two")
    assert store.get(KEY, "r1", first).text == "one"
    with pytest.raises(RevisionNotFound):
        store.get(KEY, "r2", first)


def test_at_most_a_hundred_are_kept(store: Revisions) -> None:
    for number in range(105):
        add(store, str(number))
    texts = [item.text for item in store.list(KEY, "r1")]
    assert texts == [str(number) for number in range(104, 4, -1)]


def test_long_texts_give_way_sooner_and_the_newest_stays(store: Revisions, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(revisions_base, "MOST_CHARACTERS", 1_000)
    for number in range(5):
        add(store, f"{number}" * 400)
    assert [item.text[0] for item in store.list(KEY, "r1")] == ["4", "3"]
    add(store, "x" * 5_000)
    assert [item.text[0] for item in store.list(KEY, "r1")] == ["x"]


def test_names_of_any_kind_are_kept(store: Revisions) -> None:
    for rule in ("../../etc/passwd", "a/b", "ü ✓", "x" * 5_000, "'; DROP TABLE x; --"):
        add(store, rule, rule=rule)
        assert [item.text for item in store.list(KEY, rule)] == [rule]


def test_threads_lose_nothing(store: Revisions) -> None:
    def work(number: int) -> None:
        for turn in range(5):
            add(store, f"{number}/{turn}")

    threads = [threading.Thread(target=work, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(item.text for item in store.list(KEY, "r1")) == sorted(
        f"{number}/{turn}" for number in range(4) for turn in range(5)
    )


def test_several_processes_may_begin_at_the_same_time(tmp_path: Path) -> None:
    def work(store: Revisions, number: int) -> None:
        for turn in range(5):
            add(store, f"{number}/{turn}")
        store.close()

    url = f"sqlite:///{tmp_path / 'r.db'}"
    for stores in ([SqlRevisions(url) for _ in range(4)], [JsonRevisions(tmp_path / "r") for _ in range(4)]):
        threads = [threading.Thread(target=work, args=(store, number)) for number, store in enumerate(stores)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert len(stores[0].list(KEY, "r1")) == 20
        stores[0].close()


def test_json_and_sql_survive_the_process(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'r.db'}"
    for first, second in (
        (JsonRevisions(tmp_path / "revisions"), JsonRevisions(tmp_path / "revisions")),
        (SqlRevisions(url), SqlRevisions(url)),
    ):
        revision = first.add(KEY, "r1", who="ana", what="created", text="one")
        first.close()
        assert second.list(KEY, "r1") == (revision,)
        second.close()


def test_files_are_for_their_owner_only(tmp_path: Path) -> None:
    add(JsonRevisions(tmp_path / "revisions"), "one")
    sql = SqlRevisions(f"sqlite:///{tmp_path / 'r.db'}")
    add(sql, "one")
    sql.close()
    assert stat.S_IMODE((tmp_path / "revisions").stat().st_mode) == 0o700
    files = [*(tmp_path / "revisions").iterdir(), tmp_path / "r.db"]
    assert {stat.S_IMODE(path.stat().st_mode) for path in files} == {0o600}
    assert not [path for path in files if path.name.endswith(".new")]


@pytest.mark.parametrize("content", [b"{bad", b"[]", b'{"revisions": [1]}', b'{"revisions": [{"id": 1}]}', b"\xff"])
def test_a_damaged_file_is_put_aside_and_a_new_one_begun(tmp_path: Path, content: bytes) -> None:
    store = JsonRevisions(tmp_path)
    add(store, "one")
    (path,) = tmp_path.glob("*.json")
    path.write_bytes(content)
    assert store.list(KEY, "r1") == ()
    add(store, "two")
    assert [item.text for item in store.list(KEY, "r1")] == ["two"]
    (aside,) = tmp_path.glob("*.damaged-*")
    assert aside.read_bytes() == content


def test_a_place_that_cannot_be_used_is_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    for store in (
        JsonRevisions(tmp_path / "file"),
        SqlRevisions(f"sqlite:///{tmp_path / 'file' / 'r.db'}"),
        SqlRevisions("postgresql://ana:secret@127.0.0.1:1/x"),
    ):
        with pytest.raises(RevisionsError, match="cannot be used") as caught:
            add(store, "one")
        assert "secret" not in f"{caught.value.message} {store!r}"


def test_memory_drops_the_rules_that_were_not_used_longest(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(revisions, "MOST_RULES", 2)
    store = MemoryRevisions()
    add(store, "one", rule="a")
    add(store, "two", rule="b")
    add(store, "one", rule="a")
    add(store, "three", rule="c")
    assert [len(store.list(KEY, rule)) for rule in "abc"] == [1, 0, 1]
