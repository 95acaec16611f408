"""One line of the table: ours, what it is held against, and their ratio, all from the same run."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Row:
    """`wanted` is the bound in words; `holds` says whether this run kept it."""

    what: str
    ours: float
    baseline: float
    unit: str
    wanted: str
    holds: bool

    @property
    def ratio(self) -> float:
        return self.ours / self.baseline if self.baseline else float("nan")


def table(rows: Sequence[Row]) -> str:
    """The rows as a Markdown table."""
    lines = ["| measured | ours | baseline | ratio | wanted | holds |", "| --- | ---: | ---: | ---: | --- | --- |"]
    for row in rows:
        numbers = f"{row.ours:,.4g} {row.unit} | {row.baseline:,.4g} {row.unit} | {row.ratio:.2f}"
        lines.append(f"| {row.what} | {numbers} | {row.wanted} | {'yes' if row.holds else 'NO'} |")
    return "\n".join(lines)


def percentile(values: Sequence[float], share: float) -> float:
    """The value below which `share` (0 to 1) of the values lie; the nearest rank."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]
