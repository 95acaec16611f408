"""What a live part reports while another page is on its way does not empty that page."""

from __future__ import annotations

from playwright.sync_api import WebSocketRoute, expect

from tests.e2e.conftest import Visit, settle

_LEAVE_THE_TAB = """() => {
  Object.defineProperty(document, "visibilityState", { value: "hidden", configurable: true });
  document.dispatchEvent(new Event("visibilitychange"));
}"""


class SlowLine:
    """A connection to the app on which its answers can be held back."""

    def __init__(self) -> None:
        self.holding = False
        self._held: list[str | bytes] = []
        self._browser: WebSocketRoute | None = None

    def take(self, browser: WebSocketRoute) -> None:
        self._browser = browser
        app = browser.connect_to_server()
        browser.on_message(app.send)
        app.on_message(self._answer)

    def _answer(self, message: str | bytes) -> None:
        assert self._browser is not None
        if self.holding:
            self._held.append(message)
        else:
            self._browser.send(message)

    def release(self) -> None:
        assert self._browser is not None
        self.holding = False
        while self._held:
            self._browser.send(self._held.pop(0))


def test_a_page_stays_drawn_when_a_live_part_of_the_last_one_reports_late(visit: Visit) -> None:
    line = SlowLine()
    visit.context.route_web_socket("**/_stcore/stream", line.take)
    page = visit.open()
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    settle(page)
    line.holding = True
    page.get_by_test_id("stSidebar").get_by_role("link", name="Connections", exact=True).click(delay=80)
    page.wait_for_timeout(300)
    page.evaluate(_LEAVE_THE_TAB)
    page.wait_for_timeout(1_000)
    line.release()
    settle(page)
    page.wait_for_timeout(1_000)
    expect(page.get_by_role("heading", level=1, name="Connections")).to_be_visible(timeout=5_000)
