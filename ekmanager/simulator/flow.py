"""How many records flow: from the definition of a stream and the time that passed, never from a running task.

Counters are functions of time, so that an idle simulator costs nothing and two looks at the same moment agree.
"""

from __future__ import annotations

import math
import re
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from ipaddress import ip_address
from typing import Any
from urllib.parse import urlsplit

from ekmanager.simulator.ddl import Definition

_DURATION = re.compile(r"(\d+(?:\.\d+)?)(ms|us|h|m|s)")
_SECONDS = {"us": 1e-6, "ms": 1e-3, "s": 1.0, "m": 60.0, "h": 3600.0}
_WAVE_PERIOD = 240.0
_WAVE_HEIGHT = 0.35
_FILE_RECORDS = 4

SOURCE_TYPES = frozenset(
    ["mqtt", "memory", "file", "httppull", "httppush", "simulator", "websocket", "neuron", "redisSub"]
)
LOOKUP_TYPES = frozenset(["memory", "httppull", "redis"])


def seconds(value: object, default: float = 0.0) -> float:
    """A duration as configuration has it: milliseconds as a number, or `1m30s`. In seconds."""
    if isinstance(value, bool) or value is None:
        return default
    if isinstance(value, int | float):
        return value / 1000
    text = str(value)
    if text.isdigit():
        return int(text) / 1000
    parts = _DURATION.findall(text)
    return sum(float(number) * _SECONDS[unit] for number, unit in parts) if parts else default


def fixed(*parts: object) -> int:
    """A number that looks random and depends only on the parts."""
    return zlib.crc32("/".join(map(str, parts)).encode())


def fraction(*parts: object) -> float:
    """The same, between 0 and 1."""
    return (fixed(*parts) % 9973) / 9973


@dataclass(frozen=True, slots=True)
class Source:
    """How a stream behaves."""

    rate: float
    """Records a second, on average."""
    limit: int | None = None
    """Records until its end; None: it has none."""
    rows: tuple[Mapping[str, Any], ...] = ()
    """The records that it repeats, where they are known."""
    waves: bool = False
    """Whether the rate rises and falls."""
    phase: float = 0.0
    error: str = ""
    """Why it cannot connect; empty when it can."""

    def records(self, start: float, end: float) -> int:
        """Records between two times in epoch seconds."""
        if self.error or self.rate <= 0 or end <= start:
            return 0
        count = int(self._integral(end) - self._integral(start)) if self.waves else int((end - start) * self.rate)
        return min(count, self.limit) if self.limit is not None else count

    def ended_at(self, start: float) -> float | None:
        """When the last record came, for a source that has one."""
        return None if self.limit is None else start + self.limit / max(self.rate, 0.001)

    def _integral(self, at: float) -> float:
        turn = 2 * math.pi / _WAVE_PERIOD
        return self.rate * (at - _WAVE_HEIGHT / turn * math.cos(turn * at + self.phase))


def source_of(definition: Definition, config: Mapping[str, Any], unreachable: frozenset[str]) -> Source:
    """The behaviour of a stream from its type and resolved configuration (memory streams: see the engine)."""
    kind = definition.type
    datasource = str(definition.options.get("datasource", ""))
    phase = 2 * math.pi * fraction(datasource, kind)
    if kind == "simulator":
        rows = tuple(row for row in config.get("data") or () if isinstance(row, dict))
        rate = 1 / max(seconds(config.get("interval"), 1.0), 0.001)
        limit = None if config.get("loop", True) else len(rows)
        return Source(rate, limit, rows)
    if kind == "file":
        rate = 1 / max(seconds(config.get("sendInterval"), 0.01), 0.001)
        endless = bool(config.get("loop")) or seconds(config.get("interval")) > 0
        return Source(rate, None if endless else _FILE_RECORDS)
    if kind == "httppull":
        address = str(config.get("url", ""))
        error = connection_error(address, unreachable)
        return Source(1 / max(seconds(config.get("interval"), 10.0), 0.001), error=error)
    if kind == "mqtt":
        server = str(config.get("server", ""))
        return Source(2 + 10 * fraction(datasource), waves=True, phase=phase, error=mqtt_error(server, unreachable))
    if kind in {"httppush", "websocket", "neuron", "redisSub"}:
        return Source(0.2 + fraction(datasource), waves=True, phase=phase)
    return Source(0.0)


def host_and_port(address: str) -> str:
    """`tcp://10.0.0.1:1883` and `10.0.0.1:1883` both give `10.0.0.1:1883`."""
    return urlsplit(address).netloc if "://" in address else address.split("/")[0]


def connection_error(address: str, unreachable: frozenset[str]) -> str:
    """Why an address cannot be connected to; empty when it can."""
    host = host_and_port(address)
    return f"dial tcp {host}: connect: connection refused" if host in unreachable else ""


def mqtt_error(server: str, unreachable: frozenset[str]) -> str:
    """The words of a broker that cannot be connected to; empty when it can."""
    error = connection_error(server, unreachable)
    return f"found error when connecting for {server}: network Error : {error}" if error else ""


def is_internal(url: str) -> bool:
    """Whether 2.4.0 refuses to talk to this address: loopback, private and link-local ones."""
    try:
        host = urlsplit(url).hostname or ""
        address = ip_address("127.0.0.1" if host == "localhost" else host)
    except ValueError:
        return False
    return address.is_loopback or address.is_private or address.is_link_local


def internal_error(url: str) -> str:
    """The words with which 2.4.0 refuses an internal address; empty for any other."""
    if not is_internal(url):
        return ""
    parts = urlsplit(url)
    port = parts.port or (443 if parts.scheme == "https" else 80)
    host = "127.0.0.1" if parts.hostname == "localhost" else parts.hostname
    return f"dial tcp {host}:{port}: ip {host} is in internal network"


def attempts(elapsed: float) -> tuple[int, float]:
    """Connection attempts in a time, each 1.5 times later than the one before, at most 10 s; and when the last was."""
    count, at, pause = 0, 0.0, 0.1
    while at <= elapsed:
        if pause >= 10:
            more = int((elapsed - at) / 10)
            return count + 1 + more, at + more * 10
        last = at
        count, at, pause = count + 1, at + pause, min(pause * 1.5, 10.0)
    return count, last if count else 0.0
