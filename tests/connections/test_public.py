"""What is shown of a connection."""

from __future__ import annotations

import json

from ekmanager.connections.model import Where
from ekmanager.connections.public import public
from tests.connections.samples import CANARY, connection, private_key, with_secrets


def test_nothing_secret_and_nothing_unknown_is_shown() -> None:
    shown = public(with_secrets(apiPassword=CANARY, isDefault=True), Where.BROWSER)
    assert CANARY not in json.dumps(shown)
    assert "apiPassword" not in shown
    assert shown["credentials"] == {"kind": "basic", "username": "operator"}
    assert shown["headers"] == ["X-Api-Key"]
    assert shown["tls"] == {
        "verify": True,
        "caBundle": None,
        "clientCertificate": "a certificate",
        "hasClientKey": True,
    }
    assert (shown["hasSecrets"], shown["lockedSecrets"], shown["where"]) == (True, [], "browser")


def test_the_fields_are_camel_case() -> None:
    shown = public(connection(tags=["a"], timeout=2), Where.SERVER)
    assert set(shown) == {
        "id",
        "name",
        "url",
        "description",
        "isDefault",
        "tags",
        "timeout",
        "revision",
        "createdAt",
        "updatedAt",
        "where",
        "credentials",
        "hasSecrets",
        "headers",
        "tls",
        "lockedSecrets",
    }
    assert (shown["hasSecrets"], shown["credentials"]) == (False, {"kind": "none"})


def test_a_minted_token_shows_issuer_and_lifetime_only() -> None:
    minted = {"kind": "minted", "issuer": "sample", "privateKey": private_key()}
    shown = public(connection(credentials=minted), Where.SERVER)
    assert shown["credentials"] == {"kind": "minted", "issuer": "sample", "lifetime": 300}
