"""Pictures of the pages: drawn by tests, and kept for the documentation by `make screenshots`."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

from playwright.sync_api import Page

from tests.e2e.conftest import ROOT, settle

PICTURES = ROOT / "docs" / "images"
KEEP = os.environ.get("EKMANAGER_SCREENSHOTS") == "true"
"""Whether the pictures replace those of the documentation."""
PAPER = {"light": "rgb(255, 255, 255)", "dark": "rgb(16, 21, 29)"}
"""The background of a page, by its theme."""


def picture(page: Page, folder: Path, name: str) -> None:
    """Draws what the window shows."""
    settle(page)
    path = folder / f"{name}.png"
    page.screenshot(path=path)
    assert path.stat().st_size > 10_000, "an empty page compresses to almost nothing"
    if KEEP:
        PICTURES.mkdir(parents=True, exist_ok=True)
        shutil.copy(path, PICTURES / path.name)


def paper(page: Page) -> str:
    """The background that the page has."""
    return str(page.evaluate("getComputedStyle(document.querySelector('.stApp')).backgroundColor"))
