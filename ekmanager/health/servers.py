"""The servers behind the connections: one for each address and credential, with what is remembered of it."""

from __future__ import annotations

import threading
from collections.abc import Collection
from dataclasses import dataclass

from ekmanager.connections.access import Access
from ekmanager.connections.model import Connection
from ekmanager.health.model import ProbeResult, Status, Throughput
from ekmanager.health.rules import RuleWatch
from ekmanager.health.throughput import Meter

OUT_OF_TIME = frozenset({"timeout", "timeout_connect", "busy", "starting"})
"""Codes of checks that waited to the end of their time."""


@dataclass(frozen=True, slots=True)
class Target:
    """A connection to check, and the key under which its snapshot and history are kept."""

    key: str
    connection: Connection
    persistent: bool
    """Whether its history may be written to a store; that of private connections is not."""


class Server:
    """One server as one credential sees it."""

    __slots__ = (
        "access",
        "keys",
        "meter",
        "metered_at",
        "online",
        "quick",
        "rules",
        "throughput",
        "timeout",
        "version",
    )

    def __init__(self, access: Access, timeout: float | None) -> None:
        self.access = access
        self.timeout = timeout
        """Seconds; None: the monitor's."""
        self.rules = RuleWatch()
        self.meter = Meter(self.rules)
        self.throughput: Throughput | None = None
        self.metered_at: float | None = None
        """Monotonic seconds of the last look at its counters."""
        self.keys: tuple[str, ...] = ()
        """The targets that lead here, as of the last sweep."""
        self.online = False
        """What the last check found."""
        self.quick = False
        """Whether it answered the last check in time. Of a server never checked nobody knows."""
        self.version = ""

    def took(self, result: ProbeResult) -> None:
        """Notes what a check found."""
        self.quick = result.code not in OUT_OF_TIME
        self.online = result.status is Status.ONLINE
        version = result.info.version if result.info else self.version
        if version != self.version:
            # 1.14 has no batches; an upgrade may bring them.
            self.version, self.meter.batches = version, not version.startswith("1.")
        if not self.online:
            self.throughput, self.metered_at = None, None


class Servers:
    """All of them by fingerprint. Safe from several threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._by_fingerprint: dict[str, Server] = {}
        self._by_object: dict[int, tuple[Connection, Server]] = {}

    def of(self, connection: Connection) -> Server:
        """The server to which a connection leads, the same one for the same address, credentials and options.

        Making a fingerprint costs more than all else in a sweep outside of the calls, so it is kept for as long as
        the store hands out the same object.
        """
        with self._lock:
            known = self._by_object.get(id(connection))
            if known is not None and known[0] is connection:
                return known[1]
            access = Access(connection)
            server = self._by_fingerprint.get(access.fingerprint)
            if server is None:
                server = self._by_fingerprint[access.fingerprint] = Server(access, connection.timeout)
            self._by_object[id(connection)] = (connection, server)
            return server

    def all(self) -> list[Server]:
        with self._lock:
            return list(self._by_fingerprint.values())

    def keep(self, fingerprints: Collection[str], connections: Collection[int]) -> None:
        """Forgets all others: servers by fingerprint, connections by the identity of the object."""
        with self._lock:
            self._by_fingerprint = {
                fingerprint: server
                for fingerprint, server in self._by_fingerprint.items()
                if fingerprint in fingerprints
            }
            self._by_object = {
                place: known
                for place, known in self._by_object.items()
                if place in connections and known[1].access.fingerprint in self._by_fingerprint
            }
