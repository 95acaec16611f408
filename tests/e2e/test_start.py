"""The ways in which the app is started, and what its pages look like."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from tests.e2e.conftest import ROOT, STREAMLIT, App, running_app, visiting
from tests.e2e.pictures import KEEP, PAPER, paper, picture
from tests.e2e.steps import add, click, expect_status, go


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The package as `pip install .` lays it down, outside the checkout."""
    folder = tmp_path_factory.mktemp("installed")
    command = [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-deps"]
    command += ["--no-build-isolation", "--target", str(folder), str(ROOT)]
    subprocess.run(command, check=True, capture_output=True, timeout=120)
    return folder


def test_the_installed_package_serves_pages_api_and_demo(chromium: Browser, installed: Path, tmp_path: Path) -> None:
    command = [sys.executable, "-m", "ekmanager.cli", "run", "--demo", "--port"]
    with running_app(tmp_path, command, PYTHONPATH=str(installed)) as app, visiting(chromium, app) as visit:
        page = visit.open()
        expect(page.get_by_role("heading", name="Needs attention")).to_be_visible()
        go(page, "Connections")
        expect_status(page, "plant-1/line-1", "Online")
        assert page.evaluate("fetch('/api/health').then(answer => answer.json())")
        assert sorted(path.name for path in tmp_path.iterdir()) == ["app.log"], "nothing is written"


def test_an_unknown_host_name_is_refused_with_the_variable_to_set(chromium: Browser, app: App) -> None:
    context = chromium.new_context(extra_http_headers={})
    answer = context.request.get(f"{app.url}/", headers={"Host": "evil.example"})
    assert answer.status in {400, 421}
    assert "EKMANAGER_ALLOWED_HOSTS" in answer.text()
    context.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_page_is_drawn_in_both_themes(chromium: Browser, tmp_path: Path, scheme: str) -> None:
    """`make screenshots` keeps these pictures for the documentation."""
    seconds = 100 if KEEP else 5
    options: dict[str, object] = {"color_scheme": scheme, "viewport": {"width": 1440, "height": 1240}}
    with running_app(tmp_path, EKMANAGER_CHECK_TIMEOUT="5") as app, visiting(chromium, app, **options) as visit:
        page = visit.open()
        picture(page, tmp_path, f"start-{scheme}")
        click(page.get_by_role("button", name="Start the demo fleet"))
        expect(page.get_by_role("heading", name="Needs attention")).to_be_visible()
        if url := os.environ.get("EKUIPER_URL"):
            add(page, "workshop", url)
            expect_status(page, "workshop", "Online")
            go(page, "Overview")
        page.wait_for_timeout(seconds * 1000)
        colours = set()
        for name in ("Overview", "Connections", "Dashboard", "Rules", "Settings"):
            go(page, name)
            page.wait_for_timeout(10_000 if KEEP else 2_000)
            colours.add(paper(page))
            picture(page, tmp_path, f"{name.lower()}-{scheme}")
        assert colours == {PAPER[scheme]}


@pytest.mark.parametrize(
    ("name", "value"),
    [("CHECK_INTERVAL", "soon"), ("ALLOWED_TARGETS", "not a host"), ("SECRET_KEY", "canary-not-a-key")],
)
def test_a_setting_that_cannot_be_used_ends_the_start_with_a_sentence(tmp_path: Path, name: str, value: str) -> None:
    environment = {**os.environ, f"EKMANAGER_{name}": value}
    done = subprocess.run(
        [*STREAMLIT, "0"], cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode != 0
    assert f"EKMANAGER_{name}" in done.stderr
    assert "Traceback" not in done.stderr
    assert "canary" not in done.stderr
