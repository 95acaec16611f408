"""Writing and editing a rule on the page, in front of simulated servers of both versions."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from ekmanager.ekuiper.errors import NotFound, NotSupported
from ekmanager.ekuiper.models.rules import Validation
from ekmanager.ekuiper.resources.rules import Rules
from ekmanager.rules.definition import read_definition
from ekmanager.rules.templates import TEMPLATES
from ekmanager.simulator.server import Behaviour
from tests.rules.server import VERSIONS
from tests.ui.pages import Desk
from tests.ui.rules_desk import RulesDesk, at_work, choose, data_of, press, ran, rules_desk, said

SQL = "SELECT device FROM climate WHERE temperature > 10"
GRAPH: dict[str, Any] = {
    "id": "drawn",
    "graph": {
        "nodes": {
            "in": {
                "type": "source",
                "nodeType": "simulator",
                "props": {"sourceType": "stream", "sourceName": "climate"},
            },
            "hot": {"type": "operator", "nodeType": "filter", "props": {"expr": "temperature > 30"}},
            "out": {"type": "sink", "nodeType": "log", "props": {}},
        },
        "topo": {"sources": ["in"], "edges": {"in": ["hot"], "hot": ["out"]}},
    },
}


@pytest.fixture
def rules(desk: Desk) -> Iterator[RulesDesk]:
    with rules_desk(desk) as made:
        yield made


@pytest.fixture(params=VERSIONS)
def both(desk: Desk, request: pytest.FixtureRequest) -> Iterator[RulesDesk]:
    with rules_desk(desk, request.param) as made:
        yield made


def stored(rules: RulesDesk, rule: str) -> dict[str, Any]:
    return read_definition(rules.here.client.rules.get(rule).text)


def menus_of(at: AppTest) -> Any:
    return at.get("menu_button")


def begun(rules: RulesDesk, template: str = "threshold_alarm") -> Any:
    """A new rule that began with a template."""
    at = rules.write()
    return press(at, rules.draft(at).key(f"template-{template}"))


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda template: template.id)
def test_a_template_fills_the_form_and_what_it_makes_runs(rules: RulesDesk, template: Any) -> None:
    at = begun(rules, template.id)
    assert rules.typed(at) == template.sql
    rules.press(at, "create")
    assert at.query_params["rule"] == template.id
    assert rules.state(template.id) == "running"


def test_a_rule_is_created_from_the_form_alone(both: RulesDesk) -> None:
    at = both.write()
    both.set_field(at, "id", "mine")
    both.type(at, SQL)
    choose(at, next(str(menu.key) for menu in menus_of(at) if menu.label == "Add a sink"), "log")
    both.press(at, "create")
    assert at.query_params["rule"] == "mine"
    assert "new" not in at.query_params
    assert at.toast[0].value.replace("\\", "") == "Created mine: running."
    assert (stored(both, "mine")["sql"], stored(both, "mine")["actions"]) == (SQL, [{"log": {}}])
    assert both.state("mine") == "running"


def test_a_rule_that_is_created_stopped_does_not_run(both: RulesDesk) -> None:
    at = begun(both)
    both.press(at, "create-stopped")
    assert both.state("threshold_alarm") == "stopped"


def test_a_new_rule_has_a_first_revision_by_this_browser(rules: RulesDesk) -> None:
    rules.press(begun(rules), "create")
    found = rules.services.revisions(rules.entry).list(rules.entry.key, "threshold_alarm")
    assert [(revision.what, revision.text) for revision in found] == [
        ("created", rules.here.client.rules.get("threshold_alarm").text)
    ]
    assert found[0].who.startswith("browser ")


def test_an_id_that_was_typed_survives_the_template(rules: RulesDesk) -> None:
    at = rules.write()
    rules.set_field(at, "id", "mine")
    press(at, rules.draft(at).key("template-deduplicate"))
    assert at.text_input(key=rules.draft(at).key("id")).value == "mine"


def test_name_and_tags_are_saved(rules: RulesDesk) -> None:
    at = begun(rules)
    rules.set_field(at, "name", "Ofen „heiß“")
    at.multiselect(key=rules.draft(at).key("tags")).set_value(["alert", "temperature"])
    rules.press(ran(at), "create")
    assert stored(rules, "threshold_alarm")["name"] == "Ofen „heiß“"
    assert stored(rules, "threshold_alarm")["tags"] == ["alert", "temperature"]


def test_tags_are_not_offered_where_the_server_has_none(desk: Desk) -> None:
    with rules_desk(desk, "1.14.7") as rules:
        at = begun(rules)
        assert at.multiselect(key=rules.draft(at).key("tags")).disabled


def test_the_new_rule_is_still_there_after_a_look_at_another_page(rules: RulesDesk) -> None:
    at = rules.write()
    rules.set_field(at, "id", "mine")
    rules.type(at, "SELECT half")
    at.switch_page("../../pages/server.py")
    ran(at)
    at.switch_page("../../pages/rules.py")
    at.query_params["new"] = "1"
    ran(at)
    assert rules.typed(at) == "SELECT half"
    assert at.text_input(key=rules.draft(at).key("id")).value == "mine"


def test_discarding_a_new_rule_leads_to_the_list_and_forgets_it(rules: RulesDesk) -> None:
    at = rules.press(begun(rules), "discard")
    assert "new" not in at.query_params
    assert rules.typed(press(at, "new-rule")) == ""


def test_the_browser_asks_before_a_page_with_unsaved_changes_is_left(rules: RulesDesk) -> None:
    at = rules.write()
    assert not data_of(at, "guard-")["unsaved"]
    rules.type(at, SQL)
    assert data_of(at, "guard-")["unsaved"]


def test_the_sql_of_a_new_rule_completes_what_the_server_has(rules: RulesDesk) -> None:
    at = rules.write()
    names = json.loads(data_of(at, rules.draft(at).key("sql"))["names"])
    assert set(names["streams"]["climate"]) == {"device", "temperature", "humidity"}
    assert "device_registry" in names["streams"]
    assert "avg" in {hint[0] for hint in names["functions"]}


def test_validation_says_what_the_server_found_and_marks_the_place(rules: RulesDesk) -> None:
    at = begun(rules)
    rules.type(at, "SELECT device FROM climate\nWHERE WHERE temperature > 30")
    rules.press(at, "validate")
    assert "(line 2, column 7)" in at.error[0].value
    assert data_of(at, rules.draft(at).key("sql"))["marks"].startswith("[[2, 7, ")
    rules.type(at, SQL)
    assert not at.error
    assert data_of(at, rules.draft(at).key("sql"))["marks"] == "[]"
    rules.press(at, "validate")
    assert "The server finds it valid" in at.success[0].value
    rules.type(at, "SELECT device FROM climate")
    assert not at.success


def test_a_server_that_cannot_validate_is_not_said_to_have_done_so(
    rules: RulesDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    def lacking(_rules: object, _definition: object) -> Validation:
        raise NotSupported("This server has no such route.")

    monkeypatch.setattr(Rules, "validate", lacking)
    at = rules.press(begun(rules), "validate")
    assert at.success[0].value.startswith("It reads well; this server cannot check more.")


def test_a_press_is_not_lost_to_what_was_typed_just_before_it(rules: RulesDesk) -> None:
    at = begun(rules)
    rules.press(at, "validate")
    key = rules.draft(at).key("sql")
    memory: Any = at.session_state[f"_{key}:memory"]
    broken = {"epoch": memory.epoch, "revision": memory.revision, "text": "SELECT FROM climate WHERE"}
    at.session_state[f"_{key}:typed"] = broken
    rules.press(at, "validate")
    assert at.error
    assert not at.success


def test_an_unknown_stream_is_said_before_anything_is_sent(both: RulesDesk) -> None:
    at = begun(both)
    both.type(at, "SELECT * FROM nowhere")
    assert "There is no stream or table nowhere on the server." in said(at)
    for name in ("create", "create-stopped"):
        assert at.button(key=both.draft(at).key(name)).disabled
    both.press(at, "validate")
    assert "There is no stream or table nowhere on the server. (line 1, column 15)" in said(at)
    assert both.typed(at) == "SELECT * FROM nowhere"


def test_broken_sql_is_not_created_and_stays(both: RulesDesk) -> None:
    at = begun(both)
    both.type(at, "SELECT device,, FROM climate")
    both.press(at, "create")
    assert at.error
    assert both.typed(at) == "SELECT device,, FROM climate"
    with pytest.raises(NotFound):
        both.here.client.rules.get("threshold_alarm")


def test_an_id_that_exists_already_cannot_be_created_again(desk: Desk) -> None:
    with rules_desk(desk) as rules, at_work(desk.services):
        rules.known()
        at = begun(rules)
        rules.set_field(at, "id", "hot_alert")
        assert "hot_alert" in said(at)
        assert at.button(key=rules.draft(at).key("create")).disabled


def test_an_id_that_somebody_else_took_a_moment_ago_is_a_sentence(both: RulesDesk) -> None:
    at = begun(both)
    both.set_field(at, "id", "hot_alert")
    before = both.here.client.rules.get("hot_alert").text
    both.press(at, "create")
    assert "There is a rule hot_alert on the server already. Choose another id, or edit that rule." in said(at)
    assert "What you wrote is still here." in said(at)
    assert at.text_input(key=both.draft(at).key("id")).value == "hot_alert"
    assert both.here.client.rules.get("hot_alert").text == before


@pytest.mark.parametrize("odd", ["a/b", "..", 'a"b', "a'b", "ofen-größe", "a b", "規則"])
def test_an_odd_id_is_refused_with_a_reason_and_kept(rules: RulesDesk, odd: str) -> None:
    at = begun(rules)
    rules.set_field(at, "id", odd)
    assert "An id has letters A to Z, digits, - and _ only" in said(at)
    assert at.button(key=rules.draft(at).key("create")).disabled
    assert at.text_input(key=rules.draft(at).key("id")).value == odd


@pytest.mark.parametrize(("odd", "taken"), [("a/b", False), ("..", False), ('a"b', True), ("größe", True)])
def test_an_older_server_takes_more_ids(desk: Desk, odd: str, taken: bool) -> None:
    with rules_desk(desk, "1.14.7") as rules:
        at = begun(rules)
        rules.set_field(at, "id", odd)
        assert at.button(key=rules.draft(at).key("create")).disabled is not taken
        if taken:
            rules.press(at, "create")
            assert at.query_params["rule"] == odd
            assert rules.state(odd) == "running"


def test_a_rule_without_an_id_is_not_created(rules: RulesDesk) -> None:
    at = begun(rules)
    rules.set_field(at, "id", "  ")
    assert "Give the rule an id." in said(at)
    assert at.button(key=rules.draft(at).key("create")).disabled


def test_a_sink_that_does_not_exist_is_a_sentence_and_nothing_is_lost(both: RulesDesk) -> None:
    at = begun(both)
    at.segmented_control(key=both.draft(at).key("mode")).set_value("json")
    ran(at)
    text = json.dumps({"id": "mine", "sql": SQL, "actions": [{"telegram": {"to": "me"}}]})
    both.type(at, text, into="json")
    both.press(at, "create")
    assert "sink telegram is not defined" in said(at)
    assert "What you wrote is still here." in said(at)
    assert both.typed(at, into="json") == text


def test_a_megabyte_of_sql_is_kept_and_created_or_refused_in_words(both: RulesDesk) -> None:
    sql = (
        "SELECT device, " + ", ".join(f"temperature AS field{number:06}" for number in range(36_500)) + " FROM climate"
    )
    assert len(sql) > 1_000_000
    at = begun(both)
    both.type(at, sql)
    both.press(at, "create")
    if "rule" in at.query_params:
        assert stored(both, "threshold_alarm")["sql"] == sql
    else:
        assert at.error
        assert both.typed(at) == sql


def test_a_server_that_went_away_while_creating_leaves_all_that_was_typed(both: RulesDesk) -> None:
    at = begun(both)
    both.type(at, SQL)
    both.here.server.behaviour = Behaviour.CLOSING
    both.press(at, "create")
    assert at.error[0].value
    both.here.server.behaviour = Behaviour.HEALTHY
    assert both.typed(ran(at)) == SQL
    both.press(at, "create")
    assert both.state("threshold_alarm") == "running"


def test_what_the_browser_sends_as_markup_is_shown_letter_by_letter(rules: RulesDesk) -> None:
    at = begun(rules)
    rules.type(at, "SELECT * FROM `<img src=x>`")
    assert all("<img" not in element.value.replace("\\<", "") for element in at.markdown)


def as_json(rules: RulesDesk, at: Any, rule: str = "") -> Any:
    at.segmented_control(key=rules.draft(at, rule).key("mode")).set_value("json")
    return ran(at)


def test_json_and_form_say_the_same_and_unknown_fields_survive(rules: RulesDesk) -> None:
    at = as_json(rules, begun(rules))
    document = {"id": "mine", "x-owner": {"team": "ö"}, "sql": SQL, "actions": [{"log": {"odd": 1}}]}
    rules.type(at, json.dumps(document), into="json")
    at.segmented_control(key=rules.draft(at).key("mode")).set_value("form")
    ran(at)
    assert (rules.typed(at), at.text_input(key=rules.draft(at).key("id")).value) == (SQL, "mine")
    rules.set_field(at, "name", "Named")
    as_json(rules, at)
    assert json.loads(rules.typed(at, into="json")) == {**document, "name": "Named"}


def test_what_is_no_json_stays_and_is_pointed_at(rules: RulesDesk) -> None:
    at = as_json(rules, begun(rules))
    broken = '{\n  "id": "mine",\n  "sql": oops\n}'
    rules.type(at, broken, into="json")
    assert "This is not JSON: A value is missing here." in said(at)
    assert data_of(at, rules.draft(at).key("json"))["marks"].startswith("[[3, 10, ")
    assert at.segmented_control(key=rules.draft(at).key("mode")).disabled
    assert rules.typed(at, into="json") == broken
    assert not [button for button in at.button if button.label == "Create and start"]
    at.switch_page("../../pages/server.py")
    ran(at)
    at.switch_page("../../pages/rules.py")
    at.query_params["new"] = "1"
    ran(at)
    assert rules.typed(at, into="json") == broken


def test_a_press_while_the_json_breaks_does_nothing_later(rules: RulesDesk) -> None:
    at = as_json(rules, begun(rules))
    key, good = rules.draft(at).key("json"), rules.draft(at).text
    memory: Any = at.session_state[f"_{key}:memory"]
    at.session_state[f"_{key}:typed"] = {"epoch": memory.epoch, "revision": memory.revision, "text": "{"}
    rules.press(at, "create")
    rules.type(at, good, into="json")
    with pytest.raises(NotFound):
        rules.here.client.rules.get("threshold_alarm")


def test_a_press_is_not_lost_to_json_that_was_typed_just_before_it(rules: RulesDesk) -> None:
    at = as_json(rules, begun(rules))
    key = rules.draft(at).key("json")
    memory: Any = at.session_state[f"_{key}:memory"]
    text = json.dumps({"id": "mine", "sql": SQL, "actions": [{"log": {}}]})
    at.session_state[f"_{key}:typed"] = {"epoch": memory.epoch, "revision": memory.revision, "text": text}
    rules.press(at, "create")
    assert at.query_params["rule"] == "mine"


@pytest.mark.parametrize("text", ["[]", "7", '"text"', "null"])
def test_json_that_is_no_object_is_no_rule(rules: RulesDesk, text: str) -> None:
    at = as_json(rules, begun(rules))
    rules.type(at, text, into="json")
    assert "A rule is a JSON object" in said(at)


@pytest.mark.parametrize(
    "document",
    [
        {"id": 7, "sql": ["no"], "actions": {"log": {}}, "options": [], "tags": "one", "name": None},
        {"id": "r", "sql": SQL, "actions": [[], 7, {"a": 1, "b": 2}], "tags": [1, "two"]},
        {},
    ],
)
def test_a_definition_of_odd_types_breaks_neither_form_nor_json(rules: RulesDesk, document: dict[str, Any]) -> None:
    at = as_json(rules, begun(rules))
    rules.type(at, json.dumps(document), into="json")
    assert rules.typed(at, into="json") == json.dumps(document)
    at.segmented_control(key=rules.draft(at).key("mode")).set_value("form")
    ran(at)
    assert [advice for advice in at.markdown if ":material/error:" in advice.value]


def test_a_graph_rule_is_edited_as_json_without_losing_anything(both: RulesDesk) -> None:
    both.here.client.rules.create({**GRAPH, "triggered": False})
    at = both.open("drawn", "definition")
    assert "This rule is a graph of nodes without SQL: it is edited as JSON." in said(at)
    text = both.typed(at, rule="drawn", into="json").replace("temperature > 30", "temperature > 20")
    both.type(at, text, rule="drawn", into="json")
    both.press(at, "review", rule="drawn")
    both.press(at, "save", rule="drawn")
    now = stored(both, "drawn")
    assert now["graph"]["nodes"]["hot"]["props"] == {"expr": "temperature > 20"}
    assert {**now["graph"], "nodes": None} == {**GRAPH["graph"], "nodes": None}
    assert both.state("drawn") == "stopped"


def test_a_copy_is_a_new_rule_with_another_id(both: RulesDesk) -> None:
    with at_work(both.services):
        both.watched("hot_alert")
        at = choose(both.open("hot_alert"), "more", "duplicate")
        assert at.query_params["new"] == "1"
        assert both.typed(at) == stored(both, "hot_alert")["sql"]
        both.press(at, "create-stopped")
        assert at.query_params["rule"] == "hot_alert_copy"
        assert stored(both, "hot_alert_copy")["actions"] == stored(both, "hot_alert")["actions"]


def test_a_copy_does_not_replace_a_new_rule_that_is_not_saved(rules: RulesDesk) -> None:
    at = rules.write()
    rules.type(at, "SELECT half")
    press(at, "back")
    at.query_params["rule"] = "hot_alert"
    choose(ran(at), "more", "duplicate")
    assert rules.typed(at) == "SELECT half"
    assert "A new rule is being written already" in said(at)


def test_a_copy_of_a_rule_that_is_gone_is_a_sentence(rules: RulesDesk) -> None:
    at = rules.open("hot_alert")
    rules.here.client.rules.delete("hot_alert")
    choose(at, "more", "duplicate")
    assert "hot_alert" in at.toast[0].value.replace("\\", "")
    assert "new" not in at.query_params
