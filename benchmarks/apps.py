"""The whole app as a process, with a store of its own, for measurements from outside."""

from __future__ import annotations

import contextlib
import json
import os
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[1]
STREAMLIT = ("streamlit",)
"""The module of the command that starts the app, and its first words."""
CHROMIUM = ("--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking")


@dataclass(frozen=True)
class RunningApp:
    url: str
    pid: int

    def resident(self) -> int:
        """Resident memory now, in bytes."""
        for line in Path(f"/proc/{self.pid}/status").read_text().splitlines():
            if line.startswith("VmRSS:"):
                return int(line.split()[1]) * 1024
        raise RuntimeError("the process is gone")

    def cpu_seconds(self) -> float:
        """Processor time used so far."""
        fields = Path(f"/proc/{self.pid}/stat").read_text().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


@contextlib.contextmanager
def serving(
    servers: Sequence[str],
    environment: Mapping[str, str] | None = None,
    *,
    command: Sequence[str] = STREAMLIT,
    prepare: Callable[[Path], None] | None = None,
) -> Iterator[RunningApp]:
    """`streamlit run app.py` with shared connections `s0`, `s1`, … to the given URLs.

    `prepare` is given the store's path before the start. Variables of the caller's own installation do not count.
    """
    with tempfile.TemporaryDirectory() as folder:
        rows = [{"id": f"s{n}", "name": f"server {n}", "url": url} for n, url in enumerate(servers)]
        store = Path(folder) / "connections.json"
        store.write_text(json.dumps(rows))
        if prepare is not None:
            prepare(store)
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        variables = {name: value for name, value in os.environ.items() if not name.startswith("EKMANAGER_")}
        variables |= {"EKMANAGER_PERSISTENCE": "server", "EKMANAGER_STORE": str(store), "PYTHONPATH": str(ROOT)}
        words = [sys.executable, "-m", *command, "run", str(ROOT / "app.py"), f"--server.port={port}"]
        words += ["--server.headless=true", "--server.address=127.0.0.1"]
        with subprocess.Popen(
            words,
            cwd=folder,
            env=variables | dict(environment or {}),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        ) as process:
            try:
                url = f"http://127.0.0.1:{port}"
                _wait_for(f"{url}/api/live", process)
                yield RunningApp(url, process.pid)
            finally:
                process.terminate()


def _wait_for(url: str, process: subprocess.Popen[bytes]) -> None:
    for _ in range(600):
        with contextlib.suppress(urllib.error.URLError, OSError), urllib.request.urlopen(url, timeout=2):
            return
        if process.poll() is not None:
            break
        time.sleep(0.1)
    raise RuntimeError("the app did not start")
