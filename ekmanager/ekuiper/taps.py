"""Reading the results of a trial run from a server's data port: events (2.4) or a WebSocket (1.14), always plain.

The data port has neither the TLS nor the credentials of the REST API, so none are sent.
"""

from __future__ import annotations

import contextlib
import http.client
import re
import socket
import time
from collections import deque
from typing import TYPE_CHECKING, Protocol
from urllib.parse import urlsplit

from ekmanager.ekuiper.dial import AddressCheck, dial
from ekmanager.ekuiper.errors import AnswerTooLarge, EKuiperError, NotAnEKuiper, NotFound
from ekmanager.ekuiper.failures import failure_of

if TYPE_CHECKING:
    from websockets.sync.client import ClientConnection

MAX_MESSAGE = 16 * 1024 * 1024
"""Bytes that one result may have."""
OPERATION = "ruletest.start"
HINT = (
    "eKuiper sends these on its data port (source.httpServerPort, 10081 unless changed), on the address "
    "source.httpServerIp: it must be reachable from here. In a container, publish it under the same number."
)
_CHUNK = 64 * 1024
_END_OF_EVENT = re.compile(rb"\r?\n\r?\n")
_GOODBYE = 1.0
"""Seconds that the server gets to answer when a WebSocket is closed."""


class Tap(Protocol):
    """An open stream of results."""

    events: bool
    """Whether they come as server-sent events (2.4), not on a WebSocket (1.14)."""

    def read(self, until: float | None) -> str | None:
        """The next payload; None at the end. `until`: the moment of `time.monotonic` at which TimeoutError is raised.

        After a TimeoutError the tap is of no use any more. Raises EKuiperError.
        """

    def close(self) -> None:
        """Let go of the socket, also from another thread: a `read` that waits ends."""


def open_tap(base_url: str, port: int, test: str, *, timeout: float, check_address: AddressCheck | None) -> Tap:
    """Connect to the results of a prepared run; returns when the server listens to us. Raises EKuiperError.

    `base_url` is that of the REST API: the data port is on the same host. `timeout`: seconds to connect and to answer.
    """
    host = urlsplit(base_url).hostname or ""
    url = f"http://{f'[{host}]' if ':' in host else host}:{port}/test/{test}"
    opening = _Opening(host, port, url, timeout, check_address)
    return opening.events() or opening.websocket()


class EventTap:
    """Server-sent events, as eKuiper writes them: `data: `, the payload as it is, two line ends."""

    events = True

    def __init__(self, sock: socket.socket, response: http.client.HTTPResponse, url: str) -> None:
        self._sock = sock
        self._response = response
        self._url = url
        self._rest = b""
        self._ready: deque[str] = deque()

    def read(self, until: float | None) -> str | None:
        while not self._ready:
            try:
                self._sock.settimeout(_left(until))
                piece = self._response.read1(_CHUNK)
            except TimeoutError:
                raise
            except (OSError, http.client.HTTPException) as error:
                raise _failed(error, self._url, 0) from error
            if not piece:
                return None
            self._take(piece)
        return self._ready.popleft()

    def close(self) -> None:
        with contextlib.suppress(OSError):
            self._sock.shutdown(socket.SHUT_RDWR)
        self._sock.close()

    def _take(self, piece: bytes) -> None:
        *whole, self._rest = _END_OF_EVENT.split(self._rest + piece)
        if len(self._rest) > MAX_MESSAGE:
            raise _too_large(self._url)
        for event in whole:
            text = event.decode("utf-8", "replace")
            # A line that begins with a colon is a comment: a proxy keeps the connection alive with it
            if text and not text.startswith(":"):
                self._ready.append(text.removeprefix("data:").removeprefix(" "))


class WebSocketTap:
    """Text messages on a WebSocket."""

    events = False

    def __init__(self, connection: ClientConnection, closing: contextlib.ExitStack, url: str) -> None:
        self._connection = connection
        self._closing = closing
        self._url = url

    def read(self, until: float | None) -> str | None:
        from websockets.exceptions import ConnectionClosedError, ConnectionClosedOK

        try:
            message = self._connection.recv(_left(until))
        except ConnectionClosedOK:
            return None
        except ConnectionClosedError as error:
            if error.sent is not None and error.sent.code == 1009:
                raise _too_large(self._url) from error
            raise _failed(error, self._url, 0) from error
        return message if isinstance(message, str) else message.decode("utf-8", "replace")

    def close(self) -> None:
        self._closing.close()


class _Opening:
    def __init__(self, host: str, port: int, url: str, timeout: float, check_address: AddressCheck | None) -> None:
        self._host = host
        self._port = port
        self._url = url
        self._timeout = timeout
        self._check = check_address

    def events(self) -> EventTap | None:
        """None where the server wants a WebSocket: 1.14 answers a plain GET with 400."""
        sock = self._dial()
        try:
            request = http.client.HTTPConnection(self._host, self._port)
            request.sock = sock
            request.request("GET", urlsplit(self._url).path, headers={"Accept": "text/event-stream"})
            # The socket's life is ours, not that of the request, which would close it with the answer's headers
            response = request.getresponse()
        except (OSError, http.client.HTTPException) as error:
            sock.close()
            raise _failed(error, self._url, self._timeout) from error
        except BaseException:
            sock.close()
            raise
        if response.status == 200 and response.headers.get_content_type() == "text/event-stream":
            return EventTap(sock, response, self._url)
        response.close()
        sock.close()
        if response.status in {400, 426}:
            return None
        raise self._no_results(response.status)

    def websocket(self) -> WebSocketTap:
        # Only old servers need it, and to import it takes longer than the rest of the client
        from websockets.exceptions import InvalidStatus, WebSocketException
        from websockets.sync.client import connect

        sock = self._dial()
        try:
            with contextlib.ExitStack() as stack:
                connection = stack.enter_context(
                    connect(
                        f"ws{self._url.removeprefix('http')}",
                        sock=sock,
                        proxy=None,
                        compression=None,
                        open_timeout=self._timeout,
                        close_timeout=_GOODBYE,
                        ping_interval=None,
                        max_size=MAX_MESSAGE,
                    )
                )
                return WebSocketTap(connection, stack.pop_all(), self._url)
        except InvalidStatus as error:
            sock.close()
            raise self._no_results(error.response.status_code) from error
        except OSError as error:
            sock.close()
            raise _failed(error, self._url, self._timeout) from error
        except (WebSocketException, ValueError) as error:  # ValueError: a redirect, which is not followed
            sock.close()
            raise self._no_results(0) from error
        except BaseException:
            sock.close()
            raise

    def _dial(self) -> socket.socket:
        try:
            return dial(self._host, self._port, timeout=self._timeout, check_address=self._check)
        except OSError as error:
            raise _failed(error, self._url, self._timeout) from error

    def _no_results(self, status: int) -> EKuiperError:
        where = f"http://{urlsplit(self._url).netloc}"
        if status in {400, 404}:
            message = f"{where} does not have the results of this run: it was ended meanwhile."
            return NotFound(message, hint="Start another one.", operation=OPERATION, url=self._url, status=status)
        message = f"{where} is not the data port of an eKuiper: it does not send results."
        return NotAnEKuiper(message, hint=HINT, operation=OPERATION, url=self._url, status=status or None)


def _left(until: float | None) -> float | None:
    """Seconds until then. Raises TimeoutError."""
    if until is None:
        return None
    left = until - time.monotonic()
    if left <= 0:
        raise TimeoutError("no result in time")
    return left


def _failed(error: Exception, url: str, timeout: float) -> EKuiperError:
    found = failure_of(error, url=url, operation=OPERATION, timeout=timeout)
    found.hint = HINT
    return found.at(OPERATION, url, "The results of the trial run did not come")


def _too_large(url: str) -> AnswerTooLarge:
    message = f"One result of the trial run has more than {MAX_MESSAGE} bytes."
    return AnswerTooLarge(message, hint="Select fewer fields.", operation=OPERATION, url=url)
