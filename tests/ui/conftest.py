"""What the tests of pages and blocks share."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from ekmanager.connections.model import Connection
from ekmanager.health.model import UNCHECKED, ProbeResult, Snapshot
from ekmanager.services import Services, set_services
from ekmanager.settings import Settings
from tests.ui.pages import BROWSER, Desk


def _desk(monkeypatch: pytest.MonkeyPatch, settings: Settings) -> Desk:
    services = Services(settings)
    set_services(services)
    services.browsers.open(BROWSER).restore(None)
    desk = Desk(services)

    def snapshot(key: str) -> Snapshot:
        return desk.health.get(key, UNCHECKED)

    def test(connection: Connection) -> ProbeResult:
        desk.tested.append(connection)
        return desk.test_result

    monkeypatch.setattr(services.monitor, "snapshot", snapshot)
    monkeypatch.setattr(services, "test", test)
    # Without a cookie the page speaks of one; these tests stand for a browser that has it.
    monkeypatch.setattr("ekmanager.ui.context.browser_id_of", lambda _cookies: BROWSER)
    return desk


@pytest.fixture
def desk(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Desk]:
    """Connections live in the browser: the default."""
    monkeypatch.chdir(tmp_path)
    yield _desk(monkeypatch, Settings())
    set_services(None)


@pytest.fixture
def shared_desk(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Desk]:
    """Connections live on the server, and private ones in the browser."""
    monkeypatch.chdir(tmp_path)
    yield _desk(monkeypatch, Settings(persistence="server", store=str(tmp_path / "connections.json")))
    set_services(None)
