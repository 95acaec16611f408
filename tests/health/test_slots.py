"""Places for calls: few run, those that wait move aside, never more than a limit in all."""

from __future__ import annotations

import asyncio
import sys

import pytest

from ekmanager.health.slots import Slots, raise_file_limit
from tests.health.fakes import run, until


def test_no_more_than_the_width_begin_together() -> None:
    async def scenario() -> int:
        slots, inside, most = Slots(3, 100, patience=60), 0, 0

        async def one() -> None:
            nonlocal inside, most
            async with slots.one():
                inside += 1
                most = max(most, inside)
                await asyncio.sleep(0)
                inside -= 1

        await asyncio.gather(*(one() for _ in range(20)))
        return most

    assert run(scenario()) == 3


def test_a_call_that_waits_lets_others_begin() -> None:
    async def scenario() -> None:
        slots, never, begun = Slots(1, 100, patience=0.01), asyncio.Event(), 0

        async def one() -> None:
            nonlocal begun
            async with slots.one():
                begun += 1
                await never.wait()

        tasks = [asyncio.ensure_future(one()) for _ in range(5)]
        await until(lambda: begun == 5)
        never.set()
        await asyncio.gather(*tasks)

    run(scenario())


def test_a_call_that_will_hardly_be_quick_begins_aside() -> None:
    async def scenario() -> None:
        slots = Slots(1, 10, patience=60)
        async with asyncio.timeout(5), slots.one(quick=False), slots.one(quick=False), slots.one():
            pass

    run(scenario())


def test_all_lanes_together_have_a_limit() -> None:
    async def scenario() -> int:
        slots, never, begun = Slots(1, 3, patience=0.001), asyncio.Event(), 0

        async def one() -> None:
            nonlocal begun
            async with slots.one():
                begun += 1
                await never.wait()

        tasks = [asyncio.ensure_future(one()) for _ in range(10)]
        await until(lambda: begun == 3)
        await asyncio.sleep(0.1)
        found = begun
        never.set()
        await asyncio.gather(*tasks)
        return found

    assert run(scenario()) == 3


def test_a_cancelled_call_gives_its_place_back() -> None:
    async def scenario() -> None:
        slots = Slots(1, 1, patience=60)

        async def stay() -> None:
            async with slots.one():
                await asyncio.Event().wait()

        task = asyncio.ensure_future(stay())
        await asyncio.sleep(0.01)
        task.cancel()
        await asyncio.wait([task])
        async with asyncio.timeout(5), slots.one():
            pass

    run(scenario())


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such limit")
def test_the_limit_of_files_is_raised_and_never_lowered() -> None:
    import resource

    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    try:
        resource.setrlimit(resource.RLIMIT_NOFILE, (min(soft, 512), hard))
        assert raise_file_limit(1024) == (1024 if hard == resource.RLIM_INFINITY else min(1024, hard))
        assert raise_file_limit(256) >= 512
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
