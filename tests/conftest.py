"""What every test run shares."""

from __future__ import annotations

import os
from collections.abc import Generator, Iterator

import pytest

from tests.postgres import running_server

MUST_RUN_IN_CI = ("postgres", "browser")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """In CI a test that only lacks a part which CI can install fails instead of being skipped."""
    report = yield
    marked = [name for name in MUST_RUN_IN_CI if item.get_closest_marker(name)]
    if report.skipped and marked and os.environ.get("CI"):
        report.outcome = "failed"
        report.longrepr = f"skipped although CI can install what it needs ({', '.join(marked)}): {report.longrepr}"
    return report


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    """URL of the one PostgreSQL server of the run; skips where there is none."""
    with running_server() as url:
        if url is None:
            pytest.skip("PostgreSQL is not installed")
        yield url
