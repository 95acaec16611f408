"""What a person typed into the form of a connection, and the document or patch that it stands for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from enum import StrEnum

from ekmanager.connections.address import AddressError, normalise_url, split_login, suggest_port
from ekmanager.connections.model import Connection
from ekmanager.ekuiper.auth import SECRET_FIELDS, BasicLogin, MintedToken

KINDS: Mapping[str, str] = {
    "none": "None",
    "jwt": "eKuiper token (JWT)",
    "minted": "Token signed with a private key",
    "bearer": "Bearer token",
    "basic": "User and password",
}
"""Every kind of credentials and its word."""

SECRET_LABELS: Mapping[str, str] = {
    "jwt": "Token",
    "minted": "RSA private key (PEM)",
    "bearer": "Token",
    "basic": "Password",
}
"""Every kind that has a secret, and the word for it."""

LIFETIME = MintedToken.model_fields["lifetime"].default
_WIRE = {"private_key": "privateKey"}


class Secret(StrEnum):
    """What is to happen to a secret that is kept already."""

    KEEP = "keep"
    REPLACE = "replace"
    REMOVE = "remove"


@dataclass(frozen=True, slots=True)
class HeaderLine:
    """One extra header. `value` counts only when it is new or replaced."""

    name: str
    value: str = field(default="", repr=False)
    secret: Secret = Secret.REPLACE


@dataclass(frozen=True, slots=True)
class Draft:
    """The content of the form. Secrets are there only when they were typed just now; its repr shows none."""

    name: str = ""
    url: str = ""
    description: str = ""
    tags: tuple[str, ...] = ()
    is_default: bool = False
    kind: str = "none"
    username: str = ""
    issuer: str = ""
    lifetime: int = LIFETIME
    secret: str = ""
    secret_action: Secret = Secret.REPLACE
    headers: tuple[HeaderLine, ...] = ()
    verify: bool = True
    ca_bundle: str = ""
    client_certificate: str = ""
    client_key: str = ""
    key_action: Secret = Secret.REPLACE
    timeout: float | None = None

    def __repr__(self) -> str:
        hidden = {"secret", "headers", "client_key"}
        shown = (f"{each.name}={getattr(self, each.name)!r}" for each in fields(self) if each.name not in hidden)
        return f"Draft({', '.join(shown)})"


def draft_of(connection: Connection) -> Draft:
    """The form as it opens for a connection: everything but its secrets."""
    credentials = connection.credentials
    return Draft(
        name=connection.name,
        url=connection.url,
        description=connection.description,
        tags=connection.tags,
        is_default=connection.is_default,
        kind=credentials.kind,
        username=credentials.username if isinstance(credentials, BasicLogin) else "",
        issuer=credentials.issuer if isinstance(credentials, MintedToken) else "",
        lifetime=credentials.lifetime if isinstance(credentials, MintedToken) else LIFETIME,
        secret_action=Secret.REPLACE if credentials.kind == "none" else Secret.KEEP,
        headers=tuple(HeaderLine(name, secret=Secret.KEEP) for name in connection.headers),
        verify=connection.tls.verify,
        ca_bundle=connection.tls.ca_bundle or "",
        client_certificate=connection.tls.client_certificate or "",
        key_action=Secret.REPLACE if connection.tls.client_key is None else Secret.KEEP,
        timeout=connection.timeout,
    )


def document(draft: Draft) -> dict[str, object]:
    """A new connection as the file has it. Whether it is right, the model decides."""
    return {
        **_plain_fields(draft),
        "isDefault": draft.is_default,
        "credentials": {**_login_fields(draft), **_secret_field(draft)},
        "headers": {line.name.strip(): line.value for line in draft.headers if line.name.strip()},
        "tls": {
            **_tls_fields(draft),
            **({"clientKey": draft.client_key.strip()} if draft.client_key.strip() else {}),
        },
    }


def patch(old: Connection, draft: Draft) -> dict[str, object]:
    """The merge patch that makes `old` what the form says; empty when the form was left as it opened.

    Secrets that are kept are not in it. Being the default is not an edit of a connection, so it is not in it either.
    """
    opened = draft_of(old)
    before, after = _plain_fields(opened), _plain_fields(draft)
    found: dict[str, object] = {name: value for name, value in after.items() if value != before[name]}
    if credentials := _credentials_patch(old, opened, draft):
        found["credentials"] = credentials
    if headers := _headers_patch(old, draft):
        found["headers"] = headers
    before, after = _tls_fields(opened), _tls_fields(draft)
    tls: dict[str, object] = {name: value for name, value in after.items() if value != before[name]}
    if draft.key_action is Secret.REPLACE and draft.client_key.strip():
        tls["clientKey"] = draft.client_key.strip()
    elif draft.key_action is Secret.REMOVE:
        tls["clientKey"] = None
    if tls:
        found["tls"] = tls
    return found


@dataclass(frozen=True, slots=True)
class UrlAdvice:
    """What the form says below the URL while it is typed."""

    problem: str = ""
    normalised: str = ""
    """How it will be kept; empty when that is what was typed."""
    with_port: str = ""
    """The same with eKuiper's port, offered."""
    without_login: str = ""
    """The same without the login that it carries; then `username` and `password` are the login."""
    username: str = ""
    password: str = ""

    def __repr__(self) -> str:
        return f"UrlAdvice(problem={self.problem!r}, normalised={self.normalised!r})"


def url_advice(text: str) -> UrlAdvice:
    """Reads a URL as it is typed or pasted. Nothing typed: no advice."""
    text = text.strip()
    if not text:
        return UrlAdvice()
    login = split_login(text)
    if login is not None:
        bare, username, password = login
        return UrlAdvice(
            problem="This URL carries a login. Secrets are kept apart from the address.",
            without_login=bare,
            username=username,
            password=password,
        )
    try:
        url = normalise_url(text)
    except AddressError as error:
        return UrlAdvice(problem=str(error))
    return UrlAdvice(normalised="" if url == text else url, with_port=suggest_port(url) or "")


def _plain_fields(draft: Draft) -> dict[str, object]:
    return {
        "name": draft.name.strip(),
        "url": draft.url.strip(),
        "description": draft.description.strip(),
        "tags": list(draft.tags),
        "timeout": draft.timeout,
    }


def _login_fields(draft: Draft) -> dict[str, object]:
    """The fields of the credentials that are no secret."""
    found: dict[str, object] = {"kind": draft.kind}
    if draft.kind == "basic":
        found["username"] = draft.username.strip()
    if draft.kind == "minted":
        found |= {"issuer": draft.issuer.strip(), "lifetime": draft.lifetime}
    return found


def _secret_field(draft: Draft) -> dict[str, object]:
    value = draft.secret if draft.kind == "basic" else draft.secret.strip()
    return {_WIRE.get(name, name): value for name in SECRET_FIELDS[draft.kind]}


def _credentials_patch(old: Connection, opened: Draft, draft: Draft) -> dict[str, object]:
    if draft.kind != old.credentials.kind:
        return {**_login_fields(draft), **_secret_field(draft)}
    before, after = _login_fields(opened), _login_fields(draft)
    found: dict[str, object] = {name: value for name, value in after.items() if value != before[name]}
    if draft.kind != "none" and draft.secret_action is Secret.REPLACE:
        found |= _secret_field(draft)
    return {"kind": draft.kind, **found} if found else {}


def _headers_patch(old: Connection, draft: Draft) -> dict[str, object]:
    found: dict[str, object] = {}
    for line in draft.headers:
        name = line.name.strip()
        if line.secret is Secret.REMOVE and name in old.headers:
            found[name] = None
        elif line.secret is Secret.REPLACE and name:
            found[name] = line.value
    return found


def _tls_fields(draft: Draft) -> dict[str, object]:
    return {
        "verify": draft.verify,
        "caBundle": draft.ca_bundle.strip() or None,
        "clientCertificate": draft.client_certificate.strip() or None,
    }
