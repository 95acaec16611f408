"""A file of streams, tables and rules onto a server, with what became of each.

An import by itself says only how many it took, skips what is bad without a word, and on 2.4 leaves the old instance of
a rule that runs alive and out of reach. So running rules are stopped before, and what is stored is compared after.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Literal

from ekmanager.ekuiper.client import EKuiperClient
from ekmanager.ekuiper.errors import EKuiperError
from ekmanager.ekuiper.models import State
from ekmanager.rules.checking import check
from ekmanager.rules.definition import DefinitionInvalid, is_old, read_definition, text_of, without_state
from ekmanager.rules.jsontext import dump
from ekmanager.rules.states import UP, look, state_after

Kind = Literal["stream", "table", "rule"]
_SECTIONS: tuple[tuple[str, Kind], ...] = (("streams", "stream"), ("tables", "table"), ("rules", "rule"))
_MOST_EXPLAINED = 50
"""Rules that were not taken and are checked for a reason, one call each."""
_NO_REASON = "The server skipped it and gives no reason."


@dataclass(frozen=True, slots=True)
class ImportItem:
    """What became of one part of the file. `kept`: the server had one of this name and does not replace it (1.14)."""

    kind: Kind
    name: str
    outcome: Literal["imported", "kept", "failed"]
    why: str = ""


@dataclass(frozen=True, slots=True)
class ImportReport:
    """What became of an import."""

    said: str
    """The server's sentence."""
    items: tuple[ImportItem, ...]
    restarted: tuple[str, ...] = ()
    """Rules that were stopped for the import and run again."""
    not_running: tuple[tuple[str, str], ...] = ()
    """Rules of the file that should run and do not, with the reason. 2.4 takes a rule that it cannot start."""

    @property
    def imported(self) -> tuple[ImportItem, ...]:
        return tuple(item for item in self.items if item.outcome == "imported")

    @property
    def failed(self) -> tuple[ImportItem, ...]:
        return tuple(item for item in self.items if item.outcome == "failed")


def import_ruleset(client: EKuiperClient, text: str) -> ImportReport:
    """Adds the streams, tables and rules of a file; 2.x replaces those that exist, 1.x keeps them.

    Running rules of the same ids are stopped first and run afterwards. Raises DefinitionInvalid for a text that is no
    ruleset, before anything is changed, and EKuiperError; then, too, what was stopped has been started again.
    """
    sections = read_ruleset(text)
    version = client.get_info().version
    before = client.ruleset.export().sections
    stopped = [] if is_old(version) else _in_states(client, [*sections["rules"]], UP)
    try:
        for rule in stopped:
            client.rules.stop(rule)
        said = client.ruleset.import_(dump(sections))
        after = client.ruleset.export().sections
    except EKuiperError:
        _start_again(client, stopped)
        raise
    restarted, not_running = _start_again(client, stopped)
    not_running |= _failed(client, [rule for rule in sections["rules"] if rule not in not_running])
    items = [
        _judge(kind, name, item, before.get(section, {}), after.get(section, {}), version)
        for section, kind in _SECTIONS
        for name, item in sections[section].items()
    ]
    return ImportReport(said, _explained(client, items, sections["rules"]), restarted, tuple(not_running.items()))


def read_ruleset(text: str) -> dict[str, dict[str, str]]:
    """Streams and tables as SQL and rules as JSON texts, by name. Raises DefinitionInvalid.

    Rules may also stand in the file as objects. Each has its id, and a text that eKuiper can read.
    """
    document = read_definition(text)
    if not any(name in document for name, _ in _SECTIONS):
        raise DefinitionInvalid('A ruleset is a JSON object with "streams", "tables" and "rules".')
    sections: dict[str, dict[str, str]] = {}
    for section, kind in _SECTIONS:
        items = document.get(section)
        items = {} if items is None else items
        if not isinstance(items, dict):
            raise DefinitionInvalid(f'"{section}" is an object with a member for each {kind}.')
        sections[section] = {}
        for name, item in items.items():
            if isinstance(item, dict) and kind == "rule":
                item = dump(item)
            if not isinstance(item, str):
                raise DefinitionInvalid(f"The {kind} {name} is not a text.")
            sections[section][name] = _rule_text(name, item) if kind == "rule" else item
    return sections


def _rule_text(name: str, text: str) -> str:
    try:
        return text_of(text)
    except DefinitionInvalid as error:
        raise DefinitionInvalid(f"The rule {name}: {error.message}", error.line, error.column) from error


def _in_states(client: EKuiperClient, rules: list[str], wanted: Collection[State]) -> list[str]:
    states = client.rules.status_all() if rules else {}
    return [rule for rule in rules if rule in states and states[rule].state in wanted]


def _start_again(client: EKuiperClient, rules: list[str]) -> tuple[tuple[str, ...], dict[str, str]]:
    """Starts those that do not run: a start of one that runs would restart it. Who runs now, and why others do not."""
    problems: dict[str, str] = {}
    for rule in rules:
        try:
            if look(client, rule)[0] not in UP:
                client.rules.start(rule)
        except EKuiperError as error:
            problems[rule] = error.message
    if not rules:
        return (), {}
    try:
        state_after(client, rules[-1], running=True)
        states = client.rules.status_all()
        for rule in rules:
            if rule not in problems and (rule not in states or states[rule].state not in UP):
                problems[rule] = look(client, rule)[1]
    except EKuiperError as error:
        problems = {rule: problems.get(rule, f"Its state could not be read: {error.message}") for rule in rules}
    return tuple(rule for rule in rules if rule not in problems), problems


def _failed(client: EKuiperClient, rules: list[str]) -> dict[str, str]:
    """Those of the rules that stopped by an error, with the reason."""
    try:
        up = _in_states(client, rules, UP)
        if up:  # one that cannot connect takes a moment to fail
            state_after(client, up[-1], running=True)
        return {rule: look(client, rule)[1] for rule in _in_states(client, rules, frozenset({State.FAILED}))}
    except EKuiperError as error:
        return dict.fromkeys(rules, f"Its state could not be read: {error.message}")


def _judge(
    kind: Kind,
    name: str,
    sent: str,
    before: Mapping[str, str],
    after: Mapping[str, str],
    version: str,
) -> ImportItem:
    if name not in after:
        return ImportItem(kind, name, "failed", _NO_REASON)
    if _alike(kind, after[name], sent):
        return ImportItem(kind, name, "imported")
    if is_old(version) and name in before:
        return ImportItem(kind, name, "kept", f"It exists, and eKuiper {version} keeps what it has.")
    return ImportItem(kind, name, "failed", _NO_REASON)


def _alike(kind: Kind, stored: str, sent: str) -> bool:
    if kind != "rule":
        return stored.split() == sent.split()
    return without_state(stored) == without_state(sent)


def _explained(client: EKuiperClient, items: list[ImportItem], rules: Mapping[str, str]) -> tuple[ImportItem, ...]:
    """The items with reasons for rules that were not taken, where the server has one when it is asked."""
    asked = 0
    found: list[ImportItem] = []
    for item in items:
        if item.kind == "rule" and item.outcome == "failed" and asked < _MOST_EXPLAINED:
            asked += 1
            try:
                checked = check(client, rules[item.name])
            except EKuiperError:
                checked = None
            if checked is not None and checked.message:
                item = ImportItem(item.kind, item.name, item.outcome, checked.message)
        found.append(item)
    return tuple(found)
