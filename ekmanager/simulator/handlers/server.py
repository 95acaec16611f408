"""The process itself: information, stopping, settings, several requests in one."""

from __future__ import annotations

import io
import zipfile
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from ekmanager.simulator import gojson
from ekmanager.simulator.gojson import BadJSON
from ekmanager.simulator.reply import BINARY, TEXT, Call, Refused, Reply, as_json, text

if TYPE_CHECKING:
    from ekmanager.simulator.engine import Engine

_METHODS = frozenset(["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"])


def info(engine: Engine, call: Call) -> Reply:  # noqa: ARG001
    return as_json(engine.info(), TEXT)


def ping(engine: Engine, call: Call) -> Reply:  # noqa: ARG001
    return Reply()


def stop(engine: Engine, call: Call) -> Reply:  # noqa: ARG001
    engine.ending = 0
    return text("stop success")


def configure(engine: Engine, call: Call) -> Reply:
    try:
        body = call.json()
    except BadJSON as error:
        raise Refused(f"Invalid JSON: {error}") from error
    zone = body.get("timezone") if isinstance(body, dict) else None
    if zone:
        try:
            ZoneInfo(str(zone))
        except (ZoneInfoNotFoundError, ValueError, OSError) as error:
            raise Refused(f"Invalid TZ: unknown time zone {zone}") from error
    dump = body.get("metricsDumpConfig") if isinstance(body, dict) else None
    if isinstance(dump, dict) and "enable" in dump:
        engine.metrics_dump = bool(dump["enable"])
    return Reply(204)


def batch(engine: Engine, call: Call) -> Reply:
    # Here, because the dispatcher knows all handlers, this one too.
    from ekmanager.simulator.dispatch import dispatch

    try:
        items = call.json()
    except BadJSON as error:
        raise Refused(str(error)) from error
    if not isinstance(items, list):
        kind = gojson.type_name(items)
        raise Refused(f"json: cannot unmarshal {kind} into Go value of type []*server.EachRequest")
    answers: list[dict[str, object]] = []
    for item in items:
        method = str(item.get("method", "")) or "GET"
        if not method.isalpha():
            answers.append({"code": 0, "error": f'net/http: invalid method "{method}"'})
            continue
        path, _, query = str(item.get("path", "")).partition("?")
        reply = dispatch(engine, method, path, query, {}, str(item.get("body", "")).encode())
        answer: dict[str, object] = {"code": reply.status}
        if reply.body:
            answer["response"] = reply.body.decode("utf-8", "replace")
        answers.append(answer)
    return as_json(answers)


def dump_enabled(engine: Engine, call: Call) -> Reply:  # noqa: ARG001
    return text("enabled" if engine.metrics_dump else "disabled")


def dump(engine: Engine, call: Call) -> Reply:
    if not engine.metrics_dump:
        raise Refused("metrics dump not enabled")
    end = call.query.get("endTime")
    if end is not None and end.isdigit() and int(end) < engine.started_at:
        raise Refused("not metrics are selected")
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        lines = [f'kuiper_rule_status{{rule="{rule.id}"}} {int(rule.running)}' for rule in engine.settled_rules()]
        archive.writestr(f"metrics.log.{int(engine.now())}", "\n".join(lines) + "\n")
    return Reply(200, packed.getvalue(), BINARY)
