"""Every operation of eKuiper's REST API, once, as data; and which one a method and a path mean.

The rows are what 1.14.7 and 2.4.0 register. Paths are normalised once (`normalise`), then looked up (`find`); the
string that was looked up is the string to send. A method is not an effect: `GET /stop` ends the engine.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType
from urllib.parse import parse_qsl

from ekmanager.ekuiper.paths import PathRefused, encode_id, normalise

__all__ = [
    "BY_ID",
    "OPERATIONS",
    "Effect",
    "Operation",
    "PathRefused",
    "QueryParameter",
    "effect_of",
    "find",
    "normalise",
]

BOTH = ("1.14.7", "2.4.0")
OLD = ("1.14.7",)
NEW = ("2.4.0",)


class Effect(StrEnum):
    """What an operation may change on the server."""

    READ = "read"
    """Nothing."""
    RUN = "run"
    """What runs: starts, stops and restarts rules; definitions stay."""
    WRITE = "write"
    """Definitions, configuration or files."""
    DELETE = "delete"
    """Removes an object."""
    SHUTDOWN = "shutdown"
    """Ends the process."""
    TUNNEL = "tunnel"
    """Carries other operations inside, of any effect."""
    DEBUG = "debug"
    """Opens something for looking: trial runs, traces, connection checks from the server to elsewhere."""


@dataclass(frozen=True, slots=True)
class QueryParameter:
    """A parameter of the query string."""

    name: str
    summary: str
    choices: tuple[str, ...] = ()
    """The values that mean something; empty: any."""


@dataclass(frozen=True, slots=True)
class Operation:
    """One method on one path. `path` has `{…}` where an id stands."""

    id: str
    """Stable name, `resource.verb`: `rules.status_all`."""
    method: str
    path: str
    query: tuple[QueryParameter, ...]
    effect: Effect
    """Without query parameters; `effect_of` knows those that change it."""
    versions: tuple[str, ...]
    """The releases, of those examined, that have it."""
    summary: str
    parameters: tuple[str, ...] = field(init=False)
    """The names in braces, in order."""

    def __post_init__(self) -> None:
        names = tuple(part[1:-1] for part in self.path.split("/") if part.startswith("{"))
        object.__setattr__(self, "parameters", names)

    def path_for(self, *ids: str) -> str:
        """The path with its ids filled in, in order, each encoded. The one place where ids are encoded.

        Raises PathRefused for an id that no path can carry (empty, dots, slash, percent, control character).
        """
        if len(ids) != len(self.parameters):
            raise TypeError(
                f"{self.id} takes {len(self.parameters)} ids ({', '.join(self.parameters)}), not {len(ids)}"
            )
        path = self.path
        for name, value in zip(self.parameters, ids, strict=True):
            path = path.replace("{" + name + "}", encode_id(value), 1)
        return path


_FORCE = QueryParameter("force", "delete although a running rule uses it (2.4.0)", ("true",))
_KIND = QueryParameter("kind", "only tables of this kind", ("scan", "lookup"))
_LOOKUP = QueryParameter("kind", "those for lookup tables instead of those for streams", ("lookup",))
_PARTIAL = QueryParameter("partial", "add and replace, instead of wiping the server first", ("1",))
_STOP = QueryParameter("stop", "end the process afterwards, so that a supervisor starts it anew", ("1",))
_FORCE_ALL = QueryParameter("forceAll", "also the unnamed connections that streams and sinks made", ("true",))
_SOURCE_TYPE = QueryParameter("sourceType", "of sources only those for these", ("stream", "table"))
_START = QueryParameter("startTime", "epoch seconds; without both bounds, the last hour")
_END = QueryParameter("endTime", "epoch seconds")
_LIMIT = QueryParameter("limit", "at most so many, newest first")

_Row = tuple[str, str, str, Effect, tuple[str, ...], str]
_SERVER: tuple[_Row, ...] = (
    ("server.info", "GET", "/", Effect.READ, BOTH, "Version, system, uptime, CPU and memory"),
    ("server.info_post", "POST", "/", Effect.READ, BOTH, "The same as GET /"),
    ("server.ping", "GET", "/ping", Effect.READ, BOTH, "Whether the process answers; never blocked by other calls"),
    ("server.stop_get", "GET", "/stop", Effect.SHUTDOWN, BOTH, "End the process, by GET"),
    ("server.stop", "POST", "/stop", Effect.SHUTDOWN, BOTH, "End the process"),
    ("server.configure", "PATCH", "/configs", Effect.WRITE, BOTH, "Change logging and time zone until the next start"),
    ("server.batch", "POST", "/batch/req", Effect.TUNNEL, NEW, "Several requests in one, each with its own answer"),
    ("metrics.dump", "GET", "/metrics/dump", Effect.READ, NEW, "Recorded metrics as a zip file"),
    ("metrics.dump_enabled", "GET", "/metrics/dump/check", Effect.READ, NEW, "Whether metrics are being recorded"),
    ("uploads.list", "GET", "/config/uploads", Effect.READ, BOTH, "Uploaded files, as paths on the server"),
    ("uploads.create", "POST", "/config/uploads", Effect.WRITE, BOTH, "Upload a file, or let the server fetch one"),
    ("uploads.delete", "DELETE", "/config/uploads/{name}", Effect.DELETE, BOTH, "Delete an uploaded file"),
)
_STREAMS: tuple[_Row, ...] = (
    ("streams.list", "GET", "/streams", Effect.READ, BOTH, "Names of the streams, unsorted"),
    ("streams.details", "GET", "/streamdetails", Effect.READ, BOTH, "Streams with type and format"),
    ("streams.create", "POST", "/streams", Effect.WRITE, BOTH, "Run a stream statement: CREATE, and also DROP or SHOW"),
    ("streams.get", "GET", "/streams/{name}", Effect.READ, BOTH, "Fields and options of a stream"),
    ("streams.update", "PUT", "/streams/{name}", Effect.WRITE, BOTH, "Replace a stream by its statement"),
    ("streams.delete", "DELETE", "/streams/{name}", Effect.DELETE, BOTH, "Delete a stream"),
    ("streams.schema", "GET", "/streams/{name}/schema", Effect.READ, BOTH, "Field types of a stream"),
    ("tables.list", "GET", "/tables", Effect.READ, BOTH, "Names of the tables, unsorted"),
    ("tables.details", "GET", "/tabledetails", Effect.READ, BOTH, "Tables with type and format"),
    ("tables.create", "POST", "/tables", Effect.WRITE, BOTH, "Run a table statement: CREATE, and also DROP or SHOW"),
    ("tables.get", "GET", "/tables/{name}", Effect.READ, BOTH, "Fields and options of a table"),
    ("tables.update", "PUT", "/tables/{name}", Effect.WRITE, BOTH, "Replace a table by its statement"),
    ("tables.delete", "DELETE", "/tables/{name}", Effect.DELETE, BOTH, "Delete a table"),
    ("tables.schema", "GET", "/tables/{name}/schema", Effect.READ, BOTH, "Field types of a table"),
)
_RULES: tuple[_Row, ...] = (
    ("rules.list", "GET", "/rules", Effect.READ, BOTH, "Rules with state; the costly list, not for polling"),
    ("rules.create", "POST", "/rules", Effect.WRITE, BOTH, "Create a rule; it starts unless it says triggered: false"),
    ("rules.get", "GET", "/rules/{name}", Effect.READ, BOTH, "The stored definition of a rule"),
    ("rules.update", "PUT", "/rules/{name}", Effect.WRITE, BOTH, "Replace a rule and restart it"),
    ("rules.delete", "DELETE", "/rules/{name}", Effect.DELETE, BOTH, "Stop and delete a rule"),
    ("rules.start", "POST", "/rules/{name}/start", Effect.RUN, BOTH, "Start a rule; a running one is restarted"),
    ("rules.stop", "POST", "/rules/{name}/stop", Effect.RUN, BOTH, "Stop a rule"),
    ("rules.restart", "POST", "/rules/{name}/restart", Effect.RUN, BOTH, "Stop a rule and start it again"),
    ("rules.status", "GET", "/rules/{name}/status", Effect.READ, BOTH, "State of a rule and metrics of its operators"),
    ("rules.status_v2", "GET", "/v2/rules/{name}/status", Effect.READ, NEW, "The same, with sorted keys"),
    ("rules.status_all", "GET", "/rules/status/all", Effect.READ, BOTH, "State and newest exception of every rule"),
    ("rules.topology", "GET", "/rules/{name}/topo", Effect.READ, BOTH, "The operators of a rule, as a graph"),
    ("rules.explain", "GET", "/rules/{name}/explain", Effect.READ, BOTH, "The plan that the rule's SQL would get now"),
    ("rules.schema", "GET", "/rules/{id}/schema", Effect.READ, NEW, "Output fields of a running rule"),
    ("rules.validate", "POST", "/rules/validate", Effect.READ, BOTH, "Check a definition without storing it"),
    ("rules.reset_state", "PUT", "/rules/{name}/reset_state", Effect.RUN, BOTH, "Rewind a source of a running rule"),
    ("rules.set_tags", "PUT", "/rules/{name}/tags", Effect.WRITE, NEW, "Replace the tags of a rule"),
    ("rules.add_tags", "PATCH", "/rules/{name}/tags", Effect.WRITE, NEW, "Add tags to a rule"),
    ("rules.remove_tags", "DELETE", "/rules/{name}/tags", Effect.WRITE, NEW, "Take tags from a rule"),
    ("rules.match_tags", "GET", "/rules/tags/match", Effect.READ, NEW, "Rules that have all of the given tags"),
    ("rules.bulk_start", "POST", "/rules/bulkstart", Effect.RUN, NEW, "Start all rules that have the given tags"),
    ("rules.bulk_stop", "POST", "/rules/bulkstop", Effect.RUN, NEW, "Stop all rules that have the given tags"),
    ("rules.cpu_usage", "GET", "/rules/usage/cpu", Effect.READ, NEW, "CPU time a rule, where profiling is on"),
    ("rules.scan_tables", "GET", "/rules/{name}/scantables", Effect.READ, NEW, "Rows that the joins of a rule hold"),
    ("rules.start_trace", "POST", "/rules/{name}/trace/start", Effect.DEBUG, NEW, "Record traces of a rule's messages"),
    ("rules.stop_trace", "POST", "/rules/{name}/trace/stop", Effect.DEBUG, NEW, "Stop recording traces of a rule"),
    ("traces.of_rule", "GET", "/trace/rule/{ruleID}", Effect.READ, NEW, "Ids of a rule's newest traces"),
    ("traces.get", "GET", "/trace/{id}", Effect.READ, NEW, "A trace as a tree of spans, with the data that passed"),
    ("traces.configure", "POST", "/tracer", Effect.DEBUG, NEW, "Send traces to a collector, or stop sending"),
    ("ruletest.create", "POST", "/ruletest", Effect.DEBUG, BOTH, "Prepare a trial run; results come on another port"),
    ("ruletest.start", "POST", "/ruletest/{name}/start", Effect.DEBUG, BOTH, "Start a prepared trial run"),
    ("ruletest.delete", "DELETE", "/ruletest/{name}", Effect.DEBUG, BOTH, "End a trial run"),
)
_TRANSFER: tuple[_Row, ...] = (
    ("ruleset.export", "POST", "/ruleset/export", Effect.READ, BOTH, "All streams, tables and rules as one file"),
    ("ruleset.import", "POST", "/ruleset/import", Effect.WRITE, BOTH, "Add what such a file holds"),
    ("data.export", "GET", "/data/export", Effect.READ, BOTH, "The whole configuration as one file, secrets in clear"),
    ("data.export_rules", "POST", "/data/export", Effect.READ, BOTH, "Some rules and what they need, secrets in clear"),
    ("data.import", "POST", "/data/import", Effect.WRITE, BOTH, "Replace the configuration, or add to it"),
    ("data.import_status", "GET", "/data/import/status", Effect.READ, BOTH, "What the last full import could not do"),
    ("data.import_async", "POST", "/async/data/import", Effect.WRITE, BOTH, "Import in the background, as a task"),
    ("data.export_v2", "GET", "/v2/data/export", Effect.READ, NEW, "The whole configuration as YAML, secrets in clear"),
    ("data.import_v2", "POST", "/v2/data/import", Effect.WRITE, NEW, "Add and replace from such YAML"),
    ("tasks.get", "GET", "/async/task/{id}", Effect.READ, BOTH, "State of a background task"),
    ("tasks.cancel", "POST", "/async/task/{id}/cancel", Effect.RUN, BOTH, "Cancel a background task"),
    ("schemas.list", "GET", "/schemas/{type}", Effect.READ, BOTH, "Names of the schemas of a type: protobuf, custom"),
    ("schemas.create", "POST", "/schemas/{type}", Effect.WRITE, BOTH, "Register a schema"),
    ("schemas.get", "GET", "/schemas/{type}/{name}", Effect.READ, BOTH, "Content and file of a schema"),
    ("schemas.update", "PUT", "/schemas/{type}/{name}", Effect.WRITE, BOTH, "Replace a schema"),
    ("schemas.upload", "PUT", "/schemas/{type}/{name}/upload", Effect.WRITE, NEW, "Replace a schema by a file"),
    ("schemas.delete", "DELETE", "/schemas/{type}/{name}", Effect.DELETE, BOTH, "Delete a schema"),
)
_OUTSIDE: tuple[_Row, ...] = (
    ("connections.list", "GET", "/connections", Effect.READ, NEW, "Shared connections to brokers, with state"),
    ("connections.create", "POST", "/connections", Effect.WRITE, NEW, "Open a shared connection"),
    ("connections.get", "GET", "/connections/{id}", Effect.READ, NEW, "A shared connection with state and properties"),
    ("connections.update", "PUT", "/connections/{id}", Effect.WRITE, NEW, "Replace a shared connection"),
    ("connections.delete", "DELETE", "/connections/{id}", Effect.DELETE, NEW, "Close and delete a shared connection"),
    ("websockets.list", "GET", "/connection/websocket", Effect.READ, OLD, "Endpoints of the WebSocket server"),
    ("websockets.create", "POST", "/connection/websocket", Effect.WRITE, OLD, "Open an endpoint for WebSockets"),
    ("websockets.delete", "DELETE", "/connection/websocket", Effect.DELETE, OLD, "Close an endpoint for WebSockets"),
    ("metadata.functions", "GET", "/metadata/functions", Effect.READ, BOTH, "Functions of the SQL, with arguments"),
    ("metadata.operators", "GET", "/metadata/operators", Effect.READ, BOTH, "Operators of graph rules"),
    ("metadata.resources", "GET", "/metadata/resources", Effect.READ, BOTH, "Configuration keys that people defined"),
    ("metadata.resource", "GET", "/metadata/resource", Effect.READ, BOTH, "Configuration of all source types"),
    (
        "metadata.lookups.check",
        "POST",
        "/metadata/lookups/connection/{name}",
        Effect.DEBUG,
        BOTH,
        "Try to reach a lookup",
    ),
    ("javascript.list", "GET", "/udf/javascript", Effect.READ, BOTH, "Names of the JavaScript functions"),
    ("javascript.create", "POST", "/udf/javascript", Effect.WRITE, BOTH, "Create a JavaScript function"),
    ("javascript.get", "GET", "/udf/javascript/{id}", Effect.READ, BOTH, "A JavaScript function with its script"),
    ("javascript.update", "PUT", "/udf/javascript/{id}", Effect.WRITE, BOTH, "Create or replace a JavaScript function"),
    ("javascript.delete", "DELETE", "/udf/javascript/{id}", Effect.DELETE, BOTH, "Delete a JavaScript function"),
    ("services.list", "GET", "/services", Effect.READ, BOTH, "Names of the external services"),
    ("services.create", "POST", "/services", Effect.WRITE, BOTH, "Register an external service from a zip file"),
    ("services.get", "GET", "/services/{name}", Effect.READ, BOTH, "An external service with its interfaces"),
    ("services.update", "PUT", "/services/{name}", Effect.WRITE, BOTH, "Replace an external service"),
    ("services.delete", "DELETE", "/services/{name}", Effect.DELETE, BOTH, "Delete an external service"),
    ("services.functions", "GET", "/services/functions", Effect.READ, BOTH, "Functions that external services offer"),
    ("services.function", "GET", "/services/functions/{name}", Effect.READ, BOTH, "One of these functions"),
)


def _metadata(family: str, one: str) -> tuple[_Row, ...]:
    base, prefix = f"/metadata/{family}", f"metadata.{family}"
    config = base + "/{name}/confKeys/{confKey}"
    rows: tuple[_Row, ...] = (
        (f"{prefix}.list", "GET", base, Effect.READ, BOTH, f"Types of {one}s that can be used"),
        (f"{prefix}.get", "GET", base + "/{name}", Effect.READ, BOTH, f"The properties that a type of {one} takes"),
        (
            f"{prefix}.configs",
            "GET",
            base + "/yaml/{name}",
            Effect.READ,
            BOTH,
            f"Stored configurations of a type of {one}",
        ),
        (f"{prefix}.set_config", "PUT", config, Effect.WRITE, BOTH, f"Store a configuration of a type of {one}"),
        (
            f"{prefix}.delete_config",
            "DELETE",
            config,
            Effect.DELETE,
            BOTH,
            f"Delete a configuration of a type of {one}",
        ),
    )
    if family == "connections":
        return rows
    check = f"{base}/connection/{{name}}"
    return (
        *rows,
        (f"{prefix}.check", "POST", check, Effect.DEBUG, BOTH, f"Try to reach what a {one} would connect to"),
    )


def _plugins(family: str, one: str, versions: tuple[str, ...] = BOTH) -> tuple[_Row, ...]:
    base, prefix = f"/plugins/{family}", f"plugins.{family}"
    item = base + "/{name}"
    return (
        (f"{prefix}.list", "GET", base, Effect.READ, versions, f"Names of the installed {one} plugins"),
        (f"{prefix}.create", "POST", base, Effect.WRITE, versions, f"Install a {one} plugin from a zip file"),
        (f"{prefix}.get", "GET", item, Effect.READ, versions, f"Version of a {one} plugin"),
        (f"{prefix}.update", "PUT", item, Effect.WRITE, versions, f"Replace a {one} plugin"),
        (f"{prefix}.delete", "DELETE", item, Effect.DELETE, versions, f"Uninstall a {one} plugin"),
        (f"{prefix}.prebuilt", "GET", f"{base}/prebuild", Effect.READ, versions, f"Where ready-made {one} plugins lie"),
    )


_PLUGINS: tuple[_Row, ...] = (
    *_plugins("sources", "source"),
    *_plugins("sinks", "sink"),
    *_plugins("functions", "function"),
    *(row for row in _plugins("portables", "portable") if not row[0].endswith(".prebuilt")),
    *(row for row in _plugins("wasm", "WebAssembly", OLD) if not row[0].endswith((".prebuilt", ".update"))),
    (
        "plugins.functions.register",
        "POST",
        "/plugins/functions/{name}/register",
        Effect.WRITE,
        BOTH,
        "Name the functions of a plugin",
    ),
    ("plugins.portables.status", "GET", "/plugins/portables/{name}/status", Effect.READ, NEW, "State of its process"),
    ("plugins.udfs.list", "GET", "/plugins/udfs", Effect.READ, BOTH, "Functions that plugins brought"),
    ("plugins.udfs.get", "GET", "/plugins/udfs/{name}", Effect.READ, BOTH, "The plugin that a function came with"),
)

_QUERY: Mapping[str, tuple[QueryParameter, ...]] = {
    "metrics.dump": (_START, _END),
    "streams.delete": (_FORCE,),
    "tables.delete": (_FORCE,),
    "tables.list": (_KIND,),
    "tables.details": (_KIND,),
    "traces.of_rule": (_LIMIT,),
    "data.import": (_PARTIAL, _STOP),
    "data.import_async": (_PARTIAL, _STOP),
    "connections.list": (_FORCE_ALL,),
    "metadata.sources.list": (_LOOKUP,),
    "metadata.resource": (_SOURCE_TYPE,),
    "plugins.sources.delete": (_STOP,),
    "plugins.sinks.delete": (_STOP,),
    "plugins.functions.delete": (_STOP,),
    "plugins.portables.delete": (_STOP,),
    "plugins.wasm.delete": (_STOP,),
}

_ROWS = (
    *_SERVER,
    *_STREAMS,
    *_RULES,
    *_TRANSFER,
    *_OUTSIDE,
    *_metadata("sources", "source"),
    *_metadata("sinks", "sink"),
    *_metadata("connections", "connection"),
    *_PLUGINS,
)

OPERATIONS: tuple[Operation, ...] = tuple(
    Operation(id_, method, path, _QUERY.get(id_, ()), effect, versions, summary)
    for id_, method, path, effect, versions, summary in _ROWS
)
"""All of them, by family."""

BY_ID: Mapping[str, Operation] = MappingProxyType({operation.id: operation for operation in OPERATIONS})


class _Node:
    """One segment of the paths of one method."""

    __slots__ = ("literal", "operation", "variable")

    def __init__(self) -> None:
        self.literal: dict[str, _Node] = {}
        self.variable: _Node | None = None
        self.operation: Operation | None = None

    def add(self, segments: list[str], operation: Operation) -> None:
        node = self
        for segment in segments:
            if segment.startswith("{"):
                node.variable = node = node.variable or _Node()
            else:
                node = node.literal.setdefault(segment, _Node())
        node.operation = operation

    def find(self, segments: list[str], at: int) -> Operation | None:
        if at == len(segments):
            return self.operation
        segment = segments[at]
        following = self.literal.get(segment)
        found = following.find(segments, at + 1) if following else None
        if found is None and self.variable is not None and segment:
            # A word like `tags` may begin a literal path and still be somebody's id: /rules/tags/topo
            found = self.variable.find(segments, at + 1)
        return found


def _trees() -> dict[str, _Node]:
    trees: dict[str, _Node] = {}
    for operation in OPERATIONS:
        trees.setdefault(operation.method, _Node()).add(operation.path[1:].split("/"), operation)
    return trees


_TREES = _trees()


def find(method: str, path: str) -> Operation | None:
    """The operation that a server runs for `method` and a normalised `path`, or None where it has none.

    Literal paths win over `{…}`, among those of the same method: `DELETE /rules/validate` deletes the rule
    `validate`, as on a real server. The method is compared exactly; eKuiper answers HEAD with 405 everywhere.
    """
    tree = _TREES.get(method)
    if tree is None or not path.startswith("/"):
        return None
    return tree.find(path[1:].split("/"), 0)


_NOT_SAID = frozenset({"", "0", "false"})


def effect_of(operation: Operation, query: str | Iterable[tuple[str, str]] = "") -> Effect:
    """The effect with this query string (encoded, without `?`) or these decoded pairs.

    `stop=1` on an import or an uninstallation ends the process. 2.4.0 compares with `1` and takes the first value; here
    any value that is not clearly a no counts, so that no reading of the same string does more than we think.
    """
    if not any(parameter.name == "stop" for parameter in operation.query):
        return operation.effect
    pairs = parse_qsl(query, keep_blank_values=True) if isinstance(query, str) else query
    if any(name == "stop" and value.strip().lower() not in _NOT_SAID for name, value in pairs):
        return Effect.SHUTDOWN
    return operation.effect
