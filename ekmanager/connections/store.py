"""What every store of connections can do, whatever it writes to."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from ekmanager.connections.model import Connection


class ConnectionStore(Protocol):
    """A list of connections in a stable order. Safe to call from several threads.

    Every method raises StoreError when the store cannot be read or written; then nothing has changed.
    """

    def list(self) -> Sequence[Connection]:
        """All of them, in the order in which they were added. Cheap when nothing has changed."""
        ...

    def get(self, connection_id: str) -> Connection:
        """Raises ConnectionNotFound."""
        ...

    def add(self, connections: Sequence[Connection]) -> None:
        """Adds all or none; each has its id. Raises IdTaken, NameTaken, TooManyConnections.

        A default among them takes the place of the store's default.
        """
        ...

    def update(self, connection: Connection, *, expected_revision: int) -> Connection:
        """Puts `connection` in the place of the one with its id and raises the revision by one.

        Raises EditConflict when the kept one has another revision, ConnectionNotFound, NameTaken.
        """
        ...

    def delete(self, connection_ids: Sequence[str]) -> Sequence[Connection]:
        """Removes all of them or none, and returns them. Raises ConnectionNotFound."""
        ...

    def set_default(self, connection_id: str | None) -> None:
        """Makes one the default, or none. Not an edit: revisions stay."""
        ...

    @property
    def takes_writes(self) -> bool:
        """Whether a change is likely to be kept, as far as is known without trying. Cheap; never raises."""
        ...

    @property
    def secrets_encrypted(self) -> bool:
        """Whether secrets are written as ciphertext; False: in the clear, for want of a key."""
        ...

    @property
    def problems(self) -> Sequence[str]:
        """Sentences for the page: a damaged file kept aside, a folder that cannot be written, no key for secrets."""
        ...
