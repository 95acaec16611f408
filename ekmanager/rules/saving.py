"""Saving, deleting and importing rules so that nothing changes but what was asked for.

SavingError
├── ChangedMeanwhile     the stored rule is not the one that was opened
├── GoneMeanwhile        it was deleted
├── AlreadyThere         a new rule has the id of another
└── VersionTooLow        2.4 takes a change only with a larger version

What the server says otherwise comes out as EKuiperError.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from ekmanager.ekuiper.client import EKuiperClient
from ekmanager.ekuiper.errors import EKuiperError, NotFound, RequestRefused, TimedOut, Unreachable
from ekmanager.ekuiper.models import JSON, State
from ekmanager.rules.definition import (
    Definition,
    DefinitionInvalid,
    edited,
    is_old,
    read_definition,
    same,
    text_of,
    without_state,
)
from ekmanager.rules.importing import ImportItem, ImportReport, import_ruleset
from ekmanager.rules.jsontext import canonical
from ekmanager.rules.options import option_names
from ekmanager.rules.states import UP, look, state_after

__all__ = [
    "AlreadyThere",
    "ChangedMeanwhile",
    "GoneMeanwhile",
    "ImportItem",
    "ImportReport",
    "Saved",
    "SavingError",
    "VersionTooLow",
    "create",
    "delete",
    "import_ruleset",
    "state_after",
    "update",
]

_NEVER_SENT = frozenset({"refused", "dns", "no_route", "connect_timeout", "tls", "tls_certificate", "tls_plain"})
_UNCLEAR = "Nobody knows whether the server took it: look at the rule before you try again."
_OLD_DEFAULTS: dict[str, JSON] = {
    "debug": False,
    "logFilename": "",
    "isEventTime": False,
    "lateTolerance": 1000,
    "concurrency": 1,
    "bufferLength": 1024,
    "sendMetaToSink": False,
    "sendError": True,
    "qos": 0,
    "checkpointInterval": 300_000,
    "restartStrategy": {"attempts": 0, "delay": 1000, "multiplier": 2, "maxDelay": 30_000, "jitterFactor": 0.1},
    "cron": "",
    "duration": "",
    "cronDatetimeRange": None,
}
"""What 1.14 writes into every rule that it starts or stops."""
_OLD_FIELDS = ("id", "name", "sql", "graph", "actions")


class SavingError(Exception):
    """Nothing was saved. The message is a sentence; `hint` says what to try."""

    hint = ""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


class ChangedMeanwhile(SavingError):
    """The stored rule is not the one that was opened. `text` is what is stored now."""

    hint = "Compare both, and save again to replace the stored one."

    def __init__(self, rule: str, text: str) -> None:
        super().__init__(f"The rule {rule} was changed by someone else since it was opened.")
        self.text = text


class GoneMeanwhile(SavingError):
    """The rule was deleted."""

    hint = "Create it again to keep what you have."

    def __init__(self, rule: str) -> None:
        super().__init__(f"The rule {rule} is not on the server any more.")


class AlreadyThere(SavingError):
    """A new rule has the id of another."""

    hint = "Choose another id, or edit that rule."

    def __init__(self, rule: str) -> None:
        super().__init__(f"There is a rule {rule} on the server already.")


class VersionTooLow(SavingError):
    """2.4 takes a change only with a larger version."""

    hint = "Give the rule a larger version. They are compared as texts, so 10 comes before 9."

    def __init__(self, rule: str) -> None:
        super().__init__(f"The version of the rule {rule} is not larger than the stored one.")


@dataclass(frozen=True, slots=True)
class Saved:
    """What became of a save, as the server says."""

    text: str
    """What is stored now."""
    state: State
    """As the server reported it at last; UNKNOWN where it could not be asked."""
    reason: str
    """Why it is not running, or why the state is not known."""
    created: bool


def create(client: EKuiperClient, document: Definition, *, start: bool) -> Saved:
    """Creates a rule, started or not. Raises DefinitionInvalid, AlreadyThere, EKuiperError."""
    text = _triggered(text_of(document), start)
    rule = _id_of(text)
    try:
        client.rules.create(text)
    except RequestRefused as error:
        if re.search(r"rule .* already exists\s*\.?$", error.server_message, re.S):
            raise AlreadyThere(rule) from error
        raise
    except (TimedOut, Unreachable) as error:
        _must_be_stored(client, rule, text, error)
    return _saved(client, rule, text, running=start, created=True)


def update(
    client: EKuiperClient,
    rule: str,
    *,
    opened: str,
    document: Definition,
    version: str,
    keep_state: bool = True,
    force: bool = False,
) -> Saved:
    """Replaces the definition of a rule on a server of that version.

    `opened` is the text that the change began from: where another one is stored now, ChangedMeanwhile is raised,
    unless forced. With `keep_state` a rule that is stopped stays so and one that runs, or failed, runs; a `triggered`
    that the change itself sets differently counts more. What is stored already is not sent: that would restart it.
    Raises DefinitionInvalid, SavingError, EKuiperError.
    """
    text = text_of(document)
    stored = _stored(client, rule)
    if stored is not None and not force and not _as_opened(stored, opened, version):
        raise ChangedMeanwhile(rule, stored)
    state, _ = look(client, rule)
    running = _wanted(state, text, stored, opened, keep_state)
    unchanged = stored is not None and without_state(text) == without_state(stored)
    if stored is not None and unchanged and running in {state in UP, _triggered_in(stored)}:
        return _saved(client, rule, stored, running=running, created=False)
    text = _triggered(text, running)
    try:
        client.rules.update(rule, text)
    except NotFound as error:
        raise GoneMeanwhile(rule) from error
    except RequestRefused as error:
        if "already exists with version" in error.server_message:
            raise VersionTooLow(rule) from error
        raise
    except (TimedOut, Unreachable) as error:
        _must_be_stored(client, rule, text, error)
    return _saved(client, rule, text, running=running, created=False)


def delete(client: EKuiperClient, rule: str) -> str:
    """Stops and deletes a rule; returns the server's sentence. Raises GoneMeanwhile, EKuiperError."""
    try:
        return client.rules.delete(rule)
    except NotFound as error:
        if re.search(r"Delete rule .* failed", error.server_message):
            # 2.4 says so of a temporary rule that it has just deleted
            return f"Rule {rule} is dropped."
        raise GoneMeanwhile(rule) from error


def _saved(client: EKuiperClient, rule: str, text: str, *, running: bool, created: bool) -> Saved:
    """What the server says after a save. That it cannot say it does not undo the save."""
    try:
        state, reason = state_after(client, rule, running=running, document=read_definition(text))
    except EKuiperError as error:
        return Saved(text, State.UNKNOWN, f"It was saved, and its state could not be read: {error.message}", created)
    try:
        stored = client.rules.get(rule).text
    except EKuiperError:
        stored = text  # also a temporary rule of 2.4, which has no stored text
    return Saved(stored, state, reason, created)


def _stored(client: EKuiperClient, rule: str) -> str | None:
    """What is stored; None for a temporary rule of 2.4. Raises GoneMeanwhile."""
    try:
        return client.rules.get(rule).text
    except NotFound as error:
        try:
            client.rules.status(rule)
        except NotFound:
            raise GoneMeanwhile(rule) from error
        return None


def _as_opened(stored: str, opened: str, version: str) -> bool:
    """Whether nobody changed the rule: a start or a stop rewrites its text and is no change of it."""
    if stored == opened or same(stored, opened):
        return True
    if is_old(version):
        return _as_old_stores(stored, version) == _as_old_stores(opened, version)
    return without_state(stored) == without_state(opened)


def _as_old_stores(text: str, version: str) -> str:
    """A text for what 1.14 makes of a definition: all its default options, and nothing that it does not know."""
    document = read_definition(text)
    options = document.get("options")
    options = options if isinstance(options, dict) else {}
    names = {name.partition(".")[0] for name in option_names(version)}
    kept: dict[str, JSON] = {key: document[key] for key in _OLD_FIELDS if document.get(key)}
    kept["options"] = {**_OLD_DEFAULTS, **{name: value for name, value in options.items() if name in names}}
    return canonical(kept)


def _wanted(state: State, text: str, stored: str | None, opened: str, keep_state: bool) -> bool:
    """Whether the rule is to run after the save."""
    wanted = _triggered_in(text)
    if not keep_state or wanted is not _triggered_in(opened):
        return wanted
    if state is State.STOPPED:
        return False
    if state in UP:
        return True
    # A rule that failed was meant to run, unless its text says otherwise
    return _triggered_in(stored if stored is not None else text)


def _triggered_in(text: str) -> bool:
    try:
        return read_definition(text).get("triggered") is not False
    except DefinitionInvalid:
        return True


def _triggered(text: str, running: bool) -> str:
    """The text with `triggered` as it must be; as it stands where it says that already."""
    return text if _triggered_in(text) is running else edited(text, triggered=running)


def _id_of(text: str) -> str:
    rule = read_definition(text).get("id")
    return rule if isinstance(rule, str) else ""


def _must_be_stored(client: EKuiperClient, rule: str, text: str, error: EKuiperError) -> None:
    """After a call without an answer: returns where the server took it all the same, else raises the error."""
    if error.code not in _NEVER_SENT:
        try:
            stored = client.rules.get(rule).text
        except EKuiperError:
            stored = ""
        if same(stored, text):
            return
        error.hint = f"{_UNCLEAR} {error.hint}".strip()
    raise error
