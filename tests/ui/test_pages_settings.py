"""The settings page: what holds, by which variable it is changed, and what is wrong."""

from __future__ import annotations

import pytest
from streamlit.testing.v1 import AppTest

from ekmanager.connections.vault import generate_key
from ekmanager.health.monitor import SweepReport
from ekmanager.settings import Settings
from ekmanager.ui.blocks.settings_sections import store_name
from tests.ui.pages import NOW, Desk, texts


def cells(at: AppTest) -> str:
    """What the tables say, without the escapes of Markdown."""
    tables = [element.value for element in at.markdown if element.value.startswith("| ")]
    return "\n".join(tables).replace("\\", "").replace("\u2060", "")


def test_it_says_where_connections_live_and_what_becomes_of_secrets(desk: Desk) -> None:
    at = desk.open("settings")
    assert "each person's browser" in cells(at)
    assert "no key is set" in cells(at)
    assert "No problem with reading or writing" in texts(at)


def test_with_a_store_on_the_server_it_names_it(shared_desk: Desk) -> None:
    said = cells(shared_desk.open("settings"))
    assert "connections.json" in said
    assert "not encrypted on the server" in said


def test_the_checks_are_shown_with_their_variables(desk: Desk) -> None:
    said = cells(desk.open("settings"))
    assert "10 s" in said
    assert "EKMANAGER_CHECK_INTERVAL" in said


def test_a_browser_without_cookies_is_told(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ekmanager.ui.context.browser_id_of", lambda _cookies: None)
    said = desk.open("settings").warning[0].value
    assert "accepts no cookies" in said
    assert "has stored comes back" in said


def test_the_last_round_is_told_in_connections_and_in_checks(desk: Desk) -> None:
    desk.services.monitor.last_sweep = SweepReport(NOW, 1.0, 205, 202, {})
    assert "for 205 connections in 202 checks" in texts(desk.open("settings"))
    desk.services.monitor.last_sweep = SweepReport(NOW, 1.0, 205, 205, {})
    assert "for 205 connections," in texts(desk.open("settings"))


def test_the_login_of_a_store_is_not_shown() -> None:
    settings = Settings(store="postgresql+psycopg://ann:secret@db:5432/ek?sslmode=require")
    assert store_name(settings) == "postgresql+psycopg://db:5432/ek"


def test_with_a_key_secrets_are_encrypted(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    from pydantic import SecretStr

    from ekmanager.connections.vault import Vault

    monkeypatch.setattr(desk.services, "vault", Vault(SecretStr(generate_key())))
    assert "encrypted with the app's key" in cells(desk.open("settings"))
