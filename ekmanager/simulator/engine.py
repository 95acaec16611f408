"""The state of one simulated server: what was created on it, and what time made of that.

Nothing runs in the background. Every counter is computed from the clock when somebody asks.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from ekmanager.simulator.configs import Configs
from ekmanager.simulator.ddl import Definition
from ekmanager.simulator.definitions import RuleDefinition, plan_rule
from ekmanager.simulator.flow import Source, connection_error, fraction, source_of
from ekmanager.simulator.reply import Refused
from ekmanager.simulator.rules import RUNNING, Rule
from ekmanager.simulator.traces import Traces
from ekmanager.simulator.trials import Trial

VERSIONS = ("2.4.0", "1.14.7")
"""The releases that can be simulated."""

_TOTAL_MEMORY = 8 * 1024**3
_MEMORY_BASE, _MEMORY_PER_RULE = 42_000_000, 900_000
_CHAIN = 4
"""How many rules may feed each other through memory topics before their flow is not followed further."""


@dataclass(slots=True)
class Extensions:
    """What was installed: by kind, then by name."""

    plugins: dict[str, dict[str, dict[str, Any]]] = field(
        default_factory=lambda: {"sources": {}, "sinks": {}, "functions": {}, "portables": {}, "wasm": {}}
    )
    scripts: dict[str, dict[str, Any]] = field(default_factory=dict)
    services: dict[str, dict[str, Any]] = field(default_factory=dict)
    schemas: dict[tuple[str, str], dict[str, Any]] = field(default_factory=dict)
    """By type and name."""


class Engine:
    """One server. `clock` gives epoch seconds; `unreachable` are `host:port` that refuse connections.

    `files` are the files that the server finds under `file://`: path to content, for a zip file its member names.
    """

    def __init__(
        self,
        version: str = "2.4.0",
        *,
        clock: Callable[[], float] = time.time,
        age: float = 0.0,
        seed: str = "",
        unreachable: Collection[str] = (),
        files: Mapping[str, str | Collection[str]] | None = None,
        private_net: bool = False,
    ) -> None:
        if version not in VERSIONS:
            raise ValueError(f"{version} is not one of the simulated versions {', '.join(VERSIONS)}")
        self.version = version
        self.newer = version != "1.14.7"
        self.now = clock
        self.seed = seed
        self.started_at = clock() - age
        self.unreachable = frozenset(unreachable)
        self.files = dict(files or {})
        self.guarded = self.newer and not private_net
        """Whether internal addresses are refused to downloads and to HTTP sources and sinks."""
        self.definitions: dict[str, Definition] = {}
        self.rules: dict[str, Rule] = {}
        self.configs = Configs(newer=self.newer)
        self.extensions = Extensions()
        self.connections: dict[str, dict[str, Any]] = {}
        self.websockets: list[str] = []
        self.uploads: dict[str, str] = {}
        self.tasks: dict[str, dict[str, Any]] = {}
        self.tests: dict[str, Trial] = {}
        self.import_errors: dict[str, dict[str, str]] = {}
        self.traces = Traces()
        self.cpu_profile = False
        """Whether `/rules/usage/cpu` has figures."""
        self.metrics_dump = False
        self.data_port = 10081
        """Where results of rule tests are read; the server that listens sets it."""
        self.ending: int | None = None
        """The status with which the process is about to end; None: it is not."""

    def info(self) -> dict[str, Any]:
        """The answer of `GET /`."""
        now = self.now()
        running = sum(rule.running for rule in self.rules.values())
        cpu = 1.2 + 0.35 * running + 2.2 * self._wave(now, 97) + 1.1 * self._wave(now, 23)
        memory = _MEMORY_BASE + _MEMORY_PER_RULE * len(self.rules) + int(6_000_000 * self._wave(now, 311))
        return {
            "version": self.version,
            "os": "linux",
            "arch": "amd64",
            "upTimeSeconds": max(0, int(now - self.started_at)),
            "cpuUsage": f"{min(cpu, 100.0):.2f}%",
            "memoryUsed": str(memory),
            "memoryTotal": str(_TOTAL_MEMORY),
        }

    def _wave(self, now: float, period: float) -> float:
        """Between 0 and 1, smooth, and different from server to server."""
        return 0.5 + 0.5 * math.sin(2 * math.pi * (now / period + fraction(self.seed, period)))

    def connection_error(self, address: str) -> str:
        """Why an address cannot be connected to; empty when it can."""
        return connection_error(address, self.unreachable)

    def config_of(self, definition: Definition) -> dict[str, Any]:
        """The resolved configuration of a stream: default, then its key, then the connection that it names."""
        key = str(definition.options.get("confKey") or "")
        config = self.configs.get("sources", definition.type, key)
        shared = self.connections.get(str(config.get("connectionSelector") or ""))
        return {**config, **shared["props"]} if shared else config

    def missing_file(self, definition: Definition) -> str:
        """The path of a file source whose file does not exist; empty otherwise."""
        if definition.type != "file":
            return ""
        folder = str(self.config_of(definition).get("path", "data"))
        path = f"{folder}/{definition.options.get('datasource', '')}"
        return "" if path in self.files or not folder.startswith("/") else path

    def source_of(self, definition: Definition, depth: int = 0) -> Source:
        """How a stream behaves; a memory stream gets what rules send to its topic."""
        if definition.type != "memory":
            return source_of(definition, self.config_of(definition), self.unreachable)
        topic = definition.options.get("datasource")
        rate = 0.0
        if depth < _CHAIN:
            for rule in self.rules.values():
                if rule.running and any(k == "memory" and p.get("topic") == topic for k, p in rule.definition.sinks):
                    rate += self._rate_out(rule, depth + 1)
        return Source(rate)

    def _rate_out(self, rule: Rule, depth: int) -> float:
        """Messages a second that a rule gives, roughly."""
        streams = [self.definitions[name] for name in rule.definition.streams if name in self.definitions]
        rate = sum(self.source_of(item, depth).rate for item in streams)
        select = rule.definition.select
        if select is None:
            return rate / 2
        if select.window is not None:
            return 1 / select.window.period if select.window.period else rate / 5
        return rate / 2 if select.where is not None else rate

    def function_names(self) -> set[str]:
        """Functions that were added, lower case."""
        names = set(self.extensions.scripts)
        for kind in ("functions", "portables"):
            for plugin in self.extensions.plugins[kind].values():
                names.update(str(name) for name in plugin.get("functions") or ())
        for service in self.extensions.services.values():
            names.update(str(function["FuncName"]) for function in service["functions"])
        return {name.lower() for name in names}

    def plugin_names(self, family: str) -> frozenset[str]:
        """Types of sources or sinks that plugins brought."""
        portables = self.extensions.plugins["portables"].values()
        brought = (str(name) for plugin in portables for name in plugin.get(family) or ())
        return frozenset([*self.extensions.plugins[family], *brought])

    def settled_rules(self) -> list[Rule]:
        """All rules by id, their states up to date."""
        for rule in self.rules.values():
            rule.settle(self)
        return [self.rules[name] for name in sorted(self.rules)]

    def named(self, *, tables: bool) -> list[Definition]:
        """Streams or tables in the order of their creation, those in memory only last."""
        found = [item for item in self.definitions.values() if item.is_table is tables]
        return sorted(found, key=lambda item: item.temporary)

    def rule(self, name: str, refusal: str) -> Rule:
        """The rule, its state up to date. Raises Refused(1002) with the sentence when there is none."""
        rule = self.rules.get(name)
        if rule is None:
            raise Refused(refusal, 1002)
        rule.settle(self)
        return rule

    def add_rule(self, definition: RuleDefinition, *, started: float | None = None) -> Rule:
        """Registers a rule and starts it (at `started`, else now) unless it says not to. Raises Refused."""
        rule = Rule(definition, definition.text, tags=definition.tags)
        if definition.triggered:
            rule.start(self, started)
        else:
            plan_rule(self, definition)
        self.rules[definition.id] = rule
        return rule

    def users_of(self, stream: str, *, running: bool = True) -> Iterable[Rule]:
        """Rules that read a stream or table."""
        rules = self.settled_rules()
        return [rule for rule in rules if stream in rule.definition.streams and (rule.running or not running)]

    def restart(self) -> None:
        """The process ended and came back: uptime and counters begin anew, what was not stored is gone."""
        now = self.now()
        self.ending = None
        self.started_at = now
        self.tests.clear()
        self.tasks.clear()
        self.traces = Traces()
        for name in [name for name, item in self.definitions.items() if item.temporary]:
            del self.definitions[name]
        for name in [name for name, rule in self.rules.items() if self.newer and rule.definition.temporary]:
            del self.rules[name]
        for rule in self.rules.values():
            rule.settle(self)
            wanted = rule.state == RUNNING
            rule.end(now, "")
            rule.run = None
            if wanted:
                try:
                    rule.start(self)
                except Refused as refusal:
                    rule.fail(now, refusal.message)
