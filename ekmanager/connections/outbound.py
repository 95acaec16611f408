"""The one way out for aiohttp: every connection is checked on the address it is made to."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from contextvars import ContextVar
from functools import partial

import aiohttp
from aiohttp.abc import AbstractResolver, ResolveResult

from ekmanager.connections.errors import TargetRefused
from ekmanager.connections.targets import TargetPolicy

AddrInfo = tuple[int | socket.AddressFamily, int | socket.SocketKind, int, str, tuple[object, ...]]

RESOLVER_THREADS = 64
"""Names looked up at a time: one that its DNS server never answers holds a thread for many seconds."""


class _Attempt:
    """The check that belongs to one request, and what it refused."""

    def __init__(self, check: Callable[[str, int], None]) -> None:
        self.check = check
        self.refused: TargetRefused | None = None


_attempt: ContextVar[_Attempt | None] = ContextVar("outbound_attempt", default=None)


class AddressRefused(OSError):
    """A refusal in the shape that aiohttp expects from a socket that cannot be made: it tries the next address."""


def open_session(
    policy: TargetPolicy, *, limit: int, resolver: AbstractResolver | None = None
) -> aiohttp.ClientSession:
    """A session whose every connection `policy` allows; at most `limit` at a time (0: no limit).

    Must be called in a running loop, and closed. Requests raise TargetRefused. No connection is reused (eKuiper
    closes each), no cookie is kept, no proxy of the environment is used, no answer is decompressed; so none is asked
    for in a compressed form, which a web server in front of an eKuiper would be glad to give.
    """
    connector = _Connector(resolver or _Resolver(), limit=limit, socket_factory=partial(_checked_socket, policy))
    return aiohttp.ClientSession(
        connector=connector,
        headers={"Accept-Encoding": "identity", "User-Agent": "ekmanager"},
        cookie_jar=aiohttp.DummyCookieJar(),
        trust_env=False,
        auto_decompress=False,
        middlewares=(_Guard(policy),),
    )


class _Guard:
    """aiohttp middleware: refuses a URL before any look-up, and tells the sockets which URL they serve."""

    def __init__(self, policy: TargetPolicy) -> None:
        self._policy = policy

    async def __call__(
        self,
        request: aiohttp.ClientRequest,
        handler: Callable[[aiohttp.ClientRequest], Awaitable[aiohttp.ClientResponse]],
    ) -> aiohttp.ClientResponse:
        url = str(request.url)
        self._policy.check_url(url)
        attempt = _Attempt(self._policy.for_url(url))
        token = _attempt.set(attempt)
        try:
            return await handler(request)
        except aiohttp.ClientConnectorError:
            if attempt.refused is not None:
                raise attempt.refused from None
            raise
        except (aiohttp.ClientOSError, aiohttp.ServerDisconnectedError) as error:
            # As they are, aiohttp would send the request a second time; the first one may have had its effect.
            raise aiohttp.ClientConnectionError(str(error)) from error
        finally:
            _attempt.reset(token)


def _checked_socket(policy: TargetPolicy, info: AddrInfo) -> socket.socket:
    family, kind, protocol, _, address = info
    attempt = _attempt.get()
    # A request that brought middlewares of its own comes without an attempt: then the strict check holds.
    check = attempt.check if attempt else policy.check_address
    try:
        check(str(address[0]), int(str(address[1])))
    except TargetRefused as refused:
        if attempt:
            attempt.refused = refused
        raise AddressRefused(refused.message) from refused
    return socket.socket(family, kind, protocol)


class _Connector(aiohttp.TCPConnector):
    """Closes the resolver's threads with itself: aiohttp leaves a resolver that it was given alone."""

    def __init__(
        self, resolver: AbstractResolver, *, limit: int, socket_factory: Callable[[AddrInfo], socket.socket]
    ) -> None:
        super().__init__(limit=limit, force_close=True, resolver=resolver, socket_factory=socket_factory)
        self._names = resolver

    async def close(self, *, abort_ssl: bool = False) -> None:
        await super().close(abort_ssl=abort_ssl)
        await self._names.close()


class _Resolver(AbstractResolver):
    """`getaddrinfo` in threads of its own, so that names without an answer delay nothing else in the process."""

    def __init__(self) -> None:
        self._threads = ThreadPoolExecutor(RESOLVER_THREADS, thread_name_prefix="ekmanager-resolve")

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_UNSPEC
    ) -> list[ResolveResult]:
        look_up = partial(
            socket.getaddrinfo, host, port, family=family, type=socket.SOCK_STREAM, flags=socket.AI_ADDRCONFIG
        )
        infos = await asyncio.get_running_loop().run_in_executor(self._threads, look_up)
        return [
            ResolveResult(
                hostname=host,
                host=str(address[0]),
                port=int(address[1]),
                family=kind,
                proto=protocol,
                flags=socket.AI_NUMERICHOST | socket.AI_NUMERICSERV,
            )
            for kind, _, protocol, _, address in infos
        ]

    async def close(self) -> None:
        self._threads.shutdown(wait=False, cancel_futures=True)
