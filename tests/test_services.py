"""The objects of a process: what is checked, what the demo adds, and what happens where nothing can be written."""

from __future__ import annotations

import asyncio
import json
import stat
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from ekmanager.connections.access import Access
from ekmanager.connections.errors import TargetRefused
from ekmanager.connections.model import Connection, Where
from ekmanager.health.history import MemoryHistory
from ekmanager.health.history_sql import SqlHistory
from ekmanager.health.model import UNCHECKED, Status
from ekmanager.services import Services, is_demo
from ekmanager.settings import Settings

BROWSER, OTHER = "a" * 43, "b" * 43


@pytest.fixture
def services() -> Iterator[Services]:
    made = Services(Settings(persistence="browser", check_interval=1, check_timeout=2))
    yield made
    made.demo.stop()


def restored(services: Services, browser_id: str, document: str | None = None) -> None:
    services.browsers.open(browser_id).restore(document)


def names(services: Services, browser_id: str) -> set[str]:
    return {entry.connection.name for entry in services.book(browser_id).entries()}


def test_the_demo_is_added_once_and_taken_away_whole(services: Services) -> None:
    restored(services, BROWSER)
    services.book(BROWSER).add(Connection(name="mine", url="http://edge-1:9081"), Where.BROWSER)
    first = services.start_demo(BROWSER)
    assert len(first) == len(services.start_demo(BROWSER)) == 8
    assert all(is_demo(entry.connection) for entry in first)
    assert services.remove_demo(BROWSER) == 8
    assert names(services, BROWSER) == {"mine"}
    assert not services.demo.running


def test_the_demo_goes_on_while_another_browser_shows_it(services: Services) -> None:
    for browser_id in (BROWSER, OTHER):
        restored(services, browser_id)
        services.start_demo(browser_id)
    services.remove_demo(BROWSER)
    assert services.demo.running
    assert len(names(services, OTHER)) == 8


def test_a_demo_server_gets_another_name_where_a_person_took_it(services: Services) -> None:
    restored(services, BROWSER)
    services.book(BROWSER).add(Connection(name="plant-1/line-1", url="http://edge-1:9081"), Where.BROWSER)
    services.start_demo(BROWSER)
    assert {"plant-1/line-1", "plant-1/line-1 (demo)"} <= names(services, BROWSER)


def test_after_a_restart_the_demo_connections_lead_to_simulated_servers_again(services: Services) -> None:
    restored(services, BROWSER)
    services.start_demo(BROWSER)
    kept = services.browsers.open(BROWSER).document()
    services.demo.stop()
    later = Services(Settings(persistence="browser"))
    try:
        restored(later, BROWSER, kept)
        later.welcome(BROWSER)
        urls = {server.url for server in later.demo.servers}
        assert {entry.connection.url for entry in later.book(BROWSER).entries()} == urls
    finally:
        later.demo.stop()


def test_the_setting_demo_gives_the_fleet_to_an_empty_browser_but_not_twice() -> None:
    services = Services(Settings(persistence="browser", demo=True))
    try:
        restored(services, BROWSER)
        services.welcome(BROWSER)
        assert len(names(services, BROWSER)) == 8
        services.remove_demo(BROWSER)
        services.welcome(BROWSER)
        assert names(services, BROWSER) == set()
    finally:
        services.demo.stop()


def test_demo_servers_deleted_by_hand_stay_deleted_over_a_reload() -> None:
    services = Services(Settings(persistence="browser", demo=True))
    try:
        restored(services, BROWSER)
        services.welcome(BROWSER)
        book = services.book(BROWSER)
        first, *others = [entry.connection.id for entry in book.entries()]
        book.delete([first])
        services.welcome(BROWSER)
        assert len(names(services, BROWSER)) == 7
        services.forget(book.delete(others))
        assert not services.demo.running
        services.welcome(BROWSER)
        assert names(services, BROWSER) == set()
    finally:
        services.demo.stop()


def test_a_demo_started_again_begins_afresh(services: Services) -> None:
    async def scenario() -> None:
        async with services.running():
            for _ in range(400):
                if all(services.monitor.snapshot(key).beats for key in keys):
                    break
                await asyncio.sleep(0.02)
            assert services.history.uptime(online, 86_400) == 100.0
            await asyncio.to_thread(services.remove_demo, BROWSER)
            # What was under way comes to its end
            await services.monitor.sweep()

    restored(services, BROWSER)
    entries = services.start_demo(BROWSER)
    keys = [entry.key for entry in entries]
    online = next(entry.key for entry in entries if entry.connection.name == "plant-1/line-1")
    asyncio.run(scenario())
    assert [entry.key for entry in services.start_demo(BROWSER)] == keys
    for key in keys:
        assert services.monitor.snapshot(key) is UNCHECKED
        assert services.history.uptime(key, 86_400) is None
        assert services.history.events(key) == ()


def test_a_demo_server_that_was_pointed_elsewhere_is_left_there(services: Services) -> None:
    restored(services, BROWSER)
    entry = services.start_demo(BROWSER)[0]
    services.book(BROWSER).change(entry.connection.id, {"url": "http://edge-1:9081"}, expected_revision=0)
    services.welcome(BROWSER)
    assert services.book(BROWSER).get(entry.connection.id).connection.url == "http://edge-1:9081"


def test_whether_the_shared_store_takes_writes_is_known(tmp_path: Path) -> None:
    assert not Services(Settings(persistence="browser")).shared_takes_writes
    (tmp_path / "file").write_text("a file where a folder should be")
    blocked = Services(Settings(persistence="server", store=str(tmp_path / "file" / "connections.json")))
    assert not blocked.shared_takes_writes
    usable = Services(Settings(persistence="server", store=str(tmp_path / "connections.json")))
    assert usable.shared_takes_writes
    usable.history.close()


async def _checked(services: Services) -> dict[str, Status]:
    async with services.running():
        for _ in range(200):
            entries = services.book(BROWSER).entries()
            found = {entry.connection.name: services.monitor.snapshot(entry.key).status for entry in entries}
            if Status.UNKNOWN not in found.values():
                break
            await asyncio.sleep(0.05)
        return found


def test_connections_of_live_browsers_are_checked_and_every_status_is_in_the_demo(services: Services) -> None:
    restored(services, BROWSER)
    services.start_demo(BROWSER)
    found = asyncio.run(_checked(services))
    assert found["plant-1/line-1"] is Status.ONLINE
    assert found["lab/secured"] is Status.UNAUTHORIZED
    assert found["lab/broken"] is Status.ERROR
    assert found["lab/spare"] is Status.OFFLINE


def test_shared_connections_and_their_history_lie_side_by_side(tmp_path: Path) -> None:
    store = tmp_path / "data" / "connections.json"
    services = Services(Settings(persistence="server", store=str(store)))
    try:
        services.book(None).add(Connection(name="shared", url="http://edge-1:9081"), Where.SERVER)
        assert isinstance(services.history, SqlHistory)
        assert [row["name"] for row in json.loads(store.read_text())] == ["shared"]
        assert (tmp_path / "data" / "history.db").exists()
        assert {stat.S_IMODE(file.stat().st_mode) for file in store.parent.iterdir()} == {0o600}
        assert stat.S_IMODE(store.parent.stat().st_mode) == 0o700
    finally:
        services.history.close()


def test_a_database_with_connections_and_history_is_for_its_owner_only(tmp_path: Path) -> None:
    path = tmp_path / "data" / "ekmanager.db"
    services = Services(Settings(persistence="server", store=f"sqlite:///{path}"))
    try:
        services.book(None).add(Connection(name="shared", url="http://edge-1:9081"), Where.SERVER)
        assert isinstance(services.history, SqlHistory)
        assert {stat.S_IMODE(file.stat().st_mode) for file in path.parent.iterdir()} == {0o600}
    finally:
        services.history.close()


def test_where_nothing_can_be_written_browser_mode_goes_on_and_says_so(tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("a file where a folder should be")
    services = Services(Settings(persistence="server", store=str(blocked / "connections.json")))
    restored(services, BROWSER)
    book = services.book(BROWSER)
    entry = book.add(Connection(name="mine", url="http://edge-1:9081"), Where.BROWSER)
    assert entry.where is Where.BROWSER
    assert isinstance(services.history, MemoryHistory)
    assert [*services.problems, *book.problems], "the page has a sentence to show"


def test_a_client_obeys_the_target_policy(services: Services) -> None:
    with pytest.raises(TargetRefused):
        services.client(Connection(name="metadata", url="http://169.254.169.254"))


def test_work_needs_the_running_loop(services: Services) -> None:
    with pytest.raises(RuntimeError, match="not running"):
        services.test(Connection(name="mine", url="http://edge-1:9081"))


def test_rules_of_a_demo_server_are_watched_changed_and_tried_while_the_services_run(services: Services) -> None:
    restored(services, BROWSER)
    entries = {entry.connection.name: entry for entry in services.start_demo(BROWSER)}
    here = entries["plant-1/line-1"]

    def work() -> None:
        view = services.rules.wait(here, services.rules.watch(here).revision, 20)
        assert view.rows
        job = services.bulk.begin(here, "stop", ["hot_alert"])
        assert job.wait(20)
        assert (job.done, job.failed) == (1, 0)
        run = services.trials.begin("tab", here, "SELECT * FROM climate")
        while run.live and not run.total:
            services.trials.touch(run.id)
            threading.Event().wait(0.05)
        assert run.state == "running"

    async def scenario() -> None:
        async with services.running():
            await asyncio.to_thread(work)
            demo = services.demo.server("plant-1/line-1")
            assert demo.engine.tests
        assert not demo.engine.tests, "the end of the app ends what was started"

    asyncio.run(scenario())


def test_a_rule_that_is_opened_begins_with_what_the_monitor_saw(services: Services) -> None:
    restored(services, BROWSER)
    here = next(entry for entry in services.start_demo(BROWSER) if entry.connection.name == "plant-1/line-1")
    trail = services.rule_memory.of(Access(here.connection).fingerprint, "hot_alert")

    def work() -> None:
        for _ in range(600):
            if trail.moments():
                break
            threading.Event().wait(0.05)
        (first, *_) = trail.moments()
        view = services.rules.look_rule(here, "hot_alert", 20)
        assert view.at is not None
        series = view.series(900)
        assert series.at[0] == first.at < series.at[1] == view.at

    async def scenario() -> None:
        async with services.running():
            await asyncio.to_thread(work)

    asyncio.run(scenario())
    services.forget([here])
    assert not trail.moments()


@pytest.mark.parametrize(("ago", "checked"), [(1.0, False), (60.0, True)])
def test_a_browser_that_comes_back_has_what_was_not_checked_lately_checked_at_once(
    services: Services, monkeypatch: pytest.MonkeyPatch, ago: float, checked: bool
) -> None:
    restored(services, BROWSER)
    entry = services.book(BROWSER).add(Connection(id="a", name="A", url="http://127.0.0.1:1"), Where.BROWSER)
    seen = replace(UNCHECKED, checked_at=time.time() - ago)
    asked: list[str] = []
    monkeypatch.setattr(services.monitor, "snapshot", lambda _: seen)
    monkeypatch.setattr(services.monitor, "check_soon", asked.append)
    services.welcome(BROWSER)
    assert asked == ([entry.key] if checked else [])
