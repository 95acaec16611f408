"""What a page asks a server, and what it remembers of the answers."""

from __future__ import annotations

from unittest.mock import Mock

import pytest
import streamlit as st

from ekmanager.ui import ask as asking


class Server:
    """Answers with the next of its answers, and counts."""

    def __init__(self) -> None:
        self.answers: list[object] = []
        self.asked = 0

    def __call__(self, *_: object) -> object:
        self.asked += 1
        return self.answers.pop(0) if self.answers else self.asked


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Server:
    server = Server()
    monkeypatch.setattr(asking, "ask", server)
    monkeypatch.setattr(st, "session_state", {})
    return server


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    now = [1000.0]
    monkeypatch.setattr(asking, "time", Mock(time=lambda: now[0]))
    return now


def once(kind: str = "plan", about: str = "r", server: str = "a") -> object:
    return asking.ask_once(Mock(), Mock(key=server), kind, about, Mock())


def test_an_answer_is_shown_again_until_it_is_old(server: Server, clock: list[float]) -> None:
    assert (once(), once()) == (1, 1)
    clock[0] += asking.FRESH - 0.1
    assert once() == 1
    clock[0] += 0.2
    assert once() == 2


def test_a_refusal_is_forgotten_sooner(server: Server, clock: list[float]) -> None:
    server.answers = ["No."]
    assert (once(), once()) == ("No.", "No.")
    clock[0] += asking.REFUSED
    assert once() == 2


@pytest.mark.parametrize("other", [{"about": "s"}, {"server": "b"}])
def test_another_object_is_another_question(server: Server, clock: list[float], other: dict[str, str]) -> None:
    assert (once(), once(**other), once()) == (1, 2, 3)


def test_a_kind_is_asked_again_on_request_and_so_are_all(server: Server, clock: list[float]) -> None:
    assert (once("plan"), once("schema")) == (1, 2)
    asking.ask_again("plan")
    assert (once("plan"), once("schema")) == (3, 2)
    asking.ask_again()
    assert (once("plan"), once("schema")) == (4, 5)


def test_nothing_is_an_answer_too(server: Server, clock: list[float]) -> None:
    server.answers = [None]
    assert (once(), once(), server.asked) == (None, None, 1)
