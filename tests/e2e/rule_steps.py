"""What a person does with the rules of a server, step by step, in the words of the page."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Dialog, Locator, Page, expect

from tests.e2e.conftest import Visit, settle
from tests.e2e.steps import click, row

TYPING = 40
"""Milliseconds between two keys of a person who types fast."""
LONG = 60.0
"""Seconds after which something that is waited for does not come any more."""


def connect(visit: Visit, url: str, name: str = "Line one") -> str:
    """A connection in this browser, made as a script of the page would; gives its id."""
    page = visit.open("/connections")
    expect(page.get_by_role("heading", level=1, name="Connections")).to_be_visible()
    answer = page.evaluate(
        """({name, url}) => fetch('/api/connections', {
            method: 'POST',
            headers: {'Content-Type': 'application/json'},
            body: JSON.stringify({name, url}),
        }).then(answer => answer.json())""",
        {"name": name, "url": url},
    )
    page.close()
    return str(answer["id"])


def until(is_so: Callable[[], bool], what: str, page: Page | None = None) -> None:
    """Waits for what no element of the page shows."""
    deadline = time.monotonic() + LONG
    while not is_so():
        if time.monotonic() > deadline:
            pytest.fail(f"not within {LONG:g} s: {what}")
        if page is None:
            time.sleep(0.2)
        else:
            page.wait_for_timeout(200)


def number_in(target: Locator, pattern: str) -> float:
    """The number that `pattern` finds in a text as people read it; -1 where it is not written."""
    found = re.search(pattern, target.inner_text())
    return float(found[1].replace(",", "")) if found else -1.0


def expect_rising(target: Locator, pattern: str) -> None:
    """Waits until a number in a text is larger than it was."""
    expect(target).to_contain_text(re.compile(pattern))
    before = number_in(target, pattern)
    until(lambda: number_in(target, pattern) > before, f"more than {before:g}", target.page)


def query(page: Page) -> dict[str, str]:
    """What the address says, by name."""
    return {name: values[-1] for name, values in parse_qs(urlsplit(page.url).query).items()}


def expect_address(page: Page, **wanted: str | None) -> None:
    """Waits until the address has these parameters; None: has not."""
    until(
        lambda: all(query(page).get(name) == value for name, value in wanted.items()), f"{wanted} in {page.url}", page
    )


def open_list(visit: Visit, server: str) -> Page:
    page = visit.open(f"/rules?server={server}")
    expect(page.get_by_role("grid", name="Rules")).to_be_visible()
    return page


def open_rule(visit: Visit, server: str, rule: str, tab: str = "") -> Page:
    page = visit.open(f"/rules?server={server}&rule={rule}{f'&tab={tab}' if tab else ''}")
    expect_rule(page, rule)
    return page


def expect_rule(page: Page, rule: str) -> None:
    """The workspace of a rule is open, and the server has said how it is."""
    expect(page.get_by_role("heading", level=1, name=rule, exact=True)).to_be_visible()
    expect(page.get_by_role("button", name="Restart", exact=True)).to_be_enabled()


def cell(page: Page, rule: str, column: str) -> Locator:
    """One cell of the list, by the id of its column."""
    return row(page, rule).locator(f'[data-column="{column}"]')


def ids(page: Page) -> list[str]:
    """The rules in the order in which the list shows them."""
    return page.get_by_role("grid", name="Rules").locator("a.name").all_inner_texts()


def select(page: Page, *rules: str) -> Locator:
    """Ticks rules in the list; gives the bar with what can be done with them."""
    for rule in rules:
        click(page.get_by_role("checkbox", name=f"Select {rule}", exact=True))
    bar = page.get_by_role("group", name="Selected rules")
    expect(bar).to_contain_text(f"{len(rules)} selected")
    return bar


def show(page: Page, part: str) -> None:
    """A part of the workspace, by its word."""
    click(page.get_by_role("radiogroup").get_by_role("radio", name=part, exact=True))
    settle(page)


def do(page: Page, name: str) -> None:
    """A button of the page."""
    button = page.get_by_role("button", name=name, exact=True)
    # While a part is drawn anew its old buttons stand beside the new ones.
    expect(button).to_have_count(1)
    click(button)
    settle(page)


def begin_live_test(page: Page) -> None:
    """Tries the rule's SQL on its live sources, on the part of the workspace for that."""
    click(page.get_by_role("radio", name="The live sources"))
    expect(page.get_by_text("Each source is opened a second time for the test")).to_be_visible()
    settle(page)
    click(page.get_by_role("button", name="Start", exact=True).last)
    expect(page.get_by_text(re.compile(r"^Running · \d+ results"))).to_be_visible()


def results(page: Page) -> Locator:
    """The rows that a test of SQL gave, the newest first."""
    return page.locator('[class*="st-key-test-"][class*="-rows-table"]')


def sql_of(page: Page) -> Locator:
    """The editor of the SQL."""
    return page.get_by_role("textbox", name="SQL", exact=True)


def type_at_the_end(page: Page, text: str, *, erase: int = 0) -> None:
    """Goes on writing the SQL, after taking away some of what stands at its end."""
    click(sql_of(page))
    keyboard = page.keyboard
    keyboard.press("Control+End")
    for _ in range(erase):
        keyboard.press("Backspace", delay=TYPING)
    keyboard.type(text, delay=TYPING)


class Questions:
    """Answers what the browser asks on a page, and remembers it. `leave` may be changed at any time."""

    def __init__(self, page: Page, *, leave: bool = False) -> None:
        self.leave = leave
        self.asked: list[str] = []
        """What was asked, oldest first; the browser's own question before a page is unloaded is `beforeunload`."""
        page.on("dialog", self._answer)

    def _answer(self, dialog: Dialog) -> None:
        self.asked.append("beforeunload" if dialog.type == "beforeunload" else dialog.message)
        if self.leave:
            dialog.accept()
        else:
            dialog.dismiss()


def width_to_scroll(page: Page) -> tuple[float, float]:
    """By how many pixels the window and the main part scroll sideways."""
    window = page.evaluate("document.scrollingElement.scrollWidth - window.innerWidth")
    main = page.get_by_test_id("stMain").evaluate("it => it.scrollWidth - it.clientWidth")
    return max(window, 0), main
