"""Traces and trial runs: looking into what a rule does."""

from __future__ import annotations

import builtins
from collections.abc import Mapping

from pydantic import TypeAdapter

from ekmanager.ekuiper.models import Span, Trial
from ekmanager.ekuiper.resources.base import NAMES, Resource

_SPAN = TypeAdapter(Span)
_TRIAL = TypeAdapter(Trial)


class Traces(Resource):
    """Recorded traces (2.4). They hold the data that passed. New spans appear up to 5 s late."""

    def of_rule(self, rule: str, *, limit: int | None = None) -> builtins.list[str]:
        """Ids of its traces, newest first; empty also for a rule that does not exist."""
        return self._read(NAMES, "traces.of_rule", rule, query={"limit": str(limit)} if limit is not None else None)

    def get(self, trace: str) -> Span:
        """The whole trace as a tree of spans."""
        return self._read(_SPAN, "traces.get", trace)

    def configure(self, *, collector_url: str | None, service_name: str = "") -> str:
        """Send all traces to a collector (`host:port`), or, with None, stop sending. Nobody checks that it exists."""
        action = {"action": "stop" if collector_url is None else "start"}
        target = {} if collector_url is None else {"collector_url": collector_url, "service_name": service_name}
        return self._text("traces.configure", json={**action, **target})


class RuleTests(Resource):
    """Trial runs of SQL, with given data instead of the real sources where wanted."""

    def create(
        self,
        test: str,
        sql: str,
        *,
        mock_source: Mapping[str, object] | None = None,
        sink_properties: Mapping[str, object] | None = None,
    ) -> Trial:
        """Prepare a run; one of the same id ends. Connect to `/test/<id>` on the port of the answer before `start`.

        `mock_source`: by stream, `{"data": [...], "interval": milliseconds, "loop": bool}`.
        """
        body: dict[str, object] = {"id": test, "sql": sql}
        if mock_source is not None:
            body["mockSource"] = dict(mock_source)
        if sink_properties is not None:
            body["sinkProps"] = dict(sink_properties)
        return self._read(_TRIAL, "ruletest.create", json=body)

    def start(self, test: str) -> str:
        """Let a prepared run begin."""
        return self._text("ruletest.start", test)

    def delete(self, test: str) -> str:
        """End a run. One that does not exist is no error."""
        return self._text("ruletest.delete", test)
