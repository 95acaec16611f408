"""What a revision of a rule is, and what its stores have in common."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from typing import Protocol

MOST_KEPT = 100
"""Revisions of one rule; the oldest give way."""
MOST_CHARACTERS = 8_000_000
"""Characters of all revisions of one rule; the newest stays in any case."""


class RevisionsError(Exception):
    """Revisions cannot be read or written now. The message is a sentence, `hint` says what to try."""

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint


class RevisionNotFound(RevisionsError):
    """There is no such revision, or it gave way to newer ones."""


@dataclass(frozen=True, slots=True)
class Revision:
    """One version of a rule."""

    id: str
    at: float
    """Epoch seconds."""
    who: str
    what: str
    """What was done: `created`, `changed`, `restored`, …"""
    text: str


class Revisions(Protocol):
    """Where revisions are kept. `key` names the server (`Entry.key`). All raise RevisionsError."""

    def add(self, key: str, rule: str, *, who: str, what: str, text: str) -> Revision:
        """Keeps a revision; a text that equals the newest one is not kept again, and the newest is returned."""
        ...

    def list(self, key: str, rule: str) -> tuple[Revision, ...]:
        """Newest first."""
        ...

    def get(self, key: str, rule: str, id: str) -> Revision:  # noqa: A002 - the word of the page
        """Raises RevisionNotFound."""
        ...

    def forget(self, key: str) -> None:
        """Drops all revisions of a server."""
        ...

    def close(self) -> None:
        """Lets go of files and databases."""
        ...


def new_id() -> str:
    """An id that no other revision has."""
    return secrets.token_hex(8)


def trimmed(revisions: tuple[Revision, ...]) -> tuple[Revision, ...]:
    """Those that are kept of revisions, newest first."""
    total, kept = 0, 0
    for revision in revisions[:MOST_KEPT]:
        total += len(revision.text)
        if kept and total > MOST_CHARACTERS:
            break
        kept += 1
    return revisions[:kept]


def find(revisions: tuple[Revision, ...], rule: str, id: str) -> Revision:  # noqa: A002
    """The revision with that id. Raises RevisionNotFound."""
    found = next((revision for revision in revisions if revision.id == id), None)
    if found is None:
        raise RevisionNotFound(f"This revision of the rule {rule} is not kept any more.", "Choose another one.")
    return found
