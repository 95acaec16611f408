"""Pages under test: the script in Streamlit's AppTest, on services that check nothing, with health put in by hand."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from streamlit.testing.v1 import AppTest

from ekmanager.connections.book import ConnectionBook, Entry
from ekmanager.connections.model import Connection, Where
from ekmanager.health.model import (
    Beat,
    Event,
    FailingRule,
    ProbeResult,
    RuleCounts,
    ServerInfo,
    Snapshot,
    Status,
    Throughput,
)
from ekmanager.services import Services
from ekmanager.ui.blocks.server_extras import Inventory

ROOT = Path(__file__).parents[2]
SHELL = ROOT / "ekmanager" / "ui" / "shell.py"
BROWSER = "0123456789abcdef-of-these-tests"
NOW = time.time()


@dataclass
class Desk:
    """One person's browser in front of the app."""

    services: Services
    health: dict[str, Snapshot] = field(default_factory=dict)
    tested: list[Connection] = field(default_factory=list)
    test_result: ProbeResult = field(default_factory=lambda: ProbeResult(Status.ONLINE, NOW, 8.0, info=info()))

    @property
    def book(self) -> ConnectionBook:
        return self.services.book(BROWSER)

    def add(self, name: str, url: str = "", where: Where = Where.BROWSER, **fields: object) -> Entry:
        given = {"name": name, "url": url or "http://127.0.0.1:9081", **fields}
        return self.book.add(Connection.model_validate(given), where)

    def is_(self, entry: Entry, snapshot: Snapshot) -> None:
        self.health[entry.key] = snapshot

    def open(self, page: str = "overview", query: Mapping[str, str] | None = None) -> AppTest:
        """A new tab on that page; its first run is done."""
        at = AppTest.from_file(str(SHELL), default_timeout=30)
        at.session_state["browser_id"] = BROWSER
        for name, value in (query or {}).items():
            at.query_params[name] = value
        at.run()
        if page != "overview":
            at.switch_page(f"../../pages/{page}.py").run()
        healthy(at)
        return at


def healthy(at: AppTest) -> None:
    """No exception on the page."""
    assert not at.exception, at.exception[0].message if at.exception else ""


def asked(at: AppTest, kind: str, *ids: str, mode: str = "connections", **more: object) -> AppTest:
    """What a click in the fleet reports, and the run that follows it."""
    at.session_state[f"_fleet-{mode}:action"] = {"kind": kind, "ids": list(ids), "nonce": "1", **more}
    at.run()
    healthy(at)
    return at


def key_of(at: AppTest, kind: str, name: str) -> str:
    """The key of a field in the open dialog."""
    return f"{kind}-{at.session_state['dialog'].token}-{name}"


def texts(at: AppTest) -> str:
    """Everything that is said on the page, for looking into."""
    kinds = (at.title, at.subheader, at.markdown, at.caption, at.error, at.warning, at.info, at.success, at.toast)
    return "\n".join(str(element.value) for kind in kinds for element in kind)


def info(version: str = "2.4.0") -> ServerInfo:
    return ServerInfo(version, "linux", "amd64", 3_600, cpu=3.0, memory_used=41_000_000, memory_total=25_000_000_000)


def online(**fields: object) -> Snapshot:
    given: dict[str, object] = {
        "status": Status.ONLINE,
        "since": NOW - 3_600,
        "checked_at": NOW,
        "latency_ms": 8.0,
        "info": info(),
        "info_at": NOW,
        "rules": RuleCounts(running=4, stopped=1),
        "throughput": Throughput(100, 50, 12.5, 6.0, 15.0, 4, 4),
        "beats": (Beat(NOW, Status.ONLINE, 8.0),),
        "serial": 1,
        "events": (Event(NOW - 60, "status", "Online at the first check."),),
    }
    return Snapshot(**{**given, **fields})  # type: ignore[arg-type]  # fields of the snapshot, as a test names them


def offline(reason: str = "refused the connection", hint: str = "Start it.") -> Snapshot:
    return Snapshot(
        status=Status.OFFLINE, since=NOW - 720, checked_at=NOW, code="refused", reason=reason, hint=hint, serial=2
    )


def unauthorized() -> Snapshot:
    return Snapshot(
        status=Status.UNAUTHORIZED, since=NOW - 60, checked_at=NOW, reason="The token expired.", hint="Mint a new one."
    )


def failing() -> Snapshot:
    rules = (FailingRule("avg_temp", "running", "mqtt sink disconnected"),)
    return online(rules=RuleCounts(running=3, failing=1), failing=rules)


def nothing(entry: Entry) -> Inventory:
    """What a server without streams and tables answers."""
    return Inventory((entry.key, entry.connection.revision), NOW, streams=0, tables=0)
