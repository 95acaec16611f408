"""`ekmanager rules …`: write, run, watch and try the rules of one server."""

from __future__ import annotations

import contextlib
import json
import signal
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import click

from ekmanager.cli_common import Server, for_server, told
from ekmanager.cli_rules_input import definitions_in, mock_data_in, name_of, refuse_twice, text_in
from ekmanager.cli_rules_text import (
    SAFE,
    applied_json,
    applied_lines,
    imported_json,
    imported_lines,
    state_json,
    state_line,
    status_json,
    status_lines,
    summary_json,
    summary_line,
)
from ekmanager.ekuiper.errors import EKuiperError
from ekmanager.ekuiper.models import RuleStatus
from ekmanager.rules.applying import apply_rule
from ekmanager.rules.bulk import BulkJob, BulkWork, ItemResult, Kind
from ekmanager.rules.definition import DefinitionInvalid
from ekmanager.rules.importing import import_ruleset

AS_JSON = click.option("--json", "as_json", is_flag=True, help="Print JSON for programs.")
IDS = click.argument("ids", nargs=-1, required=True, metavar="ID...")
POLL = 0.2
"""Seconds between two looks at work under way."""


@click.group()
def rules() -> None:
    """Write, run, watch and try the rules of one server.

    The server is a kept connection (--connection, by default the default one), or any address (--url).
    """


@rules.command("list")
@for_server
@AS_JSON
def list_rules(server: Server, as_json: bool) -> None:
    """List the rules: state, id, name, version, tags."""
    with server.client() as client:
        found = client.rules.list()
    if as_json:
        click.echo(_dumped([summary_json(rule) for rule in found]))
        return
    for rule in found:
        click.echo(summary_line(rule))
    if not found:
        click.echo(f"No rules on {server.entry.connection.name}.")


@rules.command()
@for_server
@IDS
@AS_JSON
def get(server: Server, ids: Sequence[str], as_json: bool) -> None:
    """Print definitions as the server stores them; several, or with --json, as an array that `apply` reads."""
    found: list[str] = []
    failures: list[tuple[str, EKuiperError]] = []
    with server.client() as client:
        for rule in ids:
            try:
                found.append(client.rules.get(rule).text)
            except EKuiperError as error:
                failures.append((rule, error))
    if len(ids) == 1 and not as_json:
        click.echo("".join(found), nl=bool(found) and not found[0].endswith("\n"))
    elif found:
        click.echo("[\n" + ",\n".join(text.strip() for text in found) + "\n]")
    _end(failures)


@rules.command()
@for_server
@click.option("-f", "--file", "files", multiple=True, required=True, type=click.File("rb"), help="- reads stdin.")
@click.option("--dry-run", is_flag=True, help="Print what would change, and change nothing.")
@click.option("--force", is_flag=True, help="Also send what is known to fail, or was changed meanwhile by others.")
@AS_JSON
def apply(server: Server, files: Sequence[Any], dry_run: bool, force: bool, as_json: bool) -> None:
    """Create or update the rules in files: one definition each, or an array of them. Prints what changed.

    An update keeps the state that a rule has: one that is stopped stays stopped. `triggered` in a file counts only for
    a rule that is new. A rule that is the same already is left alone. Exit status 0 only when all is as the files say.
    """
    texts = [text for file in files for text in definitions_in(file)]
    refuse_twice(texts)
    results = []
    with server.client() as client:
        version = client.get_info().version
        for text in texts:
            result = apply_rule(client, text, version=version, dry_run=dry_run, force=force)
            results.append(result)
            if not as_json:
                for line in applied_lines(result):
                    click.echo(line, err=line.startswith("warning: "))
    if as_json:
        click.echo(_dumped([applied_json(result) for result in results]))
    sys.exit(0 if all(result.ok for result in results) else 1)


@rules.command()
@for_server
@IDS
@AS_JSON
def start(server: Server, ids: Sequence[str], as_json: bool) -> None:
    """Start rules. One that runs already is left alone: the server would restart it and zero its counters."""
    _bulk(server, "start", ids, as_json)


@rules.command()
@for_server
@IDS
@AS_JSON
def stop(server: Server, ids: Sequence[str], as_json: bool) -> None:
    """Stop rules."""
    _bulk(server, "stop", ids, as_json)


@rules.command()
@for_server
@IDS
@AS_JSON
def restart(server: Server, ids: Sequence[str], as_json: bool) -> None:
    """Stop rules and start them again: counters and windows begin anew."""
    _bulk(server, "restart", ids, as_json)


@rules.command()
@for_server
@IDS
@click.option("--yes", is_flag=True, help="Do not ask.")
@AS_JSON
def delete(server: Server, ids: Sequence[str], yes: bool, as_json: bool) -> None:
    """Stop and delete rules."""
    if not yes:
        names = ", ".join(dict.fromkeys(ids))
        click.confirm(f"Delete {names} on {server.entry.connection.name}?", abort=True, err=as_json)
    _bulk(server, "delete", ids, as_json)


@rules.command()
@for_server
@click.argument("ids", nargs=-1, metavar="[ID...]")
@AS_JSON
def status(server: Server, ids: Sequence[str], as_json: bool) -> None:
    """Show the state of rules with the figures of their operators; of all rules without an id."""
    found: dict[str, RuleStatus] = {}
    failures: list[tuple[str, EKuiperError]] = []
    with server.client() as client:
        if not ids:
            states = client.rules.status_all()
            if as_json:
                click.echo(_dumped({rule: state_json(state) for rule, state in sorted(states.items())}))
                return
            for rule, state in sorted(states.items()):
                click.echo(state_line(rule, state))
            return
        for rule in dict.fromkeys(ids):
            try:
                found[rule] = client.rules.status(rule)
            except EKuiperError as error:
                failures.append((rule, error))
    if as_json:
        click.echo(_dumped({rule: status_json(one) for rule, one in found.items()}))
    else:
        for rule, one in found.items():
            click.echo("\n".join(status_lines(rule, one)))
    _end(failures)


@rules.command()
@for_server
@click.argument("rule", required=False, metavar="[ID]")
@click.option("--sql", help="SQL to try, in place of that of a rule.")
@click.option(
    "--mock",
    type=click.File("rb"),
    help='Data in place of the sources, as JSON: {"stream": [{…}, …]}, or with "data", "interval" (ms) and "loop".',
)
@click.option("--loop", is_flag=True, help="Repeat the records of --mock.")
@click.option("--interval", default=500, show_default=True, type=click.IntRange(1), help="ms between mock records.")
@click.option("--count", type=click.IntRange(1), help="End after so many results.")
@click.option("--for", "duration", type=click.FloatRange(0.1), help="End after so many seconds.")
@click.option("--timeout", type=click.FloatRange(0.1), help="End after so many seconds without a result.")
@AS_JSON
def test(
    server: Server,
    rule: str | None,
    sql: str | None,
    mock: Any,
    loop: bool,
    interval: int,
    count: int | None,
    duration: float | None,
    timeout: float | None,
    as_json: bool,
) -> None:
    """Try the SQL of a rule, or any, without its sinks; print each result on a line as it comes.

    Ctrl+C ends it, here and on the server, which ends it itself after five minutes. With --json a line is an object
    with `value` or `error`. Exit status 1 when a result was an error.
    """
    if (rule is None) == (sql is None):
        raise click.UsageError("Give either the id of a rule or --sql.")
    source = mock_data_in(mock, interval, loop) if mock is not None else None
    errors = 0
    with server.client() as client, _terminated_as_interrupted(), contextlib.suppress(KeyboardInterrupt):
        text = sql if sql is not None else client.rules.get(rule or "").sql
        if not text:
            raise click.ClickException(f"{rule} is a graph rule: it has no SQL to try.")
        with client.rules.test(text, mock_source=source, timeout=timeout, duration=duration) as run:
            for result in run:
                errors += bool(result.error)
                if as_json:
                    click.echo(json.dumps({"error": result.error} if result.error else {"value": result.value}))
                elif result.error:
                    click.echo(f"error: {result.error.translate(SAFE)}", err=True)
                else:
                    click.echo(json.dumps(result.value, ensure_ascii=False))
                if run.total == count:
                    break
    sys.exit(1 if errors else 0)


@rules.command()
@for_server
@click.argument("ids", nargs=-1, metavar="[ID...]")
@click.option("-o", "--output", type=click.Path(dir_okay=False, writable=True, path_type=Path), help="File to write.")
def export(server: Server, ids: Sequence[str], output: Path | None) -> None:
    """Write streams, tables and rules as a ruleset: all, or the given rules with what they read.

    Secrets of the rules are in it in the clear.
    """
    with server.client() as client:
        found = client.data.export_rules(ids) if ids else client.rules.export_ruleset()
    exported = found.sections.get("rules", {})
    missing = [rule for rule in ids if not exported.get(rule)]
    if missing:
        raise click.ClickException(f"There is no rule {', '.join(missing)} on {server.entry.connection.name}.")
    text = found.text if found.text.endswith("\n") else found.text + "\n"
    if output is None:
        click.echo(text, nl=False)
    else:
        output.write_text(text)
        click.echo(f"Wrote {len(exported)} rules to {output}.", err=True)


@rules.command("import")
@for_server
@click.argument("file", type=click.File("rb"))
@AS_JSON
def import_(server: Server, file: Any, as_json: bool) -> None:
    """Add the streams, tables and rules of a ruleset; `-` reads standard input.

    2.x replaces what exists, 1.x keeps it. Rules of the same ids that run are stopped first and run again afterwards:
    replaced while they run, the old ones would go on unseen. Exit status 0 only when all of the file was taken.
    """
    text = text_in(file)
    with server.client() as client:
        try:
            report = import_ruleset(client, text)
        except DefinitionInvalid as error:
            raise click.ClickException(f"{name_of(file)}: {error.message}") from None
    if as_json:
        click.echo(_dumped(imported_json(report)))
    else:
        for line in imported_lines(report):
            click.echo(line)
    sys.exit(0 if len(report.imported) == len(report.items) and not report.not_running else 1)


def _bulk(server: Server, kind: Kind, ids: Sequence[str], as_json: bool) -> None:
    """One command for some rules; each result is printed in the order of the ids, as soon as it is there."""
    work = BulkWork(server.client_of)
    job = work.begin(server.entry, kind, ids)
    try:
        for result in _settled(job):
            if not as_json:
                click.echo(_bulk_line(result, kind), err=not _was_done(result, kind))
    finally:
        work.close()
    if as_json:
        rows = [{"id": one.rule, "outcome": one.outcome, "reason": one.why, "state": one.state} for one in job.results]
        click.echo(_dumped(rows))
    sys.exit(0 if all(_was_done(result, kind) for result in job.results) else 1)


def _settled(job: BulkJob) -> Iterator[ItemResult]:
    """The results in their order. Ctrl+C ends the sending, and what was sent still gets its result; twice ends all."""
    number = 0
    while number < job.total:
        try:
            over = job.wait(POLL)
        except KeyboardInterrupt:
            if job.cancelled:
                raise
            job.cancel()
            click.echo("No further command is sent; waiting for those that were.", err=True)
            continue
        for result in job.results[number:]:
            if result.outcome == "pending" and not over:
                break
            number += 1
            yield result


def _was_done(result: ItemResult, kind: Kind) -> bool:
    """A start of what runs and a stop of what is stopped are done; who deletes what is not there has mistyped."""
    return result.outcome == "done" or (result.outcome == "skipped" and kind != "delete")


def _bulk_line(result: ItemResult, kind: Kind) -> str:
    done = {"start": "started", "stop": "stopped", "restart": "restarted", "delete": "deleted", "tags": "tagged"}[kind]
    outcome = done if result.outcome == "done" else result.outcome
    if result.outcome == "skipped" and kind == "delete":
        return f"{result.rule}: There is no such rule.".translate(SAFE)
    if result.outcome == "skipped":
        return f"{result.rule}: {result.why}".translate(SAFE)
    return f"{result.rule}: {outcome}{f': {result.why}' if result.why else ''}".translate(SAFE)


@contextlib.contextmanager
def _terminated_as_interrupted() -> Iterator[None]:
    """A request to end does what Ctrl+C does, so that the run on the server ends too."""

    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    before = signal.signal(signal.SIGTERM, interrupt)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


def _end(failures: Sequence[tuple[str, EKuiperError]]) -> None:
    for rule, error in failures:
        click.echo(f"{rule}: {told(error)}".translate(SAFE), err=True)
    sys.exit(1 if failures else 0)


def _dumped(value: object) -> str:
    return json.dumps(value, indent=2, ensure_ascii=False, default=str)
