"""Configuration keys: what sources, sinks and connections were configured with, under a type and a key.

2.4.0 keeps durations as text and remembers a failed deletion: from then on every write for that type is refused, though
it takes effect (recorded). 1.14.7 turns the durations of some types into milliseconds.
"""

from __future__ import annotations

from collections.abc import Mapping
from copy import deepcopy
from typing import Any

from ekmanager.simulator.flow import seconds
from ekmanager.simulator.reply import Refused

Properties = dict[str, Any]

_MILLISECONDS = frozenset(["simulator", "file", "httppull"])
_LISTED = frozenset(["interval", "timeout"])
_DURATIONS = ("interval", "sendInterval", "timeout")

_SHIPPED: dict[str, dict[str, Properties]] = {
    "file": {
        "default": {
            "actionAfterRead": 0,
            "fileType": "json",
            "hasHeader": False,
            "ignoreEndLines": 0,
            "ignoreStartLines": 0,
            "interval": 0,
            "moveTo": "/tmp/kuiper/moved",  # noqa: S108 - a value that servers ship, nothing is written there
            "parallel": False,
            "path": "data",
            "sendInterval": 0,
        }
    },
    "httppull": {
        "default": {
            "bodyType": "json",
            "headers": {"accept": "application/json"},
            "incremental": False,
            "insecureSkipVerify": True,
            "interval": "10s",
            "method": "post",
            "responseType": "code",
            "timeout": "5s",
            "url": "http://localhost",
        },
        "token_conf": {
            "bodyType": "json",
            "headers": {"accept": "application/json", "authorization": "Bearer {{.token}}"},
            "incremental": False,
            "insecureSkipVerify": True,
            "interval": 10000,
            "method": "get",
            "oauth": {"access": {"body": "{}", "expire": "3600", "url": "http://127.0.0.1:8085/login"}},
            "responseType": "code",
            "timeout": 5000,
            "url": "http://127.0.0.1:8085/state",
        },
    },
    "httppush": {"default": {"method": "POST"}},
    "mqtt": {
        "default": {
            "insecureSkipVerify": False,
            "protocolVersion": "3.1.1",
            "qos": 1,
            "server": "tcp://127.0.0.1:1883",
        }
    },
    "neuron": {"default": {"url": "tcp://127.0.0.1:7081"}},
    "redis": {"default": {"addr": "127.0.0.1:6379", "dataType": "string"}},
    "redisSub": {"default": {"address": "127.0.0.1:6379", "db": 0}},
    "simulator": {"default": {"data": [{"humidity": 50, "temperature": 22.5}], "interval": "1s", "loop": True}},
}
_SHIPPED_CONNECTIONS: dict[str, dict[str, Properties]] = {
    "mqtt": {
        "baetylbroker": {
            "certificationpath": "/etc/baetyl/crt.pem",
            "clientid": "ekuiper",
            "insecureskipverify": False,
            "privatekeypath": "/etc/baetyl/key.pem",
            "qos": 0,
            "rootcapath": "/etc/baetyl/ca.pem",
            "server": "mqtts://baetyl-broker:50010",
        },
        "cloudconnection": {"password": "******", "server": "tcp://broker.example:1883", "username": "user1"},
        "localconnection": {"password": "******", "server": "tcp://127.0.0.1:1883", "username": "ekuiper"},
    },
}
"""1.14.7 ships examples of connections; 2.4.0 does not."""


class Configs:
    """All configuration keys of one server. `family` is sources, sinks or connections."""

    def __init__(self, *, newer: bool) -> None:
        self._newer = newer
        self._own: dict[tuple[str, str], dict[str, Properties]] = {}
        self._poisoned: dict[tuple[str, str], str] = {}

    def of_type(self, family: str, kind: str) -> dict[str, Properties]:
        """Key to properties of a type, shipped ones included."""
        shipped = self._shipped(family).get(kind, {})
        return {**shipped, **self._own.get((family, kind), {})}

    def get(self, family: str, kind: str, key: str = "") -> Properties:
        """The properties of a key over those of the type's default."""
        known = self.of_type(family, kind)
        return {**known.get("default", {}), **known.get(key, {})}

    def shown(self, family: str, kind: str, properties: Properties) -> Properties:
        """Properties as a listing has them: 2.4.0 writes the numbers of some durations as text there."""
        if not self._newer or family != "sources" or kind not in _MILLISECONDS:
            return properties
        return {
            name: f"{value / 1000:g}s" if name in _LISTED and isinstance(value, int) else value
            for name, value in properties.items()
        }

    def types(self, family: str) -> list[str]:
        """Types that have any configuration, sorted."""
        return sorted({*self._shipped(family), *(kind for owner, kind in self._own if owner == family)})

    def own(self, family: str) -> dict[str, dict[str, Properties]]:
        """What people stored, by type."""
        return {kind: dict(keys) for (owner, kind), keys in self._own.items() if owner == family and keys}

    def put(self, family: str, kind: str, key: str, properties: Mapping[str, Any]) -> None:
        """Stores a configuration. Raises Refused after a failed deletion, although it is stored."""
        stored = self._own.setdefault((family, kind), {})
        old = stored.get(key, {})
        fresh = {name: self._kept(kind, name, value) for name, value in properties.items()}
        if not self._newer:
            fresh = {name: old.get(name, value) if value == "******" else value for name, value in fresh.items()}
        stored[key] = dict(sorted(fresh.items()))
        self._raise_if_poisoned(family, kind)

    def delete(self, family: str, kind: str, key: str) -> None:
        """Removes a configuration. Raises Refused when 2.4.0 has none of that name, and from then on."""
        stored = self._own.get((family, kind), {})
        if stored.pop(key, None) is None and self._newer:
            path = f"{family}.{kind}"
            message = f"Failed to write data to file:{path}.{path}.{key} is not found"
            self._poisoned.setdefault((family, kind), message)
        self._raise_if_poisoned(family, kind)

    def clear(self) -> None:
        """Forgets what people stored."""
        self._own.clear()

    def _raise_if_poisoned(self, family: str, kind: str) -> None:
        message = self._poisoned.get((family, kind))
        if message:
            raise Refused(message, 5000)

    def _shipped(self, family: str) -> dict[str, dict[str, Properties]]:
        if family == "connections":
            return {} if self._newer else deepcopy(_SHIPPED_CONNECTIONS)
        if family != "sources":
            return {}
        return {
            kind: {
                key: {name: self._default(kind, name, value) for name, value in properties.items()}
                for key, properties in keys.items()
            }
            for kind, keys in _SHIPPED.items()
        }

    def _default(self, kind: str, name: str, value: Any) -> Any:
        if name == "oauth" and self._newer:
            return {"access": {key: item for key, item in value["access"].items() if key != "body"}}
        return self._kept(kind, name, value) if isinstance(value, str) else value

    def _kept(self, kind: str, name: str, value: Any) -> Any:
        """A value as the server gives it back later."""
        if name not in _DURATIONS or kind not in _MILLISECONDS:
            return value
        if self._newer:
            return "0s" if value == 0 else value
        if isinstance(value, str) and seconds(value, -1.0) >= 0:
            return int(seconds(value) * 1000)
        return value
