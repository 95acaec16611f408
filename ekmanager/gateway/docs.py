"""`/api/docs`: the OpenAPI document as one page without scripts, fonts or anything else from elsewhere."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from html import escape
from typing import Any

Document = Mapping[str, Any]

HEADERS = {
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'self' https://*.streamlit.app",
    "Cache-Control": "no-cache",
}

_METHODS = ("get", "post", "put", "patch", "delete", "head")
_STYLE = """
:root{color-scheme:light dark;--text:#1a1c23;--soft:#5c6270;--line:#dfe2e8;--ground:#fff;--code:#f4f5f8;
--accent:#0b63c5}
@media(prefers-color-scheme:dark){:root{--text:#e8eaf0;--soft:#a0a6b4;--line:#353a46;--ground:#14161c;--code:#1f222b;
--accent:#7cb7ff}}
*{box-sizing:border-box}
body{margin:0 auto;padding:2rem 1.25rem 4rem;max-width:60rem;font:16px/1.55 system-ui,sans-serif;color:var(--text);
background:var(--ground)}
h1{font-size:1.75rem;margin:0 0 .25rem}h2{font-size:1.2rem;margin:2.5rem 0 .5rem;text-transform:capitalize}
p{margin:.35rem 0}.soft{color:var(--soft)}
code,pre{font:.875em/1.5 ui-monospace,SFMono-Regular,Menlo,monospace}
pre{background:var(--code);padding:.75rem;border-radius:6px;overflow-x:auto;margin:.5rem 0}
details{border:1px solid var(--line);border-radius:6px;margin:.4rem 0;padding:0 .9rem}
summary{cursor:pointer;padding:.55rem 0;display:flex;gap:.75rem;align-items:baseline;flex-wrap:wrap}
summary:focus-visible{outline:2px solid var(--accent);outline-offset:2px}
.method{font-weight:700;min-width:4.5rem;color:var(--accent)}
.path{overflow-wrap:anywhere}
table{border-collapse:collapse;width:100%;margin:.5rem 0 1rem;font-size:.925em}
th,td{text-align:left;vertical-align:top;padding:.3rem .75rem .3rem 0;border-bottom:1px solid var(--line)}
h3{font-size:.95rem;margin:1rem 0 .2rem}
a{color:var(--accent)}
"""

_INTRODUCTION = """
<p>Everything the app does with eKuiper servers, over HTTP on the page's own port. From the page itself:</p>
<pre>const rules = await (await fetch('/api/connections/my-server-id/ekuiper/rules')).json()</pre>
<p>From a shell, for connections that the server keeps:</p>
<pre>curl {origin}/api/connections/my-server-id/ekuiper/rules</pre>
<p class="soft">What this app refuses or cannot do is answered as
<code>{{"error": {{"code", "message", "hint"}}}}</code>. Answers that come from an eKuiper server carry
<code>X-Ekmanager-Upstream: 1</code>. Requests that other sites make through a browser are refused.
The same as a document for programs: <a href="openapi.json">openapi.json</a>.</p>
"""


def page(document: Document, *, origin: str) -> str:
    """The page for an OpenAPI document. `origin` is shown in the example for the shell."""
    title = f"{document['info']['title']} {document['info']['version']}"
    prefix = document["servers"][0]["url"]
    parts = [
        "<!doctype html><html lang='en'><head><meta charset='utf-8'>",
        "<meta name='viewport' content='width=device-width, initial-scale=1'>",
        f"<title>{escape(title)}</title><style>{_STYLE}</style></head><body>",
        f"<h1>{escape(title)}</h1>",
        _INTRODUCTION.format(origin=escape(origin)),
    ]
    for tag in _tags(document):
        parts.append(f"<h2>{escape(tag)}</h2>")
        parts.extend(
            _operation(prefix, path, method, item) for path, method, item in _operations(document) if _tag(item) == tag
        )
    parts.append("<h2>Schemas</h2>")
    schemas = document["components"]["schemas"]
    parts.extend(_schema(name, schemas[name]) for name in sorted(schemas))
    parts.append("</body></html>")
    return "".join(parts)


def _operations(document: Document) -> Iterable[tuple[str, str, Document]]:
    for path, item in document["paths"].items():
        for method in _METHODS:
            if method in item:
                yield path, method, {"parameters": item.get("parameters", []), **item[method]}


def _tags(document: Document) -> list[str]:
    return list(dict.fromkeys(_tag(item) for _, _, item in _operations(document)))


def _tag(operation: Document) -> str:
    return next(iter(operation.get("tags", ())), "other")


def _operation(prefix: str, path: str, method: str, operation: Document) -> str:
    parts = [
        f"<details><summary><span class='method'>{escape(method.upper())}</span>",
        f"<code class='path'>{escape(prefix + path)}</code>",
        f"<span class='soft'>{escape(operation.get('summary', ''))}</span></summary>",
        *(f"<p>{escape(text)}</p>" for text in operation.get("description", "").split("\n\n") if text),
    ]
    if operation["parameters"]:
        rows = ((p["name"], p["in"], _type(p["schema"]), p.get("description", "")) for p in operation["parameters"])
        parts.append("<h3>Parameters</h3>" + _table(("name", "in", "type", ""), rows))
    content = operation.get("requestBody", {}).get("content", {})
    if content:
        rows = ((kind, _type(body.get("schema", {})), "", "") for kind, body in content.items())
        parts.append("<h3>Body</h3>" + _table(("content type", "schema", "", ""), rows))
    answers = (
        (status, _answer(answer), answer["description"], "") for status, answer in operation["responses"].items()
    )
    parts.append("<h3>Answers</h3>" + _table(("status", "schema", "", ""), answers) + "</details>")
    return "".join(parts)


def _answer(answer: Document) -> str:
    return ", ".join(_type(body.get("schema", {})) for body in answer.get("content", {}).values())


def _schema(name: str, schema: Document) -> str:
    required = set(schema.get("required", ()))
    rows = [
        (field, _type(item), "needed" if field in required else "", item.get("description", ""))
        for field, item in schema.get("properties", {}).items()
    ]
    body = _table(("field", "type", "", ""), rows) if rows else f"<pre>{escape(json.dumps(schema, indent=2))}</pre>"
    summary = f"<summary><code class='path'>{escape(name)}</code></summary>"
    return f"<details id='{escape(name)}'>{summary}<p>{escape(schema.get('description', ''))}</p>{body}</details>"


def _type(schema: Document) -> str:
    """A schema in a few words."""
    if "$ref" in schema:
        return str(schema["$ref"]).rsplit("/", 1)[-1]
    for several in ("anyOf", "oneOf"):
        if several in schema:
            return " or ".join(dict.fromkeys(_type(one) for one in schema[several]))
    if "enum" in schema:
        return " | ".join(str(value) for value in schema["enum"])
    if "const" in schema:
        return str(schema["const"])
    if schema.get("type") == "array":
        return f"list of {_type(schema.get('items', {}))}"
    return str(schema.get("type", "any"))


def _table(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    titles = "".join(f"<th>{escape(title)}</th>" for title in head)
    lines = "".join("<tr>" + "".join(f"<td>{escape(str(cell))}</td>" for cell in row) + "</tr>" for row in rows)
    return f"<table><tr>{titles}</tr>{lines}</table>"
