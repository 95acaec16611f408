"""TLS options that cannot be used, and what a context is made of."""

from __future__ import annotations

import datetime
import os
import ssl

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from pydantic import SecretStr

from ekmanager.ekuiper.tls import TLSOptions


def pair() -> tuple[str, str, ec.EllipticCurvePrivateKey]:
    """A certificate, its key, and the key as an object."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "me")])
    now = datetime.datetime.now(datetime.UTC)
    made = x509.CertificateBuilder(
        name, name, key.public_key(), 1, now - datetime.timedelta(days=1), now + datetime.timedelta(days=1)
    ).sign(key, hashes.SHA256())
    return made.public_bytes(serialization.Encoding.PEM).decode(), key_text(key), key


def key_text(key: ec.EllipticCurvePrivateKey, password: bytes | None = None) -> str:
    encryption: serialization.KeySerializationEncryption = serialization.NoEncryption()
    if password:
        encryption = serialization.BestAvailableEncryption(password)
    return key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, encryption).decode()


def test_certificates_are_verified_unless_it_is_switched_off() -> None:
    verified, open_ = TLSOptions().context(), TLSOptions(verify=False).context()
    assert (verified.verify_mode, verified.check_hostname) == (ssl.CERT_REQUIRED, True)
    assert (open_.verify_mode, open_.check_hostname) == (ssl.CERT_NONE, False)


def test_the_context_is_made_once_a_set_of_options() -> None:
    assert TLSOptions().context() is TLSOptions().context()
    assert TLSOptions().context() is not TLSOptions(verify=False).context()


def test_a_client_certificate_is_loaded_with_its_key_and_leaves_no_file() -> None:
    certificate, key, _ = pair()
    before = set(os.listdir("/proc/self/fd")) if os.path.isdir("/proc/self/fd") else set()  # noqa: PTH112, PTH208 - of this process
    TLSOptions(client_certificate=certificate, client_key=SecretStr(key)).context()
    after = set(os.listdir("/proc/self/fd")) if before else set()  # noqa: PTH208 - of this process
    assert len(after) <= len(before)


def test_a_key_of_another_certificate_is_refused() -> None:
    with pytest.raises(ValueError, match="do not fit together"):
        TLSOptions(client_certificate=pair()[0], client_key=SecretStr(pair()[1])).context()


def test_an_encrypted_key_is_refused_and_nobody_is_asked_for_a_password() -> None:
    certificate, _, key = pair()
    with pytest.raises(ValueError, match="encrypted"):
        TLSOptions(client_certificate=certificate, client_key=SecretStr(key_text(key, b"x"))).context()


@pytest.mark.parametrize("text", ["nonsense", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----"])
def test_a_text_that_is_no_authority_is_refused_by_name(text: str) -> None:
    with pytest.raises(ValueError, match="CA bundle"):
        TLSOptions(ca_bundle=text).context()


def test_the_key_does_not_show() -> None:
    options = TLSOptions(client_key=SecretStr("hunter2"))
    assert "hunter2" not in repr(options) + options.model_dump_json()
