"""A change of some fields of a connection, with the rule that keeps its secrets where they belong."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from pydantic.alias_generators import to_camel, to_snake

from ekmanager.connections.errors import SecretsNeeded
from ekmanager.connections.model import Connection
from ekmanager.ekuiper.auth import SECRET_FIELDS

FIXED = frozenset(["id", "revision", "created_at", "updated_at", "where", "has_secrets", "locked_secrets"])
"""What a patch may repeat, because an answer of the API has it, but does not change."""


def apply_patch(old: Connection, patch: Mapping[str, object]) -> Connection:
    """`old` with the fields of a JSON merge patch (camelCase): absent is kept, null is removed or default.

    Secrets are write-only, so absent ones are kept too; `headers` may also be the list of names that stay, as
    `public` gives it. Raises SecretsNeeded when kept secrets would go to another origin or over a connection that
    is checked less, and pydantic's ValidationError.
    """
    changes = {to_snake(name): value for name, value in patch.items() if to_snake(name) not in FIXED}
    locked = dict(old.locked_secrets)
    fields: dict[str, object] = {name: getattr(old, name) for name in type(old).model_fields}
    fields |= old.model_extra or {}
    kept = _Kept()
    fields["credentials"] = _credentials(old, changes.pop("credentials", {}), locked, kept)
    fields["headers"] = _headers(old, changes.pop("headers", {}), locked, kept)
    fields["tls"] = _tls(old, changes.pop("tls", {}), locked, kept)
    for name, value in changes.items():
        key = name if name in type(old).model_fields else _as_given(name, patch)
        if value is None:
            fields.pop(key, None)
        else:
            fields[key] = value
    new = Connection.model_validate(fields)
    if kept.any or locked:
        _stay_at_home(old, new, locked=bool(locked))
    return new.with_locked(locked)


def keep_secrets(old: Connection, new: Connection) -> Connection:
    """`new` with the secrets of `old`, where it has none of its own. Raises SecretsNeeded as `apply_patch` does."""
    if new.has_secrets or not old.has_secrets:
        return new
    _stay_at_home(old, new, locked=bool(old.locked_secrets))
    tls = new.tls.model_copy(
        update={"client_certificate": old.tls.client_certificate, "client_key": old.tls.client_key}
    )
    update = {"credentials": old.credentials, "headers": old.headers, "tls": tls}
    return new.model_copy(update=update).with_locked(old.locked_secrets)


class _Kept:
    """Whether a secret is taken over from the old connection."""

    def __init__(self) -> None:
        self.any = False


def _stay_at_home(old: Connection, new: Connection, *, locked: bool) -> None:
    if new.origin != old.origin:
        raise SecretsNeeded(old.name)
    if not new.url.startswith("https:"):
        return
    if locked and (old.tls.verify, old.tls.ca_bundle) != (new.tls.verify, new.tls.ca_bundle):
        # Their ciphertext is bound to the trust under which it was entered and cannot be made anew.
        raise SecretsNeeded(old.name, "certificate check")
    if old.tls.verify and not new.tls.verify:
        raise SecretsNeeded(old.name, "certificate check")
    # Whoever names the authority decides who may read what is sent.
    if old.tls.verify and new.tls.ca_bundle and new.tls.ca_bundle != old.tls.ca_bundle:
        raise SecretsNeeded(old.name, "trusted authority")


def _credentials(old: Connection, change: object, locked: dict[str, object], kept: _Kept) -> object:
    waiting = locked.get("credentials")
    if change is None:
        locked.pop("credentials", None)
        return {"kind": "none"}
    if not isinstance(change, Mapping):
        locked.pop("credentials", None)
        return change
    changes = {to_snake(str(name)): value for name, value in change.items()}
    old_kind = str(waiting.get("kind")) if isinstance(waiting, Mapping) else old.credentials.kind
    kind = changes.get("kind", old_kind)
    secret = SECRET_FIELDS.get(str(kind), ())
    if kind != old_kind:
        locked.pop("credentials", None)
        return changes
    if isinstance(waiting, Mapping):
        return _locked_credentials(waiting, changes, secret, locked)
    merged: dict[str, object] = dict(vars(old.credentials))
    kept.any = kept.any or any(name not in changes for name in secret)
    merged |= changes
    return {name: value for name, value in merged.items() if value is not None}


def _locked_credentials(
    waiting: Mapping[str, object], changes: Mapping[str, object], secret: Sequence[str], locked: dict[str, object]
) -> object:
    """A new secret opens locked credentials; a change without one is made on what is locked."""
    merged = {**{to_snake(name): value for name, value in waiting.items()}, **changes}
    merged = {name: value for name, value in merged.items() if value is not None}
    if any(name in changes for name in secret):
        del locked["credentials"]
        return merged
    locked["credentials"] = {to_camel(name): value for name, value in merged.items()}
    return {"kind": "none"}


def _headers(old: Connection, change: object, locked: dict[str, object], kept: _Kept) -> object:
    waiting = {path.partition(".")[2]: path for path in locked if path.startswith("headers.")}
    if isinstance(change, Sequence) and not isinstance(change, str):
        # The names that stay, as `public` gives them.
        stay = {str(name).lower() for name in change}
        change = {name: None for name in (*old.headers, *waiting) if name.lower() not in stay}
    if change is None:
        change = dict.fromkeys((*old.headers, *waiting))
    if not isinstance(change, Mapping):
        return change
    touched = {str(name).lower() for name in change}
    for name, path in waiting.items():
        if name.lower() in touched:
            del locked[path]
    merged: dict[str, object] = {name: value for name, value in old.headers.items() if name.lower() not in touched}
    kept.any = kept.any or bool(merged)
    return merged | {str(name): value for name, value in change.items() if value is not None}


def _tls(old: Connection, change: object, locked: dict[str, object], kept: _Kept) -> object:
    if change is None:
        locked.pop("tls", None)
        return {}
    if not isinstance(change, Mapping):
        return change
    changes = {to_snake(str(name)): value for name, value in change.items()}
    changes.pop("has_client_key", None)
    if "tls" in locked and ("client_key" in changes or changes.get("client_certificate") is not None):
        del locked["tls"]
    merged: dict[str, object] = dict(vars(old.tls)) | changes
    if merged.get("client_certificate") is None and "client_certificate" in changes:
        # The key belongs to the certificate that was taken away.
        merged["client_key"] = changes.get("client_key")
    if merged.get("verify") is None:
        merged.pop("verify")
    kept.any = kept.any or (merged.get("client_key") is not None and "client_key" not in changes)
    return merged


def _as_given(snake: str, patch: Mapping[str, object]) -> str:
    """An unknown field under the name that it was given."""
    return next(name for name in patch if to_snake(name) == snake)
