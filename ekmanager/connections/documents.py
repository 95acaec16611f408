"""A connection as an object of a JSON file, with its secrets sealed or in the clear.

A sealed secret is `{"encrypted": "<token>"}` in the place of its text. One that no key opens is kept as it is
written ("locked"), so that it is there again when the key is.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from pydantic import SecretStr, ValidationError
from pydantic.alias_generators import to_camel

from ekmanager.connections.address import AddressError, normalise_url, origin_of
from ekmanager.connections.errors import KeyMissing, VaultError
from ekmanager.connections.model import Connection
from ekmanager.connections.validation import explain
from ekmanager.connections.vault import Vault
from ekmanager.ekuiper.auth import SECRET_FIELDS

SEALED = "encrypted"
_ALWAYS = frozenset(["id", "name", "url", "description", "is_default", "revision", "created_at", "updated_at"])
_NEVER_READ = frozenset(["lockedSecrets", "locked_secrets"])


class ItemInvalid(ValueError):
    """The object is not a connection; the message says why, without its values."""


@dataclass(frozen=True)
class Seal:
    """Whether secrets are written as ciphertext, and with which keys."""

    vault: Vault
    always: bool = False
    """Also with the key of the process only: for documents that leave the server."""

    @property
    def active(self) -> bool:
        return self.always or self.vault.persistent

    def why_locked(self, error: VaultError) -> str:
        """Why a secret does not open, and what to do about it, in sentences."""
        if not isinstance(error, KeyMissing):
            return f"{error.message} Enter them again."
        if self.vault.persistent:
            return f"{error.message} Enter them again, or bring back the key in EKMANAGER_SECRET_KEY."
        if self.always:
            return (
                "The key that encrypted them is gone since the app restarted, because EKMANAGER_SECRET_KEY is not set. "
                "Enter them again, and set it to keep them the next time."
            )
        return "They are encrypted, and EKMANAGER_SECRET_KEY is not set. Enter them again, or bring back the key in it."


@dataclass(frozen=True)
class Parsed:
    """A connection that was read."""

    connection: Connection
    stale: bool
    """A secret in it should be written again: it was in the clear, or under an older key."""
    in_clear: bool
    """A secret in it was written in the clear."""
    locked: str
    """Why secrets of it are locked, and what to do; empty when none is."""


def to_document(connection: Connection, seal: Seal) -> dict[str, object]:
    """The object to write: camelCase, empty fields left out, unknown fields last, locked secrets untouched."""
    bound_to = _binding(connection.url, connection.tls.verify, connection.tls.ca_bundle)

    def sealed(secret: SecretStr) -> object:
        text = secret.get_secret_value()
        return {SEALED: seal.vault.encrypt(text, bound_to)} if seal.active else text

    fields = type(connection).model_fields
    kept = {name for name in fields if name in _ALWAYS or getattr(connection, name) != fields[name].get_default()}
    document: dict[str, object] = connection.model_dump(
        mode="json", by_alias=True, include=kept - {"credentials", "headers", "tls"}
    )
    locked = connection.locked_secrets
    if "credentials" in locked:
        document["credentials"] = locked["credentials"]
    elif connection.credentials.kind != "none":
        credentials = connection.credentials.model_dump(mode="json", by_alias=True)
        for name in SECRET_FIELDS[connection.credentials.kind]:
            credentials[to_camel(name)] = sealed(getattr(connection.credentials, name))
        document["credentials"] = credentials
    headers = {name: sealed(value) for name, value in connection.headers.items()}
    headers |= {path.partition(".")[2]: raw for path, raw in locked.items() if path.startswith("headers.")}
    if headers:
        document["headers"] = headers
    tls = connection.tls.model_dump(mode="json", by_alias=True, exclude_defaults=True)
    if connection.tls.client_key is not None:
        tls["clientKey"] = sealed(connection.tls.client_key)
    locked_tls = locked.get("tls")
    if isinstance(locked_tls, Mapping):
        tls |= locked_tls
    if tls:
        document["tls"] = tls
    return document | (connection.model_extra or {})


def from_document(raw: object, seal: Seal, *, written_at: datetime) -> Parsed:
    """The connection in an object of a file. Raises ItemInvalid.

    `written_at` stands in for times that the object does not name.
    """
    if not isinstance(raw, Mapping):
        raise ItemInvalid("is not an object")
    fields = {str(name): value for name, value in raw.items() if name not in _NEVER_READ}
    opener = _Opener(seal, _binding_of(fields))
    opener.credentials(fields)
    opener.headers(fields)
    opener.tls(fields)
    for camel, snake in (("createdAt", "created_at"), ("updatedAt", "updated_at")):
        if fields.get(camel) is None and fields.get(snake) is None:
            fields[camel] = written_at
    try:
        connection = Connection.model_validate(fields)
    except ValidationError as error:
        # The cause is left out: pydantic keeps the values, secrets among them, inside the exception.
        raise ItemInvalid("; ".join(str(problem).removesuffix(".") for problem in explain(error))) from None
    if opener.locked:
        connection = connection.with_locked(opener.locked)
    return Parsed(connection, seal.active and opener.stale, opener.in_clear, opener.reason)


class _Opener:
    """Replaces sealed secrets in the fields of one object by their texts, or takes them out as locked."""

    def __init__(self, seal: Seal, bound_to: str) -> None:
        self._seal = seal
        self._bound_to = bound_to
        self.locked: dict[str, object] = {}
        self.reason = ""
        self.stale = False
        self.in_clear = False

    def credentials(self, fields: dict[str, object]) -> None:
        raw = fields.get("credentials")
        if not isinstance(raw, Mapping):
            return
        opened: dict[str, object] = dict(raw)
        for name in SECRET_FIELDS.get(str(raw.get("kind")), ()):
            for key in {name, to_camel(name)} & opened.keys():
                text = self._open(opened[key])
                if text is None:
                    self.locked["credentials"] = raw
                    del fields["credentials"]
                    return
                opened[key] = text
        fields["credentials"] = opened

    def headers(self, fields: dict[str, object]) -> None:
        raw = fields.get("headers")
        if not isinstance(raw, Mapping):
            return
        opened: dict[str, object] = {}
        for name, value in raw.items():
            text = self._open(value)
            if text is None:
                self.locked[f"headers.{name}"] = value
            else:
                opened[str(name)] = text
        fields["headers"] = opened

    def tls(self, fields: dict[str, object]) -> None:
        raw = fields.get("tls")
        if not isinstance(raw, Mapping):
            return
        opened: dict[str, object] = {to_camel(str(name)): value for name, value in raw.items()}
        if opened.get("clientKey") is None:
            return
        text = self._open(opened["clientKey"])
        if text is None:
            # A certificate cannot be shown without its key, so both wait.
            pair = {name: opened.pop(name) for name in ("clientCertificate", "clientKey") if name in opened}
            self.locked["tls"] = pair
        else:
            opened["clientKey"] = text
        fields["tls"] = opened

    def _open(self, value: object) -> object | None:
        """The text of a secret, None when it is locked; whatever is no secret is left to validation."""
        if not isinstance(value, Mapping):
            self.stale = self.in_clear = True
            return value
        token = value.get(SEALED)
        if not isinstance(token, str):
            return value
        try:
            opened = self._seal.vault.open(token, self._bound_to)
        except VaultError as error:
            self.reason = self._seal.why_locked(error)
            return None
        self.stale = self.stale or not opened.current
        return opened.text


def _binding(url: str, verify: object, ca_bundle: object) -> str:
    """What a secret is bound to: the origin, and whom the connection trusts to be that origin.

    So nobody makes a stored secret travel, or travel unchecked, by editing the text around its ciphertext.
    """
    origin = origin_of(url)
    if not origin.startswith("https:") or (verify is True and not ca_bundle):
        return origin
    trust = hashlib.sha256(repr((verify, ca_bundle or None)).encode("utf-8", "surrogatepass")).hexdigest()
    return f"{origin} {trust}"


def _binding_of(fields: Mapping[str, object]) -> str:
    """The binding of an object that is not validated yet; one that opens nothing where it cannot be."""
    url, raw = str(fields.get("url")), fields.get("tls")
    tls = {to_camel(str(name)): value for name, value in raw.items()} if isinstance(raw, Mapping) else {}
    try:
        return _binding(normalise_url(url), tls.get("verify", True), tls.get("caBundle"))
    except AddressError:
        return ""
