"""Fixtures of the gateway's tests."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from ekmanager.settings import Settings
from tests.gateway.world import LoopThread, Upstream, World

Serve = Callable[..., World]


@pytest.fixture(scope="session")
def loop_thread() -> Iterator[LoopThread]:
    with LoopThread() as thread:
        yield thread


@pytest.fixture
def upstream(loop_thread: LoopThread) -> Iterator[Upstream]:
    server = Upstream(loop_thread)
    loop_thread.run(server.start())
    yield server
    loop_thread.run(server.stop())


@pytest.fixture
def make_world(tmp_path: Path) -> Serve:
    """Services with these settings, not served."""

    def make(**options: object) -> World:
        return World(Settings.model_validate({"check_timeout": 1.0, **options}), tmp_path)

    return make


@pytest.fixture
def serve(make_world: Serve) -> Iterator[Serve]:
    """Serves a world with these settings until the test ends."""
    with ExitStack() as stack:
        yield lambda **options: stack.enter_context(make_world(**options).served())


@pytest.fixture
def world(serve: Serve) -> World:
    """Connections in the browser, as by default."""
    return serve()
