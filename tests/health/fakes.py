"""Servers on loopback that behave as told, and what the tests of health share."""

from __future__ import annotations

import asyncio
import json
import socket
import ssl
import struct
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path
from typing import Any, TypeVar

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from ekmanager.connections.access import Access
from ekmanager.connections.model import Connection
from ekmanager.connections.outbound import open_session
from ekmanager.connections.targets import TargetPolicy
from ekmanager.health.model import ProbeResult
from ekmanager.health.probe import probe
from ekmanager.health.rules import RuleWatch

T = TypeVar("T")

INFO: dict[str, object] = {
    "version": "2.4.0",
    "os": "linux",
    "arch": "amd64",
    "upTimeSeconds": 5000,
    "cpuUsage": "7.25%",
    "memoryUsed": "40427520",
    "memoryTotal": "25276514304",
}


@dataclass(frozen=True)
class Request:
    method: str
    path: str
    headers: Mapping[str, str]
    body: bytes


@dataclass
class Fake:
    """A running server and what it saw."""

    url: str = ""
    requests: list[Request] = field(default_factory=list)
    sent: int = 0
    """Bytes handed to the system."""
    at_once: int = 0
    most_at_once: int = 0

    @property
    def paths(self) -> list[str]:
        return [request.path for request in self.requests]


Handler = Callable[[Request, asyncio.StreamWriter, Fake], Awaitable[None]]


@asynccontextmanager
async def serve(handler: Handler, *, context: ssl.SSLContext | None = None) -> AsyncIterator[Fake]:
    """Runs `handler` for each request on a free port of 127.0.0.1; one request a connection, as eKuiper."""
    fake = Fake()
    tasks: set[asyncio.Task[None]] = set()

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        fake.at_once += 1
        fake.most_at_once = max(fake.most_at_once, fake.at_once)
        try:
            request = await _read(reader)
            fake.requests.append(request)
            await handler(request, writer, fake)
        except (ConnectionError, asyncio.IncompleteReadError, asyncio.LimitOverrunError):
            pass
        finally:
            fake.at_once -= 1
            writer.close()

    def accepted(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.get_running_loop().create_task(answer(reader, writer))
        tasks.add(task)
        task.add_done_callback(tasks.discard)

    server = await asyncio.start_server(accepted, "127.0.0.1", 0, ssl=context)
    port = server.sockets[0].getsockname()[1]
    fake.url = f"{'https' if context else 'http'}://127.0.0.1:{port}"
    try:
        yield fake
    finally:
        server.close()
        for task in list(tasks):
            task.cancel()
        with suppress(asyncio.CancelledError):
            await asyncio.gather(*tasks, return_exceptions=True)


async def _read(reader: asyncio.StreamReader) -> Request:
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
    first, *lines = head.rstrip().split("\r\n")
    headers = {name.strip(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
    length = int(next((value for name, value in headers.items() if name.lower() == "content-length"), "0"))
    method, path, _ = first.split(" ")
    return Request(method, path, headers, await reader.readexactly(length) if length else b"")


def http(status: int, body: bytes | str = b"", **headers: str) -> bytes:
    """A whole answer."""
    data = body.encode() if isinstance(body, str) else body
    extra = "".join(f"{name.replace('_', '-')}: {value}\r\n" for name, value in headers.items())
    return f"HTTP/1.1 {status} X\r\nContent-Length: {len(data)}\r\nConnection: close\r\n{extra}\r\n".encode() + data


def rule(status: str = "running", exceptions: int = 0, last: str = "") -> dict[str, object]:
    return {"status": status, "last_exception": last, "exceptions_total": exceptions}


class EKuiper:
    """A handler that answers like a healthy eKuiper; `root` and `rules_answer` take the place of an answer."""

    def __init__(self) -> None:
        self.info = dict(INFO)
        self.rules: dict[str, dict[str, object]] = {"r1": rule()}
        self.status: dict[str, dict[str, object]] = {}
        self.answers: dict[str, bytes] = {}
        self.delay: dict[str, float] = {}
        self.hang = False

    async def __call__(self, request: Request, writer: asyncio.StreamWriter, fake: Fake) -> None:
        if self.hang:
            await asyncio.Event().wait()
        await asyncio.sleep(self.delay.get(request.path, 0))
        writer.write(self.answers.get(request.path) or self.answer(request))
        await writer.drain()

    def answer(self, request: Request) -> bytes:
        if request.path == "/":
            return http(200, json.dumps(self.info))
        if request.path == "/rules/status/all":
            return http(200, json.dumps(self.rules))
        if request.path == "/batch/req" and not str(self.info["version"]).startswith("1."):
            rows = [self._one(each["path"].split("/")[2]) for each in json.loads(request.body)]
            return http(200, json.dumps(rows))
        if request.path.startswith("/rules/") and request.path.endswith("/status"):
            row = self._one(request.path.split("/")[2])
            return http(row["code"], row["response"])
        return http(404, "404 page not found\n")

    def _one(self, name: str) -> dict[str, Any]:
        if name not in self.status:
            return {"code": 404, "response": '{"error":1002,"message":"Rule is not found"}'}
        return {"code": 200, "response": json.dumps(self.status[name])}


def fixed(answers: Mapping[str, bytes], default: bytes = b"") -> Handler:
    """A handler that writes the bytes for a path as they are."""

    async def handler(request: Request, writer: asyncio.StreamWriter, fake: Fake) -> None:
        writer.write(answers.get(request.path, default))
        await writer.drain()

    return handler


def endless(head: bytes, chunk: bytes = b"x" * 65_536) -> Handler:
    """A handler that never stops writing."""

    async def handler(request: Request, writer: asyncio.StreamWriter, fake: Fake) -> None:
        writer.write(head)
        while True:
            writer.write(chunk)
            fake.sent += len(chunk)
            await writer.drain()
            await asyncio.sleep(0)

    return handler


async def hanging(request: Request, writer: asyncio.StreamWriter, fake: Fake) -> None:
    """A handler that never answers."""
    await asyncio.Event().wait()


async def resetting(request: Request, writer: asyncio.StreamWriter, fake: Fake) -> None:
    """A handler that breaks the connection off."""
    raw: socket.socket = writer.get_extra_info("socket")
    raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    writer.transport.abort()


def free_port() -> int:
    """A port on which nothing listens."""
    with socket.socket() as probe_socket:
        probe_socket.bind(("127.0.0.1", 0))
        return int(probe_socket.getsockname()[1])


def connection(url: str, **fields: object) -> Connection:
    return Connection.model_validate({"id": "c", "name": "c", "url": url, **fields})


async def check(
    url: str,
    *,
    timeout: float = 5.0,
    watch: RuleWatch | None = None,
    policy: TargetPolicy | None = None,
    **fields: object,
) -> ProbeResult:
    """One probe of a URL through the checked session."""
    async with open_session(policy or TargetPolicy(), limit=0) as session:
        return await probe(session, Access(connection(url, **fields)), timeout=timeout, watch=watch)


def run(work: Coroutine[Any, Any, T]) -> T:
    return asyncio.run(work)


async def until(condition: Callable[[], bool], within: float = 10.0) -> None:
    """Waits until `condition` holds; fails the test when it never does."""
    async with asyncio.timeout(within):
        while not condition():  # noqa: ASYNC110  (what is waited for is set by a thread, or is no event)
            await asyncio.sleep(0.01)


@dataclass(frozen=True)
class Certificate:
    pem: str
    key_pem: str

    def server_context(self, folder: Path) -> ssl.SSLContext:
        chain = folder / "server.pem"
        chain.write_text(self.pem + self.key_pem)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(chain)
        return context


def self_signed(address: str = "127.0.0.1", *, days_from: int = -1, days_to: int = 1) -> Certificate:
    """A certificate for an address that nobody signed but itself."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "test")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now + timedelta(days=days_from))
        .not_valid_after(now + timedelta(days=days_to))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address(address))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    pem = certificate.public_bytes(serialization.Encoding.PEM).decode()
    secret = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    ).decode()
    return Certificate(pem, secret)
