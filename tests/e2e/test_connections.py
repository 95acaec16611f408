"""The main job in a real browser: add servers, see how they are, switch, and reach them through the proxy."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from ekmanager.simulator.demo import DemoFleet
from tests.e2e.conftest import App, Visit, running_app, settle, visiting
from tests.e2e.steps import act, add, begin_adding, click, drawer, expect_status, fill, go, press, row

TYPING = 40
"""Milliseconds between two keys of a person who types fast."""
HEALTHY, SECURED, SPARE = "plant-1/line-1", "lab/secured", "lab/spare"


@pytest.fixture(scope="module")
def fleet() -> Iterator[DemoFleet]:
    """Simulated servers outside the app, as real ones would be."""
    demo = DemoFleet()
    demo.start()
    yield demo
    demo.stop()


def url_of(fleet: DemoFleet, name: str) -> str:
    return next(server.url for server in fleet.servers if server.name == name)


def test_the_first_screen_offers_a_server_and_the_demo(visit: Visit) -> None:
    page = visit.open()
    expect(page.get_by_role("button", name="Add a server")).to_be_visible()
    expect(page.get_by_role("button", name="Start the demo fleet")).to_be_visible()
    expect(page.get_by_text("eKuiper").first).to_be_visible()


def test_a_server_with_a_token_is_added_by_keyboard_alone(visit: Visit, fleet: DemoFleet) -> None:
    page = visit.open("/connections")
    page.get_by_role("button", name="Add a server").first.press("Enter")
    drawer(page).get_by_role("textbox", name="Name", exact=True).focus()
    keyboard = page.keyboard
    keyboard.type("By keys", delay=TYPING)
    keyboard.press("Tab")
    expect(drawer(page).get_by_role("textbox", name="URL", exact=True)).to_be_focused()
    keyboard.type(url_of(fleet, HEALTHY), delay=TYPING)
    page.get_by_role("combobox", name="Credentials").focus()
    keyboard.type("JWT", delay=TYPING)
    expect(page.get_by_role("option")).to_have_count(1)
    keyboard.press("Enter")
    token = drawer(page).get_by_role("textbox", name="Token", exact=True)
    expect(token).to_be_visible()
    keyboard.press("Tab")
    expect(token).to_be_focused()
    # Longer than a refresh takes to come round: none of them may take the field away.
    keyboard.type("typed-by-keys-and-slowly", delay=3 * TYPING)
    expect(token).to_have_value("typed-by-keys-and-slowly")
    keyboard.press("Enter")
    expect(drawer(page)).to_have_count(0)
    expect(row(page, "By keys")).to_be_visible()


def test_what_is_typed_while_the_page_comes_to_rest_stays(visit: Visit) -> None:
    """A run of the whole page closes and reopens a dialog, so nothing may ask for one while somebody types."""
    page = visit.open("/connections")
    page.get_by_role("button", name="Add a server").first.press("Enter")
    name = drawer(page).get_by_role("textbox", name="Name", exact=True)
    name.focus()
    drawer(page).evaluate("dialog => { dialog.dataset.same = 'yes'; }")
    page.keyboard.type("Typed right after the page opened, and slowly", delay=TYPING)
    expect(name).to_be_focused()
    expect(name).to_have_value("Typed right after the page opened, and slowly")
    expect(drawer(page)).to_have_attribute("data-same", "yes")


def test_a_tab_on_the_first_screen_sees_the_server_that_another_tab_adds(visit: Visit, fleet: DemoFleet) -> None:
    waiting = visit.open("/?refresh=2")
    other = visit.open()
    add(other, "From the other tab", url_of(fleet, HEALTHY))
    expect(row(waiting, "From the other tab")).to_be_visible()


def test_a_server_is_added_tested_edited_and_deleted_and_survives_a_reload(visit: Visit, fleet: DemoFleet) -> None:
    page = visit.open()
    begin_adding(page, "Line one", url_of(fleet, HEALTHY))
    press(page, "Test")
    expect(drawer(page)).to_contain_text("2.4.0")
    press(page, "Add")
    expect(drawer(page)).to_have_count(0)
    expect_status(page, "Line one", "Online")

    page.reload()
    settle(page)
    expect_status(page, "Line one", "Online")

    click(row(page, "Line one").get_by_role("button", name="Edit"))
    expect(drawer(page)).to_be_visible()
    fill(page, "Name", "Line 1, renamed")
    press(page, "Save")
    expect(drawer(page)).to_have_count(0)
    expect_status(page, "Line 1, renamed", "Online")

    act(page, "Line 1, renamed", "Delete")
    expect(drawer(page)).to_contain_text("Line 1, renamed")
    press(page, "Delete")
    expect(row(page, "Line 1, renamed")).to_have_count(0)
    page.reload()
    settle(page)
    expect(row(page, "Line 1, renamed")).to_have_count(0)


def test_connections_come_back_from_the_browser_after_the_app_was_restarted(
    chromium: Browser, fleet: DemoFleet, tmp_path: Path
) -> None:
    with running_app(tmp_path) as app, visiting(chromium, app) as visit:
        page = visit.open()
        add(page, "Kept", url_of(fleet, HEALTHY))
        expect_status(page, "Kept", "Online")
        app.restart()
        page.reload()
        settle(page)
        go(page, "Connections")
        expect_status(page, "Kept", "Online")
        assert sorted(path.name for path in tmp_path.iterdir()) == ["app.log"], "nothing is written on the server"


def test_what_a_page_adds_and_deletes_through_the_api_reaches_the_storage_while_it_stays_open(
    visit: Visit, fleet: DemoFleet
) -> None:
    page = visit.open("/connections")
    add(page, "Goes", url_of(fleet, HEALTHY))
    go(page, "Overview")
    page.evaluate(
        """async url => {
            const headers = {'Content-Type': 'application/json'};
            const known = await (await fetch('/api/connections')).json();
            const body = JSON.stringify({name: 'Comes', url});
            await fetch('/api/connections', {method: 'POST', headers, body});
            await fetch('/api/connections/' + known[0].id, {method: 'DELETE'});
        }""",
        url_of(fleet, HEALTHY),
    )
    page.wait_for_function(
        """() => {
            const kept = localStorage.getItem('ekmanager.connections.v1') ?? '';
            return kept.includes('Comes') && !kept.includes('Goes');
        }"""
    )


def test_a_press_of_test_right_after_the_last_key_is_not_lost(visit: Visit) -> None:
    page = visit.open("/connections")
    click(page.get_by_role("button", name="Add a server").first)
    drawer(page).get_by_role("textbox", name="URL", exact=True).focus()
    page.keyboard.type("127.0.0.1", delay=TYPING)
    click(drawer(page).get_by_role("button", name="Test"))
    expect(drawer(page).get_by_text("refused the connection")).to_be_visible()


def test_another_browser_sees_nothing_and_cannot_reach_it(visit: Visit, other_visit: Visit, fleet: DemoFleet) -> None:
    page = visit.open()
    add(page, "Private", url_of(fleet, HEALTHY))
    expect_status(page, "Private", "Online")
    mine = page.evaluate("fetch('/api/health').then(answer => answer.json())")
    (connection_id,) = [server["id"] for server in mine if server["name"] == "Private"]
    path = f"/api/connections/{connection_id}/ekuiper/rules"
    rules = page.evaluate("path => fetch(path).then(answer => answer.json())", path)
    assert len(rules) > 1
    assert {"id", "status"} <= set(rules[0])

    other = other_visit.open()
    expect(other.get_by_role("button", name="Start the demo fleet")).to_be_visible()
    assert other.evaluate("path => fetch(path).then(answer => answer.status)", path) == 404
    assert other.evaluate("fetch('/api/health').then(answer => answer.json())") == []


def test_a_status_follows_the_server_as_it_stops_and_starts(visit: Visit, fleet: DemoFleet) -> None:
    page = visit.open()
    add(page, "Comes and goes", url_of(fleet, HEALTHY))
    expect_status(page, "Comes and goes", "Online")
    fleet.set_stopped(HEALTHY, True)
    expect_status(page, "Comes and goes", "Offline")
    fleet.set_stopped(HEALTHY, False)
    expect_status(page, "Comes and goes", "Online")


def test_the_switcher_selects_a_server_and_the_link_opens_the_same_view(visit: Visit, fleet: DemoFleet) -> None:
    page = visit.open()
    add(page, "First", url_of(fleet, HEALTHY))
    add(page, "Second", url_of(fleet, SECURED))
    go(page, "Dashboard")
    click(page.get_by_test_id("stSidebar").get_by_role("button", name="Switch"))
    click(page.get_by_role("option", name="Second"))
    expect(page.get_by_role("heading", level=1)).to_have_text("Second")
    expect(page.get_by_text("Unauthorized").first).to_be_visible()
    assert "server=second" in page.url

    again = visit.context.new_page()
    again.goto(page.url)
    settle(again)
    expect(again.get_by_role("heading", level=1)).to_have_text("Second")


def test_back_returns_from_a_server_with_one_step(visit: Visit, fleet: DemoFleet) -> None:
    page = visit.open()
    add(page, "First", url_of(fleet, HEALTHY))
    add(page, "Second", url_of(fleet, SPARE))
    before = page.url
    click(row(page, "Second").get_by_role("link", name="Second", exact=True))
    expect(page.get_by_role("heading", level=1, name="Second")).to_be_visible()
    settle(page)
    page.go_back()
    expect(page.get_by_role("heading", level=1, name="Connections")).to_be_visible()
    assert page.url == before
    page.go_forward()
    expect(page.get_by_role("heading", level=1, name="Second")).to_be_visible()


def test_a_page_notices_that_its_server_was_deleted_in_another_tab(visit: Visit, fleet: DemoFleet) -> None:
    page = visit.open()
    add(page, "Stays", url_of(fleet, SPARE))
    add(page, "Goes", url_of(fleet, HEALTHY))
    click(row(page, "Goes").get_by_role("link", name="Goes", exact=True))
    expect(page.get_by_role("heading", level=1, name="Goes")).to_be_visible()
    other = visit.open("/connections")
    act(other, "Goes", "Delete")
    press(other, "Delete")
    expect(page.get_by_text("There is no server with the id")).to_be_visible()
    expect(page.get_by_role("button", name="Check now")).to_have_count(0)


def test_a_form_keeps_what_was_typed_when_it_cannot_be_saved(visit: Visit) -> None:
    page = visit.open()
    begin_adding(page, "Broker", "mqtt://broker:1883")
    press(page, "Add")
    expect(drawer(page)).to_contain_text("REST API")
    expect(drawer(page).get_by_role("textbox", name="Name", exact=True)).to_have_value("Broker")
    expect(drawer(page).get_by_role("textbox", name="URL", exact=True)).to_have_value("mqtt://broker:1883")


def test_typing_and_an_open_drawer_survive_the_refresh(visit: Visit, fleet: DemoFleet) -> None:
    page = visit.open("/?refresh=2")
    add(page, "Beating", url_of(fleet, HEALTHY))
    expect_status(page, "Beating", "Online")
    click(page.get_by_role("button", name="Add a server").first)
    name = drawer(page).get_by_role("textbox", name="Name", exact=True)
    name.press_sequentially("half a na")
    page.wait_for_timeout(5_000)
    expect(name).to_have_value("half a na")
    expect(name).to_be_focused()


def test_the_demo_fleet_shows_every_status_and_goes_with_one_click(visit: Visit) -> None:
    page = visit.open()
    click(page.get_by_role("button", name="Start the demo fleet"))
    settle(page)
    expect(page.get_by_role("heading", name="Needs attention")).to_be_visible()
    go(page, "Connections")
    for name, status in {HEALTHY: "Online", SECURED: "Unauthorized", SPARE: "Offline", "lab/broken": "Error"}.items():
        expect_status(page, name, status)
    click(page.get_by_role("button", name="Remove the demo"))
    expect(row(page, HEALTHY)).to_have_count(0)
    go(page, "Overview")
    expect(page.get_by_role("button", name="Start the demo fleet")).to_be_visible()


def test_no_page_scrolls_sideways_at_800_pixels(chromium: Browser, app: App) -> None:
    with visiting(chromium, app, viewport={"width": 800, "height": 900}) as visit:
        page = visit.open()
        click(page.get_by_role("button", name="Start the demo fleet"))
        settle(page)
        for path in ("/", "/connections", "/server", "/rules", "/settings"):
            page.goto(f"{app.url}{path}")
            settle(page)
            page.wait_for_timeout(1_000)
            wide = page.evaluate("document.scrollingElement.scrollWidth - window.innerWidth")
            main = page.get_by_test_id("stMain").evaluate("it => it.scrollWidth - it.clientWidth")
            assert (max(wide, 0), main) == (0, 0), path


def test_shared_and_private_connections_stand_side_by_side(chromium: Browser, fleet: DemoFleet, tmp_path: Path) -> None:
    (tmp_path / ".data").mkdir()
    store = tmp_path / ".data" / "connections.json"
    row_of_old = {
        "id": "shared-1",
        "name": "Shared one",
        "url": url_of(fleet, HEALTHY),
        "description": "",
        "isDefault": True,
    }
    store.write_text(json.dumps([{**row_of_old, "unknownField": {"kept": 1}}]))
    with running_app(tmp_path, EKMANAGER_PERSISTENCE="server") as app, visiting(chromium, app) as visit:
        page = visit.open("/connections")
        expect_status(page, "Shared one", "Online")
        add(page, "Second shared", url_of(fleet, SECURED))
        expect_status(page, "Second shared", "Unauthorized")
        kept = json.loads(store.read_text())
        assert [it["name"] for it in kept] == ["Shared one", "Second shared"]
        assert kept[0]["unknownField"] == {"kept": 1}
        with visiting(chromium, app) as colleague:
            expect_status(colleague.open("/connections"), "Second shared", "Unauthorized")


def test_a_tab_that_stays_open_lives_on_after_a_restart(chromium: Browser, fleet: DemoFleet, tmp_path: Path) -> None:
    with running_app(tmp_path) as app, visiting(chromium, app) as visit:
        page = visit.open("/connections")
        add(page, "Line one", url_of(fleet, HEALTHY))
        expect_status(page, "Line one", "Online")
        app.restart()
        # By now the tab has found the app again and has drawn itself anew.
        page.wait_for_timeout(5_000)
        settle(page)
        click(row(page, "Line one").get_by_role("button", name="Edit"))
        name = drawer(page).get_by_role("textbox", name="Name", exact=True)
        expect(name).to_have_value("Line one")
        # What the browser kept is reported a moment later, which must not empty the form.
        page.wait_for_timeout(2_500)
        expect(name).to_have_value("Line one")


def test_the_newest_version_is_opened_after_a_conflict(visit: Visit, fleet: DemoFleet) -> None:
    first = visit.open("/connections")
    add(first, "Contested", url_of(fleet, HEALTHY))
    second = visit.open("/connections")
    for page in (first, second):
        click(row(page, "Contested").get_by_role("button", name="Edit"))
        expect(drawer(page)).to_be_visible()
        settle(page)
    for page, text in ((first, "of the first"), (second, "of the second")):
        fill(page, "Description", text)
        press(page, "Save")
    expect(drawer(first)).to_have_count(0)
    expect(drawer(second)).to_contain_text("changed by somebody else")
    press(second, "Open the newest version")
    expect(drawer(second).get_by_role("textbox", name="Description")).to_have_value("of the first")
