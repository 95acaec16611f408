"""The overview: figures, what needs attention, the fleet, the charts, and the first screen."""

from __future__ import annotations

import socket
import time

import pytest

from ekmanager.health.history import Sample
from ekmanager.health.model import Status
from tests.ui.pages import Desk, failing, healthy, nothing, offline, online, texts, unauthorized


def test_without_connections_the_page_says_what_this_is_and_offers_two_ways_on(desk: Desk) -> None:
    at = desk.open()
    assert "See and operate your eKuiper servers" in texts(at)
    assert [at.button(key=key).label for key in ("welcome-add", "welcome-demo")] == [
        "Add a server",
        "Start the demo fleet",
    ]


def test_before_the_browser_has_answered_nothing_is_called_empty(desk: Desk) -> None:
    desk.services.browsers.open("somebody else")
    at = desk.open()
    desk.services.browsers._stores.clear()
    at.run()
    healthy(at)
    assert not at.title
    assert "See and operate" not in texts(at)


def test_the_welcome_button_opens_the_form(desk: Desk) -> None:
    at = desk.open()
    at.button(key="welcome-add").click().run()
    healthy(at)
    assert at.session_state["dialog"].kind == "add"


def test_figures_count_what_they_say(desk: Desk) -> None:
    desk.is_(desk.add("a"), online())
    desk.is_(desk.add("b"), online(latency_ms=12.0))
    desk.is_(desk.add("c"), offline())
    at = desk.open()
    shown = {metric.label: metric.value for metric in at.metric}
    assert shown == {"Servers": "3", "Rules running": "8", "Records in": "25/s", "Median latency": "10 ms"}
    assert "2\u00a0online" in texts(at)
    assert "1\u00a0offline" in texts(at)


def test_each_trouble_has_its_reason_its_remedy_and_a_way_to_the_fix(desk: Desk) -> None:
    desk.is_(desk.add("gone"), offline())
    desk.is_(desk.add("locked"), unauthorized())
    desk.is_(desk.add("troubled"), failing())
    at = desk.open()
    said = texts(at)
    assert "refused the connection" in said
    assert "Start it" in said
    assert "The token expired" in said
    assert "mqtt sink disconnected" in said
    assert "1 rule failing" in said


def test_edit_credentials_opens_that_connection(desk: Desk) -> None:
    entry = desk.add("locked")
    desk.is_(entry, unauthorized())
    at = desk.open()
    at.button(key=f"fix-{entry.connection.id}").click().run()
    healthy(at)
    assert at.session_state["dialog"].ids == (entry.connection.id,)


def test_a_fleet_that_is_well_says_so(desk: Desk) -> None:
    desk.is_(desk.add("a"), online())
    assert "Nothing. Every server that was checked is well." in texts(desk.open())


@pytest.mark.parametrize(("seconds", "title"), [(120, "Last 10 minutes"), (1800, "Last hour")])
def test_charts_are_drawn_from_the_history(desk: Desk, seconds: int, title: str) -> None:
    entry = desk.add("a")
    desk.is_(entry, online())
    for second in range(0, seconds, 10):
        sample = Sample(at=time.time() - seconds + second, status=Status.ONLINE, latency_ms=8.0, cpu=3.0)
        desk.services.history.record(entry.key, sample)
    at = desk.open()
    assert title in texts(at)
    assert len(at.get("echarts_chart")) >= 3


def test_a_view_that_a_person_chose_stands_in_the_url(desk: Desk) -> None:
    desk.add("a")
    at = desk.open()
    at.session_state["_fleet-overview:view"] = {"search": "plant", "sort": "cpu", "descending": True}
    at.run()
    healthy(at)
    assert at.query_params["q"] == "plant"
    assert at.query_params["sort"] == "-cpu"


def test_hostile_names_and_reasons_stay_text(desk: Desk) -> None:
    desk.is_(
        desk.add("<b>x</b> :red[y] ![z](http://evil.example/p.png)"), offline("**bold** <script>alert(1)</script>")
    )
    said = texts(desk.open())
    assert "<script>" not in said
    assert "![z](http" not in said
    assert ":red[y]" not in said
    assert "**bold**" not in said


def test_the_demo_can_be_started_and_removed(desk: Desk) -> None:
    at = desk.open()
    at.button(key="welcome-demo").click().run()
    healthy(at)
    assert len(desk.book.entries()) > 4
    at.button(key="remove-demo").click().run()
    healthy(at)
    assert not desk.book.entries()
    assert not desk.services.demo.running
    assert "See and operate" in texts(at)


def test_the_interval_that_was_chosen_stands_in_the_url_and_in_links(desk: Desk) -> None:
    desk.add("a")
    at = desk.open()
    at.selectbox(key="refresh").set_value(30).run()
    healthy(at)
    assert at.query_params["refresh"] == "30"
    links = [link.proto.query_string for link in at.get("page_link")]
    assert links
    assert all("refresh=30" in link for link in links)


def test_every_link_keeps_the_selected_server(desk: Desk) -> None:
    desk.add("first")
    second = desk.add("second")
    at = desk.open(query={"server": second.connection.id})
    links = [link.proto.query_string for link in at.get("page_link")]
    assert links
    assert all(f"server={second.connection.id}" in link for link in links)


def test_the_default_connection_is_selected_at_start(desk: Desk) -> None:
    desk.add("first")
    second = desk.add("second")
    desk.book.set_default(second.connection.id)
    at = desk.open("server")
    assert at.title[0].value == "second"


@pytest.mark.parametrize("page", ["overview", "connections", "server", "settings"])
def test_a_rerun_makes_no_network_call(desk: Desk, monkeypatch: pytest.MonkeyPatch, page: str) -> None:
    desk.is_(desk.add("a"), online())
    monkeypatch.setattr("ekmanager.ui.blocks.server_extras.count_objects", lambda _context, entry: nothing(entry))
    at = desk.open(page)

    def refuse(*_args: object) -> None:
        raise AssertionError("the page called somebody")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr("ekmanager.ui.blocks.server_extras.count_objects", refuse)
    at.run()
    healthy(at)
