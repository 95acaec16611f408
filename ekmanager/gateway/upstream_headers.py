"""Which headers pass through the proxy, in both directions.

The rest of a request is the caller's, and the rest of an answer the server's: both go through as they are.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from typing import NamedTuple
from urllib.parse import urljoin, urlsplit

from ekmanager.ekuiper import answers

Pairs = list[tuple[bytes, bytes]]

UPSTREAM = answers.UPSTREAM.lower().encode()
"""On every answer that a server gave, so that its 401 is not taken for ours."""

HOP_BY_HOP = frozenset(
    [
        b"connection",
        b"keep-alive",
        b"proxy-authenticate",
        b"proxy-authorization",
        b"proxy-connection",
        b"te",
        b"trailer",
        b"trailers",
        b"transfer-encoding",
        b"upgrade",
        b"http2-settings",
    ]
)
"""They concern one connection, not the message (RFC 9110, 7.6.1, and its predecessors)."""

_REQUEST = HOP_BY_HOP | {
    # The browser's secrets for this app, and those that the connection has for the server
    b"cookie",
    b"authorization",
    b"x-xsrftoken",
    # Who called us, and under which name, is not the server's business
    b"host",
    b"forwarded",
    b"x-real-ip",
    b"via",
    # eKuiper answers requests that have an Origin as cross-origin ones
    b"origin",
    b"referer",
    # Answered when the body is read
    b"expect",
    # Some gateways read them as another method or path than the one that was checked
    b"x-http-method",
    b"x-http-method-override",
    b"x-method-override",
    b"x-original-url",
    b"x-rewrite-url",
    b"access-control-request-headers",
    b"access-control-request-method",
    b"access-control-request-private-network",
    # What the loop's other end marks; never believed from a caller
    UPSTREAM,
}
_OF_THE_BODY = frozenset([b"content-type", b"content-encoding", b"content-length"])
_NEUTRAL = ((b"accept", b"*/*"), (b"accept-encoding", b"identity"), (b"user-agent", b"ekmanager"))
_REQUEST_PREFIXES = (b"sec-", b"x-forwarded-")

_ANSWER = HOP_BY_HOP | {
    # They would act on this app's origin: its cookies, storage, transport, reports, and the browser's login dialog
    b"set-cookie",
    b"set-cookie2",
    b"clear-site-data",
    b"strict-transport-security",
    b"public-key-pins",
    b"expect-ct",
    b"alt-svc",
    b"nel",
    b"report-to",
    b"reporting-endpoints",
    b"service-worker-allowed",
    b"www-authenticate",
    b"refresh",
    b"origin-agent-cluster",
    # Replaced by ours
    b"content-security-policy",
    b"content-security-policy-report-only",
    b"x-content-type-options",
    b"referrer-policy",
    b"location",
    b"content-location",
    UPSTREAM,
    # The server that this app runs on sends its own
    b"server",
    b"date",
}
_ANSWER_PREFIXES = (b"access-control-", b"cross-origin-")

_ADDED: Pairs = [
    (b"content-security-policy", b"sandbox"),
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
]


class Forwarded(NamedTuple):
    """What a caller's headers say of the request to make."""

    headers: list[tuple[str, str]]
    length: int | None
    """Content-Length, which is not among the headers."""
    chunked: bool
    has_type: bool
    """Whether there is a Content-Type."""


def request_headers(headers: Iterable[tuple[bytes, bytes]], own: Mapping[str, str], *, via: str) -> Forwarded:
    """What to send for a caller's headers and those of a connection, which replace the caller's of the same name.

    Raises ValueError for a Content-Length that is not one number.
    """
    dropped: Collection[bytes] = _REQUEST
    replaced = {name.lower().encode("latin-1") for name in own} if own else ()
    kept: list[tuple[bytes, bytes]] = []
    length: int | None = None
    chunked = False
    for name, value in headers:
        if name in dropped:
            if name == b"connection" and value.lower() not in {b"keep-alive", b"close"}:
                dropped = _with_named(dropped, value)
            elif name == b"transfer-encoding":
                chunked = True
        elif name == b"content-length":
            length = _one_length(length, value)
        elif not name.startswith(_REQUEST_PREFIXES) and name not in replaced:
            kept.append((name, value))
    if dropped is not _REQUEST:
        kept = [pair for pair in kept if pair[0] not in dropped]
    names = {name for name, _ in kept}
    # What aiohttp would add by itself says the same as its absence did, instead of what aiohttp can do
    kept.extend(pair for pair in _NEUTRAL if pair[0] not in names and pair[0] not in replaced)
    sent = [(_text(name), _text(value)) for name, value in kept]
    sent.append(("Via", f"1.1 {via}"))
    sent.extend(own.items())
    return Forwarded(sent, length, chunked, b"content-type" in names or b"content-type" in replaced)


def answer_headers(raw: Iterable[tuple[bytes, bytes]], *, locate: Callable[[bytes], bytes | None]) -> Pairs:
    """The headers to answer with, in lower case, for those of a server. `locate` translates a Location, or drops it."""
    dropped: Collection[bytes] = _ANSWER
    kept: Pairs = [(UPSTREAM, b"1")]
    cached = False
    for name, value in raw:
        name = name.lower()
        if name in dropped:
            if name == b"connection" and value.lower() not in {b"keep-alive", b"close"}:
                dropped = _with_named(dropped, value)
            elif name in {b"location", b"content-location"}:
                place = locate(value)
                if place is not None:
                    kept.append((name, place))
        elif not name.startswith(_ANSWER_PREFIXES):
            cached = cached or name == b"cache-control"
            kept.append((name, value))
    if dropped is not _ANSWER:
        kept = [pair for pair in kept if pair[0] not in dropped or pair[0] in {b"location", b"content-location"}]
    kept.extend(_ADDED)
    if not cached:
        # The same address means another server in another browser
        kept.append((b"cache-control", b"private, no-cache"))
    return kept


class Locator:
    """Translates where a server points to into the address under which the proxy has it.

    What leads away from the server, or above its base path, has no such address and is left out: a redirect from a
    server that was taken over must not carry a person off.
    """

    __slots__ = ("_base", "_path", "_prefix")

    def __init__(self, base: str, path: str, prefix: str) -> None:
        self._base = base
        self._path = path
        self._prefix = prefix

    def __call__(self, value: bytes) -> bytes | None:
        try:
            text = value.decode("ascii")
            place = urlsplit(urljoin(self._base + self._path, text))
            base = urlsplit(self._base)
            same = (place.scheme, place.hostname, place.port) == (base.scheme, base.hostname, base.port)
        except ValueError:
            return None
        below = place.path.removeprefix(base.path)
        if not same or place.username or not place.path.startswith(base.path) or not below.startswith("/"):
            return None
        if any(ord(char) <= 32 or ord(char) == 127 or char == "\\" for char in text):
            return None
        tail = (f"?{place.query}" if place.query else "") + (f"#{place.fragment}" if place.fragment else "")
        return f"{self._prefix}{below}{tail}".encode()


def hops(headers: Iterable[tuple[bytes, bytes]]) -> bytes:
    """All `Via` of a request in one."""
    return b",".join(value for name, value in headers if name == b"via")


def _with_named(dropped: Collection[bytes], connection: bytes) -> Collection[bytes]:
    """Headers named in `Connection` concern that connection only; what describes the body is never one of them."""
    return frozenset(dropped) | ({name.strip().lower() for name in connection.split(b",")} - _OF_THE_BODY)


def _one_length(before: int | None, value: bytes) -> int:
    if not value.isdigit() or (before is not None and before != int(value)):
        raise ValueError("Content-Length is not one number")
    return int(value)


def _text(value: bytes) -> str:
    """aiohttp writes headers as UTF-8: what is UTF-8 goes out as it came in."""
    try:
        return value.decode()
    except UnicodeDecodeError:
        return value.decode("latin-1")
