"""How servers are, over HTTP: health, history, metrics, live and ready."""

from __future__ import annotations

import time
from collections.abc import Iterable

import pytest
from aiohttp import web
from prometheus_client.parser import text_string_to_metric_families

from ekmanager.gateway.health_api import window_seconds
from ekmanager.health.history import Sample
from ekmanager.health.model import Event, RuleCounts, ServerInfo, Snapshot, Status, Throughput
from ekmanager.health.monitor import SweepReport
from tests.gateway.conftest import Serve
from tests.gateway.world import ME, SOMEBODY_ELSE, Upstream, World, proxied

INFO = ServerInfo("2.4.0", "linux", "amd64", 120, cpu=12.5, memory_used=1_000, memory_total=4_000)
ONLINE = Snapshot(
    status=Status.ONLINE,
    since=10.0,
    checked_at=20.0,
    latency_ms=5.5,
    info=INFO,
    rules=RuleCounts(3, 2, 1),
    throughput=Throughput(100, 90, 1.5, 1.25, 15.0, 3, 3),
)


def show(monkeypatch: pytest.MonkeyPatch, world: World, **snapshots: Snapshot) -> None:
    """Lets the monitor know these, by id of the connection."""
    by_key = {world.book(ME).get(name.replace("_", "-")).key: snapshot for name, snapshot in snapshots.items()}
    monkeypatch.setattr(world.monitor, "snapshot", lambda key: by_key.get(key, Snapshot()))


def add(world: World, name: str, browser: str | None = ME) -> str:
    return world.add(f"http://{name}:9081", browser=browser, name=name, id=name)


def test_health_lists_every_server_as_the_monitor_knows_it(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    add(world, "well")
    add(world, "down")
    down = Snapshot(status=Status.OFFLINE, checked_at=21.0, code="refused", reason="Refused.", hint="Look.", info=INFO)
    show(monkeypatch, world, well=ONLINE, down=down)
    first, second = world.ask("GET", "/api/health").json
    assert first == {
        "id": "well",
        "name": "well",
        "where": "browser",
        "status": "online",
        "checking": False,
        "code": "",
        "reason": "",
        "hint": "",
        "since": 10.0,
        "latency_ms": 5.5,
        "checked_at": 20.0,
        "info": {
            "version": "2.4.0",
            "os": "linux",
            "arch": "amd64",
            "uptime": 120,
            "cpu": 12.5,
            "memory_used": 1_000,
            "memory_total": 4_000,
        },
        "rules": {"running": 3, "stopped": 2, "failing": 1},
        "throughput": {"records_in": 100, "records_out": 90, "in_per_second": 1.5, "out_per_second": 1.25},
    }
    assert (second["status"], second["reason"], second["hint"]) == ("offline", "Refused.", "Look.")


def test_a_server_before_its_first_check_is_unknown(world: World) -> None:
    add(world, "new")
    (row,) = world.ask("GET", "/api/health").json
    assert (row["status"], row["checked_at"], row["latency_ms"], row["info"]) == ("unknown", None, None, None)


def test_health_of_another_browser_is_not_told(world: World) -> None:
    add(world, "mine")
    assert world.ask("GET", "/api/health", browser=SOMEBODY_ELSE).json == []
    assert world.ask("GET", "/api/connections/mine/health", browser=SOMEBODY_ELSE).status == 404


@pytest.mark.parametrize("window", ["15m", "1h", "24h", "7d", "30d"])
def test_a_window_has_series_uptime_and_events(world: World, window: str) -> None:
    add(world, "edge")
    key = world.book(ME).get("edge").key
    now = time.time()
    for age, status in ((40, Status.ONLINE), (30, Status.ONLINE), (20, Status.OFFLINE), (10, Status.ONLINE)):
        world.history.record(key, Sample(now - age, status, latency_ms=2.0))
    world.history.record_event(key, Event(now - 20, "status", "went offline"))
    answer = world.ask("GET", f"/api/connections/edge/health?window={window}")
    assert answer.status == 200
    found = answer.json
    assert found["window_seconds"] == window_seconds(window)
    assert found["now"]["id"] == "edge"
    assert found["uptime"]["window"] == 75.0
    assert [event["text"] for event in found["events"]] == ["went offline"]
    columns = {name: column for name, column in found["series"].items() if name != "step"}
    assert len({len(column) for column in columns.values()}) == 1
    assert len(columns["at"]) >= 1


@pytest.mark.parametrize("window", ["", "1", "h", "0h", "1y", "-1h", "1h ", "99999h", "1.5h", "١h"])
def test_an_unreadable_window_is_refused(world: World, window: str) -> None:
    add(world, "edge")
    from urllib.parse import quote

    answer = world.ask("GET", f"/api/connections/edge/health?window={quote(window)}")
    assert (answer.status, answer.code) == (422, "invalid")
    assert answer.json["error"]["fields"] == [
        {"field": "window", "message": "must be a number and m, h or d, for example 24h"}
    ]


def test_a_window_is_never_longer_than_what_is_kept() -> None:
    assert window_seconds("24h") == 86_400
    assert window_seconds("9999d") == 366 * 86_400
    with pytest.raises(ValueError, match="24h"):
        window_seconds("soon")


def samples(text: str, name: str) -> dict[tuple[str, ...], float]:
    """Values of a metric by the values of its labels."""
    found: dict[tuple[str, ...], float] = {}
    for family in text_string_to_metric_families(text):
        for sample in family.samples:
            if sample.name == name:
                found[tuple(sample.labels.values())] = sample.value
    return found


def test_metrics_tell_what_the_monitor_knows(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("well", "down", "new"):
        add(world, name)
    show(monkeypatch, world, well=ONLINE, down=Snapshot(status=Status.OFFLINE, checked_at=21.0, info=INFO))
    monkeypatch.setattr(world.monitor, "last_sweep", SweepReport(1.0, 0.25, 3, 3, {}))
    answer = world.ask("GET", "/api/metrics")
    assert (answer.header("Content-Type") or "").startswith("text/plain")
    text = answer.body.decode()
    assert samples(text, "ekmanager_up") == {("well", "well"): 1.0, ("down", "down"): 0.0}
    assert samples(text, "ekmanager_status")["new", "new", "unknown"] == 1.0
    assert samples(text, "ekmanager_latency_seconds") == {("well", "well"): 0.0055}
    assert samples(text, "ekmanager_cpu_ratio") == {("well", "well"): 0.125}
    assert samples(text, "ekmanager_memory_used_bytes") == {("well", "well"): 1_000.0}
    assert samples(text, "ekmanager_rules")["well", "well", "failing"] == 1.0
    assert samples(text, "ekmanager_records_in_total") == {("well", "well"): 100.0}
    assert samples(text, "ekmanager_sweep_duration_seconds") == {(): 0.25}


def test_proxied_requests_are_counted_by_connection_and_class(world: World, upstream: Upstream) -> None:
    name = world.add(upstream.url, name="up", id="up")
    world.ask("GET", proxied(name))
    upstream.answers(b"", 404)
    world.ask("GET", proxied(name))
    world.ask("GET", proxied(name))
    world.add("http://127.0.0.1:1", name="dead", id="dead")
    world.ask("GET", proxied("dead"))
    world.ask("GET", proxied("nobody"))
    counted = samples(world.ask("GET", "/api/metrics").body.decode(), "ekmanager_proxy_requests_total")
    assert counted == {("up", "up", "2xx"): 1.0, ("up", "up", "4xx"): 2.0, ("dead", "dead", "failed"): 1.0}


def test_metrics_without_a_browser_are_those_of_the_shared_servers(serve: Serve) -> None:
    world = serve(persistence="server")
    add(world, "shared", browser=None)
    add(world, "private")

    def names(browser: str | None) -> set[str]:
        text = world.ask("GET", "/api/metrics", browser=browser).body.decode()
        return {labels[0] for labels in samples(text, "ekmanager_status")}

    assert names(None) == {"shared"}
    assert names(SOMEBODY_ELSE) == {"shared"}
    assert names(ME) == {"shared", "private"}


def test_names_with_quotes_and_line_breaks_do_not_break_the_format(world: World) -> None:
    world.add("http://a:1", name='say "hi" \\ {x="y"}', id="odd")
    text = world.ask("GET", "/api/metrics").body.decode()
    assert ("odd", 'say "hi" \\ {x="y"}', "unknown") in samples(text, "ekmanager_status")


def test_the_process_is_live_at_once_and_ready_after_the_first_sweep(world: World, upstream: Upstream) -> None:
    assert world.ask("GET", "/api/live", browser=None).json == {"status": "ok"}
    answer = world.ask("GET", "/api/ready", browser=None)
    assert (answer.status, answer.code) == (503, "not_ready")
    assert answer.header("Retry-After") == "2"
    world.monitor.last_sweep = SweepReport(1.0, 0.1, 0, 0, {})
    assert world.ask("GET", "/api/ready", browser=None).status == 200


async def _slow(_: web.Request) -> web.StreamResponse:
    raise AssertionError("health must not ask a server")


def test_health_asks_no_server(world: World, upstream: Upstream) -> None:
    world.add(upstream.url)
    upstream.handler = _slow
    paths: Iterable[str] = ("/api/health", "/api/metrics", "/api/connections")
    assert all(world.ask("GET", path).status == 200 for path in paths)
    assert not upstream.seen
