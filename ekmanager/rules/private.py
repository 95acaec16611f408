"""Addresses to which 2.4 sends nothing over HTTP unless it is told to."""

from __future__ import annotations

from ipaddress import ip_address
from urllib.parse import urlsplit


def is_internal(url: str) -> bool:
    """Whether a URL names this machine, a private network or a link-local address. Names are not looked up."""
    try:
        host = urlsplit(url).hostname or ""
        if host == "localhost" or host.endswith(".localhost"):
            return True
        address = ip_address(host)
    except ValueError:
        return False
    return address.is_loopback or address.is_private or address.is_link_local
