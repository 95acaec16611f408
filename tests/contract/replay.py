"""The recorded exchanges, sent again in their order to simulated servers, and how the answers compare."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

import jwt
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from ekmanager.simulator import Behaviour, Engine, SimulatedServer
from tests.contract.recorded_setup import (
    BEFORE,
    FILES,
    LATER,
    NOT_COMPARED,
    NOT_COMPARED_IN_OLD,
    RESTARTED_AFTER,
    UNREACHABLE,
    Setup,
)
from tests.contract.shapes import difference
from tests.contract.wire import Answer, send
from tests.recordings import Recording, recordings

START = 1_795_357_880.0
"""Epoch seconds at which the simulated servers begin: about when the recordings were made."""
_LIFETIME = 600.0
"""Seconds for which the valid tokens of the recordings were valid."""
_EXPIRES = re.compile(r'"exp":(\d+)')
_IDS = re.compile(r"[0-9a-f]{32}|dataImport-\d+")
_ISSUER = "labkey.pub"
_FORGED = ("auth.bad_signature", "auth.tampered")


class Clock:
    """Time that passes when told to."""

    def __init__(self, now: float) -> None:
        self.now = now

    def __call__(self) -> float:
        return self.now


@dataclass(frozen=True)
class Comparison:
    """One recorded exchange: why it was not compared, or what was different; neither when all agreed."""

    id: str
    skipped: str = ""
    problem: str = ""


def reason_to_skip(recorded: Recording, version: str) -> str:
    """Why an exchange is not compared; empty when it is."""
    if recorded.channel not in (None, "rest"):
        return f"not an exchange over REST: {recorded.channel}"
    reasons = NOT_COMPARED if version != "1.14.7" else {**NOT_COMPARED, **NOT_COMPARED_IN_OLD}
    return next((reason for prefix, reason in reasons.items() if recorded.id.startswith(prefix)), "")


async def replay(version: str) -> list[Comparison]:
    """All exchanges of one version, each group on a server of its own."""
    compared: list[Comparison] = []
    groups: dict[str, list[Recording]] = {}
    for recorded in recordings(version):
        reason = reason_to_skip(recorded, version)
        if reason:
            compared.append(Comparison(recorded.id, skipped=reason))
        else:
            groups.setdefault(recorded.server.split()[0], []).append(recorded)
    for name, group in groups.items():
        compared += await _replay_group(version, name, group)
    return compared


async def _replay_group(version: str, name: str, group: list[Recording]) -> list[Comparison]:
    clock = Clock(_time_of_tokens(group) if name == "auth" else START)
    features = name == "features"
    engine = Engine(version, clock=clock, unreachable=UNREACHABLE, files=FILES, private_net=features)
    engine.metrics_dump = engine.cpu_profile = features
    behaviour = Behaviour.UNAUTHORIZED if name == "auth" else Behaviour.HEALTHY
    keys = {_ISSUER: _key_pair()[1]}
    server = SimulatedServer(engine=engine, seed_rules=False, behaviour=behaviour, keys=keys)
    compared: list[Comparison] = []
    ids: dict[str, str] = {}
    async with server:
        for recorded in group:
            for setup in BEFORE.get(recorded.id, ()):
                await _prepare(server, setup)
            clock.now += 0.02 + LATER.get(recorded.id, 0.0)
            answer = await _send(server.url, recorded, ids)
            ids |= dict(zip(_IDS.findall(recorded.text), _IDS.findall(answer.text), strict=False))
            compared.append(Comparison(recorded.id, problem=difference(recorded, answer)))
            if recorded.id in RESTARTED_AFTER:
                await server.restart()
    return compared


async def _prepare(server: SimulatedServer, setup: Setup) -> None:
    if server.engine.version in setup.versions:
        body = setup.body.encode() if setup.body is not None else None
        await send(server.url, setup.method, setup.path, body)


async def _send(url: str, recorded: Recording, ids: Mapping[str, str]) -> Answer:
    """Sends a recorded request, with our ids for those that the recorded server had made up."""
    target = recorded.path + (f"?{recorded.query}" if recorded.query else "")
    target = _IDS.sub(lambda found: ids.get(found.group(), found.group()), target)
    body = recorded.request_body
    if body is not None and "<2 MiB of x>" in body:
        body = body.replace("<2 MiB of x>", "x" * 2 * 1024 * 1024)
    dropped = {"host", "content-length", "connection"}
    headers = {name: value for name, value in recorded.request_headers.items() if name.lower() not in dropped}
    if "<signature>" in headers.get("Authorization", ""):
        headers["Authorization"] = _signed(recorded.id, headers["Authorization"])
    return await send(url, recorded.method, target, None if body is None else body.encode(), headers)


def _time_of_tokens(group: list[Recording]) -> float:
    """When the tokens were made: signatures are cut out of the recordings, expiry times are not."""
    valid = next(recorded for recorded in group if recorded.id == "auth.valid_raw")
    found = _EXPIRES.search(valid.note)
    assert found
    return float(found.group(1)) - _LIFETIME


@lru_cache(maxsize=1)
def _key_pair() -> tuple[rsa.RSAPrivateKey, str]:
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    public = key.public_key().public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
    return key, public.decode()


def _signed(name: str, token: str) -> str:
    """A recorded token with a signature of our own; a forged one stays forged."""
    prefix, _, rest = token.rpartition(" ")
    message = rest.removesuffix(".<signature>")
    algorithm = str(jwt.get_unverified_header(f"{message}.e30").get("alg"))
    if name in _FORGED or not algorithm.startswith("RS"):
        signature = "AAAA"
    else:
        signed = jwt.get_algorithm_by_name(algorithm).sign(message.encode(), _key_pair()[0])
        signature = jwt.utils.base64url_encode(signed).decode()
    return f"{prefix} {message}.{signature}".lstrip()
