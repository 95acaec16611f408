"""The OpenAPI document: what FastAPI writes, the bodies that are read as plain objects, and the proxy."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from pydantic.json_schema import models_json_schema

from ekmanager.gateway import schemas
from ekmanager.gateway.paths import MOUNT

Document = dict[str, Any]

PROXY_PATH = "/connections/{connection_id}/ekuiper/{path}"
_REF = "#/components/schemas/{model}"

_BODIES = {
    ("/connections", "post"): "ConnectionDraft",
    ("/connections/test", "post"): "ConnectionTest",
    ("/connections/{connection_id}", "put"): "ConnectionReplacement",
    ("/connections/{connection_id}", "patch"): "ConnectionPatch",
}
_MODELS = (
    schemas.ConnectionDraft,
    schemas.ConnectionPatch,
    schemas.ConnectionReplacement,
    schemas.ConnectionTest,
    schemas.ErrorBody,
)
_REFUSALS = {
    "400": "The path could be read in two ways: dots, doubled or encoded slashes",
    "403": "Cross-site, a target that is never called, or not a read in read-only mode",
    "404": "No such connection",
    "413": "The body is too large",
    "502": "The server cannot be reached, or broke the connection off",
    "504": "The server did not answer in time",
    "508": "The connection leads back to this app",
}


def errors(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """The answers of a route that carry the error envelope."""
    return {status: {"model": schemas.ErrorBody, "description": HTTPStatus(status).phrase} for status in statuses}


def complete(document: Document) -> Document:
    """Adds to FastAPI's document what it cannot know. Changes and returns it."""
    document["servers"] = [{"url": MOUNT}]
    _, definitions = models_json_schema([(model, "validation") for model in _MODELS], ref_template=_REF)
    known = document.setdefault("components", {}).setdefault("schemas", {})
    known.update(definitions.get("$defs", {}))
    for (path, method), model in _BODIES.items():
        content = {"application/json": {"schema": {"$ref": _REF.format(model=model)}}}
        document["paths"][path][method]["requestBody"] = {"required": True, "content": content}
    document["paths"][PROXY_PATH] = _proxy()
    return document


def _proxy() -> Document:
    parameters = [
        {"name": "connection_id", "in": "path", "required": True, "schema": {"type": "string"}},
        {
            "name": "path",
            "in": "path",
            "required": True,
            "schema": {"type": "string"},
            "description": "path on the eKuiper server, slashes included: rules/r1/status",
        },
    ]
    return {"parameters": parameters, **{method: _proxied(method) for method in _PROXIED}}


_PROXIED = ("get", "post", "put", "patch", "delete", "head")


def _proxied(method: str) -> Document:
    refused = {
        status: {
            "description": description,
            "content": {"application/json": {"schema": {"$ref": _REF.format(model="ErrorBody")}}},
        }
        for status, description in _REFUSALS.items()
    }
    operation: Document = {
        "tags": ["proxy"],
        "operationId": f"proxy_{method}",
        "summary": f"{method.upper()} on the eKuiper server",
        "description": "Passes the request on with the connection's credentials. Query string, body, status and bytes "
        "of the answer are the server's; its answers carry `X-Ekmanager-Upstream: 1`, refusals of this app do not.",
        "responses": {
            "default": {
                "description": "What the server answers",
                "headers": {"X-Ekmanager-Upstream": {"schema": {"type": "string"}}},
            },
            **refused,
        },
    }
    if method != "head":
        operation["requestBody"] = {"required": False, "content": {"*/*": {}}}
    if method == "get":
        del operation["requestBody"]
    return operation
