"""The colours of the theme: text on buttons and links can be read on light and dark ground (WCAG 2, AA)."""

from __future__ import annotations

import tomllib

import pytest

from tests.ui.pages import ROOT
from tests.ui.test_charts import contrast

THEME = tomllib.loads((ROOT / ".streamlit" / "config.toml").read_text("utf-8"))["theme"]


@pytest.mark.parametrize("mode", ["light", "dark"])
def test_white_text_on_a_primary_button_can_be_read(mode: str) -> None:
    assert contrast("#ffffff", THEME[mode]["primaryColor"]) >= 4.5


@pytest.mark.parametrize("mode", ["light", "dark"])
def test_the_primary_colour_stands_out_from_the_page(mode: str) -> None:
    assert contrast(THEME[mode]["primaryColor"], THEME[mode]["backgroundColor"]) >= 3


@pytest.mark.parametrize("mode", ["light", "dark"])
@pytest.mark.parametrize("name", ["textColor", "linkColor", *(f"{word}TextColor" for word in ("green", "red", "gray"))])
def test_text_and_links_can_be_read(mode: str, name: str) -> None:
    for ground in ("backgroundColor", "secondaryBackgroundColor"):
        assert contrast(THEME[mode][name], THEME[mode][ground]) >= 4.5
