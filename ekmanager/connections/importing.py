"""Drafts of an import put into a store, with an answer for names and ids that exist."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Literal

from ekmanager.connections.catalog import folded
from ekmanager.connections.demo_mark import unmarked
from ekmanager.connections.errors import SecretsNeeded
from ekmanager.connections.merge import keep_secrets
from ekmanager.connections.model import MAX_NAME, Connection, Where, new_id
from ekmanager.connections.store import ConnectionStore
from ekmanager.connections.transfer import ImportPlan

if TYPE_CHECKING:
    from ekmanager.connections.book import Entry

OnConflict = Literal["skip", "replace", "rename"]


@dataclass(frozen=True)
class ImportReport:
    """What an import did: names of connections, and sentences."""

    added: tuple[str, ...]
    replaced: tuple[str, ...]
    skipped: tuple[str, ...]
    problems: tuple[str, ...]
    """Those of the plan, and what the import itself had to leave out."""

    @property
    def summary(self) -> str:
        """One sentence with the counts."""
        parts = [f"{len(self.added)} added", f"{len(self.replaced)} replaced", f"{len(self.skipped)} skipped"]
        if self.problems:
            parts.append(f"{len(self.problems)} with a problem")
        return ", ".join(parts) + "."


class Outcome(StrEnum):
    """What an import does with one draft."""

    ADDED = "added"
    RENAMED = "renamed"
    """Added under another name than its own."""
    REPLACES = "replaces"
    EXISTS = "exists"
    """Left out: its name or id exists."""
    TWICE = "twice"
    """Left out: an earlier one of the same file has its name or id."""
    ELSEWHERE = "elsewhere"
    """Left out: what it would replace is kept in the other store, or is not one connection but two."""

    @property
    def is_skipped(self) -> bool:
        return self in {Outcome.EXISTS, Outcome.TWICE, Outcome.ELSEWHERE}


@dataclass(frozen=True)
class Step:
    """One draft of a plan, and what becomes of it."""

    draft: Connection
    outcome: Outcome
    name: str = ""
    """That under which it is added, or that of the connection that it replaces, or that which is in its way."""
    connection_id: str = ""
    """Its id here, when it is added or replaces one."""


def steps(
    entries: Iterable[Entry], where: Where, drafts: Iterable[Connection], on_conflict: OnConflict
) -> Sequence[Step]:
    """What an import would do, draft by draft; changes nothing. Ids of new private ones differ from call to call."""
    visible = list(entries)
    ids = {entry.connection.id: entry for entry in visible}
    names = {folded(entry.connection.name): entry for entry in visible}
    taken_ids, taken_names = set(ids), set(names)
    replacing: set[str] = set()
    numbers: dict[str, int] = {}
    found: list[Step] = []
    for draft in drafts:
        key = folded(draft.name)
        same_name, same_id = key in taken_names, bool(draft.id) and draft.id in taken_ids
        old = ids.get(draft.id) or names.get(key)
        if on_conflict == "skip" and (same_name or same_id):
            outcome = Outcome.EXISTS if old is not None else Outcome.TWICE
            found.append(Step(draft, outcome, old.connection.name if old is not None else draft.name))
            continue
        if on_conflict == "replace" and (same_name or draft.id in ids):
            if old is None or old.connection.id in replacing or (same_name and key not in names):
                found.append(Step(draft, Outcome.TWICE, draft.name))
                continue
            if old.where is not where or names.get(key) not in (None, old):
                found.append(Step(draft, Outcome.ELSEWHERE, old.connection.name))
                continue
            replacing.add(old.connection.id)
            taken_names.add(key)
            found.append(Step(draft, Outcome.REPLACES, old.connection.name, old.connection.id))
            continue
        name = _free(draft.name, taken_names, numbers) if same_name else draft.name
        free = bool(draft.id) and not same_id
        connection_id = draft.id if free else new_id(name, taken_ids, private=where is Where.BROWSER)
        taken_ids.add(connection_id)
        taken_names.add(folded(name))
        found.append(Step(draft, Outcome.RENAMED if same_name else Outcome.ADDED, name, connection_id))
    return found


def run_import(
    store: ConnectionStore, where: Where, entries: Iterable[Entry], plan: ImportPlan, on_conflict: OnConflict
) -> ImportReport:
    """Adds all new drafts at once, then replaces one by one. Raises what the store raises.

    Whatever the file says, what comes in is no demo server.
    """
    visible = list(entries)
    ids = {entry.connection.id: entry for entry in visible}
    taken = steps(visible, where, [unmarked(draft) for draft in plan.ok], on_conflict)
    fresh = [
        step.draft.model_copy(update={"id": step.connection_id, "name": step.name, "revision": 0})
        for step in taken
        if step.outcome in {Outcome.ADDED, Outcome.RENAMED}
    ]
    replacing = {step.connection_id: step.draft for step in taken if step.outcome is Outcome.REPLACES}
    replaced: list[str] = []
    problems = list(plan.problems)
    if not _moves_default(visible, where, fresh, replacing):
        fresh = [draft.model_copy(update={"is_default": False}) for draft in fresh]
        replacing = {
            connection_id: draft.model_copy(update={"is_default": ids[connection_id].connection.is_default})
            for connection_id, draft in replacing.items()
        }
    if fresh:
        store.add(fresh)
    for connection_id, draft in replacing.items():
        old_connection = ids[connection_id].connection
        try:
            new = keep_secrets(old_connection, draft)
        except SecretsNeeded:
            new = draft
            problems.append(f"{draft.name}: it leads to another server now, so its secrets must be entered again.")
        new = new.model_copy(update={"id": connection_id})
        store.update(new, expected_revision=old_connection.revision)
        replaced.append(draft.name)
    added = tuple(connection.name for connection in fresh)
    skipped = tuple(step.draft.name for step in taken if step.outcome.is_skipped)
    return ImportReport(added, tuple(replaced), skipped, tuple(problems))


def _moves_default(
    visible: Iterable[Entry], where: Where, fresh: Iterable[Connection], replacing: Mapping[str, Connection]
) -> bool:
    """Whether the import says which connection is the default: where there is none, or where it replaces that one.

    A private default hides the shared one, so it counts as another in its place.
    """
    present = [entry for entry in visible if entry.connection.is_default and where in (entry.where, Where.BROWSER)]
    if not all(entry.where is where and entry.connection.id in replacing for entry in present):
        return False
    return any(draft.is_default for draft in (*fresh, *replacing.values()))


def _free(name: str, taken: set[str], numbers: dict[str, int]) -> str:
    """`numbers` remembers where to go on: a file may hold one name thousands of times."""
    stem = name[: MAX_NAME - 8].rstrip()
    number = numbers.get(folded(stem), 2)
    while folded(candidate := f"{stem} {number}") in taken:
        number += 1
    numbers[folded(stem)] = number + 1
    return candidate
