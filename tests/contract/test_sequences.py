"""The sequences, against the simulator of both versions, and against a real server when EKUIPER_URL is set."""

from __future__ import annotations

import asyncio
import json
import os
import secrets
from typing import Any

import pytest

from ekmanager.ekuiper.operations import OPERATIONS, find
from ekmanager.simulator import SimulatedServer
from tests.contract.sequences import LEFT_OUT, NEW, OLD, SEQUENCES, Step
from tests.contract.wire import Answer, send

REAL = os.environ.get("EKUIPER_URL", "").rstrip("/")
TARGETS = [NEW, OLD, *(["real"] if REAL else [])]


@pytest.mark.parametrize("name", SEQUENCES)
@pytest.mark.parametrize("target", TARGETS)
def test_server_keeps_the_contract(target: str, name: str) -> None:
    problems = asyncio.run(_run(target, name))
    assert problems == []


async def _run(target: str, name: str) -> list[str]:
    if target == "real":
        answer = await send(REAL, "GET", "/")
        version = OLD if json.loads(answer.body)["version"].startswith("1.") else NEW
        return await _play(REAL, version, name)
    async with SimulatedServer(target, seed_rules=False) as server:
        return await _play(server.url, target, name)


async def _play(url: str, version: str, name: str) -> list[str]:
    """The steps that were answered differently than agreed."""
    prefix = f"ct{secrets.token_hex(3)}"
    problems: list[str] = []
    for step in SEQUENCES[name]:
        wanted = step.statuses(version)
        if wanted is None:
            continue
        answer = await _send(url, step, prefix)
        if step.clean:
            continue
        where = f"{step.method} {step.path}"
        if answer.status != wanted:
            problems.append(f"{where}: {answer.status}, not {wanted}: {answer.text[:200]}")
        elif step.holds is not None and not step.holds(_body(answer, prefix)):
            problems.append(f"{where}: {answer.text[:300]}")
    return problems


async def _send(url: str, step: Step, prefix: str) -> Answer:
    body = step.raw
    if step.body is not None:
        body = json.dumps(step.body).replace("@@", prefix).encode()
    elif body is None and step.method in {"POST", "PUT", "PATCH"}:
        body = b""
    return await send(url, step.method, step.path.replace("@@", prefix), body, dict(step.headers))


def _body(answer: Answer, prefix: str) -> Any:
    """JSON where it is JSON, else text; the prefix is `@@` again. An envelope with bare quotes stays readable."""
    text = answer.text.replace(prefix, "@@")
    try:
        return json.loads(text)
    except ValueError:
        return text


def test_every_operation_is_in_a_sequence_or_left_out_for_a_reason() -> None:
    called = set()
    for steps in SEQUENCES.values():
        for step in steps:
            operation = find(step.method, step.path.partition("?")[0])
            if operation is not None:
                called.add(operation.id)
    lacking = {operation.id for operation in OPERATIONS} - called
    assert lacking == set(LEFT_OUT)
