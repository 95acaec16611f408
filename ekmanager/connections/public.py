"""A connection as pages, API and command line show it: without any secret."""

from __future__ import annotations

from collections.abc import Mapping

from pydantic.alias_generators import to_camel

from ekmanager.connections.model import Connection, Where
from ekmanager.ekuiper.auth import SECRET_FIELDS

_PLAIN = frozenset(
    ["id", "name", "url", "description", "is_default", "tags", "timeout", "revision", "created_at", "updated_at"]
)


def public(connection: Connection, where: Where) -> dict[str, object]:
    """The camelCase JSON of a connection, ready for `json.dumps`.

    `credentials` has the kind and what is not secret, `headers` the names, `lockedSecrets` what must be entered
    again. Fields that are not ours are left out: they may hold what their writer keeps secret.
    """
    shown: dict[str, object] = connection.model_dump(mode="json", by_alias=True, include=set(_PLAIN))
    locked = connection.locked_secrets
    shown["where"] = where.value
    shown["credentials"] = _credentials(connection)
    shown["hasSecrets"] = connection.has_secrets
    locked_headers = [path.partition(".")[2] for path in locked if path.startswith("headers.")]
    shown["headers"] = [*connection.headers, *locked_headers]
    shown["tls"] = {
        "verify": connection.tls.verify,
        "caBundle": connection.tls.ca_bundle,
        "clientCertificate": connection.tls.client_certificate,
        "hasClientKey": connection.tls.client_key is not None or "tls" in locked,
    }
    shown["lockedSecrets"] = list(locked)
    return shown


def _credentials(connection: Connection) -> dict[str, object]:
    locked = connection.locked_secrets.get("credentials")
    if isinstance(locked, Mapping):
        kind = str(locked.get("kind"))
        secret = {key for name in SECRET_FIELDS.get(kind, ()) for key in (name, to_camel(name))}
        return {str(name): value for name, value in locked.items() if name not in secret}
    secret = set(SECRET_FIELDS[connection.credentials.kind])
    return connection.credentials.model_dump(mode="json", by_alias=True, exclude=secret)
