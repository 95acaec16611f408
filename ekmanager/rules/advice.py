"""What a person should know of a definition before it is saved: what servers refuse, forget, or fail on silently."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal
from urllib.parse import urlsplit

from ekmanager.ekuiper.models import JSON, RuleStatus, State
from ekmanager.rules.definition import check_id, is_graph, is_old, streams_in
from ekmanager.rules.jsontext import canonical
from ekmanager.rules.option_advice import cron_trouble, option_trouble
from ekmanager.rules.private import is_internal
from ekmanager.rules.sql import tokens

Level = Literal["error", "warning", "info"]
MASK = "******"
"""How 1.14 shows passwords and tokens."""

_KEPT_BY_OLD = frozenset(["triggered", "id", "name", "sql", "graph", "actions", "options"])
_KNOWN = _KEPT_BY_OLD | {"version", "temp", "tags"}
_WINDOWS = frozenset(
    ["tumblingwindow", "hoppingwindow", "slidingwindow", "sessionwindow", "countwindow", "statewindow"]
)


@dataclass(frozen=True, slots=True)
class Advice:
    """One thing to know. An `error` will be refused or will fail; `field` is a path such as `options.qos`."""

    level: Level
    field: str
    message: str


@dataclass(frozen=True, slots=True)
class _Case:
    document: Mapping[str, Any]
    version: str
    old: Mapping[str, Any] | None
    running: bool | None
    streams: Collection[str] | None
    existing: Collection[str] | None

    @property
    def is_old(self) -> bool:
        """Whether the server is one of 1.x."""
        return is_old(self.version)

    @property
    def id(self) -> str:
        value = self.document.get("id")
        return value if isinstance(value, str) else ""

    @property
    def options(self) -> Mapping[str, Any]:
        value = self.document.get("options")
        return value if isinstance(value, dict) else {}

    @property
    def server(self) -> str:
        return f"eKuiper {self.version}".strip()

    def sinks(self) -> Iterator[tuple[str, str, Mapping[str, Any]]]:
        """Path, type and properties of every sink, those of a graph too."""
        actions, graph = self.document.get("actions"), self.document.get("graph")
        for number, action in enumerate(actions if isinstance(actions, list) else ()):
            for kind, props in action.items() if isinstance(action, dict) else ():
                yield f"actions[{number}].{kind}", kind, props if isinstance(props, dict) else {}
        nodes = graph.get("nodes") if isinstance(graph, dict) else None
        for name, node in nodes.items() if isinstance(nodes, dict) else ():
            if isinstance(node, dict) and node.get("type") == "sink":
                props = node.get("props")
                yield f"graph.nodes.{name}", str(node.get("nodeType")), props if isinstance(props, dict) else {}


def advise(
    document: Mapping[str, JSON],
    *,
    version: str,
    old: Mapping[str, JSON] | None = None,
    running: bool | None = None,
    streams: Collection[str] | None = None,
    existing: Collection[str] | None = None,
) -> list[Advice]:
    """What to know before this definition is saved on a server of this version; errors first.

    `old`: the stored definition of a rule that is changed, `running` whether that rule runs. `streams`: names of the
    server's streams and tables; `existing`: ids of its rules. What is None is not looked at.
    """
    case = _Case(document, version, old, running, streams, existing)
    found = [advice for look in _LOOKS for advice in look(case)]
    order = {"error": 0, "warning": 1, "info": 2}
    return sorted(found, key=lambda advice: order[advice.level])


def reason_of(status: RuleStatus, document: Mapping[str, JSON] | None = None) -> str:
    """Why a rule is not running, in a sentence; empty while it runs.

    2.4 often gives none where the rule failed: then the newest exception of its operators is taken, else what is known
    to go wrong with its definition, if that is given.
    """
    if status.state in {State.RUNNING, State.STARTING}:
        return ""
    if status.state is State.SCHEDULED:
        return "It waits for the next time of its schedule."
    said = status.reason.strip()
    if status.state is not State.FAILED:
        return _ENDS.get(said.lower().rstrip("."), f"{said.rstrip('.')}." if said else "It is stopped.")
    if said:
        return f"{said.rstrip('.')}."
    failed = [operator for operator in status.operators if operator.last_exception]
    if failed:
        newest = max(failed, key=lambda operator: operator.last_exception_time)
        return f"{newest.node}: {newest.last_exception.strip().rstrip('.')}."
    known = next(_hyphen(_Case(document, "", None, None, None, None)), None) if document is not None else None
    return known.message if known is not None else "The server gives no reason; its log may."


_ENDS = {
    "canceled manually": "It was stopped by a person.",
    "stopped by update": "It was saved without being started.",
    "done": "Its source came to the end of its data.",
    "duration terminated": "The time for which it was to run is over.",
    "schedule terminated": "It waits for the next time of its schedule.",
}


def _identity(case: _Case) -> Iterator[Advice]:
    before = case.old.get("id") if case.old is not None else None
    if case.document.get("id") is None and case.old is not None:
        return
    problem = check_id(case.id, version=case.version)
    if problem:
        yield Advice("error", "id", problem)
    elif isinstance(before, str) and before and before != case.id:
        yield Advice("error", "id", f"The id of a rule cannot be changed: duplicate {before} under the new id.")
    elif case.old is None and case.existing is not None and case.id in case.existing:
        yield Advice("error", "id", f"There is a rule {case.id} already: choose another id, or edit that rule.")


def _logic(case: _Case) -> Iterator[Advice]:
    sql, graph = case.document.get("sql"), case.document.get("graph")
    if sql and not isinstance(sql, str):
        yield Advice("error", "sql", "The SQL is a text.")
        return
    if sql and graph:
        yield Advice("error", "graph", "A rule has either SQL or a graph, and this one has both.")
    if not sql and not graph:
        yield Advice("error", "sql", "Write the SQL of the rule, for example SELECT * FROM a stream.")
    elif sql and not is_graph(case.document) and not streams_in(case.document):
        yield Advice("error", "sql", "The SQL names no stream: FROM is missing, or nothing stands behind it.")
    for name in streams_in(case.document):
        if case.streams is None or name in case.streams:
            continue
        other = next((known for known in case.streams if known.casefold() == name.casefold()), "")
        hint = f" Names are case-sensitive: there is {other}." if other else ""
        field = "graph" if is_graph(case.document) else "sql"
        yield Advice("error", field, f"There is no stream or table {name} on the server.{hint}")
    if case.is_old and isinstance(sql, str) and _calls(sql, {"statewindow"}):
        yield Advice("error", "sql", f"{case.server} does not know STATEWINDOW.")


def _calls(sql: str, names: Collection[str]) -> bool:
    return any(word.kind == "name" and word.text.lower() in names for word in tokens(sql))


def _actions(case: _Case) -> Iterator[Advice]:
    actions = case.document.get("actions")
    if is_graph(case.document) and not actions:
        return
    if not actions:
        yield Advice("error", "actions", "Add an action: a rule with SQL needs at least one sink.")
        return
    if not isinstance(actions, list):
        yield Advice("error", "actions", 'The actions are a list: [{"log": {}}].')
        return
    for number, action in enumerate(actions):
        if not isinstance(action, dict) or not action:
            yield Advice("error", f"actions[{number}]", 'An action names its sink: {"log": {}}.')
            continue
        for kind, props in action.items():
            if not isinstance(props, dict):
                yield Advice("error", f"actions[{number}].{kind}", f"The properties of {kind} are an object, {{}}.")


def _sinks(case: _Case) -> Iterator[Advice]:
    for path, kind, props in case.sinks():
        if kind == "sse" and case.is_old:
            yield Advice("error", path, f"{case.server} has no sse sink.")
        url = props.get("url")
        if kind == "rest" and not case.is_old and isinstance(url, str) and is_internal(url):
            yield Advice(
                "warning",
                f"{path}.url",
                f"{case.server} refuses to send to {urlsplit(url).hostname}, an internal address, unless its "
                "configuration has basic.enablePrivateNet. The rule runs, and every message is an exception.",
            )


def _hyphen(case: _Case) -> Iterator[Advice]:
    if "-" not in case.id:
        return
    qos = case.options.get("qos")
    silent = "" if case.is_old else ", and the server gives no reason"
    if isinstance(qos, int) and qos > 0:
        yield Advice(
            "error",
            "id",
            f"With a - in its id and a quality of service above 0 the rule stops by error at its start{silent}: "
            "the store of its state cannot have this name. Use _ in place of -, or qos 0.",
        )
    cached = [path for path, _, props in case.sinks() if props.get("enableCache") is True]
    if cached and not case.is_old:
        yield Advice(
            "error",
            f"{cached[0]}.enableCache",
            f"With a - in the id of the rule a sink with a cache stops it by error at its start{silent}. "
            "Use _ in place of - in the id, or no cache.",
        )


def _forgotten(case: _Case) -> Iterator[Advice]:
    # Go takes field names in any case
    known = _KEPT_BY_OLD if case.is_old else _KNOWN
    odd = [key for key in case.document if key.lower() not in known]
    if case.is_old:
        if odd:
            names = ", ".join(odd[:8])
            yield Advice("warning", odd[0], f"{case.server} forgets this at the next start or stop: {names}.")
        options = case.document.get("options")
        if case.old is None or canonical(options) != canonical(case.old.get("options")):
            yield Advice("info", "options", f"{case.server} writes every option into the rule when it starts or stops.")
        return
    for key in odd:
        yield Advice("warning", key, f"{case.server} keeps {key} and does nothing with it.")
    if case.document.get("temp") is True:
        yield Advice("info", "temp", "A temporary rule is not stored: it is gone when the server restarts.")


def _masked(case: _Case) -> Iterator[Advice]:
    if case.is_old and case.old is not None:
        return  # to 1.14, asterisks mean the secret that it has
    for path in _paths_of_mask(case.document.get("actions"), "actions"):
        yield Advice("error", path, f"{MASK} would be stored as it stands, as six asterisks: type the secret itself.")
    for path in _paths_of_mask(case.document.get("graph"), "graph"):
        yield Advice("error", path, f"{MASK} would be stored as it stands, as six asterisks: type the secret itself.")


def _paths_of_mask(value: object, path: str) -> Iterator[str]:
    if value == MASK:
        yield path
    for key, inner in value.items() if isinstance(value, dict) else ():
        yield from _paths_of_mask(inner, f"{path}.{key}")
    for number, inner in enumerate(value if isinstance(value, list) else ()):
        yield from _paths_of_mask(inner, f"{path}[{number}]")


def _version(case: _Case) -> Iterator[Advice]:
    if case.is_old or case.old is None or canonical(case.old) == canonical(case.document):
        return
    before, after = str(case.old.get("version") or ""), str(case.document.get("version") or "")
    if (before or after) and after <= before:
        as_text = " They are compared as texts, so 10 comes before 9." if re.search(r"\d", before + after) else ""
        now = f"not {after}" if after else "and this one has none"
        yield Advice(
            "error", "version", f"The stored rule has version {before}: a change needs a larger one, {now}.{as_text}"
        )


def _state(case: _Case) -> Iterator[Advice]:
    if case.old is None:
        if case.document.get("triggered") is False:
            yield Advice("info", "triggered", "It is created without being started.")
        return
    if canonical(case.old) == canonical(case.document):
        return
    wanted, had = case.document.get("triggered") is not False, case.old.get("triggered") is not False
    if wanted != had:
        yield Advice("warning", "triggered", f"Saving {'starts' if wanted else 'stops'} the rule.")
    elif case.running:
        yield Advice("info", "", "Saving restarts the rule: its counters and its windows begin anew.")


def _options(case: _Case) -> Iterator[Advice]:
    options = case.document.get("options")
    if options is not None and not isinstance(options, dict):
        yield Advice("error", "options", 'The options are an object: {"qos": 1}.')
        return
    for level, field, message in option_trouble(case.options, case.version):
        yield Advice(level, field, message)
    for level, field, message in cron_trouble(case.options, case.version):
        yield Advice(level, field, message)
    sql = case.document.get("sql")
    if case.options.get("sendMetaToSink") is True and isinstance(sql, str) and _calls(sql, _WINDOWS):
        yield Advice("error", "options.sendMetaToSink", "A rule with a window cannot send metadata to its sinks.")


_LOOKS: tuple[Callable[[_Case], Iterator[Advice]], ...] = (
    _identity,
    _logic,
    _actions,
    _hyphen,
    _masked,
    _version,
    _options,
    _sinks,
    _forgotten,
    _state,
)
