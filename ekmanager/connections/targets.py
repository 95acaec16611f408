"""Where connections may lead: which addresses are never targets, and which are when a list narrows them."""

from __future__ import annotations

import ipaddress
import re
import socket
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from ipaddress import IPv4Address, IPv6Address
from urllib.parse import urlsplit

from ekmanager.connections.address import DEFAULT_PORTS
from ekmanager.connections.errors import TargetRefused

Address = IPv4Address | IPv6Address

_NEVER: tuple[tuple[str, str], ...] = (
    ("0.0.0.0/8", "an unspecified address"),
    ("::/128", "an unspecified address"),
    ("169.254.0.0/16", "a link-local address, where clouds keep their metadata"),
    ("fe80::/10", "a link-local address"),
    ("224.0.0.0/4", "a multicast address"),
    ("ff00::/8", "a multicast address"),
    ("255.255.255.255/32", "the broadcast address"),
    ("fd00:ec2::/32", "a metadata address of a cloud"),
    ("fd20:ce::/64", "a metadata address of a cloud"),
    ("fd00:c1::/64", "a metadata address of a cloud"),
    ("fd00:42::/64", "a metadata address of a cloud"),
    ("168.63.129.16/32", "a metadata address of a cloud"),
    ("100.100.100.200/32", "a metadata address of a cloud"),
    ("192.0.0.192/32", "a metadata address of a cloud"),
)
"""AWS and Oracle, Google, Oracle, Scaleway, Azure, Alibaba, Oracle Classic; the rest of them use 169.254.169.254."""

_REFUSED = tuple((ipaddress.ip_network(network), reason) for network, reason in _NEVER)
_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")
_LOCAL_NAT64 = ipaddress.IPv6Network("64:ff9b:1::/48")
_COMPATIBLE = ipaddress.IPv6Network("::/96")
_METADATA_NAMES = frozenset(["metadata.google.internal", "metadata.goog", "metadata", "instance-data"])
_PATTERN = re.compile(r"(?:\[(?P<bracketed>[^\]]+)\]|(?P<plain>[^:\[\]]+))(?::(?P<port>\d{1,5}))?")

HINT_ALLOWED = "EKMANAGER_ALLOWED_TARGETS says which servers this app may call."
HINT_NEVER = "Enter the address under which the eKuiper server itself is reached."


@dataclass(frozen=True)
class _Allowed:
    """One entry of the list: a name, the end of names, or a network; perhaps with one port."""

    port: int | None
    network: ipaddress.IPv4Network | ipaddress.IPv6Network | None = None
    name: str = ""
    suffix: str = ""

    def has_name(self, host: str, port: int) -> bool:
        by_name = bool(self.name) and host == self.name
        by_suffix = bool(self.suffix) and host.endswith(self.suffix) and host != self.suffix
        return (by_name or by_suffix) and self.port in (None, port)

    def has_address(self, address: Address, port: int) -> bool:
        return self.network is not None and address in self.network and self.port in (None, port)


class TargetPolicy:
    """Decides before a call (`check_url`) and again on the address that is connected to (`check_address`).

    The second decision is the one that counts: a name can resolve to something else a moment later.
    Both raise TargetRefused. Safe to call from several threads.
    """

    def __init__(self, allowed: Sequence[str] = ()) -> None:
        """`allowed`: names, `*.suffix` names, addresses, CIDRs, each perhaps with `:port`; empty allows any.

        Raises ValueError for an entry that is none of these.
        """
        self._allowed = tuple(_parse(entry) for entry in allowed)
        self.own_ports: set[int] = set()
        """Ports on which this app listens; refused on every address of this machine."""

    def check_url(self, url: str) -> None:
        """Refuses what can be known before connecting: literal addresses, and names outside the list.

        A name is let through when the list has networks: then its address decides.
        """
        host, port = _host_and_port(url)
        address = _literal(host)
        if address is not None:
            self.check_address(str(address), port)
            return
        if host in _METADATA_NAMES:
            raise TargetRefused(f"{host} is a metadata service of a cloud, never a target.", hint=HINT_NEVER)
        if port in self.own_ports and (host == "localhost" or host.endswith(".localhost")):
            raise TargetRefused(f"{host}:{port} is this app itself.", hint=HINT_NEVER)
        if not self._allowed or self._name_is_allowed(host, port):
            return
        if not any(entry.network for entry in self._allowed):
            raise TargetRefused(f"{host}:{port} is not among the allowed targets.", hint=HINT_ALLOWED)

    def check_address(self, address: str, port: int) -> None:
        """Refuses an address that is never a target, this app itself, or outside the list of networks."""
        found = self._check_never(address, port)
        if self._allowed and not any(entry.has_address(form, port) for entry in self._allowed for form in _same(found)):
            raise TargetRefused(f"{found}:{port} is not among the allowed targets.", hint=HINT_ALLOWED)

    def for_url(self, url: str) -> Callable[[str, int], None]:
        """The check for every address that a call to `url` connects to.

        Where the list allows the URL by its name, the name may resolve to any address but the never-allowed.
        """
        host, port = _host_and_port(url)
        if _literal(host) is None and self._name_is_allowed(host, port):
            return self._check_unlisted
        return self.check_address

    def _check_unlisted(self, address: str, port: int) -> None:
        self._check_never(address, port)

    def _name_is_allowed(self, host: str, port: int) -> bool:
        return any(entry.has_name(host, port) for entry in self._allowed)

    def _check_never(self, text: str, port: int) -> Address:
        address = _literal(text)
        if address is None:
            raise TargetRefused(f"{text!r} is not an address.", hint=HINT_NEVER)
        for form in _forms(address):
            reason = _never(form)
            if reason:
                raise TargetRefused(f"{address} is {reason}, never a target.", hint=HINT_NEVER)
            if port in self.own_ports and is_of_this_machine(form):
                raise TargetRefused(f"{address}:{port} is this app itself.", hint=HINT_NEVER)
        return address


def is_of_this_machine(address: Address) -> bool:
    """Whether an address is of the loopback or of an interface of this machine.

    Only to such an address can a socket be bound, which needs no list of interfaces.
    """
    if address.is_loopback:
        return True
    family = socket.AF_INET if address.version == 4 else socket.AF_INET6
    try:
        with socket.socket(family, socket.SOCK_DGRAM) as probe:
            probe.bind((str(address), 0))
    except OSError:
        return False
    return True


@lru_cache(maxsize=4_096)
def _forms(address: Address) -> tuple[Address, ...]:
    return (address, *_embedded(address))


@lru_cache(maxsize=4_096)
def _never(address: Address) -> str:
    """Why an address is never a target; empty when it may be one. Remembered: a proxy asks twice for every call."""
    return next((reason for network, reason in _REFUSED if address in network), "")


def _same(address: Address) -> Iterator[Address]:
    """The address as it can be written in a list: `::ffff:10.0.0.7` is 10.0.0.7."""
    yield address
    if isinstance(address, IPv6Address) and address.ipv4_mapped:
        yield address.ipv4_mapped


def _embedded(address: Address) -> Iterator[IPv4Address]:
    """IPv4 addresses that packets to an IPv6 address may reach: mapped, compatible, NAT64, 6to4, Teredo, ISATAP."""
    if not isinstance(address, IPv6Address):
        return
    number = int(address)
    low = IPv4Address(number & 0xFFFFFFFF)
    if address.ipv4_mapped or (address in _COMPATIBLE and number > 1):
        yield low
    if address in _NAT64 or address in _LOCAL_NAT64:
        yield low
    if address in _LOCAL_NAT64:
        # RFC 6052 with a prefix of 48 bits: 16 bits, eight zero bits, the other 16 bits.
        yield IPv4Address(((number >> 64) & 0xFFFF) << 16 | (number >> 40) & 0xFFFF)
    if address.sixtofour:
        yield address.sixtofour
    if address.teredo:
        yield from address.teredo
    if (number >> 32) & 0xFFFFFFFF in (0x00005EFE, 0x02005EFE):
        yield low


@lru_cache(maxsize=8_192)
def _host_and_port(url: str) -> tuple[str, int]:
    try:
        parts = urlsplit(url)
        port = parts.port or DEFAULT_PORTS.get(parts.scheme, 0)
    except ValueError:
        raise TargetRefused("The URL cannot be read.", hint=HINT_NEVER) from None
    host = (parts.hostname or "").rstrip(".")
    if not host or not port:
        raise TargetRefused("The URL names no host, or is neither http nor https.", hint=HINT_NEVER)
    return host.lower(), port


@lru_cache(maxsize=4_096)
def _literal(host: str) -> Address | None:
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return None
    if isinstance(address, IPv6Address) and address.scope_id:
        return IPv6Address(int(address))
    return address


def _parse(entry: str) -> _Allowed:
    text = entry.strip().lower()
    try:
        return _Allowed(port=None, network=ipaddress.ip_network(text, strict=False))
    except ValueError:
        found = _PATTERN.fullmatch(text)
    if found is None:
        raise ValueError(f"{entry!r} is not a host name, `*.suffix`, address or CIDR, with or without a port")
    host, port = found["bracketed"] or found["plain"], int(found["port"]) if found["port"] else None
    if port is not None and not 0 < port < 65_536:
        raise ValueError(f"{entry!r}: a port is a number from 1 to 65535")
    try:
        return _Allowed(port=port, network=ipaddress.ip_network(host, strict=False))
    except ValueError:
        host = host.rstrip(".")
    if host.startswith("*.") and _is_name(host[2:]):
        return _Allowed(port=port, suffix=host[1:])
    if _is_name(host) and not found["bracketed"]:
        return _Allowed(port=port, name=host)
    raise ValueError(f"{entry!r} is not a host name, `*.suffix`, address or CIDR, with or without a port")


def _is_name(text: str) -> bool:
    """Numbers alone are a mistyped address, not a name."""
    is_address_like = bool(re.fullmatch(r"[0-9./]+", text))
    return bool(re.fullmatch(r"[a-z0-9_]([a-z0-9_.-]*[a-z0-9_])?", text)) and not is_address_like
