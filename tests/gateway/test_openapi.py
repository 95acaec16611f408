"""The API does what its OpenAPI document says, for whatever the document allows and for what it does not."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis import GenerationMode, checks
from schemathesis.core.result import Ok
from schemathesis.schemas import BaseSchema

from ekmanager.health.monitor import SweepReport
from ekmanager.settings import Settings
from tests.gateway.world import ME, LoopThread, Upstream, World


@pytest.fixture(scope="module")
def served(loop_thread: LoopThread, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """An app with a few connections, which may lead to this machine only."""
    upstream = Upstream(loop_thread)
    loop_thread.run(upstream.start())
    options = Settings(persistence="server", allowed_targets=("127.0.0.1",), check_timeout=0.5, proxy_timeout=2)
    world = World(options, tmp_path_factory.mktemp("store"))
    with world.served():
        world.add(upstream.url, browser=None, name="edge", id="edge")
        world.add("http://127.0.0.1:1", name="gone", id="gone")
        world.monitor.last_sweep = SweepReport(1.0, 0.1, 0, 0, {})
        yield world
    loop_thread.run(upstream.stop())


@pytest.fixture(scope="module")
def document(served: World) -> BaseSchema:
    return schemathesis.openapi.from_url(f"http://127.0.0.1:{served.port}/api/openapi.json")


PROXY = "/connections/{connection_id}/ekuiper/{path}"
ROUTES = [
    ("GET", "/health"),
    ("GET", "/metrics"),
    ("GET", "/live"),
    ("GET", "/ready"),
    ("GET", "/connections"),
    ("POST", "/connections"),
    ("POST", "/connections/test"),
    ("GET", "/connections/{connection_id}"),
    ("PUT", "/connections/{connection_id}"),
    ("PATCH", "/connections/{connection_id}"),
    ("DELETE", "/connections/{connection_id}"),
    ("GET", "/connections/{connection_id}/health"),
    *((method, PROXY) for method in ("GET", "POST", "PUT", "PATCH", "DELETE", "HEAD")),
]


def test_the_document_has_these_routes(document: BaseSchema) -> None:
    found = [result.ok() for result in document.get_all_operations() if isinstance(result, Ok)]
    assert {(operation.method.upper(), operation.path) for operation in found} == set(ROUTES)


ALLOWED, NOT_ALLOWED = GenerationMode.POSITIVE, GenerationMode.NEGATIVE
CASES = [
    *((method, path, ALLOWED) for method, path in ROUTES),
    *((method, path, NOT_ALLOWED) for method, path in ROUTES if method in {"POST", "PUT", "PATCH"} and path != PROXY),
    ("GET", "/connections/{connection_id}/health", NOT_ALLOWED),
]
CHECKS = [
    checks.not_a_server_error,
    checks.status_code_conformance,
    checks.content_type_conformance,
    checks.response_schema_conformance,
    checks.response_headers_conformance,
    checks.unsupported_method,
]
"""Not whether everything the schema allows is accepted: no schema says which URLs and which keys can be used.
A 502 or 504 of the proxy speaks of the server behind it; a 500, which would be ours, is in no document.
"""


@pytest.mark.parametrize(("method", "path", "mode"), CASES)
def test_answers_are_those_that_the_document_names(
    document: BaseSchema, method: str, path: str, mode: GenerationMode
) -> None:
    operation = document[path][method]

    @given(case=operation.as_strategy(generation_mode=mode), known=st.sampled_from(["edge", "gone", ""]))
    @settings(
        max_examples=40,
        deadline=None,
        derandomize=True,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    def ask(case: schemathesis.Case[Any], known: str) -> None:
        if known and "connection_id" in case.path_parameters:
            case.path_parameters["connection_id"] = known
        wanted = [check for check in CHECKS if path != PROXY or check is not checks.not_a_server_error]
        case.call_and_validate(headers={"Cookie": f"ekmanager_browser={ME}"}, timeout=20, checks=wanted)

    ask()
