"""Connections and secrets that the tests of this folder share."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import lru_cache

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID
from pydantic import SecretStr

from ekmanager.connections.browser import BrowserStore
from ekmanager.connections.json_file import JsonFileStore
from ekmanager.connections.model import Connection
from ekmanager.connections.sql import SqlStore
from ekmanager.connections.vault import Vault
from ekmanager.ekuiper.tls import TLSOptions

Store = BrowserStore | JsonFileStore | SqlStore
OpenStore = Callable[[Vault], Store]

CANARY = "c4n4ry-7f3e"
"""Part of every secret below: where it turns up, a secret leaked."""


def connection(name: str = "Edge 1", url: str = "http://edge-1:9081", **fields: object) -> Connection:
    """A connection with an id made from its name, unless `fields` say otherwise."""
    default_id = "".join(char if char.isalnum() else "-" for char in name.lower())
    return Connection.model_validate({"id": default_id, "name": name, "url": url, **fields})


@lru_cache(maxsize=1)
def private_key() -> str:
    """PEM text of an RSA key."""
    key = rsa.generate_private_key(public_exponent=65_537, key_size=2_048)
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()


@lru_cache(maxsize=1)
def usable_tls() -> TLSOptions:
    """Options that OpenSSL takes: a certificate that signs itself, as authority and as the one to show, and its key."""
    key = rsa.generate_private_key(public_exponent=65_537, key_size=2_048)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "edge")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now)
        .not_valid_after(now + timedelta(days=1))
        .sign(key, hashes.SHA256())
    )
    certificate = made.public_bytes(Encoding.PEM).decode()
    text = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
    return TLSOptions(ca_bundle=certificate, client_certificate=certificate, client_key=SecretStr(text))


def with_secrets(name: str = "Guarded", url: str = "https://guarded:9081", **fields: object) -> Connection:
    """A connection that has a secret in every place that can have one."""
    return connection(
        name,
        url,
        credentials={"kind": "basic", "username": "operator", "password": f"password-{CANARY}"},
        headers={"X-Api-Key": f"header-{CANARY}"},
        tls={"clientCertificate": "a certificate", "clientKey": f"key-{CANARY}"},
        **fields,
    )


def names(store: Store) -> list[str]:
    return [connection.name for connection in store.list()]
