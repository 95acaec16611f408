"""Rules in a real browser: written, run, watched, tested, edited, restored, stopped and deleted."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page, ViewportSize, expect

from ekmanager.simulator.demo import DemoFleet
from ekmanager.simulator.engine import Engine
from ekmanager.simulator.server import Behaviour
from tests.e2e.conftest import App, Visit, running_app, settle, visiting
from tests.e2e.pictures import KEEP, PAPER, paper, picture
from tests.e2e.rule_steps import (
    TYPING,
    Questions,
    begin_live_test,
    cell,
    connect,
    do,
    expect_address,
    expect_rising,
    expect_rule,
    ids,
    open_list,
    open_rule,
    query,
    results,
    select,
    show,
    sql_of,
    type_at_the_end,
    until,
    width_to_scroll,
)
from tests.e2e.steps import click, drawer, go, press, row

HEALTHY, TROUBLED = "plant-1/line-1", "plant-2/packaging"
PARTS = ("metrics", "definition", "topology", "plan", "test", "trace", "revisions")
VIEWS = ("", "&new=1", *(f"&rule=cloud_forward&tab={part}" for part in PARTS))
"""Queries of all that the page can show of a server."""
TALL: ViewportSize = {"width": 1440, "height": 1600}
"""A window in which all of an editor stands."""
BROKEN = " AND AND"
"""Makes the SQL of a template wrong."""
SINCE_START = r"([\d,]+) since its start"


@pytest.fixture
def fleet() -> Iterator[DemoFleet]:
    """The demo fleet, fresh for each test: these tests change its rules."""
    demo = DemoFleet()
    demo.start()
    yield demo
    demo.stop()


@pytest.fixture
def engine(fleet: DemoFleet) -> Engine:
    """What the server of the tests has on it."""
    return fleet.server(HEALTHY).engine


@pytest.fixture
def server(visit: Visit, fleet: DemoFleet) -> str:
    """The id of the connection to it in this browser."""
    return connect(visit, next(one.url for one in fleet.servers if one.name == HEALTHY))


def sql_on(engine: Engine, rule: str) -> str:
    """The SQL that the server has stored."""
    return str(json.loads(engine.rules[rule].text)["sql"])


def begin_with_threshold(page: Page) -> None:
    """The first template of the page on which a rule is written."""
    card = page.get_by_test_id("stVerticalBlock").filter(has_text="Threshold alarm")
    click(card.get_by_role("button", name="Use it").first)
    expect(sql_of(page)).to_contain_text("WHERE temperature > 30")
    settle(page)


def click_node(page: Page, node: Locator) -> None:
    """The canvas over which a node of the graph lies takes the pointer."""
    box = node.bounding_box()
    assert box is not None
    page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2, delay=80)


def test_a_rule_from_a_template_is_corrected_run_and_watched(visit: Visit, server: str) -> None:
    page = open_list(visit, server)
    do(page, "New rule")
    begin_with_threshold(page)
    name = page.get_by_role("textbox", name="Id", exact=True)
    name.fill("")
    name.press_sequentially("too_hot", delay=TYPING)
    name.press("Tab")
    settle(page)

    type_at_the_end(page, BROKEN)
    do(page, "Validate")
    expect(page.get_by_text('Expected expression and found "AND"').last).to_be_visible()
    expect(page.get_by_text("(line 3, column 28)")).to_be_visible()
    expect(page.get_by_role("button", name="Line 3: Expected expression")).to_be_visible()
    type_at_the_end(page, "", erase=len(BROKEN))
    do(page, "Validate")
    expect(page.get_by_text("The server finds it valid.")).to_be_visible()

    do(page, "Create and start")
    expect_rule(page, "too_hot")
    expect(page.get_by_text("Running").first).to_be_visible()
    expect_address(page, rule="too_hot", new=None)
    figures = page.locator(".st-key-rule-figures")
    expect_rising(figures, SINCE_START)
    expect(figures).to_contain_text(re.compile(r"[1-9][\d.]*/s"))

    do(page, "All rules")
    expect(row(page, "too_hot")).to_contain_text("Running")
    expect(cell(page, "too_hot", "in")).to_have_text(re.compile(r"^[1-9][\d.]*/s$"))


def test_the_topology_shows_the_figures_of_the_node_that_was_clicked(visit: Visit, server: str) -> None:
    page = open_rule(visit, server, "hot_alert")
    show(page, "Topology")
    graph = page.get_by_role("listbox", name="Operators of the rule")
    source = graph.get_by_role("option", name=re.compile("^climate, source"))
    expect(source).to_be_visible()
    click_node(page, source)
    expect(source).to_have_attribute("aria-selected", "true")
    details = page.locator(".st-key-node-table")
    expect(details).to_contain_text("Latency of the last message")
    expect(page.get_by_text("source_climate", exact=True)).to_be_visible()
    expect_rising(details, r"([\d,]+) in,")


def test_a_live_test_shows_rows_and_ends_on_the_server_when_it_is_stopped(
    visit: Visit, server: str, engine: Engine
) -> None:
    page = open_rule(visit, server, "hot_alert", "test")
    begin_live_test(page)
    expect(results(page).get_by_role("cell", name="33.2").first).to_be_visible()
    assert len(engine.tests) == 1
    expect_rising(page.get_by_text(re.compile(r"^Running · \d+ results")), r"([\d,]+) results")
    click(page.get_by_role("button", name="Stop", exact=True).last)
    expect(page.get_by_text(re.compile(r"^Stopped · \d+ results"))).to_be_visible()
    until(lambda: not engine.tests, "the server has no trial left", page)
    assert engine.rules["hot_alert"].running, "the rule itself was left alone"


def test_a_test_ends_on_the_server_when_its_page_is_closed(visit: Visit, server: str, engine: Engine) -> None:
    page = open_rule(visit, server, "hot_alert", "test")
    records = page.get_by_role("textbox", name="Records of climate, as a JSON array")
    records.fill('[{"device": 7, "temperature": 99}]')
    records.press("Tab")
    settle(page)
    click(page.get_by_role("button", name="Start", exact=True).last)
    expect(results(page).get_by_role("cell", name="99").first).to_be_visible()
    assert len(engine.tests) == 1
    page.close()
    until(lambda: not engine.tests, "the server has no trial left")


def test_an_edit_shows_what_differs_and_a_revision_brings_it_back(visit: Visit, server: str, engine: Engine) -> None:
    page = open_rule(visit, server, "hot_alert", "definition")
    type_at_the_end(page, "5", erase=1)
    do(page, "Review and save")
    changes = page.locator("code.language-diff")
    expect(changes).to_contain_text("temperature > 35")
    expect(changes).to_contain_text("temperature > 30")
    assert "> 30" in sql_on(engine, "hot_alert"), "nothing is saved before it was seen"
    do(page, "Save")
    expect(page.get_by_text("Saved hot_alert: running.")).to_be_visible()
    assert "> 35" in sql_on(engine, "hot_alert")

    show(page, "Revisions")
    expect(page.locator("code.language-diff")).to_contain_text("temperature > 35")
    click(page.get_by_role("combobox", name="Revision"))
    click(page.get_by_role("option", name=re.compile("found on the server before an edit$")))
    settle(page)
    do(page, "Restore this revision")
    expect_address(page, tab="definition")
    expect(sql_of(page)).to_contain_text("temperature > 30")
    assert "> 35" in sql_on(engine, "hot_alert"), "a restored revision is seen before it is saved"
    do(page, "Save")
    until(lambda: "> 30" in sql_on(engine, "hot_alert"), "the old SQL is saved", page)
    expect(page.get_by_role("button", name="Stop", exact=True)).to_be_visible()


def test_back_leads_through_the_parts_of_a_rule(visit: Visit, server: str) -> None:
    page = open_rule(visit, server, "hot_alert")
    for name, tab in (("Topology", "topology"), ("Test", "test")):
        show(page, name)
        expect_address(page, tab=tab)
    page.go_back()
    expect_address(page, tab="topology")
    settle(page)
    expect(page.get_by_role("radio", name="Topology", exact=True)).to_be_checked()
    page.go_forward()
    expect_address(page, tab="test")
    settle(page)
    expect(page.get_by_role("radio", name="Test", exact=True)).to_be_checked()


def test_leaving_with_unsaved_changes_asks_and_the_draft_stays(visit: Visit, server: str, engine: Engine) -> None:
    page = open_list(visit, server)
    click(row(page, "hot_alert").get_by_role("link", name="hot_alert", exact=True))
    expect_rule(page, "hot_alert")
    show(page, "Definition")
    questions = Questions(page)
    type_at_the_end(page, " AND humidity > 40")
    expect(page.get_by_role("button", name="Review and save")).to_be_enabled()
    settle(page)
    overview = page.get_by_test_id("stSidebar").get_by_role("link", name="Overview", exact=True)
    click(overview)
    until(lambda: len(questions.asked) == 1, "the browser asks", page)
    assert "not saved" in questions.asked[0]
    expect_rule(page, "hot_alert")
    expect(sql_of(page)).to_contain_text("humidity > 40")

    page.evaluate("setTimeout(() => location.reload(), 0)")
    until(lambda: questions.asked[1:] == ["beforeunload"], "a reload asks too", page)
    expect(sql_of(page)).to_contain_text("humidity > 40")

    do(page, "All rules")
    until(lambda: len(questions.asked) == 3, "the way back to the list asks", page)
    page.go_back()
    expect(page.get_by_role("radio", name="Metrics", exact=True)).to_be_checked()
    address = page.url
    assert len(questions.asked) == 3, "another part of the same rule loses nothing"
    page.go_back()
    until(lambda: len(questions.asked) == 4, "Back asks", page)
    page.wait_for_timeout(500)
    assert page.url == address, "it stays where it was"
    expect_rule(page, "hot_alert")

    questions.leave = True
    click(overview)
    expect(page.get_by_role("heading", level=1, name="Overview")).to_be_visible()
    go(page, "Rules")
    do(page, "hot_alert")
    expect_rule(page, "hot_alert")
    expect(sql_of(page)).to_contain_text("humidity > 40")
    assert len(questions.asked) == 5, "it asks once"
    do(page, "Discard")
    expect(sql_of(page)).not_to_contain_text("humidity > 40")
    go(page, "Overview")
    assert len(questions.asked) == 5, "nothing is left that could be lost"
    assert "humidity" not in sql_on(engine, "hot_alert")


def test_the_switcher_asks_before_it_leaves_unsaved_changes(visit: Visit, server: str, fleet: DemoFleet) -> None:
    connect(visit, fleet.servers[0].url, name="Line two")
    page = open_rule(visit, server, "hot_alert", "definition")
    questions = Questions(page)
    type_at_the_end(page, " AND humidity > 40")
    expect(page.get_by_role("button", name="Review and save")).to_be_enabled()
    settle(page)
    click(page.get_by_role("button", name=re.compile("^Server Line one")))
    click(page.get_by_role("option", name=re.compile("^Line two")))
    until(lambda: len(questions.asked) == 1, "the browser asks", page)
    expect_rule(page, "hot_alert")
    expect(sql_of(page)).to_contain_text("humidity > 40")
    questions.leave = True
    click(page.get_by_role("button", name=re.compile("^Server Line one")))
    click(page.get_by_role("option", name=re.compile("^Line two")))
    expect(page.get_by_role("button", name=re.compile("^Server Line two"))).to_be_visible()


def test_several_rules_are_stopped_with_progress_and_a_result_each(
    visit: Visit, server: str, fleet: DemoFleet, engine: Engine
) -> None:
    chosen = ("climate_average", "energy_by_meter", "hot_alert")
    page = open_list(visit, server)
    bar = select(page, *chosen, "raw_export")
    # Slow enough for a person to see the progress.
    fleet.server(HEALTHY).behaviour = Behaviour.SLOW
    click(bar.get_by_role("button", name="Stop", exact=True))
    expect(page.get_by_text(re.compile(r"^Stopping 4 rules: \d of 4$"))).to_be_visible()
    expect(row(page, "hot_alert")).to_contain_text(re.compile("stopping", re.IGNORECASE))
    expect(page.get_by_text("3 stopped · 1 skipped")).to_be_visible(timeout=60_000)
    fleet.server(HEALTHY).behaviour = Behaviour.HEALTHY
    outcomes = page.locator(".st-key-bulk-results-table")
    expect(outcomes.get_by_role("row").filter(has_text="raw_export")).to_contain_text("skipped")
    for rule in chosen:
        expect(row(page, rule)).to_contain_text("Stopped")
        assert not engine.rules[rule].running
    assert engine.rules["vibration_peaks"].running, "the others run on"
    do(page, "Close")
    expect(page.locator(".st-key-bulk")).to_have_count(0)


def test_rules_are_deleted_after_a_question_that_names_them(visit: Visit, server: str, engine: Engine) -> None:
    page = open_list(visit, server)
    bar = select(page, "energy_by_meter", "raw_export")
    click(bar.get_by_role("button", name="Delete 2 rules"))
    question = drawer(page)
    expect(question).to_contain_text("energy_by_meter")
    expect(question).to_contain_text("raw_export")
    press(page, "Keep")
    expect(question).to_have_count(0)
    assert {"energy_by_meter", "raw_export"} <= engine.rules.keys()

    click(page.get_by_role("group", name="Selected rules").get_by_role("button", name="Delete 2 rules"))
    press(page, "Delete 2 rules")
    expect(page.get_by_text("2 deleted")).to_be_visible()
    expect(row(page, "energy_by_meter")).to_have_count(0)
    expect(row(page, "raw_export")).to_have_count(0)
    assert not {"energy_by_meter", "raw_export"} & engine.rules.keys()
    expect(page.get_by_role("grid", name="Rules").locator("a.name")).to_have_count(5)


def test_filter_order_and_columns_of_the_list_are_in_the_address(visit: Visit, server: str) -> None:
    page = open_list(visit, server)
    page.get_by_role("searchbox", name="Search rules").press_sequentially("temperature", delay=TYPING)
    expect_address(page, q="temperature")
    click(page.get_by_role("group", name="State").get_by_role("button", name="Running, 2"))
    page.get_by_role("combobox", name="Sort by").select_option("id")
    click(page.get_by_role("button", name="Direction"))
    click(page.get_by_role("button", name="Columns"))
    click(page.get_by_role("checkbox", name="Tags"))
    page.keyboard.press("Escape")
    expect_address(page, state="running", sort="-id")
    until(lambda: "tags" not in query(page).get("columns", "tags"), "the columns are in the address", page)
    assert ids(page) == ["hot_alert", "climate_average"]

    page.reload()
    settle(page)
    expect(page.get_by_role("searchbox", name="Search rules")).to_have_value("temperature")
    expect(row(page, "hot_alert")).to_be_visible()
    assert ids(page) == ["hot_alert", "climate_average"]
    expect(cell(page, "hot_alert", "in")).to_be_visible()
    expect(cell(page, "hot_alert", "tags")).to_have_count(0)
    expect_address(page, q="temperature", state="running", sort="-id")

    click(page.get_by_role("button", name="Clear filters"))
    expect_address(page, q=None, state=None, sort="-id")
    expect(page.get_by_role("grid", name="Rules").locator("a.name")).to_have_count(7)


def test_back_returns_from_a_rule_to_the_list_as_it_was_with_one_step(visit: Visit, server: str) -> None:
    page = open_list(visit, server)
    click(page.get_by_role("group", name="State").get_by_role("button", name="Running, 6"))
    expect_address(page, state="running")
    bar = select(page, "hot_alert")
    before = page.url
    click(row(page, "hot_alert").get_by_role("link", name="hot_alert", exact=True))
    expect_rule(page, "hot_alert")
    page.go_back()
    expect(page.get_by_role("heading", level=1, name="Rules", exact=True)).to_be_visible()
    expect(row(page, "hot_alert")).to_be_visible()
    assert page.url == before
    expect(bar).to_contain_text("1 selected")
    page.go_forward()
    expect_rule(page, "hot_alert")


def test_a_link_to_a_part_of_a_rule_opens_it_in_another_browser(chromium: Browser, tmp_path: Path) -> None:
    with running_app(tmp_path, EKMANAGER_DEMO="true") as app:
        with visiting(chromium, app) as first:
            page = open_list(first, "demo-plant-1-line-1")
            click(row(page, "hot_alert").get_by_role("link", name="hot_alert", exact=True))
            expect_rule(page, "hot_alert")
            show(page, "Topology")
            expect_address(page, server="demo-plant-1-line-1", rule="hot_alert", tab="topology")
            link = page.url.removeprefix(app.url)
        with visiting(chromium, app) as second:
            again = second.open(link)
            expect_rule(again, "hot_alert")
            expect(again.get_by_role("radio", name="Topology", exact=True)).to_be_checked()
            expect(again.get_by_role("option", name=re.compile("^climate, source"))).to_be_visible()


def test_no_view_of_the_rules_scrolls_sideways_at_800_pixels(chromium: Browser, app: App, fleet: DemoFleet) -> None:
    with visiting(chromium, app, viewport={"width": 800, "height": 900}) as visit:
        server = connect(visit, next(one.url for one in fleet.servers if one.name == TROUBLED))
        page = open_list(visit, server)
        for view in VIEWS:
            page.goto(f"{app.url}/rules?server={server}{view}")
            settle(page)
            expect(page.get_by_role("heading", level=1)).to_be_visible()
            page.wait_for_timeout(1_000)
            assert width_to_scroll(page) == (0, 0), view or "the list"


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_views_of_a_rule_are_drawn_in_both_themes(
    chromium: Browser, app: App, fleet: DemoFleet, tmp_path: Path, scheme: str
) -> None:
    """`make screenshots` keeps these pictures for the documentation."""
    with visiting(chromium, app, color_scheme=scheme, viewport={"width": 1440, "height": 1240}) as visit:
        server = connect(visit, next(one.url for one in fleet.servers if one.name == HEALTHY))
        page = open_rule(visit, server, "hot_alert")
        expect(page.locator(".st-key-operators-table")).to_contain_text("source_climate")
        # For the documentation the charts have something to show.
        page.wait_for_timeout(60_000 if KEEP else 1_000)
        assert paper(page) == PAPER[scheme]
        picture(page, tmp_path, f"rules-metrics-{scheme}")

        show(page, "Topology")
        graph = page.get_by_role("listbox", name="Operators of the rule")
        click_node(page, graph.get_by_role("option").nth(1))
        expect(page.locator(".st-key-node-table")).to_be_visible()
        picture(page, tmp_path, f"rules-topology-{scheme}")

        show(page, "Test")
        begin_live_test(page)
        expect(results(page).get_by_role("row").nth(4)).to_be_visible()
        picture(page, tmp_path, f"rules-test-{scheme}")
        click(page.get_by_role("button", name="Stop", exact=True).last)
        expect(page.get_by_text(re.compile(r"^Stopped · \d+ results"))).to_be_visible()

        show(page, "Definition")
        type_at_the_end(page, "5", erase=1)
        do(page, "Review and save")
        expect(page.locator("code.language-diff")).to_be_visible()
        page.set_viewport_size(TALL)
        picture(page, tmp_path, f"rules-diff-{scheme}")
        do(page, "Discard")

        page.goto(f"{app.url}/rules?server={server}&new=1")
        begin_with_threshold(page)
        type_at_the_end(page, BROKEN)
        do(page, "Validate")
        expect(page.get_by_text("(line 3, column 28)")).to_be_visible()
        picture(page, tmp_path, f"rules-new-{scheme}")
