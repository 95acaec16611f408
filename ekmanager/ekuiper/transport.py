"""One HTTP call to one server: where it connects, how long it waits, how much it reads, and what it raises.

eKuiper closes the connection after every answer, so connections are not kept. Redirects are not followed, proxies and
netrc of the environment are not used, and no cookie is stored.
"""

from __future__ import annotations

import http.client
import http.cookiejar
import io
import random
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

import requests
from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.exceptions import ConnectTimeoutError, HTTPError, NameResolutionError, NewConnectionError

from ekmanager.ekuiper.answers import UPSTREAM, refusal_of
from ekmanager.ekuiper.auth import Credentials
from ekmanager.ekuiper.dial import AddressCheck, dial
from ekmanager.ekuiper.errors import AnswerTooLarge, EKuiperError, RequestRefused, TimedOut, Unreachable
from ekmanager.ekuiper.failures import failure_of, may_be_retried
from ekmanager.ekuiper.operations import Effect, Operation
from ekmanager.ekuiper.paths import PathRefused
from ekmanager.ekuiper.tls import TLSOptions

if TYPE_CHECKING:
    from requests.adapters import _HostParams, _PoolKwargs

MAX_ANSWER = 64 * 1024 * 1024
"""Bytes that an answer may have when it is read as a whole."""
MAX_ERROR = 256 * 1024
"""Bytes that are read of an answer that is not a success."""
CHUNK = 64 * 1024
WHOLE_ANSWER = 12
"""Times the timeout that a whole answer may take, from the first byte on."""
FIRST_PAUSE = 0.2
"""Seconds before the first further try; doubled for each one after it, plus up to as much by chance."""


@dataclass(frozen=True)
class RawAnswer:
    """A success, read as a whole."""

    status: int
    headers: Mapping[str, str]
    body: bytes = field(repr=False)

    @property
    def text(self) -> str:
        return self.body.decode("utf-8", "replace")


class Download:
    """A success whose body comes in pieces. Use it as a context manager, or `close` it."""

    def __init__(self, response: requests.Response, fail: Callable[[Exception], EKuiperError]) -> None:
        self.status = response.status_code
        self.headers: Mapping[str, str] = response.headers
        self._response = response
        self._fail = fail

    def __iter__(self) -> Iterator[bytes]:
        """The pieces as they come, without waiting for more; at most 64 KiB each.

        Bytes as they were sent: no encoding is asked for, and one that comes all the same is not undone.
        Raises TimedOut or Unreachable in the middle.
        """
        try:
            while piece := self._response.raw.read1(CHUNK, decode_content=False):
                yield piece
        except (requests.RequestException, HTTPError, OSError) as error:
            raise self._fail(error) from error
        finally:
            self.close()

    def read(self, limit: int = MAX_ANSWER) -> bytes:
        """The whole body. Raises AnswerTooLarge."""
        return _read(self, limit, time.monotonic() + 3600, "The download")

    def save(self, path: str | Path) -> int:
        """Write the body to a file; returns its bytes."""
        size = 0
        with Path(path).open("wb") as file:
            for piece in self:
                size += file.write(piece)
        return size

    def close(self) -> None:
        self._response.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


class _Timed(io.RawIOBase):
    """What a socket receives, up to a moment: its own timeout begins anew with every byte that trickles in."""

    def __init__(self, raw: io.RawIOBase, until: float | None) -> None:
        self._raw = raw
        self.until = until

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int | None:
        if self.until is not None and time.monotonic() > self.until:
            raise TimeoutError("the headers did not end in time")
        return self._raw.readinto(buffer)

    def close(self) -> None:
        self._raw.close()
        super().close()


class _LastResponse(http.client.HTTPResponse):
    """The only one of its connection, whether the server says so or not: we said so, and it may close at any time.

    Status and headers must come within the socket's timeout.
    """

    def __init__(self, sock: socket.socket, *args: Any, **kwargs: Any) -> None:
        super().__init__(sock, *args, **kwargs)
        self.fp.close()
        seconds = sock.gettimeout()
        self._timed = _Timed(sock.makefile("rb", buffering=0), None if seconds is None else time.monotonic() + seconds)
        self.fp = io.BufferedReader(self._timed)

    def begin(self) -> None:
        super().begin()
        self._timed.until = None
        self.will_close = True


class _Checked(HTTPConnection):
    """Connects only to addresses that the check lets through: the checked address is the one that is used."""

    check_address: AddressCheck | None = None
    response_class = _LastResponse

    def _new_conn(self) -> socket.socket:
        timeout = self.timeout if isinstance(self.timeout, int | float) else None
        host = self._dns_host.strip("[]")
        try:
            return dial(host, self.port or 0, timeout=timeout, check_address=self.check_address)
        except socket.gaierror as error:
            raise NameResolutionError(self.host, self, error) from error
        except TimeoutError as error:
            raise ConnectTimeoutError(self, "no connection in time") from error
        except OSError as error:
            raise NewConnectionError(self, str(error)) from error


class _CheckedTLS(_Checked, HTTPSConnection):
    """The same below TLS."""


class _Adapter(HTTPAdapter):
    def __init__(self, check_address: AddressCheck | None, context: ssl.SSLContext | None) -> None:
        self._check = staticmethod(check_address) if check_address else None
        self._context = context
        super().__init__(pool_connections=1, pool_maxsize=16, max_retries=0)

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        kwargs["ssl_context"] = self._context
        super().init_poolmanager(*args, **kwargs)
        plain = type("Plain", (_Checked,), {"check_address": self._check})
        tls = type("TLS", (_CheckedTLS,), {"check_address": self._check})
        self.poolmanager.pool_classes_by_scheme = {
            "http": type("PlainPool", (HTTPConnectionPool,), {"ConnectionCls": plain}),
            "https": type("TLSPool", (HTTPSConnectionPool,), {"ConnectionCls": tls}),
        }

    def build_connection_pool_key_attributes(
        self, request: requests.PreparedRequest, verify: Any, cert: Any = None
    ) -> tuple[_HostParams, _PoolKwargs]:
        """As the context says: requests would set the mode and the authorities of the context itself."""
        host, _ = super().build_connection_pool_key_attributes(request, verify, cert)
        unverified = self._context is not None and self._context.verify_mode is ssl.CERT_NONE
        return host, {"cert_reqs": "CERT_NONE" if unverified else "CERT_REQUIRED"}

    def cert_verify(self, conn: Any, url: Any, verify: Any, cert: Any) -> None:
        """Nothing: the context has the authorities to trust, and requests would add its own to them."""


class Transport:
    """Sends operations to one server. Safe to share between threads."""

    def __init__(
        self,
        base_url: str,
        *,
        credentials: Credentials,
        headers: Mapping[str, str],
        tls: TLSOptions,
        timeout: float,
        retries: int,
        check_address: AddressCheck | None,
    ) -> None:
        self.base_url = base_url
        self.timeout = timeout
        self.retries = retries
        self.pause: Callable[[float], object] = time.sleep
        self.app_url = ""
        """The ekmanager through whose proxy the calls go; empty: none."""
        self._credentials = credentials
        self._headers = dict(headers)
        self._tls = tls
        self.check_address = check_address
        self._session: requests.Session | None = None
        self._opening = threading.Lock()

    def __repr__(self) -> str:
        return f"Transport({self.base_url!r})"

    def send(
        self,
        operation: Operation,
        ids: tuple[str, ...],
        *,
        query: Mapping[str, str] | None = None,
        body: bytes | None = None,
        content_type: str | None = None,
        wait: float | None = None,
        limit: int = MAX_ANSWER,
    ) -> RawAnswer:
        """The whole answer. `wait`: seconds to the first byte, when longer than the timeout. Raises EKuiperError."""
        download = self.open(operation, ids, query=query, body=body, content_type=content_type, wait=wait)
        with download:
            what = f"The answer of {self.base_url}"
            end = time.monotonic() + WHOLE_ANSWER * max(self.timeout, wait or 0)
            try:
                content = _read(download, limit, end, what)
            except EKuiperError as error:
                raise error.at(operation.id, self.url_of(operation, ids)) from error.__cause__
            return RawAnswer(download.status, download.headers, content)

    def open(
        self,
        operation: Operation,
        ids: tuple[str, ...],
        *,
        query: Mapping[str, str] | None = None,
        body: bytes | None = None,
        content_type: str | None = None,
        wait: float | None = None,
    ) -> Download:
        """The answer as it comes. Only reads are tried again, only when there was no answer. Raises EKuiperError."""
        tries = 1 + (self.retries if operation.effect is Effect.READ else 0)
        for number in range(tries):
            try:
                return self._once(operation, ids, query, body, content_type, wait)
            except EKuiperError as error:
                if number + 1 == tries or not may_be_retried(error):
                    raise
            pause = FIRST_PAUSE * 2**number
            self.pause(pause * (1 + random.random()))  # noqa: S311 - spreads load, keeps no secret
        raise AssertionError("unreachable: the last try returns or raises")

    def close(self) -> None:
        """Let go of all sockets. The next call opens anew."""
        with self._opening:
            session, self._session = self._session, None
        if session is not None:
            session.close()

    def _once(
        self,
        operation: Operation,
        ids: tuple[str, ...],
        query: Mapping[str, str] | None,
        body: bytes | None,
        content_type: str | None,
        wait: float | None,
    ) -> Download:
        url = self.url_of(operation, ids)
        waited = max(self.timeout, wait or 0)

        def fail(error: BaseException) -> EKuiperError:
            return failure_of(error, url=url, operation=operation.id, timeout=waited)

        try:
            response = self._open_session(url, operation).request(
                operation.method,
                url,
                params=dict(query) if query else None,
                data=body,
                headers=self._request_headers(content_type),
                timeout=(self.timeout, waited),
                allow_redirects=False,
                stream=True,
            )
        except (requests.RequestException, HTTPError, OSError) as error:
            raise fail(error) from error
        download = Download(response, fail)
        if 200 <= response.status_code < 300 and (not self.app_url or UPSTREAM in response.headers):
            return download
        with download:
            content = _read_start(download, MAX_ERROR, time.monotonic() + waited)
        raise refusal_of(operation, ids, response.status_code, response.headers, content, url=url, app_url=self.app_url)

    def url_of(self, operation: Operation, ids: tuple[str, ...]) -> str:
        """Where the operation goes. Raises RequestRefused for an id that no path can carry."""
        try:
            return self.base_url + operation.path_for(*ids)
        except PathRefused as error:
            message = f"This id cannot be sent to {self.base_url}: {error}"
            raise RequestRefused(message, code="bad_id", operation=operation.id, hint="") from error

    def _request_headers(self, content_type: str | None) -> dict[str, str]:
        headers = {"Accept": "*/*", "Accept-Encoding": "identity", "Connection": "close", **self._headers}
        authorization = self._credentials.authorization()
        if authorization is not None:
            headers["Authorization"] = authorization
        if content_type is not None:
            headers["Content-Type"] = content_type
        return headers

    def _open_session(self, url: str, operation: Operation) -> requests.Session:
        with self._opening:
            if self._session is None:
                try:
                    context = self._tls.context() if self.base_url.startswith("https:") else None
                except ValueError as error:
                    message = f"No TLS connection to {self.base_url}: {error}."
                    raise Unreachable(message, code="tls_options", operation=operation.id, url=url) from error
                session = requests.Session()
                session.trust_env = False
                session.headers.clear()
                session.cookies.set_policy(http.cookiejar.DefaultCookiePolicy(allowed_domains=[]))
                session.mount("http://", _Adapter(self.check_address, context))
                session.mount("https://", _Adapter(self.check_address, context))
                self._session = session
            return self._session


def _read(download: Download, limit: int, end: float, what: str) -> bytes:
    pieces, size = [], 0
    for piece in download:
        size += len(piece)
        if size > limit:
            raise AnswerTooLarge(f"{what} has more than {limit} bytes.", hint="Ask for less, or download it in pieces.")
        if time.monotonic() > end:
            raise TimedOut(f"{what} did not end in time.")
        pieces.append(piece)
    return b"".join(pieces)


def _read_start(download: Download, limit: int, end: float) -> bytes:
    """What came of a refusal: its status alone says enough when the rest does not come."""
    content = b""
    try:
        for piece in download:
            content += piece
            if len(content) > limit or time.monotonic() > end:
                break
    except EKuiperError:
        pass
    return content[:limit]
