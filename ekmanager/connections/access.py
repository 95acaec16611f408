"""What a call to one server needs besides its path: base URL, headers, TLS."""

from __future__ import annotations

import hashlib
import json
import secrets
import ssl
import time
from functools import cached_property, lru_cache

from ekmanager.connections.model import Connection
from ekmanager.ekuiper.auth import Credentials, MintedToken

_SALT = secrets.token_bytes(32)
"""Of this process only: without it nobody can try passwords against a fingerprint that was logged."""


class Access:
    """How one connection is reached. Cheap to make; holds secrets, prints none."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    @property
    def base_url(self) -> str:
        """Without a slash at its end."""
        return self._connection.url

    def headers(self, now: float | None = None) -> dict[str, str]:
        """The headers of a call at `now` (epoch seconds): `Authorization`, and those of the connection.

        Credentials win over a header `Authorization` of the connection.
        """
        sent = {name: value.get_secret_value() for name, value in self._connection.headers.items()}
        authorization = _authorization(self._connection.credentials, time.time() if now is None else now)
        if authorization is not None:
            sent = {name: value for name, value in sent.items() if name.lower() != "authorization"}
            sent["Authorization"] = authorization
        return sent

    def ssl_context(self) -> ssl.SSLContext | None:
        """The context to connect with, None for http. Raises ValueError when a PEM text cannot be used."""
        if not self.base_url.startswith("https:"):
            return None
        return self._connection.tls.context()

    @cached_property
    def fingerprint(self) -> str:
        """Equal for the same server with the same credentials, headers, TLS and timeout; 64 hex digits.

        Stable within a process; tells nothing of what went in.
        """
        it = self._connection
        parts = [
            it.url,
            it.timeout,
            _plain(it.credentials),
            sorted((name.lower(), value.get_secret_value()) for name, value in it.headers.items()),
            _plain(it.tls),
        ]
        content = json.dumps(parts, default=str).encode()
        return hashlib.blake2b(content, key=_SALT, digest_size=32).hexdigest()

    def __repr__(self) -> str:
        return f"Access({self.base_url!r})"


def _plain(model: object) -> list[tuple[str, object]]:
    """Fields with their secrets in the clear, for hashing only."""
    return [
        (name, value.get_secret_value() if hasattr(value, "get_secret_value") else value)
        for name, value in sorted(vars(model).items())
    ]


def _authorization(credentials: Credentials, now: float) -> str | None:
    if not isinstance(credentials, MintedToken):
        return credentials.authorization(now)
    # Signing takes about a millisecond, which a proxy would pay on every call. A token is kept for a quarter
    # of its life, so the newest three quarters always remain.
    span = max(1, credentials.lifetime // 4)
    return _minted(credentials, int(now) // span * span)


@lru_cache(maxsize=1_024)
def _minted(credentials: MintedToken, at: int) -> str | None:
    return credentials.authorization(at)
