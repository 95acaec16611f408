"""A server on loopback that does with its sockets what a test wants."""

from __future__ import annotations

import socket
import socketserver
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from ekmanager.ekuiper.client import EKuiperClient

OK = b"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\n[]"
Reply = Callable[[socket.socket, bytes], None]


class LocalServer(socketserver.ThreadingTCPServer):
    """Reads one request a connection, remembers it, and lets `reply` do what it wants with the socket."""

    allow_reuse_address = True
    daemon_threads = True

    def __init__(self, reply: Reply, context: ssl.SSLContext | None = None, host: str = "127.0.0.1") -> None:
        self.reply = reply
        self.context = context
        self.requests: list[bytes] = []
        self.connections = 0
        self.over = threading.Event()
        if ":" in host:
            self.address_family = socket.AF_INET6
        super().__init__((host, 0), _Handler)

    @property
    def port(self) -> int:
        return int(self.server_address[1])

    @property
    def url(self) -> str:
        return f"{'https' if self.context else 'http'}://127.0.0.1:{self.port}"


class _Handler(socketserver.BaseRequestHandler):
    server: LocalServer

    def handle(self) -> None:
        self.server.connections += 1
        sock: socket.socket = self.request
        sock.settimeout(10)
        try:
            if self.server.context is not None:
                sock = self.server.context.wrap_socket(sock, server_side=True)
            request = b""
            while b"\r\n\r\n" not in request:
                piece = sock.recv(65536)
                if not piece:
                    return
                request += piece
            self.server.requests.append(request)
            self.server.reply(sock, request)
            # Close only after the client did: a close with unread bytes is a reset, which eats what was sent
            sock.shutdown(socket.SHUT_WR)
            while sock.recv(65536):
                pass
            sock.close()
        except OSError:
            return


class AnswersAtOnce(socketserver.BaseRequestHandler):
    """As eKuiper does when a TLS handshake reaches its plain port: 400, in plain text."""

    def handle(self) -> None:
        self.request.recv(65536)
        self.request.sendall(b"HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n400 Bad Request")


@contextmanager
def serving(reply: Reply, context: ssl.SSLContext | None = None, host: str = "127.0.0.1") -> Iterator[LocalServer]:
    with LocalServer(reply, context, host) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
        thread.start()
        try:
            yield server
        finally:
            server.over.set()
            server.shutdown()
            thread.join(5)


def sends(*pieces: bytes) -> Reply:
    def reply(sock: socket.socket, _: bytes) -> None:
        for piece in pieces:
            sock.sendall(piece)

    return reply


def hangs(server: LocalServer) -> Reply:
    def reply(sock: socket.socket, _: bytes) -> None:
        server.over.wait(10)

    return reply


def resets(sock: socket.socket, _: bytes) -> None:
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\x01\x00\x00\x00\x00\x00\x00\x00")
    sock.close()


def made(url: str, **options: object) -> EKuiperClient:
    client = EKuiperClient(url, **{"timeout": 2.0, "retries": 0, **options})  # type: ignore[arg-type] # by name
    client._transport.pause = lambda _: None
    return client
