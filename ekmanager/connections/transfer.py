"""Connections as a file that people take with them: JSON, or CSV for a spreadsheet."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Literal

from pydantic.alias_generators import to_camel

from ekmanager.connections.documents import ItemInvalid, Seal, from_document, to_document
from ekmanager.connections.errors import ConnectionsError
from ekmanager.connections.model import MAX_CONNECTIONS, Connection
from ekmanager.connections.targets import TargetPolicy
from ekmanager.connections.usable import check_usable
from ekmanager.connections.vault import Vault

if TYPE_CHECKING:
    from ekmanager.connections.book import Entry

Format = Literal["json", "csv"]

MAX_TEXT = 20_000_000
"""Characters of an import."""

_COLUMNS = ("id", "name", "url", "description", "tags", "isDefault", "timeout", "tls")
_SECRET_COLUMNS = ("credentials", "headers")
_JSON_COLUMNS = frozenset(["tls", *_SECRET_COLUMNS])
_SECRET_FREE = ("id", "name", "url", "description", "isDefault", "tags", "timeout")
_ACTIVE = re.compile(r"'*[=+\-@\t\r]")
"""What a spreadsheet takes for a formula, behind apostrophes that an export has put before it."""
_QUOTED = re.compile(r"'+[=+\-@\t\r]")
_TRUE = frozenset(["true", "1", "yes", "x"])
_FALSE = frozenset(["false", "0", "no", ""])
_HEADINGS = {"default": "isDefault", "address": "url", "server": "url", "endpoint": "url", "tag": "tags"}


@dataclass(frozen=True)
class ImportPlan:
    """What a file holds: drafts that can be added, and a sentence with its row for each that cannot."""

    ok: Sequence[Connection]
    problems: Sequence[str]
    whole: bool = False
    """Whether the one problem is that of the file itself, so that it has no rows to speak of."""


def export_connections(entries: Sequence[Entry], fmt: Format, *, with_secrets: bool = False) -> str:
    """The text of a file. Without secrets also fields that are not ours are left out; with them, in the clear.

    Secrets that no key opens now are never written. CSV: a cell that a spreadsheet would run begins with an
    apostrophe, which an import takes off again.
    """
    # A vault with a key of this process encrypts nothing unless it must: secrets stand in the clear.
    seal = Seal(Vault(None))
    connections = [entry.connection.with_locked({}) for entry in entries]
    rows = [to_document(connection, seal) for connection in connections]
    if not with_secrets:
        rows = [_secret_free(row) for row in rows]
    if fmt == "json":
        return json.dumps(rows, indent=2, ensure_ascii=False) + "\n"
    out = io.StringIO()
    columns = (*_COLUMNS, *_SECRET_COLUMNS) if with_secrets else _COLUMNS
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(columns)
    writer.writerows([spreadsheet_cell(row.get(column)) for column in columns] for row in rows)
    return out.getvalue()


def read_connections(text: str, policy: TargetPolicy, fmt: Format | None = None) -> ImportPlan:
    """Drafts from JSON (an array, or an object with `connections`) or CSV with headings; `fmt` None: by its look.

    Each is one that may be kept: `policy` allows its address, and its certificates can be used. Never raises for its
    content: everything that cannot be used is a problem with its row.
    """
    if len(text) > MAX_TEXT:
        return _refused(f"The file has more than {MAX_TEXT // 1_000_000} million characters.")
    text = text.removeprefix("\ufeff").strip()
    if not text:
        return _refused("The file is empty.")
    if fmt == "json" or (fmt is None and text[0] in "[{"):
        return _read_json(text, policy)
    return _read_csv(text, policy)


def _refused(problem: str) -> ImportPlan:
    return ImportPlan((), (problem,), whole=True)


def _secret_free(row: dict[str, object]) -> dict[str, object]:
    kept = {name: row[name] for name in _SECRET_FREE if name in row}
    tls = row.get("tls")
    if isinstance(tls, Mapping):
        public_part = {name: tls[name] for name in ("verify", "caBundle") if name in tls}
        if public_part:
            kept["tls"] = public_part
    return kept


def _read_json(text: str, policy: TargetPolicy) -> ImportPlan:
    try:
        content = json.loads(text)
    except RecursionError:
        return _refused("The file is nested too deeply.")
    except json.JSONDecodeError as error:
        place = f"line {error.lineno}, column {error.colno}"
        return _refused(f"The file is not JSON: {error.msg} ({place}).")
    except ValueError:
        return _refused("The file is not JSON.")
    if isinstance(content, Mapping):
        content = content.get("connections", [content] if "url" in content else None)
    if not isinstance(content, list):
        return _refused("The file holds neither an array of connections nor an object with `connections`.")
    return _plan([(f"Connection {number}", raw) for number, raw in enumerate(content, 1)], policy)


def _read_csv(text: str, policy: TargetPolicy) -> ImportPlan:
    first = text.splitlines()[0]
    delimiter = max(",;\t", key=first.count)
    try:
        rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True))
    except csv.Error as error:
        return _refused(f"The file is not CSV: {error}.")
    headings = [_heading(cell) for cell in rows[0]]
    if not {"name", "url"} <= set(headings):
        return _refused("The first row must name the columns; `name` and `url` are needed.")
    plan: list[tuple[str, object]] = []
    problems: list[str] = []
    for number, row in enumerate(rows[1:], 2):
        if not any(cell.strip() for cell in row):
            continue
        try:
            plan.append((f"Row {number}", _from_cells(headings, row)))
        except ValueError as error:
            problems.append(f"Row {number}: {error}.")
    if problems and not plan:
        return ImportPlan((), tuple(problems))
    read = _plan(plan, policy)
    return ImportPlan(read.ok, (*problems, *read.problems), read.whole and not problems)


def _plan(raws: Sequence[tuple[str, object]], policy: TargetPolicy) -> ImportPlan:
    if not raws:
        return _refused("The file holds no connections: there is nothing in it to import.")
    if len(raws) > MAX_CONNECTIONS:
        return _refused(f"The file holds more than {MAX_CONNECTIONS} connections.")
    seal, now = Seal(Vault(None)), datetime.now(UTC)
    ok: list[Connection] = []
    problems: list[str] = []
    for row, raw in raws:
        try:
            connection = from_document(raw, seal, written_at=now).connection
            check_usable(connection, policy)
        except ItemInvalid as error:
            problems.append(f"{row}: {error}.")
        except ConnectionsError as error:
            problems.append(f"{row}: {error.message} {error.hint}".rstrip())
        else:
            ok.append(connection)
    return ImportPlan(tuple(ok), tuple(problems))


def _heading(cell: str) -> str:
    word = cell.strip()
    word = to_camel(word.replace(" ", "_")) if "_" in word or " " in word else word[:1].lower() + word[1:]
    lower = word.lower()
    known = {column.lower(): column for column in (*_COLUMNS, *_SECRET_COLUMNS)} | _HEADINGS
    return known.get(lower, word)


def spreadsheet_cell(value: object) -> str:
    """A value as the cell of a CSV; what a spreadsheet would take for a formula is quoted."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list | tuple):
        text = ", ".join(str(part) for part in value)
    elif isinstance(value, Mapping):
        text = json.dumps(value, ensure_ascii=False)
    else:
        text = str(value)
    return f"'{text}" if _ACTIVE.match(text) else text


def _from_cells(headings: Sequence[str], row: Sequence[str]) -> dict[str, object]:
    if len(row) > len(headings) and any(cell.strip() for cell in row[len(headings) :]):
        raise ValueError("it has more cells than there are columns")
    fields: dict[str, object] = {}
    for heading, raw in zip(headings, row, strict=False):
        cell = (raw[1:] if _QUOTED.match(raw) else raw).strip()
        if not heading:
            continue
        if heading == "isDefault":
            fields[heading] = _flag(cell)
        elif cell and heading in _JSON_COLUMNS:
            fields[heading] = _json(heading, cell)
        elif heading == "tags":
            fields[heading] = [word for word in re.split(r"[,;|]", cell) if word.strip()]
        elif cell or heading in {"name", "url"}:
            fields[heading] = cell
    return fields


def _flag(cell: str) -> bool:
    word = cell.lower()
    if word in _TRUE:
        return True
    if word in _FALSE:
        return False
    raise ValueError("Default: must be true or false")


def _json(heading: str, cell: str) -> object:
    try:
        return json.loads(cell)
    except (ValueError, RecursionError):
        # The cause is left out: it holds the cell, which may be a secret.
        raise ValueError(f"{heading}: must be JSON") from None
