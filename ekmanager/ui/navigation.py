"""The pages of the app: one table that the router, the sidebar and every link read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from urllib.parse import urlencode, urlsplit

import streamlit as st

_PACKAGE = Path(__file__).resolve().parents[1]


class PageId(StrEnum):
    """A page by its file name in `pages/`."""

    OVERVIEW = "overview"
    CONNECTIONS = "connections"
    SERVER = "server"
    RULES = "rules"
    SETTINGS = "settings"


@dataclass(frozen=True, slots=True)
class PageSpec:
    """One page: its word and icon, its group in the sidebar, and whether it is about the selected server."""

    id: PageId
    title: str
    icon: str
    group: str
    of_server: bool = False


PAGES: tuple[PageSpec, ...] = (
    PageSpec(PageId.OVERVIEW, "Overview", ":material/monitoring:", "Fleet"),
    PageSpec(PageId.CONNECTIONS, "Connections", ":material/dns:", "Fleet"),
    PageSpec(PageId.SERVER, "Dashboard", ":material/speed:", "Server", of_server=True),
    PageSpec(PageId.RULES, "Rules", ":material/account_tree:", "Server", of_server=True),
    PageSpec(PageId.SETTINGS, "Settings", ":material/settings:", "App"),
)
"""In the order of the sidebar; the first one is what `/` shows."""

_BY_ID = {page.id: page for page in PAGES}


def pages_folder(package: Path = _PACKAGE) -> Path:
    """Where the page files are: inside an installed package, beside it in a checkout."""
    installed = package / "_app" / "pages"
    return installed if installed.is_dir() else package.parent / "pages"


def page_file(page: PageId) -> Path:
    """The absolute path of a page's file."""
    return pages_folder() / f"{page.value}.py"


def spec(page: PageId) -> PageSpec:
    """The row of one page."""
    return _BY_ID[page]


def page_address(page: PageId, query: Mapping[str, str], seen_at: str | None) -> str:
    """The path of a page with its query, for links of our own components. Braces stay: they mark what is filled in.

    `seen_at` is the address of the page that is open, which tells under which path the app is served.
    """
    path = urlsplit(seen_at or "").path.rstrip("/")
    base = next((path[: -len(end)] for end in (f"/{row.id}" for row in PAGES) if path.endswith(end)), path)
    return f"{base}/{page.value}?{urlencode(query, safe='{}')}"


def page_link(
    page: PageId,
    query: Mapping[str, str],
    *,
    label: str | None = None,
    icon: str | None = None,
    help_: str | None = None,
) -> None:
    """A link to a page that keeps what is looked at: Streamlit's own links drop the query."""
    row = spec(page)
    st.page_link(
        page_file(page),
        label=label or row.title,
        icon=row.icon if icon is None else icon,
        help=help_,
        query_params=dict(query),
    )
