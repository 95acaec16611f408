"""Drafts of an import put into a store, with an answer for names and ids that exist."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from ekmanager.connections.catalog import folded
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


def run_import(
    store: ConnectionStore, where: Where, entries: Iterable[Entry], plan: ImportPlan, on_conflict: OnConflict
) -> ImportReport:
    """Adds all new drafts at once, then replaces one by one. Raises what the store raises."""
    visible = list(entries)
    ids = {entry.connection.id: entry for entry in visible}
    names = {folded(entry.connection.name): entry for entry in visible}
    taken_ids, taken_names = set(ids), set(names)
    fresh: list[Connection] = []
    replacing: dict[str, Connection] = {}
    replaced: list[str] = []
    skipped: list[str] = []
    problems = list(plan.problems)
    for draft in plan.ok:
        same_name = folded(draft.name) in taken_names
        if same_name and on_conflict == "skip":
            skipped.append(draft.name)
            continue
        if on_conflict == "replace" and (same_name or draft.id in ids):
            old = ids.get(draft.id) or names.get(folded(draft.name))
            clash = names.get(folded(draft.name))
            if old is None or old.where is not where or old.connection.id in replacing or clash not in (None, old):
                skipped.append(draft.name)
                continue
            replacing[old.connection.id] = draft
            taken_names.add(folded(draft.name))
            continue
        name = _free(draft.name, taken_names) if same_name else draft.name
        if draft.id and draft.id in taken_ids and on_conflict == "skip":
            skipped.append(draft.name)
            continue
        free = bool(draft.id) and draft.id not in taken_ids
        connection_id = draft.id if free else new_id(name, taken_ids, private=where is Where.BROWSER)
        fresh.append(draft.model_copy(update={"id": connection_id, "name": name, "revision": 0}))
        taken_ids.add(connection_id)
        taken_names.add(folded(name))
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
    return ImportReport(added, tuple(replaced), tuple(skipped), tuple(problems))


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


def _free(name: str, taken: set[str]) -> str:
    number = 2
    while folded(candidate := f"{name[: MAX_NAME - 8].rstrip()} {number}") in taken:
        number += 1
    return candidate
