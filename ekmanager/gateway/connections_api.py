"""`/api/connections`: the list, one of them, and a test before saving. Answers hold no secret.

The functions are synchronous where they touch a store: FastAPI runs those in threads, and a store may wait for a disk.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

from fastapi import APIRouter, Body, Cookie, Header, Path, Response
from fastapi.responses import JSONResponse
from pydantic import ValidationError

from ekmanager.connections.book import Entry
from ekmanager.connections.merge import apply_patch
from ekmanager.connections.model import Connection
from ekmanager.connections.public import public
from ekmanager.connections.usable import check_change, check_usable
from ekmanager.gateway import schemas
from ekmanager.gateway.browser_cookie import NAME, browser_id_of
from ekmanager.gateway.drafts import draft_of, expected_revision, invalid, patch_of, replacement_of, where_of
from ekmanager.gateway.health_json import test_json
from ekmanager.gateway.lookup import Finder
from ekmanager.gateway.openapi import errors
from ekmanager.gateway.paths import MOUNT
from ekmanager.gateway.services import GatewayServices

BrowserCookie = Annotated[str, Cookie(alias=NAME, include_in_schema=False)]
JsonObject = Annotated[dict[str, object], Body()]
ConnectionId = Annotated[str, Path(description="id of a connection", examples=["edge-7"])]
IfMatch = Annotated[
    str | None, Header(description="ETag of the version that was edited; another one is there: 409", alias="If-Match")
]


def routes(services: GatewayServices, finder: Finder) -> APIRouter:
    """The routes, working on `services`."""
    router = APIRouter(tags=["connections"])

    @router.get("/connections", response_model=list[schemas.ConnectionShown], responses=errors(503))
    def list_connections(cookie: BrowserCookie = "") -> Response:
        """The connections of the server's store and of the browser that asks."""
        return JSONResponse([_shown(entry) for entry in _entries(services, cookie)])

    @router.post(
        "/connections",
        status_code=201,
        response_model=schemas.ConnectionShown,
        responses=errors(400, 403, 409, 413, 422, 503),
    )
    def add_connection(body: JsonObject, cookie: BrowserCookie = "") -> Response:
        """Adds one. The answer has the id it was given."""
        browser_id = browser_id_of({NAME: cookie})
        where = where_of(body, keeps_on_server=services.settings.keeps_on_server, has_browser=browser_id is not None)
        draft = draft_of(body)
        check_usable(draft, services.policy)
        entry = services.book(browser_id).add(draft, where)
        finder.forget()
        services.monitor.check_soon(entry.key)
        return _answer(entry, 201, Location=f"{MOUNT}/connections/{entry.connection.id}")

    @router.post(
        "/connections/test", response_model=schemas.TestResult, responses=errors(400, 403, 404, 409, 413, 422, 503)
    )
    async def test_connection(body: JsonObject, cookie: BrowserCookie = "") -> Response:
        """Checks a server without keeping anything: a draft, or (with `id`) a kept connection with changes.

        Kept secrets are used only for the address they were entered for.
        """
        kept = body.get("id")
        if isinstance(kept, str) and kept:
            entry = await finder.find(browser_id_of({NAME: cookie}), kept)
            connection = _patched(entry.connection, patch_of(body))
        else:
            connection = draft_of({"name": "Test", **body})
        services.policy.check_url(connection.url)
        return JSONResponse(test_json(await services.monitor.test(connection)))

    @router.get("/connections/{connection_id}", response_model=schemas.ConnectionShown, responses=errors(400, 404, 503))
    def get_connection(connection_id: ConnectionId, cookie: BrowserCookie = "") -> Response:
        """One of them. The ETag is its revision."""
        return _answer(services.book(browser_id_of({NAME: cookie})).get(connection_id), 200)

    @router.put(
        "/connections/{connection_id}",
        response_model=schemas.ConnectionShown,
        responses=errors(400, 403, 404, 409, 413, 422, 503),
    )
    def replace_connection(
        connection_id: ConnectionId, body: JsonObject, if_match: IfMatch = None, cookie: BrowserCookie = ""
    ) -> Response:
        """Replaces every field. Secrets that are left out are kept, because they cannot be read; null removes them."""
        book = services.book(browser_id_of({NAME: cookie}))
        old = book.get(connection_id).connection
        return _change(connection_id, old, replacement_of(body, old), body, if_match, cookie)

    @router.patch(
        "/connections/{connection_id}",
        response_model=schemas.ConnectionShown,
        responses=errors(400, 403, 404, 409, 413, 422, 503),
    )
    def change_connection(
        connection_id: ConnectionId, body: JsonObject, if_match: IfMatch = None, cookie: BrowserCookie = ""
    ) -> Response:
        """Changes the fields that are given (JSON merge patch). With another address, secrets must be given anew."""
        book = services.book(browser_id_of({NAME: cookie}))
        old = book.get(connection_id).connection
        return _change(connection_id, old, patch_of(body), body, if_match, cookie)

    @router.delete("/connections/{connection_id}", status_code=204, responses=errors(400, 404, 503))
    def delete_connection(connection_id: ConnectionId, cookie: BrowserCookie = "") -> Response:
        """Forgets it, with its history. The server itself is not touched."""
        book = services.book(browser_id_of({NAME: cookie}))
        entry = book.get(connection_id)
        book.delete([connection_id])
        finder.forget()
        services.monitor.forget(entry.key)
        return Response(status_code=204)

    def _change(
        connection_id: str,
        old: Connection,
        patch: dict[str, object],
        body: dict[str, object],
        if_match: str | None,
        cookie: str,
    ) -> Response:
        expected = expected_revision(body, if_match, old.revision)
        check_change(old, _patched(old, patch), services.policy)
        book = services.book(browser_id_of({NAME: cookie}))
        entry = book.change(connection_id, patch, expected_revision=expected)
        finder.forget()
        services.monitor.check_soon(entry.key)
        return _answer(entry, 200)

    return router


def _entries(services: GatewayServices, cookie: str) -> Sequence[Entry]:
    return services.book(browser_id_of({NAME: cookie})).entries()


def _patched(old: Connection, patch: dict[str, object]) -> Connection:
    try:
        return apply_patch(old, patch)
    except ValidationError as error:
        raise invalid(error) from error


def _shown(entry: Entry) -> dict[str, object]:
    return public(entry.connection, entry.where)


def _answer(entry: Entry, status: int, **headers: str) -> Response:
    return JSONResponse(_shown(entry), status, {"ETag": f'"{entry.connection.revision}"', **headers})
