from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import streamlit as st
from streamlit.errors import StreamlitAPIException
from streamlit.testing.v1 import AppTest

from ekmanager.connections.model import Where
from ekmanager.health.model import Beat, Status
from ekmanager.ui.widgets import browser_store as store_module
from ekmanager.ui.widgets import mount
from ekmanager.ui.widgets.browser_store import BrowserDocument, browser_store
from ekmanager.ui.widgets.fleet import QUERY_NAMES, FleetRow, FleetView, fleet, pack, pack_beats
from ekmanager.ui.widgets.status import CHECKING_LOOK, LOOKS, look
from ekmanager.ui.widgets.switcher import pack_server, switcher

FRONTEND = mount.DIST.parent

Mounted = list[dict[str, Any]]
LINK = "/server?server={id}"


@pytest.fixture
def mounted(monkeypatch: pytest.MonkeyPatch) -> Mounted:
    """What the components were given, in a session without a browser; session state starts empty."""
    calls: Mounted = []

    def renderer(name: str) -> Callable[..., dict[str, object]]:
        def mount_it(**arguments: Any) -> dict[str, object]:
            calls.append({"name": name, **arguments})
            return {}

        return mount_it

    state: dict[str, object] = {}
    monkeypatch.setattr(st, "session_state", state)
    for module in ("fleet", "switcher", "browser_store"):
        monkeypatch.setattr(f"ekmanager.ui.widgets.{module}.renderer", renderer)
    return calls


def event(mounted: Mounted, key: str, name: str, value: object) -> None:
    """What Streamlit does when the browser reports an event: set the state, call the callback, clear the state."""
    st.session_state[key] = {name: value}
    mounted[-1][f"on_{name}_change"]()
    del st.session_state[key]


BEATS = (
    Beat(970.2, Status.ONLINE, 12.4),
    Beat(980.9, Status.ERROR, 1000.0),
    Beat(990.0, Status.UNAUTHORIZED, 0.2),
    Beat(1000.5, Status.OFFLINE, None),
    Beat(1060.0, Status.UNKNOWN, None),
)
ROW = FleetRow(
    id="plant-3",
    name="Plant 3",
    url="http://10.0.0.3:9081",
    description="line controller",
    tags=("line", "press"),
    where=Where.SERVER,
    is_default=True,
    status=Status.OFFLINE,
    checking=True,
    reason="Connection refused.",
    hint="Is it on?",
    since=1000.7,
    beats=BEATS,
    latency_ms=8.25,
    uptime_pct=99.98,
    version="2.4.0",
    cpu=3.5,
    memory_used=41,
    memory_total=25,
    rules_running=12,
    rules_stopped=1,
    rules_failing=2,
    records_per_second=18.4,
    changed_at=900.2,
    server_uptime=3600.9,
    demo=True,
)


def test_a_packed_row_is_the_one_that_the_browser_reads() -> None:
    shared = json.loads((FRONTEND / "test" / "packed-row.json").read_text("utf-8"))
    assert json.loads(json.dumps(pack(ROW))) == shared


def test_only_the_newest_thirty_heartbeats_travel() -> None:
    at, word = pack_beats([Beat(float(second), Status.ONLINE, None) for second in range(100)])
    assert (at, word) == (99, "OO:1" + "O" * 28)


def test_no_heartbeats_take_no_room() -> None:
    assert pack_beats(()) == (0, "")


def test_an_uptime_below_100_percent_is_never_rounded_to_it() -> None:
    assert 100 not in pack(FleetRow("a", "a", "http://a", uptime_pct=99.999999))


def test_a_thousand_rows_stay_small() -> None:
    beats = [Beat(1_800_000_000 + 10.0 * number, Status.ONLINE, 12.0) for number in range(30)]
    rows = [pack(FleetRow(f"server-{n}", f"server-{n}", f"http://10.0.0.1:{n}", beats=beats)) for n in range(1000)]
    assert len(json.dumps(rows)) < 300_000


@pytest.mark.parametrize(
    "view",
    [
        FleetView(),
        FleetView(
            search="plant 3", statuses=("offline", "checking"), tags=("a,b", "100%", "%2C"), where=(Where.SERVER,)
        ),
        FleetView(sort="latency", descending=True, layout="cards", density="compact"),
        FleetView(search="name", sort="name", descending=True),
    ],
)
def test_a_view_survives_the_way_through_the_url(view: FleetView) -> None:
    query = view.to_query()
    assert set(query) <= set(QUERY_NAMES)
    assert FleetView.from_query(query) == view


def test_the_default_view_needs_no_query() -> None:
    assert FleetView().to_query() == {}


def test_a_query_that_makes_no_sense_is_the_default_view() -> None:
    query = {"status": "sleeping", "where": "moon", "sort": "-colour", "view": "globe", "density": "9"}
    assert FleetView.from_query(query) == FleetView(descending=True)


@pytest.mark.parametrize("value", [None, 7, "x", [], {"search": 3, "tags": "ab", "where": [1], "sort": None}])
def test_a_view_from_a_hostile_browser_is_the_default_view(value: object) -> None:
    assert FleetView.of(value) == FleetView()


def test_the_fleet_gives_back_the_view_that_it_was_given(mounted: Mounted) -> None:
    view = FleetView(search="x")
    result = fleet([pack(ROW)], view=view, mode="overview", key="f", now=1.0, link=LINK)
    assert (result.view, result.changed, result.action) == (view, False, None)
    assert json.loads(mounted[0]["data"]["view"])["search"] == "x"
    assert mounted[0]["data"]["rows"] == (pack(ROW),)


def test_a_changed_view_is_reported_once_and_shown_at_once(mounted: Mounted) -> None:
    fleet([], view=FleetView(), mode="overview", key="f", now=1.0, link=LINK)
    event(mounted, "f", "view", FleetView(search="new").to_wire())
    result = fleet([], view=FleetView(), mode="overview", key="f", now=1.0, link=LINK)
    assert (result.view, result.changed) == (FleetView(search="new"), True)
    assert json.loads(mounted[-1]["data"]["view"])["search"] == "new"
    assert not fleet([], view=result.view, mode="overview", key="f", now=1.0, link=LINK).changed


def test_a_refresh_with_the_url_of_a_moment_ago_does_not_undo_a_choice(
    mounted: Mounted, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = 100.0
    monkeypatch.setattr("ekmanager.ui.widgets.views.time.monotonic", lambda: clock)
    before, first, second = FleetView(), FleetView(statuses=("offline",)), FleetView(statuses=("offline", "error"))
    fleet([], view=before, mode="overview", key="f", now=1.0, link=LINK)
    for view in (first, second):
        event(mounted, "f", "view", view.to_wire())
        assert fleet([], view=before, mode="overview", key="f", now=1.0, link=LINK).view == view
    for late in (before, first):
        result = fleet([], view=late, mode="overview", key="f", now=1.0, link=LINK)
        assert (result.view, result.changed) == (second, True)
    elsewhere = FleetView(search="set by the page")
    assert fleet([], view=elsewhere, mode="overview", key="f", now=1.0, link=LINK).view == elsewhere
    clock = 103.0
    assert fleet([], view=before, mode="overview", key="f", now=1.0, link=LINK).view == before


def test_an_action_is_reported_once_even_when_the_run_it_came_with_was_interrupted(mounted: Mounted) -> None:
    fleet([], view=FleetView(), mode="connections", key="f", now=1.0, link=LINK)
    event(mounted, "f", "action", {"kind": "copy", "ids": ["a", "b"], "to": "server", "nonce": "n1"})
    action = fleet([], view=FleetView(), mode="connections", key="f", now=1.0, link=LINK).action
    assert action is not None
    assert (action.kind, action.ids, action.to, action.nonce) == ("copy", ("a", "b"), Where.SERVER, "n1")
    assert fleet([], view=FleetView(), mode="connections", key="f", now=1.0, link=LINK).action is None


@pytest.mark.parametrize(
    "value",
    [{"kind": "format", "ids": ["a"]}, {"kind": "delete", "ids": []}, {"kind": "delete", "ids": "a"}, "delete", 1],
)
def test_an_action_that_does_not_exist_is_none(mounted: Mounted, value: object) -> None:
    fleet([], view=FleetView(), mode="connections", key="f", now=1.0, link=LINK)
    event(mounted, "f", "action", value)
    assert fleet([], view=FleetView(), mode="connections", key="f", now=1.0, link=LINK).action is None


def test_a_choice_in_the_switcher_is_given_once(mounted: Mounted) -> None:
    server = pack_server("a", "A", Status.ONLINE, where=Where.SERVER, is_default=True)
    assert server[:4] == ("a", "A", "O", 6)
    assert switcher([server], None, key="s") is None
    event(mounted, "s", "choice", "a")
    assert switcher([server], None, key="s") == "a"
    assert switcher([server], "a", key="s") is None


STORE = f"{mount.UNSEEN}b"


def told(mounted: Mounted, name: str, **report: object) -> None:
    event(mounted, STORE, name, {"epoch": mounted[-1]["data"]["epoch"], "error": "", **report})


def test_nothing_is_written_before_the_browser_has_said_what_it_has(mounted: Mounted) -> None:
    assert browser_store("mine", 5, key="b") is None
    assert mounted[-1]["data"]["document"] is None
    told(mounted, "read", text="theirs")
    assert browser_store("mine", 5, key="b") == BrowserDocument("theirs", "", -1)
    assert mounted[-1]["data"]["document"] == "mine"


def test_a_document_travels_until_the_browser_has_taken_it(mounted: Mounted) -> None:
    browser_store(None, 0, key="b")
    told(mounted, "read", text=None)
    browser_store("one", 1, key="b")
    assert mounted[-1]["data"]["document"] == "one"
    told(mounted, "written", revision=1)
    assert browser_store("one", 1, key="b") == BrowserDocument(None, "", 1)
    assert mounted[-1]["data"]["document"] is None
    browser_store("two", 2, key="b")
    assert mounted[-1]["data"]["document"] == "two"


def test_a_new_memory_asks_the_browser_again(mounted: Mounted) -> None:
    browser_store(None, 0, key="b")
    told(mounted, "read", text="old")
    assert browser_store("x", 9, key="b") is not None
    assert browser_store("x", 9, key="b", epoch="second") is None
    assert mounted[-1]["data"]["document"] is None


def test_what_was_told_to_the_memory_before_does_not_count(mounted: Mounted, monkeypatch: pytest.MonkeyPatch) -> None:
    browser_store(None, 0, key="b")
    told(mounted, "read", text="old")
    monkeypatch.setattr(store_module, "_PROCESS", "restarted")
    assert browser_store(None, 0, key="b") is None


@pytest.mark.parametrize(("code", "word"), [("full", "full"), ("blocked", "does not let")])
def test_a_browser_that_refuses_is_told_in_a_sentence(mounted: Mounted, code: str, word: str) -> None:
    browser_store(None, 0, key="b")
    told(mounted, "read", text=None, error=code)
    document = browser_store(None, 0, key="b")
    assert document is not None
    assert word in document.error
    assert "until the app restarts" in document.error
    assert "reloaded" not in document.error


def test_every_status_has_a_look_of_its_own() -> None:
    looks = [*LOOKS.values(), CHECKING_LOOK]
    assert set(LOOKS) == set(Status)
    assert len({one.mark for one in looks}) == len({one.colour for one in looks}) == len(looks)
    assert look(Status.ONLINE, checking=True) is CHECKING_LOOK


def test_python_and_the_browser_have_the_same_words_for_a_status() -> None:
    source = (FRONTEND / "src" / "status.js").read_text("utf-8")
    for status, one in LOOKS.items():
        assert f'name: "{status}", word: "{one.word}"' in source
    assert f'name: "checking", word: "{CHECKING_LOOK.word}"' in source


@pytest.mark.parametrize("name", ["fleet", "switcher", "browser_store", "visibility"])
def test_each_component_has_its_bundle_and_loads_nothing_else(name: str) -> None:
    bundle = (mount.DIST / f"{name}.js").read_text("utf-8")
    assert "export{" in bundle
    assert "innerHTML" not in bundle
    assert "http" not in bundle.replace("http://www.w3.org/2000/svg", "").replace("http:\\/\\/", "")


def widgets_page() -> None:
    """A page with everything on it."""
    import streamlit as st

    from ekmanager.health.model import Status
    from ekmanager.ui.widgets.browser_store import browser_store
    from ekmanager.ui.widgets.clock import interval_picker, tick
    from ekmanager.ui.widgets.fleet import FleetView, fleet
    from ekmanager.ui.widgets.mount import page_style
    from ekmanager.ui.widgets.switcher import pack_server, switcher

    page_style()
    browser_store(None, 0, key="store")
    switcher([pack_server("a", "A", Status.ONLINE)], "a", key="switch")
    interval = interval_picker(5, (0, 2, 5), key="refresh")

    @st.fragment
    def live() -> None:
        st.caption(f"ticks {tick(interval, key='live')} every {interval}")
        fleet([], view=FleetView(), mode="overview", key="fleet", now=0.0, link="/server?server={id}")

    live()


def test_all_widgets_draw_in_a_page() -> None:
    page = AppTest.from_function(widgets_page).run()
    assert not page.exception
    assert page.caption[0].value == "ticks 0 every 5"
    assert len(page.get("bidi_component")) == 4
    assert len(page.get("component_instance")) == 1


def test_the_clock_is_gone_when_refresh_is_off() -> None:
    page = AppTest.from_function(widgets_page).run()
    page.selectbox(key="refresh").set_value(0).run()
    assert not page.exception
    assert page.caption[0].value == "ticks 0 every 0"
    assert len(page.get("component_instance")) == 0


def test_the_clock_is_gone_while_the_tab_is_hidden() -> None:
    page = AppTest.from_function(widgets_page)
    page.session_state[f"{mount.UNSEEN}live-visible"] = {"visible": False}
    page.run()
    assert not page.exception
    assert len(page.get("component_instance")) == 0


def test_without_an_installed_package_the_bundle_travels_inline(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    bundle = "export default () => {};\n"
    (tmp_path / "fleet.js").write_text(bundle, "utf-8")
    asked: list[str] = []

    def component(name: str, *, js: str) -> str:
        asked.append(js)
        if "\n" not in js:
            raise StreamlitAPIException("no manifest")
        return name

    monkeypatch.setattr(st.components.v2, "component", component)
    monkeypatch.setattr(mount, "DIST", tmp_path)
    assert str(mount.renderer.__wrapped__("fleet")) == "ekmanager.fleet"
    assert asked == ["fleet.js", bundle]
