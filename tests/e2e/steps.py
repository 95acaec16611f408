"""What a person does in the app, step by step, in the words of the page."""

from __future__ import annotations

from playwright.sync_api import Locator, Page, expect

from tests.e2e.conftest import settle


def click(target: Locator) -> None:
    """A click as a hand makes it: Streamlit can lose one that takes no time right after typing."""
    target.click(delay=80)


def go(page: Page, name: str) -> None:
    """To another page by the sidebar."""
    click(page.get_by_test_id("stSidebar").get_by_role("link", name=name, exact=True))
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    settle(page)


def drawer(page: Page) -> Locator:
    return page.get_by_role("dialog")


def fill(page: Page, label: str, text: str) -> None:
    """Types into a field of the open drawer and leaves it, so that the page knows."""
    field = drawer(page).get_by_role("textbox", name=label, exact=True)
    field.fill(text)
    field.press("Tab")
    settle(page)


def begin_adding(page: Page, name: str, url: str) -> None:
    go(page, "Connections")
    click(page.get_by_role("button", name="Add a server").first)
    expect(drawer(page)).to_be_visible()
    fill(page, "Name", name)
    fill(page, "URL", url)


def press(page: Page, name: str) -> None:
    """A button of the open drawer."""
    click(drawer(page).get_by_role("button", name=name))
    settle(page)


def add(page: Page, name: str, url: str) -> None:
    begin_adding(page, name, url)
    press(page, "Add")
    expect(drawer(page)).to_have_count(0)


def row(page: Page, name: str) -> Locator:
    """The line of a server in the fleet."""
    return page.get_by_role("row").filter(has=page.get_by_role("link", name=name, exact=True))


def expect_status(page: Page, name: str, status: str) -> None:
    expect(row(page, name)).to_contain_text(status)


def act(page: Page, name: str, action: str) -> None:
    """An entry of the menu of one server."""
    click(row(page, name).get_by_role("button", name="More actions"))
    click(page.get_by_role("menuitem", name=action))
    settle(page)
