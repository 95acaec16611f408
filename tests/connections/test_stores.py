"""What every store does, whatever it writes to."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from ekmanager.connections.errors import (
    ConnectionNotFound,
    EditConflict,
    IdTaken,
    NameTaken,
    TooManyConnections,
)
from ekmanager.connections.vault import Vault
from tests.connections.samples import CANARY, OpenStore, Store, connection, names, with_secrets


def test_a_new_store_is_empty(store: Store) -> None:
    assert list(store.list()) == []
    assert list(store.problems) == []


def test_connections_come_back_in_the_order_in_which_they_were_added(store: Store) -> None:
    store.add([connection("B"), connection("A")])
    store.add([connection("C")])
    assert names(store) == ["B", "A", "C"]


def test_everything_of_a_connection_comes_back(store: Store) -> None:
    made = with_secrets(description="two\nlines", tags=["plant 3", "north"], timeout=2.5, somebody={"else": [1, None]})
    store.add([made])
    assert store.get(made.id) == made
    assert store.get(made.id).model_extra == {"somebody": {"else": [1, None]}}


def test_the_list_is_the_same_object_while_nothing_changes(store: Store) -> None:
    store.add([connection("A")])
    assert store.list() is store.list()


def test_an_unknown_id_is_not_found(store: Store) -> None:
    with pytest.raises(ConnectionNotFound):
        store.get("nobody")
    with pytest.raises(ConnectionNotFound):
        store.update(connection("Nobody"), expected_revision=0)
    with pytest.raises(ConnectionNotFound):
        store.set_default("nobody")


def test_an_id_is_taken_once(store: Store) -> None:
    store.add([connection("A")])
    with pytest.raises(IdTaken):
        store.add([connection("Other", id="a")])
    with pytest.raises(IdTaken):
        store.add([connection("Without an id", id="")])
    assert names(store) == ["A"]


@pytest.mark.parametrize("name", ["Line 2", "LINE 2", "  line 2  "])
def test_a_name_is_taken_whatever_its_case(store: Store, name: str) -> None:
    store.add([connection("Line 2")])
    with pytest.raises(NameTaken):
        store.add([connection(name, id="other")])


def test_adding_several_is_all_or_nothing(store: Store) -> None:
    store.add([connection("A")])
    with pytest.raises(NameTaken):
        store.add([connection("B"), connection("C"), connection("a", id="other")])
    with pytest.raises(NameTaken):
        store.add([connection("B"), connection("b", id="other")])
    assert names(store) == ["A"]


def test_there_is_a_limit(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ekmanager.connections.catalog.MAX_CONNECTIONS", 3)
    store.add([connection("A"), connection("B")])
    with pytest.raises(TooManyConnections):
        store.add([connection("C"), connection("D")])
    store.add([connection("C")])
    assert names(store) == ["A", "B", "C"]


def test_an_update_raises_the_revision_and_keeps_the_place(store: Store) -> None:
    store.add([connection("A"), connection("B")])
    before = store.get("a")
    after = store.update(before.model_copy(update={"description": "new"}), expected_revision=0)
    assert (after.revision, after.description) == (1, "new")
    assert (after.created_at, after.updated_at > before.updated_at) == (before.created_at, True)
    assert store.get("a") == after
    assert names(store) == ["A", "B"]


def test_an_update_of_an_old_revision_is_a_conflict(store: Store) -> None:
    store.add([connection("A")])
    first = store.get("a")
    store.update(first.model_copy(update={"description": "mine"}), expected_revision=first.revision)
    with pytest.raises(EditConflict):
        store.update(first.model_copy(update={"description": "yours"}), expected_revision=first.revision)
    assert store.get("a").description == "mine"


def test_a_rename_meets_a_taken_name(store: Store) -> None:
    store.add([connection("A"), connection("B")])
    with pytest.raises(NameTaken):
        store.update(store.get("b").model_copy(update={"name": "a"}), expected_revision=0)
    renamed = store.update(store.get("b").model_copy(update={"name": "b"}), expected_revision=0)
    assert renamed.name == "b"


def test_deleting_gives_back_what_was_deleted(store: Store) -> None:
    store.add([connection("A"), connection("B"), connection("C")])
    assert [it.name for it in store.delete(["c", "a", "c"])] == ["C", "A"]
    assert names(store) == ["B"]


def test_deleting_several_is_all_or_nothing(store: Store) -> None:
    store.add([connection("A")])
    with pytest.raises(ConnectionNotFound):
        store.delete(["a", "nobody"])
    assert names(store) == ["A"]


def test_a_deleted_name_and_id_are_free_again(store: Store) -> None:
    store.add([connection("A"), connection("B")])
    store.delete(["a"])
    store.add([connection("A")])
    assert names(store) == ["B", "A"]


def _defaults(store: Store) -> list[str]:
    return [it.id for it in store.list() if it.is_default]


def test_at_most_one_is_the_default(store: Store) -> None:
    store.add([connection("A", isDefault=True), connection("B", isDefault=True), connection("C")])
    assert _defaults(store) == ["b"]
    store.add([connection("D", isDefault=True)])
    assert _defaults(store) == ["d"]
    store.set_default("c")
    assert _defaults(store) == ["c"]
    store.update(store.get("a").model_copy(update={"is_default": True}), expected_revision=0)
    assert _defaults(store) == ["a"]
    store.set_default(None)
    assert _defaults(store) == []


def test_the_default_is_no_edit(store: Store) -> None:
    store.add([connection("A"), connection("B")])
    store.set_default("a")
    store.set_default("b")
    assert [it.revision for it in store.list()] == [0, 0]
    store.update(store.get("a").model_copy(update={"description": "x"}), expected_revision=0)


def test_threads_add_without_loss(store: Store) -> None:
    with ThreadPoolExecutor(4) as threads:
        list(threads.map(lambda number: store.add([connection(f"C{number}")]), range(40)))
    assert sorted(names(store)) == sorted(f"C{number}" for number in range(40))


def test_of_two_edits_at_the_same_time_one_is_a_conflict(store: Store) -> None:
    store.add([connection("A")])
    old = store.get("a")

    def edit(text: str) -> bool:
        try:
            store.update(old.model_copy(update={"description": text}), expected_revision=old.revision)
        except EditConflict:
            return False
        return True

    with ThreadPoolExecutor(4) as threads:
        assert sum(threads.map(edit, ["1", "2", "3", "4"])) == 1
    assert store.get("a").revision == 1


def test_a_store_shows_no_secret_of_its_connections(store: Store) -> None:
    store.add([with_secrets()])
    shown = f"{store!r} {store} {store.list()!r} {store.problems} {vars(store)!r}"
    assert CANARY not in shown


def test_another_opening_sees_every_change(open_shared: OpenStore, vault: Vault) -> None:
    first, second = open_shared(vault), open_shared(vault)
    first.add([connection("A"), connection("B"), connection("C")])
    first.set_default("b")
    first.update(first.get("c").model_copy(update={"name": "D"}), expected_revision=0)
    first.delete(["a"])
    assert second.list() == first.list()
    assert names(second) == ["B", "D"]
    assert second.get("b").is_default


def test_an_edit_through_another_opening_is_a_conflict(open_shared: OpenStore, vault: Vault) -> None:
    first, second = open_shared(vault), open_shared(vault)
    first.add([connection("A")])
    old = second.get("a")
    first.update(first.get("a").model_copy(update={"description": "mine"}), expected_revision=0)
    with pytest.raises(EditConflict):
        second.update(old.model_copy(update={"description": "yours"}), expected_revision=old.revision)


def test_a_name_added_through_another_opening_is_taken(open_shared: OpenStore, vault: Vault) -> None:
    first, second = open_shared(vault), open_shared(vault)
    assert names(second) == []
    first.add([connection("A")])
    with pytest.raises(NameTaken):
        second.add([connection("a", id="other")])


def test_a_store_that_can_be_written_says_so(store: Store) -> None:
    assert store.takes_writes
    store.add([connection()])
    assert store.takes_writes
