"""What the tests of the simulator share: a clock to turn, and calls without a socket."""

from __future__ import annotations

import json
from typing import Any

from ekmanager.simulator import Engine
from ekmanager.simulator.dispatch import dispatch
from ekmanager.simulator.reply import Reply

NOW = 1_800_000_000.0


class Clock:
    """Time that passes when told to."""

    def __init__(self, now: float = NOW) -> None:
        self.now = now

    def __call__(self) -> float:
        return self.now


class Client:
    """Calls one engine as HTTP would."""

    def __init__(self, version: str = "2.4.0", **options: Any) -> None:
        self.clock = Clock()
        self.engine = Engine(version, clock=self.clock, **options)

    def send(self, method: str, path: str, body: Any = None, **headers: str) -> Reply:
        target, _, query = path.partition("?")
        data = b"" if body is None else json.dumps(body).encode()
        return dispatch(self.engine, method, target, query, headers, data)

    def json(self, method: str, path: str, body: Any = None) -> Any:
        return json.loads(self.send(method, path, body).body)

    def stream(self, name: str = "sim", **options: str) -> None:
        given = {"TYPE": "simulator", "DATASOURCE": "x", "FORMAT": "json", **options}
        text = ", ".join(f'{key}="{value}"' for key, value in given.items())
        assert self.send("POST", "/streams", {"sql": f"CREATE STREAM {name} () WITH ({text})"}).status == 201

    def rule(self, name: str = "r", sql: str = "SELECT * FROM sim", **more: Any) -> Reply:
        body = {"id": name, "sql": sql, "actions": [{"nop": {}}], **more}
        return self.send("POST", "/rules", body)
