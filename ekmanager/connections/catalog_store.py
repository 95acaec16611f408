"""What all stores do in the same way, once they can read a catalog and change it."""

from __future__ import annotations

import contextlib
from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from typing import TypeVar

from ekmanager.connections.catalog import Catalog
from ekmanager.connections.documents import Seal
from ekmanager.connections.errors import StoreError
from ekmanager.connections.model import Connection

T = TypeVar("T")

CLEAR_SECRETS = (
    "Secrets are kept in the clear: set EKMANAGER_SECRET_KEY to a key of 'ekmanager keygen' to have them encrypted."
)


class CatalogStore(ABC):
    """The methods of a `ConnectionStore`, save `problems`, for heirs that say where the catalog is."""

    def __init__(self, seal: Seal) -> None:
        self._seal = seal

    @abstractmethod
    def _read(self) -> Catalog:
        """The newest that can be had. Raises StoreError."""

    @abstractmethod
    def _change(self, change: Callable[[Catalog], tuple[Catalog, T]]) -> T:
        """Keeps what `change` makes of the newest catalog, and gives its result. Nothing changes when that raises."""

    @property
    def secrets_encrypted(self) -> bool:
        """Whether secrets are written as ciphertext: only with a key from the settings, or for a browser."""
        return self._seal.active

    def list(self) -> Sequence[Connection]:
        return self._read().connections

    def get(self, connection_id: str) -> Connection:
        return self._read().get(connection_id)

    def add(self, connections: Sequence[Connection]) -> None:
        self._change(lambda catalog: (catalog.add(connections), None))

    def update(self, connection: Connection, *, expected_revision: int) -> Connection:
        def change(catalog: Catalog) -> tuple[Catalog, Connection]:
            changed = catalog.update(connection, expected_revision=expected_revision)
            return changed, changed.get(connection.id)

        return self._change(change)

    def delete(self, connection_ids: Sequence[str]) -> Sequence[Connection]:
        return self._change(lambda catalog: catalog.delete(connection_ids))

    def set_default(self, connection_id: str | None) -> None:
        self._change(lambda catalog: (catalog.set_default(connection_id), None))

    def reseal(self) -> None:
        """Writes every secret under the newest key. A store that cannot be written stays as it is."""
        with contextlib.suppress(StoreError):
            if self.secrets_encrypted and self._read().stale:
                self._change(lambda catalog: (catalog.resealed(), None))

    def _in_clear(self, catalog: Catalog) -> Sequence[str]:
        """The sentence about secrets in the clear, where there are any and no key."""
        return [CLEAR_SECRETS] if catalog.in_clear and not self.secrets_encrypted else []
