"""From what a check met to what it means: status, code, reason in words, what to try.

One table (`TROUBLES`) holds every sentence; the functions choose the row. Texts that come from a server are shortened
to one line and web pages are never quoted. Nothing here sees a secret except `of_refusal`, which reads the dates
inside a token and repeats no other part of it.
"""

from __future__ import annotations

import asyncio
import errno
import socket
import ssl
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple
from urllib.parse import urlsplit

import aiohttp
import jwt

from ekmanager.connections.errors import TargetRefused
from ekmanager.ekuiper.parse import parse_error
from ekmanager.health.model import Status
from ekmanager.health.troubles import IN_A_CONTAINER, TROUBLES
from ekmanager.health.words import ended, looks_like_html, one_line, span

THIS_MACHINE = frozenset({"localhost", "127.0.0.1", "[::1]", "::1"})
_NO_ROUTE = frozenset({errno.EHOSTUNREACH, errno.ENETUNREACH, errno.ENETDOWN, errno.EHOSTDOWN, errno.EADDRNOTAVAIL})
_RESET = frozenset({errno.ECONNRESET, errno.EPIPE, errno.ECONNABORTED})
_OUT_OF_FILES = frozenset({errno.EMFILE, errno.ENFILE})
_SELF_SIGNED = frozenset({18, 19})
_UNKNOWN_AUTHORITY = frozenset({2, 20, 21})
_OTHER_NAME = frozenset({62, 63, 64})
_EXPIRED, _NOT_YET_VALID = 10, 9


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """What a failed check means; the fields are those of `ProbeResult`."""

    status: Status
    code: str
    reason: str
    hint: str


class Place(NamedTuple):
    """The server as sentences name it."""

    scheme: str
    host: str
    port: int

    @classmethod
    def of(cls, url: str) -> Place:
        return _place(url)


@lru_cache(maxsize=8192)
def _place(url: str) -> Place:
    parts = urlsplit(url)
    return Place(parts.scheme, parts.hostname or "", parts.port or (443 if parts.scheme == "https" else 80))


def diagnose(code: str, place: Place, **facts: object) -> Diagnosis:
    """The row `code` of the table with the server's name and the facts filled in."""
    trouble = TROUBLES[code]
    words = {"host": place.host, "port": place.port, "scheme": place.scheme, **facts}
    hint = trouble.hint.format(**words)
    if trouble.container and place.host in THIS_MACHINE:
        hint = f"{hint} {IN_A_CONTAINER.format(**words)}"
    return Diagnosis(trouble.status, code, trouble.reason.format(**words), hint)


def of_exception(error: BaseException, place: Place) -> Diagnosis:
    """What an exception of the connection, of TLS or of the answer means."""
    chain = tuple(_chain(error))
    for each in chain:
        if isinstance(each, TargetRefused):
            return Diagnosis(Status.ERROR, each.code, each.message, each.hint)
    # aiohttp's own errors are kinds of ssl's, without what these know; the original is further down the chain.
    for each in (one for one in chain if not isinstance(one, aiohttp.ClientError)):
        if isinstance(each, ssl.SSLCertVerificationError):
            return _of_certificate(each, place)
        if isinstance(each, ssl.SSLError):
            return _of_tls(each, place)
        if isinstance(each, socket.gaierror):
            return diagnose("dns", place)
    if isinstance(error, aiohttp.ClientConnectorDNSError):
        return diagnose("dns", place)
    for each in chain:
        found = _of_os_error(each, place)
        if found is not None:
            return found
    if isinstance(error, aiohttp.ServerDisconnectedError):
        return diagnose("closed", place)
    if isinstance(error, aiohttp.ClientPayloadError):
        return diagnose("broken_answer", place)
    if isinstance(error, aiohttp.ClientResponseError):
        return diagnose("not_http", place)
    if isinstance(error, aiohttp.ClientConnectorError):
        return diagnose("no_route", place)
    if isinstance(error, aiohttp.ClientConnectionError):
        return diagnose("closed", place)
    if isinstance(error, UnicodeError):
        return diagnose("unusable", place, said="a header holds characters that cannot be sent")
    return diagnose("unusable", place, said=one_line(str(error)) or type(error).__name__)


def of_status(status: int, body: bytes, route: str, place: Place, authorization: str | None, now: float) -> Diagnosis:
    """What an answer other than 200 to `GET route` means. `authorization` is the header that was sent."""
    text = body[:4096].decode("utf-8", "replace")
    if status in {401, 403}:
        return of_refusal(status, text, place, authorization, now)
    if status == 400 and "http request to an https server" in text.lower():
        return diagnose("tls_expected", place)
    if status == 404 or status == 405:
        return diagnose("http_404" if route == "/" else "no_such_route", place, route=route, status=status)
    said = _said(status, body)
    if 300 <= status < 400 and status != 304:
        return _with_code(diagnose("redirect", place, status=status), status)
    if status >= 500:
        return _with_code(diagnose("server_failed", place, status=status, route=route, said=said), status)
    return _with_code(diagnose("unexpected_status", place, status=status, route=route, said=said), status)


def of_refusal(status: int, text: str, place: Place, authorization: str | None, now: float) -> Diagnosis:
    """What a 401 or 403 means; the words are those of eKuiper 1.14 to 2.4 (recorded), none of them is repeated."""
    words = text.lower()
    exp, nbf = _dates(authorization)
    if status == 401:
        if "missing_token" in words:
            code = "token_lost" if authorization else "token_missing"
            return diagnose(code, place)
        if "token is expired" in words:
            if exp is None:
                return diagnose("token_expired", place)
            if exp > now:
                return diagnose("clock_ahead", place, left=span(exp - now))
            return diagnose("token_expired_ago", place, ago=span(now - exp))
        if "token is not valid yet" in words or "used before issued" in words:
            if nbf is not None and nbf > now:
                return diagnose("token_future", place, wait=span(nbf - now))
            return diagnose("clock_behind", place)
        if "not found target key file" in words:
            return diagnose("token_issuer", place)
        if "issuer field not exist" in words:
            return diagnose("token_no_issuer", place)
        if "audience field" in words:
            return diagnose("token_audience", place)
        if "signature is invalid" in words:
            return diagnose("token_signature", place)
        if "token is malformed" in words:
            sent = (authorization or "").split(" ", 1)[0].lower()
            return diagnose({"bearer": "token_bearer", "basic": "token_basic"}.get(sent, "token_malformed"), place)
    code = "http_403" if status == 403 else "http_401"
    return diagnose(code if authorization else f"{code}_open", place)


def of_answer(body: bytes, route: str, place: Place) -> Diagnosis:
    """What a 200 means that is not what eKuiper answers to `route`."""
    text = body[:2048].decode("utf-8", "replace")
    if looks_like_html(text):
        return diagnose("web_page", place)
    return diagnose("not_ekuiper" if route == "/" else "bad_answer", place, route=route)


def _with_code(found: Diagnosis, status: int) -> Diagnosis:
    return Diagnosis(found.status, f"http_{status}", found.reason, found.hint)


def _said(status: int, body: bytes) -> str:
    """` It said: ….` with the server's own words as a sentence, or nothing."""
    text = body[:4096].decode("utf-8", "replace")
    if not text.strip() or looks_like_html(text):
        return ""
    message = one_line(parse_error(status, text)[1])
    return f" It said: {ended(message)}" if message else ""


def _chain(error: BaseException) -> Iterator[BaseException]:
    """The error and what it was made from; groups and aiohttp's wrapped `os_error` included."""
    queue, seen = [error], set[int]()
    while queue and len(seen) < 30:
        each = queue.pop(0)
        if id(each) in seen:
            continue
        seen.add(id(each))
        yield each
        inner = [each.__cause__, each.__context__, getattr(each, "os_error", None)]
        inner += getattr(each, "exceptions", ())
        queue += [one for one in inner if isinstance(one, BaseException)]


def _of_os_error(error: BaseException, place: Place) -> Diagnosis | None:
    if isinstance(error, ConnectionRefusedError):
        return diagnose("refused", place)
    if isinstance(error, aiohttp.ServerDisconnectedError | asyncio.IncompleteReadError):
        return None
    if not isinstance(error, OSError) or error.errno is None:
        return None
    if error.errno == errno.ECONNREFUSED:
        return diagnose("refused", place)
    if error.errno in _RESET:
        return diagnose("reset", place)
    if error.errno in _NO_ROUTE:
        return diagnose("no_route", place)
    if error.errno == errno.ETIMEDOUT:
        return diagnose("timeout_connect", place, timeout="the system's limit")
    if error.errno in _OUT_OF_FILES:
        return diagnose("out_of_files", place)
    return diagnose("no_route", place)


def _of_certificate(error: ssl.SSLCertVerificationError, place: Place) -> Diagnosis:
    code = getattr(error, "verify_code", 0)
    if code in _SELF_SIGNED:
        return diagnose("certificate_self_signed", place)
    if code in _UNKNOWN_AUTHORITY:
        return diagnose("certificate_unknown", place)
    if code in _OTHER_NAME:
        return diagnose("certificate_name", place)
    if code == _EXPIRED:
        return diagnose("certificate_expired", place)
    if code == _NOT_YET_VALID:
        return diagnose("certificate_future", place)
    return diagnose("certificate", place, said=one_line(getattr(error, "verify_message", "") or "not accepted"))


def _of_tls(error: ssl.SSLError, place: Place) -> Diagnosis:
    word = (error.reason or "").upper()
    if word in {"WRONG_VERSION_NUMBER", "HTTP_REQUEST", "PACKET_LENGTH_TOO_LONG", "RECORD_LAYER_FAILURE"}:
        return diagnose("tls_not_spoken", place)
    if "CERTIFICATE_REQUIRED" in word or "HANDSHAKE_FAILURE" in word or "BAD_CERTIFICATE" in word:
        return diagnose("client_certificate", place)
    return diagnose("tls", place, said=one_line(word.replace("_", " ").lower() or "no reason given"))


def _dates(authorization: str | None) -> tuple[float | None, float | None]:
    """(exp, nbf) inside the token that was sent, where it is one."""
    if not authorization:
        return None, None
    try:
        claims = jwt.decode(authorization.rsplit(" ", 1)[-1], options={"verify_signature": False})
    except (jwt.PyJWTError, ValueError, RecursionError):
        return None, None
    exp, nbf = claims.get("exp"), claims.get("nbf")
    return (
        float(exp) if isinstance(exp, int | float) else None,
        float(nbf) if isinstance(nbf, int | float) else None,
    )
