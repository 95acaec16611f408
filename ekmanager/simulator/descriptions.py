"""The descriptions of types, functions and operators that a server offers to user interfaces.

`data/metadata-<version>.json` has the facts: names, types, defaults, controls, choices. Texts are made here: `@en zh`
stands for a text under these languages, and is filled in from the names around it.
"""

from __future__ import annotations

import json
import re
from functools import lru_cache
from importlib.resources import files
from typing import Any

_AUTHOR = {"name": "simulator", "email": "", "company": "", "website": ""}

_HINTS = {
    "server": "Address of the broker, with its scheme and port.",
    "connectionSelector": "Name of a shared connection to use instead of an own one.",
    "topic": "Topic to read from or to write to.",
    "qos": "Quality of service: 0, 1 or 2.",
    "username": "User name, where a login is wanted.",
    "password": "Password of the user.",
    "protocolVersion": "Version of the protocol.",
    "clientid": "Client id; one is made up when empty.",
    "insecureSkipVerify": "Accept any certificate.",
    "url": "Address to call.",
    "method": "HTTP method.",
    "interval": "Time between two readings.",
    "timeout": "How long to wait for an answer.",
    "headers": "HTTP headers to send.",
    "bodyType": "Form of the body.",
    "dataTemplate": "Template that makes the text to send.",
    "sendSingle": "Send each record alone, not as a list.",
    "format": "Form of the data.",
    "fields": "Only these fields are sent.",
    "bufferLength": "Messages that may wait.",
    "enableCache": "Keep messages while the target is away.",
    "loop": "Begin again after the last record.",
    "data": "Records to send, as JSON.",
    "path": "File or folder.",
    "fileType": "Form of the file.",
    "omitIfEmpty": "Send nothing for an empty result.",
    "batchSize": "Messages to gather before sending.",
    "lingerInterval": "Longest time to gather messages.",
    "compression": "How to compress what is sent.",
    "concurrency": "Workers at the same time.",
    "runAsync": "Do not wait for each message to be sent.",
}


@lru_cache(maxsize=2)
def metadata(version: str) -> dict[str, Any]:
    """All descriptions of a version: `functions`, `operators`, `lists`, `forms`, `prebuilt`."""
    source = files("ekmanager.simulator").joinpath("data", f"metadata-{version}.json")
    expanded: dict[str, Any] = _expand(json.loads(source.read_text("utf-8")), "", "")
    for group in expanded["functions"]:
        for function in group["functions"]:
            arguments = ", ".join(argument["name"] for argument in function.get("args") or ())
            function["example"] = f"{function['name']}({arguments})"
    return expanded


def _expand(value: Any, name: str, key: str) -> Any:
    """The value with its texts; `name` is that of the nearest thing that has one."""
    if isinstance(value, dict):
        own = value.get("name")
        name = own if isinstance(own, str) and own else (key if isinstance(own, str) or not name else name)
        return {inner: _expand(item, name, inner) for inner, item in value.items()}
    if isinstance(value, list):
        return [_expand(item, name, key) for item in value]
    if value == "@author":
        return dict(_AUTHOR)
    if isinstance(value, str) and value.startswith("@"):
        return dict.fromkeys(value[1:].split(), _text(name, key))
    return value


def _text(name: str, key: str) -> str:
    if key == "helpUrl":
        return ""
    label = " ".join(re.findall(r"[A-Z]?[a-z0-9]+|[A-Z]+(?![a-z])", name)) or name
    label = label[:1].upper() + label[1:]
    return label if key == "label" else _HINTS.get(name, f"{label}.")
