"""Tables in Markdown: what is in a cell stays in it, and long ones are bounded."""

from __future__ import annotations

from datetime import UTC
from zoneinfo import ZoneInfo

import pytest

from ekmanager.ui.tables import Code, markdown_table, rest
from ekmanager.ui.zone import viewer_zone


def test_a_table_has_a_line_a_row() -> None:
    assert markdown_table(("When", "What"), [("now", "it began"), ("later", Code("x"))]) == (
        "| When | What |\n| --- | --- |\n| now | it began |\n| later | `x` |"
    )


@pytest.mark.parametrize("text", ["a|b", "a\n| b", "a\r\nb", "a\u2028b", "\x0b|"])
@pytest.mark.parametrize("kind", [str, Code])
def test_bars_and_line_breaks_make_no_cells_and_no_rows(text: str, kind: type[str] | type[Code]) -> None:
    table = markdown_table(("One", "Two"), [(kind(text), "end")])
    assert len(table.splitlines()) == 3
    assert table.splitlines()[2].replace("\\|", "").count("|") == 3


def test_a_long_table_says_how_much_is_left_out() -> None:
    assert rest(50) == ""
    assert rest(120) == "and 70 more"
    assert rest(50, 1_250) == "and 1,200 more"
    assert rest(3, 5) == "and 2 more"


def test_the_zone_is_the_viewers_and_utc_when_it_is_not_known() -> None:
    assert viewer_zone("Europe/Berlin") == ZoneInfo("Europe/Berlin")
    for name in (None, "", "Nowhere/Land", "../etc/passwd", "\0"):
        assert viewer_zone(name) is UTC
