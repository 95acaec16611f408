"""Changes of some fields, and secrets that stay with the address they were entered for."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from ekmanager.connections.errors import SecretsNeeded
from ekmanager.connections.merge import apply_patch
from ekmanager.connections.model import Connection, Where
from ekmanager.connections.public import public
from ekmanager.ekuiper.auth import BasicLogin, MintedToken, RawToken
from tests.connections.samples import CANARY, connection, private_key, with_secrets


def test_absent_fields_stay_and_present_ones_change() -> None:
    old = connection(description="old", tags=["a"], timeout=3, custom={"x": 1})
    new = apply_patch(old, {"description": "new", "isDefault": True})
    assert new == old.model_copy(update={"description": "new", "is_default": True})


def test_null_is_the_default_again() -> None:
    old = connection(description="old", tags=["a"], timeout=3, custom=1)
    new = apply_patch(old, {"description": None, "tags": None, "timeout": None, "custom": None})
    assert (new.description, new.tags, new.timeout, new.model_extra) == ("", (), None, {})


def test_unknown_fields_can_be_set() -> None:
    assert apply_patch(connection(), {"someField": {"a": 1}}).model_extra == {"someField": {"a": 1}}


@pytest.mark.parametrize("patch", [{"name": None}, {"url": None}, {"name": ""}, {"url": "mqtt://x"}, {"timeout": -1}])
def test_what_a_connection_cannot_be_is_refused(patch: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        apply_patch(connection(), patch)


def test_what_the_app_counts_is_not_changed_by_a_patch() -> None:
    old = connection()
    patch = {"id": "other", "revision": 99, "createdAt": "2000-01-01T00:00:00Z", "hasSecrets": True, "where": "server"}
    assert apply_patch(old, patch) == old


@pytest.mark.parametrize("make", [connection, with_secrets])
def test_the_public_form_sent_back_changes_nothing(make: object) -> None:
    old: Connection = make()  # type: ignore[operator]  # either of the two makers
    assert apply_patch(old, public(old, Where.SERVER)) == old


def test_secrets_stay_when_other_fields_change() -> None:
    old = with_secrets()
    new = apply_patch(old, {"name": "Renamed", "url": "https://guarded:9081/base"})
    assert (new.credentials, new.headers, new.tls) == (old.credentials, old.headers, old.tls)


def test_one_field_of_the_credentials_changes_without_the_secret() -> None:
    new = apply_patch(with_secrets(), {"credentials": {"username": "other"}})
    assert isinstance(new.credentials, BasicLogin)
    assert (new.credentials.username, CANARY in new.credentials.password.get_secret_value()) == ("other", True)
    minted = connection(credentials={"kind": "minted", "issuer": "a", "privateKey": private_key()})
    changed = apply_patch(minted, {"credentials": {"kind": "minted", "issuer": "b"}})
    assert isinstance(changed.credentials, MintedToken)
    assert (changed.credentials.issuer, changed.credentials.private_key) == ("b", minted.credentials.private_key)  # type: ignore[union-attr]  # minted above


def test_another_kind_takes_nothing_over() -> None:
    with pytest.raises(ValidationError):
        apply_patch(with_secrets(), {"credentials": {"kind": "bearer"}})
    new = apply_patch(with_secrets(), {"credentials": {"kind": "jwt", "token": "t"}})
    assert isinstance(new.credentials, RawToken)


@pytest.mark.parametrize("patch", [{"credentials": None}, {"credentials": {"kind": "none"}}])
def test_credentials_are_removed(patch: dict[str, object]) -> None:
    assert apply_patch(with_secrets(), patch).credentials.kind == "none"


def test_a_secret_that_is_needed_cannot_be_removed_alone() -> None:
    with pytest.raises(ValidationError) as refused:
        apply_patch(with_secrets(), {"credentials": {"password": None}})
    assert CANARY not in str(refused.value)


@pytest.mark.parametrize(
    ("change", "names"),
    [
        ({}, ["X-A", "X-B"]),
        ({"X-C": "3"}, ["X-A", "X-B", "X-C"]),
        ({"x-a": None}, ["X-B"]),
        ({"x-a": "new"}, ["X-B", "x-a"]),
        (["X-B"], ["X-B"]),
        ([], []),
        (None, []),
    ],
)
def test_headers_are_merged_by_name(change: object, names: list[str]) -> None:
    old = connection(headers={"X-A": "1", "X-B": "2"})
    assert list(apply_patch(old, {"headers": change}).headers) == names


def test_tls_is_merged_and_a_certificate_goes_with_its_key() -> None:
    old = with_secrets()
    assert apply_patch(old, {"tls": {"caBundle": None}}).tls == old.tls
    without = apply_patch(old, {"tls": {"clientCertificate": None}}).tls
    assert (without.client_certificate, without.client_key) == (None, None)
    assert apply_patch(old, {"tls": None}).tls.client_key is None
    replaced = apply_patch(old, {"tls": {"clientCertificate": "new", "clientKey": "new key"}}).tls
    assert replaced.client_key is not None
    assert replaced.client_key.get_secret_value() == "new key"


ONE_SECRET: list[dict[str, object]] = [
    {"credentials": {"kind": "basic", "username": "u", "password": "p"}},
    {"credentials": {"kind": "jwt", "token": "t"}},
    {"headers": {"X-Key": "k"}},
    {"tls": {"clientCertificate": "c", "clientKey": "k"}},
]


@pytest.mark.parametrize("fields", ONE_SECRET)
@pytest.mark.parametrize(
    "patch",
    [
        {"url": "https://evil:9081"},
        {"url": "https://edge-1:9082"},
        {"url": "https://edge-1"},
        {"url": "http://edge-1:9081"},
        {"tls": {"verify": False}},
        {"tls": {"caBundle": "another authority"}},
    ],
)
def test_kept_secrets_never_go_to_another_origin_or_a_weaker_transport(
    fields: dict[str, object], patch: dict[str, object]
) -> None:
    old = connection("Edge 1", "https://edge-1:9081", **fields)
    with pytest.raises(SecretsNeeded, match="Edge 1"):
        apply_patch(old, patch)


@pytest.mark.parametrize(
    "patch", [{"url": "https://evil:9081"}, {"tls": {"verify": False}}, {"tls": {"caBundle": "x"}}]
)
def test_locked_secrets_do_not_go_either(patch: dict[str, object]) -> None:
    locked = connection(url="https://edge-1:9081").with_locked({"credentials": {"kind": "jwt", "token": "x"}})
    with pytest.raises(SecretsNeeded):
        apply_patch(locked, patch)


@pytest.mark.parametrize(
    "patch",
    [
        {"credentials": {"kind": "jwt", "token": "entered again"}},
        {"credentials": {"token": "entered again"}},
        {"credentials": None},
    ],
)
def test_entered_again_or_removed_they_let_the_address_change(patch: dict[str, object]) -> None:
    old = connection(credentials={"kind": "jwt", "token": "t"})
    new = apply_patch(old, {"url": "http://edge-2:9081", **patch})
    assert new.url == "http://edge-2:9081"
    assert new.credentials.authorization() != "t"


def test_one_of_two_entered_again_is_not_enough() -> None:
    old = connection(credentials={"kind": "jwt", "token": "t"}, headers={"X-Key": "k"})
    with pytest.raises(SecretsNeeded):
        apply_patch(old, {"url": "http://edge-2:9081", "credentials": {"token": "again"}})


@pytest.mark.parametrize(
    "patch",
    [
        {"url": "http://edge-1:9081/base"},
        {"url": "HTTP://EDGE-1:9081/"},
        {"tls": {"verify": False}},
        {"timeout": 3},
    ],
)
def test_the_same_origin_keeps_them(patch: dict[str, object]) -> None:
    old = connection(credentials={"kind": "jwt", "token": "t"})
    assert apply_patch(old, patch).credentials == old.credentials


def test_without_secrets_everything_may_change() -> None:
    old = connection(url="https://edge-1", credentials={"kind": "none"})
    assert apply_patch(old, {"url": "http://other", "tls": {"verify": False}}).url == "http://other"


def _locked() -> Connection:
    raw = {"kind": "basic", "username": "u", "password": {"encrypted": "token"}}
    return connection().with_locked({"credentials": raw, "headers.X-Key": {"encrypted": "token"}})


def test_other_changes_leave_locked_secrets_locked() -> None:
    old = _locked()
    assert apply_patch(old, {"description": "x"}).locked_secrets == old.locked_secrets
    assert apply_patch(old, public(old, Where.SERVER)) == old


def test_a_locked_secret_is_replaced_or_removed() -> None:
    replaced = apply_patch(_locked(), {"credentials": {"password": "new"}})
    assert isinstance(replaced.credentials, BasicLogin)
    assert (replaced.credentials.username, list(replaced.locked_secrets)) == ("u", ["headers.X-Key"])
    assert list(apply_patch(_locked(), {"credentials": None}).locked_secrets) == ["headers.X-Key"]
    assert list(apply_patch(_locked(), {"headers": {"x-key": "new"}}).locked_secrets) == ["credentials"]
    assert list(apply_patch(_locked(), {"headers": []}).locked_secrets) == ["credentials"]


def test_another_field_of_locked_credentials_changes_beside_the_ciphertext() -> None:
    changed = apply_patch(_locked(), {"credentials": {"username": "v"}})
    assert changed.locked_secrets["credentials"] == {
        "kind": "basic",
        "username": "v",
        "password": {"encrypted": "token"},
    }
    assert changed.credentials.kind == "none"
