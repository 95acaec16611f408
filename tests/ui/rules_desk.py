"""The rules page in front of a simulated server, with the app's background work where a test needs it."""

from __future__ import annotations

import asyncio
import json
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from streamlit.testing.v1 import AppTest

from ekmanager.connections.book import Entry
from ekmanager.rules.rows import RulesView, RuleView
from ekmanager.services import Services
from ekmanager.ui.blocks.rule_draft import RuleDraft
from tests.rules.server import Running, running_server
from tests.rules.worlds import until
from tests.ui.pages import Desk, healthy, info, online, texts


@dataclass
class RulesDesk:
    """A person, one server, and the connection that leads to it."""

    desk: Desk
    here: Running
    entry: Entry

    @property
    def services(self) -> Services:
        return self.desk.services

    def open(self, rule: str = "", tab: str = "", **query: str) -> AppTest:
        """A new tab: the list, or the workspace of a rule."""
        asked = {"server": self.entry.connection.id, "rule": rule, "tab": tab, **query}
        return self.desk.open("rules", {name: value for name, value in asked.items() if value})

    def write(self) -> AppTest:
        """A new tab on the page on which a rule is written."""
        return self.open(new="1")

    def draft(self, at: AppTest, rule: str = "") -> RuleDraft:
        """What is being made of a definition; an empty `rule` is the new one."""
        found = at.session_state[f"rule-draft/{self.entry.key}/{rule}"]
        assert isinstance(found, RuleDraft)
        return found

    def type(self, at: AppTest, text: str, *, rule: str = "", into: str = "sql", event: str = "typed") -> AppTest:
        """Types into the SQL, or the JSON, of a draft: what the editor reports, and the run that follows."""
        key = self.draft(at, rule).key(into)
        memory: Any = at.session_state[f"_{key}:memory"]
        at.session_state[f"_{key}:{event}"] = {"epoch": memory.epoch, "revision": memory.revision, "text": text}
        return ran(at)

    def typed(self, at: AppTest, *, rule: str = "", into: str = "sql") -> str:
        """What stands in that editor."""
        memory: Any = at.session_state[f"_{self.draft(at, rule).key(into)}:memory"]
        return str(memory.text)

    def set_field(self, at: AppTest, name: str, value: str, *, rule: str = "") -> AppTest:
        """Types into a field of the form."""
        at.text_input(key=self.draft(at, rule).key(name)).set_value(value)
        return ran(at)

    def press(self, at: AppTest, name: str, *, rule: str = "") -> AppTest:
        """Presses a button of the draft: validate, create, create-stopped, review, save, back, discard."""
        return press(at, self.draft(at, rule).key(name))

    def known(self) -> RulesView:
        """The list as soon as the board has read all of it. The services must be at work."""
        board = self.services.rules
        until(lambda: (view := board.watch(self.entry)).at is not None and view.progress is None)
        until(lambda: all(row.streams for row in board.watch(self.entry).rows))
        return board.watch(self.entry)

    def watched(self, rule: str, ready: Callable[[RuleView], object] = lambda view: view.status) -> RuleView:
        """One rule as soon as the board has read it."""
        board = self.services.rules
        until(lambda: ready(board.watch_rule(self.entry, rule)))
        return board.watch_rule(self.entry, rule)

    def trial(self, name: str, rule: str = "hot_alert") -> str:
        """The key of a field of a rule's test."""
        return f"test-{self.entry.connection.id}-{rule}-{name}"

    def state(self, rule: str) -> str:
        """The state of a rule as its server says."""
        return self.here.client.rules.status(rule).state.value


@contextmanager
def rules_desk(desk: Desk, version: str = "2.4.0", name: str = "Line 1") -> Iterator[RulesDesk]:
    """A desk with a connection to a server that has the rules of the demo fleet."""
    with running_server(version) as here:
        entry = desk.add(name, here.client.url)
        desk.is_(entry, online(info=info(version)))
        yield RulesDesk(desk, here, entry)


@contextmanager
def at_work(services: Services) -> Iterator[None]:
    """The background work of the app, on a loop in a thread of its own."""
    ready, over = threading.Event(), asyncio.Event()
    loop = asyncio.new_event_loop()

    async def work() -> None:
        async with services.running():
            ready.set()
            await over.wait()

    thread = threading.Thread(target=loop.run_until_complete, args=(work(),), name="services", daemon=True)
    thread.start()
    try:
        assert ready.wait(10)
        yield
    finally:
        loop.call_soon_threadsafe(over.set)
        thread.join(20)
        loop.close()


def ran(at: AppTest) -> AppTest:
    """One more run, without an exception."""
    at.run()
    healthy(at)
    return at


def press(at: AppTest, key: str) -> AppTest:
    """Presses a button by its key."""
    at.button(key=key).click()
    return ran(at)


def choose(at: AppTest, key: str, option: str) -> AppTest:
    """Chooses from a menu by its key, and by what stands behind the words."""
    menus: Any = at.get("menu_button")
    found = [menu for menu in menus if menu.key == key]
    assert found, f"no menu {key} among {[menu.key for menu in menus]}"
    found[0].click(option)
    return ran(at)


def done(at: AppTest, kind: str, *ids: str, **more: object) -> AppTest:
    """What a person does in the table of rules, and the run that follows."""
    at.session_state["_rules:action"] = {"kind": kind, "ids": list(ids), "nonce": "1", **more}
    return ran(at)


def until_shown(at: AppTest, words: str, within: float = 15.0) -> AppTest:
    """Runs the page until it says something: the clock of the live part does so in a browser."""
    until(lambda: words in said(ran(at)), within)
    return at


def said(at: AppTest) -> str:
    """All texts of the page, without the marks that keep them text."""
    codes = "\n".join(str(block.value) for block in at.code)
    bars = "\n".join(str(bar.proto.text) for bar in at.get("progress"))
    plain = texts(at).replace("\\", "").replace("\u2060", "")
    return f"{plain}\n{codes}\n{bars}"


def data_of(at: AppTest, key: str) -> Mapping[str, Any]:
    """What a component of ours was given."""
    found = [each for each in at.get("bidi_component") if key in each.proto.id]
    assert found, f"no component {key}"
    return dict(json.loads(found[-1].proto.json))
