"""A private PostgreSQL server for the tests, made from the binaries that the system has."""

from __future__ import annotations

import contextlib
import os
import pwd
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

URL_VARIABLE = "EKMANAGER_TEST_POSTGRES"
"""SQLAlchemy URL of a server that is there already; its database may be written."""


def binaries() -> Path | None:
    """The folder with `initdb` and `postgres`, of the newest version found."""
    candidates = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: path.parent.name, reverse=True)
    on_path = shutil.which("initdb")
    if on_path:
        candidates.append(Path(on_path).resolve().parent)
    return next((path for path in candidates if (path / "initdb").exists() and (path / "postgres").exists()), None)


@contextlib.contextmanager
def running_server() -> Iterator[str | None]:
    """The SQLAlchemy URL of an empty database; None where PostgreSQL is not installed."""
    given = os.environ.get(URL_VARIABLE)
    folder = binaries()
    if given or folder is None:
        yield given
        return
    with tempfile.TemporaryDirectory(prefix="ekmanager-pg-", ignore_cleanup_errors=True) as temporary:
        home, port = Path(temporary), _free_port()
        user = _server_user(home)
        data = home / "data"
        initdb = [folder / "initdb", "-D", data, "-U", "test", "-A", "trust", "-E", "UTF8", "--no-sync", "--locale=C"]
        _run(user, initdb)
        options = f"-k {home} -h 127.0.0.1 -p {port} -c fsync=off"
        start = [folder / "pg_ctl", "-D", data, "-w", "-t", "60", "-l", home / "log", "-o", options, "start"]
        _run(user, start)
        try:
            yield f"postgresql+psycopg://test@127.0.0.1:{port}/postgres"
        finally:
            _run(user, [folder / "pg_ctl", "-D", data, "-w", "-m", "immediate", "stop"])


def _server_user(home: Path) -> str | None:
    """PostgreSQL refuses to run as root: then it runs as the user that its package made."""
    if os.geteuid() != 0:
        return None
    account = next((name for name in ("postgres", "nobody") if _exists(name)), "nobody")
    entry = pwd.getpwnam(account)
    os.chown(home, entry.pw_uid, entry.pw_gid)
    return account


def _exists(name: str) -> bool:
    try:
        pwd.getpwnam(name)
    except KeyError:
        return False
    return True


def _run(user: str | None, command: Sequence[object]) -> None:
    prefix = [] if user is None else ["runuser", "-u", user, "--"]
    done = subprocess.run(
        [*prefix, *map(str, command)], capture_output=True, text=True, timeout=90, cwd="/", stdin=subprocess.DEVNULL
    )
    if done.returncode:
        raise RuntimeError(f"{command[0]} failed: {done.stdout}\n{done.stderr}")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
