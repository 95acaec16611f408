"""`ekmanager rules`, called as a shell would, against simulated servers of both versions."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from ekmanager.cli import main
from ekmanager.ekuiper.client import EKuiperClient
from ekmanager.ekuiper.models import RuleDefinition, State
from ekmanager.ekuiper.resources.rules import Rules as Rulebook
from ekmanager.rules.bulk import BulkJob
from ekmanager.simulator import Behaviour, SimulatedServer
from tests.recordings import VERSIONS
from tests.simulator.running import simulated

COMMANDS = ("list", "get", "apply", "start", "stop", "restart", "delete", "status", "test", "export", "import")
STREAM = 'CREATE STREAM s (a BIGINT) WITH (TYPE="simulator", DATASOURCE="x", FORMAT="json")'


@pytest.fixture(params=VERSIONS)
def server(request: pytest.FixtureRequest) -> Iterator[SimulatedServer]:
    with simulated(request.param) as made, EKuiperClient(made.url) as client:
        client.streams.create(STREAM)
        yield made


@pytest.fixture
def client(server: SimulatedServer) -> Iterator[EKuiperClient]:
    with EKuiperClient(server.url) as made:
        yield made


@pytest.fixture
def runner(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> CliRunner:
    monkeypatch.chdir(tmp_path)
    for name in [name for name in os.environ if name.startswith("EKMANAGER_")]:
        monkeypatch.delenv(name)
    return CliRunner()


def call(runner: CliRunner, *words: str, text: str | None = None) -> Result:
    result = runner.invoke(main, words, input=text)
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result


@pytest.fixture
def rules(runner: CliRunner, server: SimulatedServer) -> Rules:
    return Rules(runner, server.url)


class Rules:
    """`ekmanager rules <words> --url <the server>`."""

    def __init__(self, runner: CliRunner, url: str) -> None:
        self._runner = runner
        self._url = url

    def __call__(self, *words: str, text: str | None = None) -> Result:
        return call(self._runner, "rules", *words, "--url", self._url, text=text)

    def json(self, *words: str, text: str | None = None) -> object:
        return json.loads(self(*words, "--json", text=text).stdout)


def rule(rule_id: str = "r", sql: str = "SELECT a FROM s", **more: object) -> dict[str, object]:
    return {"id": rule_id, "sql": sql, "actions": [{"nop": {}}], **more}


def states(client: EKuiperClient) -> dict[str, State]:
    return {name: state.state for name, state in client.rules.status_all().items()}


def test_every_command_explains_itself(runner: CliRunner) -> None:
    listed = call(runner, "rules", "--help").output
    for name in COMMANDS:
        assert re.search(rf"^  {name} ", listed, re.MULTILINE), f"{name}: {listed}"
        text = call(runner, "rules", name, "--help").output
        assert "--connection" in text
        assert "--url" in text


def test_apply_creates_updates_and_leaves_alone_what_is_the_same(rules: Rules, client: EKuiperClient) -> None:
    first = rules("apply", "-f", "-", text=json.dumps(rule()))
    assert first.exit_code == 0
    assert '+  "id": "r"' in first.output
    assert "r: created, running" in first.output
    assert rules("apply", "-f", "-", text=json.dumps(rule())).output == "r: unchanged\n"
    changed = rules("apply", "-f", "-", text=json.dumps(rule(sql="SELECT a FROM s WHERE a > 1")))
    assert changed.exit_code == 0
    assert "-    SELECT a FROM s\n+    SELECT a FROM s WHERE a > 1\n" in changed.output
    assert "r: updated, running" in changed.output
    assert client.rules.get("r").sql == "SELECT a FROM s WHERE a > 1"


def test_what_1_14_writes_into_a_rule_is_no_difference(rules: Rules, client: EKuiperClient) -> None:
    """It adds every option and drops what it does not know when a rule is stopped or started."""
    text = json.dumps(rule(options={"qos": 1, "sendError": True}, tags=["x"]))
    assert rules("apply", "-f", "-", text=text).exit_code == 0
    client.rules.stop("r")
    client.rules.start("r")
    again = rules("apply", "-f", "-", text=text)
    assert again.output == "r: unchanged\n"
    less = rules("apply", "-f", "-", text=json.dumps(rule(options={"sendError": True}, tags=["x"])))
    assert "r: updated, running" in less.output
    assert "qos" in less.output


def test_an_edit_keeps_the_state_that_the_rule_had(rules: Rules, client: EKuiperClient) -> None:
    rules("apply", "-f", "-", text=json.dumps([rule("on"), rule("off")]))
    client.rules.stop("off")
    edits = [rule("on", "SELECT a AS b FROM s", triggered=False), rule("off", "SELECT a AS b FROM s", triggered=True)]
    result = rules("apply", "-f", "-", text=json.dumps(edits))
    assert result.exit_code == 0
    assert states(client) == {"on": State.RUNNING, "off": State.STOPPED}
    assert {client.rules.get(name).sql for name in ("on", "off")} == {"SELECT a AS b FROM s"}


def test_a_new_rule_is_created_stopped_where_the_file_says_so(rules: Rules, client: EKuiperClient) -> None:
    result = rules("apply", "-f", "-", text=json.dumps(rule(triggered=False)))
    assert "r: created, stopped\n" in result.output
    assert states(client) == {"r": State.STOPPED}


def test_a_dry_run_prints_the_diff_and_changes_nothing(rules: Rules, client: EKuiperClient) -> None:
    rules("apply", "-f", "-", text=json.dumps(rule()))
    before = client.rules.get("r").text
    text = json.dumps([rule(sql="SELECT a + 1 AS b FROM s"), rule("new")])
    result = rules("apply", "--dry-run", "-f", "-", text=text)
    assert result.exit_code == 0
    assert "+    SELECT a + 1 AS b FROM s" in result.output
    assert "r: would be updated" in result.output
    assert "new: would be created" in result.output
    assert client.rules.get("r").text == before
    assert [one.id for one in client.rules.list()] == ["r"]


def test_one_rule_that_fails_stops_no_other_and_is_told(rules: Rules, client: EKuiperClient) -> None:
    text = json.dumps([rule("bad", "SELECT * FROM nosuch"), rule("none", actions=[]), rule("good")])
    result = rules("apply", "-f", "-", text=text)
    assert result.exit_code == 1
    assert "bad: failed: " in result.output
    assert "none: failed: Add an action" in result.output
    assert "good: created, running" in result.output
    assert list(states(client)) == ["good"]
    rows = rules.json("apply", "-f", "-", text=text)
    assert isinstance(rows, list)
    assert [(row["id"], row["outcome"], row["ok"]) for row in rows] == [
        ("bad", "failed", False),
        ("none", "failed", False),
        ("good", "unchanged", True),
    ]


def test_a_definition_goes_out_as_it_was_written(rules: Rules, client: EKuiperClient) -> None:
    text = '{"id": "r",\n "sql":  "SELECT a FROM s",\n "actions": [{"nop": {"x": 1.10}}], "name": "ü"}'
    Path("r.json").write_text("\ufeff" + text, encoding="utf-8")
    assert rules("apply", "-f", "r.json").exit_code == 0
    assert client.rules.get("r").text == text
    assert rules("get", "r").output == text + "\n"


def test_a_rule_that_would_fail_is_not_sent_unless_forced_and_then_its_failure_is_told(
    rules: Rules, client: EKuiperClient
) -> None:
    text = json.dumps(rule("a-b", options={"qos": 1}))
    refused = rules("apply", "-f", "-", text=text)
    assert refused.exit_code == 1
    assert "a-b: failed: With a - in its id" in refused.output
    assert states(client) == {}
    forced = rules("apply", "--force", "-f", "-", text=text)
    assert forced.exit_code == 1
    assert "a-b: created, failed: " in forced.output
    assert states(client) == {"a-b": State.FAILED}


def test_what_another_saved_meanwhile_is_not_replaced_unless_forced(
    rules: Rules, client: EKuiperClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    client.rules.create(rule())
    others = rule(sql="SELECT a AS theirs FROM s")
    look = Rulebook.get

    def get(self: Rulebook, name: str) -> RuleDefinition:
        """What is read first is replaced before it is read again."""
        found = look(self, name)
        if "theirs" not in found.text:
            client.rules.update("r", others)
        return found

    monkeypatch.setattr(Rulebook, "get", get)
    result = rules("apply", "-f", "-", text=json.dumps(rule(sql="SELECT a AS ours FROM s")))
    assert result.exit_code == 1
    assert "r: failed: The rule r was changed by someone else" in result.output
    monkeypatch.undo()
    assert client.rules.get("r").sql == others["sql"]


def test_ctrl_c_in_many_commands_sends_no_more_and_tells_what_was_done(
    rules: Rules, client: EKuiperClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    client.rules.create(rule())
    wait = BulkJob.wait
    pressed: list[bool] = []

    def interrupted_once(self: BulkJob, timeout: float | None = None) -> bool:
        if not pressed:
            pressed.append(True)
            raise KeyboardInterrupt
        return wait(self, timeout)

    monkeypatch.setattr(BulkJob, "wait", interrupted_once)
    result = rules("stop", "r")
    assert "No further command is sent" in result.stderr
    assert result.stdout == "r: stopped\n" or "r: cancelled" in result.stderr


def test_several_files_are_applied_in_one_go(rules: Rules, client: EKuiperClient) -> None:
    Path("one.json").write_text(json.dumps(rule("one")))
    Path("two.json").write_text(json.dumps([rule("two")]))
    assert rules("apply", "-f", "one.json", "-f", "two.json").exit_code == 0
    assert set(states(client)) == {"one", "two"}


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("{", "is not JSON"),
        ("[1]", "a rule is a JSON object"),
        ('{"sql": "SELECT 1"}', "without an id"),
        ('{"streams": {}, "tables": {}, "rules": {}}', "is a ruleset"),
        (json.dumps([rule(), rule()]), "more than once: r"),
        ('{"id": "r", "n": NaN}', "NaN is no number"),
        ('[{"id": "r", "n": Infinity}]', "no number"),
        ("[" * 100_000, "is not JSON"),
    ],
)
def test_a_file_that_holds_no_rules_changes_nothing(
    rules: Rules, server: SimulatedServer, text: str, words: str
) -> None:
    before = server.requests
    result = rules("apply", "-f", "-", text=text)
    assert result.exit_code == 1
    assert words in result.output
    assert "Traceback" not in result.output
    assert server.requests == before


def test_a_rule_that_runs_is_not_started_again(rules: Rules, client: EKuiperClient) -> None:
    client.rules.create(rule())
    began = client.rules.status("r").last_start
    result = rules("start", "r")
    assert (result.exit_code, result.output) == (0, "r: It runs already.\n")
    assert client.rules.status("r").last_start == began


def test_several_rules_are_commanded_and_one_that_is_missing_stops_no_other(
    rules: Rules, client: EKuiperClient
) -> None:
    for name in ("a", "b"):
        client.rules.create(rule(name))
    stopped = rules("stop", "a", "nosuch", "b")
    assert stopped.exit_code == 1
    assert stopped.stdout == "a: stopped\nb: stopped\n"
    assert stopped.stderr.startswith("nosuch: failed: ")
    assert set(states(client).values()) == {State.STOPPED}
    assert rules.json("start", "a", "b") == [
        {"id": name, "outcome": "done", "reason": "", "state": client.rules.status_all()[name].words}
        for name in ("a", "b")
    ]
    assert rules("restart", "a").output == "a: restarted\n"
    assert set(states(client).values()) == {State.RUNNING}


def test_delete_asks_and_names_what_is_deleted(rules: Rules, client: EKuiperClient) -> None:
    for name in ("a", "b"):
        client.rules.create(rule(name))
    kept = rules("delete", "a", "b", text="n\n")
    assert kept.exit_code == 1
    assert "Delete a, b on " in kept.output
    assert len(states(client)) == 2
    gone = rules("delete", "a", "b", "--yes")
    assert (gone.exit_code, gone.output) == (0, "a: deleted\nb: deleted\n")
    mistyped = rules("delete", "a", "--yes")
    assert (mistyped.exit_code, mistyped.output) == (1, "a: There is no such rule.\n")


def test_the_list_and_the_state_are_for_people_and_for_programs(rules: Rules, client: EKuiperClient) -> None:
    assert rules("list").output.startswith("No rules on http://127.0.0.1")
    assert rules.json("list") == []
    client.rules.create(rule("r", name="Rule"))
    client.rules.create(rule("s", triggered=False))
    assert re.search(r"running +r +Rule\n.*stopped +s\n", rules("list").output)
    rows = rules.json("list")
    assert isinstance(rows, list)
    assert [(row["id"], row["state"]) for row in rows] == [("r", "running"), ("s", "stopped")]
    assert re.search(r"running +r\n.*stopped +s", rules("status").output)
    everything = rules.json("status")
    assert isinstance(everything, dict)
    assert everything["r"]["state"] == "running"
    one = rules("status", "r").output
    assert re.search(r"source_s +in \d+ +out \d+ +latency \d+ µs", one)
    found = rules.json("status", "r")
    assert isinstance(found, dict)
    assert found["r"]["operators"][0]["kind"] == "source"
    mixed = rules("status", "r", "nosuch")
    assert mixed.exit_code == 1
    assert "source_s" in mixed.stdout
    assert mixed.stderr.startswith("nosuch: ")


def test_what_get_prints_can_be_applied(rules: Rules, client: EKuiperClient) -> None:
    for name in ("a", "b"):
        client.rules.create(rule(name))
    got = rules("get", "a", "b")
    assert [item["id"] for item in json.loads(got.output)] == ["a", "b"]
    assert rules("apply", "-f", "-", text=got.output).output == "a: unchanged\nb: unchanged\n"
    missing = rules("get", "a", "nosuch")
    assert missing.exit_code == 1
    assert [item["id"] for item in json.loads(missing.stdout)] == ["a"]
    assert rules("get", "nosuch").stdout == ""


def test_a_test_prints_results_as_lines_and_leaves_no_run(rules: Rules, server: SimulatedServer) -> None:
    Path("mock.json").write_text('{"s": [{"a": 1}, {"a": 2}]}')
    words = ("test", "--sql", "SELECT a * 2 AS b FROM s", "--mock", "mock.json", "--interval", "5")
    result = rules(*words, "--count", "2")
    assert (result.exit_code, result.output) == (0, '[{"b": 2}]\n[{"b": 4}]\n')
    lines = rules(*words, "--timeout", "0.3", "--json").output.splitlines()
    assert [json.loads(line) for line in lines] == [{"value": [{"b": 2}]}, {"value": [{"b": 4}]}]
    assert rules(*words, "--loop", "--for", "0.3").output.count("\n") > 2
    assert server.engine.tests == {}


def test_a_test_of_a_rule_takes_its_sql_and_tells_errors_apart(
    rules: Rules, client: EKuiperClient, server: SimulatedServer
) -> None:
    client.rules.create(rule(sql="SELECT a + 1 AS b FROM s", triggered=False))
    Path("mock.json").write_text('{"s": {"data": [{"a": "x"}, {"a": 1}], "interval": 5}}')
    result = rules("test", "r", "--mock", "mock.json", "--count", "2")
    assert result.exit_code == 1
    assert result.stdout == '[{"b": 2}]\n'
    assert result.stderr.startswith("error: ")
    assert server.engine.tests == {}
    assert states(client) == {"r": State.STOPPED}


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("test",), "either the id"),
        (("test", "r", "--sql", "SELECT 1"), "either the id"),
        (("test", "--sql", "SELEC"), "not a select statement"),
        (("test", "nosuch"), "nosuch"),
        (("test", "--sql", "SELECT a FROM s", "--mock", "-"), "no list of records"),
    ],
)
def test_a_test_that_cannot_be_says_why(rules: Rules, words: tuple[str, ...], said: str) -> None:
    result = rules(*words, text='{"s": 1}')
    assert result.exit_code in {1, 2}
    assert said in result.output


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_ctrl_c_ends_the_run_on_the_server(tmp_path: Path, number: int) -> None:
    with simulated() as server, EKuiperClient(server.url) as client:
        client.streams.create(STREAM)
        interrupted(tmp_path, server, number)


def interrupted(tmp_path: Path, server: SimulatedServer, number: int) -> None:
    words = ["rules", "test", "--sql", "SELECT a FROM s", "--mock", "-", "--loop", "--interval", "20"]
    process = subprocess.Popen(
        [sys.executable, "-m", "ekmanager.cli", *words, "--url", server.url],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[1]), "PYTHONUNBUFFERED": "1"},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stdin is not None
    assert process.stdout is not None
    process.stdin.write('{"s": [{"a": 1}]}')
    process.stdin.close()
    assert process.stdout.readline() == '[{"a": 1}]\n'
    assert len(server.engine.tests) == 1
    process.send_signal(number)
    process.stdin = None
    _, errors = process.communicate(timeout=30)
    assert (process.returncode, errors) == (0, "")
    assert server.engine.tests == {}


def test_a_ruleset_goes_out_and_comes_back(rules: Rules, client: EKuiperClient) -> None:
    for name in ("a", "b"):
        client.rules.create(rule(name))
    whole, one = rules("export").output, json.loads(rules("export", "a").output)
    assert set(json.loads(whole)["rules"]) == {"a", "b"}
    assert (set(one["rules"]), set(one["streams"])) == ({"a"}, {"s"})
    assert rules("export", "-o", "all.json").exit_code == 0
    assert Path("all.json").read_text() == whole
    missing = rules("export", "a", "nosuch")
    assert missing.exit_code == 1
    assert "nosuch" in missing.output
    client.rules.delete("a")
    client.rules.delete("b")
    back = rules("import", "all.json")
    assert back.exit_code == 0, back.output
    assert set(states(client)) == {"a", "b"}


def test_an_import_over_a_running_rule_leaves_one_that_runs(rules: Rules, client: EKuiperClient) -> None:
    client.rules.create(rule())
    exported = rules("export").output
    result = rules("import", "-", text=exported)
    assert result.exit_code == 0, result.output
    assert states(client) == {"r": State.RUNNING}
    assert rules("import", "-", text="nonsense").exit_code == 1


def test_a_kept_connection_is_named_by_id_or_name_or_is_the_default(
    runner: CliRunner, server: SimulatedServer, client: EKuiperClient
) -> None:
    client.rules.create(rule())
    none = call(runner, "rules", "list")
    assert none.exit_code == 1
    assert "--connection" in none.output
    call(runner, "connections", "add", "Line 1", server.url)
    call(runner, "connections", "add", "Elsewhere", "http://127.0.0.1:1")
    assert "Say which server" in call(runner, "rules", "list").output
    for name in ("line-1", "line 1", "Line 1"):
        assert "running" in call(runner, "rules", "list", "-c", name).output
    unknown = call(runner, "rules", "list", "--connection", "nosuch")
    assert unknown.exit_code == 1
    assert "no connection 'nosuch'" in unknown.output
    call(runner, "connections", "add", "Main", server.url + "/", "--default", "--id", "main")
    assert call(runner, "rules", "get", "r").exit_code == 0
    assert call(runner, "rules", "list", "-c", "main", "--url", server.url).exit_code == 2


def test_a_server_that_is_away_or_not_allowed_is_a_sentence(runner: CliRunner, monkeypatch: pytest.MonkeyPatch) -> None:
    for words in (("list",), ("status",), ("get", "r"), ("start", "r"), ("export",)):
        away = call(runner, "rules", *words, "--url", "http://127.0.0.1:1")
        assert away.exit_code == 1
        assert "refused the connection" in away.output
    assert "metadata" in call(runner, "rules", "list", "--url", "http://169.254.169.254").output
    monkeypatch.setenv("EKMANAGER_ALLOWED_TARGETS", "10.0.0.0/8")
    assert "not among the allowed" in call(runner, "rules", "list", "--url", "http://127.0.0.1:1").output


def test_credentials_are_asked_for_and_never_printed(runner: CliRunner) -> None:
    with simulated(behaviour=Behaviour.UNAUTHORIZED) as server:
        result = call(runner, "rules", "list", "--url", server.url, "--token", "canary-secret")
    assert result.exit_code == 1
    assert "does not accept these credentials" in result.output
    assert "canary-secret" not in result.output


def test_the_words_of_a_server_cannot_steer_the_terminal(rules: Rules, client: EKuiperClient) -> None:
    client.rules.create(rule(name="a\u001b[31mred\u0007"))
    output = rules("list").output
    assert "\u001b" not in output
    assert "\u0007" not in output
    text = json.dumps(rule(sql="SELECT a FROM s -- \u001b]0;x\u0007"))
    assert "\u001b" not in rules("apply", "--dry-run", "-f", "-", text=text).output
