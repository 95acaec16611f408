"""Connections in one JSON file that several processes may share, and that people may edit by hand."""

from __future__ import annotations

import contextlib
import glob
import hashlib
import json
import os
import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeVar

from filelock import FileLock, Timeout

from ekmanager.connections.catalog import Catalog
from ekmanager.connections.documents import Seal
from ekmanager.connections.errors import StoreDamaged, StoreError
from ekmanager.connections.model import Connection
from ekmanager.connections.vault import Vault

T = TypeVar("T")

LOCK_TIMEOUT = 15.0
"""Seconds to wait for another process that is writing."""

CLEAR_SECRETS = (
    "Secrets are kept in the clear: set EKMANAGER_SECRET_KEY to a key of `ekmanager keygen` to have them encrypted."
)

Signature = tuple[int, int, int] | None
"""Inode, time of the last write in nanoseconds, size; None where there is no file."""


@dataclass(frozen=True)
class _Kept:
    """What was read, and of which version of the file."""

    signature: Signature
    catalog: Catalog
    damage: str = ""


class JsonFileStore:
    """An array of objects in a file. A `ConnectionStore`, across threads and processes.

    A write replaces the file as a whole, so a reader, or a power cut, meets the old or the new one. Reads take
    no lock. A file that is not such an array is copied to a dated name beside it before anything else happens;
    what this process read last, if anything, stays in use.
    """

    def __init__(self, path: str | Path, vault: Vault) -> None:
        self._path = Path(path)
        self._seal = Seal(vault)
        self._lock = threading.RLock()
        self._kept: _Kept | None = None
        self._unwritable = ""

    @property
    def secrets_encrypted(self) -> bool:
        """Whether secrets are written as ciphertext: only with a key from the settings."""
        return self._seal.active

    def list(self) -> Sequence[Connection]:
        return self._read().catalog.connections

    def get(self, connection_id: str) -> Connection:
        return self._read().catalog.get(connection_id)

    def add(self, connections: Sequence[Connection]) -> None:
        self._change(lambda catalog: (catalog.add(connections), None))

    def update(self, connection: Connection, *, expected_revision: int) -> Connection:
        def change(catalog: Catalog) -> tuple[Catalog, Connection]:
            changed = catalog.update(connection, expected_revision=expected_revision)
            return changed, changed.get(connection.id)

        return self._change(change)

    def delete(self, connection_ids: Sequence[str]) -> Sequence[Connection]:
        return self._change(lambda catalog: catalog.delete(connection_ids))

    def set_default(self, connection_id: str | None) -> None:
        self._change(lambda catalog: (catalog.set_default(connection_id), None))

    @property
    def damage(self) -> str:
        """Why the file is not used, in a sentence; empty when it is. Raises StoreError."""
        return self._read().damage

    def reseal(self) -> None:
        """Writes every secret under the newest key. A store that cannot be written stays as it is."""
        with contextlib.suppress(StoreError):
            if self.secrets_encrypted and self._read().catalog.stale:
                self._change(lambda catalog: (catalog.resealed(), None))

    @property
    def problems(self) -> Sequence[str]:
        try:
            kept = self._read()
        except StoreError as error:
            return (f"{error.message} {error.hint}".strip(),)
        clear = [CLEAR_SECRETS] if kept.catalog.in_clear and not self.secrets_encrypted else []
        notes = [self._unwritable or self._refuses(), kept.damage, *self._asides(), *kept.catalog.problems, *clear]
        return tuple(dict.fromkeys(note for note in notes if note))

    def _refuses(self) -> str:
        """A sentence when it can be seen before any attempt that nothing can be written, else empty."""
        folder = self._path.parent
        while not folder.exists() and folder != folder.parent:
            folder = folder.parent
        if folder.is_dir() and os.access(
            folder, os.W_OK | os.X_OK, effective_ids=os.access in os.supports_effective_ids
        ):
            return ""
        return f"{self._path} cannot be written: shared connections can be used, but not added or changed."

    def _read(self) -> _Kept:
        kept, signature = self._kept, self._signature()
        if kept is not None and kept.signature == signature:
            return kept
        with self._lock:
            kept = self._kept
            if kept is None or kept.signature != signature:
                kept = self._kept = self._load()
            return kept

    def _signature(self) -> Signature:
        try:
            found = self._path.stat()
        except (FileNotFoundError, NotADirectoryError):
            return None
        except OSError as error:
            raise self._unreadable(error) from error
        return found.st_ino, found.st_mtime_ns, found.st_size

    def _load(self) -> _Kept:
        try:
            with self._path.open("rb") as file:
                found = os.fstat(file.fileno())
                content = file.read()
        except (FileNotFoundError, NotADirectoryError):
            return _Kept(None, Catalog((), self._seal))
        except OSError as error:
            raise self._unreadable(error) from error
        signature = (found.st_ino, found.st_mtime_ns, found.st_size)
        try:
            raws = _parse(content)
        except StoreDamaged as error:
            last = self._kept.catalog if self._kept else Catalog((), self._seal)
            return _Kept(signature, last, self._keep_aside(content, error.message))
        written_at = datetime.fromtimestamp(found.st_mtime, UTC)
        return _Kept(signature, Catalog.read(raws, self._seal, written_at=written_at))

    def _change(self, change: Callable[[Catalog], tuple[Catalog, T]]) -> T:
        with self._lock, self._exclusive():
            kept = self._read()
            if kept.damage and not self._is_aside(self._path.read_bytes()):
                raise StoreDamaged(kept.damage)
            catalog, result = change(kept.catalog)
            self._kept = _Kept(self._write(catalog.raws, kept.signature), catalog)
            return result

    @contextlib.contextmanager
    def _exclusive(self) -> Iterator[None]:
        """The lock of all processes. What the system refuses inside becomes a StoreError that is remembered."""
        try:
            with contextlib.suppress(FileExistsError):
                self._path.parent.mkdir(parents=True, mode=0o700)
            lock = FileLock(self._beside(".lock"), timeout=LOCK_TIMEOUT, mode=0o600, poll_interval=0.01)
            with lock:
                yield
        except Timeout as error:
            raise StoreError(f"{self._path.name} is being written by another process.", hint="Try again.") from error
        except OSError as error:
            self._unwritable = f"{self._path} cannot be written: {_why(error)}."
            raise StoreError(
                self._unwritable, hint="Connections can be read and used, but shared ones not changed."
            ) from error
        self._unwritable = ""

    def _write(self, raws: Sequence[object], before: Signature) -> Signature:
        """Replaces the file; on disk when it returns."""
        target = self._path.resolve()
        fresh = target.with_name(f".{target.name}.new")
        fresh.unlink(missing_ok=True)
        descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        try:
            with os.fdopen(descriptor, "wb") as file:
                file.write(_text(raws))
                file.flush()
                _advance_clock(file.fileno(), before)
                os.fsync(file.fileno())
                found = os.fstat(file.fileno())
            fresh.replace(target)
        except OSError:
            fresh.unlink(missing_ok=True)
            raise
        _sync_folder(target.parent)
        return found.st_ino, found.st_mtime_ns, found.st_size

    def _keep_aside(self, content: bytes, reason: str) -> str:
        """Copies a damaged file to a dated name, once for each content; gives the sentence for the page."""
        if not self._is_aside(content):
            day = datetime.now(UTC).strftime("%Y%m%d-%H%M%S")
            aside = self._beside(f".damaged-{day}-{_digest(content)}")
            try:
                descriptor = os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
                with os.fdopen(descriptor, "wb") as file:
                    file.write(content)
                    file.flush()
                    os.fsync(file.fileno())
                _sync_folder(aside.parent)
            except FileExistsError:
                # Another process found the same damage in the same second and is keeping the copy.
                return f"{self._path} {reason}. It is not used; a copy of it was kept aside."
            except OSError as error:
                return f"{self._path} {reason}, and could not be copied to a safe place: {_why(error)}."
        return f"{self._path} {reason}. It is not used; a copy of it was kept aside."

    def _is_aside(self, content: bytes) -> bool:
        pattern = f"{glob.escape(self._path.name)}.damaged-*-{_digest(content)}"
        return any(path.stat().st_size == len(content) for path in self._path.parent.glob(pattern))

    def _asides(self) -> Iterator[str]:
        for path in sorted(self._path.parent.glob(f"{glob.escape(self._path.name)}.damaged-*")):
            yield f"A damaged file was kept aside as {path}. Delete it when nothing in it is needed."

    def _beside(self, suffix: str) -> Path:
        return self._path.with_name(self._path.name + suffix)

    def _unreadable(self, error: OSError) -> StoreError:
        return StoreError(
            f"{self._path} cannot be read: {_why(error)}.", hint="Check who owns the file, or set EKMANAGER_STORE."
        )

    def __repr__(self) -> str:
        return f"JsonFileStore({str(self._path)!r})"


def _parse(content: bytes) -> Sequence[object]:
    """The objects in a file. Raises StoreDamaged; an empty file is an empty list."""
    if not content.strip():
        return []
    try:
        raws = json.loads(content.decode("utf-8-sig"))
    except (ValueError, RecursionError):
        # The cause is left out: it holds the whole text, secrets among it.
        raise StoreDamaged("is not JSON") from None
    if not isinstance(raws, list):
        raise StoreDamaged("is not an array of connections")
    return raws


def _text(raws: Sequence[object]) -> bytes:
    try:
        return (json.dumps(raws, indent=2, ensure_ascii=False) + "\n").encode()
    except UnicodeEncodeError:
        # Half of a surrogate pair, in a field that is not ours, exists in JSON only as an escape.
        return (json.dumps(raws, indent=2) + "\n").encode()


def _advance_clock(descriptor: int, before: Signature) -> None:
    """A later time than the file had before, so that two writes within one tick are told apart."""
    found = os.fstat(descriptor)
    if before is not None and found.st_mtime_ns <= before[1]:
        os.utime(descriptor, ns=(found.st_atime_ns, before[1] + 1))


def _sync_folder(folder: Path) -> None:
    """Makes a new name last through a power cut, where the system can (not on Windows)."""
    if not hasattr(os, "O_DIRECTORY"):
        return
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()[:12]


def _why(error: OSError) -> str:
    return (error.strerror or type(error).__name__).lower()
