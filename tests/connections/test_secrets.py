"""Secrets at rest: ciphertext with a key, readable without one, locked when the key is gone, and never shown."""

from __future__ import annotations

import json
import logging
from pathlib import Path

import pytest
from pydantic import SecretStr
from sqlalchemy import create_engine, text

from ekmanager.connections.browser import BrowserStore
from ekmanager.connections.errors import ConnectionsError
from ekmanager.connections.json_file import JsonFileStore
from ekmanager.connections.model import Connection, Where
from ekmanager.connections.open import open_store
from ekmanager.connections.public import public
from ekmanager.connections.vault import Vault, generate_key
from tests.connections.samples import CANARY, OpenStore, Store, connection, names, private_key, with_secrets


def _vault(*keys: str) -> Vault:
    return Vault(SecretStr(",".join(keys)) if keys else None)


def _at_rest(url: str) -> str:
    """Everything that a shared store has written."""
    if "://" not in url:
        return "".join(file.read_text() for file in Path(url).parent.iterdir() if file.is_file())
    engine = create_engine(url)
    with engine.connect() as database:
        # Not the row's own text: SQLAlchemy shortens it in the middle.
        found = database.execute(text("SELECT * FROM ekmanager_connections")).all()
        rows = "\n".join(str(value) for row in found for value in row)
    engine.dispose()
    return rows


def test_with_a_key_no_secret_is_written_in_the_clear(shared_url: str) -> None:
    key = generate_key()
    store = open_store(shared_url, _vault(key))
    minted = {"kind": "minted", "issuer": "sample", "privateKey": private_key()}
    others: list[Connection] = [
        connection("Raw", credentials={"kind": "jwt", "token": CANARY}),
        connection("Bearer", credentials={"kind": "bearer", "token": CANARY}),
        connection("Minted", credentials=minted),
    ]
    store.add([with_secrets(), *others])
    written = _at_rest(shared_url)
    assert CANARY not in written
    assert "PRIVATE KEY" not in written
    assert "operator" in written
    assert store.secrets_encrypted
    assert list(store.problems) == []
    again = open_store(shared_url, _vault(key))
    assert [it.credentials for it in again.list()] == [it.credentials for it in (with_secrets(), *others)]


def test_without_a_key_secrets_are_kept_and_the_store_says_so(shared_url: str) -> None:
    store = open_store(shared_url, _vault())
    store.add([connection("Open")])
    assert not store.secrets_encrypted
    assert list(store.problems) == []
    store.add([with_secrets()])
    assert any("EKMANAGER_SECRET_KEY" in problem for problem in store.problems)
    again = open_store(shared_url, _vault())
    assert (
        again.get("guarded")
        == store.get("guarded")
        == with_secrets().model_copy(
            update={"created_at": store.get("guarded").created_at, "updated_at": store.get("guarded").updated_at}
        )
    )


def test_secrets_in_the_clear_are_encrypted_once_there_is_a_key(shared_url: str) -> None:
    open_store(shared_url, _vault()).add([with_secrets()])
    assert CANARY in _at_rest(shared_url)
    store = open_store(shared_url, _vault(generate_key()))
    assert CANARY not in _at_rest(shared_url)
    assert store.get("guarded").headers == with_secrets().headers
    assert store.get("guarded").revision == 0


def test_a_new_key_in_front_takes_over_and_the_old_one_may_go(shared_url: str) -> None:
    old, new = generate_key(), generate_key()
    open_store(shared_url, _vault(old)).add([with_secrets(), with_secrets("Other", "https://other")])
    before = _at_rest(shared_url)
    assert len(open_store(shared_url, _vault(new, old)).list()) == 2
    assert _at_rest(shared_url) != before
    alone = open_store(shared_url, _vault(new))
    assert list(alone.problems) == []
    assert [it.credentials for it in alone.list()] == [with_secrets().credentials] * 2
    after = _at_rest(shared_url)
    assert names(open_store(shared_url, _vault(new, old))) == ["Guarded", "Other"]
    assert _at_rest(shared_url) == after


@pytest.mark.parametrize("other_key", [True, False], ids=["another key", "no key"])
def test_without_its_key_a_connection_is_there_with_its_secrets_locked(open_shared: OpenStore, other_key: bool) -> None:
    key = generate_key()
    open_shared(_vault(key)).add([with_secrets()])
    store = open_shared(_vault(generate_key()) if other_key else _vault())
    found = store.get("guarded")
    assert found.credentials.kind == "none"
    assert found.headers == {}
    assert (found.tls.client_certificate, found.tls.client_key) == (None, None)
    assert sorted(found.locked_secrets) == ["credentials", "headers.X-Api-Key", "tls"]
    assert found.has_secrets
    assert any("'Guarded'" in problem and "cannot be used" in problem for problem in store.problems)
    shown = public(found, Where.SERVER)
    assert shown["credentials"] == {"kind": "basic", "username": "operator"}
    assert shown["headers"] == ["X-Api-Key"]
    assert sorted(str(name) for name in shown["lockedSecrets"]) == sorted(found.locked_secrets)  # type: ignore[attr-defined]  # a list
    assert "gAAAA" not in json.dumps(shown)


def test_changes_without_the_key_leave_the_ciphertext_and_the_key_brings_it_back(open_shared: OpenStore) -> None:
    key = generate_key()
    open_shared(_vault(key)).add([with_secrets()])
    stranger = open_shared(_vault(generate_key()))
    found = stranger.get("guarded")
    renamed = found.model_copy(update={"name": "Renamed", "description": "changed"})
    stranger.update(renamed, expected_revision=0)
    stranger.set_default("guarded")
    stranger.add([connection("Another")])
    back = open_shared(_vault(key)).get("guarded")
    assert (back.name, back.description, back.is_default) == ("Renamed", "changed", True)
    assert back.credentials == with_secrets().credentials
    assert back.headers == with_secrets().headers
    assert back.tls == with_secrets().tls
    assert not back.locked_secrets


@pytest.mark.parametrize(
    "edit", [{"url": "https://evil:9081"}, {"tls": {"verify": False}}, {"tls": {"caBundle": "mine"}}]
)
def test_ciphertext_moved_to_another_address_or_weaker_trust_stays_locked(
    tmp_path: Path, edit: dict[str, object]
) -> None:
    path, vault = tmp_path / "connections.json", _vault(generate_key())
    JsonFileStore(path, vault).add([with_secrets()])
    (document,) = json.loads(path.read_text())
    path.write_text(json.dumps([document | edit]))
    store = JsonFileStore(path, vault)
    assert store.get("guarded").credentials.kind == "none"
    assert any("another address" in problem for problem in store.problems)


@pytest.mark.parametrize("tls", [{"verify": False}, {"caBundle": "an authority"}])
def test_secrets_entered_for_a_weaker_trust_come_back(open_shared: OpenStore, tls: dict[str, object]) -> None:
    vault = _vault(generate_key())
    credentials = {"kind": "jwt", "token": CANARY}
    open_shared(vault).add([connection("A", "https://a:9081", tls=tls, credentials=credentials)])
    store = open_shared(vault)
    assert store.get("a").credentials.authorization() == CANARY
    assert list(store.problems) == []


def test_a_browser_is_given_ciphertext_only() -> None:
    for vault in (_vault(), _vault(generate_key())):
        store = BrowserStore(vault)
        store.restore(None)
        store.add([with_secrets(), connection("Raw", credentials={"kind": "jwt", "token": CANARY})])
        assert CANARY not in store.document()
        assert store.secrets_encrypted


def test_a_browser_brings_its_secrets_back_after_a_restart_with_the_same_key() -> None:
    key = generate_key()
    store = BrowserStore(_vault(key))
    store.add([with_secrets()])
    restarted = BrowserStore(_vault(key))
    restarted.restore(store.document())
    assert restarted.list() == store.list()
    assert list(restarted.problems) == []


def test_with_the_key_of_the_process_a_restart_locks_the_secrets_in_a_browser() -> None:
    store = BrowserStore(_vault())
    store.add([with_secrets(description="kept")])
    restarted = BrowserStore(_vault())
    restarted.restore(store.document())
    (found,) = restarted.list()
    assert (found.name, found.description, found.credentials.kind) == ("Guarded", "kept", "none")
    assert found.locked_secrets
    assert any("'Guarded'" in problem and "Enter them again" in problem for problem in restarted.problems)


def test_secrets_that_a_browser_hands_over_in_the_clear_go_back_as_ciphertext() -> None:
    store = BrowserStore(_vault(generate_key()))
    raw = {"id": "a", "name": "A", "url": "http://a:9081", "credentials": {"kind": "jwt", "token": CANARY}}
    store.restore(json.dumps([raw]))
    assert store.revision > 0
    assert CANARY not in store.document()
    assert store.get("a").credentials.authorization() == CANARY


def test_no_store_says_a_secret_in_text_log_or_error(
    store: Store, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    caplog.set_level(logging.DEBUG)
    said: list[str] = []
    store.add([with_secrets()])
    kept = store.get("guarded")
    for attempt in (
        lambda: store.add([with_secrets()]),
        lambda: store.add([with_secrets(id="another")]),
        lambda: store.update(kept, expected_revision=7),
        lambda: store.update(with_secrets(id="nobody"), expected_revision=0),
        lambda: store.delete(["nobody"]),
    ):
        with pytest.raises(ConnectionsError) as refused:
            attempt()
        said.append(f"{refused.value!r} {refused.value.hint} {refused.value.__cause__!r}")
    said += [repr(store), str(store.problems), repr(store.list()), json.dumps(public(kept, Where.SERVER))]
    captured = capfd.readouterr()
    assert CANARY not in "\n".join([*said, caplog.text, captured.out, captured.err])


def test_a_damaged_item_with_a_secret_is_reported_without_it(tmp_path: Path) -> None:
    path = tmp_path / "connections.json"
    bad_places: list[dict[str, object]] = [
        {"credentials": {"kind": "basic", "password": CANARY}},
        {"credentials": {"kind": "jwt", "token": [CANARY]}},
        {"credentials": {"kind": "minted", "issuer": "i", "privateKey": CANARY}},
        {"headers": {"X-Key": f"{CANARY}\n"}},
        {"tls": {"clientKey": CANARY, "unknown": CANARY}},
        {"url": f"http://admin:{CANARY}@a"},
    ]
    items = [{"id": f"a{number}", "name": "A", "url": "http://a", **bad} for number, bad in enumerate(bad_places)]
    path.write_text(json.dumps(items))
    store = JsonFileStore(path, _vault())
    assert len(store.problems) == len(items)
    assert CANARY not in f"{store.problems} {store!r}"


def test_without_a_key_in_the_settings_the_way_out_is_the_right_one(open_shared: OpenStore) -> None:
    open_shared(_vault(generate_key())).add([with_secrets()])
    (said,) = open_shared(_vault()).problems
    assert "bring back the key" in said
    assert "is not set" in said
    assert "another key" in next(iter(open_shared(_vault(generate_key())).problems))


def test_after_a_restart_without_a_key_a_browser_is_told_that_the_key_is_gone() -> None:
    before, after = BrowserStore(_vault()), BrowserStore(_vault())
    before.add([with_secrets()])
    after.restore(before.document())
    (said,) = after.problems
    assert "gone since the app restarted" in said
    assert "Enter them again, and set it" in said
    assert "bring back" not in said
