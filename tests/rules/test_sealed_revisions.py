from __future__ import annotations

from pathlib import Path

from pydantic import SecretStr

from ekmanager.connections.vault import Vault, generate_key
from ekmanager.rules.revisions import JsonRevisions
from ekmanager.rules.sealed_revisions import SealedRevisions

KEY = "shared/line-1"
TEXT = '{"id": "r", "actions": [{"mqtt": {"password": "hunter2"}}]}'


def test_no_password_of_a_sink_is_readable_on_disk(tmp_path: Path) -> None:
    kept = SealedRevisions(JsonRevisions(tmp_path / "revisions"), Vault(SecretStr(generate_key())))
    kept.add(KEY, "r", who="a", what="created", text=TEXT)
    files = [path for path in (tmp_path / "revisions").rglob("*") if path.is_file()]
    assert files
    assert all(b"hunter2" not in path.read_bytes() for path in files)
    assert [revision.text for revision in kept.list(KEY, "r")] == [TEXT]


def test_the_same_text_is_kept_once(tmp_path: Path) -> None:
    kept = SealedRevisions(JsonRevisions(tmp_path / "revisions"), Vault(SecretStr(generate_key())))
    first = kept.add(KEY, "r", who="a", what="created", text=TEXT)
    assert kept.add(KEY, "r", who="a", what="edited", text=TEXT).id == first.id
    assert len(kept.list(KEY, "r")) == 1


def test_revisions_from_before_there_was_a_key_are_read_and_those_of_another_key_left_out(tmp_path: Path) -> None:
    plain = JsonRevisions(tmp_path / "revisions")
    plain.add(KEY, "r", who="a", what="created", text=TEXT)
    SealedRevisions(plain, Vault(SecretStr(generate_key()))).add(KEY, "r", who="a", what="edited", text="{}")
    other = SealedRevisions(plain, Vault(SecretStr(generate_key())))
    assert [revision.text for revision in other.list(KEY, "r")] == [TEXT]
