"""A rule on a server: its stored text, its state, and the runs that it had.

Time moves a rule without a task: `settle` brings the state up to the moment of a question.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from ekmanager.simulator import gojson
from ekmanager.simulator.cron import Cron
from ekmanager.simulator.definitions import Planned, RuleDefinition, duration_of, plan_rule
from ekmanager.simulator.flow import Source
from ekmanager.simulator.metrics import Run, count, metrics, newest_exception
from ekmanager.simulator.plan import Plan
from ekmanager.simulator.reply import Refused

if TYPE_CHECKING:
    from ekmanager.simulator.engine import Engine

RUNNING, STOPPED = "running", "stopped"
FAILED = "stopped by error"
WAITING = "stopped: waiting for next schedule."
MANUALLY = "canceled manually"

_PATROL = 10.0
"""Seconds between two looks of 2.4.0 at schedules and durations."""

_DEFAULT_OPTIONS: dict[str, Any] = {
    "debug": False,
    "logFilename": "",
    "isEventTime": False,
    "lateTolerance": 1000,
    "concurrency": 1,
    "bufferLength": 1024,
    "sendMetaToSink": False,
    "sendError": True,
    "qos": 0,
    "checkpointInterval": 300000,
    "restartStrategy": {"attempts": 0, "delay": 1000, "multiplier": 2, "maxDelay": 30000, "jitterFactor": 0.1},
    "cron": "",
    "duration": "",
    "cronDatetimeRange": None,
}
_SECRET_KEYS = frozenset(["password", "token"])
MASK = "******"


@dataclass(slots=True)
class Rule:
    """One rule. Times are epoch seconds; 0 is never."""

    definition: RuleDefinition
    text: str
    """What `GET /rules/{id}` answers, before secrets are masked."""
    state: str = STOPPED
    message: str = ""
    started: float = 0.0
    stopped: float = 0.0
    next_start: float = 0.0
    run: Run | None = None
    doomed: Planned | None = None
    tracing: bool = False
    traced_since: float = 0.0
    tags: list[str] | None = field(default=None)

    @property
    def id(self) -> str:
        return self.definition.id

    @property
    def running(self) -> bool:
        return self.state == RUNNING

    def start(self, engine: Engine, at: float | None = None) -> None:
        """Plans anew and runs, from `at` on. Raises Refused, and stays as it was."""
        planned = plan_rule(engine, self.definition)
        now = engine.now() if at is None else at
        if self.running:
            self.end(now, "")
        self._begin(engine, planned, now)
        if self.definition.options.get("cron") and not engine.newer:
            self._schedule(engine, now)

    def _begin(self, engine: Engine, planned: Planned, now: float) -> None:
        sources = {name: engine.source_of(engine.definitions[name]) for name in self.definition.streams}
        self.run = Run(planned.plan, now, None, sources, engine.unreachable, engine.newer, engine.guarded)
        self.doomed = planned if planned.dies_of is not None else None
        self.state, self.message, self.started, self.next_start = RUNNING, "", now, 0.0

    def end(self, now: float, message: str, state: str = STOPPED) -> None:
        """Ends the run, if there is one."""
        if self.running:
            self.stopped = now
            if self.run is not None:
                self.run = replace(self.run, ended=now)
        self.state, self.message = state, message

    def fail(self, now: float, message: str) -> None:
        """Ends the run because of an error."""
        self.end(now, message, FAILED)

    def settle(self, engine: Engine) -> None:
        """Brings the state up to now."""
        now = engine.now()
        if self.doomed is not None and self.running and now >= self.started + self.doomed.dies_after:
            planned, self.doomed = self.doomed, None
            self.end(self.started + planned.dies_after, "" if engine.newer else planned.dies_of or "", FAILED)
            if planned.without_metrics and engine.newer:
                self.run = None
            return
        if self.definition.options.get("cron"):
            self._schedule(engine, now)
        elif self.running and engine.newer:
            self._finish(engine, now)

    def _finish(self, engine: Engine, now: float) -> None:
        """2.4.0 stops a rule whose source ended, or whose duration is over."""
        limit = duration_of(self.definition.options)
        if limit and now >= self.started + math.ceil(limit / _PATROL) * _PATROL / 2 + limit / 2:
            self.end(self.started + limit, "duration terminated")
            return
        ends = [source.ended_at(self.started) for source in self.run.sources.values()] if self.run else []
        if ends and all(end is not None for end in ends) and now >= max(end or 0.0 for end in ends):
            self.end(max(end or 0.0 for end in ends), "done")
            self.rewrite(engine, triggered=False)

    def _schedule(self, engine: Engine, now: float) -> None:
        """A rule with cron and duration runs in its slots only; 2.4.0 lets it run until the first patrol."""
        length = duration_of(self.definition.options)
        if not length or self.state in {STOPPED, FAILED}:
            return
        try:
            cron = Cron(str(self.definition.options["cron"]))
        except ValueError:
            return
        slot = cron.previous(now)
        if slot is not None and now < slot + length and slot >= self.started:
            if not self.running:
                self._begin(engine, plan_rule(engine, self.definition), slot)
            return
        if self.running and now < self.started + _PATROL / 2 and engine.newer:
            return
        begun = slot is not None and self.started >= slot
        ended = self.started + _PATROL / 2 if begun or slot is None else min(now, slot + length)
        self.end(ended, "schedule terminated", WAITING)
        self.next_start = cron.next(now) or 0.0

    def rewrite(self, engine: Engine, *, triggered: bool | None = None) -> None:
        """Stores the text anew, as a start, a stop or a change of tags does."""
        body = dict(self.definition.body)
        if triggered is not None:
            body["triggered"] = triggered
        if engine.newer:
            if self.tags is not None:
                body["tags"] = self.tags
            self.text = gojson.dumps(body, sort=True)
            return
        kept = {"triggered": body.get("triggered", True), "id": self.id}
        kept |= {key: body[key] for key in ("name", "sql", "graph", "actions") if body.get(key)}
        given = self.definition.options
        kept["options"] = {key: given.get(key, value) for key, value in _DEFAULT_OPTIONS.items()}
        self.text = gojson.dumps(kept)

    def shown_text(self, *, newer: bool) -> str:
        """The stored text; 1.14.7 masks secrets, and then sorts the keys."""
        if newer or not any(f'"{key}"' in self.text for key in _SECRET_KEYS):
            return self.text
        return gojson.dumps(_masked(gojson.loads(self.text)), sort=True)

    def status_word(self, *, newer: bool) -> str:
        """The state as lists have it: `running`, or in 1.14.7 `Running` and `Stopped: <reason>.`"""
        if newer:
            return self.state
        return "Running" if self.running else f"Stopped: {self.reason()}."

    def reason(self) -> str:
        """Why 1.14.7 says that it is stopped."""
        if self.state == WAITING:
            return "waiting for next schedule"
        return self.message if self.state == FAILED and self.message else MANUALLY

    def status(self, engine: Engine) -> dict[str, Any]:
        """The answer of `…/status`."""
        if not engine.newer and not self.running:
            return {"message": f"Stopped: {self.reason()}.", "status": "stopped"}
        times = [int(moment * 1000) for moment in (self.started, self.stopped, self.next_start)]
        if engine.newer:
            names = ("lastStartTimestamp", "lastStopTimestamp", "nextStartTimestamp")
            found: dict[str, Any] = {"status": self.state, "message": self.message}
            found |= dict(zip(names, times, strict=True))
        else:
            names = ("lastStartTimestamp", "lastStopTimestamp", "nextStopTimestamp")
            found = {"status": "running", **dict(zip(names, map(str, times), strict=True))}
        if self.run is not None:
            found |= metrics(self.run, engine.now())
        return found

    def trouble(self, engine: Engine) -> tuple[str, int]:
        """Newest exception and its operator's total, while it runs."""
        if not self.running or self.run is None:
            return "", 0
        return newest_exception(count(self.run, engine.now()))

    def plan_shown(self, engine: Engine) -> Plan:
        """The plan that the topology shows. Raises Refused."""
        if self.run is not None and (engine.newer or self.running):
            return self.run.plan
        if self.started == 0.0 and not engine.newer:
            return plan_rule(engine, self.definition, sinks=False).plan
        if not engine.newer and self.state in {FAILED, WAITING} and self.run is not None:
            return self.run.plan
        raise Refused(f"Fail to get rule {self.id}'s topo, make sure the rule has been started before", 1001)

    def sources(self) -> dict[str, Source]:
        return dict(self.run.sources) if self.run else {}


def _masked(value: Any) -> Any:
    if isinstance(value, dict):
        return {
            key: MASK if key in _SECRET_KEYS and isinstance(inner, str) else _masked(inner)
            for key, inner in value.items()
        }
    if isinstance(value, list):
        return [_masked(inner) for inner in value]
    return value
