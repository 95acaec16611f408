"""The command line: run the app, simulate servers, check one, and work on the connections kept on the server."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import signal
import sys
import threading
from collections.abc import Iterator, Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Any

import click

from ekmanager.cli_common import (
    draft_of,
    readable_book,
    sentences,
    settings_of_process,
    store_name,
    tell_problems,
    token_fields,
)
from ekmanager.cli_rules import rules
from ekmanager.connections.access import Access
from ekmanager.connections.book import ConnectionBook
from ekmanager.connections.model import Connection, Where
from ekmanager.connections.open import open_store
from ekmanager.connections.public import public
from ekmanager.connections.targets import TargetPolicy
from ekmanager.connections.transfer import export_connections, read_connections
from ekmanager.connections.usable import check_usable
from ekmanager.connections.vault import Vault, generate_key
from ekmanager.health.model import ProbeResult, Status
from ekmanager.settings import Settings

MARKS = {
    Status.ONLINE: ("●", "green"),
    Status.OFFLINE: ("■", "red"),
    Status.UNAUTHORIZED: ("▲", "yellow"),
    Status.ERROR: ("◆", "red"),
    Status.UNKNOWN: ("○", "white"),
}


def app_file() -> Path:
    """`app.py`: inside the package when installed, beside it in a checkout."""
    package = Path(__file__).parent
    installed = package / "_app" / "app.py"
    return installed if installed.exists() else package.parent / "app.py"


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(version("ekmanager"), prog_name="ekmanager")
def main() -> None:
    """Manage LF Edge eKuiper servers: a dashboard for all of them, and their proxy.

    Options of the app are EKMANAGER_* environment variables, or lines of a file .env; see the README.
    """


@main.command()
@click.option("--port", default=8501, show_default=True, type=click.IntRange(0, 65535), help="Port of pages and API.")
@click.option("--address", default="localhost", show_default=True, help="Address to listen on; 0.0.0.0 for all.")
@click.option("--demo", is_flag=True, help="Begin with simulated servers, so that everything can be seen.")
@click.option("--browser/--no-browser", default=False, show_default=True, help="Open the page in a browser.")
@click.argument("streamlit_options", nargs=-1, type=click.UNPROCESSED)
@sentences
def run(port: int, address: str, demo: bool, browser: bool, streamlit_options: Sequence[str]) -> None:
    """Serve the app.

    Anything after `--` is handed to Streamlit, for example `-- --server.sslCertFile=cert.pem`.
    """
    if demo:
        os.environ["EKMANAGER_DEMO"] = "true"
    # What the app would end on with a traceback
    settings = settings_of_process()
    TargetPolicy(settings.allowed_targets)
    Vault(settings.secret_key)
    arguments = [sys.executable, "-m", "streamlit", "run", str(app_file())]
    arguments += [f"--server.port={port}", f"--server.address={address}", f"--server.headless={not browser}".lower()]
    arguments += streamlit_options
    # Replacing this process keeps signals and exit status Streamlit's own.
    os.execv(sys.executable, arguments)  # noqa: S606


@main.command()
def simulate() -> None:
    """Serve the demo fleet without the app, and print where each server listens. Ends with Ctrl+C."""
    from ekmanager.simulator.demo import DemoFleet

    fleet = DemoFleet()
    with _signals() as stop:
        try:
            for server in fleet.start():
                click.echo(f"{server.url:28} {server.name:24} {server.description}")
            stop.wait()
        finally:
            fleet.stop()


@main.command()
@click.argument("url")
@click.option(
    "--token", help="JWT for eKuiper's own authentication; better in EKMANAGER_TOKEN.", envvar="EKMANAGER_TOKEN"
)
@click.option("--timeout", default=5.0, show_default=True, type=click.FloatRange(0.1, 300), help="Seconds.")
@click.option("--insecure", is_flag=True, help="Do not verify the server's certificate.")
@click.option("--json", "as_json", is_flag=True, help="Print the result as JSON.")
@sentences
def check(url: str, token: str | None, timeout: float, insecure: bool, as_json: bool) -> None:
    """Check one server. The exit status is 0 only when it is online."""
    draft = draft_of({"name": "server", "url": url, "tls": {"verify": not insecure}, **token_fields(token)})
    draft = draft.model_copy(update={"name": draft.url})
    (result,) = asyncio.run(_probe_all([draft], timeout, TargetPolicy(settings_of_process().allowed_targets)))
    if as_json:
        click.echo(json.dumps(_result_json(draft, result), indent=2))
    else:
        _print_result(draft.url, result)
    sys.exit(0 if result.status is Status.ONLINE else 1)


@main.command()
@click.option("--json", "as_json", is_flag=True, help="Print a JSON array, as GET /api/health does.")
@sentences
def health(as_json: bool) -> None:
    """Check every connection that is kept on the server, now. Exit status 0 only when all are online."""
    settings = settings_of_process()
    policy = TargetPolicy(settings.allowed_targets)
    book = readable_book(settings)
    connections = [entry.connection for entry in book.entries()]
    results = asyncio.run(_probe_all(connections, settings.check_timeout, policy))
    pairs = list(zip(connections, results, strict=True))
    if as_json:
        click.echo(json.dumps([_result_json(connection, result) for connection, result in pairs], indent=2))
    else:
        for connection, result in pairs:
            _print_result(connection.name, result)
        if not pairs:
            click.echo(f"No connections in {store_name(settings)}.")
    tell_problems(book)
    sys.exit(0 if all(result.status is Status.ONLINE for result in results) else 1)


@main.command()
def keygen() -> None:
    """Print a new key for EKMANAGER_SECRET_KEY.

    To rotate, put the new key in front of the old one, separated by a comma: the first encrypts, all decrypt.
    """
    click.echo(generate_key())


@main.group()
def connections() -> None:
    """Work on the connections kept on the server (EKMANAGER_STORE, by default .data/connections.json)."""


@connections.command("list")
@click.option("--json", "as_json", is_flag=True, help="Print a JSON array, without secrets.")
@sentences
def list_connections(as_json: bool) -> None:
    """List them: default mark, id, name, URL, tags."""
    settings = settings_of_process()
    book = readable_book(settings)
    entries = book.entries()
    if as_json:
        click.echo(json.dumps([public(entry.connection, entry.where) for entry in entries], indent=2, default=str))
    else:
        for entry in entries:
            it = entry.connection
            click.echo(f"{'*' if it.is_default else ' '} {it.id:30} {it.name:30} {it.url:40} {', '.join(it.tags)}")
        if not entries:
            click.echo(f"No connections in {store_name(settings)}.")
    tell_problems(book)


@connections.command()
@click.argument("name")
@click.argument("url")
@click.option("--id", "connection_id", default="", help="Id to use; made from the name otherwise.")
@click.option("--description", default="")
@click.option("--tag", "tags", multiple=True, help="May be given several times.")
@click.option("--default", "is_default", is_flag=True, help="Select it at start.")
@click.option(
    "--token", help="JWT for eKuiper's own authentication; better in EKMANAGER_TOKEN.", envvar="EKMANAGER_TOKEN"
)
@click.option("--insecure", is_flag=True, help="Do not verify the server's certificate.")
@sentences
def add(
    name: str,
    url: str,
    connection_id: str,
    description: str,
    tags: tuple[str, ...],
    is_default: bool,
    token: str | None,
    insecure: bool,
) -> None:
    """Add a connection and print its id."""
    draft = draft_of(
        {
            "id": connection_id,
            "name": name,
            "url": url,
            "description": description,
            "tags": tags,
            "isDefault": is_default,
            "tls": {"verify": not insecure},
            **token_fields(token),
        }
    )
    settings = settings_of_process()
    check_usable(draft, TargetPolicy(settings.allowed_targets))
    book = _book(settings)
    click.echo(book.add(draft, Where.SERVER).connection.id)
    tell_problems(book)


@connections.command()
@click.argument("ids", nargs=-1, required=True)
@click.option("--yes", is_flag=True, help="Do not ask.")
@sentences
def remove(ids: tuple[str, ...], yes: bool) -> None:
    """Remove connections by id."""
    book = _book(settings_of_process())
    names = [book.get(connection_id).connection.name for connection_id in ids]
    if not yes:
        click.confirm(f"Remove {', '.join(names)}?", abort=True)
    book.delete(list(ids))
    click.echo(f"Removed {', '.join(names)}.")


@connections.command("import")
@click.argument("file", type=click.File("rb"))
@click.option("--on-conflict", type=click.Choice(["skip", "replace", "rename"]), default="skip", show_default=True)
@sentences
def import_(file: Any, on_conflict: str) -> None:
    """Import JSON or CSV; `-` reads standard input. Exit status 1 when a row, or the file, could not be used."""
    try:
        text = file.read().decode("utf-8-sig")
    except UnicodeDecodeError:
        # The cause is left out: it holds the whole text, secrets among it.
        raise click.ClickException(f"{file.name} is not UTF-8 text. Save it as UTF-8, and import it again.") from None
    settings = settings_of_process()
    plan = read_connections(text, TargetPolicy(settings.allowed_targets))
    book = _book(settings)
    report = book.import_(plan, Where.SERVER, on_conflict)  # type: ignore[arg-type]  # click checked it
    click.echo(report.summary)
    tell_problems(book)
    for problem in report.problems:
        click.echo(problem, err=True)
    sys.exit(1 if plan.problems else 0)


@connections.command()
@click.option("--format", "fmt", type=click.Choice(["json", "csv"]), default="json", show_default=True)
@click.option("--with-secrets", is_flag=True, help="Write tokens, passwords and keys in the clear.")
@sentences
def export(fmt: str, with_secrets: bool) -> None:
    """Write all connections to standard output, without secrets unless asked for."""
    if with_secrets:
        click.echo("The output holds secrets in the clear: keep it as you keep a password.", err=True)
    book = readable_book(settings_of_process())
    entries = book.entries()
    tell_problems(book)
    click.echo(export_connections(entries, fmt, with_secrets=with_secrets), nl=False)  # type: ignore[arg-type]


main.add_command(rules)


def _book(settings: Settings) -> ConnectionBook:
    return ConnectionBook(open_store(settings.store, Vault(settings.secret_key)), None, browser_id=None)


async def _probe_all(drafts: Sequence[Connection], timeout: float, policy: TargetPolicy) -> list[ProbeResult]:
    from ekmanager.connections.outbound import open_session
    from ekmanager.health.probe import probe

    async with open_session(policy, limit=100) as session:
        checks = [probe(session, Access(draft), timeout=draft.timeout or timeout) for draft in drafts]
        return list(await asyncio.gather(*checks))


def _result_json(connection: Connection, result: ProbeResult) -> dict[str, object]:
    from ekmanager.gateway.health_json import test_json

    return {"id": connection.id, "name": connection.name, **test_json(result)}


def _print_result(name: str, result: ProbeResult) -> None:
    mark, colour = MARKS[result.status]
    facts = []
    if result.info:
        facts.append(f"eKuiper {result.info.version}")
    if result.latency_ms is not None:
        facts.append(f"{result.latency_ms:.0f} ms")
    line = [click.style(f"{mark} {result.status.value:12}", fg=colour), name, *facts]
    click.echo("  ".join(line))
    for text in (result.reason, result.hint):
        if text:
            click.echo(f"    {text}")


@contextlib.contextmanager
def _signals() -> Iterator[threading.Event]:
    """The event that Ctrl+C or a request to end sets, instead of killing the process."""
    stop = threading.Event()
    before = {number: signal.signal(number, lambda *_: stop.set()) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield stop
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


if __name__ == "__main__":
    main()
