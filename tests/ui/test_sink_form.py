"""The form for a rule's sinks: what is returned, what survives, what is said."""

from __future__ import annotations

import json
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from ekmanager.ui.sinks import PropertySpec, SinkCatalog, SinkSpec, usual_catalog
from tests.ui.pages import healthy, texts


def _page() -> None:
    import streamlit as st

    from ekmanager.ui.blocks.sink_form import actions_form, actions_problems

    state = st.session_state
    if not state.get("elsewhere"):
        found = actions_form(state.actions, key="f", catalog=state.catalog)
        if state.get("fed_back"):
            state.actions = found
        state.out, state.problems = found, actions_problems("f")


def _open(*actions: Any, catalog: SinkCatalog | None = None, **state: object) -> AppTest:
    at = AppTest.from_function(_page, default_timeout=30)
    at.session_state["actions"] = list(actions)
    at.session_state["catalog"] = catalog or usual_catalog()
    for name, value in state.items():
        at.session_state[name] = value
    return _run(at)


def _run(at: AppTest) -> AppTest:
    at.run()
    healthy(at)
    return at


def _field(at: AppTest, kind: str, label: str) -> Any:
    found = [each for each in getattr(at, kind) if each.label.removesuffix(" *") == label]
    assert found, f"no {kind} {label!r} among {[each.label for each in getattr(at, kind)]}"
    return found[0]


def _menu(at: AppTest, place: int, command: str) -> AppTest:
    """Chooses from the menu of the sink at `place`."""
    menus = [each for each in _menus(at) if each.label == "More"]
    menus[place].click(command)
    return _run(at)


def _add(at: AppTest, sink_type: str) -> AppTest:
    next(each for each in _menus(at) if each.label == "Add a sink").click(sink_type)
    return _run(at)


def _menus(at: AppTest) -> list[Any]:
    return list(at.get("menu_button"))


def _types(at: AppTest) -> list[str]:
    return [next(iter(action)) for action in _out(at)]


def _editor(at: AppTest, place: int = 0) -> tuple[str, Any]:
    """Key and memory of the editor of a sink."""
    item = at.session_state["f:sinks"].items[place]
    key = f"{item.key}-json-{item.draft.token}"
    return key, at.session_state[f"_{key}:memory"]


def _type(at: AppTest, text: str) -> AppTest:
    """Types another text into the editor of the first sink, as its component reports it."""
    key, memory = _editor(at)
    at.session_state[f"_{key}:typed"] = {"epoch": memory.epoch, "revision": memory.revision, "text": text}
    return _run(at)


def _text(at: AppTest) -> str:
    """What stands in the editor of the first sink."""
    return str(_editor(at)[1].text)


def _out(at: AppTest) -> list[Any]:
    found: list[Any] = at.session_state["out"]
    return found


def _fold(at: AppTest, label: str, place: int = 0) -> AppTest:
    """Opens the folded part of a sink."""
    form = at.session_state["f:sinks"]
    item = form.items[place]
    at.session_state[f"{item.key}-{next(iter(item.action))}-{label}"] = True
    return _run(at)


ODD = {
    "mqtt": {
        "zeta": {"x": [1, 1.0, True, None]},
        "server": "tcp://h:1883",
        "topic": "",
        "qos": "2",
        "retained": "true",
        "clientId": None,
        "password": "******",
        "big": 12345678901234567890,
        "batchSize": "{{.n}}",
        "fields": ["a", 1],
        "alpha": "ü\u2028",
    }
}


@pytest.mark.parametrize(
    "action",
    [
        ODD,
        {"log": {}},
        {"log": None},
        {"a": {}, "b": {}},
        {"kafka": {"brokers": "x"}},
        {"rest": {"timeout": "5s", "headers": {"A": 1}, "url": "http://u:p@h"}},
        {"sql": {"url": "mysql://u:p@h/d", "table": "t", "fields": []}},
        {},
    ],
)
def test_what_was_not_touched_is_returned_byte_for_byte(action: dict[str, object]) -> None:
    at = _open(action)
    assert json.dumps(_out(at)) == json.dumps([action])
    if len(action) == 1 and all(isinstance(value, dict) for value in action.values()):
        _fold(at, "Output, pace and cache")
    assert json.dumps(_out(_run(at))) == json.dumps([action])
    assert at.session_state["problems"] == ()


def test_a_changed_property_keeps_its_place_and_an_emptied_one_is_not_written() -> None:
    at = _open({"mqtt": {"topic": "a", "x": 1, "server": "tcp://h", "qos": 1}})
    _field(at, "text_input", "Topic").set_value("b")
    assert list(_out(_run(at))[0]["mqtt"].items()) == [("topic", "b"), ("x", 1), ("server", "tcp://h"), ("qos", 1)]
    _field(at, "text_input", "Topic").set_value("")
    assert list(_out(_run(at))[0]["mqtt"]) == ["x", "server", "qos"]
    assert "Topic" in texts(at)  # needed before the rule can run
    _field(at, "text_input", "Topic").set_value("a")
    assert json.dumps(_out(_run(at))) == json.dumps([{"mqtt": {"topic": "a", "x": 1, "server": "tcp://h", "qos": 1}}])


def test_defaults_are_shown_in_the_empty_field_and_not_written() -> None:
    at = _open({"mqtt": {"server": "tcp://h", "topic": "t"}})
    assert _field(at, "selectbox", "QoS").placeholder == "0 (default)"
    assert _field(at, "selectbox", "Retained").placeholder == "Off (default)"
    assert _out(at) == [{"mqtt": {"server": "tcp://h", "topic": "t"}}]
    _field(at, "selectbox", "QoS").select(2)
    _field(at, "selectbox", "Retained").select(False)
    # Chosen by hand is written, also when it is the default: it goes before a stored configuration.
    found = _out(_run(at))[0]["mqtt"]
    assert json.dumps(found) == json.dumps({"server": "tcp://h", "topic": "t", "qos": 2, "retained": False})


def test_a_choice_that_is_set_can_be_unset() -> None:
    at = _open({"mqtt": {"server": "tcp://h", "topic": "t", "qos": 2}})
    field = _field(at, "selectbox", "QoS")
    field.select_index(0)
    assert _out(_run(at)) == [{"mqtt": {"server": "tcp://h", "topic": "t"}}]


def test_the_common_properties_are_folded_away_and_counted() -> None:
    at = _open({"log": {"sendSingle": True}})
    assert [each.label for each in at.expander] == ["Output, pace and cache · 1 set"]
    assert not [each for each in at.selectbox if each.label == "One message a row"]
    _fold(at, "Output, pace and cache")
    _field(at, "number_input", "Rows a batch").set_value(10)
    assert _out(_run(at)) == [{"log": {"sendSingle": True, "batchSize": 10}}]
    assert type(_out(at)[0]["log"]["batchSize"]) is int


def test_sinks_are_added_from_templates() -> None:
    at = _open()
    assert "go nowhere" in texts(at)
    _add(at, "mqtt")
    assert "topic" in _out(at)[0]["mqtt"]
    assert _types(_add(at, "log")) == ["mqtt", "log"]


def test_sinks_are_duplicated_moved_and_removed_and_a_removal_is_undone() -> None:
    at = _open({"log": {}}, {"memory": {"topic": "a"}}, {"nop": {}})
    _menu(at, 1, "Move up")
    assert _types(at) == ["memory", "log", "nop"]
    _menu(at, 1, "Move down")
    assert _types(at) == ["memory", "nop", "log"]
    _menu(at, 0, "Duplicate")
    assert _types(at) == ["memory", "memory", "nop", "log"]
    _field(at, "text_input", "Topic").set_value("changed")
    assert [action.get("memory") for action in _out(_run(at))][:2] == [{"topic": "changed"}, {"topic": "a"}]
    _menu(at, 0, "Remove")
    assert _types(at) == ["memory", "nop", "log"]
    next(each for each in at.button if each.label == "Undo").click()
    assert _out(_run(at))[0] == {"memory": {"topic": "changed"}}
    assert _field(at, "text_input", "Topic").value == "changed"


def test_another_type_takes_the_common_properties_along_and_the_old_one_is_not_lost() -> None:
    at = _open({"mqtt": {"server": "tcp://h", "topic": "mine", "sendSingle": False}})
    _field(at, "selectbox", "Sink 1").select("log")
    assert _out(_run(at)) == [{"log": {"sendSingle": False}}]
    _field(at, "selectbox", "Sink 1").select("mqtt")
    assert _out(_run(at)) == [{"mqtt": {"server": "tcp://h", "topic": "mine", "sendSingle": False}}]


def test_json_with_an_error_keeps_what_was_typed_and_the_last_good_action() -> None:
    at = _open({"log": {"x": 1}})
    at.toggle[0].set_value(True)
    _run(at)
    assert _text(at) == '{\n  "log": {\n    "x": 1\n  }\n}'
    _type(at, '{\n  "log": {\n    "x": 1,\n  }\n}')
    assert _out(at) == [{"log": {"x": 1}}]
    assert "Line 4" in at.error[0].value
    assert at.toggle[0].disabled
    assert at.session_state["problems"]
    # The form leaves the page and comes back: the text is still there.
    at.session_state["elsewhere"] = True
    _run(at)
    at.session_state["elsewhere"] = False
    _run(at)
    assert _text(at) == '{\n  "log": {\n    "x": 1,\n  }\n}'
    _type(at, '{"log": {"x": 2}}')
    assert _out(at) == [{"log": {"x": 2}}]
    assert at.session_state["problems"] == ()


def test_what_was_typed_as_json_can_be_taken_back() -> None:
    at = _open({"log": {"x": 1}})
    at.toggle[0].set_value(True)
    _run(at)
    _type(at, "[]")
    assert at.error
    next(each for each in at.button if each.label == "Take back what was typed").click()
    _run(at)
    assert not at.error
    assert json.loads(_text(at)) == {"log": {"x": 1}}


def test_form_and_json_show_the_same_after_each_switch() -> None:
    at = _open({"memory": {"topic": "a"}})
    _field(at, "text_input", "Topic").set_value("b")
    _run(at)
    at.toggle[0].set_value(True)
    _run(at)
    assert json.loads(_text(at)) == {"memory": {"topic": "b"}}
    _type(at, '{"memory": {"topic": "c", "more": 1}}')
    at.toggle[0].set_value(False)
    _run(at)
    assert _field(at, "text_input", "Topic").value == "c"
    assert _out(at) == [{"memory": {"topic": "c", "more": 1}}]


def test_secrets_are_never_sent_to_the_page() -> None:
    action = {"redis": {"addr": "h:1", "db": 0, "password": "s3cret"}}
    at = _open(action)
    field = _field(at, "text_input", "Password")
    assert (field.value, field.placeholder) == ("", "Kept. Type to replace it")
    assert _out(at) == [action]
    at.toggle[0].set_value(True)
    _run(at)
    assert "s3cret" not in _text(at)
    assert _out(at) == [action]
    assert _out(_type(at, _text(at).replace('"h:1"', '"h:2"'))) == [
        {"redis": {"addr": "h:2", "db": 0, "password": "s3cret"}}
    ]


def test_a_secret_is_replaced_by_typing_and_removed_on_demand() -> None:
    at = _open({"redis": {"addr": "h:1", "password": "******"}})
    assert "keeps the old one" in texts(at)
    _field(at, "text_input", "Password").set_value("new")
    assert _out(_run(at))[0]["redis"]["password"] == "new"
    _field(at, "text_input", "Password").set_value("")
    assert _out(_run(at))[0]["redis"]["password"] == "******"
    at.checkbox[0].check()
    assert _out(_run(at)) == [{"redis": {"addr": "h:1"}}]


def test_stored_configurations_and_connections_are_choices() -> None:
    spec = SinkSpec(
        "mqtt",
        "MQTT",
        properties=(
            PropertySpec("connectionSelector", "Connection", kind="choice"),
            PropertySpec("server", "Broker", required=True, connection_related=True),
            PropertySpec("topic", "Topic", required=True),
        ),
    )
    catalog = SinkCatalog(("mqtt",), {"mqtt": spec}, {"mqtt": ("lab",)}, {"mqtt": ("broker",)})
    at = _open({"mqtt": {"topic": "t"}}, catalog=catalog)
    assert "Needed before the rule can run: Broker" in texts(at)
    _field(at, "selectbox", "Shared connection").select("broker")
    assert _out(_run(at)) == [{"mqtt": {"topic": "t", "connectionSelector": "broker"}}]
    _run(at)
    assert "Needed" not in texts(at)
    _field(at, "selectbox", "Stored configuration").select("lab")
    assert _out(_run(at))[0]["mqtt"]["resourceId"] == "lab"


@pytest.mark.parametrize("fed_back", [False, True])
def test_the_form_goes_on_whether_the_page_gives_what_was_opened_or_what_was_returned(fed_back: bool) -> None:
    at = _open({"memory": {"topic": "a"}}, fed_back=fed_back)
    for value in ("b", "c", "d"):
        _field(at, "text_input", "Topic").set_value(value)
        assert _out(_run(at)) == [{"memory": {"topic": value}}]
        _run(at)
        assert _field(at, "text_input", "Topic").value == value


def test_the_form_goes_on_when_the_page_keeps_another_order_of_names() -> None:
    at = _open({"memory": {"topic": "a", "sendSingle": True}})
    _field(at, "text_input", "Topic").set_value("b")
    _run(at)
    before = at.session_state["f:sinks"].key
    at.session_state["actions"] = [{"memory": {"sendSingle": True, "topic": "b"}}]
    _run(at)
    assert at.session_state["f:sinks"].key == before


def test_other_actions_are_a_new_beginning() -> None:
    at = _open({"memory": {"topic": "a"}})
    _field(at, "text_input", "Topic").set_value("b")
    _run(at)
    at.session_state["actions"] = [{"memory": {"topic": "restored"}}]
    _run(at)
    assert _out(at) == [{"memory": {"topic": "restored"}}]
    assert _field(at, "text_input", "Topic").value == "restored"


def test_what_was_typed_is_there_after_the_form_left_the_page() -> None:
    at = _open({"memory": {"topic": "a"}})
    _field(at, "text_input", "Topic").set_value("b")
    _run(at)
    at.session_state["elsewhere"] = True
    _run(at)
    at.session_state["elsewhere"] = False
    _run(at)
    assert _field(at, "text_input", "Topic").value == "b"
    assert _out(at) == [{"memory": {"topic": "b"}}]


def test_texts_of_the_server_are_shown_letter_by_letter() -> None:
    spec = SinkSpec("x", ":red[x]", "**bold** :smile:", (PropertySpec("a", "*a*", "`h` <b>"),))
    at = _open({"x": {}}, catalog=SinkCatalog(("x",), {"x": spec}))
    assert any(r"\*a\*" in each.label for each in at.text_input)
    assert "**bold**" not in texts(at)


def test_an_object_that_is_no_json_is_said_where_it_stands() -> None:
    at = _open({"rest": {"url": "http://h", "method": "POST"}})
    area = next(each for each in at.text_area if each.label.startswith("HTTP headers"))
    area.set_value('{"A": }')
    _run(at)
    assert _out(at) == [{"rest": {"url": "http://h", "method": "POST"}}]
    assert "HTTP headers" in at.session_state["problems"][0]
    next(each for each in at.text_area if each.label.startswith("HTTP headers")).set_value('{"A": "b"}')
    assert _out(_run(at))[0]["rest"]["headers"] == {"A": "b"}
