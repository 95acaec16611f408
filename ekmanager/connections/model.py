"""A known server: what we call it, where it is, and what it wants to be shown."""

from __future__ import annotations

import re
import secrets
import unicodedata
from collections.abc import Collection, Iterable, Mapping
from datetime import UTC, datetime
from enum import StrEnum

from pydantic import BaseModel, ConfigDict, Field, PrivateAttr, SecretStr, field_validator
from pydantic.alias_generators import to_camel

from ekmanager.connections.address import normalise_url, origin_of
from ekmanager.ekuiper.auth import Credentials, NoCredentials
from ekmanager.ekuiper.tls import TLSOptions

MAX_CONNECTIONS = 5_000
MAX_NAME = 120
MAX_SECRET = 32_768
"""Characters of one token, password or key."""
MAX_PEM = 262_144
"""Characters of a certificate or a bundle of them."""
_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,79}")
_JOINER = re.compile(r"(?<=[^\s\u200c\u200d])[\u200c\u200d](?=[^\s\u200c\u200d])")
"""One between two characters: it makes one sign of several emoji, and Persian words cannot be spelt without."""
_HEADER_NAME = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]{1,100}")
_PRIVATE_KEY = re.compile(r"-----BEGIN [A-Z ]*PRIVATE KEY-----.*?(?:-----END [A-Z ]*PRIVATE KEY-----|\Z)", re.DOTALL)
_OWN_HEADERS = frozenset(
    [
        "host",
        "content-length",
        "transfer-encoding",
        "connection",
        "cookie",
        "upgrade",
        "te",
        "trailer",
        "expect",
    ]
)


class Where(StrEnum):
    """The store that keeps a connection: this browser (private), or the server (shared)."""

    BROWSER = "browser"
    SERVER = "server"


class Connection(BaseModel):
    """One server. Immutable; a change is a copy. Unknown fields are kept for the next reader of the file."""

    model_config = ConfigDict(
        frozen=True,
        extra="allow",
        alias_generator=to_camel,
        populate_by_name=True,
        str_strip_whitespace=True,
        hide_input_in_errors=True,
    )

    id: str = Field(default="", description="stable, safe in a URL; empty in a draft")
    name: str = Field(min_length=1, max_length=MAX_NAME)
    url: str = Field(max_length=2_000, description="the server's base URL, without a slash at its end")
    description: str = Field(default="", max_length=2_000)
    is_default: bool = False
    tags: tuple[str, ...] = Field(default=(), max_length=50)
    credentials: Credentials = NoCredentials()
    headers: dict[str, SecretStr] = Field(
        default_factory=dict, max_length=50, description="sent with every call; every value is a secret"
    )
    tls: TLSOptions = TLSOptions()
    timeout: float | None = Field(default=None, gt=0, le=300, description="seconds; None: the app's default")
    revision: int = Field(default=0, ge=0, description="counts the edits; two edits of the same one conflict")
    created_at: datetime = Field(default_factory=lambda: datetime.now(UTC))
    updated_at: datetime = Field(default_factory=lambda: datetime.now(UTC))

    _locked: dict[str, object] = PrivateAttr(default_factory=dict)

    @field_validator("id")
    @classmethod
    def _id_is_safe(cls, value: str) -> str:
        if value and not _ID.fullmatch(value):
            raise ValueError(
                "may hold letters, digits, '.', '_' and '-', must begin with a letter or digit, 80 at most"
            )
        return value

    @field_validator("name")
    @classmethod
    def _name_is_one_line(cls, value: str) -> str:
        if any(unicodedata.category(char) in {"Cc", "Cf", "Zl", "Zp"} for char in _JOINER.sub("", value)):
            raise ValueError("must be one line of visible characters")
        return value

    @field_validator("url")
    @classmethod
    def _url_is_a_server(cls, value: str) -> str:
        return normalise_url(value)

    @field_validator("tags", mode="before")
    @classmethod
    def _tags_are_unique(cls, value: object) -> object:
        if isinstance(value, str):
            value = value.split(",")
        if isinstance(value, list | tuple):
            words = [word.strip() for word in value if isinstance(word, str)]
            return tuple(dict.fromkeys(word[:60] for word in words if word))
        return value

    @field_validator("headers")
    @classmethod
    def _headers_are_sendable(cls, value: dict[str, SecretStr]) -> dict[str, SecretStr]:
        if len({name.lower() for name in value}) < len(value):
            raise ValueError("a name occurs twice: upper and lower case are the same in a header name")
        for name, secret in value.items():
            if not _HEADER_NAME.fullmatch(name):
                raise ValueError(f"{name!r} is not a header name")
            if name.lower() in _OWN_HEADERS:
                raise ValueError(f"{name} is set by the connection itself and cannot be replaced")
            if len(secret.get_secret_value()) > MAX_SECRET:
                raise ValueError(f"the value of {name} is longer than {MAX_SECRET} characters")
            if not secret.get_secret_value().isprintable() or not secret.get_secret_value().isascii():
                raise ValueError(f"the value of {name} must be printable ASCII on one line")
        return value

    @field_validator("credentials")
    @classmethod
    def _credentials_are_not_endless(cls, value: Credentials) -> Credentials:
        for secret in vars(value).values():
            if isinstance(secret, SecretStr) and len(secret.get_secret_value()) > MAX_SECRET:
                raise ValueError(f"is longer than {MAX_SECRET} characters")
        return value

    @field_validator("tls")
    @classmethod
    def _private_key_is_a_secret(cls, value: TLSOptions) -> TLSOptions:
        """A certificate pasted together with its key is taken apart, so that the key is kept as a secret."""
        if max(len(text or "") for text in (value.ca_bundle, value.client_certificate)) > MAX_PEM:
            raise ValueError(f"a certificate is longer than {MAX_PEM} characters")
        if _PRIVATE_KEY.search(value.ca_bundle or ""):
            raise ValueError("the CA bundle holds a private key: it takes certificates only")
        keys = _PRIVATE_KEY.findall(value.client_certificate or "")
        if not keys:
            return value
        certificate = _PRIVATE_KEY.sub("", value.client_certificate or "").strip()
        key = value.client_key or SecretStr("\n".join(keys))
        return value.model_copy(update={"client_certificate": certificate or None, "client_key": key})

    @property
    def origin(self) -> str:
        """Scheme, host and port: what a secret of this connection may be sent to."""
        return origin_of(self.url)

    @property
    def has_secrets(self) -> bool:
        """Whether it has any, those included that cannot be decrypted now."""
        usable = self.credentials.kind != "none" or bool(self.headers) or self.tls.client_key is not None
        return usable or bool(self._locked)

    @property
    def locked_secrets(self) -> Mapping[str, object]:
        """Secrets that no key opens now, each as it is written in the store: they are kept, but not sent.

        Keys: `credentials`, `tls`, `headers.<name>`.
        """
        return dict(self._locked)

    def with_locked(self, locked: Mapping[str, object]) -> Connection:
        """The same connection with these secrets locked, instead of those that were."""
        copy = self.model_copy()
        copy._locked = dict(locked)
        return copy

    def __repr_args__(self) -> Iterable[tuple[str | None, object]]:
        # Fields that we do not know may hold what their writer keeps secret.
        return [("id", self.id), ("name", self.name), ("url", self.url), ("revision", self.revision)]


def new_id(name: str, taken: Collection[str], *, private: bool = False) -> str:
    """An id made from a name: `Plant 3 / gw-2` is `plant-3-gw-2`.

    A private one ends in random characters, so that it never meets one that others share later.
    """
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    slug = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:60] or "server"
    if private:
        slug = f"{slug}-{secrets.token_hex(3)}"
    candidate, number = slug, 2
    while candidate in taken:
        candidate, number = f"{slug}-{number}", number + 1
    return candidate
