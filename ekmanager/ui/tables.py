"""Tables as Markdown: they need no data frame, and what servers and people wrote in them stays text."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ekmanager.ui.text import code, plain


@dataclass(frozen=True, slots=True)
class Code:
    """A cell that is shown as code: the name of a variable, an address."""

    text: str


Cell = str | Code
"""A string is shown letter by letter, whatever it holds."""

HIGHEST = 310
"""Pixels; a longer table scrolls in itself, so that nothing below it moves when a row comes."""
ROWS_IN_SIGHT = 7
MOST = 50
"""Rows that are written at most."""


def markdown_table(headings: Sequence[str], rows: Sequence[Sequence[Cell]]) -> str:
    """A table in Markdown. Headings may be empty; a row has a cell a heading."""
    lines = [[plain(heading) for heading in headings], ["---"] * len(headings)]
    lines += [[_written(cell) for cell in row] for row in rows]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in lines)


def rest(rows: int, total: int | None = None) -> str:
    """What stands under a table of `rows` out of `total`: `and 1,200 more`, or nothing when all are written."""
    unwritten = max(rows, total or 0) - min(rows, MOST)
    return f"and {unwritten:,} more" if unwritten else ""


def _written(cell: Cell) -> str:
    # Inside a table a bar ends the cell even in a code span, unless it is escaped.
    return code(cell.text).replace("|", "\\|") if isinstance(cell, Code) else plain(cell)
