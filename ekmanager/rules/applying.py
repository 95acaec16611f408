"""Rules as a file says them: what differs from the server's, and saving only that."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from ekmanager.ekuiper.client import EKuiperClient
from ekmanager.ekuiper.errors import EKuiperError, NotFound
from ekmanager.ekuiper.models import JSON, State
from ekmanager.rules.advice import Advice, advise
from ekmanager.rules.definition import DefinitionInvalid, edited, is_old, pretty, read_definition, same, unified
from ekmanager.rules.options import OPTIONS
from ekmanager.rules.saving import Saved, SavingError, create, update

Outcome = Literal["created", "updated", "unchanged", "would be created", "would be updated", "failed"]

_KEPT_BY_OLD = frozenset(["id", "name", "sql", "graph", "actions", "options"])
"""What 1.14 stores of a definition, besides the state."""


@dataclass(frozen=True)
class Applied:
    """What became of one rule of a file."""

    rule: str
    outcome: Outcome
    diff: str = ""
    """A unified diff from the server's definition to the file's; empty where there is no difference."""
    state: State | None = None
    """As the server says after saving; None where nothing was saved."""
    reason: str = ""
    """Why it failed, or why it does not run although it was to."""
    hint: str = ""
    advice: tuple[Advice, ...] = ()
    """Warnings."""
    ok: bool = True
    """False also for a rule that was saved and then stopped by an error."""


def apply_rule(
    client: EKuiperClient, text: str, *, version: str, dry_run: bool = False, force: bool = False
) -> Applied:
    """Create or update the rule that the definition in `text` names by its id; the same one is left alone.

    An update keeps the state that the rule has: `triggered` counts only for a rule that is new. With `force` what is
    known to fail is sent too, and what somebody else saved in the meantime is replaced. Never raises for one rule
    what the next may not meet: errors of the server and of the definition are in the answer.
    """
    rule = ""
    try:
        document = read_definition(text)
        rule = str(document.get("id") or "")
        stored = _stored(client, rule) if rule else None
        old = read_definition(stored) if stored is not None else None
        diff = difference(stored, text, version=version)
        if stored is not None and not diff:
            return Applied(rule, "unchanged")
        found = [
            advice
            for advice in advise(document, version=version, old=old)
            if advice.level != "info" and (old is None or advice.field != "triggered")
        ]
        errors = [advice.message for advice in found if advice.level == "error"]
        warnings = tuple(advice for advice in found if advice.level == "warning")
        if errors and not force:
            return Applied(rule, "failed", diff, reason=" ".join(errors), advice=warnings, ok=False)
        if dry_run:
            return Applied(rule, "would be created" if stored is None else "would be updated", diff, advice=warnings)
        saved = _saved(client, rule, text, document, stored, version=version, force=force)
        ok = saved.state is not State.FAILED
        return Applied(
            rule,
            "created" if saved.created else "updated",
            diff,
            saved.state,
            saved.reason if saved.state in {State.FAILED, State.UNKNOWN} else "",
            advice=warnings,
            ok=ok,
        )
    except (EKuiperError, SavingError) as error:
        return Applied(rule, "failed", reason=error.message, hint=error.hint, ok=False)
    except DefinitionInvalid as error:
        place = f" Line {error.line}, column {error.column}." if error.line is not None else ""
        return Applied(rule, "failed", reason=f"{error.message}{place}", ok=False)


def difference(stored: str | None, text: str, *, version: str) -> str:
    """A unified diff of two definitions of a rule, without what says nothing about the rule; None: there is none yet.

    Left out are `triggered`, which is a state, and what 1.14 adds and drops by itself: defaults and unknown fields.
    """
    document = read_definition(text)
    name = str(document.get("id") or "rule")
    if stored is None:
        return "\n".join(["--- (absent)", f"+++ {name}", *(f"+{line}" for line in pretty(document).split("\n"))])
    before, after = edited(stored, triggered=None), edited(text, triggered=None)
    if is_old(version):
        known = set(read_definition(stored)) | _KEPT_BY_OLD
        before, after = (pretty(_as_old_keeps(read_definition(each), known, version)) for each in (before, after))
    if same(before, after):
        return ""
    return unified(before, after, name)


def _stored(client: EKuiperClient, rule: str) -> str | None:
    try:
        return client.rules.get(rule).text
    except NotFound:
        return None


def _saved(
    client: EKuiperClient,
    rule: str,
    text: str,
    document: Mapping[str, JSON],
    stored: str | None,
    *,
    version: str,
    force: bool,
) -> Saved:
    if stored is None:
        return create(client, text, start=document.get("triggered") is not False)
    # What the file says of the state is not to count, and what the server's text says is the state that is kept
    state = read_definition(stored).get("triggered")
    return update(client, rule, opened=stored, document=edited(text, triggered=state), version=version, force=force)


def _as_old_keeps(document: Mapping[str, JSON], known: set[str], version: str) -> dict[str, JSON]:
    kept = {key: value for key, value in document.items() if key in known and key != "options"}
    options = document.get("options")
    if isinstance(options, dict):
        changed = dict(_changed(options, version))
        if changed:
            kept["options"] = changed
    return kept


def _changed(options: Mapping[str, JSON], version: str, prefix: str = "") -> Iterator[tuple[str, JSON]]:
    """The options that are not as they are unless set."""
    defaults = {spec.name: spec.default_on(version) for spec in OPTIONS}
    for key, value in options.items():
        name = prefix + key
        if isinstance(value, dict):
            inner = dict(_changed(value, version, f"{name}."))
            if inner:
                yield key, inner
        elif (value if value is not None else "") != defaults.get(name):
            yield key, value
