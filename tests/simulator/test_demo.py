"""The demo fleet: what it shows, and that it leaves nothing behind."""

from __future__ import annotations

import json
import threading
import urllib.error
import urllib.request
from collections.abc import Iterator

import pytest

from ekmanager.simulator import Behaviour, DemoFleet


@pytest.fixture
def fleet() -> Iterator[DemoFleet]:
    demo = DemoFleet(slow=0.05)
    demo.start()
    yield demo
    demo.stop()


def _status(url: str) -> int | None:
    try:
        with urllib.request.urlopen(url, timeout=5) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as error:
        return error.code
    except urllib.error.URLError:
        return None


def test_the_fleet_has_every_status(fleet: DemoFleet) -> None:
    statuses = {server.name: _status(f"{server.url}/rules/status/all") for server in fleet.servers}
    assert list(statuses.values()).count(200) == 5
    assert (statuses["lab/secured"], statuses["lab/broken"], statuses["lab/spare"]) == (401, 500, None)


def test_the_fleet_has_both_versions_and_rules_in_trouble(fleet: DemoFleet) -> None:
    versions, states = set(), set()
    for server in fleet.servers:
        if _status(f"{server.url}/rules") == 200:
            with urllib.request.urlopen(server.url) as answer:
                versions.add(json.load(answer)["version"])
            with urllib.request.urlopen(f"{server.url}/rules") as answer:
                states |= {rule["status"] for rule in json.load(answer)}
    assert versions == {"2.4.0", "1.14.7"}
    assert {"running", "stopped", "stopped by error", "Running"} <= states


def test_start_is_idempotent(fleet: DemoFleet) -> None:
    assert fleet.start() == fleet.servers


def test_one_server_can_be_stopped_and_started_on_the_same_port(fleet: DemoFleet) -> None:
    url = fleet.servers[0].url
    fleet.set_stopped("plant-1/line-1", True)
    assert _status(url) is None
    fleet.set_stopped("plant-1/line-1", False)
    assert _status(url) == 200


def test_a_behaviour_can_be_changed_while_the_fleet_runs(fleet: DemoFleet) -> None:
    fleet.server("plant-1/line-1").behaviour = Behaviour.FAILING
    assert _status(fleet.servers[0].url) == 500


def test_stop_leaves_no_thread_and_frees_the_ports() -> None:
    before = threading.active_count()
    demo = DemoFleet()
    urls = [server.url for server in demo.start()]
    demo.stop()
    demo.stop()
    assert not demo.running
    assert threading.active_count() == before
    assert all(_status(url) is None for url in urls)


def test_an_idle_fleet_has_no_task_that_could_use_the_processor(fleet: DemoFleet) -> None:
    assert fleet.server("plant-1/line-1").requests == 0
    assert fleet.pending_tasks == 0


def test_a_fleet_can_be_started_again_after_a_stop() -> None:
    demo = DemoFleet()
    demo.start()
    demo.stop()
    assert len(demo.start()) == 8
    demo.stop()
