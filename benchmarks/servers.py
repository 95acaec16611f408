"""Servers that cost next to nothing, so that what is measured is the other side. Run as a process of its own.

`python -m benchmarks.servers COUNT HANGING` listens on COUNT ephemeral ports, prints them as JSON, and answers as an
eKuiper without rules would; on the last HANGING of them it takes the request and never answers.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import resource
import subprocess
import sys
from collections.abc import Iterator

INFO = json.dumps(
    {
        "version": "2.4.0",
        "os": "linux",
        "arch": "amd64",
        "upTimeSeconds": 86400,
        "cpuUsage": "3.59%",
        "memoryUsed": "54415360",
        "memoryTotal": "25276514304",
    }
)
RULES = json.dumps([{"id": f"r{n}", "name": f"r{n}", "status": "running", "tags": []} for n in range(20)])


class _Server(asyncio.Protocol):
    """Reads whole requests, answers by path, closes: as eKuiper does."""

    def __init__(self, hangs: bool) -> None:
        self._hangs = hangs
        self._head = b""
        self._left = -1
        self._path = b"/"
        self._writable = asyncio.Event()
        self._writable.set()

    def pause_writing(self) -> None:
        self._writable.clear()

    def resume_writing(self) -> None:
        self._writable.set()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        if self._hangs:
            return
        if self._left < 0:
            self._head += data
            head, found, rest = self._head.partition(b"\r\n\r\n")
            if not found:
                return
            self._path = head.split(b" ", 2)[1]
            self._left = _length(head)
            data = rest
        self._left -= len(data)
        if self._left <= 0:
            self._answer()

    def _answer(self) -> None:
        transport = self._transport
        assert isinstance(transport, asyncio.Transport)
        path = self._path
        if path.startswith(b"/download/"):
            asyncio.ensure_future(self._download(transport, int(path.rsplit(b"/", 1)[1])))  # noqa: RUF006
            return
        body = RULES if path == b"/rules" else "{}" if path == b"/rules/status/all" else INFO
        head = f"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n"
        transport.write(f"{head}Connection: close\r\n\r\n{body}".encode())
        transport.close()

    async def _download(self, transport: asyncio.Transport, size: int) -> None:
        transport.write(f"HTTP/1.1 200 OK\r\nContent-Length: {size}\r\nConnection: close\r\n\r\n".encode())
        chunk = bytes(256 * 1024)
        while size > 0 and not transport.is_closing():
            await self._writable.wait()
            transport.write(chunk[:size])
            size -= len(chunk)
        transport.close()


def _length(head: bytes) -> int:
    for line in head.split(b"\r\n")[1:]:
        name, _, value = line.partition(b":")
        if name.lower() == b"content-length":
            return int(value)
        if name.lower() == b"transfer-encoding":
            raise ValueError("the benchmark sends its length")
    return 0


async def _serve(count: int, hanging: int) -> None:
    loop = asyncio.get_running_loop()
    ports = []
    for number in range(count):
        hangs = number >= count - hanging
        server = await loop.create_server(lambda hangs=hangs: _Server(hangs), "127.0.0.1", 0, backlog=256)  # type: ignore[misc]
        ports.append(server.sockets[0].getsockname()[1])
    print(json.dumps(ports), flush=True)
    await asyncio.Event().wait()


def raise_file_limit() -> None:
    """A thousand servers need more than the usual thousand descriptors."""
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))


@contextlib.contextmanager
def listening(count: int, hanging: int = 0) -> Iterator[list[str]]:
    """The URLs of `count` servers in another process, which ends with the context."""
    command = [sys.executable, "-m", "benchmarks.servers", str(count), str(hanging)]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        ports = json.loads(process.stdout.readline())
        try:
            yield [f"http://127.0.0.1:{port}" for port in ports]
        finally:
            process.terminate()


if __name__ == "__main__":
    raise_file_limit()
    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(_serve(int(sys.argv[1]), int(sys.argv[2])))
