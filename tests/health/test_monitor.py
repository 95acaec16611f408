"""The periodic check on real sockets: sweeps, what is shown, what is kept, and that nothing stops it."""

from __future__ import annotations

import asyncio
import contextlib
import threading
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from dataclasses import replace
from pathlib import Path

import pytest

from ekmanager.connections.access import Access
from ekmanager.connections.errors import StoreError
from ekmanager.connections.targets import TargetPolicy
from ekmanager.health import monitor as module
from ekmanager.health.history import MemoryHistory
from ekmanager.health.history_sql import SqlHistory
from ekmanager.health.model import UNCHECKED, Snapshot, Status
from ekmanager.health.monitor import Monitor, MonitorOptions, Target
from ekmanager.health.probe import probe
from ekmanager.health.rule_memory import RuleMemory
from ekmanager.health.statuses import Reading
from tests.health.fakes import (
    EKuiper,
    Fake,
    Request,
    connection,
    fixed,
    free_port,
    hanging,
    http,
    rule,
    run,
    serve,
    until,
)
from tests.health.test_throughput import metrics

QUICK = MonitorOptions(interval=0.05, timeout=1.0, throughput_interval=0, garbage_interval=0)


def target(url: str, key: str = "shared/a", *, persistent: bool = True, **fields: object) -> Target:
    return Target(key, connection(url, **fields), persistent)


class Bench:
    """A monitor over a list of targets that may be changed."""

    def __init__(self, *targets: Target, options: MonitorOptions = QUICK) -> None:
        self.targets = list(targets)
        self.history = MemoryHistory()
        self.memory = RuleMemory()
        self.monitor = Monitor(
            lambda: self.targets,
            policy=TargetPolicy(),
            history=self.history,
            options=options,
            memory=self.memory,
        )

    @contextlib.asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        task = asyncio.ensure_future(self.monitor.run())
        try:
            yield
        finally:
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await task


def sweeping(work: Callable[[Bench], Awaitable[None]], *targets: Target, options: MonitorOptions = QUICK) -> None:
    """Runs `work` with a monitor that sweeps only when told."""

    async def scenario() -> None:
        bench = Bench(*targets, options=options)
        try:
            await work(bench)
        finally:
            await bench.monitor.close()

    run(scenario())


def test_a_sweep_shows_every_server() -> None:
    async def work(bench: Bench) -> None:
        async with serve(EKuiper()) as good, serve(fixed({}, http(500, "x"))) as bad:
            bench.targets = [
                target(good.url, "shared/good"),
                target(bad.url, "shared/bad"),
                target(f"http://127.0.0.1:{free_port()}", "shared/off"),
            ]
            await bench.monitor.sweep()
            report = await bench.monitor.sweep()
        found = {each.key: bench.monitor.snapshot(each.key) for each in bench.targets}
        assert [found[key].status for key in found] == [Status.ONLINE, Status.ERROR, Status.OFFLINE]
        assert (report.targets, report.probed) == (3, 3)
        assert report.by_status == {Status.ONLINE: 1, Status.ERROR: 1, Status.OFFLINE: 1}
        assert bench.monitor.last_sweep is report
        good_one = found["shared/good"]
        assert good_one.info is not None
        assert good_one.rules is not None
        assert good_one.reason == ""
        assert found["shared/off"].reason
        assert found["shared/off"].hint

    sweeping(work)


def test_an_unknown_key_is_unchecked() -> None:
    assert Bench().monitor.snapshot("shared/never") is UNCHECKED


def test_one_failure_is_checking_and_keeps_what_is_known() -> None:
    server = EKuiper()

    async def work(bench: Bench) -> None:
        async with serve(server) as fake:
            bench.targets = [target(fake.url)]
            await bench.monitor.sweep()
            server.answers = {"/": http(500, "x")}
            await bench.monitor.sweep()
            shown = bench.monitor.snapshot("shared/a")
            assert (shown.status, shown.checking) == (Status.ONLINE, True)
            assert shown.code == "http_500"
            assert shown.rules is not None
            await bench.monitor.sweep()
            shown = bench.monitor.snapshot("shared/a")
            assert (shown.status, shown.checking) == (Status.ERROR, False)
            assert shown.rules is None
            assert shown.info is not None
            assert [beat.status for beat in shown.beats] == [Status.ONLINE, Status.ERROR, Status.ERROR]
            server.answers = {}
            await bench.monitor.sweep()
            shown = bench.monitor.snapshot("shared/a")
            assert (shown.status, shown.code, shown.reason) == (Status.ONLINE, "", "")
            assert [event.kind for event in shown.events] == ["status"] * 3
            assert shown.events[0].text.startswith("Online again after")
            assert shown.events[1].text.startswith("Error: ")
            assert bench.history.events("shared/a") == shown.events

    sweeping(work)


def test_a_restart_and_a_new_version_are_events() -> None:
    server = EKuiper()

    async def work(bench: Bench) -> None:
        async with serve(server) as fake:
            bench.targets = [target(fake.url)]
            await bench.monitor.sweep()
            server.info |= {"upTimeSeconds": 4, "version": "2.5.0"}
            await bench.monitor.sweep()
        kinds = [event.kind for event in bench.monitor.snapshot("shared/a").events]
        assert sorted(kinds[:2]) == ["restart", "version"]

    sweeping(work)


def test_a_new_start_of_the_app_is_no_event_of_the_servers(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'history.db'}"

    async def work() -> None:
        async with serve(EKuiper()) as fake:
            targets = [target(fake.url)]
            for _ in range(3):
                history = SqlHistory(url)
                monitor = Monitor(lambda: targets, policy=TargetPolicy(), history=history, options=QUICK)
                for _ in range(3):
                    await monitor.sweep()
                    history.flush()
                assert [event.text for event in monitor.snapshot("shared/a").events] == ["Online at the first check."]
                await monitor.close()
                history.close()

    run(work())


class Runs:
    """One run of the app after another over the same history, ten minutes apart."""

    def __init__(self, folder: Path, *targets: Target) -> None:
        self.url = f"sqlite:///{folder / 'history.db'}"
        self.targets = targets
        self.now = 1_700_000_000.0

    async def run(self, sweeps: int = 3) -> tuple[Snapshot, list[str]]:
        """What is known of the first target in the end, and its events, newest first."""
        self.now += 600
        history = SqlHistory(self.url, clock=lambda: self.now)
        monitor = Monitor(
            lambda: self.targets, policy=TargetPolicy(), history=history, options=QUICK, clock=lambda: self.now
        )
        for _ in range(sweeps):
            await monitor.sweep()
            history.flush()
            self.now += 10
        await monitor.close()
        history.close()
        found = monitor.snapshot(self.targets[0].key)
        return found, [event.text for event in found.events]


def test_a_new_start_of_the_app_goes_on_from_the_last_status(tmp_path: Path) -> None:
    async def work() -> None:
        async with serve(EKuiper()) as fake:
            runs = Runs(tmp_path, target(fake.url))
            began = runs.now + 600
            for _ in range(3):
                found, _ = await runs.run()
                assert (found.status, found.since) == (Status.ONLINE, began)
        for _ in range(2):
            found, texts = await runs.run()
            assert (found.status, found.since) == (Status.OFFLINE, began + 3 * 630)
            assert len(texts) == 2
            assert "It had been online for 31 min 30 s" in texts[0]
            assert texts[1] == "Online at the first check."

    run(work())


def test_a_server_that_came_back_while_the_app_was_stopped_is_an_event(tmp_path: Path) -> None:
    async def work() -> None:
        async with serve(EKuiper()) as fake:
            runs = Runs(tmp_path, target(f"http://127.0.0.1:{free_port()}"))
            await runs.run()
            runs.targets = (target(fake.url),)
            again = runs.now + 600
            found, texts = await runs.run(1)
        assert (found.status, found.since) == (Status.ONLINE, again)
        assert texts[0] == "Online again after 10 min 30 s offline."

    run(work())


def test_before_the_first_check_of_a_run_nothing_is_taken_from_the_one_before(tmp_path: Path) -> None:
    async def work() -> None:
        async with serve(EKuiper()) as fake:
            runs = Runs(tmp_path, target(fake.url))
            await runs.run()
        found, _ = await runs.run(0)
        assert found is UNCHECKED
        found, texts = await runs.run(1)
        assert (found.status, found.checking, found.since, texts) == (Status.UNKNOWN, True, None, [])

    run(work())


def test_the_same_server_is_asked_once_for_all_who_point_at_it() -> None:
    async def work(bench: Bench) -> None:
        async with serve(EKuiper()) as fake:
            token = {"kind": "jwt", "token": "a.b.c"}
            bench.targets = [
                target(fake.url, "shared/a"),
                target(fake.url, "browser/x/b", persistent=False, name="other"),
                target(fake.url, "shared/c", credentials=token),
            ]
            report = await bench.monitor.sweep()
            assert report.probed == 2
            assert fake.paths.count("/") == 2
        assert {bench.monitor.snapshot(each.key).status for each in bench.targets} == {Status.ONLINE}
        assert len(bench.history.series("browser/x/b", 3600)) == 1

    sweeping(work)


def test_a_slow_server_delays_no_others_result() -> None:
    async def work(bench: Bench) -> None:
        async with serve(hanging) as slow, serve(EKuiper()) as quick:
            bench.targets = [target(slow.url, f"shared/s{number}", timeout=30 + number) for number in range(40)]
            bench.targets.append(target(quick.url, "shared/quick"))
            sweep = asyncio.ensure_future(bench.monitor.sweep())
            await until(lambda: bench.monitor.snapshot("shared/quick").status is Status.ONLINE)
            assert bench.monitor.sweeping
            assert not sweep.done()
            sweep.cancel()
            await asyncio.wait([sweep])
            assert not bench.monitor.sweeping

    sweeping(work, options=replace(QUICK, concurrency=4, patience=0.02))


def test_sweeps_never_overlap() -> None:
    server = EKuiper()
    server.delay = {"/": 0.1}

    async def work(bench: Bench) -> None:
        async with serve(server) as fake:
            bench.targets = [target(fake.url)]
            await asyncio.gather(*(bench.monitor.sweep() for _ in range(3)))
            assert fake.most_at_once == 1
            assert fake.paths.count("/") == 3

    sweeping(work)


def test_running_sweeps_again_and_again_and_ends_when_cancelled() -> None:
    async def scenario() -> None:
        async with serve(EKuiper()) as fake:
            bench = Bench(target(fake.url))
            async with bench.running():
                await until(lambda: len(bench.monitor.snapshot("shared/a").beats) >= 3)
            seen = len(fake.requests)
            await asyncio.sleep(0.2)
            assert len(fake.requests) == seen

    run(scenario())


def test_a_store_that_cannot_be_read_stops_nothing(caplog: pytest.LogCaptureFixture) -> None:
    async def scenario() -> None:
        calls = 0

        async with serve(EKuiper()) as fake:

            def targets() -> Iterable[Target]:
                nonlocal calls
                calls += 1
                if calls in {2, 3}:
                    raise StoreError("The store is away.")
                return [target(fake.url)]

            monitor = Monitor(targets, policy=TargetPolicy(), history=MemoryHistory(), options=QUICK)
            task = asyncio.ensure_future(monitor.run())
            await until(lambda: calls >= 5 and len(monitor.snapshot("shared/a").beats) >= 2)
            task.cancel()
            await asyncio.wait([task])

    run(scenario())
    assert "a sweep failed" in caplog.text


def test_a_fault_in_one_check_is_shown_there_and_harms_no_other(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    async def sometimes(session: object, access: object, **options: object) -> object:
        if getattr(access, "base_url", "").endswith("/bad"):
            raise ZeroDivisionError
        return await probe(session, access, **options)  # type: ignore[arg-type]  # handed through as it came

    monkeypatch.setattr("ekmanager.health.monitor.probe", sometimes)

    async def work(bench: Bench) -> None:
        async with serve(EKuiper()) as fake:
            bench.targets = [target(f"{fake.url}/bad", "shared/bad"), target(fake.url, "shared/good")]
            for _ in range(2):
                await bench.monitor.sweep()
        assert bench.monitor.snapshot("shared/good").status is Status.ONLINE
        bad = bench.monitor.snapshot("shared/bad")
        assert (bad.status, bad.code) == (Status.ERROR, "internal")

    sweeping(work)
    assert "ZeroDivisionError" in caplog.text


def test_check_soon_works_from_any_thread_and_for_a_new_target() -> None:
    async def scenario() -> None:
        async with serve(EKuiper()) as fake:
            bench = Bench(options=replace(QUICK, interval=3600))
            async with bench.running():
                await until(lambda: bench.monitor.last_sweep is not None)
                bench.targets.append(target(fake.url))
                threading.Thread(target=bench.monitor.check_soon, args=("shared/a",)).start()
                await until(lambda: bench.monitor.snapshot("shared/a").status is Status.ONLINE)

    run(scenario())


def test_a_shorter_interval_holds_at_once() -> None:
    async def scenario() -> None:
        async with serve(EKuiper()) as fake:
            bench = Bench(target(fake.url), options=replace(QUICK, interval=3600))
            async with bench.running():
                await until(lambda: len(bench.monitor.snapshot("shared/a").beats) == 1)
                bench.monitor.options = QUICK
                await until(lambda: len(bench.monitor.snapshot("shared/a").beats) >= 3)

    run(scenario())


def test_the_serial_changes_with_every_check_and_only_then() -> None:
    async def work(bench: Bench) -> None:
        async with serve(EKuiper()) as fake:
            bench.targets = [target(fake.url)]
            await bench.monitor.sweep()
            first = bench.monitor.snapshot("shared/a")
            assert bench.monitor.snapshot("shared/a") is first
            await bench.monitor.sweep()
            assert bench.monitor.snapshot("shared/a").serial > first.serial

    sweeping(work)


def test_another_url_under_the_same_key_begins_anew() -> None:
    async def work(bench: Bench) -> None:
        async with serve(EKuiper()) as fake:
            bench.targets = [target(fake.url)]
            await bench.monitor.sweep()
            bench.targets = [target(f"http://127.0.0.1:{free_port()}")]
            await bench.monitor.sweep()
        shown = bench.monitor.snapshot("shared/a")
        assert (shown.status, shown.checking, shown.info) == (Status.UNKNOWN, True, None)

    sweeping(work)


def test_new_credentials_are_tried_and_keep_what_is_known() -> None:
    async def work(bench: Bench) -> None:
        async with serve(EKuiper()) as fake:
            bench.targets = [target(fake.url)]
            await bench.monitor.sweep()
            bench.targets = [target(fake.url, credentials={"kind": "jwt", "token": "a.b.c"})]
            await bench.monitor.sweep()
            assert fake.requests[-1].headers["Authorization"] == "a.b.c"
        assert len(bench.monitor.snapshot("shared/a").beats) == 2

    sweeping(work)


def test_a_shared_connection_that_vanished_is_not_shown_but_keeps_its_history_for_a_day(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async def work(bench: Bench) -> None:
        async with serve(EKuiper()) as fake:
            bench.targets = [target(fake.url)]
            await bench.monitor.sweep()
            bench.targets = []
            await bench.monitor.sweep()
            assert bench.monitor.snapshot("shared/a") is UNCHECKED
            assert len(bench.history.series("shared/a", 3600)) == 1
            monkeypatch.setattr(module, "FORGET_SHARED", -1.0)
            await bench.monitor.sweep()
            assert len(bench.history.series("shared/a", 3600)) == 0

    sweeping(work)


def test_a_closed_browser_finds_its_servers_as_they_were_for_an_hour(monkeypatch: pytest.MonkeyPatch) -> None:
    async def work(bench: Bench) -> None:
        async with serve(EKuiper()) as fake:
            bench.targets = [target(fake.url, "browser/x/a", persistent=False)]
            await bench.monitor.sweep()
            bench.targets = []
            await bench.monitor.sweep()
            assert bench.monitor.snapshot("browser/x/a").status is Status.ONLINE
            monkeypatch.setattr(module, "FORGET_BROWSER", -1.0)
            await bench.monitor.sweep()
            assert bench.monitor.snapshot("browser/x/a") is UNCHECKED
            assert len(bench.history.series("browser/x/a", 3600)) == 0

    sweeping(work)


def test_a_tested_connection_leaves_no_trace() -> None:
    async def work(bench: Bench) -> None:
        async with serve(EKuiper()) as fake:
            result = await bench.monitor.test(connection(fake.url))
        assert result.status is Status.ONLINE
        assert bench.history.nbytes == 0
        assert bench.monitor.snapshot("c") is UNCHECKED

    sweeping(work)


def test_a_single_check_counts_like_one_of_a_sweep() -> None:
    async def work(bench: Bench) -> None:
        async with serve(EKuiper()) as fake:
            shown = await bench.monitor.check(target(fake.url))
        assert shown.status is Status.ONLINE
        assert bench.monitor.snapshot("shared/a") == shown

    sweeping(work)


def test_a_refused_target_is_an_error_with_its_sentence() -> None:
    async def work(bench: Bench) -> None:
        for _ in range(2):
            await bench.monitor.sweep()
        shown = bench.monitor.snapshot("shared/a")
        assert (shown.status, shown.code) == (Status.ERROR, "target_refused")

    sweeping(work, target("http://169.254.169.254"))


def test_rising_exceptions_show_as_failing_rules() -> None:
    server = EKuiper()

    async def work(bench: Bench) -> None:
        async with serve(server) as fake:
            bench.targets = [target(fake.url)]
            await bench.monitor.sweep()
            server.rules = {"r1": rule(exceptions=2, last="no broker")}
            await bench.monitor.sweep()
        shown = bench.monitor.snapshot("shared/a")
        assert [failing.id for failing in shown.failing] == ["r1"]

    sweeping(work)


def test_a_busy_server_stays_online_and_checking_and_becomes_an_error_in_the_end() -> None:
    server = EKuiper()

    async def work(bench: Bench) -> None:
        async with serve(server) as fake:
            bench.targets = [target(fake.url, timeout=0.1)]
            bench.monitor.options = replace(QUICK, timeout=2)
            await bench.monitor.sweep()
            server.delay = {"/rules/status/all": 5}
            seen = []
            for _ in range(5):
                await bench.monitor.sweep()
                shown = bench.monitor.snapshot("shared/a")
                seen.append((shown.status, shown.code))
        assert seen[:3] == [(Status.ONLINE, "busy")] * 3
        assert seen[-1] == (Status.ERROR, "busy_long")

    sweeping(work)


def test_throughput_appears_beside_the_checks() -> None:
    server = EKuiper()
    server.status = {"r1": metrics(100, 50)}

    async def scenario() -> None:
        async with serve(server) as fake:
            bench = Bench(target(fake.url), options=replace(QUICK, interval=0.2, throughput_interval=0.1))
            async with bench.running():
                await until(lambda: bench.monitor.snapshot("shared/a").throughput is not None)
                await until(lambda: bench.history.series("shared/a", 3600).records_in[-1] == 100)
                server.status = {"r1": metrics(400, 60)}

                def rate() -> float | None:
                    throughput = bench.monitor.snapshot("shared/a").throughput
                    return throughput.in_per_second if throughput else None

                await until(lambda: (rate() or 0) > 0)

    run(scenario())


def test_reading_from_threads_while_sweeping_is_safe() -> None:
    async def scenario() -> None:
        async with serve(EKuiper()) as fake:
            bench = Bench(*(target(fake.url, f"shared/{number}", timeout=5 + number) for number in range(20)))
            serials: list[int] = []
            stop = threading.Event()

            def read() -> None:
                while not stop.is_set():
                    serials.append(bench.monitor.snapshot("shared/7").serial)

            reader = threading.Thread(target=read)
            async with bench.running():
                reader.start()
                await until(lambda: len(bench.monitor.snapshot("shared/7").beats) >= 5)
                stop.set()
                reader.join()
            assert serials == sorted(serials)
            assert serials[-1] > 0

    run(scenario())


def test_a_check_under_way_when_its_key_is_forgotten_leaves_no_trace() -> None:
    async def scenario() -> None:
        reached, go_on = asyncio.Event(), asyncio.Event()

        async def late(request: Request, writer: asyncio.StreamWriter, fake: Fake) -> None:
            reached.set()
            await go_on.wait()
            await EKuiper()(request, writer, fake)

        async with serve(late) as fake:
            bench = Bench(target(fake.url))
            sweep = asyncio.ensure_future(bench.monitor.sweep())
            await reached.wait()
            bench.targets.clear()
            bench.monitor.forget("shared/a")
            go_on.set()
            await sweep
            await bench.monitor.close()
            assert bench.monitor.snapshot("shared/a") is UNCHECKED
            assert bench.history.beats("shared/a", 10) == ()
            assert bench.history.events("shared/a") == ()

    run(scenario())


def test_a_key_forgotten_while_the_targets_are_read_is_not_checked() -> None:
    async def scenario() -> None:
        async with serve(EKuiper()) as fake:
            reading, deleted = threading.Event(), threading.Event()

            def targets() -> Iterable[Target]:
                yield target(fake.url)
                reading.set()
                deleted.wait(10)

            history = MemoryHistory()
            monitor = Monitor(targets, policy=TargetPolicy(), history=history, options=QUICK)
            sweep = asyncio.ensure_future(monitor.sweep())
            await asyncio.to_thread(reading.wait, 10)
            monitor.forget("shared/a")
            deleted.set()
            await sweep
            assert fake.requests == []
            assert history.beats("shared/a", 10) == ()
            await monitor.sweep()
            assert monitor.snapshot("shared/a").status is Status.ONLINE
            await monitor.close()

    run(scenario())


def _remembered(bench: Bench, seen: Target) -> bool:
    return bool(bench.memory.moments(Access(seen.connection).fingerprint, "r1"))


def test_the_rules_that_it_meters_are_remembered_until_the_last_connection_to_their_server_is_deleted() -> None:
    server = EKuiper()
    server.status = {"r1": metrics(5, 5)}

    async def work(bench: Bench) -> None:
        async with serve(server) as fake:
            one, two = target(fake.url, "shared/a"), target(fake.url, "shared/b")
            bench.targets = [one, two]
            bench.monitor.options = replace(QUICK, throughput_interval=0.05)
            async with bench.running():
                await until(lambda: _remembered(bench, one))
            bench.monitor.forget("shared/a")
            assert _remembered(bench, one), "another connection leads there"
            bench.monitor.forget("shared/b")
            assert not _remembered(bench, one)

    sweeping(work)


def test_the_rules_of_a_server_to_which_no_connection_leads_any_more_are_forgotten_with_a_sweep() -> None:
    async def work(bench: Bench) -> None:
        async with serve(EKuiper()) as old, serve(EKuiper()) as new:
            before, after = target(old.url), target(new.url)
            bench.targets = [before]
            await bench.monitor.sweep()
            found = Reading(True, 1, 1, 1, 0, 0, 0)
            for each in (before, after):
                bench.memory.take(Access(each.connection).fingerprint, {"r1": found}, 1.0)
            bench.targets = [after]
            await bench.monitor.sweep()
            assert not _remembered(bench, before)
            assert _remembered(bench, after)

    sweeping(work)
