"""`ANY /api/connections/{id}/ekuiper/{path}`: one request through to one server, streamed both ways.

Not a FastAPI route: it reads the raw request line, and it is the path on which speed counts. Its entry in the OpenAPI
document is in `openapi.py`.
"""

from __future__ import annotations

import asyncio
import logging
import secrets
import ssl
from collections.abc import AsyncIterator
from functools import lru_cache

import aiohttp
from starlette.types import Receive, Scope, Send
from yarl import URL

from ekmanager.connections.access import Access
from ekmanager.connections.book import Entry
from ekmanager.connections.errors import ConnectionsError
from ekmanager.ekuiper.operations import Effect, PathRefused, effect_of, find
from ekmanager.gateway.browser_cookie import browser_id_in
from ekmanager.gateway.counters import ProxyCounters
from ekmanager.gateway.errors import Problem, Refused, bad_path, not_allowed, problem_of, refuse
from ekmanager.gateway.lookup import Finder
from ekmanager.gateway.paths import MOUNT, Target, check_query
from ekmanager.gateway.services import GatewayServices
from ekmanager.gateway.upload import SMALL, CallerGone, TooLarge, Upload
from ekmanager.gateway.upstream_headers import Locator, answer_headers, hops, request_headers
from ekmanager.gateway.vigil import Vigil
from ekmanager.health.diagnosis import Place, diagnose, of_exception

log = logging.getLogger(__name__)

METHODS = ("DELETE", "GET", "HEAD", "PATCH", "POST", "PUT")
CONNECT_TIMEOUT = 5.0
"""Seconds that making one TCP connection may take, when the time to the first byte is not shorter."""

_NO_BODY = frozenset([204, 304])
_BARE = frozenset(["GET", "HEAD"])
_NO_TYPE = ("Content-Type",)
_STATUSES = range(200, 600)
"""What an answer can have. aiohttp lets 101 and three digits of any kind through."""


class UnusableStatus(ValueError):
    """The server answered with a status that no answer can have."""

    def __init__(self, status: int) -> None:
        super().__init__(f"status {status}")
        self.status = status


class Proxy:
    """Passes requests through to the servers of the connections."""

    def __init__(self, services: GatewayServices, finder: Finder, counters: ProxyCounters) -> None:
        self._services = services
        self._finder = finder
        self._counters = counters
        self._name = f"ekmanager-{secrets.token_hex(8)}"
        """Names this process in `Via`: a request in which it stands has been here before."""

    async def __call__(self, target: Target, scope: Scope, receive: Receive, send: Send) -> None:
        """Answers one HTTP request. Never raises for what a caller or a server does."""
        try:
            entry = await self._find(target, scope)
            call = _Call(self._services, entry, target, scope, self._name)
        except Refused as refused:
            await refused.problem.send(send, method=scope["method"], close=True)
            return
        self._counters.count(entry.key, await call.run(receive, send))

    async def _find(self, target: Target, scope: Scope) -> Entry:
        """The connection, when this request may go to it. Raises Refused."""
        method: str = scope["method"]
        if method not in METHODS:
            raise Refused(not_allowed(method, METHODS))
        if self._name.encode() in hops(scope["headers"]):
            raise refuse(
                508,
                "loop",
                "The request came back to this app.",
                "The connection leads to ekmanager, not to an eKuiper.",
            )
        try:
            query = check_query(scope["query_string"])
        except PathRefused as error:
            raise Refused(bad_path(error)) from error
        if self._services.settings.read_only:
            _check_reads_only(method, target.path, query)
        try:
            return await self._finder.find(browser_id_in(scope), target.connection_id)
        except ConnectionsError as error:
            raise Refused(problem_of(error)) from error


class _Call:
    """One request on its way."""

    def __init__(self, services: GatewayServices, entry: Entry, target: Target, scope: Scope, via: str) -> None:
        """Raises Refused when it cannot be sent."""
        connection = entry.connection
        access = Access(connection)
        self._session = services.session
        self._limit = services.settings.max_body
        self._method: str = scope["method"]
        self._base = access.base_url
        self._path = target.path
        query = scope["query_string"].decode("latin-1")
        self._url = URL(f"{self._base}{target.path}?{query}" if query else self._base + target.path, encoded=True)
        self._prefix = (
            f"{scope.get('root_path', '').removesuffix(MOUNT)}{MOUNT}/connections/{target.connection_id}/ekuiper"
        )
        self._seconds = connection.timeout or services.settings.proxy_timeout
        try:
            self._ssl: ssl.SSLContext | bool = access.ssl_context() or True
            self._sent = request_headers(scope["headers"], access.headers(), via=via)
        except ValueError as error:
            raise _unusable(entry, error) from error
        length = self._sent.length
        if length is not None and length > self._limit:
            raise Refused(_too_large(self._limit))
        # HTTP/2 needs neither header for a body
        self._has_body = bool(length) or self._sent.chunked or (length is None and scope.get("http_version") == "2")
        self._started = False

    async def run(self, receive: Receive, send: Send) -> str:
        """Makes the call and answers the caller. Returns the class under which it is counted."""
        vigil = Vigil(receive, self._seconds)
        upload = Upload(receive, vigil, limit=self._limit) if self._has_body else None
        try:
            return await self._pass_on(upload, vigil, send)
        except asyncio.CancelledError:
            vigil.end()
            if not (vigil.gone or vigil.expired):
                raise
            # It was our own cancellation, and it ends here
            if (task := asyncio.current_task()) is not None:
                task.uncancel()
            return "cancelled" if vigil.gone else await self._fail(TimeoutError(), send)
        except (aiohttp.ClientError, ConnectionsError, CallerGone, TooLarge, OSError, ValueError) as error:
            vigil.end()
            failure = upload.failure if upload is not None and upload.failure is not None else error
            return await self._fail(failure, send)
        finally:
            vigil.end()

    async def _pass_on(self, upload: Upload | None, vigil: Vigil, send: Send) -> str:
        data: bytes | AsyncIterator[bytes] | None = None
        length = self._sent.length
        if length is not None:
            self._sent.headers.append(("Content-Length", str(length)))
        if upload is None:
            vigil.listen()
        elif length is not None and length <= SMALL:
            data = await upload.whole()
        else:
            data = upload.parts()
        answer = await self._session.request(
            self._method,
            self._url,
            data=data,
            headers=self._sent.headers,
            # aiohttp gives a body a type where the caller gave none
            skip_auto_headers=None if self._sent.has_type or (upload is None and self._method in _BARE) else _NO_TYPE,
            allow_redirects=False,
            auto_decompress=False,
            ssl=self._ssl,
            timeout=_timeout(self._seconds),
        )
        vigil.answered()
        try:
            if answer.status not in _STATUSES:
                raise UnusableStatus(answer.status)
            return await self._answer(answer, send)
        finally:
            if not answer.closed:
                # Not read to its end: the server need not go on
                answer.close()

    async def _answer(self, answer: aiohttp.ClientResponse, send: Send) -> str:
        status = answer.status
        headers = answer_headers(answer.raw_headers, locate=Locator(self._base, self._path, self._prefix))
        if status in _NO_BODY:
            # The length that a 304 may tell is that of another answer; uvicorn would wait for as many bytes
            headers = [pair for pair in headers if pair[0] != b"content-length"]
        self._started = True
        await send({"type": "http.response.start", "status": status, "headers": headers})
        content = answer.content
        if self._method != "HEAD" and status not in _NO_BODY:
            # Each piece is sent before the next is read, and aiohttp stops reading when two buffers are full
            while part := await content.readany():
                if content.at_eof():
                    await send({"type": "http.response.body", "body": part})
                    return f"{status // 100}xx"
                await send({"type": "http.response.body", "body": part, "more_body": True})
        await send({"type": "http.response.body", "body": b""})
        return f"{status // 100}xx"

    async def _fail(self, error: BaseException, send: Send) -> str:
        if isinstance(error, CallerGone):
            return "cancelled"
        if self._started:
            # The status is out. Ending without the rest is what tells the caller that something is missing.
            log.info("the answer of %s broke off: %s", self._base, type(error).__name__)
            return "failed"
        problem, kind = self._problem(error)
        await problem.send(send, method=self._method, close=self._has_body)
        return kind

    def _problem(self, error: BaseException) -> tuple[Problem, str]:
        place = Place.of(self._base)
        if isinstance(error, TooLarge):
            return _too_large(self._limit), "refused"
        if isinstance(error, ConnectionsError):
            return problem_of(error), "refused"
        if isinstance(error, TimeoutError):
            code = "timeout_connect" if isinstance(error, aiohttp.ClientError) else "timeout"
            seconds = min(CONNECT_TIMEOUT, self._seconds) if code == "timeout_connect" else self._seconds
            found = diagnose(code, place, timeout=f"{seconds:g} s")
            return Problem(504, found.code, found.reason, found.hint), "timeout"
        if isinstance(error, UnusableStatus):
            found = diagnose("unexpected_status", place, status=error.status, route=self._path[:200], said="")
        else:
            found = of_exception(error, place)
        return Problem(502, found.code, found.reason, found.hint), "failed"


@lru_cache(maxsize=64)
def _timeout(seconds: float) -> aiohttp.ClientTimeout:
    """For connecting only: the time to the first byte is ours to measure, and what follows may take its time."""
    return aiohttp.ClientTimeout(total=None, sock_connect=min(CONNECT_TIMEOUT, seconds))


def _check_reads_only(method: str, path: str, query: str) -> None:
    """Raises Refused for what may change something. `HEAD` is judged as the `GET` it stands for."""
    operation = find("GET" if method == "HEAD" else method, path)
    if operation is None:
        raise refuse(
            403,
            "read_only",
            f"{method} {path[:200]} is not an operation that is known only to read, and this app is read-only.",
            "Unset EKMANAGER_READ_ONLY to let everything through.",
        )
    effect = effect_of(operation, query)
    if effect is not Effect.READ:
        raise refuse(
            403,
            "read_only",
            f"{method} {path[:200]} is a {effect} operation, and this app is read-only.",
            "Unset EKMANAGER_READ_ONLY to let it through.",
        )


def _too_large(limit: int) -> Problem:
    return Problem(
        413,
        "body_too_large",
        f"The body is longer than {limit} bytes.",
        "EKMANAGER_MAX_BODY sets the limit, in bytes.",
    )


def _unusable(entry: Entry, error: ValueError) -> Refused:
    """Certificates that cannot be used, or a Content-Length that is none; the messages hold no secret."""
    found = diagnose("unusable", Place.of(entry.connection.url), said=str(error))
    return refuse(502, found.code, found.reason, found.hint)
