"""What can go wrong when connections are kept.

ConnectionsError
├── ConnectionNotFound     no such id among the person's connections
├── NameTaken              names are unique among a person's connections
├── IdTaken                ids are unique in a store
├── EditConflict           somebody else changed it meanwhile
├── SecretsNeeded          the address changed, so the kept secrets may not follow
├── TooManyConnections
├── TargetRefused          the address may not be a target (policy)
├── CertificateUnusable    a PEM text of the TLS options cannot be used
├── DemoStaysHere          a simulated server cannot be shared
├── VaultError             a secret cannot be decrypted, or the key is not one
│   └── KeyMissing         no key that is set opens it
└── StoreError             the store cannot be read or written now
    └── StoreDamaged       its content is not what we write; it was kept aside
"""

from __future__ import annotations


class ConnectionsError(Exception):
    """The message is a sentence for people; `code` is for programs, `hint` says what to try."""

    code = "connections_error"
    hint = ""

    def __init__(self, message: str, *, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        if hint:
            self.hint = hint


class ConnectionNotFound(ConnectionsError):
    code = "connection_not_found"
    hint = "It may have been deleted, or belong to another browser."

    def __init__(self, connection_id: str) -> None:
        super().__init__(f"There is no connection with the id {connection_id!r}.")


class NameTaken(ConnectionsError):
    code = "name_taken"
    hint = "Choose another name, or edit that connection."

    def __init__(self, name: str) -> None:
        super().__init__(f"There is already a connection named {name!r}.")


class IdTaken(ConnectionsError):
    code = "id_taken"

    def __init__(self, connection_id: str) -> None:
        super().__init__(f"There is already a connection with the id {connection_id!r}.")


class EditConflict(ConnectionsError):
    code = "edit_conflict"
    hint = "Look at the newest version and apply your change to it."

    def __init__(self, name: str) -> None:
        super().__init__(f"{name!r} was changed by somebody else after you opened it.")


class SecretsNeeded(ConnectionsError):
    code = "secrets_needed"
    hint = "Secrets are bound to the address they were entered for: enter them again, or remove them."

    def __init__(self, name: str, change: str = "address") -> None:
        super().__init__(f"The {change} of {name!r} changed, so its secrets must be entered again.")


class TooManyConnections(ConnectionsError):
    code = "too_many_connections"


class TargetRefused(ConnectionsError):
    code = "target_refused"


class VaultError(ConnectionsError):
    code = "vault_error"


class KeyMissing(VaultError):
    code = "key_missing"


class DemoStaysHere(ConnectionsError):
    code = "demo_stays_here"
    hint = "Demo servers live only as long as this app runs, and belong to this browser."

    def __init__(self, name: str) -> None:
        super().__init__(f"{name!r} is a demo server, so it cannot be shared.")


class CertificateUnusable(ConnectionsError):
    code = "certificate_unusable"
    hint = "Paste the whole PEM text, from BEGIN to END."


class StoreError(ConnectionsError):
    code = "store_error"


class StoreDamaged(StoreError):
    code = "store_damaged"
