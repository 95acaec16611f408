"""What pages compute without Streamlit: texts, states, figures, concerns, drafts, charts, rows."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from pydantic import SecretStr

from ekmanager.connections.book import Entry
from ekmanager.connections.model import Connection, Where
from ekmanager.health.model import UNCHECKED, Snapshot, Status
from ekmanager.ui.attention import concerns
from ekmanager.ui.context import select
from ekmanager.ui.draft import Draft, HeaderLine, Secret, document, draft_of, patch, url_advice
from ekmanager.ui.figures import fleet_figures, versions
from ekmanager.ui.navigation import PAGES, PageId, page_address, page_file, pages_folder
from ekmanager.ui.rows import RowCache, fleet_row
from ekmanager.ui.state import FrameState, ServerState
from ekmanager.ui.text import code, count, first_sentence, listed, plain, prose
from ekmanager.ui.widgets.fleet import pack
from tests.ui.pages import failing, info, offline, online, unauthorized


def entry(name: str, *, where: Where = Where.BROWSER, **fields: object) -> Entry:
    connection = Connection.model_validate({"id": name, "name": name, "url": "http://edge-7:9081", **fields})
    return Entry(connection, where, f"key/{name}")


@pytest.mark.parametrize(
    "text",
    [
        ":smile:",
        ":material/home:",
        ":red[x]",
        ":streamlit:",
        "a -> b",
        "a -- b",
        "http://evil.example",
        "a@evil.example",
    ],
)
def test_patterns_that_streamlit_replaces_after_parsing_are_broken_up(text: str) -> None:
    assert "\u2060" in plain(text)
    assert plain(text).replace("\u2060", "").replace("\\", "") == text


def test_markup_is_escaped_letter_by_letter() -> None:
    assert plain("*a* _b_ `c` [d](e) <f> $g$ # h") == r"\*a\* \_b\_ \`c\` \[d\]\(e\) \<f\> \$g\$ \# h"


def test_lines_and_control_characters_become_one_line() -> None:
    assert plain("a\n\n# b\x00\u202ec") == r"a \# b c"


@pytest.mark.parametrize(
    ("seen_at", "address"),
    [
        ("http://localhost:8501/connections", "/server?server={id}&refresh=2"),
        ("http://localhost:8501/", "/server?server={id}&refresh=2"),
        ("https://apps.example.org/~/+/overview", "/~/+/server?server={id}&refresh=2"),
        ("https://example.org/tools/ek", "/tools/ek/server?server={id}&refresh=2"),
        (None, "/server?server={id}&refresh=2"),
    ],
)
def test_the_address_of_a_page_keeps_the_path_under_which_the_app_is_served(seen_at: str | None, address: str) -> None:
    assert page_address(PageId.SERVER, {"server": "{id}", "refresh": "2"}, seen_at) == address


def test_a_server_that_is_being_checked_counts_once() -> None:
    numbers = fleet_figures([online(), online(checking=True), replace(offline(), checking=True)])
    assert numbers.servers == 3
    assert sum(numbers.by_status.values()) + numbers.checking == 3
    assert numbers.online == 2


def test_code_spans_hold_backticks() -> None:
    assert code("a`b") == "``a`b``"
    assert code("`a") == "`` `a ``"
    assert code("") == ""


def test_sentences_keep_their_code_and_nothing_else() -> None:
    assert prose("set `basic` in *etc*") == r"set `basic` in \*etc\*"
    assert prose("one ` alone") == r"one \` alone"
    assert prose("`a`b` :red[x]`") == "`a`b`:red[x]`"


def test_lists_and_counts_read_well() -> None:
    assert listed(["a"]) == "a"
    assert listed(["a", "b", "c"]) == "a, b and c"
    assert listed(["a", "b", "c", "d"], 2) == "a, b and 2 more"
    assert count(1, "server") == "1 server"
    assert count(1_000, "server") == "1,000 servers"
    assert first_sentence("Look there. Then here.") == "Look there."


def test_states_map_to_the_url_and_back() -> None:
    state = FrameState("line-2", 30)
    assert FrameState.from_query(state.to_query()) == state
    assert FrameState().to_query() == {}
    assert FrameState.from_query({"refresh": "7", "server": ""}) == FrameState()
    assert ServerState.from_query(ServerState("7d").to_query()) == ServerState("7d")
    assert ServerState.from_query({"range": "forever"}) == ServerState()


def test_the_server_in_the_url_wins_then_the_private_default_then_the_first() -> None:
    first, shared = entry("a", where=Where.SERVER), entry("b", where=Where.SERVER, is_default=True)
    private = entry("c", is_default=True)
    assert select([first, shared, private], "a") == (first, "")
    assert select([first, shared, private], None) == (private, "")
    assert select([first, shared], None) == (shared, "")
    assert select([first], "gone") == (None, "gone")
    assert select([], None) == (None, "")


def test_figures_leave_out_what_is_not_online() -> None:
    gone = Snapshot(status=Status.OFFLINE, info=info(), rules=online().rules, latency_ms=99.0)
    numbers = fleet_figures([online(), online(latency_ms=None, throughput=None), gone])
    assert (numbers.servers, numbers.online, numbers.rules_running) == (3, 2, 8)
    assert (numbers.records_in, numbers.records_servers) == (12.5, 1)
    assert numbers.latency_ms == 8.0


def test_figures_that_nobody_knows_are_none() -> None:
    numbers = fleet_figures([offline()])
    assert (numbers.records_in, numbers.latency_ms, numbers.rules_servers) == (None, None, 0)


def test_versions_are_counted_with_the_unknown_ones_last() -> None:
    fleet = [online(), online(info=info("1.14.7")), online(), offline(), offline(), offline()]
    assert versions(fleet) == [("2.4.0", 2), ("1.14.7", 1), ("unknown", 3)]


def test_concerns_are_worst_first_then_by_name_whatever_the_order() -> None:
    fleet = [
        (entry("d"), failing()),
        (entry("c"), unauthorized()),
        (entry("b"), offline()),
        (entry("A"), offline()),
        (entry("e"), online()),
    ]
    names = [concern.entry.connection.name for concern in concerns(fleet)]
    assert names == ["A", "b", "c", "d"]
    assert [concern.entry.connection.name for concern in concerns(reversed(fleet))] == names


def test_a_rule_that_fails_on_a_server_that_is_down_is_no_second_concern() -> None:
    (found,) = concerns([(entry("a"), offline())])
    assert not found.of_rules


def test_a_form_left_as_it_opened_is_an_empty_patch() -> None:
    connection = Connection.model_validate(
        {
            "name": "a",
            "url": "https://edge-7",
            "tags": ["x"],
            "timeout": 2.0,
            "credentials": {"kind": "basic", "username": "ann", "password": "pw"},
            "headers": {"X-Key": "v"},
            "tls": {"verify": False, "clientCertificate": "cert", "clientKey": "key"},
        }
    )
    assert patch(connection, draft_of(connection)) == {}


def test_a_patch_names_only_what_changed() -> None:
    connection = Connection.model_validate(
        {
            "name": "a",
            "url": "http://edge-7:9081",
            "credentials": {"kind": "basic", "username": "ann", "password": "pw"},
        }
    )
    opened = draft_of(connection)
    changed = replace(opened, name="b", username="bob", timeout=3.0)
    assert patch(connection, changed) == {
        "name": "b",
        "timeout": 3.0,
        "credentials": {"kind": "basic", "username": "bob"},
    }


def test_headers_and_keys_can_be_replaced_and_removed() -> None:
    connection = Connection.model_validate(
        {"name": "a", "url": "https://e", "headers": {"A": "1", "B": "2"}, "tls": {"clientKey": "key"}}
    )
    draft = replace(
        draft_of(connection),
        headers=(HeaderLine("A", secret=Secret.REMOVE), HeaderLine("B", "9"), HeaderLine("C", "3")),
        key_action=Secret.REMOVE,
    )
    assert patch(connection, draft) == {"headers": {"A": None, "B": "9", "C": "3"}, "tls": {"clientKey": None}}


def test_the_document_of_a_form_is_a_connection() -> None:
    draft = Draft(
        name=" a ",
        url="edge-7:9081",
        kind="minted",
        issuer="me",
        secret="no key",
        headers=(HeaderLine("X-A", "v"), HeaderLine("", "ignored")),
        ca_bundle=" pem ",
    )
    written = document(draft)
    assert written["credentials"] == {"kind": "minted", "issuer": "me", "lifetime": 300, "privateKey": "no key"}
    assert written["headers"] == {"X-A": "v"}
    made = Connection.model_validate({**written, "credentials": {"kind": "none"}})
    assert made.headers == {"X-A": SecretStr("v")}
    assert made.tls.ca_bundle == "pem"


def test_a_draft_prints_no_secret() -> None:
    draft = Draft(name="a", secret="s3cret", headers=(HeaderLine("X", "s3cret"),), client_key="s3cret")
    assert "s3cret" not in repr(draft)
    assert "s3cret" not in repr(HeaderLine("X", "s3cret"))
    assert "s3cret" not in repr(url_advice("http://ann:s3cret@edge-7"))


def test_advice_for_a_url_as_it_is_typed() -> None:
    assert url_advice("").problem == ""
    assert url_advice("edge-7").normalised == "http://edge-7"
    assert url_advice("http://edge-7").with_port == "http://edge-7:9081"
    assert url_advice("http://edge-7/base").with_port == ""
    assert url_advice("mqtt://edge-7").problem
    moved = url_advice("http://ann:pw@edge-7:9081/x")
    assert (moved.without_login, moved.username, moved.password) == ("http://edge-7:9081/x", "ann", "pw")


def test_a_row_is_packed_again_only_when_something_changed() -> None:
    cache, one = RowCache(), entry("a")
    asked: list[str] = []

    def uptime(key: str) -> float:
        asked.append(key)
        return 100.0

    first = cache.rows([one], lambda _key: online(serial=1), uptime, 0.0)
    assert cache.rows([one], lambda _key: online(serial=1), uptime, 0.5)[0] is first[0]
    assert len(asked) == 1
    assert cache.rows([one], lambda _key: online(serial=2), uptime, 0.5)[0] is not first[0]
    renamed = Entry(one.connection.model_copy(update={"name": "b"}), one.where, one.key)
    assert cache.rows([renamed], lambda _key: online(serial=2), uptime, 0.5)[0][1] == "b"


def test_every_page_has_its_file() -> None:
    assert all(page_file(page.id).is_file() for page in PAGES)


def test_an_installed_package_brings_its_pages_along(tmp_path: Path) -> None:
    package = tmp_path / "ekmanager"
    assert pages_folder(package) == package.parent / "pages"
    (package / "_app" / "pages").mkdir(parents=True)
    assert pages_folder(package) == package / "_app" / "pages"


def test_one_that_was_deleted_and_added_again_does_not_show_its_old_uptime() -> None:
    cache, one, again = RowCache(), entry("a"), entry("a")
    cache.rows([one], lambda _key: online(serial=1), lambda _key: 99.0, 0.0)
    (row,) = cache.rows([again], lambda _key: UNCHECKED, lambda _key: None, 0.5)
    assert 99.0 not in row
    assert row == pack(fleet_row(again, UNCHECKED, None))
