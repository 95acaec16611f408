"""Files that a server fetches or is given: uploads, and what plugins, services and schemas are made from."""

from __future__ import annotations

import re
from collections.abc import Collection
from typing import TYPE_CHECKING, Any

from ekmanager.simulator import gojson
from ekmanager.simulator.flow import internal_error
from ekmanager.simulator.gojson import BadJSON
from ekmanager.simulator.reply import Call, Refused, Reply, as_json, created, text

if TYPE_CHECKING:
    from ekmanager.simulator.engine import Engine

ROOT = "/kuiper/data/uploads"
_FILE = re.compile(rb'name="uploadFile"; filename="([^"]*)"')


def fetch(engine: Engine, uri: str) -> str | Collection[str]:
    """The content behind `file://` or `http(s)://`; for a zip file its member names.

    A file on the web is not fetched: any is there, and a zip file has what its name promises. Raises Refused.
    """
    if uri.startswith(("http://", "https://")):
        reason = internal_error(uri) if engine.guarded else ""
        reason = reason or engine.connection_error(uri)
        if reason:
            raise Refused(f'Get "{uri}": {reason}')
        name = uri.rsplit("/", 1)[-1]
        return engine.files.get(uri) or ((name.removesuffix(".zip"),) if name.endswith(".zip") else "")
    path = uri.removeprefix("file://")
    if path not in engine.files:
        raise Refused(f"stat {path}: no such file or directory")
    return engine.files[path]


def uploads(engine: Engine, call: Call) -> Reply:  # noqa: ARG001
    names = {name.split("/")[0] for name in engine.uploads if not name.startswith("../")}
    if engine.newer:
        names.add("schemas")
    return as_json([f"{ROOT}/{name}" for name in sorted(names)])


def upload(engine: Engine, call: Call) -> Reply:
    if call.headers.get("content-type") != "application/json":
        return _multipart(engine, call)
    try:
        body = call.json()
    except BadJSON as error:
        raise Refused(f"Invalid body: Error decoding file json: {error}") from error
    name = str(body.get("name", ""))
    lacking = "Invalid body: missing necessary field: invalid body: "
    if not name:
        raise Refused(f"{lacking}name is required")
    if not body.get("content") and not body.get("file"):
        raise Refused(f"{lacking}content or FilePath is required")
    try:
        return created(store_upload(engine, body))
    except Refused as refusal:
        raise refusal.after("Upload error: getFile has error: ") from refusal


def store_upload(engine: Engine, body: dict[str, Any]) -> str:
    """Keeps an uploaded file and gives its path. Raises Refused."""
    name = str(body.get("name", ""))
    if engine.newer and ".." in name.split("/"):
        raise Refused("mkdirat ..: path escapes from parent")
    if not engine.newer and "/" in name.removeprefix("../"):
        raise Refused(f"open {ROOT}/{name}: no such file or directory")
    if body.get("file") and not body.get("content"):
        fetch(engine, str(body["file"]))
    engine.uploads[name] = described_upload(engine, body)
    if name.startswith("../"):
        return "/kuiper/data/" + name.removeprefix("../")
    return f"{ROOT}/{name}"


def described_upload(engine: Engine, body: dict[str, Any]) -> str:
    """An upload as exports have it; 1.14.7 writes empty fields too."""
    keys = ("name", "content", "file")
    return gojson.dumps({key: body.get(key, "") for key in keys if body.get(key) or not engine.newer})


def _multipart(engine: Engine, call: Call) -> Reply:
    if not call.headers.get("content-type", "").startswith("multipart/form-data"):
        raise Refused("Error parse the multi part form: request Content-Type isn't multipart/form-data")
    found = _FILE.search(call.body)
    if not found:
        raise Refused("Error Retrieving the File: http: no such file")
    name = found.group(1).decode("utf-8", "replace")
    # One that came as a form is not part of exports.
    engine.uploads[name] = ""
    return created(f"{ROOT}/{name}")


def delete_upload(engine: Engine, call: Call) -> Reply:
    name = call.param()
    if engine.uploads.pop(name, None) is None:
        place = f"removeat {name}" if engine.newer else f"remove {ROOT}/{name}"
        raise Refused(f"Error deleting the file: {place}: no such file or directory")
    return text("ok")
