"""Secrets as ciphertext, bound to the server they were entered for."""

from __future__ import annotations

import json
from dataclasses import dataclass

from cryptography.fernet import Fernet, InvalidToken
from pydantic import SecretStr

from ekmanager.connections.errors import KeyMissing, VaultError


@dataclass(frozen=True)
class Opened:
    """A decrypted secret; `current` is False when an older key than the first had to open it."""

    text: SecretStr
    current: bool


class Vault:
    """Encrypts with the first of its keys, decrypts with any of them. Safe to share between threads.

    Without a key it makes one that lives as long as the process. Fernet authenticates, so the address
    that lies inside the ciphertext cannot be exchanged: a token copied to another connection does not open.
    """

    def __init__(self, secret_key: SecretStr | None = None) -> None:
        """Raises VaultError when `secret_key` is not one key of `generate_key`, or several with commas between."""
        text = secret_key.get_secret_value() if secret_key else ""
        words = [word.strip() for word in text.split(",") if word.strip()]
        self.persistent = bool(words)
        """Whether what it encrypts can still be decrypted after a restart."""
        self._keys = [_fernet(word, number) for number, word in enumerate(words, 1)]
        if not self._keys:
            self._keys = [Fernet(Fernet.generate_key())]

    def encrypt(self, text: str, bound_to: str) -> str:
        """Ciphertext of `text` (ASCII) that opens only together with the same `bound_to`."""
        content = json.dumps([bound_to, text]).encode()
        return self._keys[0].encrypt(content).decode("ascii")

    def decrypt(self, token: str, bound_to: str) -> str:
        """The text again. Raises KeyMissing when no key fits, VaultError when it was bound to something else."""
        return self.open(token, bound_to).text.get_secret_value()

    def open(self, token: str, bound_to: str) -> Opened:
        """Like `decrypt`; says also whether the first key was the one."""
        for number, key in enumerate(self._keys):
            try:
                content = key.decrypt(token.encode())
            except (InvalidToken, UnicodeError):
                continue
            kept_for, text = json.loads(content)
            if kept_for != bound_to:
                raise VaultError("The secret was entered for another address.")
            return Opened(SecretStr(text), current=number == 0)
        raise KeyMissing("The secret was encrypted with another key.")

    def __repr__(self) -> str:
        return f"Vault(keys={len(self._keys)}, persistent={self.persistent})"


def generate_key() -> str:
    """A new key for `EKMANAGER_SECRET_KEY`: 32 random bytes in URL-safe base64."""
    return Fernet.generate_key().decode("ascii")


def _fernet(word: str, number: int) -> Fernet:
    try:
        return Fernet(word)
    except ValueError:
        # The cause is left out: a traceback must not come near the key.
        raise VaultError(
            f"EKMANAGER_SECRET_KEY: key {number} is not a key of `ekmanager keygen`.",
            hint="A key has 44 characters and ends in '='; several keys stand with commas between them.",
        ) from None
