"""Calls of the client's methods by the id of their operation: `rules.status_all` is `client.rules.status_all()`."""

from __future__ import annotations

import inspect
import keyword
from collections.abc import Callable, Iterator

from ekmanager.ekuiper.client import EKuiperClient
from ekmanager.ekuiper.operations import BY_ID
from ekmanager.ekuiper.resources.base import Resource
from ekmanager.ekuiper.resources.plugins import Plugins

URL = "http://ek.test:9081"

_SAMPLES: dict[str, object] = {
    "collector_url": "collector:4317",
    "connection": "c1",
    "content": "{}",
    "definition": {"id": "r1", "sql": "SELECT * FROM s", "actions": [{"log": {}}]},
    "endpoint": "/api/data",
    "file": "file:///tmp/x.zip",
    "filename": "x.proto",
    "functions": ["f1"],
    "kind": "mqtt",
    "name": "n1",
    "partial": True,
    "position": {"ts": 1},
    "properties": {"server": "tcp://127.0.0.1:1883"},
    "requests": [{"method": "GET", "path": "/ping", "body": ""}],
    "rules": ["r1"],
    "script": "function n1() {}",
    "settings": {"debug": True},
    "sql": 'CREATE STREAM s () WITH (TYPE="memory")',
    "stream": "s",
    "tags": ["a"],
    "test": "t1",
}


def method_of(client: EKuiperClient, operation: str) -> Callable[..., object]:
    """The bound method that an operation belongs to by its id."""
    *path, verb = operation.split(".")
    found: object = client
    for name in path:
        found = getattr(found, name)
    method: Callable[..., object] = getattr(found, verb + "_" if keyword.iskeyword(verb) else verb)
    return method


def drive(client: EKuiperClient, operation: str, ids: tuple[str, ...] | None = None) -> object:
    """Call that method: ids first, then a sample for everything it needs."""
    method = method_of(client, operation)
    parameters = list(inspect.signature(method).parameters.values())
    given = ids if ids is not None else tuple(f"{name}1" for name in BY_ID[operation].parameters)
    rest = parameters[len(given) :]
    needed = {one.name: _SAMPLES[one.name] for one in rest if one.default is inspect.Parameter.empty}
    if any(one.name == "content" for one in rest):
        needed.setdefault("content", "{}")
    if operation == "schemas.upload":
        needed["content"] = b"syntax"
    return method(*given, **needed)


def public_methods(client: EKuiperClient) -> Iterator[tuple[str, str]]:
    """(id by its place, name) of every public method of every resource."""
    waiting: list[tuple[str, object]] = [(name, value) for name, value in vars(client).items()]
    while waiting:
        place, value = waiting.pop()
        if not isinstance(value, Resource | Plugins):
            continue
        waiting += [(f"{place}.{name}", inner) for name, inner in vars(value).items() if not name.startswith("_")]
        for name, _ in inspect.getmembers(type(value), inspect.isfunction):
            if not name.startswith("_"):
                yield f"{place}.{name.rstrip('_')}", name
