"""Which handler answers a method and a path: derived from the table of operations, as each version registers them."""

from __future__ import annotations

import posixpath
from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum, auto
from functools import lru_cache
from urllib.parse import unquote

from ekmanager.ekuiper.operations import OPERATIONS, Operation


@dataclass(frozen=True, slots=True)
class Match:
    """An operation and the values of its path's braces, decoded."""

    operation: Operation
    params: Mapping[str, str]


class Unmatched(Enum):
    """Why no operation matches."""

    PATH = auto()
    """Nothing is known under this path."""
    METHOD = auto()
    """The path is known, with other methods."""


class Router:
    """The routes of one version."""

    def __init__(self, version: str) -> None:
        self._by_length: dict[int, list[tuple[Operation, list[str]]]] = {}
        for operation in OPERATIONS:
            if version in operation.versions:
                segments = operation.path[1:].split("/")
                self._by_length.setdefault(len(segments), []).append((operation, segments))
        for routes in self._by_length.values():
            # Literal words win over braces, from the left.
            routes.sort(key=lambda route: [segment.startswith("{") for segment in route[1]])

    def find(self, method: str, path: str) -> Match | Unmatched:
        """The match, or why there is none."""
        parts = path[1:].split("/")
        known = Unmatched.PATH
        for operation, segments in self._by_length.get(len(parts), ()):
            if all(
                segment == part or (segment[0:1] == "{" and part) for segment, part in zip(segments, parts, strict=True)
            ):
                if operation.method == method:
                    named = zip(segments, parts, strict=True)
                    return Match(operation, {name[1:-1]: part for name, part in named if name.startswith("{")})
                known = Unmatched.METHOD
        return known


@lru_cache(maxsize=4)
def router(version: str) -> Router:
    """The routes of a version, shared by all servers of it."""
    return Router(version)


def decoded(raw_path: str) -> str:
    """The path as the servers' router sees it: decoded before it is split."""
    return unquote(raw_path, errors="replace")


def redirect_of(path: str) -> str | None:
    """Where a path with double slashes or dots is redirected to; None when it is clean."""
    clean = posixpath.normpath(path) if path != "/" else "/"
    clean = "/" + clean.lstrip("/")
    if path.endswith("/") and clean != "/":
        clean += "/"
    return clean if clean != path else None
