"""The rules of a server, kept up to date while somebody looks; against simulated servers of both versions."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import aiohttp
import pytest
from aiohttp import web

from ekmanager.connections.access import Access
from ekmanager.connections.book import Entry
from ekmanager.ekuiper.models.rules import State
from ekmanager.health.rule_memory import RuleMemory
from ekmanager.health.statuses import Reading
from ekmanager.rules.board import BoardOptions, RuleRow, RulesBoard, RulesView, RuleView
from ekmanager.simulator.server import Behaviour, SimulatedServer
from tests.recordings import VERSIONS
from tests.rules.worlds import Loop, client_of, entry, simulated, until

QUICK = BoardOptions(states=0.05, statuses=0.05, summaries=0.3, cpu=0.1, definitions=0.3, unwatched=1.0, forgotten=30.0)


@contextmanager
def boarded(options: BoardOptions = QUICK, memory: RuleMemory | None = None) -> Iterator[RulesBoard]:
    loop = Loop()
    board = RulesBoard(lambda: loop.session, options=options, memory=memory)
    task = loop.begin(board.run())
    try:
        yield board
    finally:
        loop.end(task)
        loop.close()


@pytest.fixture
def board() -> Iterator[RulesBoard]:
    with boarded() as made:
        yield made


def complete(board: RulesBoard, looked_at: Entry) -> RulesView:
    """The view once every rule's figures were read."""

    def ready() -> bool:
        view = board.watch(looked_at)
        return view.at is not None and not view.loading and view.progress is None

    until(ready)
    return board.watch(looked_at)


def row(view: RulesView, rule: str) -> RuleRow:
    return next(row for row in view.rows if row.id == rule)


def seen(board: RulesBoard, looked_at: Entry, rule: str) -> RuleView:
    until(lambda: board.watch_rule(looked_at, rule).at is not None)
    return board.watch_rule(looked_at, rule)


@pytest.mark.parametrize("version", VERSIONS)
def test_the_first_look_begins_the_polling_and_all_that_is_known_is_in_the_rows(version: str) -> None:
    with simulated(version) as server, boarded() as board:
        here = entry(server.url)
        assert board.watch(here).loading
        view = complete(board, here)
        assert [found.id for found in view.rows] == sorted(server.engine.rules)
        assert (view.version, view.problem) == (version, None)
        until(lambda: row(board.watch(here), "hot_alert").streams == ("climate",))
        until(lambda: (figures := row(board.watch(here), "hot_alert").figures) and figures.in_per_second)
        found = row(board.watch(here), "hot_alert")
        assert (found.name, found.state) == ("Overheating alert", State.RUNNING)
        assert found.tags == (("alert", "temperature") if version == "2.4.0" else ())
        assert found.figures is not None
        assert found.figures.records_in > 0
        assert row(board.watch(here), "raw_export").state is State.STOPPED


def test_a_rule_that_is_made_stopped_or_deleted_elsewhere_is_shown_so(board: RulesBoard) -> None:
    with simulated("2.4.0") as server, client_of(entry(server.url).connection) as client:
        here = entry(server.url)
        complete(board, here)
        client.rules.create({"id": "new", "sql": "SELECT * FROM meters", "actions": [{"nop": {}}], "name": "New"})
        until(lambda: any(found.name == "New" for found in board.watch(here).rows))
        until(lambda: row(board.watch(here), "new").streams == ("meters",))
        client.rules.stop("hot_alert")
        until(lambda: row(board.watch(here), "hot_alert").state is State.STOPPED)
        client.rules.delete("new")
        until(lambda: all(found.id != "new" for found in board.watch(here).rows))


def test_the_revision_changes_only_with_the_content(board: RulesBoard) -> None:
    with simulated("2.4.0", seed_rules=False) as server, client_of(entry(server.url).connection) as client:
        here = entry(server.url)
        first = complete(board, here)
        until(lambda: (board.watch(here).at or 0) > (first.at or 0) + 0.3)
        assert board.watch(here).revision == first.revision
        client.streams.create('CREATE STREAM s () WITH (TYPE="memory", DATASOURCE="s", FORMAT="json")')
        client.rules.create({"id": "one", "sql": "SELECT * FROM s", "actions": [{"log": {}}]})
        assert board.wait(here, first.revision, 10.0).revision != first.revision


def test_waiting_ends_with_the_first_content(board: RulesBoard) -> None:
    with simulated("2.4.0") as server:
        here = entry(server.url)
        view = board.wait(here, board.watch(here).revision, 10.0)
        assert view.rows


def test_waiting_ends_with_the_time_where_nothing_changes(board: RulesBoard) -> None:
    with simulated("2.4.0", behaviour=Behaviour.HANGING) as server:
        here = entry(server.url)
        assert board.wait(here, board.watch(here).revision, 0.1).loading


def test_a_look_after_some_time_waits_for_what_is_now(board: RulesBoard, monkeypatch: pytest.MonkeyPatch) -> None:
    with simulated("2.4.0") as server:
        here = entry(server.url)
        complete(board, here)
        until(lambda: board.watch_rule(here, "hot_alert").status)
        assert board.look(here, 0.0).rows
        assert board.look_rule(here, "hot_alert", 0.0).status
        monkeypatch.setattr("ekmanager.rules.board._NOW", 0.0)
        begun = time.time()
        assert (board.look(here, 10.0).at or 0) >= begun
        assert (board.look_rule(here, "hot_alert", 10.0).at or 0) >= begun
        assert board.look_rule(here, "nosuch", 10.0).gone


def test_a_look_does_not_wait_for_a_server_that_cannot_be_read(board: RulesBoard) -> None:
    here = entry("http://127.0.0.1:1")
    assert board.look(here, 10.0).problem
    assert board.look_rule(here, "r", 10.0).problem


def test_polling_ends_when_nobody_looks_and_begins_anew_with_the_next_look(board: RulesBoard) -> None:
    with simulated("2.4.0") as server:
        here = entry(server.url)
        old = complete(board, here)
        assert _quiet(server)
        assert board.watch(here).rows, "what is known stays for a while"
        until(lambda: (board.watch(here).at or 0) > (old.at or 0))


def _quiet(server: SimulatedServer) -> bool:
    """Whether a time comes in which nothing arrives."""
    pause, count = threading.Event(), -1
    for _ in range(20):
        if server.requests == count:
            return True
        count = server.requests
        pause.wait(0.6)
    return False


def test_connections_to_the_same_server_with_the_same_credentials_are_polled_once(board: RulesBoard) -> None:
    with simulated("2.4.0") as server:
        one, two = entry(server.url), entry(server.url, name="other")
        complete(board, one)
        assert board.watch(two).rows is board.watch(one).rows or board.watch(two).rows
        assert not board.watch(two).loading
        other = entry(server.url, credentials={"kind": "bearer", "token": "x"})
        assert board.watch(other).loading, "another credential may see other rules"


@pytest.mark.parametrize(
    ("behaviour", "words"),
    [
        (Behaviour.UNAUTHORIZED, "wants a token"),
        (Behaviour.FAILING, "500"),
        (Behaviour.HTML, "web page"),
        (Behaviour.CLOSING, "closed the connection"),
        (Behaviour.BROKEN_JSON, "not with eKuiper"),
    ],
)
def test_what_a_server_does_wrong_is_a_sentence(board: RulesBoard, behaviour: Behaviour, words: str) -> None:
    with simulated("2.4.0", behaviour=behaviour) as server:
        here = entry(server.url)
        until(lambda: board.watch(here).problem is not None)
        view = board.watch(here)
        assert view.problem is not None
        assert words in f"{view.problem.message} {view.problem.hint}"
        assert not view.loading


def test_rows_stay_while_a_server_is_away_and_go_on_when_it_is_back(board: RulesBoard) -> None:
    with simulated("2.4.0") as server:
        here = entry(server.url)
        old = complete(board, here)
        server.behaviour = Behaviour.FAILING
        until(lambda: board.watch(here).problem is not None)
        assert board.watch(here).rows == old.rows or board.watch(here).rows
        server.behaviour = Behaviour.HEALTHY

        def back() -> bool:
            board.refresh_soon(here)
            return board.watch(here).problem is None

        until(back)


def test_the_list_of_an_old_server_without_the_state_of_all_rules_is_read_instead(board: RulesBoard) -> None:
    with simulated("1.14.7") as server:
        hide(server, "/rules/status/all")
        here = entry(server.url)
        view = complete(board, here)
        assert row(view, "hot_alert").state is State.RUNNING
        assert row(view, "raw_export").state is State.STOPPED


def hide(server: SimulatedServer, route: str) -> None:
    """Lets the server answer a route as one that it does not have."""
    inner = server._answer

    async def answer(request: web.BaseRequest) -> web.StreamResponse:
        return web.Response(status=404, text="404 page not found\n") if request.path == route else await inner(request)

    assert server._protocols is not None
    server._protocols.request_handler = answer


def test_cpu_times_are_shown_where_the_server_measures(board: RulesBoard) -> None:
    with simulated("2.4.0") as server:
        here = entry(server.url)
        assert row(complete(board, here), "hot_alert").cpu_share is None
        server.engine.cpu_profile = True
        until(lambda: row(board.watch(here), "hot_alert").cpu_share is not None)


def test_figures_are_read_in_turns_with_progress_and_every_rule_has_some_in_the_end(board: RulesBoard) -> None:
    with simulated("1.14.7") as server:
        with client_of(entry(server.url).connection) as client:
            for number in range(100):
                client.rules.create({"id": f"r{number}", "sql": "SELECT * FROM climate", "actions": [{"log": {}}]})
        here, progress = entry(server.url), set()

        def ready() -> bool:
            view = board.watch(here)
            progress.add(view.progress)
            return view.at is not None and view.progress is None

        until(ready)
        assert any(found and found[1] >= 100 for found in progress)
        assert all(found.figures for found in board.watch(here).rows if found.state is State.RUNNING)


@pytest.mark.parametrize("version", VERSIONS)
def test_a_watched_rule_has_operators_in_order_rates_and_a_topology(version: str, board: RulesBoard) -> None:
    with simulated(version) as server:
        here = entry(server.url)
        assert board.watch_rule(here, "hot_alert").loading
        seen(board, here, "hot_alert")
        until(lambda: board.watch_rule(here, "hot_alert").rates)
        view = board.watch_rule(here, "hot_alert")
        assert view.topology is not None
        assert {each.node for each in view.operators} == set(view.topology.nodes)
        assert view.operators[0].kind == "source"
        assert view.operators[-1].kind == "sink"
        assert view.figures is not None
        assert len(view.series(60).at) >= 2


def test_a_rule_that_is_deleted_or_never_was_is_gone(board: RulesBoard) -> None:
    with simulated("2.4.0") as server, client_of(entry(server.url).connection) as client:
        here = entry(server.url)
        until(lambda: board.watch_rule(here, "no such/rule?").gone or board.watch_rule(here, "no such/rule?").problem)
        until(lambda: board.watch_rule(here, "nobody").gone)
        seen(board, here, "hot_alert")
        client.rules.delete("hot_alert")
        until(lambda: board.watch_rule(here, "hot_alert").gone)
        assert board.watch_rule(here, "hot_alert").operators, "what was seen last stays"


def test_the_topology_is_read_again_when_a_rule_was_changed(board: RulesBoard) -> None:
    with simulated("2.4.0") as server, client_of(entry(server.url).connection) as client:
        here = entry(server.url)
        seen(board, here, "hot_alert")
        client.rules.update(
            "hot_alert", {"id": "hot_alert", "sql": "SELECT * FROM meters", "actions": [{"log": {}}, {"nop": {}}]}
        )

        def changed() -> bool:
            topology = board.watch_rule(here, "hot_alert").topology
            return topology is not None and topology.sources == ("source_meters",)

        until(changed)


def test_a_look_from_many_threads_makes_one_poll(board: RulesBoard) -> None:
    with simulated("2.4.0") as server:
        here = entry(server.url)
        views: list[RulesView] = []
        threads = [threading.Thread(target=lambda: views.append(board.wait(here, 0, 10.0))) for _ in range(16)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert len(views) == 16
        assert all(view.rows for view in views)
        assert len(board._polls) == 1


def test_without_the_running_board_a_look_is_harmless() -> None:
    def no_session() -> aiohttp.ClientSession:
        raise RuntimeError("not running")

    assert RulesBoard(no_session).watch(entry("http://127.0.0.1:1")).loading


def test_a_list_that_cannot_be_read_does_not_hold_the_states_up(board: RulesBoard) -> None:
    with simulated("2.4.0") as server:
        hide(server, "/rules")
        view = complete(board, entry(server.url))
        assert (row(view, "hot_alert").state, row(view, "hot_alert").name) == (State.RUNNING, "hot_alert")
        assert view.problem is None


def test_work_that_failed_is_told_and_begins_anew() -> None:
    loop, broken = Loop(), [True]

    def session() -> aiohttp.ClientSession:
        if broken[0]:
            raise RuntimeError("a fault of ours")
        return loop.session

    board = RulesBoard(session, options=QUICK)
    task = loop.begin(board.run())
    try:
        with simulated("2.4.0") as server:
            here = entry(server.url)
            until(lambda: board.watch(here).problem is not None)
            broken[0] = False
            until(lambda: board.watch(here).rows)
            assert board.watch(here).problem is None
    finally:
        loop.end(task)
        loop.close()


def test_a_rule_that_is_opened_shows_at_once_what_was_seen_of_it_before() -> None:
    memory = RuleMemory()
    with simulated("2.4.0") as server, boarded(memory=memory) as board:
        here = entry(server.url)
        fingerprint, began = Access(here.connection).fingerprint, time.time() - 60
        for seconds in (0, 15, 30):
            memory.take(fingerprint, {"hot_alert": Reading(True, 1, seconds * 4, seconds, 9, 0, 0)}, began + seconds)
            memory.take(fingerprint, {"other": Reading(True, 1, 0, 0, 0, 0, 0)}, began + seconds)
        view = seen(board, here, "hot_alert")
        series = view.series(900)
        assert series.at[:3] == pytest.approx((began, began + 15, began + 30), abs=0.01)
        assert series.in_per_second[:3] == (None, 4.0, 4.0)
        assert len(series.at) >= 4
        other = entry(server.url, credentials={"kind": "bearer", "token": "x"})
        until(lambda: board.watch_rule(other, "hot_alert").series(900).at)
        assert board.watch_rule(other, "hot_alert").series(900).at[0] > began + 30, "not what another one may see"


@pytest.mark.parametrize("version", VERSIONS)
def test_the_list_remembers_what_it_reads_of_the_rules_that_run(version: str) -> None:
    memory = RuleMemory()
    with simulated(version) as server, boarded(memory=memory) as board:
        here = entry(server.url)
        view = complete(board, here)
        fingerprint = Access(here.connection).fingerprint
        for found in view.rows:
            running = found.state is State.RUNNING
            assert bool(memory.moments(fingerprint, found.id)) is running, found.id
        first = memory.moments(fingerprint, "hot_alert")[0]
        assert seen(board, here, "hot_alert").series(900).at[0] == first.at
