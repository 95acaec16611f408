"""Which request means which server and which path on it, read from the bytes of the request line.

The decoded path of ASGI is of no use for this: `%2F` and `/` are the same in it.
"""

from __future__ import annotations

import re
from typing import NamedTuple
from urllib.parse import quote

from starlette.types import Scope

from ekmanager.ekuiper.operations import PathRefused, normalise

MOUNT = "/api"
"""Where the gateway lies on the page's port."""

_PROXIED = re.compile(r"/connections/(?P<id>[A-Za-z0-9][A-Za-z0-9._-]{0,79})/ekuiper(?P<path>/.*)?", re.DOTALL)
_PLAIN = re.compile(r"(?:/[A-Za-z0-9_~-][A-Za-z0-9._~-]*)*/?")
"""Paths in which nothing can be hidden: every one that the API itself has, and most of eKuiper's."""
_VISIBLE = re.compile(r"[\x21-\x7e]*")


class Target(NamedTuple):
    """The connection that a request names, and the path on its server."""

    connection_id: str
    path: str
    """Normalised: what is matched against the table of operations, and what is sent."""


def raw_path(scope: Scope) -> str:
    """The path of the request line as text, without the prefix that a server in front has cut off (`root_path`).

    Raises PathRefused when it is not ASCII: RFC 3986 knows no other characters.
    """
    raw: bytes = scope.get("raw_path") or quote(scope["path"]).encode()
    try:
        path = raw.decode("ascii")
    except UnicodeDecodeError as error:
        raise PathRefused("A path is ASCII: encode other characters with percent signs.") from error
    return path


def inside(scope: Scope, mount: str) -> str | None:
    """The raw path below `mount`, None when the request is not for it.

    Raises PathRefused when the decoded path is below it and the raw one does not say so.
    """
    root = scope.get("root_path", "").removesuffix(mount)
    decoded: str = scope["path"]
    if not _below(decoded.removeprefix(root), mount):
        return None
    path = raw_path(scope).removeprefix(root)
    if not _below(path, mount):
        raise PathRefused("The path is encoded where it need not be.")
    return path[len(mount) :]


def check(path: str) -> None:
    """Raises PathRefused for a raw path below the mount that could be read in two ways."""
    if not _PLAIN.fullmatch(path):
        normalise(path)


def target(path: str) -> Target | None:
    """The server and path that a raw path below the mount names, None when it is not a proxied one.

    Raises PathRefused.
    """
    match = _PROXIED.fullmatch(path)
    if match is None:
        return None
    return Target(match["id"], normalise(match["path"] or "/"))


def check_query(query: bytes) -> str:
    """The query string as text, byte for byte. Raises PathRefused for bytes that a request line cannot carry."""
    text = query.decode("latin-1")
    if not _VISIBLE.fullmatch(text) or "#" in text:
        raise PathRefused("The query string has a character that must be encoded.")
    return text


def _below(path: str, mount: str) -> bool:
    return path.startswith(mount) and (len(path) == len(mount) or path[len(mount)] == "/")
