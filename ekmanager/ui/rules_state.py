"""What the rules page looks at, as query parameters: the list, one rule and its tab, or a rule that is new."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final, Self

RULE: Final = "rule"
"""The query parameter of the rule whose workspace is open."""
TAB: Final = "tab"
"""The query parameter of the part of the workspace, and the key of its picker."""
NEW: Final = "new"
"""The query parameter of the page on which a rule is written."""


class Tab(StrEnum):
    """A part of a rule's workspace."""

    METRICS = "metrics"
    DEFINITION = "definition"
    TOPOLOGY = "topology"
    PLAN = "plan"
    TEST = "test"
    TRACE = "trace"
    REVISIONS = "revisions"


TAB_WORDS: Final[Mapping[Tab, str]] = {
    Tab.METRICS: "Metrics",
    Tab.DEFINITION: "Definition",
    Tab.TOPOLOGY: "Topology",
    Tab.PLAN: "Plan and schema",
    Tab.TEST: "Test",
    Tab.TRACE: "Trace",
    Tab.REVISIONS: "Revisions",
}


@dataclass(frozen=True, slots=True)
class RulesPage:
    """Which of its views the page shows."""

    rule: str = ""
    """The id of the rule whose workspace is open; empty: the list, or a new rule."""
    tab: Tab = Tab.METRICS
    writes: bool = False
    """Whether a new rule is being written."""

    @classmethod
    def from_query(cls, query: Mapping[str, str]) -> Self:
        """A parameter that cannot be read counts as absent."""
        tab = query.get(TAB, "")
        return cls(
            rule=query.get(RULE, ""),
            tab=Tab(tab) if tab in set(Tab) else Tab.METRICS,
            writes=query.get(NEW) == "1",
        )

    def to_query(self) -> dict[str, str]:
        """The parameters that differ from the list."""
        if self.writes:
            return {NEW: "1"}
        if not self.rule:
            return {}
        return {RULE: self.rule, **({} if self.tab is Tab.METRICS else {TAB: self.tab.value})}
