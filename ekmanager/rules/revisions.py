"""Earlier versions of rules: what was saved, when, and by whom.

They hold the rules as they were sent, secrets of their sinks among them, as the server itself does.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Iterator
from dataclasses import asdict
from pathlib import Path

from filelock import FileLock, Timeout

from ekmanager.rules.revisions_base import (
    Revision,
    RevisionNotFound,
    Revisions,
    RevisionsError,
    find,
    new_id,
    trimmed,
)
from ekmanager.rules.revisions_sql import SqlRevisions

__all__ = [
    "JsonRevisions",
    "MemoryRevisions",
    "Revision",
    "RevisionNotFound",
    "Revisions",
    "RevisionsError",
    "SqlRevisions",
]

MOST_RULES = 2_000
"""Rules whose revisions are kept in memory; those that were not used longest give way."""
LOCK_TIMEOUT = 15.0


class MemoryRevisions:
    """Revisions that end with the process."""

    def __init__(self, *, clock: Callable[[], float] = time.time) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._rules: OrderedDict[tuple[str, str], tuple[Revision, ...]] = OrderedDict()

    def add(self, key: str, rule: str, *, who: str, what: str, text: str) -> Revision:
        with self._lock:
            kept = self._rules.get((key, rule), ())
            if not kept or kept[0].text != text:
                kept = trimmed((Revision(new_id(), self._clock(), who, what, text), *kept))
                self._rules[key, rule] = kept
            self._rules.move_to_end((key, rule))
            while len(self._rules) > MOST_RULES:
                self._rules.popitem(last=False)
            return kept[0]

    def list(self, key: str, rule: str) -> tuple[Revision, ...]:
        with self._lock:
            return self._rules.get((key, rule), ())

    def get(self, key: str, rule: str, id: str) -> Revision:  # noqa: A002
        return find(self.list(key, rule), rule, id)

    def forget(self, key: str) -> None:
        with self._lock:
            for place in [place for place in self._rules if place[0] == key]:
                del self._rules[place]

    def close(self) -> None:
        """Nothing is open."""


class JsonRevisions:
    """Revisions in a folder, a JSON file a rule, which several processes may share.

    A write replaces the file as a whole. A file that cannot be read is put aside, and a new one begun.
    """

    def __init__(self, path: str | Path, *, clock: Callable[[], float] = time.time) -> None:
        self._folder = Path(path)
        self._clock = clock
        self._lock = threading.Lock()

    def add(self, key: str, rule: str, *, who: str, what: str, text: str) -> Revision:
        path = self._path(key, rule)
        with self._exclusive():
            kept = self._read(path)
            if kept is None:
                path.rename(path.with_name(f"{path.name}.damaged-{new_id()}"))
                kept = ()
            if kept and kept[0].text == text:
                return kept[0]
            kept = trimmed((Revision(new_id(), self._clock(), who, what, text), *kept))
            self._write(path, {"key": key, "rule": rule, "revisions": [asdict(revision) for revision in kept]})
            return kept[0]

    def list(self, key: str, rule: str) -> tuple[Revision, ...]:
        try:
            return self._read(self._path(key, rule)) or ()
        except OSError as error:
            raise _unusable(self._folder, error) from error

    def get(self, key: str, rule: str, id: str) -> Revision:  # noqa: A002
        return find(self.list(key, rule), rule, id)

    def forget(self, key: str) -> None:
        if self._folder.is_dir():
            with self._exclusive():
                for path in self._folder.glob(f"{_digest(key)}-*.json*"):
                    path.unlink(missing_ok=True)

    def close(self) -> None:
        """Nothing is open."""

    def _path(self, key: str, rule: str) -> Path:
        return self._folder / f"{_digest(key)}-{_digest(rule)}.json"

    @contextlib.contextmanager
    def _exclusive(self) -> Iterator[None]:
        try:
            with self._lock:
                self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
                with FileLock(self._folder / ".lock", timeout=LOCK_TIMEOUT, mode=0o600, poll_interval=0.01):
                    yield
        except Timeout as error:
            message = f"{self._folder.name} is being written by another process."
            raise RevisionsError(message, "Try again.") from error
        except OSError as error:
            raise _unusable(self._folder, error) from error

    @staticmethod
    def _read(path: Path) -> tuple[Revision, ...] | None:
        """None for a file that is not one of ours. Raises OSError."""
        try:
            document = json.loads(path.read_bytes())
            return tuple(_revision(row) for row in document["revisions"])
        except (FileNotFoundError, NotADirectoryError):
            return ()
        except (ValueError, TypeError, KeyError, RecursionError):
            return None

    @staticmethod
    def _write(path: Path, document: object) -> None:
        fresh = path.with_name(f".{path.name}.new")
        fresh.unlink(missing_ok=True)
        descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        try:
            with os.fdopen(descriptor, "w", encoding="utf-8") as file:
                json.dump(document, file)
                file.flush()
                os.fsync(file.fileno())
            fresh.replace(path)
        except OSError:
            fresh.unlink(missing_ok=True)
            raise


def _revision(row: dict[str, object]) -> Revision:
    at = row["at"]
    if isinstance(at, bool) or not isinstance(at, int | float):
        raise TypeError("a time is a number")
    return Revision(str(row["id"]), float(at), str(row["who"]), str(row["what"]), str(row["text"]))


def _digest(name: str) -> str:
    """A name of a file for any text."""
    return hashlib.sha256(name.encode("utf-8", "surrogatepass")).hexdigest()[:32]


def _unusable(folder: Path, error: OSError) -> RevisionsError:
    why = (error.strerror or type(error).__name__).lower()
    return RevisionsError(f"The revisions of rules in {folder} cannot be used: {why}.", "Check who owns the folder.")
