"""Why there was no answer: what the network libraries raise, as one of our errors."""

from __future__ import annotations

import errno
import http.client
import socket
import ssl
from collections.abc import Iterator
from urllib.parse import urlsplit

import urllib3.exceptions as pool_errors

from ekmanager.ekuiper.errors import HINTS, EKuiperError, TimedOut, Unreachable

_NO_ROUTE = frozenset({errno.EHOSTUNREACH, errno.ENETUNREACH, errno.EHOSTDOWN, errno.ENETDOWN, errno.EADDRNOTAVAIL})
_RETRIED = frozenset({"refused", "reset", "closed", "dns", "no_route", "connect_timeout"})


def failure_of(error: BaseException, *, url: str, operation: str, timeout: float) -> EKuiperError:
    """What happened, to which server, from the chain of exceptions that a call ended with."""
    parts = urlsplit(url)
    where = f"{parts.scheme}://{parts.netloc}"
    code, message = _reason(list(_chain(error)), where, parts.hostname or where, timeout)
    if code in {"timeout", "connect_timeout"}:
        return TimedOut(message, hint=HINTS["timeout"], operation=operation, url=url, code=code)
    return Unreachable(message, operation=operation, url=url, code=code)


def may_be_retried(error: EKuiperError) -> bool:
    """Whether it failed before or while connecting, or without an answer: another try may find another state."""
    return isinstance(error, Unreachable | TimedOut) and error.code in _RETRIED


def _chain(error: BaseException) -> Iterator[BaseException]:
    """The exception and all that it was made from: libraries put the cause here, there or into the arguments."""
    waiting: list[BaseException] = [error]
    seen: set[int] = set()
    while waiting:
        found = waiting.pop(0)
        if id(found) in seen:
            continue
        seen.add(id(found))
        yield found
        inner = (found.__cause__, found.__context__, getattr(found, "reason", None), *found.args)
        waiting.extend(item for item in inner if isinstance(item, BaseException))


def _reason(chain: list[BaseException], where: str, host: str, timeout: float) -> tuple[str, str]:
    for found in chain:
        if isinstance(found, ssl.SSLCertVerificationError):
            why = found.verify_message or found.reason or "it cannot be verified"
            return "tls_certificate", f"The certificate of {where} was not accepted: {why.rstrip('.')}."
        if isinstance(found, ssl.SSLEOFError | ssl.SSLZeroReturnError):
            return "closed", f"{where} closed the connection during the TLS handshake."
        if isinstance(found, ssl.SSLError):
            if found.reason in {
                "WRONG_VERSION_NUMBER",
                "HTTP_REQUEST",
                "PACKET_LENGTH_TOO_LONG",
                "RECORD_LAYER_FAILURE",
            }:
                return "tls_plain", f"{where} does not speak TLS on this port."
            return "tls", f"No TLS connection to {where} could be made ({found.reason or 'handshake failed'})."
    for found in chain:
        # NewConnectionError is one of them by inheritance; its own cause follows in the chain
        timed_out = isinstance(found, pool_errors.ConnectTimeoutError)
        if timed_out and not isinstance(found, pool_errors.NewConnectionError):
            return "connect_timeout", f"{where} did not take the connection within {timeout:g} s."
        if isinstance(found, pool_errors.ReadTimeoutError | TimeoutError):
            return "timeout", f"{where} did not answer within {timeout:g} s."
        if isinstance(found, socket.gaierror | pool_errors.NameResolutionError):
            return "dns", f"The name {host} is not known here."
        if isinstance(found, ConnectionRefusedError):
            return "refused", f"{where} refused the connection."
        if isinstance(found, http.client.RemoteDisconnected):
            return "closed", f"{where} closed the connection without an answer."
        if isinstance(found, ConnectionResetError | BrokenPipeError | ConnectionAbortedError):
            return "reset", f"{where} cut the connection."
        if isinstance(found, http.client.IncompleteRead | pool_errors.IncompleteRead):
            return "reset", f"{where} closed the connection in the middle of its answer."
        if isinstance(found, OSError) and found.errno in _NO_ROUTE:
            return "no_route", f"There is no way to {where} from here."
    for found in chain:
        if isinstance(found, http.client.HTTPException | pool_errors.InvalidHeader):
            return "garbage", f"{where} answers, but not with HTTP."
    return "unreachable", f"{where} could not be reached."
