"""One browser's store, and the registry of all of them."""

from __future__ import annotations

import json
import threading

import pytest

from ekmanager.connections.browser import LIVE_FOR, BrowserRegistry, BrowserStore
from ekmanager.connections.errors import NameTaken
from ekmanager.connections.vault import Vault
from tests.connections.samples import connection, names, with_secrets


def test_what_the_browser_kept_comes_back(vault: Vault) -> None:
    store = BrowserStore(vault)
    store.add([with_secrets(custom={"x": 1}), connection("B", isDefault=True)])
    restored = BrowserStore(vault)
    was_restored = restored.restored
    restored.restore(store.document())
    assert (was_restored, restored.restored) == (False, True)
    assert restored.list() == store.list()
    assert restored.revision == store.revision
    assert json.loads(restored.document()) == json.loads(store.document())


@pytest.mark.parametrize(
    "text",
    [
        "garbage",
        "null",
        "7",
        '"text"',
        "{}",
        '{"connections": 7}',
        '{"connections": {"a": 1}}',
        "[" * 200_000,
        '{"connections": [',
        "\x00",
        "[" + "1," * 6_000 + "1]",
    ],
)
def test_garbage_is_reported_kept_aside_and_harms_nothing(vault: Vault, text: str) -> None:
    store = BrowserStore(vault)
    store.restore(text)
    assert (store.restored, names(store)) == (True, [])
    assert len(store.problems) == 1
    assert store.refused == text
    store.add([connection("A")])
    assert names(store) == ["A"]


@pytest.mark.parametrize("text", [None, "", "[]", '{"version": 1, "revision": 0, "connections": []}'])
def test_a_browser_that_keeps_nothing_is_no_problem(vault: Vault, text: str | None) -> None:
    store = BrowserStore(vault)
    store.restore(text)
    assert (store.restored, names(store), list(store.problems), store.refused) == (True, [], [], None)


@pytest.mark.parametrize("revision", [-1, "7", 2**60, None, True, 1.5])
def test_a_strange_revision_is_taken_for_none(vault: Vault, revision: object) -> None:
    store = BrowserStore(vault)
    items = [{"id": "a", "name": "A", "url": "http://a"}]
    store.restore(json.dumps({"revision": revision, "connections": items}))
    assert names(store) == ["A"]
    assert 0 <= store.revision < 2


def test_items_that_are_no_connections_stay_in_the_document(vault: Vault) -> None:
    store = BrowserStore(vault)
    items = [{"name": "no url"}, 7, {"id": "a", "name": "A", "url": "http://a:9081"}]
    store.restore(json.dumps({"version": 1, "revision": 4, "connections": items}))
    assert names(store) == ["A"]
    assert len(store.problems) == 2
    store.add([connection("B")])
    assert json.loads(store.document())["connections"][:3] == items


def test_only_the_first_restoring_counts(vault: Vault) -> None:
    store = BrowserStore(vault)
    store.restore('[{"id": "a", "name": "A", "url": "http://a"}]')
    store.delete(["a"])
    store.restore('[{"id": "b", "name": "B", "url": "http://b"}]')
    assert names(store) == []


def test_what_was_added_before_the_restoring_stays(vault: Vault) -> None:
    store = BrowserStore(vault)
    store.add([connection("New", id="a")])
    before = store.revision
    store.restore('[{"id": "a", "name": "Old", "url": "http://a"}, {"id": "b", "name": "B", "url": "http://b"}]')
    assert names(store) == ["New", "B"]
    assert store.revision > before


def test_every_change_and_nothing_else_raises_the_revision(vault: Vault) -> None:
    store = BrowserStore(vault)
    seen = [store.revision]
    store.add([connection("A"), connection("B")])
    seen.append(store.revision)
    store.update(store.get("a"), expected_revision=0)
    seen.append(store.revision)
    store.set_default("a")
    seen.append(store.revision)
    store.delete(["a"])
    seen.append(store.revision)
    assert seen == sorted(set(seen))
    store.list()
    store.document()
    with pytest.raises(NameTaken):
        store.add([connection("B", id="other")])
    assert store.revision == seen[-1]


def test_the_document_is_the_same_text_until_something_changes(vault: Vault) -> None:
    store = BrowserStore(vault)
    store.add([with_secrets()])
    assert store.document() is store.document()


class Clock:
    """Seconds that only the test moves."""

    def __init__(self) -> None:
        self.now = 1_000.0

    def __call__(self) -> float:
        return self.now


def test_a_browser_has_one_store_and_another_has_another(vault: Vault) -> None:
    registry = BrowserRegistry(vault)
    assert registry.peek("one") is None
    store = registry.open("one")
    assert registry.open("one") is registry.peek("one") is store
    assert registry.open("two") is not store


def test_live_are_those_with_a_page_or_served_lately(vault: Vault) -> None:
    clock = Clock()
    registry = BrowserRegistry(vault, clock=clock)
    registry.open("page")
    registry.session_opened("page")
    registry.session_opened("page")
    registry.open("visitor")
    assert {it for it, _ in registry.live()} == {"page", "visitor"}
    clock.now += LIVE_FOR + 1
    assert [it for it, _ in registry.live()] == ["page"]
    registry.peek("visitor")
    assert {it for it, _ in registry.live()} == {"page", "visitor"}
    registry.session_closed("page")
    clock.now += LIVE_FOR + 1
    assert [it for it, _ in registry.live()] == ["page"]
    registry.session_closed("page")
    assert [it for it, _ in registry.live()] == ["page"]
    clock.now += LIVE_FOR + 1
    assert list(registry.live()) == []


def test_asking_who_is_live_keeps_nobody_alive(vault: Vault) -> None:
    clock = Clock()
    registry = BrowserRegistry(vault, clock=clock)
    registry.open("visitor")
    for _ in range(3):
        clock.now += LIVE_FOR / 2 + 1
        registry.live()
    assert list(registry.live()) == []


def test_over_capacity_the_least_recently_used_without_a_page_goes(vault: Vault) -> None:
    registry = BrowserRegistry(vault, capacity=3)
    for browser in ("a", "b", "c"):
        registry.open(browser)
    registry.session_opened("a")
    registry.open("b")
    registry.open("d")
    assert registry.peek("c") is None
    assert all(registry.peek(browser) is not None for browser in ("a", "b", "d"))


def test_browsers_with_a_page_are_never_dropped(vault: Vault) -> None:
    registry = BrowserRegistry(vault, capacity=2)
    stores = {}
    for number in range(5):
        registry.session_opened(str(number))
        stores[str(number)] = registry.open(str(number))
    assert dict(registry.live()) == stores


def test_a_close_without_an_open_is_harmless(vault: Vault) -> None:
    registry = BrowserRegistry(vault)
    registry.session_closed("nobody")
    registry.session_opened("nobody")
    registry.open("nobody")
    assert len(registry.live()) == 1


def test_threads_may_open_the_same_browser_at_once(vault: Vault) -> None:
    registry = BrowserRegistry(vault, capacity=8)
    found: list[BrowserStore] = []
    barrier = threading.Barrier(8)

    def visit() -> None:
        barrier.wait(10)
        found.append(registry.open("same"))

    threads = [threading.Thread(target=visit) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(10)
    assert len(found) == 8
    assert len({id(store) for store in found}) == 1
