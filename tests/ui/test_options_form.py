"""The form for a rule's options: what is written, what survives, what is said."""

from __future__ import annotations

import json
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from ekmanager.rules.options import OPTIONS
from ekmanager.ui.blocks.options_form import duration_text, milliseconds_of
from tests.ui.pages import healthy, texts


def _page() -> None:
    import streamlit as st

    from ekmanager.ui.blocks.options_form import options_form, options_problems

    state = st.session_state
    if not state.get("elsewhere"):
        found = options_form(state.options, key="f", version=state.version)
        if state.get("fed_back"):
            state.options = found
        state.out, state.problems = found, options_problems("f")


def _open(options: dict[str, Any], version: str = "2.4.0", **state: object) -> AppTest:
    at = AppTest.from_function(_page, default_timeout=30)
    at.session_state["options"] = options
    at.session_state["version"] = version
    for name, value in state.items():
        at.session_state[name] = value
    return _run(at)


def _run(at: AppTest) -> AppTest:
    at.run()
    healthy(at)
    return at


def _field(at: AppTest, name: str) -> Any:
    """The field of an option, by the option's name."""
    form = at.session_state["f:options"]
    key = f"{form.key}-{name}"
    kinds = (at.text_input, at.number_input, at.selectbox, at.text_area)
    found = [each for kind in kinds for each in kind if each.key == key]
    assert found, f"no field for {name}"
    return found[0]


def _out(at: AppTest) -> dict[str, Any]:
    found: dict[str, Any] = at.session_state["out"]
    return found


def _names(at: AppTest) -> set[str]:
    prefix = f"{at.session_state['f:options'].key}-"
    kinds = (at.text_input, at.number_input, at.selectbox, at.text_area)
    return {str(each.key).removeprefix(prefix) for kind in kinds for each in kind}


STORED_BY_OLD = {
    "debug": False,
    "logFilename": "",
    "isEventTime": False,
    "lateTolerance": 1000,
    "concurrency": 1,
    "bufferLength": 1024,
    "sendMetaToSink": False,
    "sendError": True,
    "qos": 0,
    "checkpointInterval": 300000,
    "restartStrategy": {"attempts": 0, "delay": 1000, "multiplier": 2, "maxDelay": 30000, "jitterFactor": 0.1},
    "cron": "",
    "duration": "",
    "cronDatetimeRange": None,
}


@pytest.mark.parametrize(
    ("options", "version"),
    [
        ({}, "2.4.0"),
        (STORED_BY_OLD, "1.14.7"),
        (STORED_BY_OLD, "2.4.0"),
        ({"zeta": {"a": [1, 1.0]}, "qos": 1, "experiment": {"useSliceTuple": True}}, "2.4.0"),
        ({"checkpointInterval": "300s", "qos": "1", "bufferLength": "many", "debug": "yes"}, "2.4.0"),
        ({"restartStrategy": None, "planOptimizeStrategy": {"windowOption": {}, "x": 1}}, "2.4.0"),
        ({"restartStrategy": [1]}, "2.4.0"),
        ({"sendNilField": True, "lateTolerance": 1.5}, "1.14.7"),
        ({"bufferLength": 2**60, "qos": 7}, ""),
    ],
)
def test_what_was_not_touched_is_returned_byte_for_byte(options: dict[str, Any], version: str) -> None:
    at = _open(options, version)
    assert json.dumps(_out(at)) == json.dumps(options)
    assert json.dumps(_out(_run(at))) == json.dumps(options)


def test_only_what_differs_from_the_default_is_written() -> None:
    at = _open({})
    _field(at, "qos").select(0)
    _field(at, "bufferLength").set_value(1024)
    _field(at, "checkpointInterval").set_value("5m")
    assert _out(_run(at)) == {}
    _field(at, "qos").select(1)
    _field(at, "bufferLength").set_value(10)
    _field(at, "checkpointInterval").set_value("90s")
    assert _out(_run(at)) == {"qos": 1, "bufferLength": 10, "checkpointInterval": 90_000}
    _field(at, "bufferLength").set_value(None)
    assert _out(_run(at)) == {"qos": 1, "checkpointInterval": 90_000}


def test_what_was_there_before_is_written_also_when_it_is_the_default() -> None:
    at = _open({"bufferLength": 10, "qos": 1})
    _field(at, "bufferLength").set_value(1024)
    assert json.dumps(_out(_run(at))) == '{"bufferLength": 1024, "qos": 1}'


def test_options_inside_of_an_object_come_and_go_with_it() -> None:
    at = _open({"planOptimizeStrategy": {"other": 1}})
    _field(at, "restartStrategy.attempts").set_value(3)
    _field(at, "planOptimizeStrategy.enableIncrementalWindow").select(True)
    plan = {"other": 1, "enableIncrementalWindow": True}
    assert _out(_run(at)) == {"planOptimizeStrategy": plan, "restartStrategy": {"attempts": 3}}
    _field(at, "restartStrategy.attempts").set_value(None)
    _field(at, "planOptimizeStrategy.enableIncrementalWindow").set_value(None)
    assert _out(_run(at)) == {"planOptimizeStrategy": {"other": 1}}


def test_each_version_is_offered_what_it_knows_with_its_defaults() -> None:
    new, old = _open({}, "2.4.0"), _open({}, "1.14.7")
    assert {"sendNilField", "enableSaveStateBeforeStop"} <= _names(new)
    assert "sendNilField" not in _names(old)
    assert {"restartStrategy.delay", "restartStrategy.multiplier"} <= _names(old)
    assert "restartStrategy.delay" not in _names(new)
    assert _field(new, "sendError").placeholder == "Off (default)"
    assert _field(old, "sendError").placeholder == "On (default)"
    assert _names(new) | _names(old) == {spec.name for spec in OPTIONS}


def test_an_option_that_the_server_does_not_know_is_shown_when_it_is_set() -> None:
    at = _open({"sendNilField": True}, "1.14.7")
    assert "sendNilField" in _names(at)
    assert "does not know sendNilField" in texts(at).replace("\\", "")


def test_a_schedule_is_five_fields_and_wants_a_duration() -> None:
    at = _open({})
    _field(at, "cron").set_value("0 1 * *")
    _run(at)
    assert any("five fields" in problem for problem in at.session_state["problems"])
    _field(at, "cron").set_value("0 1 * * *")
    _run(at)
    assert at.session_state["problems"] == ()
    assert "Without a duration" in texts(at)
    _field(at, "duration").set_value("30m")
    assert _out(_run(at)) == {"cron": "0 1 * * *", "duration": "30m"}
    assert "Without a duration" not in texts(at)


def test_a_duration_that_is_none_keeps_the_last_good_one_and_says_so() -> None:
    at = _open({"checkpointInterval": 60_000})
    assert _field(at, "checkpointInterval").value == "1m"
    _field(at, "checkpointInterval").set_value("soon")
    _run(at)
    assert _out(at) == {"checkpointInterval": 60_000}
    assert _field(at, "checkpointInterval").value == "soon"
    assert "time with a unit" in at.session_state["problems"][0]
    _field(at, "checkpointInterval").set_value("1m")
    assert _out(_run(at)) == {"checkpointInterval": 60_000}
    assert at.session_state["problems"] == ()


def test_date_ranges_are_json() -> None:
    at = _open({})
    _field(at, "cronDatetimeRange").set_value('[{"begin": ')
    _run(at)
    assert _out(at) == {}
    assert at.session_state["problems"]
    _field(at, "cronDatetimeRange").set_value('[{"begin": "2030-01-01 00:00:00", "end": "2030-02-01 00:00:00"}]')
    assert _out(_run(at))["cronDatetimeRange"][0]["begin"] == "2030-01-01 00:00:00"


@pytest.mark.parametrize("fed_back", [False, True])
def test_what_was_typed_stays_while_the_form_comes_and_goes(fed_back: bool) -> None:
    at = _open({"qos": 1}, fed_back=fed_back)
    for number in (10, 20):
        _field(at, "bufferLength").set_value(number)
        assert _out(_run(at)) == {"qos": 1, "bufferLength": number}
        at.session_state["elsewhere"] = True
        _run(at)
        at.session_state["elsewhere"] = False
        _run(at)
        assert _field(at, "bufferLength").value == number
        assert _out(at) == {"qos": 1, "bufferLength": number}


def test_other_options_are_a_new_beginning() -> None:
    at = _open({"bufferLength": 10})
    _field(at, "bufferLength").set_value(20)
    _run(at)
    at.session_state["options"] = {"bufferLength": 30}
    assert _out(_run(at)) == {"bufferLength": 30}
    assert _field(at, "bufferLength").value == 30


@pytest.mark.parametrize(
    ("milliseconds", "text"), [(0, "0s"), (300_000, "5m"), (5_400_000, "1h30m"), (1_500, "1s500ms"), (90_000, "1m30s")]
)
def test_durations_are_shown_with_units_and_read_back(milliseconds: int, text: str) -> None:
    assert duration_text(milliseconds) == text
    assert milliseconds_of(text) == milliseconds


@pytest.mark.parametrize(
    ("text", "milliseconds"),
    [("90000", 90_000), ("1.5s", 1_500), ("1h 30m", 5_400_000), ("soon", None), ("5", 5), ("1us", None), ("5 x", None)],
)
def test_typed_durations_are_whole_milliseconds_or_none(text: str, milliseconds: int | None) -> None:
    assert milliseconds_of(text) == milliseconds
