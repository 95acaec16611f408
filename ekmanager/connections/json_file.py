"""Connections in one JSON file that several processes may share, and that people may edit by hand."""

from __future__ import annotations

import contextlib
import glob
import hashlib
import json
import os
import secrets
import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from filelock import FileLock, Timeout

from ekmanager.connections.catalog import Catalog
from ekmanager.connections.catalog_store import CatalogStore, T
from ekmanager.connections.documents import Seal
from ekmanager.connections.errors import StoreDamaged, StoreError
from ekmanager.connections.vault import Vault

LOCK_TIMEOUT = 15.0
"""Seconds to wait for another process that is writing."""

Signature = tuple[int, int, int] | None
"""Inode, time of the last write in nanoseconds, size; None where there is no file."""


@dataclass(frozen=True)
class _Kept:
    """What was read, and of which version of the file."""

    signature: Signature
    catalog: Catalog
    damage: str = ""
    """Why the file is not used, in a sentence."""
    aside: Path | None = None
    """The copy of a damaged file; None where it could not be made."""


class JsonFileStore(CatalogStore):
    """An array of objects in a file. A `ConnectionStore`, across threads and processes.

    A write replaces the file as a whole, so a reader, or a power cut, meets the old or the new one. Reads take
    no lock. A file that is not such an array is copied to a dated name beside it, which nothing here ever writes
    again; what this process read last, if anything, stays in use. Writing is refused until that copy is on disk.
    """

    def __init__(self, path: str | Path, vault: Vault) -> None:
        self._path = Path(path)
        super().__init__(Seal(vault))
        self._lock = threading.RLock()
        self._kept: _Kept | None = None
        self._unwritable = ""

    @property
    def damage(self) -> str:
        """Why the file is not used, in a sentence; empty when it is. Raises StoreError."""
        return self._read_file().damage

    @property
    def takes_writes(self) -> bool:
        """False after a write that the system refused, where the folder refuses one, or while damage is not copied."""
        try:
            kept = self._read_file()
        except StoreError:
            return False
        return not (self._unwritable or self._refuses() or (kept.damage and kept.aside is None))

    @property
    def problems(self) -> Sequence[str]:
        try:
            kept = self._read_file()
        except StoreError as error:
            return (f"{error.message} {error.hint}".strip(),)
        # That a damaged file could not be copied says already that nothing can be written
        refuses = "" if kept.damage and kept.aside is None else self._unwritable or self._refuses()
        earlier = [
            f"A damaged file was kept aside as {path}. Delete it when nothing in it is needed."
            for path in self._asides()
            if path != kept.aside
        ]
        notes = [refuses, kept.damage, *earlier, *kept.catalog.problems, *self._in_clear(kept.catalog)]
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

    def _read(self) -> Catalog:
        return self._read_file().catalog

    def _read_file(self) -> _Kept:
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
            return self._damaged(signature, content, error.message, last)
        written_at = datetime.fromtimestamp(found.st_mtime, UTC)
        return _Kept(signature, Catalog.read(raws, self._seal, written_at=written_at))

    def _change(self, change: Callable[[Catalog], tuple[Catalog, T]]) -> T:
        with self._lock, self._exclusive():
            kept = self._read_file()
            if kept.damage:
                kept = self._load()
            if kept.damage and kept.aside is None:
                self._kept = kept
                raise StoreDamaged(
                    kept.damage, hint="Free space, make the folder writable, or move the file away yourself."
                )
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
        return _put(target, fresh, _text(raws), before)

    def _damaged(self, signature: Signature, content: bytes, reason: str, last: Catalog) -> _Kept:
        try:
            aside = self._keep_aside(content)
        except OSError as error:
            sentence = f"{self._path} {reason}, and could not be copied to a safe place: {_why(error)}. "
            return _Kept(signature, last, sentence + "It is not used, and nothing is written over it.")
        return _Kept(
            signature, last, f"{self._path} {reason}. It is not used; a copy was kept aside as {aside}.", aside
        )

    def _keep_aside(self, content: bytes) -> Path:
        """The copy of a damaged file, one for each content; on disk when it returns. Raises OSError."""
        digest = hashlib.sha256(content).hexdigest()[:12]
        for aside in self._asides(digest):
            if _holds(aside, content):
                # Another process may have made it a moment ago
                _sync_folder(aside.parent)
                return aside
        aside = self._beside(f".damaged-{datetime.now(UTC):%Y%m%d-%H%M%S}-{digest}")
        _put(aside, aside.with_name(f".{aside.name}.{secrets.token_hex(4)}"), content)
        return aside

    def _asides(self, digest: str = "*") -> Sequence[Path]:
        return sorted(self._path.parent.glob(f"{glob.escape(self._path.name)}.damaged-*-{digest}"))

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


def _put(target: Path, fresh: Path, content: bytes, before: Signature = None) -> Signature:
    """Gives `target` its content as a whole, by way of the new file `fresh`; on disk when it returns."""
    descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
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


def _holds(path: Path, content: bytes) -> bool:
    """Whether a file can be read and has this content."""
    try:
        return path.stat().st_size == len(content) and path.read_bytes() == content
    except OSError:
        return False


def _why(error: OSError) -> str:
    return (error.strerror or type(error).__name__).lower()
