"""Rules over time: what starts, what stops, and what the counters say."""

from __future__ import annotations

from typing import Any

import pytest

from tests.recordings import VERSIONS
from tests.simulator.support import Client

REDIS = "10.0.0.9:6379"
BROKER = "10.0.0.8:1883"


def _configured(client: Client, **config: Any) -> None:
    data = [{"a": 1}, {"a": 20}, {"a": 30}, {"a": 40}]
    body = {"data": data, "interval": "100ms", "loop": True, **config}
    client.send("PUT", "/metadata/sources/simulator/confKeys/k", body)
    client.stream(CONF_KEY="k")


@pytest.mark.parametrize("version", VERSIONS)
def test_counters_grow_with_time_and_restart_at_zero(version: str) -> None:
    client = Client(version)
    _configured(client)
    client.rule(sql="SELECT a FROM sim WHERE a > 10")
    client.clock.now += 10
    first = client.json("GET", "/rules/r/status")
    assert first["source_sim_0_records_in_total"] == 100
    assert first["op_2_filter_0_records_out_total"] == 75
    assert first["sink_nop_0_0_records_in_total"] == 75
    client.send("POST", "/rules/r/restart")
    assert client.json("GET", "/rules/r/status")["source_sim_0_records_in_total"] == 0


def test_two_looks_at_one_moment_agree() -> None:
    client = Client()
    client.stream("mq", TYPE="mqtt")
    client.rule(sql="SELECT * FROM mq")
    client.clock.now += 1234.5
    assert client.send("GET", "/rules/r/status").body == client.send("GET", "/rules/r/status").body


def test_counters_of_a_source_that_comes_in_waves_never_fall() -> None:
    client = Client()
    client.stream("mq", TYPE="mqtt")
    client.rule(sql="SELECT * FROM mq")
    seen = []
    for _ in range(200):
        client.clock.now += 3
        seen.append(client.json("GET", "/rules/r/status")["source_mq_0_records_in_total"])
    assert seen == sorted(seen)
    assert seen[-1] > 1000


def test_a_stopped_rule_keeps_its_counters_on_the_newer_version_only() -> None:
    for version, keys in (("2.4.0", True), ("1.14.7", False)):
        client = Client(version)
        _configured(client)
        client.rule()
        client.clock.now += 5
        client.send("POST", "/rules/r/stop")
        client.clock.now += 50
        status = client.json("GET", "/rules/r/status")
        assert status["status"] == "stopped"
        assert ("source_sim_0_records_in_total" in status) is keys
    assert status == {"message": "Stopped: canceled manually.", "status": "stopped"}


def test_a_source_at_its_end_stops_the_rule_and_the_stored_text_says_so() -> None:
    client = Client()
    _configured(client, loop=False)
    client.rule()
    client.clock.now += 2
    status = client.json("GET", "/rules/r/status")
    assert (status["status"], status["message"]) == ("stopped", "done")
    assert status["source_sim_0_records_in_total"] == 4
    assert client.json("GET", "/rules/r")["triggered"] is False


def test_a_sink_without_its_server_stops_the_rule_by_error_without_a_message() -> None:
    client = Client(unreachable=[REDIS])
    _configured(client)
    client.rule(actions=[{"redis": {"addr": REDIS, "key": "k"}}])
    client.clock.now += 1
    status = client.json("GET", "/rules/r/status")
    assert (status["status"], status["message"]) == ("stopped by error", "")
    assert "connection refused" in status["sink_redis_0_0_last_exception"]


def test_a_rule_runs_on_while_its_broker_is_away_and_its_exceptions_rise() -> None:
    client = Client(unreachable=[BROKER])
    _configured(client)
    client.rule(actions=[{"mqtt": {"server": f"tcp://{BROKER}", "topic": "t"}}])
    client.clock.now += 30
    early = client.json("GET", "/rules/status/all")["r"]
    client.clock.now += 60
    late = client.json("GET", "/rules/status/all")["r"]
    assert early["status"] == late["status"] == "running"
    assert 0 < early["exceptions_total"] < late["exceptions_total"]
    assert client.json("GET", "/rules/r/status")["sink_mqtt_0_0_connection_status"] == -1


def test_the_older_version_stops_when_its_broker_is_away() -> None:
    client = Client("1.14.7", unreachable=[BROKER])
    _configured(client)
    client.rule(actions=[{"mqtt": {"server": f"tcp://{BROKER}", "topic": "t"}}])
    client.clock.now += 1
    assert client.json("GET", "/rules")[0]["status"].startswith("Stopped: found error when connecting")


def test_a_scheduled_rule_waits_for_its_slot_and_runs_in_it() -> None:
    client = Client()
    _configured(client)
    client.rule(options={"cron": "0 1 * * *", "duration": "30m"})
    client.clock.now += 60
    waiting = client.json("GET", "/rules/r/status")
    assert waiting["status"] == "stopped: waiting for next schedule."
    client.clock.now = waiting["nextStartTimestamp"] / 1000 + 60
    running = client.json("GET", "/rules/r/status")
    assert running["status"] == "running"
    assert running["source_sim_0_records_in_total"] == 600
    client.clock.now += 3600
    assert client.json("GET", "/rules/r/status")["status"] == "stopped: waiting for next schedule."


def test_an_update_starts_a_stopped_rule() -> None:
    client = Client()
    _configured(client)
    client.rule()
    client.send("POST", "/rules/r/stop")
    client.send("PUT", "/rules/r", {"id": "r", "sql": "SELECT a FROM sim", "actions": [{"log": {}}]})
    assert client.json("GET", "/rules/r/status")["status"] == "running"


def test_a_refused_update_leaves_the_old_rule_running() -> None:
    client = Client()
    _configured(client)
    client.rule()
    reply = client.send("PUT", "/rules/r", {"id": "r", "sql": "SELECT * FROM nosuch", "actions": [{"nop": {}}]})
    assert reply.status == 400
    assert client.json("GET", "/rules/r/status")["status"] == "running"


def test_a_window_gives_a_result_each_period() -> None:
    client = Client()
    _configured(client)
    client.rule(sql="SELECT count(*) AS c FROM sim GROUP BY TUMBLINGWINDOW(ss, 5)")
    client.clock.now += 60
    assert client.json("GET", "/rules/r/status")["op_2_window_0_records_out_total"] == 12


def test_a_memory_stream_gets_what_rules_send_to_its_topic() -> None:
    client = Client()
    _configured(client)
    client.stream("next", TYPE="memory", DATASOURCE="topic")
    client.rule("first", actions=[{"memory": {"topic": "topic"}}])
    client.rule("second", sql="SELECT * FROM next")
    client.clock.now += 10
    assert client.json("GET", "/rules/second/status")["source_next_0_records_in_total"] == 100


def test_a_restart_begins_anew() -> None:
    client = Client(age=1000.0)
    _configured(client)
    client.rule()
    client.clock.now += 100
    assert client.json("GET", "/")["upTimeSeconds"] == 1100
    client.engine.restart()
    assert client.json("GET", "/")["upTimeSeconds"] == 0
    assert client.json("GET", "/rules/r/status")["source_sim_0_records_in_total"] == 0


def test_traces_can_be_listed_and_opened() -> None:
    client = Client()
    _configured(client)
    client.rule()
    client.send("POST", "/rules/r/trace/start", {"strategy": "always"})
    client.clock.now += 10
    ids = client.json("GET", "/trace/rule/r?limit=2")
    assert len(ids) == 2
    tree = client.json("GET", f"/trace/{ids[0]}")
    assert (tree["name"], tree["ChildSpan"][0]["name"]) == ("sim", "2_project")
