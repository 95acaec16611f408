"""A running app and a real browser. Chromium is Debian's; nothing is downloaded."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Playwright, Request, expect

ROOT = Path(__file__).parents[2]
STREAMLIT = [sys.executable, "-m", "streamlit", "run", str(ROOT / "app.py"), "--server.headless=true"]
STREAMLIT += ["--server.address=localhost", "--server.port"]
ARGUMENTS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
expect.set_options(timeout=20_000)


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Every test of this folder is a browser test: its event loop would be in the way of all that run after it."""
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.browser)


@dataclass
class App:
    """One process of the app, in a folder of its own."""

    folder: Path
    command: Sequence[str] = tuple(STREAMLIT)
    """What starts it; the port is added as the last word."""
    environment: dict[str, str] = field(default_factory=dict)
    port: int = 0
    process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"http://localhost:{self.port}"

    @property
    def log(self) -> str:
        return (self.folder / "app.log").read_text(errors="replace")

    def start(self) -> None:
        """Starts it and waits until it answers."""
        self.port = self.port or _free_port()
        environment = {name: value for name, value in os.environ.items() if not name.startswith("EKMANAGER_")}
        environment |= {"EKMANAGER_CHECK_INTERVAL": "1", "EKMANAGER_CHECK_TIMEOUT": "2", **self.environment}
        command = [*self.command, str(self.port)]
        with (self.folder / "app.log").open("ab") as log:
            self.process = subprocess.Popen(command, cwd=self.folder, env=environment, stdout=log, stderr=log)
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline:
            try:
                with urllib.request.urlopen(f"{self.url}/api/live", timeout=2):
                    return
            except (urllib.error.URLError, OSError):
                if self.process.poll() is not None:
                    break
                time.sleep(0.1)
        pytest.fail(f"the app did not start:\n{self.log}")

    def stop(self) -> None:
        if self.process is not None and self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            try:
                self.process.wait(15)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
        self.process = None

    def restart(self) -> None:
        self.stop()
        self.start()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@contextmanager
def running_app(folder: Path, command: Sequence[str] = tuple(STREAMLIT), **environment: str) -> Iterator[App]:
    """An app of its own for a test that needs other settings, or stops it."""
    app = App(folder, command, environment)
    try:
        app.start()
        yield app
    finally:
        app.stop()


@pytest.fixture(scope="session")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[App]:
    """The app with its defaults: connections live in the browser."""
    with running_app(tmp_path_factory.mktemp("app")) as it:
        yield it


@pytest.fixture(scope="session")
def chromium(playwright: Playwright) -> Iterator[Browser]:
    path = shutil.which("chromium")
    if path is None:
        pytest.skip("chromium is not installed")
    browser = playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
    yield browser
    browser.close()


@dataclass
class Visit:
    """One browser profile, which fails its test on script errors and on requests that leave the app."""

    context: BrowserContext
    host: str
    errors: list[str] = field(default_factory=list)
    outside: list[str] = field(default_factory=list)

    def open(self, path: str = "/") -> Page:
        page = self.context.new_page()
        page.on("pageerror", lambda error: self.errors.append(str(error)))
        page.on("request", self._look)
        page.goto(f"http://{self.host}{path}")
        settle(page)
        return page

    def _look(self, request: Request) -> None:
        parts = urlsplit(request.url)
        if parts.scheme in {"http", "https", "ws", "wss"} and parts.netloc != self.host:
            self.outside.append(request.url)

    def check(self) -> None:
        assert not self.errors, f"script errors: {self.errors}"
        assert not self.outside, f"requests to other hosts: {self.outside}"


@contextmanager
def visiting(browser: Browser, app: App, **options: object) -> Iterator[Visit]:
    """A new browser profile on the app; `options` are Playwright's for a context."""
    settings: dict[str, object] = {"viewport": {"width": 1440, "height": 900}, **options}
    context = browser.new_context(**settings)  # type: ignore[arg-type]  # passed on as given
    visit = Visit(context, f"localhost:{app.port}")
    try:
        yield visit
        visit.check()
    finally:
        context.close()


@pytest.fixture
def visit(chromium: Browser, app: App) -> Iterator[Visit]:
    with visiting(chromium, app) as it:
        yield it


@pytest.fixture
def other_visit(chromium: Browser, app: App) -> Iterator[Visit]:
    with visiting(chromium, app) as it:
        yield it


def settle(page: Page) -> None:
    """Waits until the script has run to its end and the page shows no exception."""
    page.wait_for_selector('[data-testid="stApp"][data-test-script-state="notRunning"]', timeout=30_000)
    expect(page.locator('[data-testid="stException"]')).to_have_count(0)
