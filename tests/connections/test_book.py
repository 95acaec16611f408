"""What one person sees and changes, over both stores."""

from __future__ import annotations

from pathlib import Path

import pytest

from ekmanager.connections.book import ConnectionBook
from ekmanager.connections.browser import BrowserStore
from ekmanager.connections.demo_mark import is_demo
from ekmanager.connections.errors import (
    ConnectionNotFound,
    DemoStaysHere,
    EditConflict,
    IdTaken,
    NameTaken,
    SecretsNeeded,
    StoreError,
)
from ekmanager.connections.json_file import JsonFileStore
from ekmanager.connections.model import Connection, Where
from ekmanager.connections.vault import Vault
from tests.connections.samples import connection, with_secrets

BOTH = (Where.SERVER, Where.BROWSER)


@pytest.fixture
def shared(tmp_path: Path, vault: Vault) -> JsonFileStore:
    return JsonFileStore(tmp_path / "connections.json", vault)


@pytest.fixture
def private(vault: Vault) -> BrowserStore:
    return BrowserStore(vault)


@pytest.fixture
def book(shared: JsonFileStore, private: BrowserStore) -> ConnectionBook:
    return ConnectionBook(shared, private, browser_id="browser-1")


def _draft(name: str, **fields: object) -> Connection:
    return connection(name, "http://edge-1:9081", id="", **fields)


def _seen(book: ConnectionBook) -> list[tuple[str, str]]:
    return [(entry.connection.name, entry.where.value) for entry in book.entries()]


def test_both_stores_are_seen_and_each_entry_says_where_it_is(book: ConnectionBook) -> None:
    book.add(_draft("Mine"), Where.BROWSER)
    book.add(_draft("Ours"), Where.SERVER)
    assert _seen(book) == [("Ours", "server"), ("Mine", "browser")]


def test_a_shared_id_is_made_from_the_name_and_a_private_one_meets_nobody(
    book: ConnectionBook, shared: JsonFileStore, vault: Vault
) -> None:
    assert book.add(_draft("Line 2"), Where.SERVER).connection.id == "line-2"
    assert book.add(_draft("Line-2"), Where.SERVER).connection.id == "line-2-2"
    mine = book.add(_draft("Press"), Where.BROWSER).connection.id
    other = ConnectionBook(shared, BrowserStore(vault), browser_id="browser-2")
    yours = other.add(_draft("Press"), Where.BROWSER).connection.id
    assert mine.startswith("press-")
    assert mine != yours


def test_a_given_id_is_used_once(book: ConnectionBook) -> None:
    assert book.add(connection("A", id="given"), Where.SERVER).connection.id == "given"
    with pytest.raises(IdTaken):
        book.add(connection("B", id="given"), Where.BROWSER)


def test_keys_tell_browsers_apart_and_are_stable(shared: JsonFileStore, private: BrowserStore, vault: Vault) -> None:
    book = ConnectionBook(shared, private, browser_id="browser-1")
    assert book.add(connection("A", id="a"), Where.SERVER).key == "shared/a"
    key = book.add(connection("B", id="b"), Where.BROWSER).key
    assert key.startswith("browser/")
    assert key.endswith("/b")
    assert "browser-1" not in key
    assert ConnectionBook(None, private, browser_id="browser-1").get("b").key == key
    assert ConnectionBook(None, private, browser_id="browser-2").get("b").key != key


@pytest.mark.parametrize("first", BOTH)
@pytest.mark.parametrize("second", BOTH)
def test_a_name_is_taken_in_either_store(book: ConnectionBook, first: Where, second: Where) -> None:
    book.add(_draft("Line 2"), first)
    with pytest.raises(NameTaken):
        book.add(_draft(" LINE 2 "), second)
    other = book.add(_draft("Other"), second).connection
    with pytest.raises(NameTaken):
        book.change(other.id, {"name": "line 2"}, expected_revision=0)
    assert book.change(other.id, {"name": "OTHER"}, expected_revision=0).connection.name == "OTHER"


def test_the_private_default_is_before_the_shared_one(book: ConnectionBook) -> None:
    assert book.default() is None
    ours = book.add(_draft("Ours", isDefault=True), Where.SERVER)
    assert book.default() == ours
    mine = book.add(_draft("Mine", isDefault=True), Where.BROWSER)
    assert book.default() == mine


def test_choosing_a_default_makes_it_the_default(book: ConnectionBook) -> None:
    ours = book.add(_draft("Ours"), Where.SERVER).connection.id
    mine = book.add(_draft("Mine"), Where.BROWSER).connection.id
    for chosen in (mine, ours, mine):
        book.set_default(chosen)
        default = book.default()
        assert default is not None
        assert default.connection.id == chosen


def test_no_default_takes_the_mark_from_the_current_one(book: ConnectionBook) -> None:
    book.add(_draft("Ours", isDefault=True), Where.SERVER)
    book.add(_draft("Mine", isDefault=True), Where.BROWSER)
    book.set_default(None)
    default = book.default()
    assert default is not None
    assert default.connection.name == "Ours"
    book.set_default(None)
    book.set_default(None)
    assert book.default() is None


@pytest.mark.parametrize("where", BOTH)
def test_a_change_is_kept_and_conflicts_are_told(book: ConnectionBook, where: Where) -> None:
    entry = book.add(_draft("A"), where)
    changed = book.change(entry.connection.id, {"description": "new"}, expected_revision=0)
    assert (changed.key, changed.connection.description, changed.connection.revision) == (entry.key, "new", 1)
    assert book.get(entry.connection.id) == changed
    with pytest.raises(EditConflict):
        book.change(entry.connection.id, {"description": "late"}, expected_revision=0)


def test_a_changed_address_asks_for_the_secrets_again(book: ConnectionBook) -> None:
    entry = book.add(with_secrets(id=""), Where.SERVER)
    with pytest.raises(SecretsNeeded):
        book.change(entry.connection.id, {"url": "https://evil:9081"}, expected_revision=0)
    assert book.get(entry.connection.id) == entry


def test_deleting_reaches_both_stores_or_none(book: ConnectionBook) -> None:
    ours = book.add(_draft("Ours"), Where.SERVER).connection.id
    mine = book.add(_draft("Mine"), Where.BROWSER).connection.id
    with pytest.raises(ConnectionNotFound):
        book.delete([ours, mine, "nobody"])
    assert len(book.entries()) == 2
    assert [entry.connection.name for entry in book.delete([mine, ours])] == ["Mine", "Ours"]
    assert list(book.entries()) == []


def test_a_duplicate_has_a_free_name_its_own_id_and_the_secrets(book: ConnectionBook) -> None:
    entry = book.add(with_secrets(id="", isDefault=True, custom=1), Where.SERVER)
    first = book.duplicate(entry.connection.id).connection
    second = book.duplicate(entry.connection.id).connection
    assert [first.name, second.name] == ["Guarded (copy)", "Guarded (copy 2)"]
    assert len({entry.connection.id, first.id, second.id}) == 3
    assert (first.credentials, first.is_default, first.revision) == (entry.connection.credentials, False, 0)
    assert first.model_extra == {"custom": 1}


def test_a_duplicate_of_the_longest_name_has_a_name(book: ConnectionBook) -> None:
    entry = book.add(_draft("x" * 120), Where.SERVER)
    assert book.duplicate(entry.connection.id).connection.name.endswith("x (copy)")


def test_copies_go_both_ways_with_their_secrets(book: ConnectionBook) -> None:
    ours = book.add(with_secrets(id=""), Where.SERVER)
    mine = book.copy(ours.connection.id, Where.BROWSER)
    assert (mine.where, mine.connection.name) == (Where.BROWSER, "Guarded (private)")
    assert mine.connection.credentials == ours.connection.credentials
    back = book.copy(mine.connection.id, Where.SERVER)
    assert (back.where, back.connection.name) == (Where.SERVER, "Guarded (private) (shared)")
    assert back.connection.headers == ours.connection.headers


def test_a_book_without_a_store_says_so(shared: JsonFileStore, private: BrowserStore) -> None:
    with pytest.raises(StoreError, match="browser only"):
        ConnectionBook(None, private, browser_id="b").add(_draft("A"), Where.SERVER)
    with pytest.raises(StoreError, match="No browser"):
        ConnectionBook(shared, None, browser_id=None).add(_draft("A"), Where.BROWSER)
    assert list(ConnectionBook(None, None, browser_id=None).entries()) == []


def test_private_connections_go_on_when_the_shared_store_fails(
    book: ConnectionBook, shared: JsonFileStore, tmp_path: Path
) -> None:
    mine = book.add(_draft("Mine"), Where.BROWSER)
    (tmp_path / "connections.json").mkdir()
    assert list(book.entries()) == [mine]
    assert book.get(mine.connection.id) == mine
    assert any("cannot be read" in problem for problem in book.problems)
    book.add(_draft("Another"), Where.BROWSER)
    with pytest.raises(StoreError):
        book.add(_draft("Ours"), Where.SERVER)


def test_a_private_connection_is_before_a_shared_one_with_the_same_id(
    book: ConnectionBook, shared: JsonFileStore, private: BrowserStore
) -> None:
    shared.add([connection("Ours", id="same")])
    private.add([connection("Mine", id="same")])
    assert book.get("same").connection.name == "Mine"


def _demo(private: BrowserStore) -> str:
    made = connection("line-1", "http://127.0.0.1:40001", id="demo-1", tags=["demo", "plant-1"], demo="line-1")
    private.add([made])
    return made.id


def test_a_demo_server_is_not_copied_to_where_others_would_meet_it(book: ConnectionBook, private: BrowserStore) -> None:
    with pytest.raises(DemoStaysHere, match="'line-1'") as refused:
        book.copy(_demo(private), Where.SERVER)
    assert "belong to this browser" in refused.value.hint
    assert _seen(book) == [("line-1", "browser")]


def test_a_duplicate_of_a_demo_server_is_ones_own(book: ConnectionBook, private: BrowserStore) -> None:
    made = book.duplicate(_demo(private)).connection
    assert not is_demo(made)
    assert made.tags == ("plant-1",)
    assert is_demo(private.get("demo-1"))


def test_a_demo_connection_pointed_elsewhere_is_ones_own(book: ConnectionBook, private: BrowserStore) -> None:
    kept = book.change(_demo(private), {"description": "seen"}, expected_revision=0).connection
    assert is_demo(kept)
    moved = book.change(kept.id, {"url": "http://edge-1:9081"}, expected_revision=1).connection
    assert not is_demo(moved)
    assert moved.tags == ("plant-1",)
