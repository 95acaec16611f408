"""What is asked of a connection before it is kept, besides what its model asks."""

from __future__ import annotations

from ekmanager.connections.errors import CertificateUnusable
from ekmanager.connections.model import Connection
from ekmanager.connections.targets import TargetPolicy


def check_usable(connection: Connection, policy: TargetPolicy) -> None:
    """Raises TargetRefused for an address that may not be called, CertificateUnusable for a bad PEM text.

    Not part of the model: what a store kept before a rule was made must still load.
    """
    policy.check_url(connection.url)
    try:
        connection.tls.context()
    except ValueError as error:
        raise CertificateUnusable(f"TLS, {error}.") from None


def check_change(old: Connection, new: Connection, policy: TargetPolicy) -> None:
    """The same for an edit, which may leave alone what would be refused today."""
    if (old.url, old.tls) != (new.url, new.tls):
        check_usable(new, policy)
