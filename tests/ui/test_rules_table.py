from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from ekmanager.ekuiper.models.rules import State
from ekmanager.rules.rates import Figures
from ekmanager.rules.rows import Concern, RuleRow
from ekmanager.ui.widgets import mount, rules_wire
from ekmanager.ui.widgets.rule_state import CONCERN_LOOKS, STATE_LOOKS, rule_look
from ekmanager.ui.widgets.rules_table import QUERY_NAMES, RulesListView, RulesTableResult, rules_table
from ekmanager.ui.widgets.rules_wire import LETTERS, RulesWire, Sent, pack
from tests.ui.pages import ROOT

FRONTEND = mount.DIST.parent
Mounted = list[dict[str, Any]]


def figures(**values: Any) -> Figures:
    plain: dict[str, Any] = {
        "records_in": 0,
        "records_out": 0,
        "in_per_second": None,
        "out_per_second": None,
        "over": None,
        "latency_us": 0,
        "buffered": 0,
        "exceptions": 0,
        "last_exception": "",
        "last_exception_at": 0.0,
        "disconnected": (),
        "sources": (),
        "last_record_at": 0.0,
    }
    return Figures(**plain | values)


def rule(rule_id: str, **values: Any) -> RuleRow:
    plain: dict[str, Any] = {
        "name": "",
        "state": State.RUNNING,
        "words": "running",
        "reason": "",
        "tags": (),
        "version": "",
        "trace": False,
        "streams": (),
        "figures": None,
        "exceptions": 0,
        "last_exception": "",
        "cpu_share": None,
        "concern": None,
    }
    return RuleRow(id=rule_id, **plain | values)


HOT = rule(
    "hot_parts",
    name="Hot parts",
    tags=("line", "press"),
    version="1.2.0",
    trace=True,
    streams=("demo", "lookup"),
    figures=figures(
        in_per_second=12_345.6, out_per_second=0.25, over=2.04, latency_us=1234, last_exception_at=1_700_000_000.7
    ),
    exceptions=40,
    last_exception="no such host",
    cpu_share=12,
    concern=Concern("exceptions", "40 exceptions in the last 5 min"),
)


@pytest.fixture
def mounted(monkeypatch: pytest.MonkeyPatch) -> Mounted:
    """What the table was given, in a session without a browser; session state starts empty."""
    calls: Mounted = []

    def renderer(name: str) -> Callable[..., dict[str, object]]:
        def mount_it(**arguments: Any) -> dict[str, object]:
            calls.append({"name": name, **arguments})
            return {}

        return mount_it

    monkeypatch.setattr(st, "session_state", {})
    monkeypatch.setattr("ekmanager.ui.widgets.rules_table.renderer", renderer)
    monkeypatch.setattr("ekmanager.ui.widgets.rules_table.WIRE", RulesWire())
    return calls


def draw(*rows: RuleRow, **options: Any) -> RulesTableResult:
    usual: dict[str, Any] = {"server": "s", "view": RulesListView(), "key": "r", "now": 1.0, "link": "/rule?rule={id}"}
    return rules_table(rows, **usual | options)


def sent(mounted: Mounted) -> dict[str, Any]:
    change: dict[str, Any] = json.loads(mounted[-1]["data"]["change"])
    return change


def ids(change: dict[str, Any]) -> list[str]:
    return [row[0] for row in change["rows"]]


def event(mounted: Mounted, name: str, value: object) -> None:
    st.session_state["r"] = {name: value}
    mounted[-1][f"on_{name}_change"]()
    del st.session_state["r"]


def test_a_packed_rule_is_the_one_that_the_browser_reads() -> None:
    shared = json.loads((FRONTEND / "test" / "packed-rule.json").read_text("utf-8"))
    assert json.loads(json.dumps(pack(HOT))) == shared


def test_a_rule_without_figures_shows_none() -> None:
    packed = pack(rule("a", name="a", last_exception="old"))
    assert packed[1] == ""
    assert packed[9:13] == (None, None, None, None)
    assert packed[15] is None


def test_every_state_has_its_letter_and_its_look() -> None:
    assert set(LETTERS) == set(STATE_LOOKS) == set(State)
    assert len(set(LETTERS.values())) == len(State)
    source = (FRONTEND / "src" / "rules" / "state.js").read_text("utf-8")
    for state, look in STATE_LOOKS.items():
        assert f'{LETTERS[state]}: "{state}"' in source
        assert f'{state}: {{ word: "{look.word}"' in source
    for kind, look in CONCERN_LOOKS.items():
        word, note = look.word.split(", ")
        assert f'{kind}: {{ word: "{word}", note: "{note}"' in source


def test_only_a_rule_that_runs_well_is_green() -> None:
    assert rule_look(State.RUNNING).colour == "green"
    for kind in CONCERN_LOOKS:
        assert rule_look(State.RUNNING, Concern(kind, "…")).colour == "orange"
    assert rule_look(State.FAILED, Concern("failed", "…")) is STATE_LOOKS[State.FAILED]
    assert len({look.mark for look in (*CONCERN_LOOKS.values(), STATE_LOOKS[State.RUNNING])}) == 4


@pytest.mark.parametrize(
    "view",
    [
        RulesListView(),
        RulesListView(
            text="hot parts", states=(State.FAILED, State.STOPPED), tags=("a,b", "100%", "%2C"), streams=("s,t",)
        ),
        RulesListView(sort="latency", descending=True, columns=("state", "cpu", "trace"), only_attention=True),
        RulesListView(sort="attention", descending=True),
    ],
)
def test_a_view_survives_the_way_through_the_url_and_the_wire(view: RulesListView) -> None:
    query = view.to_query()
    assert set(query) <= set(QUERY_NAMES)
    assert RulesListView.from_query(query) == view
    assert RulesListView.of(json.loads(json.dumps(view.to_wire()))) == view


def test_the_default_view_needs_no_query() -> None:
    assert RulesListView().to_query() == {}


def test_a_query_that_makes_no_sense_is_the_default_view() -> None:
    query = {"state": "sleeping", "sort": "-colour", "columns": "id,moon", "attention": "yes"}
    assert RulesListView.from_query(query) == RulesListView(descending=True)


@pytest.mark.parametrize(
    "value", [None, 7, "x", [], {"text": 3, "tags": "ab", "states": [1], "sort": None, "columns": 1}]
)
def test_a_view_from_a_hostile_browser_is_the_default_view(value: object) -> None:
    assert RulesListView.of(value) == RulesListView()


def test_rows_cross_the_wire_once_and_then_those_that_changed(mounted: Mounted) -> None:
    a, b = rule("a"), rule("b")
    draw(a, b, revision=1)
    assert (sent(mounted)["base"], ids(sent(mounted))) == (None, ["a", "b"])
    draw(a, b, revision=1)
    assert (sent(mounted)["base"], ids(sent(mounted))) == (1, [])
    draw(a, replace(b, exceptions=1), rule("c"), revision=2)
    assert (sent(mounted)["base"], sent(mounted)["serial"], ids(sent(mounted))) == (1, 2, ["b", "c"])
    draw(replace(b, exceptions=1), rule("c"), revision=3)
    assert (sent(mounted)["serial"], ids(sent(mounted)), sent(mounted)["gone"]) == (3, ["b", "c"], ["a"])
    draw(replace(b, exceptions=1), rule("c"), rule("a"), revision=4)
    assert (sent(mounted)["base"], ids(sent(mounted)), sent(mounted)["gone"]) == (2, ["a"], [])


def test_a_lost_message_is_made_good_by_the_next_one(mounted: Mounted) -> None:
    draw(rule("a"), rule("b"))
    draw(rule("a", exceptions=1), rule("b"))
    draw(rule("a", exceptions=1), rule("b", exceptions=1))
    assert (sent(mounted)["base"], sorted(ids(sent(mounted)))) == (1, ["a", "b"])


def test_while_the_revision_stays_the_rows_are_not_looked_at(mounted: Mounted) -> None:
    draw(rule("a"), revision=1)
    draw(rule("a", exceptions=1), revision=1)
    assert ids(sent(mounted)) == []
    draw(rule("a", exceptions=1))
    assert ids(sent(mounted)) == ["a"]


def test_figures_that_look_the_same_are_not_sent_again(mounted: Mounted) -> None:
    draw(rule("a", figures=figures(in_per_second=12_345.0, over=2.01, records_in=1)))
    draw(rule("a", figures=figures(in_per_second=12_346.0, over=1.98, records_in=2)))
    assert (sent(mounted)["serial"], ids(sent(mounted))) == (1, [])


def test_a_browser_that_misses_rows_gets_all_of_them(mounted: Mounted) -> None:
    draw(rule("a"))
    event(mounted, "missing", "n1")
    draw(rule("a"))
    assert (sent(mounted)["base"], ids(sent(mounted))) == (None, ["a"])
    draw(rule("a"))
    assert sent(mounted)["base"] == 1


def test_servers_are_told_apart(mounted: Mounted) -> None:
    draw(rule("a"), revision=1)
    draw(rule("a"), server="t", revision=1)
    assert (sent(mounted)["base"], ids(sent(mounted))) == (None, ["a"])
    assert mounted[-1]["data"]["server"] == "t"
    draw(rule("a"), revision=1)
    assert sent(mounted)["base"] == 1


def test_sessions_share_what_is_known_of_the_changes() -> None:
    wire = RulesWire()
    rows = [rule("a"), rule("b")]
    first = wire.change("s", rows, 1, None)[1]
    rows = [rule("a"), rule("b", exceptions=1)]
    text, second = wire.change("s", rows, 2, None)
    assert (json.loads(text)["base"], len(json.loads(text)["rows"])) == (None, 2)
    text, _ = wire.change("s", rows, 2, first)
    assert (json.loads(text)["base"], ids(json.loads(text))) == (1, ["b"])
    assert json.loads(wire.change("s", rows, 2, second)[0])["rows"] == []


def test_what_was_sent_by_another_process_does_not_count() -> None:
    document = json.loads(RulesWire().change("s", [rule("a")], 1, Sent("other", (7,)))[0])
    assert (document["base"], ids(document)) == (None, ["a"])


def test_the_memory_of_changes_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    wire = RulesWire(capacity=3)
    before = wire.change("s", [rule("a"), rule("b")], 1, None)[1]
    wire.change("t", [rule("a"), rule("b")], 1, None)
    assert json.loads(wire.change("s", [rule("a"), rule("b")], 1, before)[0])["base"] is None
    monkeypatch.setattr(rules_wire, "_MOST_GONE", 1)
    last = wire.change("s", [rule("a"), rule("b")], 1, None)[1]
    for revision in range(2, 5):
        text, last = wire.change("s", [rule(f"n{revision}")], revision, last)
    assert (json.loads(text)["base"], ids(json.loads(text))) == (None, ["n4"])


def test_five_thousand_rules_stay_small() -> None:
    rows = [replace(HOT, id=f"rule_{number}", concern=None, last_exception="") for number in range(5_000)]
    wire = RulesWire()
    text, seen = wire.change("s", rows, 1, None)
    assert len(text) < 700_000
    rows[7] = replace(rows[7], exceptions=41)
    assert len(wire.change("s", rows, 2, seen)[0]) < 300


def test_the_table_gives_back_the_view_that_it_was_given(mounted: Mounted) -> None:
    view = RulesListView(text="x")
    result = draw(view=view, pending={"a": "Stopping"}, progress=(1, 2), loading=True)
    assert (result.view, result.changed, result.action) == (view, False, None)
    data = mounted[0]["data"]
    assert json.loads(data["view"])["text"] == "x"
    assert json.loads(data["pending"]) == {"a": "Stopping"}
    assert (data["loading"], data["progress"]) == (True, (1, 2))
    assert not any(isinstance(value, list | dict) for value in data.values())


def test_a_changed_view_is_reported_once_and_shown_at_once(mounted: Mounted) -> None:
    draw()
    event(mounted, "view", RulesListView(text="new").to_wire())
    result = draw()
    assert (result.view, result.changed) == (RulesListView(text="new"), True)
    assert json.loads(mounted[-1]["data"]["view"])["text"] == "new"
    assert not draw(view=result.view).changed


def test_an_action_is_reported_once(mounted: Mounted) -> None:
    draw()
    event(mounted, "action", {"kind": "delete", "ids": [f"r{number}" for number in range(5_000)], "nonce": "n1"})
    action = draw().action
    assert action is not None
    assert (action.kind, len(action.ids), action.nonce) == ("delete", 5_000, "n1")
    assert draw().action is None


@pytest.mark.parametrize(
    "value", [{"kind": "format", "ids": ["a"]}, {"kind": "stop", "ids": []}, {"kind": "stop", "ids": "a"}, "stop", 1]
)
def test_an_action_that_does_not_exist_is_none(mounted: Mounted, value: object) -> None:
    draw()
    event(mounted, "action", value)
    assert draw().action is None


def test_the_bundle_loads_nothing_else() -> None:
    bundle = (mount.DIST / "rules_table.js").read_text("utf-8")
    assert "export{" in bundle
    assert "innerHTML" not in bundle
    assert "http" not in bundle.replace("http://www.w3.org/2000/svg", "")


PAGE = """
import sys
from streamlit.testing.v1 import AppTest

SCRIPT = '''
from ekmanager.ui.widgets.rules_table import RulesListView, rules_table
from tests.ui.test_rules_table import HOT
rules_table((HOT,), server="s", view=RulesListView(tags=("a",)), key="r", now=0.0, link="/r?rule={id}",
            pending={"hot_parts": "Stopping"}, progress=(1, 2))
'''
at = AppTest.from_string(SCRIPT, default_timeout=60).run()
assert not at.exception, at.exception
assert len(at.get("bidi_component")) == 1
print("loaded:", *(name for name in ("altair", "pandas", "pyarrow") if name in sys.modules))
"""


def test_the_table_draws_and_loads_no_library_for_data_frames() -> None:
    # In a process of its own: the tests of others may have loaded them.
    done = subprocess.run(
        [sys.executable, "-c", PAGE], cwd=ROOT, capture_output=True, text=True, timeout=100, check=False
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.split() == ["loaded:"]


def table_page() -> None:
    from ekmanager.ui.widgets.rules_table import RulesListView, rules_table

    rules_table((), server="s", view=RulesListView(), key="r", now=0.0, link="/r?rule={id}", loading=True)


def test_a_server_without_rules_draws_too() -> None:
    page = AppTest.from_function(table_page, default_timeout=60).run()
    assert not page.exception
    assert len(page.get("bidi_component")) == 1
