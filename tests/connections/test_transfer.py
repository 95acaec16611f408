"""Files that people take with them."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from typing import Literal

import pytest

from ekmanager.connections.book import ConnectionBook, Entry
from ekmanager.connections.browser import BrowserStore
from ekmanager.connections.demo_mark import is_demo
from ekmanager.connections.importing import Outcome, steps
from ekmanager.connections.json_file import JsonFileStore
from ekmanager.connections.model import Connection, Where
from ekmanager.connections.targets import TargetPolicy
from ekmanager.connections.transfer import Format, ImportPlan, export_connections, read_connections
from ekmanager.connections.vault import Vault
from tests.connections.samples import CANARY, connection, usable_tls, with_secrets

FORMATS: tuple[Format, Format] = ("json", "csv")


def _read(text: str) -> ImportPlan:
    return read_connections(text, TargetPolicy())


def _entries(*connections: Connection) -> list[Entry]:
    return [Entry(it, Where.SERVER, f"shared/{it.id}") for it in connections]


@pytest.fixture
def book(tmp_path: Path, vault: Vault) -> ConnectionBook:
    return ConnectionBook(JsonFileStore(tmp_path / "connections.json", vault), BrowserStore(vault), browser_id="b")


@pytest.mark.parametrize("fmt", FORMATS)
def test_an_export_leaves_secrets_and_foreign_fields_out(fmt: Format) -> None:
    locked = connection("Locked").with_locked({"credentials": {"kind": "jwt", "token": {"encrypted": CANARY}}})
    text = export_connections(_entries(with_secrets(apiKey=CANARY), locked), fmt)
    assert CANARY not in text
    assert [it.has_secrets for it in _read(text).ok] == [False, False]


@pytest.mark.parametrize("fmt", FORMATS)
def test_an_export_with_secrets_brings_everything_back(fmt: Format) -> None:
    made = with_secrets(
        description='two\nlines; with "quotes", and more', tags=["plant 3", "north"], timeout=2.5, isDefault=True
    ).model_copy(update={"tls": usable_tls()})
    plan = _read(export_connections(_entries(made), fmt, with_secrets=True))
    assert list(plan.problems) == []
    (back,) = plan.ok
    fields = set(Connection.model_fields) - {"created_at", "updated_at", "revision"}
    assert {name: getattr(back, name) for name in fields} == {name: getattr(made, name) for name in fields}


@pytest.mark.parametrize("fmt", FORMATS)
def test_an_export_with_secrets_never_has_ciphertext(fmt: Format) -> None:
    locked = connection("Locked").with_locked({"credentials": {"kind": "jwt", "token": {"encrypted": CANARY}}})
    assert CANARY not in export_connections(_entries(locked), fmt, with_secrets=True)


def test_how_certificates_are_checked_is_no_secret() -> None:
    made = connection(url="https://a", tls={"verify": False, "caBundle": usable_tls().ca_bundle})
    for fmt in FORMATS:
        (back,) = _read(export_connections(_entries(made), fmt)).ok
        assert back.tls == made.tls


ACTIVE = ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "'=1", "''@x", "'plain'"]


@pytest.mark.parametrize("text", ACTIVE)
def test_a_cell_that_a_spreadsheet_would_run_is_quoted_and_comes_back(text: str) -> None:
    made = connection("A", description=f"{text} ☂")
    exported = export_connections(_entries(made), "csv")
    (row,) = csv.DictReader(io.StringIO(exported))
    assert row["description"][0] not in "=+-@\t\r"
    assert _read(exported).ok[0].description == made.description


@pytest.mark.parametrize("name", ["=cmd|' /C calc'!A0", "@A"])
def test_names_and_tags_are_quoted_too(name: str) -> None:
    exported = export_connections(_entries(connection(name, id="a", tags=["=1"])), "csv")
    (row,) = csv.DictReader(io.StringIO(exported))
    assert row["name"] == f"'{name}"
    assert row["tags"] == "'=1"
    (back,) = _read(exported).ok
    assert (back.name, back.tags) == (name, ("=1",))


FIVE = {"id": "1719", "name": "Plant", "url": "http://plant:9081", "description": "hall 3", "isDefault": True}


@pytest.mark.parametrize(
    "text",
    [
        json.dumps([FIVE]),
        json.dumps({"connections": [FIVE], "version": 7}),
        json.dumps(FIVE),
        "\ufeff" + json.dumps([FIVE]),
        "id,name,url,description,isDefault\n1719,Plant,http://plant:9081,hall 3,true\n",
        "\ufeffid;name;url;description;isDefault\r\n1719;Plant;http://plant:9081;hall 3;TRUE\r\n",
        "Name\tURL\tDescription\tId\tis_default\nPlant\tplant:9081\thall 3\t1719\tyes",
        'name,Is Default,description,id,Address\n"Plant",1,"hall 3",1719,http://plant:9081/\n\n,,,,\n',
    ],
)
def test_forms_that_are_read(text: str) -> None:
    plan = _read(text)
    assert list(plan.problems) == []
    (found,) = plan.ok
    assert found.model_dump(by_alias=True, include={"id", "name", "url", "description", "is_default"}) == FIVE


def test_tags_are_divided() -> None:
    assert _read('name,url,tags\nA,a,"x, y"\n').ok[0].tags == ("x", "y")
    assert _read("name;url;tags\nA;a;x|y\n").ok[0].tags == ("x", "y")


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("", "The file is empty."),
        ("[1, 2", "The file is not JSON"),
        ("[" * 100_000, "The file is nested too deeply."),
        ('{"a": 1}', "neither an array"),
        ("a,b\n1,2\n", "`name` and `url` are needed"),
        ("hello", "`name` and `url` are needed"),
        ('name,url\nA,"http://a', "The file is not CSV"),
        ('[{"name": "A"}]', "Connection 1: URL: is needed."),
        ("[7]", "Connection 1: is not an object."),
        ("name,url\nA,a\n,b\n", "Row 3: Name: must not be empty."),
        ("name,url\nA,a,b\n", "Row 2: it has more cells than there are columns."),
        ("name,url,isDefault\nA,a,perhaps\n", "Row 2: Default: must be true or false."),
        ("name,url,credentials\nA,a,perhaps\n", "Row 2: credentials: must be JSON."),
        ("name,url\nA,mqtt://a\n", "Row 2: URL: mqtt://"),
    ],
)
def test_what_cannot_be_used_is_said_with_its_row(text: str, problem: str) -> None:
    (found,) = _read(text).problems
    assert problem in found


def test_good_rows_are_read_beside_bad_ones() -> None:
    plan = _read("name,url\nA,a\n,\nB,\nC,c\n")
    assert [it.name for it in plan.ok] == ["A", "C"]
    assert len(plan.problems) == 1


def test_an_import_has_limits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ekmanager.connections.transfer.MAX_CONNECTIONS", 2)
    monkeypatch.setattr("ekmanager.connections.transfer.MAX_TEXT", 100)
    assert "more than 2" in _read("name,url\nA,a\nB,b\nC,c\n").problems[0]
    assert _read("x" * 101).ok == ()


@pytest.mark.parametrize(
    "text",
    [
        json.dumps([{"name": "A", "url": f"http://u:{CANARY}@a", "headers": {"X": f"{CANARY}\n"}}]),
        f'[{{"token": "{CANARY}", }}]',
        f"name,url,credentials\nA,a,{CANARY}\n",
        f'name,url,credentials\nA,a,"{{""kind"": ""basic"", ""password"": ""{CANARY}""}}"\n',
    ],
)
def test_problems_do_not_repeat_a_secret(text: str) -> None:
    plan = _read(text)
    assert plan.problems
    assert CANARY not in str(plan)


def _import(
    book: ConnectionBook, drafts: list[dict[str, object]], on_conflict: Literal["skip", "replace", "rename"]
) -> tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...]]:
    report = book.import_(_read(json.dumps(drafts)), Where.SERVER, on_conflict)
    return report.added, report.replaced, report.skipped


OLD_AND_NEW: list[dict[str, object]] = [
    {"name": "line 2", "url": "http://new:9081"},
    {"name": "Other", "url": "http://other:9081"},
    {"name": "OTHER", "url": "http://twice:9081"},
]


def _urls(book: ConnectionBook) -> dict[str, str]:
    return {entry.connection.name: entry.connection.url for entry in book.entries()}


def test_names_that_exist_are_skipped(book: ConnectionBook) -> None:
    book.add(connection("Line 2", id=""), Where.SERVER)
    assert _import(book, OLD_AND_NEW, "skip") == (("Other",), (), ("line 2", "OTHER"))
    assert _urls(book) == {"Line 2": "http://edge-1:9081", "Other": "http://other:9081"}


def test_names_that_exist_are_renamed(book: ConnectionBook) -> None:
    book.add(connection("Line 2", id=""), Where.SERVER)
    assert _import(book, OLD_AND_NEW, "rename") == (("line 2 2", "Other", "OTHER 2"), (), ())
    assert len(_urls(book)) == 4


def test_names_that_exist_are_replaced_under_their_id(book: ConnectionBook) -> None:
    kept = book.add(connection("Line 2", id=""), Where.SERVER)
    assert _import(book, OLD_AND_NEW, "replace") == (("Other",), ("line 2",), ("OTHER",))
    replaced = book.get(kept.connection.id).connection
    assert (replaced.name, replaced.url, replaced.revision) == ("line 2", "http://new:9081", 1)


def test_ids_that_exist_are_kept_apart(book: ConnectionBook) -> None:
    book.add(connection("Line 2", id="x"), Where.SERVER)
    same_id: list[dict[str, object]] = [{"id": "x", "name": "Press", "url": "http://press:9081"}]
    assert _import(book, same_id, "skip") == ((), (), ("Press",))
    assert _import(book, same_id, "rename") == (("Press",), (), ())
    assert book.get("x").connection.name == "Line 2"
    assert [entry.connection.id for entry in book.entries()] == ["x", "press"]
    same_id[0]["name"] = "Press 9"
    assert _import(book, same_id, "replace") == ((), ("Press 9",), ())
    assert book.get("x").connection.name == "Press 9"


@pytest.mark.parametrize("on_conflict", ["skip", "replace", "rename"])
def test_an_import_leaves_the_default_where_it_is(
    book: ConnectionBook, on_conflict: Literal["skip", "replace", "rename"]
) -> None:
    book.add(connection("Mine", id="mine", isDefault=True), Where.SERVER)
    book.add(connection("Line 2", id="line"), Where.SERVER)
    theirs: list[dict[str, object]] = [
        {"name": "Other", "url": "http://other:9081", "isDefault": True},
        {"name": "Line 2", "url": "http://new:9081", "isDefault": True},
    ]
    _import(book, theirs, on_conflict)
    assert [entry.connection.name for entry in book.entries() if entry.connection.is_default] == ["Mine"]


def test_a_replaced_default_stays_it_unless_the_import_names_another(book: ConnectionBook) -> None:
    book.add(connection("Mine", id="mine", isDefault=True), Where.SERVER)
    again: dict[str, object] = {"name": "Mine", "url": "http://new:9081"}
    _import(book, [again], "replace")
    assert [entry.connection.url for entry in book.entries() if entry.connection.is_default] == ["http://new:9081"]
    _import(book, [again, {"name": "Other", "url": "http://other:9081", "isDefault": True}], "replace")
    assert [entry.connection.name for entry in book.entries() if entry.connection.is_default] == ["Other"]


def test_an_import_brings_its_default_where_there_is_none(book: ConnectionBook) -> None:
    book.add(connection("Line 2", id="line"), Where.SERVER)
    _import(book, [{"name": "Line 2", "url": "http://new:9081", "isDefault": True}], "rename")
    assert [entry.connection.name for entry in book.entries() if entry.connection.is_default] == ["Line 2 2"]


def test_an_import_into_the_browser_does_not_hide_the_shared_default(book: ConnectionBook) -> None:
    book.add(connection("Mine", id="mine", isDefault=True), Where.SERVER)
    plan = _read(json.dumps([{"name": "Other", "url": "http://other:9081", "isDefault": True}]))
    book.import_(plan, Where.BROWSER)
    default = book.default()
    assert default is not None
    assert default.connection.name == "Mine"


def test_what_the_other_store_keeps_is_not_replaced(book: ConnectionBook) -> None:
    book.add(connection("Line 2", id=""), Where.BROWSER)
    assert _import(book, OLD_AND_NEW[:1], "replace") == ((), (), ("line 2",))
    assert _urls(book)["Line 2"] == "http://edge-1:9081"


def test_a_replaced_connection_keeps_its_secrets_at_the_same_server_only(book: ConnectionBook) -> None:
    book.add(with_secrets(id="g"), Where.SERVER)
    same = _read(json.dumps([{"id": "g", "name": "Guarded", "url": "https://guarded:9081"}]))
    assert list(book.import_(same, Where.SERVER, "replace").problems) == []
    assert book.get("g").connection.headers == with_secrets().headers
    evil = _read(json.dumps([{"id": "g", "name": "Guarded", "url": "https://evil:9081"}]))
    report = book.import_(evil, Where.SERVER, "replace")
    assert any("secrets must be entered again" in problem for problem in report.problems)
    assert not book.get("g").connection.has_secrets


def test_an_exported_book_is_imported_elsewhere(book: ConnectionBook, vault: Vault) -> None:
    book.add(with_secrets(id="", tags=["a"]).model_copy(update={"tls": usable_tls()}), Where.SERVER)
    book.add(connection("Mine", id=""), Where.BROWSER)
    text = export_connections(book.entries(), "csv", with_secrets=True)
    other = ConnectionBook(None, BrowserStore(vault), browser_id="other")
    report = other.import_(_read(text), Where.BROWSER)
    assert report.summary == "2 added, 0 replaced, 0 skipped."
    assert other.entries()[0].connection.credentials == with_secrets().credentials


def test_sealed_secrets_of_a_store_file_open_in_a_store_with_the_same_key(
    tmp_path: Path, vault: Vault, book: ConnectionBook
) -> None:
    path = tmp_path / "other.json"
    JsonFileStore(path, vault).add([with_secrets()])
    assert CANARY not in path.read_text()
    book.import_(_read(path.read_text()), Where.SERVER)
    assert book.get("guarded").connection.headers == with_secrets().headers


def test_rows_that_lead_where_nothing_may_go_are_refused_one_by_one() -> None:
    policy = TargetPolicy()
    policy.own_ports.add(8501)
    urls = ["http://169.254.169.254", "http://127.0.0.1:8501", "http://localhost:8501", "http://127.0.0.1:9081"]
    rows = "".join(f"server {number},{url}\n" for number, url in enumerate(urls))
    plan = read_connections("name,url\n" + rows, policy)
    assert [it.url for it in plan.ok] == ["http://127.0.0.1:9081"]
    assert [problem.partition(":")[0] for problem in plan.problems] == ["Row 2", "Row 3", "Row 4"]
    assert "this app itself" in plan.problems[2]


def test_a_row_outside_the_allowed_targets_is_refused() -> None:
    plan = read_connections("name,url\nA,http://edge-1\nB,http://other\n", TargetPolicy(["edge-1"]))
    assert [it.name for it in plan.ok] == ["A"]
    assert "Row 3" in plan.problems[0]


def test_a_row_whose_certificate_cannot_be_used_is_refused() -> None:
    raws = [{"name": "A", "url": "https://a", "tls": {"caBundle": "nothing"}}, {"name": "B", "url": "https://b"}]
    plan = _read(json.dumps(raws))
    assert [it.name for it in plan.ok] == ["B"]
    assert "Connection 1" in plan.problems[0]
    assert "CA bundle" in plan.problems[0]


@pytest.mark.parametrize("text", ["[]", '{"connections": []}', "name,url\n", "name,url\n,\n"])
def test_a_list_without_connections_is_said_to_hold_nothing(text: str) -> None:
    plan = _read(text)
    assert "nothing in it" in plan.problems[0]
    assert plan.whole


def test_what_an_import_would_do_is_known_before(book: ConnectionBook) -> None:
    book.add(connection("Line 2", id="x"), Where.SERVER)
    book.add(connection("Mine", id="y"), Where.BROWSER)
    raws = [("dup", ""), ("DUP", ""), ("line 2", ""), ("Mine", ""), ("Press", "x"), ("dup", "y")]
    drafts = [connection(name, id=given) for name, given in raws]

    def fates(on_conflict: Literal["skip", "replace", "rename"]) -> list[Outcome]:
        return [step.outcome for step in steps(book.entries(), Where.SERVER, drafts, on_conflict)]

    added, twice, exists = Outcome.ADDED, Outcome.TWICE, Outcome.EXISTS
    assert fates("skip") == [added, twice, exists, exists, exists, exists]
    assert fates("replace") == [added, twice, Outcome.REPLACES, Outcome.ELSEWHERE, twice, twice]
    assert fates("rename") == [added, *[Outcome.RENAMED] * 3, added, Outcome.RENAMED]


def test_a_replacement_does_not_take_the_name_of_an_earlier_row(book: ConnectionBook) -> None:
    book.add(connection("Line 2", id="x"), Where.SERVER)
    rows: list[dict[str, object]] = [
        {"name": "Press", "url": "http://press:9081"},
        {"id": "x", "name": "PRESS", "url": "http://press:9081"},
    ]
    assert _import(book, rows, "replace") == (("Press",), (), ("PRESS",))


def test_a_file_cannot_bring_the_mark_of_a_demo_server(book: ConnectionBook) -> None:
    raw = {"name": "A", "url": "http://a", "demo": "plant-1/line-1", "tags": ["demo", "x"], "apiKey": "kept"}
    book.import_(_read(json.dumps([raw])), Where.BROWSER)
    (entry,) = book.entries()
    assert not is_demo(entry.connection)
    assert entry.connection.tags == ("x",)
    assert (entry.connection.model_extra or {}) == {"apiKey": "kept"}
