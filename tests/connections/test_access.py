"""What is sent to a server, and the fingerprint of it."""

from __future__ import annotations

import base64
import ssl

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from ekmanager.connections.access import Access
from ekmanager.connections.model import Connection
from tests.connections.samples import CANARY, connection, private_key, with_secrets

NOW = 1_700_000_000.0


def test_nothing_is_sent_without_credentials() -> None:
    access = Access(connection())
    assert (access.base_url, access.headers()) == ("http://edge-1:9081", {})


@pytest.mark.parametrize(
    ("credentials", "value"),
    [
        ({"kind": "jwt", "token": " ey.J.x\n"}, "ey.J.x"),
        ({"kind": "bearer", "token": "abc"}, "Bearer abc"),
        ({"kind": "basic", "username": "u", "password": "p:w"}, "Basic " + base64.b64encode(b"u:p:w").decode()),
    ],
)
def test_credentials_become_a_header(credentials: dict[str, str], value: str) -> None:
    assert Access(connection(credentials=credentials)).headers() == {"Authorization": value}


def test_extra_headers_are_sent_and_credentials_win() -> None:
    headers = {"X-Key": "k", "authorization": "mine"}
    assert Access(connection(headers=headers)).headers() == headers
    with_both = connection(headers=headers, credentials={"kind": "bearer", "token": "abc"})
    assert Access(with_both).headers() == {"X-Key": "k", "Authorization": "Bearer abc"}


def _minted(lifetime: int) -> Connection:
    return connection(
        credentials={"kind": "minted", "issuer": "sample", "privateKey": private_key(), "lifetime": lifetime}
    )


@pytest.mark.parametrize("lifetime", [30, 300, 86_400])
def test_a_minted_token_is_valid_now_and_for_most_of_its_life(lifetime: int) -> None:
    private = load_pem_private_key(private_key().encode(), None)
    assert isinstance(private, RSAPrivateKey)
    key = private.public_key()
    for moment in range(0, lifetime * 2, max(1, lifetime // 9)):
        token = Access(_minted(lifetime)).headers(NOW + moment)["Authorization"]
        claims = jwt.decode(
            token, key, algorithms=["RS256"], audience="eKuiper", options={"verify_exp": False, "verify_nbf": False}
        )
        assert claims["iss"] == "sample"
        assert claims["nbf"] <= NOW + moment - 10
        assert claims["exp"] >= NOW + moment + lifetime * 0.7


def test_a_minted_token_is_kept_for_a_while_and_then_made_anew() -> None:
    access = Access(_minted(300))
    start = NOW // 75 * 75
    assert access.headers(start) == access.headers(start + 74)
    assert access.headers(start) != access.headers(start + 75)


def test_tls_only_for_https() -> None:
    assert Access(connection()).ssl_context() is None
    context = Access(connection(url="https://edge-1", tls={"verify": False})).ssl_context()
    assert context is not None
    assert context.verify_mode is ssl.CERT_NONE


def test_a_certificate_that_cannot_be_used_is_a_sentence() -> None:
    with pytest.raises(ValueError, match="CA bundle"):
        Access(connection(url="https://edge-1", tls={"caBundle": "nonsense"})).ssl_context()


def test_the_same_server_with_the_same_credentials_has_the_same_fingerprint() -> None:
    mine = with_secrets("Mine", description="a", tags=["x"])
    yours = with_secrets("Yours", id="other", isDefault=True)
    assert Access(mine).fingerprint == Access(yours).fingerprint


@pytest.mark.parametrize(
    "other",
    [
        {"url": "https://guarded:9082"},
        {"timeout": 3},
        {"headers": {"X-Api-Key": "another"}},
        {"headers": {}},
        {"credentials": {"kind": "none"}},
        {"credentials": {"kind": "basic", "username": "operator", "password": "another"}},
        {"tls": {"verify": False}},
    ],
)
def test_whatever_changes_the_call_changes_the_fingerprint(other: dict[str, object]) -> None:
    base = with_secrets()
    fields: dict[str, object] = {name: getattr(base, name) for name in type(base).model_fields}
    assert Access(Connection.model_validate(fields | other)).fingerprint != Access(base).fingerprint


def test_a_password_as_bearer_or_as_raw_token_is_not_the_same_access() -> None:
    bearer = connection(credentials={"kind": "bearer", "token": "t"})
    raw = connection(credentials={"kind": "jwt", "token": "t"})
    assert Access(bearer).fingerprint != Access(raw).fingerprint


def test_a_fingerprint_tells_nothing_and_an_access_shows_no_secret() -> None:
    access = Access(with_secrets())
    assert len(access.fingerprint) == 64
    assert set(access.fingerprint) <= set("0123456789abcdef")
    assert CANARY not in f"{access!r} {access} {vars(access)!r}"
