"""From JSON bodies to what the book of connections takes."""

from __future__ import annotations

import re
from collections.abc import Mapping

from pydantic import ValidationError

from ekmanager.connections.model import Connection, Where
from ekmanager.connections.validation import explain
from ekmanager.gateway.errors import Problem, Refused, refuse
from ekmanager.health.words import ended

Body = Mapping[str, object]

_OURS = frozenset(
    [
        "id",
        "revision",
        "createdAt",
        "created_at",
        "updatedAt",
        "updated_at",
        "hasSecrets",
        "has_secrets",
        "lockedSecrets",
        "locked_secrets",
        "where",
    ]
)
"""What we decide, or only answer: ignored where it comes in, so that an answer can be edited and sent back."""

_DEFAULTS: Mapping[str, object] = {"description": "", "isDefault": False, "tags": [], "timeout": None}
_TAG = re.compile(r'(?:W/)?"?(\d{1,18})"?')


def draft_of(body: Body) -> Connection:
    """The connection that a body describes, without id. Raises Refused with the fields at fault."""
    fields = {name: value for name, value in body.items() if name not in _OURS and value is not None}
    tls = fields.get("tls")
    if isinstance(tls, Mapping):
        fields["tls"] = {name: value for name, value in tls.items() if name != "hasClientKey"}
    try:
        return Connection.model_validate(fields)
    except ValidationError as error:
        raise invalid(error) from error


def invalid(error: ValidationError) -> Refused:
    """422 with the problem of each field, and none of the values."""
    found = explain(error)
    return Refused(
        Problem(
            422,
            "invalid",
            ended(str(found[0])) if len(found) == 1 else f"{len(found)} fields cannot be used as they are.",
            "",
            fields=[{"field": one.field, "message": one.message} for one in found],
        )
    )


def where_of(body: Body, *, keeps_on_server: bool, has_browser: bool) -> Where:
    """Where a new connection is to be kept. Raises Refused when that is not possible."""
    said = body.get("where")
    if said is None:
        said = Where.SERVER if keeps_on_server else Where.BROWSER
    if said == Where.SERVER:
        if keeps_on_server:
            return Where.SERVER
        raise refuse(
            409,
            "no_server_store",
            "This app keeps connections in each person's browser only.",
            "Start it with EKMANAGER_PERSISTENCE=server to keep connections on the server.",
        )
    if said == Where.BROWSER:
        if has_browser:
            return Where.BROWSER
        raise refuse(
            409,
            "no_browser",
            "The connection would be kept in a browser, and this request comes from none: it has no cookie of the app.",
            "Call the API from the app's page, or start the app with EKMANAGER_PERSISTENCE=server.",
        )
    problem = {"field": "Where", "message": "must be browser or server"}
    raise Refused(Problem(422, "invalid", "Where: must be browser or server.", fields=[problem]))


def patch_of(body: Body) -> dict[str, object]:
    """The fields that a PATCH changes."""
    return {name: value for name, value in body.items() if name not in _OURS}


def replacement_of(body: Body, old: Connection) -> dict[str, object]:
    """A PUT as a patch: what is absent becomes the default, while secrets that are absent are kept.

    They cannot be read, so what was read, edited and sent back would lose them otherwise. `headers` may be the list of
    names that an answer has: those keep their values, all others are removed.
    """
    missing = [name for name in ("name", "url") if name not in body]
    if missing:
        fields = [{"field": {"name": "Name", "url": "URL"}[name], "message": "is needed"} for name in missing]
        raise Refused(Problem(422, "invalid", "PUT replaces the connection: name and URL are needed.", fields=fields))
    patch = {**_DEFAULTS, **patch_of(body)}
    patch["credentials"] = _credentials(body.get("credentials"))
    patch["headers"] = _headers(body.get("headers"), old)
    patch["tls"] = _tls(body.get("tls"))
    return patch


def expected_revision(body: Body, if_match: str | None, current: int) -> int:
    """The revision that the caller has seen: If-Match, or `revision`, or (neither) whatever is there now.

    Raises Refused for one that cannot be read.
    """
    if if_match is not None and if_match.strip() != "*":
        match = _TAG.fullmatch(if_match.strip())
        if match is None:
            raise refuse(400, "bad_if_match", "If-Match is not the ETag of a connection.", 'It looks like this: "3".')
        return int(match[1])
    said = body.get("revision")
    if said is None:
        return current
    if isinstance(said, int) and not isinstance(said, bool):
        return said
    problem = {"field": "Revision", "message": "must be a whole number"}
    raise Refused(Problem(422, "invalid", "Revision: must be a whole number.", fields=[problem]))


def _credentials(value: object) -> object:
    if value is None:
        return {"kind": "none"}
    return value


def _headers(value: object, old: Connection) -> object:
    if isinstance(value, list):
        return {name: None for name in old.headers if name not in value}
    if value is None:
        value = {}
    if not isinstance(value, dict):
        return value
    return {**{name: None for name in old.headers if name not in value}, **value}


def _tls(value: object) -> object:
    if isinstance(value, dict):
        return {"verify": True, "caBundle": None, "clientCertificate": None, **value}
    return value
