"""Rules."""

from __future__ import annotations

import builtins
from collections.abc import Iterable, Mapping
from typing import Literal

from pydantic import TypeAdapter

from ekmanager.ekuiper.errors import NotFound, RequestRefused
from ekmanager.ekuiper.models import (
    BulkResult,
    Export,
    MatchedRules,
    OutputField,
    PlanNode,
    RuleDefinition,
    RuleState,
    RuleStatus,
    RuleSummary,
    Span,
    TableRow,
    Topology,
    Validation,
)
from ekmanager.ekuiper.models.base import Keyed, Many
from ekmanager.ekuiper.parse import parse_as, parse_explain, parse_rule_status, parse_status_all
from ekmanager.ekuiper.resources.base import LONG, Resource
from ekmanager.ekuiper.resources.traces import RuleTests, Traces
from ekmanager.ekuiper.resources.transfer import Rulesets
from ekmanager.ekuiper.transport import Transport
from ekmanager.ekuiper.trials import TrialRun, begin

Definition = RuleDefinition | Mapping[str, object] | str
"""A rule as an object, or as the JSON text that is to be sent as it is."""

_SUMMARIES: TypeAdapter[list[RuleSummary]] = TypeAdapter(Many[RuleSummary])
_TOPOLOGY = TypeAdapter(Topology)
_SCHEMA: TypeAdapter[dict[str, OutputField]] = TypeAdapter(Keyed[OutputField])
_BULK: TypeAdapter[list[BulkResult]] = TypeAdapter(Many[BulkResult])
_ROWS: TypeAdapter[list[TableRow]] = TypeAdapter(Many[TableRow])
_MATCHED = TypeAdapter(MatchedRules)
_USAGE = TypeAdapter(dict[str, int])
_VALIDATED = TypeAdapter(dict[str, object])


class Rules(Resource):
    """Rules: definitions, life, state and tags; trying SQL, tracing, and rulesets."""

    def __init__(self, transport: Transport) -> None:
        super().__init__(transport)
        self._tests = RuleTests(transport)
        self._traces = Traces(transport)
        self._rulesets = Rulesets(transport)

    def list(self) -> builtins.list[RuleSummary]:
        """All rules by id. The costly list (40 ms of the server's CPU at 500 rules): `status_all` is for polling."""
        return self._read(_SUMMARIES, "rules.list")

    def create(self, definition: Definition) -> str:
        """Create a rule. It starts at once unless it says `triggered: false`."""
        return self._text("rules.create", json=_sendable(definition))

    def get(self, rule: str) -> RuleDefinition:
        """The definition as the server stores it, byte for byte."""
        return RuleDefinition(self._call("rules.get", rule).text)

    def update(self, rule: str, definition: Definition) -> str:
        """Replace and restart a rule: its counters start at 0, and a stopped one starts, unless `triggered: false`.

        2.4 creates it where it is absent; 1.14 raises NotFound.
        """
        return self._text("rules.update", rule, json=_sendable(definition))

    def upsert(self, definition: Definition) -> Literal["created", "updated"]:
        """Create the rule that the definition names by its `id`, or replace it, with what `create` and `update` do.

        Says which it was. Raises ValueError for a definition without id.
        """
        rule = _id_of(definition)
        try:
            self._call("rules.get", rule)
        except NotFound:
            self.create(definition)
            return "created"
        self.update(rule, definition)
        return "updated"

    def delete(self, rule: str) -> str:
        """Stop and delete a rule."""
        return self._text("rules.delete", rule)

    def start(self, rule: str) -> str:
        """Start a rule. One that runs is restarted, and its counters with it."""
        return self._text("rules.start", rule)

    def stop(self, rule: str) -> str:
        """Stop a rule; one that is stopped stays so. 2.4 waits up to 5 s for a sink that hangs."""
        return self._text("rules.stop", rule)

    def restart(self, rule: str) -> str:
        """Stop and start a rule."""
        return self._text("rules.restart", rule)

    def status(self, rule: str) -> RuleStatus:
        """State and metrics of its operators."""
        return self._parse(parse_rule_status, "rules.status", rule)

    def status_v2(self, rule: str) -> RuleStatus:
        """The same from the newer route (2.4): operators by name, not by position."""
        return self._parse(parse_rule_status, "rules.status_v2", rule)

    def status_all(self) -> dict[str, RuleState]:
        """State and newest exception of every rule, by id, in one cheap call."""
        return self._parse(parse_status_all, "rules.status_all")

    def topology(self, rule: str) -> Topology:
        """Operators and how they are connected. Only for a rule that has run (1.14: that runs)."""
        return self._read(_TOPOLOGY, "rules.topology", rule)

    def explain(self, rule: str) -> PlanNode | None:
        """The plan that its SQL would get now, as a tree. Not for graph rules."""
        return self._parse(parse_explain, "rules.explain", rule)

    def schema(self, rule: str) -> dict[str, OutputField]:
        """Fields of its output (2.4), while it runs. Empty where they are not known: `SELECT *`, graph rules."""
        return self._read(_SCHEMA, "rules.schema", rule)

    def validate(self, definition: Definition) -> Validation:
        """What the server thinks of a definition, without storing it. A no is an answer, not an exception."""
        try:
            value = self._read(_VALIDATED, "rules.validate", json=_sendable(definition))
        except RequestRefused as error:
            if error.status != 422:
                raise
            return Validation(valid=False, message=error.server_message)
        sources = value.get("sources")
        names = tuple(str(name) for name in sources) if isinstance(sources, builtins.list) else ()
        return Validation(valid=value.get("valid") is True, sources=names)

    def reset_state(self, rule: str, stream: str, position: Mapping[str, object]) -> str:
        """Rewind a source of a running rule, where that source can."""
        body = {"type": 1, "params": {"streamName": stream, "input": dict(position)}}
        return self._text("rules.reset_state", rule, json=body)

    def set_tags(self, rule: str, tags: Iterable[str]) -> None:
        """Replace its tags (2.4). It is not restarted."""
        self._call("rules.set_tags", rule, json={"tags": [*tags]})

    def add_tags(self, rule: str, tags: Iterable[str]) -> None:
        """Add tags (2.4)."""
        self._call("rules.add_tags", rule, json={"tags": [*tags]})

    def remove_tags(self, rule: str, tags: Iterable[str]) -> None:
        """Take tags away (2.4)."""
        self._call("rules.remove_tags", rule, json={"tags": [*tags]})

    def match_tags(self, tags: Iterable[str]) -> tuple[str, ...]:
        """Ids of the rules that have all of these tags, in no order (2.4). No tags: all rules."""
        return self._read(_MATCHED, "rules.match_tags", json={"tags": [*tags]}).rules

    def bulk_start(self, tags: Iterable[str]) -> builtins.list[BulkResult]:
        """Start the rules that have all of these tags, one after the other (2.4)."""
        return self._bulk("rules.bulk_start", tags)

    def bulk_stop(self, tags: Iterable[str]) -> builtins.list[BulkResult]:
        """Stop the rules that have all of these tags, one after the other (2.4)."""
        return self._bulk("rules.bulk_stop", tags)

    def cpu_usage(self) -> dict[str, int] | None:
        """Milliseconds of CPU a rule in the last period (2.4); None where profiling is off or has no figures yet."""
        return self._parse(_usage, "rules.cpu_usage")

    def scan_tables(self, rule: str) -> builtins.list[TableRow]:
        """Rows that a join with a scan table holds (2.4)."""
        return self._read(_ROWS, "rules.scan_tables", rule)

    def start_trace(self, rule: str, *, strategy: str = "always") -> None:
        """Record what happens to its messages (2.4): `always`, or `head` for those that ask for it."""
        self._call("rules.start_trace", rule, json={"strategy": strategy})

    def stop_trace(self, rule: str) -> None:
        """Stop recording (2.4)."""
        self._call("rules.stop_trace", rule)

    def list_traces(self, rule: str, *, limit: int | None = None) -> builtins.list[str]:
        """Ids of its traces, newest first (2.4); up to 5 s late. Empty also for a rule that does not exist."""
        return self._traces.of_rule(rule, limit=limit)

    def get_trace(self, trace: str) -> Span:
        """A trace as a tree of spans, with the data that passed (2.4)."""
        return self._traces.get(trace)

    def test(
        self,
        sql: str,
        *,
        mock_source: Mapping[str, object] | None = None,
        sink_properties: Mapping[str, object] | None = None,
        timeout: float | None = None,
        duration: float | None = None,
    ) -> TrialRun:
        """Run SQL without sinks; the results as they come: `with client.rules.test(sql) as run: for result in run: …`.

        The real sources are read a second time, but for those in `mock_source`: by stream,
        `{"data": [...], "interval": milliseconds, "loop": bool}`. `sink_properties`: `sendSingle` gives records one by
        one, `dataTemplate` formats them. The iteration ends after `timeout` seconds without a result, after `duration`
        seconds in all, and when the server ends the run, after five minutes; it does not end with the mock data.
        Results come from the server's data port, on the host of its URL and without TLS. Raises EKuiperError.
        """
        return begin(
            self._transport,
            lambda test: self._tests.create(test, sql, mock_source=mock_source, sink_properties=sink_properties),
            self._tests.start,
            self._tests.delete,
            timeout=timeout,
            duration=duration,
            templated="dataTemplate" in (sink_properties or {}),
        )

    def export_ruleset(self) -> Export:
        """All streams, tables and rules as one file."""
        return self._rulesets.export()

    def import_ruleset(self, content: str | Export | None = None, *, file: str | None = None) -> str:
        """Add those of a file; see `client.ruleset.import_` for what the versions do with rules that exist."""
        return self._rulesets.import_(content, file=file)

    def _bulk(self, operation: str, tags: Iterable[str]) -> builtins.list[BulkResult]:
        body = {"tags": [*tags]}
        return self._parse(lambda answer: parse_as(_BULK, answer), operation, json=body, wait=LONG)


def _sendable(definition: Definition) -> str | dict[str, object]:
    if isinstance(definition, RuleDefinition):
        return definition.text
    return definition if isinstance(definition, str) else dict(definition)


def _id_of(definition: Definition) -> str:
    document: Mapping[str, object]
    if isinstance(definition, RuleDefinition | str):
        document = (definition if isinstance(definition, RuleDefinition) else RuleDefinition(definition)).document
    else:
        document = definition
    rule = document.get("id")
    if not isinstance(rule, str) or not rule:
        raise ValueError("the definition has no id")
    return rule


def _usage(body: bytes) -> dict[str, int] | None:
    """2.4 says `cpu usage not enabled` or `not ready` with status 200 where it has no figures."""
    return parse_as(_USAGE, body) if body.lstrip().startswith(b"{") else None
