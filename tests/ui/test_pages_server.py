"""The page of one server: well, not well, unknown, gone."""

from __future__ import annotations

import re
import time
from dataclasses import replace

import pytest

from ekmanager.ekuiper.errors import Unreachable
from ekmanager.health.history import Sample
from ekmanager.health.model import Event, FailingRule, RuleCounts, Status
from ekmanager.ui.blocks.server_extras import page_origin, proxy_address
from ekmanager.ui.format import moment
from tests.ui.pages import NOW, Desk, failing, healthy, nothing, offline, online, texts, unauthorized

UNESCAPED_BAR = re.compile(r"(?<!\\)\|")


@pytest.fixture(autouse=True)
def no_calls(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ekmanager.ui.blocks.server_extras.count_objects", lambda _context, entry: nothing(entry))


def test_a_server_that_is_well_shows_its_figures(desk: Desk) -> None:
    desk.is_(desk.add("Line 2"), online())
    at = desk.open("server")
    shown = {metric.label: metric.value for metric in at.metric}
    assert shown["Version"] == "2\\.4\\.0"
    assert shown["Up for"] == "1 h"
    assert shown["Memory"] == "41 MB"
    assert shown["Rules running"] == "4"
    assert shown["Records in"] == "12.5/s"
    assert "Online" in texts(at)
    assert not at.error


def test_a_server_that_is_down_says_why_what_to_try_and_how_old_the_figures_are(desk: Desk) -> None:
    old = online()
    down = offline("nothing listens there")
    desk.is_(desk.add("Line 2"), replace(down, info=old.info, info_at=time.time() - 720))
    at = desk.open("server")
    assert "nothing listens there" in at.error[0].value
    assert "Start it" in at.error[0].value
    assert "12 min ago" in texts(at)
    assert {metric.label: metric.value for metric in at.metric}["Version"] == "2\\.4\\.0"


def test_credentials_that_are_refused_are_a_warning_with_the_reason(desk: Desk) -> None:
    desk.is_(desk.add("Line 2"), unauthorized())
    assert "The token expired" in desk.open("server").warning[0].value


def test_an_unchecked_server_is_unknown_not_well(desk: Desk) -> None:
    desk.add("Line 2")
    at = desk.open("server")
    assert "Unknown" in texts(at)
    assert {metric.value for metric in at.metric} == {"–"}


def test_failing_rules_are_listed_with_their_reason_and_a_link_each(desk: Desk) -> None:
    entry = desk.add("Line 2")
    desk.is_(entry, failing())
    at = desk.open("server")
    assert "running: mqtt sink disconnected" in texts(at).replace("\\", "")
    (link,) = [link.proto for link in at.get("page_link") if "avg" in link.proto.label]
    assert link.page == "rules"
    assert link.query_string == f"server={entry.connection.id}&rule=avg_temp"


def test_more_failing_rules_than_are_named_are_counted(desk: Desk) -> None:
    rules = tuple(FailingRule(f"rule{number}", "running", "late") for number in range(100))
    desk.is_(desk.add("Line 2"), online(rules=RuleCounts(failing=1_250), failing=rules))
    labels = [link.proto.label for link in desk.open("server").get("page_link")]
    assert "rule7" in labels
    assert "rule8" not in labels
    assert "and 1,242 more rules" in labels


def test_events_are_listed(desk: Desk) -> None:
    desk.is_(desk.add("Line 2"), online())
    said = texts(desk.open("server")).replace("\\", "").replace("\u2060", "")
    assert f"| {moment(NOW - 60)} | Online at the first check. |" in said


def test_the_time_range_stands_in_the_url_and_a_link_opens_it(desk: Desk) -> None:
    entry = desk.add("Line 2")
    at = desk.open("server")
    at.segmented_control(key="range").set_value("7d").run()
    healthy(at)
    assert at.query_params["range"] == "7d"
    again = desk.open("server", {"server": entry.connection.id, "range": "7d"})
    assert again.segmented_control(key="range").value == "7d"


def test_charts_and_uptime_come_from_the_history(desk: Desk) -> None:
    entry = desk.add("Line 2")
    desk.is_(entry, online())
    start = time.time() - 600
    for second in range(0, 600, 10):
        status = Status.ONLINE if second >= 300 else Status.OFFLINE
        desk.services.history.record(entry.key, Sample(at=start + second, status=status, latency_ms=8.0, cpu=3.0))
    at = desk.open("server")
    assert len(at.get("echarts_chart")) == 3
    assert "50.00 %" in texts(at)
    assert "known for" in texts(at)


def test_streams_and_tables_are_counted_once(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    desk.is_(desk.add("Line 2"), online())
    calls = []

    def asked(_context: object, entry: object) -> object:
        calls.append(entry)
        return nothing(entry)  # type: ignore[arg-type]  # the page gives an entry

    monkeypatch.setattr("ekmanager.ui.blocks.server_extras.count_objects", asked)
    at = desk.open("server")
    at.run()
    assert len(calls) == 1
    at.button(key="count-again").click().run()
    healthy(at)
    assert len(calls) == 2


def test_a_count_that_fails_is_a_sentence(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.undo()
    desk_of_this = desk
    entry = desk_of_this.add("Line 2")

    class Broken:
        def __enter__(self) -> Broken:
            raise Unreachable("Nothing answers on edge-7.", hint="Start it.", code="refused")

        def __exit__(self, *_: object) -> None: ...

    from ekmanager.ui.blocks.server_extras import count_objects

    class Context:
        class services:  # noqa: N801 - stands for the attribute of a context
            @staticmethod
            def client(_connection: object) -> Broken:
                return Broken()

    found = count_objects(Context(), entry)  # type: ignore[arg-type]  # only the client is asked for
    assert "Nothing answers on edge" in found.failure
    assert "Start it" in found.failure


def test_streams_of_a_server_that_is_down_are_not_asked_for(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    desk.is_(desk.add("Line 2"), offline())
    monkeypatch.setattr("ekmanager.ui.blocks.server_extras.count_objects", None)
    assert "when the server is online" in texts(desk.open("server"))


def test_check_now_asks_for_a_check_of_this_server(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    entry = desk.add("Line 2")
    keys: list[str] = []
    at = desk.open("server")
    monkeypatch.setattr(desk.services.monitor, "check_soon", keys.append)
    at.button(key="check-now").click().run()
    healthy(at)
    assert keys == [entry.key]


def test_edit_and_delete_open_their_dialogs(desk: Desk) -> None:
    entry = desk.add("Line 2")
    at = desk.open("server")
    at.button(key="edit").click().run()
    assert at.session_state["dialog"].kind == "edit"
    at.button(key="delete").click().run()
    healthy(at)
    assert at.session_state["dialog"].ids == (entry.connection.id,)


def test_a_server_that_is_not_there_is_not_replaced_by_another(desk: Desk) -> None:
    desk.add("Line 2")
    at = desk.open("server", {"server": "somebody-elses"})
    assert "There is no server with the id `somebody-elses`" in at.warning[0].value
    assert at.title[0].value == "Server"


def test_the_proxy_is_shown_with_calls_to_copy(desk: Desk) -> None:
    entry = desk.add("Line 2")
    blocks = [block.value for block in desk.open("server").code]
    assert any(f"/api/connections/{entry.connection.id}/ekuiper/rules" in block for block in blocks)
    assert any(block.startswith("curl ") for block in blocks)


def test_addresses_are_made_from_parts() -> None:
    assert proxy_address("line-2", "rules") == "/api/connections/line-2/ekuiper/rules"
    assert page_origin("http://host:8501/server?server=a") == "http://host:8501"
    assert page_origin(None) == ""


def test_a_hostile_name_and_description_stay_text(desk: Desk) -> None:
    entry = desk.add("# <b>x</b>", description="![i](http://evil.example/p.png) $x$")
    desk.is_(entry, online())
    said = texts(desk.open("server"))
    assert "![i](" not in said
    assert "\\$x\\$" in said


HOSTILE = "a | b\n| c |\n\n<script>x</script> **b** :red[y] ![i](http://evil.example/p.png) `z`"


def test_hostile_rules_and_events_stay_text(desk: Desk) -> None:
    rules = (FailingRule(HOSTILE, HOSTILE, HOSTILE),)
    events = (Event(NOW, "status", HOSTILE),)
    desk.is_(desk.add("Line 2"), online(rules=RuleCounts(failing=1), failing=rules, events=events))
    at = desk.open("server")
    (table,) = [element.value for element in at.markdown if element.value.startswith("| ")]
    heading, line, *rows = table.splitlines()
    assert len(rows) == 1
    assert {len(UNESCAPED_BAR.findall(row)) for row in (heading, line, *rows)} == {heading.count("|")}
    named = [link.proto.label for link in at.get("page_link") if "script" in link.proto.label]
    reasons = [element.value for element in at.markdown if "script" in element.value and element.value is not table]
    assert named
    assert reasons
    for text in (table, *named, *reasons):
        assert "\\<script" in text
        assert all(word not in text for word in ("**b**", ":red[", "![i]", " `z`"))
