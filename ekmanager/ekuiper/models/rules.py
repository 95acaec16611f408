"""Rules: what is stored, how they are, what they consist of."""

from __future__ import annotations

import json
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property

from pydantic import Field

from ekmanager.ekuiper.models.base import JSON, Answer, Keyed, Names, Text


class State(StrEnum):
    """How a rule is, in one word for all versions."""

    RUNNING = "running"
    STARTING = "starting"
    STOPPING = "stopping"
    STOPPED = "stopped"
    """By a person, by an update, or because its source or its time ended."""
    SCHEDULED = "scheduled"
    """Stopped until its schedule starts it again."""
    FAILED = "failed"
    """Stopped by an error."""
    UNKNOWN = "unknown"
    """A word that is not known here."""

    @property
    def up(self) -> bool:
        """Whether data passes, or is about to."""
        return self is State.RUNNING or self is State.STARTING


_WORDS = {
    "running": State.RUNNING,
    "starting": State.STARTING,
    "stopping": State.STOPPING,
    "stopped": State.STOPPED,
    "stopped by error": State.FAILED,
    "stopped: waiting for next schedule": State.SCHEDULED,
}
_HARMLESS = frozenset(
    ["canceled manually", "schedule terminated", "duration terminated", "stopped by update", "done", "rule is deleted"]
)
"""Reasons after `Stopped:` (1.14) that are no errors."""


def read_state(words: str, message: str = "") -> tuple[State, str]:
    """State and reason in a server's words: `Stopped: <error>.` in lists of 1.14, a word and a message in 2.4."""
    words = words.strip()
    if message.lower().startswith("stopped:"):
        # The status call of 1.14 says only `stopped` and hides the words of its lists in the message
        return read_state(message)
    state = _WORDS.get(words.lower().rstrip("."))
    if state is not None:
        return state, message
    if words.lower().startswith("stopped:"):
        reason = words[len("stopped:") :].strip().removesuffix(".")
        return (State.STOPPED if reason.lower() in _HARMLESS else State.FAILED), reason
    return State.UNKNOWN, message


@dataclass(frozen=True, slots=True)
class RuleState:
    """How one rule is, as `/rules/status/all` says."""

    state: State
    words: str
    """The server's own: `running`, `Stopped: canceled manually.`"""
    reason: str = ""
    """Why it is not running, where the server says."""
    last_exception: str = ""
    """Of the operator that failed last. Only while running; stays after recovery."""
    exceptions_total: int = 0
    """Of that operator, since the rule's start."""

    @property
    def running(self) -> bool:
        return self.state is State.RUNNING


class RuleSummary(Answer):
    """One row of the list of rules."""

    id: str
    name: Text = ""
    status: Text = ""
    """The server's own words."""
    tags: Names = ()
    version: Text = ""
    trace: bool = False

    @property
    def state(self) -> State:
        return read_state(self.status)[0]

    @property
    def reason(self) -> str:
        return read_state(self.status)[1]


@dataclass(frozen=True)
class RuleDefinition:
    """A stored rule. `text` is what the server holds, byte for byte; send it back and nothing changes."""

    text: str

    @cached_property
    def document(self) -> dict[str, JSON]:
        """The definition, decoded. Raises ValueError where it is not a JSON object."""
        document = json.loads(self.text, strict=False)
        if not isinstance(document, dict):
            raise ValueError("a rule is a JSON object")
        return document

    @property
    def sql(self) -> str | None:
        value = self.document.get("sql")
        return value if isinstance(value, str) else None

    @property
    def actions(self) -> list[JSON]:
        value = self.document.get("actions")
        return value if isinstance(value, list) else []


@dataclass(frozen=True, slots=True)
class Operator:
    """One node of a running rule with its counters. All restart at 0 when the rule does."""

    key: str
    """`op_2_filter_0`: kind, name, instance, as in the names of the metrics."""
    kind: str
    """`source`, `op` or `sink`."""
    name: str
    """`2_filter`, `sim`, `mqtt_0`: as in the topology, without kind."""
    instance: int
    records_in_total: int = 0
    """Messages; a window or a collection counts as one."""
    records_out_total: int = 0
    messages_processed_total: int = 0
    """2.4 counts failed ones too; sinks of 1.14 count rows."""
    process_latency_us: int = 0
    """Microseconds the last message took."""
    buffer_length: int = 0
    """Messages that wait now."""
    last_invocation: int = 0
    """Epoch milliseconds of the last message; 0: none yet."""
    exceptions_total: int = 0
    last_exception: str = ""
    last_exception_time: int = 0
    """Epoch milliseconds."""
    connection_status: int | None = None
    """1 connected, 0 connecting, -1 disconnected; None: not said (operators, and 1.14). `nop` sinks stay at 0."""
    connection_last_connected_time: int = 0
    connection_last_disconnected_time: int = 0
    connection_last_try_time: int = 0
    connection_last_disconnected_message: str = ""
    """Stays after the connection is back."""

    @property
    def node(self) -> str:
        """Its name in the topology."""
        return f"{self.kind}_{self.name}"


@dataclass(frozen=True, slots=True)
class RuleStatus:
    """How one rule is, with its operators in the server's order. 1.14 gives none for a rule that does not run."""

    state: State
    words: str
    """The server's own word."""
    reason: str
    last_start: int
    """Epoch milliseconds; 0: never, or not said."""
    last_stop: int
    next_start: int
    """Epoch milliseconds at which the schedule starts it; 0: no schedule."""
    operators: tuple[Operator, ...]
    other: dict[str, JSON]
    """What is not known here."""

    @property
    def sources(self) -> tuple[Operator, ...]:
        return tuple(operator for operator in self.operators if operator.kind == "source")

    @property
    def sinks(self) -> tuple[Operator, ...]:
        return tuple(operator for operator in self.operators if operator.kind == "sink")


class Topology(Answer):
    """The operators of a rule and where each sends its messages. Sinks have no key in `edges`."""

    sources: Names = ()
    edges: Keyed[Names] = Field(default_factory=dict)

    @property
    def nodes(self) -> tuple[str, ...]:
        """Every node once: sources first, then in the order in which edges name them."""
        seen = dict.fromkeys(self.sources)
        for node, following in self.edges.items():
            seen.update(dict.fromkeys((node, *following)))
        return tuple(seen)


@dataclass(frozen=True, slots=True)
class PlanNode:
    """One step of a plan and those that feed it."""

    type: str
    """`FilterPlan`, …"""
    id: int
    """The number in preorder, 0 for the root."""
    info: str
    """Free text for people."""
    children: tuple[PlanNode, ...] = ()


@dataclass(frozen=True, slots=True)
class Validation:
    """What a server thinks of a definition. It does not look at sinks, fields or the plan."""

    valid: bool
    sources: tuple[str, ...] = ()
    message: str = ""
    """Why not."""


class OutputField(Answer):
    """Where a field stands in the output of a rule."""

    index: int = 0
    has_index: bool = Field(default=False, validation_alias="hasIndex")


class BulkResult(Answer):
    """What became of one rule of a bulk start or stop."""

    rule_id: str = Field(validation_alias="ruleId")
    success: bool = False
    error: Text = ""


class TableRow(Answer):
    """A row that the join of a rule holds."""

    emitter: Text = ""
    """The table."""
    content: JSON = None


class Trial(Answer):
    """A prepared trial run: its results come from `http://<host>:<port>/test/<id>` (2.4: events; 1.14: WebSocket)."""

    id: str
    port: int


@dataclass(frozen=True, slots=True)
class TrialResult:
    """What a trial run made of one record or window, or why it made nothing."""

    text: str
    """As it came."""
    value: JSON = None
    """Records; one with `sendSingle`; with `dataTemplate` what that makes of them, as text where it is not JSON."""
    error: str = ""
    """The run goes on after an error."""
