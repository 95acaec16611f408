"""The connections page: its notices, and every flow of the forms."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from pydantic import SecretStr
from streamlit.testing.v1 import AppTest

from ekmanager.connections.model import Where
from ekmanager.ekuiper.auth import BasicLogin, RawToken
from ekmanager.health.model import ProbeResult, Status
from tests.ui.pages import BROWSER, NOW, Desk, asked, healthy, key_of, texts

SECRET = "s3cret-of-the-test"


def adding(desk: Desk) -> AppTest:
    at = desk.open("connections")
    at.button(key="add").click().run()
    healthy(at)
    return at


def typed(at: AppTest, kind: str, name: str, url: str) -> None:
    at.text_input(key=key_of(at, kind, "name")).set_value(name)
    at.text_input(key=key_of(at, kind, "url")).set_value(url).run()
    healthy(at)


def pressed(at: AppTest, kind: str, button: str) -> AppTest:
    at.button(key=key_of(at, kind, button)).click().run()
    healthy(at)
    return at


def test_without_connections_the_page_offers_to_add_one(desk: Desk) -> None:
    at = desk.open("connections")
    assert "See and operate your eKuiper servers" in texts(at)
    assert at.button(key="export").disabled


def test_the_page_says_where_connections_live_and_how_long_secrets_last(desk: Desk) -> None:
    said = texts(desk.open("connections"))
    assert "Kept in this browser only" in said
    assert "EKMANAGER_SECRET_KEY" in said


def test_a_connection_is_added(desk: Desk) -> None:
    at = adding(desk)
    typed(at, "add", "Line 2", "edge-7:9081/")
    pressed(at, "add", "save")
    (entry,) = desk.book.entries()
    assert (entry.connection.name, entry.connection.url) == ("Line 2", "http://edge-7:9081")
    assert "dialog" not in at.session_state
    assert "Added Line 2" in texts(at)


def test_what_was_typed_stays_when_it_cannot_be_saved(desk: Desk) -> None:
    at = adding(desk)
    typed(at, "add", "Line 2", "mqtt://edge-7")
    pressed(at, "add", "save")
    assert not desk.book.entries()
    assert at.text_input(key=key_of(at, "add", "name")).value == "Line 2"
    assert at.text_input(key=key_of(at, "add", "url")).value == "mqtt://edge-7"
    assert "**URL**" in at.error[0].value


def test_a_taken_name_is_refused_with_a_sentence(desk: Desk) -> None:
    desk.add("Line 2")
    at = adding(desk)
    typed(at, "add", "line 2", "http://edge-8:9081")
    pressed(at, "add", "save")
    assert "already a connection named" in at.error[0].value
    assert len(desk.book.entries()) == 1


def test_an_address_that_may_never_be_a_target_is_refused_before_it_is_kept(desk: Desk) -> None:
    at = adding(desk)
    typed(at, "add", "Metadata", "http://169.254.169.254")
    pressed(at, "add", "save")
    assert at.error
    assert not desk.book.entries()


def test_a_certificate_that_cannot_be_used_is_refused_before_it_is_kept(desk: Desk) -> None:
    at = adding(desk)
    typed(at, "add", "Line 2", "https://edge-7:9081")
    at.text_area(key=key_of(at, "add", "ca_bundle")).input("no certificate").run()
    pressed(at, "add", "save")
    assert "CA bundle" in at.error[0].value
    assert at.text_area(key=key_of(at, "add", "ca_bundle")).value == "no certificate"
    assert not desk.book.entries()


def test_a_pasted_login_is_moved_to_the_credentials(desk: Desk) -> None:
    at = adding(desk)
    typed(at, "add", "Line 2", f"http://ann:{SECRET}@edge-7:9081")
    pressed(at, "add", "move_login")
    assert at.text_input(key=key_of(at, "add", "url")).value == "http://edge-7:9081"
    pressed(at, "add", "save")
    credentials = desk.book.entries()[0].connection.credentials
    assert isinstance(credentials, BasicLogin)
    assert (credentials.username, credentials.password.get_secret_value()) == ("ann", SECRET)


def test_the_port_of_ekuiper_is_offered_not_forced(desk: Desk) -> None:
    at = adding(desk)
    typed(at, "add", "Line 2", "http://edge-7")
    pressed(at, "add", "use_port")
    assert at.text_input(key=key_of(at, "add", "url")).value == "http://edge-7:9081"


def test_a_test_before_saving_shows_version_and_latency_and_saves_nothing(desk: Desk) -> None:
    at = adding(desk)
    typed(at, "add", "Line 2", "http://edge-7:9081")
    pressed(at, "add", "test")
    assert "2\\.4\\.0" in at.success[0].value
    assert "8 ms" in at.success[0].value
    assert not desk.book.entries()
    assert [connection.url for connection in desk.tested] == ["http://edge-7:9081"]


def test_a_failed_test_shows_reason_and_remedy(desk: Desk) -> None:
    desk.test_result = ProbeResult(Status.OFFLINE, NOW, None, "refused", "Nothing listens there.", "Start eKuiper.")
    at = adding(desk)
    typed(at, "add", "Line 2", "http://edge-7:9081")
    pressed(at, "add", "test")
    assert "Nothing listens there" in at.error[0].value
    assert "Start eKuiper" in at.error[0].value


def test_the_result_of_a_test_goes_when_the_address_changes(desk: Desk) -> None:
    at = adding(desk)
    typed(at, "add", "Line 2", "http://edge-7:9081")
    pressed(at, "add", "test")
    typed(at, "add", "Line 2", "http://edge-8:9081")
    assert not at.success


def test_saving_what_was_opened_unchanged_changes_nothing(desk: Desk) -> None:
    entry = desk.add("Line 2", credentials={"kind": "jwt", "token": SECRET}, tags=["a"], vendor="kept")
    at = asked(desk.open("connections"), "edit", entry.connection.id)
    pressed(at, "edit", "save")
    assert desk.book.get(entry.connection.id).connection == entry.connection


def test_an_edit_keeps_the_secret_and_never_shows_it(desk: Desk) -> None:
    entry = desk.add("Line 2", credentials={"kind": "jwt", "token": SECRET}, headers={"X-Key": SECRET})
    at = asked(desk.open("connections"), "edit", entry.connection.id)
    at.text_input(key=key_of(at, "edit", "name")).set_value("Line 3").run()
    assert SECRET not in texts(at)
    assert SECRET not in json.dumps([str(widget.value) for widget in (*at.text_input, *at.text_area)])
    pressed(at, "edit", "save")
    kept = desk.book.get(entry.connection.id).connection
    assert kept.name == "Line 3"
    assert isinstance(kept.credentials, RawToken)
    assert kept.credentials.token.get_secret_value() == SECRET
    assert kept.headers["X-Key"].get_secret_value() == SECRET


def test_a_secret_is_replaced_and_a_header_removed(desk: Desk) -> None:
    entry = desk.add("Line 2", credentials={"kind": "jwt", "token": SECRET}, headers={"X-Key": SECRET})
    at = asked(desk.open("connections"), "edit", entry.connection.id)
    at.segmented_control(key=key_of(at, "edit", "secret_action")).set_value("replace").run()
    at.text_input(key=key_of(at, "edit", "secret")).set_value("new-token")
    at.segmented_control(key=key_of(at, "edit", "header-X-Key-action")).set_value("remove").run()
    pressed(at, "edit", "save")
    kept = desk.book.get(entry.connection.id).connection
    assert isinstance(kept.credentials, RawToken)
    assert kept.credentials.token.get_secret_value() == "new-token"
    assert not kept.headers


def test_secrets_do_not_follow_to_another_address(desk: Desk) -> None:
    entry = desk.add("Line 2", "http://edge-7:9081", credentials={"kind": "jwt", "token": SECRET})
    at = asked(desk.open("connections"), "edit", entry.connection.id)
    at.text_input(key=key_of(at, "edit", "url")).set_value("http://elsewhere:9081").run()
    pressed(at, "edit", "test")
    assert "secrets must be entered again" in at.error[0].value
    assert desk.tested == []
    pressed(at, "edit", "save")
    assert "secrets must be entered again" in at.error[0].value
    assert desk.book.get(entry.connection.id).connection.url == "http://edge-7:9081"


def test_an_edit_of_somebody_else_is_seen_and_what_was_typed_stays(shared_desk: Desk) -> None:
    desk = shared_desk
    entry = desk.add("Line 2", where=Where.SERVER)
    at = asked(desk.open("connections"), "edit", entry.connection.id)
    desk.book.change(entry.connection.id, {"description": "theirs"}, expected_revision=0)
    at.text_area(key=key_of(at, "edit", "description")).set_value("ours").run()
    pressed(at, "edit", "save")
    assert "was changed by somebody else" in at.error[0].value
    assert at.text_area(key=key_of(at, "edit", "description")).value == "ours"
    assert desk.book.get(entry.connection.id).connection.description == "theirs"
    pressed(at, "edit", "newest")
    assert at.text_area(key=key_of(at, "edit", "description")).value == "theirs"


def test_a_new_header_and_a_timeout_are_kept(desk: Desk) -> None:
    at = adding(desk)
    typed(at, "add", "Line 2", "http://edge-7:9081")
    pressed(at, "add", "add_header")
    at.text_input(key=key_of(at, "add", "new-0-name")).set_value("X-Api-Key")
    at.text_input(key=key_of(at, "add", "new-0-value")).set_value(SECRET)
    at.number_input(key=key_of(at, "add", "timeout")).set_value(2.5).run()
    pressed(at, "add", "save")
    kept = desk.book.entries()[0].connection
    assert kept.headers["X-Api-Key"] == SecretStr(SECRET)
    assert kept.timeout == 2.5


def test_deleting_names_the_connection_and_can_be_left(desk: Desk) -> None:
    entry = desk.add("Line 2")
    at = asked(desk.open("connections"), "delete", entry.connection.id)
    assert "**Line 2**" in texts(at)
    pressed(at, "delete", "keep")
    assert len(desk.book.entries()) == 1


def test_several_are_deleted_after_one_question(desk: Desk) -> None:
    first, second, third = desk.add("a"), desk.add("b"), desk.add("c")
    at = asked(desk.open("connections"), "delete", first.connection.id, third.connection.id)
    assert at.button(key=key_of(at, "delete", "confirm")).label == "Delete 2"
    pressed(at, "delete", "confirm")
    assert [entry.connection.id for entry in desk.book.entries()] == [second.connection.id]
    assert "Deleted a and c" in texts(at)


def test_a_duplicate_opens_for_editing(desk: Desk) -> None:
    entry = desk.add("Line 2", credentials={"kind": "jwt", "token": SECRET})
    at = asked(desk.open("connections"), "duplicate", entry.connection.id)
    assert [each.connection.name for each in desk.book.entries()] == ["Line 2", "Line 2 (copy)"]
    assert at.text_input(key=key_of(at, "edit", "name")).value == "Line 2 (copy)"


def test_the_default_is_set_and_taken_away(desk: Desk) -> None:
    entry = desk.add("Line 2")
    at = asked(desk.open("connections"), "default", entry.connection.id)
    assert desk.book.get(entry.connection.id).connection.is_default
    asked(at, "no_default", entry.connection.id)
    assert not desk.book.get(entry.connection.id).connection.is_default


def test_a_saved_one_is_tested_in_a_dialog_once(desk: Desk) -> None:
    entry = desk.add("Line 2")
    at = asked(desk.open("connections"), "test", entry.connection.id)
    at.run()
    assert len(desk.tested) == 1
    assert at.success
    pressed(at, "test", "again")
    assert len(desk.tested) == 2


def test_an_import_is_shown_before_it_is_done(desk: Desk) -> None:
    desk.add("Line 2")
    at = desk.open("connections")
    at.button(key="import").click().run()
    rows = [
        {"id": "1", "name": "Line 2", "url": "http://a:9081", "description": "", "isDefault": False},
        {"id": "2", "name": "Line 3", "url": "http://b:9081", "description": "", "isDefault": False},
        {"id": "3", "name": "Broken", "url": "ftp://b", "description": "", "isDefault": False},
    ]
    at.text_area(key=key_of(at, "import", "text")).set_value(json.dumps(rows)).run()
    healthy(at)
    assert "1 row cannot be used" in at.warning[0].value
    assert "| Line 3 | `http://b:9081` |  | None |" in texts(at)
    assert len(desk.book.entries()) == 1
    at.radio(key=key_of(at, "import", "conflict")).set_value("rename").run()
    pressed(at, "import", "import")
    assert [entry.connection.name for entry in desk.book.entries()] == ["Line 2", "Line 2 2", "Line 3"]


def test_the_preview_of_a_long_file_is_bounded_and_hostile_names_stay_in_their_cells(desk: Desk) -> None:
    at = desk.open("connections")
    at.button(key="import").click().run()
    names = ["a | b\n| c | <img src=x> **d** [e](http://evil.example)", *(f"server {number}" for number in range(120))]
    rows = [{"name": name, "url": f"http://a:{9_081 + place}"} for place, name in enumerate(names)]
    at.text_area(key=key_of(at, "import", "text")).set_value(json.dumps(rows)).run()
    healthy(at)
    (table,) = [element.value for element in at.markdown if element.value.startswith("| Name")]
    ready = len(names) if not at.warning else len(names) - 1
    assert len(table.splitlines()) == 2 + 50
    assert f"and {ready - 50} more" in texts(at)
    assert all(word not in table for word in ("<img", "**d**", "[e](", "a | b"))


def test_an_export_holds_secrets_only_after_two_ticks(desk: Desk) -> None:
    desk.add("Line 2", credentials={"kind": "jwt", "token": SECRET})
    at = desk.open("connections")
    at.button(key="export").click().run()
    healthy(at)
    download = at.get("download_button")[0]
    assert not download.proto.disabled
    at.checkbox(key=key_of(at, "export", "secrets")).check().run()
    assert "clear text" in at.warning[0].value
    assert at.get("download_button")[0].proto.disabled
    at.checkbox(key=key_of(at, "export", "understood")).check().run()
    assert not at.get("download_button")[0].proto.disabled


def test_a_shared_and_a_private_one_are_kept_apart_and_copied(shared_desk: Desk) -> None:
    desk = shared_desk
    at = adding(desk)
    typed(at, "add", "Shared", "http://edge-7:9081")
    assert at.radio(key=key_of(at, "add", "where")).value is Where.SERVER
    pressed(at, "add", "save")
    assert [entry.where for entry in desk.book.entries()] == [Where.SERVER]
    shared = desk.book.entries()[0].connection.id
    asked(at, "copy", shared, to="browser")
    assert [entry.where for entry in desk.book.entries()] == [Where.SERVER, Where.BROWSER]


def test_a_folder_that_cannot_be_written_is_a_sentence_and_the_browser_goes_on(
    shared_desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    from ekmanager.connections.errors import StoreError

    desk = shared_desk
    store = desk.services.shared
    assert store is not None

    def refuse(_connections: object) -> None:
        raise StoreError("The folder cannot be written.", hint="Check its permissions.")

    monkeypatch.setattr(store, "add", refuse)
    at = adding(desk)
    typed(at, "add", "Line 2", "http://edge-7:9081")
    pressed(at, "add", "save")
    assert "The folder cannot be written" in at.error[0].value
    at.radio(key=key_of(at, "add", "where")).set_value(Where.BROWSER).run()
    pressed(at, "add", "save")
    assert [entry.where for entry in desk.book.entries()] == [Where.BROWSER]


def test_a_damaged_file_is_reported_on_the_page(shared_desk: Desk, tmp_path: Path) -> None:
    (tmp_path / "connections.json").write_text("{not json")
    at = shared_desk.open("connections")
    assert at.warning
    assert "connections" in at.warning[0].value


def test_hostile_names_stay_text_in_dialogs(desk: Desk) -> None:
    entry = desk.add("<img src=x onerror=alert(1)> **b** [l](http://evil.example)")
    at = asked(desk.open("connections"), "delete", entry.connection.id)
    said = texts(at)
    assert "\\<img" in said
    assert "\\*\\*b\\*\\*" in said
    assert "[l](http" not in said


def test_editing_one_that_is_gone_says_so(desk: Desk) -> None:
    desk.add("Line 2")
    at = asked(desk.open("connections"), "edit", "gone")
    assert "deleted meanwhile" in texts(at)


def importing(desk: Desk, text: str) -> AppTest:
    at = desk.open("connections")
    at.button(key="import").click().run()
    at.text_area(key=key_of(at, "import", "text")).set_value(text).run()
    healthy(at)
    return at


def test_the_preview_refuses_rows_that_lead_where_nothing_may_go(desk: Desk) -> None:
    desk.services.policy.own_ports.add(8501)
    rows = "name,url\nmeta,http://169.254.169.254\nself,http://127.0.0.1:8501\ngood,http://edge-7:9081\n"
    at = importing(desk, rows)
    assert "2 rows cannot be used" in at.warning[0].value
    assert at.button(key=key_of(at, "import", "import")).label == "Import 1 connection"
    pressed(at, "import", "import")
    assert [entry.connection.name for entry in desk.book.entries()] == ["good"]


def test_the_preview_says_what_becomes_of_names_that_are_taken(desk: Desk) -> None:
    desk.add("Line 2")
    at = importing(desk, "name,url\nDUP,http://a\ndup,http://b\nline 2,http://c\n")

    def said() -> str:
        return texts(at).replace("\\", "").replace("\u2060", "")

    assert "**dup** is skipped: an earlier row" in said()
    assert "**line 2** is skipped: 'Line 2' exists already" in said()
    at.radio(key=key_of(at, "import", "conflict")).set_value("replace").run()
    assert "**line 2** replaces 'Line 2'" in said()
    at.radio(key=key_of(at, "import", "conflict")).set_value("rename").run()
    assert "**dup** is added as 'dup 2'" in said()
    pressed(at, "import", "import")
    assert [entry.connection.name for entry in desk.book.entries()] == ["Line 2", "DUP", "dup 2", "line 2 2"]


def test_a_list_without_connections_is_said_to_hold_nothing(desk: Desk) -> None:
    at = importing(desk, "[]")
    assert "nothing in it" in at.warning[0].value
    assert "cannot be used" not in at.warning[0].value


def test_deleting_the_demo_by_hand_stops_it(desk: Desk) -> None:
    ids = [entry.connection.id for entry in desk.services.start_demo(BROWSER)]
    try:
        at = asked(desk.open("connections"), "delete", *ids)
        pressed(at, "delete", "confirm")
        assert list(desk.book.entries()) == []
        assert not desk.services.demo.running
    finally:
        desk.services.demo.stop()


def test_a_store_that_refuses_writes_is_not_where_a_new_server_goes_first(
    shared_desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    at = shared_desk.open("connections")
    at.button(key="welcome-add").click().run()
    assert at.radio(key=key_of(at, "add", "where")).value is Where.SERVER
    monkeypatch.setattr(type(shared_desk.services), "shared_takes_writes", False)
    at = shared_desk.open("connections")
    at.button(key="welcome-add").click().run()
    assert at.radio(key=key_of(at, "add", "where")).value is Where.BROWSER
