"""From a connection to the client of its server."""

from __future__ import annotations

from ekmanager.connections.model import Connection
from ekmanager.connections.targets import TargetPolicy
from ekmanager.ekuiper.client import EKuiperClient


def open_client(connection: Connection, policy: TargetPolicy, *, timeout: float) -> EKuiperClient:
    """A client with the connection's credentials, bound by the target policy. Close it after use.

    `timeout`: seconds, where the connection has none of its own. Raises TargetRefused.
    """
    policy.check_url(connection.url)
    return EKuiperClient(
        connection.url,
        credentials=connection.credentials,
        headers={name: value.get_secret_value() for name, value in connection.headers.items()},
        tls=connection.tls,
        timeout=connection.timeout or timeout,
        check_address=policy.for_url(connection.url),
    )
