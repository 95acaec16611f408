"""Ciphertext: bound to an address, with keys that rotate."""

from __future__ import annotations

import pytest
from pydantic import SecretStr

from ekmanager.connections.errors import VaultError
from ekmanager.connections.vault import Vault, generate_key

ORIGIN = "http://edge-7:9081"


def _vault(*keys: str) -> Vault:
    return Vault(SecretStr(",".join(keys)))


@pytest.mark.parametrize("text", ["", "s3cret", "mehr als ASCII: ☂\n", "x" * 100_000])
def test_what_was_encrypted_comes_back(text: str) -> None:
    vault = _vault(generate_key())
    token = vault.encrypt(text, ORIGIN)
    assert vault.decrypt(token, ORIGIN) == text
    assert "s3cret" not in token
    assert token.isascii()


def test_the_same_text_is_never_the_same_ciphertext() -> None:
    vault = _vault(generate_key())
    assert vault.encrypt("a", ORIGIN) != vault.encrypt("a", ORIGIN)


def test_ciphertext_does_not_open_for_another_address() -> None:
    vault = _vault(generate_key())
    token = vault.encrypt("s3cret", ORIGIN)
    with pytest.raises(VaultError, match="another address"):
        vault.decrypt(token, "http://evil:9081")


def test_ciphertext_does_not_open_with_another_key() -> None:
    token = _vault(generate_key()).encrypt("s3cret", ORIGIN)
    with pytest.raises(VaultError, match="another key"):
        _vault(generate_key()).decrypt(token, ORIGIN)


@pytest.mark.parametrize("token", ["", "garbage", "ü", "gAAAA" + "A" * 100])
def test_garbage_does_not_open(token: str) -> None:
    with pytest.raises(VaultError):
        _vault(generate_key()).decrypt(token, ORIGIN)


def test_the_first_key_encrypts_and_all_decrypt() -> None:
    old, new = generate_key(), generate_key()
    token = _vault(old).encrypt("s3cret", ORIGIN)
    both = Vault(SecretStr(f" {new} , {old} "))
    assert both.open(token, ORIGIN).current is False
    fresh = both.encrypt("s3cret", ORIGIN)
    assert both.open(fresh, ORIGIN).current is True
    assert _vault(new).decrypt(fresh, ORIGIN) == "s3cret"


@pytest.mark.parametrize("key", [None, SecretStr(""), SecretStr(" , ")])
def test_without_a_key_it_has_one_of_the_process(key: SecretStr | None) -> None:
    vault = Vault(key)
    assert vault.persistent is False
    assert vault.decrypt(vault.encrypt("a", ORIGIN), ORIGIN) == "a"
    assert _vault(generate_key()).persistent is True


@pytest.mark.parametrize("key", ["not-a-key-s3cret", "ü-s3cret", "s3cret" * 20])
def test_a_key_that_is_none_is_named_by_its_place_only(key: str) -> None:
    with pytest.raises(VaultError, match="key 2 is not a key") as refused:
        _vault(generate_key(), key)
    assert "s3cret" not in f"{refused.value!r} {refused.value.__cause__!r} {refused.value.hint}"


def test_a_vault_and_what_it_opened_show_no_secret() -> None:
    key = generate_key()
    vault = _vault(key)
    opened = vault.open(vault.encrypt("s3cret", ORIGIN), ORIGIN)
    assert "s3cret" not in repr(opened)
    assert key not in f"{vault!r} {vars(vault)!r}"
