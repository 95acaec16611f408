"""What pages see of the rules of one server: immutable values, made by the board."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from ekmanager.ekuiper.models.rules import Operator, RuleStatus, State, Topology
from ekmanager.rules.rates import Figures, OperatorRate, RuleSeries, Tape

ConcernKind = Literal["failed", "exceptions", "silent", "disconnected"]


@dataclass(frozen=True, slots=True)
class Problem:
    """Why a server could not be read, and what to try."""

    message: str
    hint: str = ""


@dataclass(frozen=True, slots=True)
class Concern:
    """Why a rule needs attention."""

    kind: ConcernKind
    """`failed`: stopped by an error. `disconnected`: a source or sink has no connection. `exceptions`: new ones within
    the last 5 minutes. `silent`: it runs, and no records have come in for a while although they used to."""
    text: str


@dataclass(frozen=True, slots=True)
class RuleRow:
    """One rule in the list."""

    id: str
    name: str
    state: State
    words: str
    """The server's own for the state."""
    reason: str
    """Why it is not running, where that is known."""
    tags: tuple[str, ...]
    version: str
    trace: bool
    streams: tuple[str, ...]
    """What it reads from, by its definition; until that is read, its sources."""
    figures: Figures | None
    """None: not read yet, or the server gives none (1.14 for a rule that does not run)."""
    exceptions: int
    last_exception: str
    cpu_share: float | None
    """Percent of the CPU time that all rules of the server used lately; None where it does not measure."""
    concern: Concern | None


@dataclass(frozen=True, slots=True)
class RulesView:
    """The rules of one server as they were at `at` (epoch seconds; None: never read)."""

    rows: tuple[RuleRow, ...] = ()
    """By id."""
    at: float | None = None
    problem: Problem | None = None
    """Why the newest attempt failed; the rows are those of the last one that did not."""
    loading: bool = True
    """Nothing was read yet, and nothing failed."""
    progress: tuple[int, int] | None = None
    """Rules whose figures were read, of how many, while they are read for the first time."""
    version: str = ""
    revision: int = 0
    """Another number when anything but `at` changed."""


@dataclass(frozen=True, slots=True)
class RuleView:
    """One rule that is being looked at, as it was at `at` (epoch seconds; None: never read)."""

    rule: str
    status: RuleStatus | None = None
    figures: Figures | None = None
    rates: Mapping[str, OperatorRate] = field(default_factory=dict)
    """By `Operator.key`."""
    operators: tuple[Operator, ...] = ()
    """In the order in which data passes them."""
    topology: Topology | None = None
    at: float | None = None
    problem: Problem | None = None
    gone: bool = False
    """The server does not have it (any more)."""
    revision: int = 0
    tape: Tape = field(default_factory=Tape, repr=False, compare=False)

    @property
    def loading(self) -> bool:
        """Nothing was read yet, and nothing failed."""
        return self.at is None and self.problem is None and not self.gone

    def series(self, window_s: float) -> RuleSeries:
        """What was sampled in the last `window_s` seconds while it was watched, an hour at most, and before that what
        the monitor and the list of rules saw."""
        return self.tape.series(window_s)
