"""The command line, called as a shell would, against servers on loopback."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from ekmanager.cli import main
from ekmanager.simulator.demo import DemoFleet

SECRET = "canary-secret-token"


@pytest.fixture(scope="module")
def fleet() -> Iterator[dict[str, str]]:
    """URL by name of the demo servers."""
    demo = DemoFleet()
    try:
        yield {server.name: server.url for server in demo.start()}
    finally:
        demo.stop()


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> CliRunner:
    monkeypatch.chdir(tmp_path)
    for name in [name for name in os.environ if name.startswith("EKMANAGER_")]:
        monkeypatch.delenv(name)
    return CliRunner()


def call(runner: CliRunner, *words: str, text: str | None = None) -> Result:
    result = runner.invoke(main, words, input=text)
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result


def test_every_command_explains_itself(run: CliRunner) -> None:
    commands = ["run", "simulate", "check", "health", "keygen", "connections"]
    assert all(name in call(run, "--help").output for name in commands)
    for name in commands:
        assert len(call(run, name, "--help").output.splitlines()) > 4, name
    listed = call(run, "connections", "--help").output
    assert all(name in listed for name in ("list", "add", "remove", "import", "export"))


def test_check_succeeds_only_for_a_server_that_is_online(run: CliRunner, fleet: dict[str, str]) -> None:
    online = call(run, "check", fleet["plant-1/line-1"])
    assert (online.exit_code, "online" in online.output, "2.4.0" in online.output) == (0, True, True)
    for name, word in (("lab/secured", "unauthorized"), ("lab/broken", "error"), ("lab/spare", "offline")):
        result = call(run, "check", fleet[name])
        assert result.exit_code == 1
        assert word in result.output
        assert len(result.output.splitlines()) >= 3, "reason and hint are printed"


def test_check_refuses_what_is_no_url_with_a_sentence(run: CliRunner) -> None:
    result = call(run, "check", "mqtt://broker:1883")
    assert result.exit_code == 1
    assert "REST API" in result.output
    assert "Traceback" not in result.output


def test_connections_are_added_listed_and_removed(run: CliRunner) -> None:
    assert call(run, "connections", "add", "Line 1", "edge-1:9081", "--tag", "plant", "--default").output == "line-1\n"
    (row,) = json.loads(call(run, "connections", "list", "--json").output)
    assert (row["id"], row["name"], row["url"], row["isDefault"]) == ("line-1", "Line 1", "http://edge-1:9081", True)
    assert "Line 1" in call(run, "connections", "list").output
    kept = call(run, "connections", "remove", "line-1", text="n\n")
    assert kept.exit_code == 1
    assert len(json.loads(call(run, "connections", "list", "--json").output)) == 1
    assert call(run, "connections", "remove", "line-1", "--yes").exit_code == 0
    assert json.loads(call(run, "connections", "list", "--json").output) == []


def test_errors_are_sentences(run: CliRunner) -> None:
    call(run, "connections", "add", "Line 1", "edge-1:9081")
    twice = call(run, "connections", "add", "line 1", "edge-2:9081")
    assert (twice.exit_code, "already" in twice.output) == (1, True)
    missing = call(run, "connections", "remove", "nosuch", "--yes")
    assert (missing.exit_code, "nosuch" in missing.output) == (1, True)
    bad = call(run, "connections", "add", "", "edge-2:9081")
    assert (bad.exit_code, "Name" in bad.output) == (1, True)


def test_an_export_can_be_imported_and_holds_no_secret_unless_asked(run: CliRunner) -> None:
    for fmt in ("json", "csv"):
        call(run, "connections", "add", "Line 1", "edge-1:9081", "--token", SECRET)
        exported = call(run, "connections", "export", "--format", fmt)
        assert SECRET not in exported.output
        assert SECRET in call(run, "connections", "export", "--format", fmt, "--with-secrets").output
        call(run, "connections", "remove", "line-1", "--yes")
        back = call(run, "connections", "import", "-", text=exported.stdout)
        assert back.exit_code == 0, back.output
        (row,) = json.loads(call(run, "connections", "list", "--json").output)
        assert (row["id"], row["url"]) == ("line-1", "http://edge-1:9081")
        call(run, "connections", "remove", "line-1", "--yes")


def test_an_import_says_which_row_is_wrong_and_takes_the_others(run: CliRunner) -> None:
    rows = [{"name": "good", "url": "http://edge-1:9081"}, {"name": "bad", "url": "mqtt://edge-1"}]
    result = call(run, "connections", "import", "-", text=json.dumps(rows))
    assert result.exit_code == 1
    assert "2" in result.output
    assert [row["name"] for row in json.loads(call(run, "connections", "list", "--json").output)] == ["good"]


def test_a_file_in_another_encoding_is_refused_with_a_sentence(run: CliRunner, tmp_path: Path) -> None:
    file = tmp_path / "connections.csv"
    for encoding in ("latin-1", "utf-16"):
        file.write_bytes("name,url\nMünchen,edge-1\n".encode(encoding))
        result = call(run, "connections", "import", str(file))
        assert (result.exit_code, "UTF-8" in result.stderr) == (1, True)
    file.write_bytes("name,url\nMünchen,edge-1\n".encode("utf-8-sig"))
    assert call(run, "connections", "import", str(file)).exit_code == 0


def test_a_url_that_cannot_be_used_is_the_only_thing_said_to_be_wrong(run: CliRunner) -> None:
    for url in ("", "http://" + "h" * 200 + " "):
        result = call(run, "check", url)
        assert result.exit_code == 1
        assert "Name" not in result.output


def test_health_lists_every_kept_connection(run: CliRunner, fleet: dict[str, str]) -> None:
    assert "No connections" in call(run, "health").output
    for name in ("plant-1/line-1", "lab/spare"):
        call(run, "connections", "add", name, fleet[name])
    result = call(run, "health", "--json")
    assert result.exit_code == 1
    assert {row["name"]: row["status"] for row in json.loads(result.output)} == {
        "plant-1/line-1": "online",
        "lab/spare": "offline",
    }
    call(run, "connections", "remove", "lab-spare", "--yes")
    assert call(run, "health").exit_code == 0


def test_keygen_makes_a_key_that_encrypts_what_is_kept(
    run: CliRunner, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    key = call(run, "keygen").output.strip()
    assert key != call(run, "keygen").output.strip()
    monkeypatch.setenv("EKMANAGER_SECRET_KEY", key)
    call(run, "connections", "add", "Line 1", "edge-1:9081", "--token", SECRET)
    assert SECRET not in (tmp_path / ".data" / "connections.json").read_text()
    assert SECRET in call(run, "connections", "export", "--with-secrets").output


def test_simulate_serves_until_it_is_stopped() -> None:
    command = [sys.executable, "-m", "ekmanager.cli", "simulate"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        first = process.stdout.readline()
        assert first.startswith("http://127.0.0.1:")
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=30)
        assert process.returncode == 0


@pytest.mark.parametrize("store", ["postgresql://me:hush@127.0.0.1:1/db", "damaged.json"])
@pytest.mark.parametrize("command", [["health"], ["connections", "list"], ["connections", "export"]])
def test_a_store_that_cannot_be_read_does_not_look_empty(
    run: CliRunner, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, store: str, command: list[str]
) -> None:
    (tmp_path / "damaged.json").write_text('[{"name": "half')
    monkeypatch.setenv("EKMANAGER_STORE", store)
    result = call(run, *command)
    assert result.exit_code == 1
    assert result.stdout == ""
    assert "Error: " in result.stderr
    assert "hush" not in result.output


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("CHECK_TIMEOUT", "hush"),
        ("PERSISTENCE", "hush"),
        ("ALLOWED_TARGETS", "1.2.3"),
        ("SECRET_KEY", "hush"),
        ("STORE", "connections.txt"),
    ],
)
@pytest.mark.parametrize("command", [["health"], ["connections", "list"]])
def test_a_setting_that_cannot_be_used_is_named_in_a_sentence(
    run: CliRunner, monkeypatch: pytest.MonkeyPatch, name: str, value: str, command: list[str]
) -> None:
    monkeypatch.setenv(f"EKMANAGER_{name}", value)
    if name == "ALLOWED_TARGETS" and command != ["health"]:
        command = ["check", "localhost:1"]
    result = call(run, *command)
    assert result.exit_code == 1
    assert f"EKMANAGER_{name}" in result.stderr
    assert "hush" not in result.output


def test_the_app_is_not_begun_with_settings_that_it_cannot_use(run: CliRunner, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "execv", lambda *_: pytest.fail("it was begun"))
    for name, value in (("CHECK_INTERVAL", "0"), ("ALLOWED_TARGETS", "1.2.3"), ("SECRET_KEY", "short")):
        with monkeypatch.context() as one:
            one.setenv(f"EKMANAGER_{name}", value)
            result = call(run, "run")
        assert result.exit_code == 1
        assert f"EKMANAGER_{name}" in result.stderr


def test_what_may_not_be_called_is_neither_added_nor_imported(run: CliRunner) -> None:
    added = call(run, "connections", "add", "metadata", "http://169.254.169.254")
    assert (added.exit_code, "never a target" in added.output) == (1, True)
    rows = [{"name": "metadata", "url": "http://169.254.169.254"}, {"name": "good", "url": "http://edge-1:9081"}]
    imported = call(run, "connections", "import", "-", text=json.dumps(rows))
    assert imported.exit_code == 1
    assert "Connection 1" in imported.stderr
    assert [row["name"] for row in json.loads(call(run, "connections", "list", "--json").output)] == ["good"]


def test_an_import_of_nothing_says_so(run: CliRunner) -> None:
    result = call(run, "connections", "import", "-", text="[]")
    assert (result.exit_code, "nothing in it" in result.stderr) == (1, True)


def test_commands_about_one_server_load_no_library_that_only_the_app_needs() -> None:
    heavy = {"aiohttp", "fastapi", "numpy", "sqlalchemy", "starlette", "streamlit"}
    program = f"import sys, ekmanager.cli; print(*sorted({heavy!r} & sys.modules.keys()))"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.split() == []
