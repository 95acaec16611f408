"""What is known of one server at one time: the words that monitor, history, API and pages share."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum


class Status(StrEnum):
    """How a server is. `unknown` before the first check, and while nothing is confirmed yet."""

    ONLINE = "online"
    OFFLINE = "offline"
    UNAUTHORIZED = "unauthorized"
    ERROR = "error"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class ServerInfo:
    """The answer to `GET /`, with numbers as numbers. None: the server did not say."""

    version: str
    os: str
    arch: str
    uptime: int
    """Seconds since the server started."""
    cpu: float | None = None
    """Percent of one machine, 0 to 100 (`cpuUsage`)."""
    memory_used: int | None = None
    """Bytes."""
    memory_total: int | None = None
    """Bytes."""


@dataclass(frozen=True, slots=True)
class RuleCounts:
    """Rules by state, as `/rules/status/all` gives them. A rule is in exactly one of the three."""

    running: int = 0
    """Running without a sign of trouble."""
    stopped: int = 0
    """Stopped by a person, a schedule, or because its source ended."""
    failing: int = 0
    """Stopped by error, or running while its exceptions rise or a source or sink is disconnected."""

    @property
    def total(self) -> int:
        return self.running + self.stopped + self.failing


@dataclass(frozen=True, slots=True)
class FailingRule:
    """A rule that needs attention, and why."""

    id: str
    state: str
    """The server's own word, for example `stopped by error`."""
    reason: str


@dataclass(frozen=True, slots=True)
class ProbeResult:
    """What one check found, before any rule about how many of them make a status."""

    status: Status
    checked_at: float
    """Epoch seconds at the end of the check."""
    latency_ms: float | None = None
    """Time from the request for `/` to its whole answer; None when there was none."""
    code: str = ""
    """What happened, for programs: `refused`, `timeout`, `dns`, `reset`, `tls`, `http_500`, `not_ekuiper`, …"""
    reason: str = ""
    """What happened, in words. Empty when online."""
    hint: str = ""
    """What to try. Empty when online."""
    info: ServerInfo | None = None
    rules: RuleCounts | None = None
    failing: tuple[FailingRule, ...] = ()


@dataclass(frozen=True, slots=True)
class Beat:
    """One check in the heartbeat bar."""

    at: float
    status: Status
    latency_ms: float | None


@dataclass(frozen=True, slots=True)
class Event:
    """Something that changed, for the event list of a server."""

    at: float
    kind: str
    """`status`, `restart`, `version`."""
    text: str
    """A sentence."""
    status: Status | None = None
    """What it became, where the kind is `status`."""


@dataclass(frozen=True, slots=True)
class Throughput:
    """Records of all rules of a server. Rates come from two samples of the same counters."""

    records_in: int
    """Messages that entered the sources of the sampled rules, since each rule's start."""
    records_out: int
    """Messages that left their sinks."""
    in_per_second: float | None
    """None until two samples exist."""
    out_per_second: float | None
    over: float | None
    """Seconds between the two samples."""
    rules_sampled: int
    rules_running: int


@dataclass(frozen=True, slots=True)
class Snapshot:
    """The newest that is known of one server, after confirmation. What every page, the API and the CLI show."""

    status: Status = Status.UNKNOWN
    checking: bool = False
    """A failure or success was seen that is not confirmed yet: shown as *checking*."""
    since: float | None = None
    """Epoch seconds of the last change of `status`."""
    checked_at: float | None = None
    latency_ms: float | None = None
    code: str = ""
    reason: str = ""
    hint: str = ""
    info: ServerInfo | None = None
    """The last one received, even when the server is not online now; `info_at` says when."""
    info_at: float | None = None
    rules: RuleCounts | None = None
    failing: tuple[FailingRule, ...] = ()
    throughput: Throughput | None = None
    beats: tuple[Beat, ...] = ()
    """The last 30 checks, oldest first."""
    serial: int = 0
    """Changes whenever anything of this changes: a key for caches."""
    events: tuple[Event, ...] = field(default=(), repr=False)
    """The newest 50, newest first."""


UNCHECKED = Snapshot()
