"""What is sent as `Authorization`, and that secrets do not show."""

from __future__ import annotations

import base64

import jwt
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.asymmetric.types import PrivateKeyTypes
from pydantic import SecretStr, TypeAdapter, ValidationError

from ekmanager.ekuiper.auth import (
    AUDIENCE,
    SECRET_FIELDS,
    BasicLogin,
    BearerToken,
    Credentials,
    MintedToken,
    NoCredentials,
    RawToken,
)

KINDS: TypeAdapter[Credentials] = TypeAdapter(Credentials)


def pem(key: PrivateKeyTypes, password: bytes | None = None) -> str:
    encryption: serialization.KeySerializationEncryption = serialization.NoEncryption()
    if password:
        encryption = serialization.BestAvailableEncryption(password)
    return key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, encryption).decode()


@pytest.fixture(scope="module")
def key() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(65537, 2048)


def test_without_credentials_nothing_is_sent() -> None:
    assert NoCredentials().authorization() is None


def test_a_jwt_is_sent_as_it_is() -> None:
    assert RawToken(token=SecretStr("a.b.c")).authorization() == "a.b.c"


def test_a_token_pasted_over_several_lines_is_one_token() -> None:
    assert RawToken(token=SecretStr(" a.\n b.c\n")).authorization() == "a.b.c"


@pytest.mark.parametrize("pasted", ["Bearer a.b.c", "bearer\n a.b.c ", "BEARER a.b\n.c"])
def test_the_word_bearer_pasted_with_a_token_is_no_part_of_it(pasted: str) -> None:
    assert RawToken(token=SecretStr(pasted)).authorization() == "a.b.c"
    assert BearerToken(token=SecretStr(pasted)).authorization() == "Bearer a.b.c"


@pytest.mark.parametrize("token", ["   ", "hush\x00", "hüsh", "hush\u200b"])
@pytest.mark.parametrize("kind", [RawToken, BearerToken])
def test_a_token_that_no_header_can_hold_is_refused_without_repeating_it(
    kind: type[RawToken | BearerToken], token: str
) -> None:
    with pytest.raises(ValidationError) as refused:
        kind(token=SecretStr(token))
    assert "hush" not in str(refused.value)
    assert "must" in str(refused.value)


def test_bearer_and_basic_are_sent_as_gateways_expect() -> None:
    assert BearerToken(token=SecretStr("t")).authorization() == "Bearer t"
    basic = BasicLogin(username="me", password=SecretStr("pä:ss")).authorization()
    assert basic is not None
    assert base64.b64decode(basic.removeprefix("Basic ")).decode() == "me:pä:ss"


def test_a_login_may_have_no_password_but_has_a_user_name() -> None:
    assert BasicLogin(username="me", password=SecretStr("")).authorization() == "Basic bWU6"
    with pytest.raises(ValidationError):
        BasicLogin(username="", password=SecretStr("x"))


def test_a_user_name_has_no_colon() -> None:
    with pytest.raises(ValidationError, match="colon"):
        BasicLogin(username="a:b", password=SecretStr("x"))


def test_a_minted_token_is_what_ekuiper_verifies(key: rsa.RSAPrivateKey) -> None:
    token = MintedToken(issuer="lab.pub", private_key=SecretStr(pem(key)), lifetime=60).authorization(now=1_000_000.0)
    assert token is not None
    assert jwt.get_unverified_header(token)["alg"] == "RS256"
    claims = jwt.decode(
        token,
        key.public_key(),
        algorithms=["RS256"],
        audience=AUDIENCE,
        options={"verify_exp": False, "verify_nbf": False},
    )
    assert claims["iss"] == "lab.pub"
    assert claims["nbf"] < 1_000_000 < claims["exp"] == 1_000_060


def test_a_minted_token_is_new_with_every_call(key: rsa.RSAPrivateKey) -> None:
    minted = MintedToken(issuer="lab.pub", private_key=SecretStr(pem(key)))
    assert minted.authorization(now=1.0) != minted.authorization(now=2.0)


@pytest.mark.parametrize("text", ["", "nonsense", "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----"])
def test_what_is_no_key_is_refused_without_showing_it(text: str) -> None:
    with pytest.raises(ValidationError, match="PEM"):
        MintedToken(issuer="x", private_key=SecretStr(text))


def test_keys_that_ekuiper_cannot_verify_are_refused(key: rsa.RSAPrivateKey) -> None:
    with pytest.raises(ValidationError, match="RS256"):
        MintedToken(issuer="x", private_key=SecretStr(pem(ec.generate_private_key(ec.SECP256R1()))))
    with pytest.raises(ValidationError, match="unencrypted"):
        MintedToken(issuer="x", private_key=SecretStr(pem(key, b"password")))


def test_no_secret_shows(key: rsa.RSAPrivateKey) -> None:
    secret = pem(key)
    for one in (
        RawToken(token=SecretStr("hunter2")),
        BearerToken(token=SecretStr("hunter2")),
        BasicLogin(username="me", password=SecretStr("hunter2")),
        MintedToken(issuer="x", private_key=SecretStr(secret)),
    ):
        for shown in (repr(one), str(one), one.model_dump_json()):
            assert "hunter2" not in shown
            assert secret.splitlines()[1] not in shown


def test_every_kind_is_told_by_its_name_and_has_its_secrets_listed() -> None:
    for one in (NoCredentials, RawToken, MintedToken, BearerToken, BasicLogin):
        kind = one.model_fields["kind"].default
        secret = {name for name, field in one.model_fields.items() if field.annotation is SecretStr}
        assert secret == set(SECRET_FIELDS[kind])
    assert isinstance(KINDS.validate_python({"kind": "none"}), NoCredentials)
    with pytest.raises(ValidationError):
        KINDS.validate_python({"kind": "digest"})
