"""What all resources share: one call of one operation, and its answer as text or as a type."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import TypeVar
from urllib.parse import urlsplit

from pydantic import TypeAdapter
from urllib3.filepost import encode_multipart_formdata

from ekmanager.ekuiper.errors import NotAnEKuiper, UnreadableAnswer
from ekmanager.ekuiper.models.base import Many
from ekmanager.ekuiper.operations import BY_ID
from ekmanager.ekuiper.parse import parse_as
from ekmanager.ekuiper.transport import Download, RawAnswer, Transport

T = TypeVar("T")

JSON_TYPE = "application/json"
"""Exactly so: `POST /config/uploads` takes the same with a charset for a form."""
LONG = 75.0
"""Seconds to wait where the server works before it answers: 2.4 waits up to 60 s for the process of a plugin."""


NAMES: TypeAdapter[list[str]] = TypeAdapter(Many[str])


class Resource:
    """One family of operations of one server."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    def __repr__(self) -> str:
        return f"<{type(self).__name__} of {self._transport.base_url}>"

    def _call(
        self,
        operation: str,
        *ids: str,
        query: Mapping[str, str] | None = None,
        json: object = None,
        body: bytes | None = None,
        content_type: str | None = None,
        wait: float | None = None,
    ) -> RawAnswer:
        if json is not None:
            body, content_type = encode(json), JSON_TYPE
        return self._transport.send(BY_ID[operation], ids, query=query, body=body, content_type=content_type, wait=wait)

    def _text(
        self,
        operation: str,
        *ids: str,
        query: Mapping[str, str] | None = None,
        json: object = None,
        wait: float | None = None,
    ) -> str:
        """The server's sentence."""
        return self._call(operation, *ids, query=query, json=json, wait=wait).text.strip()

    def _read(
        self,
        adapter: TypeAdapter[T],
        operation: str,
        *ids: str,
        query: Mapping[str, str] | None = None,
        json: object = None,
    ) -> T:
        return self._parse(lambda answer: parse_as(adapter, answer), operation, *ids, query=query, json=json)

    def _parse(
        self,
        parser: Callable[[bytes], T],
        operation: str,
        *ids: str,
        query: Mapping[str, str] | None = None,
        json: object = None,
        body: bytes | None = None,
        content_type: str | None = None,
        wait: float | None = None,
    ) -> T:
        answer = self._call(operation, *ids, query=query, json=json, body=body, content_type=content_type, wait=wait)
        try:
            return parser(answer.body)
        except (UnreadableAnswer, NotAnEKuiper) as error:
            url = self._transport.url_of(BY_ID[operation], ids)
            parts = urlsplit(url)
            error.status = answer.status
            raise error.at(operation, url, f"{parts.scheme}://{parts.netloc}") from error.__cause__

    def _download(self, operation: str, *ids: str, query: Mapping[str, str] | None = None) -> Download:
        return self._transport.open(BY_ID[operation], ids, query=query)


def encode(value: object) -> bytes:
    """JSON in UTF-8. Text is taken for JSON already: definitions are sent as they were written."""
    if isinstance(value, str):
        return value.encode()
    return json.dumps(value, ensure_ascii=False, allow_nan=False).encode()


def form(field: str, name: str, content: bytes) -> tuple[bytes, str]:
    """A multipart form with one file: the body and its content type."""
    return encode_multipart_formdata({field: (name, content, "application/octet-stream")})


def source_of(content: str | None, file: str | None) -> dict[str, str]:
    """The two ways in which eKuiper takes a file: its content, or where the server finds it (`file://`, `http://`)."""
    if (content is None) == (file is None):
        raise TypeError("give either content or file")
    return {"content": content} if content is not None else {"file": file or ""}
