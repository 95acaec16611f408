"""Files that commands about rules read: definitions, and data for trial runs."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any

import click

from ekmanager.ekuiper.models import JSON
from ekmanager.rules.definition import DefinitionInvalid, pretty, read_definition


def name_of(file: Any) -> str:
    """For people: standard input has a name of its own, or none."""
    name = str(getattr(file, "name", "<stdin>"))
    return "Standard input" if name == "<stdin>" else name


def text_in(file: Any) -> str:
    """The whole file, as text. Raises ClickException."""
    try:
        return str(file.read().decode("utf-8-sig"))
    except UnicodeDecodeError:
        # The cause is left out: it holds the whole text, secrets among it.
        raise click.ClickException(f"{name_of(file)} is not UTF-8 text. Save it as UTF-8.") from None


def _loaded(file: Any) -> tuple[str, JSON]:
    text = text_in(file)
    try:
        return text, json.loads(text, strict=False)
    except (ValueError, RecursionError) as error:
        place = f", line {error.lineno} column {error.colno}" if isinstance(error, json.JSONDecodeError) else ""
        raise click.ClickException(f"{name_of(file)} is not JSON{place}.") from None


def definitions_in(file: Any) -> Iterator[str]:
    """The definitions in a file, as texts; one that stands alone byte for byte. Raises ClickException."""
    whole, value = _loaded(file)
    for item in value if isinstance(value, list) else [value]:
        if not isinstance(item, dict):
            raise click.ClickException(f"{name_of(file)} has something else than rules: a rule is a JSON object.")
        if "rules" in item and "sql" not in item and "graph" not in item:
            raise click.ClickException(f"{name_of(file)} is a ruleset: `ekmanager rules import` takes it.")
        if not isinstance(item.get("id"), str) or not item["id"]:
            raise click.ClickException(f"{name_of(file)} has a rule without an id.")
        text = pretty(item) if isinstance(value, list) else whole
        try:
            read_definition(text)
        except DefinitionInvalid as error:
            raise click.ClickException(f"{name_of(file)}, rule {item['id']}: {error.message}") from None
        yield text


def refuse_twice(texts: Sequence[str]) -> None:
    """Raises ClickException where two definitions are of one rule: which of them counts is not said."""
    counts = Counter(read_definition(text)["id"] for text in texts)
    twice = [str(rule) for rule, count in counts.items() if count > 1]
    if twice:
        raise click.ClickException(f"Given more than once: {', '.join(twice)}.")


def mock_data_in(file: Any, interval: int, loop: bool) -> dict[str, object]:
    """What stands in for sources, by stream; `interval` in ms and `loop` where the file does not say them itself."""
    _, value = _loaded(file)
    if not isinstance(value, dict):
        raise click.ClickException(f'{name_of(file)} is not mock data: it looks like {{"stream": [{{"a": 1}}]}}.')
    found: dict[str, object] = {}
    for stream, given in value.items():
        source: JSON = {"data": given} if isinstance(given, list) else given
        if not isinstance(source, dict) or not isinstance(source.get("data"), list):
            raise click.ClickException(f"{name_of(file)} has no list of records for {stream}.")
        found[stream] = {"interval": interval, "loop": loop, **source}
    return found
