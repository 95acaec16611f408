"""One TCP connection, only to addresses that the check lets through: the checked address is the one that is used."""

from __future__ import annotations

import socket
from collections.abc import Callable

AddressCheck = Callable[[str, int], None]
"""Called with the IP address and port that is about to be connected to; raises to refuse it."""


def dial(host: str, port: int, *, timeout: float | None, check_address: AddressCheck | None) -> socket.socket:
    """The first of the addresses of `host` that takes the connection; `timeout` in seconds, also of the socket after.

    Raises socket.gaierror for a name that is not known, TimeoutError, OSError, and what the check raises.
    """
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except UnicodeError as error:
        raise socket.gaierror(str(error)) from error
    last: OSError = OSError("the name has no address")
    for family, kind, protocol, _, address in found:
        if check_address is not None:
            check_address(str(address[0]), int(address[1]))
        sock = socket.socket(family, kind, protocol)
        try:
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            sock.settimeout(timeout)
            sock.connect(address)
        except OSError as error:
            sock.close()
            last = error
        except BaseException:
            sock.close()
            raise
        else:
            return sock
    raise last
