"""Revisions whose text is encrypted: a rule's definition holds the passwords of its sinks."""

from __future__ import annotations

from dataclasses import replace

from ekmanager.connections.errors import VaultError
from ekmanager.connections.vault import Vault
from ekmanager.rules.revisions import Revision, RevisionNotFound, Revisions

_MARK = "sealed:"


class SealedRevisions:
    """Around a store of revisions. Those from before there was a key are read as they are."""

    def __init__(self, kept: Revisions, vault: Vault) -> None:
        self._kept = kept
        self._vault = vault

    def add(self, key: str, rule: str, *, who: str, what: str, text: str) -> Revision:
        newest = next(iter(self.list(key, rule)), None)
        if newest is not None and newest.text == text:
            return newest
        sealed = _MARK + self._vault.encrypt(text, _bound(key, rule))
        return replace(self._kept.add(key, rule, who=who, what=what, text=sealed), text=text)

    def list(self, key: str, rule: str) -> tuple[Revision, ...]:
        """Without those that another key sealed."""
        opened = (self._opened(revision, key, rule) for revision in self._kept.list(key, rule))
        return tuple(revision for revision in opened if revision is not None)

    def get(self, key: str, rule: str, id: str) -> Revision:  # noqa: A002 - the word of the page
        found = self._opened(self._kept.get(key, rule, id), key, rule)
        if found is None:
            raise RevisionNotFound("The key that opens this revision is missing.", "Bring back EKMANAGER_SECRET_KEY.")
        return found

    def forget(self, key: str) -> None:
        self._kept.forget(key)

    def close(self) -> None:
        self._kept.close()

    def _opened(self, revision: Revision, key: str, rule: str) -> Revision | None:
        if not revision.text.startswith(_MARK):
            return revision
        try:
            text = self._vault.decrypt(revision.text.removeprefix(_MARK), _bound(key, rule))
        except VaultError:
            return None
        return replace(revision, text=text)


def _bound(key: str, rule: str) -> str:
    return f"rule revision of {key} {rule}"
