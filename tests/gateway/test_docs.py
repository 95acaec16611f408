"""`/api/docs` and the document behind it."""

from __future__ import annotations

import re
from html.parser import HTMLParser

from ekmanager.gateway import docs
from tests.gateway.world import World


class Page(HTMLParser):
    """What a page would load or run."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[str, str]] = []
        self.tags: set[str] = set()
        self.text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.found += [(name, value or "") for name, value in attrs]

    def handle_data(self, data: str) -> None:
        self.text += data


def read(html: str) -> Page:
    page = Page()
    page.feed(html)
    return page


def test_the_page_loads_nothing_from_anywhere(world: World) -> None:
    answer = world.ask("GET", "/api/docs", browser=None)
    assert answer.status == 200
    page = read(answer.body.decode())
    assert not page.tags & {"script", "link", "img", "iframe", "object", "form"}
    assert {value for name, value in page.found if name in {"src", "href"}} == {"openapi.json"}
    assert "url(" not in answer.body.decode()
    assert not {name for name, _ in page.found if name.startswith("on")}
    assert (answer.header("Content-Security-Policy") or "").startswith("default-src 'none'; style-src 'unsafe-inline'")
    addresses = set(re.findall(r"https?://[^\s<&'\"]+", page.text))
    assert all(re.match(r"http://(127\.0\.0\.1|localhost|edge)", address) for address in addresses)


def test_every_route_is_on_the_page(world: World) -> None:
    html = world.ask("GET", "/api/docs").body.decode()
    document = world.ask("GET", "/api/openapi.json").json
    for path, item in document["paths"].items():
        assert f"/api{path}" in html
        assert item
    assert "/connections/{connection_id}/ekuiper/{path}" in document["paths"]


def test_the_document_describes_the_api_under_its_mount(world: World) -> None:
    document = world.ask("GET", "/api/openapi.json").json
    assert document["servers"] == [{"url": "/api"}]
    proxy = document["paths"]["/connections/{connection_id}/ekuiper/{path}"]
    assert set(proxy) == {"parameters", "get", "post", "put", "patch", "delete", "head"}
    text = str(document)
    assert "ekmanager_browser" not in text
    for name in set(re.findall(r"#/components/schemas/(\w+)", text)):
        assert name in document["components"]["schemas"]


def test_text_of_the_document_is_never_markup() -> None:
    evil = "<script>alert(1)</script>"
    document = {
        "info": {"title": evil, "version": evil},
        "servers": [{"url": "/api"}],
        "paths": {
            f"/{evil}": {
                "get": {
                    "tags": [evil],
                    "summary": evil,
                    "description": evil,
                    "parameters": [{"name": evil, "in": "path", "schema": {"enum": [evil]}, "description": evil}],
                    "requestBody": {"content": {evil: {"schema": {"$ref": evil}}}},
                    "responses": {"200": {"description": evil}},
                }
            }
        },
        "components": {"schemas": {evil: {"description": evil, "properties": {evil: {"type": evil}}}}},
    }
    html = docs.page(document, origin=evil)
    assert evil not in html
    assert "&lt;script&gt;" in html
    assert "script" not in read(html).tags
