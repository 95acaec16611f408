"""Exports, imports and background tasks."""

from __future__ import annotations

from collections.abc import Iterable

from pydantic import TypeAdapter

from ekmanager.ekuiper.errors import ImportIncomplete, RequestRefused
from ekmanager.ekuiper.models import Export, ImportResult, Task
from ekmanager.ekuiper.parse import decode, load_json, parse_as, parse_export, read_sections
from ekmanager.ekuiper.resources.base import LONG, Resource, source_of

_RESULT = TypeAdapter(ImportResult)
_TASK = TypeAdapter(Task)


class Rulesets(Resource):
    """Streams, tables and rules as one file."""

    def export(self) -> Export:
        """All of them."""
        return self._parse(parse_export, "ruleset.export", wait=LONG)

    def import_(self, content: str | Export | None = None, *, file: str | None = None) -> str:
        """Add those of a file. The server skips what is bad without saying so; its sentence counts the others.

        1.14 skips what exists. 2.4 replaces it, and a replaced rule that was running goes on, out of reach, until the
        process ends: stop such rules first.
        """
        return self._text("ruleset.import", json=source_of(_content(content), file), wait=LONG)


class Data(Resource):
    """The whole configuration. Exports hold secrets in clear."""

    def export(self) -> Export:
        """All of it."""
        return self._parse(parse_export, "data.export", wait=LONG)

    def export_rules(self, rules: Iterable[str]) -> Export:
        """Some rules and what they need. An unknown rule is there with an empty text."""
        return self._parse(parse_export, "data.export_rules", json=[*rules], wait=LONG)

    def import_(
        self, content: str | Export | None = None, *, file: str | None = None, partial: bool, stop: bool = False
    ) -> ImportResult:
        """Take over a configuration. Raises ImportIncomplete when parts of it failed.

        Without `partial` the server is wiped first, **before** the content is even parsed. `stop`: the process ends
        about a second later, with exit status 100.
        """
        body = source_of(_content(content), file)
        try:
            return self._parse(
                lambda answer: parse_as(_RESULT, answer),
                "data.import",
                query=_import_query(partial, stop),
                json=body,
                wait=LONG,
            )
        except RequestRefused as error:
            raise _incomplete(error) from error

    def import_status(self) -> dict[str, dict[str, str]]:
        """By section and name. Errors of the last full import for streams, tables, rules and configurations;
        definitions, not errors, for services, schemas, uploads and plugins."""
        return self._parse(lambda answer: read_sections(decode(answer)), "data.import_status")

    def import_async(
        self, content: str | Export | None = None, *, file: str | None = None, partial: bool, stop: bool = False
    ) -> str:
        """The same in the background; returns the id of the task. Two within one second: the second is refused."""
        query, body = _import_query(partial, stop), source_of(_content(content), file)
        return self._read(_TASK, "data.import_async", query=query, json=body).id

    def export_v2(self) -> str:
        """The whole configuration as YAML, rules as objects (2.4)."""
        return self._call("data.export_v2", wait=LONG).text

    def import_v2(self, content: str | None = None, *, file: str | None = None) -> str:
        """Add and replace from such YAML (2.4). It stops at the first error; what came before stays."""
        return self._text("data.import_v2", json=source_of(content, file), wait=LONG)


class Tasks(Resource):
    """Background tasks."""

    def get(self, task: str) -> Task:
        """State of a task. Its result is JSON inside `message`."""
        return self._read(_TASK, "tasks.get", task)

    def cancel(self, task: str) -> str:
        """Cancel a task. The server also says yes for one that is over."""
        return self._text("tasks.cancel", task)


def _content(content: str | Export | None) -> str | None:
    return content.text if isinstance(content, Export) else content


def _import_query(partial: bool, stop: bool) -> dict[str, str]:
    return {**({"partial": "1"} if partial else {}), **({"stop": "1"} if stop else {})}


def _incomplete(error: RequestRefused) -> RequestRefused:
    """2.4 puts the problems of an import as JSON into the message; 1.14 says `process error` and no more."""
    try:
        sections = read_sections(load_json(error.server_message))
    except ValueError:
        sections = {}
    problems = {name: items for name, items in sections.items() if items}
    if not problems and error.server_message != "process error":
        return error
    names = ", ".join(f"{section} {name}" for section, items in problems.items() for name in items)
    server = error.message.partition(" refused it")[0]
    found = ImportIncomplete(
        f"{server} could not import everything{': ' if names else ''}{names}.",
        hint="The rest was imported. Correct these parts and import them again, with partial set.",
        operation=error.operation,
        url=error.url,
        status=error.status,
        server_code=error.server_code,
        server_message=error.server_message,
    )
    found.problems = problems
    return found
