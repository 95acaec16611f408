"""Streams and tables. Both kinds share one name space, and either path runs statements about both."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ekmanager.simulator import ddl, gojson
from ekmanager.simulator.flow import LOOKUP_TYPES
from ekmanager.simulator.gojson import BadJSON
from ekmanager.simulator.protobuf import fields_of
from ekmanager.simulator.reply import Call, Handler, Refused, Reply, as_json, check_id, created, text
from ekmanager.simulator.tokens import BadSQL

if TYPE_CHECKING:
    from ekmanager.simulator.engine import Engine

STREAM = 3000
_NOUN = {False: "stream", True: "table"}


def _sql(call: Call) -> str:
    wording = "Invalid body: Error decoding the statement descriptor: "
    try:
        body = call.json()
    except BadJSON as error:
        raise Refused(wording + str(error)) from error
    if not isinstance(body, dict):
        kind = gojson.type_name(body)
        raise Refused(f"{wording}json: cannot unmarshal {kind} into Go value of type server.statementDescriptor")
    sql = body.get("sql", "")
    if not isinstance(sql, str):
        into = "Go struct field statementDescriptor.sql of type string"
        raise Refused(f"{wording}json: cannot unmarshal {gojson.type_name(sql)} into {into}")
    return sql


def execute(engine: Engine, sql: str) -> str:
    """Runs a statement and gives the sentence or list that answers it. Raises Refused."""
    try:
        statement = ddl.parse_statement(sql, newer=engine.newer)
    except BadSQL as error:
        raise Refused(str(error), STREAM) from error
    is_table = statement.noun == "TABLE"
    if statement.verb == "show":
        return "\n".join(item.name for item in engine.named(tables=is_table))
    if statement.verb == "create" and statement.definition is not None:
        create(engine, statement.definition)
        return f"{statement.noun.title()} {statement.name} is created."
    if statement.verb == "drop":
        noun = _NOUN[is_table]
        try:
            return drop(engine, statement.name, is_table=is_table)
        except Refused as refusal:
            raise Refused(f"Drop {noun} fails: {refusal.message}.", STREAM) from refusal
    return ddl.describe(_described(engine, statement.name, is_table))


def create(engine: Engine, definition: ddl.Definition) -> None:
    """Adds a stream or table. Raises Refused."""
    noun = _NOUN[definition.is_table]
    if engine.newer:
        check_id(definition.name)
    if definition.name in engine.definitions:
        raise Refused(f"Create {noun} fails: Item {definition.name} already exists.", STREAM)
    _check_lookup(engine, definition)
    engine.definitions[definition.name] = definition


def _check_lookup(engine: Engine, definition: ddl.Definition) -> None:
    """A lookup table is opened at once, so it fails here and not with the rule."""
    if definition.kind != "lookup":
        return
    if definition.type == "memory" and not definition.options.get("key"):
        raise Refused('Option "key" is required for memory lookup table.', STREAM)
    known = LOOKUP_TYPES | engine.plugin_names("sources") | ({"simulator"} if engine.newer else frozenset())
    if definition.type not in known:
        raise Refused(f"Create table fails: lookup source type {definition.type} not found.", STREAM)


def drop(engine: Engine, name: str, *, is_table: bool) -> str:
    """Removes without looking for users. Raises Refused."""
    found = engine.definitions.get(name)
    noun = _NOUN[is_table]
    if found is None or found.is_table is not is_table:
        raise Refused(f"{noun} {name} is not found" if engine.newer else f"{name} is not found", 1002)
    del engine.definitions[name]
    return f"{noun.title()} {name} is dropped."


def replace(engine: Engine, name: str, sql: str, *, is_table: bool) -> str:
    """Puts another definition in the place of one. Raises Refused."""
    try:
        statement = ddl.parse_statement(sql, newer=engine.newer)
    except BadSQL as error:
        raise Refused(str(error), STREAM) from error
    fresh, old = statement.definition, engine.definitions.get(name)
    noun = _NOUN[is_table]
    if fresh is None:
        raise Refused(f"Invalid stream statement: {sql}", STREAM)
    if fresh.name != name:
        raise Refused(f"Replace {name} fails: the sql statement must update the {name} source.", STREAM)
    if fresh.is_table is not is_table or (old is not None and old.is_table is not is_table):
        raise Refused(f"{noun} {name} is not found", 1002)
    if engine.newer and fresh.temporary:
        raise Refused(f"Replace {name} fails: cannot replace with temp option.", STREAM)
    if old is not None and engine.newer:
        _check_replacement(old, fresh)
    _check_lookup(engine, fresh)
    engine.definitions[name] = fresh
    return f"{noun.title()} {name} is replaced."


def _check_replacement(old: ddl.Definition, fresh: ddl.Definition) -> None:
    before, after = str(old.options.get("version", "")), str(fresh.options.get("version", ""))
    if (before or after) and after <= before:
        words = f"already exists with version ({before}), new version ({after}) is lower"
        raise Refused(f"source {old.name} {words}", STREAM)
    if old.shared is not fresh.shared:
        raise Refused(f"Replace {old.name} fails: do not support to change stream SHARED option.", STREAM)


def _described(engine: Engine, name: str, is_table: bool) -> ddl.Definition:
    found = engine.definitions.get(name)
    noun = _NOUN[is_table]
    if found is None:
        raise Refused(f"Describe {noun} fails, {name} is not found.", STREAM)
    if found.is_table is not is_table:
        raise Refused(f"Describe {noun} fails, {noun} {name} is not found.", STREAM)
    return found


def _name(engine: Engine, call: Call) -> str:
    return check_id(call.param()) if engine.newer else call.param()


def handlers(*, is_table: bool) -> dict[str, Handler]:
    """The handlers of `/streams` or of `/tables`, by verb."""
    noun = _NOUN[is_table]

    def items(engine: Engine, call: Call) -> list[ddl.Definition]:
        kind = call.query.get("kind") if is_table else None
        return [item for item in engine.named(tables=is_table) if kind not in {"scan", "lookup"} or item.kind == kind]

    def list_(engine: Engine, call: Call) -> Reply:
        return as_json([item.name for item in items(engine, call)])

    def details(engine: Engine, call: Call) -> Reply:
        return as_json([{"name": i.name, "type": i.type, "format": i.format} for i in items(engine, call)])

    def create_(engine: Engine, call: Call) -> Reply:
        sql = _sql(call)
        try:
            return created(execute(engine, sql))
        except Refused as refusal:
            raise Refused(f"{noun.title()} command error: {refusal.message}", STREAM) from refusal

    def get(engine: Engine, call: Call) -> Reply:
        try:
            item = _described(engine, _name(engine, call), is_table)
        except Refused as refusal:
            raise refusal.after(f"describe {noun} error: " if refusal.code == STREAM else "") from refusal
        fields = [{"FieldType": kind, "Name": name} for name, kind in item.fields] or None
        body: dict[str, Any] = {"Name": item.name, "StreamFields": fields, "Options": item.options}
        return as_json({**body, "StreamType": int(is_table), "Statement": None})

    def update(engine: Engine, call: Call) -> Reply:
        name = _name(engine, call)
        sql = _sql(call)
        try:
            return text(replace(engine, name, sql, is_table=is_table))
        except Refused as refusal:
            raise refusal.after(f"{noun.title()} command error: ") from refusal

    def delete(engine: Engine, call: Call) -> Reply:
        name = _name(engine, call)
        _check_unused(engine, name, call.query.get("force") == "true", noun)
        try:
            return text(drop(engine, name, is_table=is_table))
        except Refused as refusal:
            raise refusal.after(f"delete {noun} error: ") from refusal

    def schema(engine: Engine, call: Call) -> Reply:
        try:
            item = _described(engine, _name(engine, call), is_table)
        except Refused as refusal:
            raise refusal.after(f"get schema of {noun} error: " if refusal.code == STREAM else "") from refusal
        return as_json(ddl.schema(_inferred(engine, item), newer=engine.newer))

    return {
        "list": list_,
        "details": details,
        "create": create_,
        "get": get,
        "update": update,
        "delete": delete,
        "schema": schema,
    }


def _inferred(engine: Engine, item: ddl.Definition) -> ddl.Definition:
    """A stream without fields whose format has a schema gets the fields of that."""
    file, _, message = str(item.options.get("schemaId", "")).partition(".")
    stored = engine.extensions.schemas.get((item.format, file))
    if item.fields or stored is None:
        return item
    fields = fields_of(str(stored.get("content", "")), message)
    return ddl.Definition(item.name, item.is_table, fields, item.options, item.sql)


def _check_unused(engine: Engine, name: str, force: bool, noun: str) -> None:
    """2.4.0 protects what running rules use; 1.14.7 only lookup tables."""
    if engine.newer and not force and engine.users_of(name):
        raise Refused(f"stream {name} has been referenced by other rules")
    found = engine.definitions.get(name)
    if not engine.newer and found is not None and found.kind == "lookup" and engine.users_of(name):
        words = f"lookup table {name} is still in use, stop all using rules before dropping it"
        raise Refused(f"delete {noun} error: {words}", STREAM)
