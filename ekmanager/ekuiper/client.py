"""The client of one eKuiper server."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Self
from urllib.parse import urlsplit

from ekmanager.ekuiper.auth import Credentials, NoCredentials
from ekmanager.ekuiper.dial import AddressCheck
from ekmanager.ekuiper.models import Info
from ekmanager.ekuiper.operations import BY_ID
from ekmanager.ekuiper.paths import encode_id
from ekmanager.ekuiper.resources.extensions import Connections, JavaScript, Schemas, Services
from ekmanager.ekuiper.resources.metadata import Metadata
from ekmanager.ekuiper.resources.plugins import Plugins
from ekmanager.ekuiper.resources.rules import Rules
from ekmanager.ekuiper.resources.server import Metrics, Server, Uploads, WebSockets
from ekmanager.ekuiper.resources.streams import Streams, Tables
from ekmanager.ekuiper.resources.traces import RuleTests, Traces
from ekmanager.ekuiper.resources.transfer import Data, Rulesets, Tasks
from ekmanager.ekuiper.tls import TLSOptions
from ekmanager.ekuiper.transport import Download, RawAnswer, Transport

DEFAULT_TIMEOUT = 5.0
"""Seconds to connect, and as many to the first byte of the answer."""
DEFAULT_RETRIES = 2
"""Further tries of a call that only reads and got no answer."""


class EKuiperClient:
    """All operations of one server, one attribute a resource: `client.rules.list()`.

    `timeout`: seconds to connect, and as many until the answer begins; operations that work long before they answer
    (installations, exports, imports, bulk calls) get at least 75. `retries`: further tries, only of calls that read and
    only when there was no answer. `check_address`: called with every IP address and port before it is connected to;
    what it raises comes out. Safe to share between threads. Raises EKuiperError (see `ekmanager.ekuiper.errors`).
    """

    def __init__(
        self,
        url: str,
        *,
        credentials: Credentials = NoCredentials(),  # noqa: B008 - immutable
        headers: Mapping[str, str] | None = None,
        tls: TLSOptions = TLSOptions(),  # noqa: B008 - immutable
        timeout: float = DEFAULT_TIMEOUT,
        retries: int = DEFAULT_RETRIES,
        check_address: AddressCheck | None = None,
    ) -> None:
        if timeout <= 0 or retries < 0:
            raise ValueError("timeout must be more than 0 seconds, and retries not less than 0")
        self.url = _base_url(url)
        self._transport = Transport(
            self.url,
            credentials=credentials,
            headers=headers or {},
            tls=tls,
            timeout=timeout,
            retries=retries,
            check_address=check_address,
        )
        self.server = Server(self._transport)
        self.metrics = Metrics(self._transport)
        self.uploads = Uploads(self._transport)
        self.streams = Streams(self._transport)
        self.tables = Tables(self._transport)
        self.rules = Rules(self._transport)
        self.ruletest = RuleTests(self._transport)
        self.traces = Traces(self._transport)
        self.ruleset = Rulesets(self._transport)
        self.data = Data(self._transport)
        self.tasks = Tasks(self._transport)
        self.schemas = Schemas(self._transport)
        self.connections = Connections(self._transport)
        self.websockets = WebSockets(self._transport)
        self.metadata = Metadata(self._transport)
        self.javascript = JavaScript(self._transport)
        self.services = Services(self._transport)
        self.plugins = Plugins(self._transport)

    @classmethod
    def through(cls, app_url: str, *, connection: str, **options: Any) -> Self:
        """A client of the server that a running ekmanager knows as `connection`, through its proxy.

        The app adds that server's credentials; `options` are those of the constructor and are for the app.
        """
        base = _base_url(app_url)
        client = cls(f"{base}/api/connections/{encode_id(connection)}/ekuiper", **options)
        client._transport.app_url = base
        return client

    def get_info(self) -> Info:
        """Version, system, uptime, CPU and memory."""
        return self.server.info()

    def ping(self) -> None:
        """Returns when the server answers. It does so without credentials: this is not a test of them."""
        self.server.ping()

    def call(
        self,
        operation: str,
        *ids: str,
        query: Mapping[str, str] | None = None,
        body: bytes | None = None,
        content_type: str | None = None,
    ) -> RawAnswer:
        """Any operation by its id in the table, with the bytes as they are: `client.call("rules.get", "r1").body`."""
        return self._transport.send(BY_ID[operation], ids, query=query, body=body, content_type=content_type)

    def download(
        self, operation: str, *ids: str, query: Mapping[str, str] | None = None, body: bytes | None = None
    ) -> Download:
        """Any operation by its id, with the answer in pieces as they come."""
        return self._transport.open(BY_ID[operation], ids, query=query, body=body)

    def close(self) -> None:
        """Let go of all sockets."""
        self._transport.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def __repr__(self) -> str:
        return f"EKuiperClient({self.url!r})"


def _base_url(url: str) -> str:
    try:
        parts = urlsplit(url.strip())
        usable = parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.port != 0
    except ValueError:
        usable = False
    if not usable:
        raise ValueError("a server's URL looks like http://localhost:9081")
    if "@" in parts.netloc:
        raise ValueError("give user and password as credentials, not in the URL")
    if parts.query or parts.fragment:
        raise ValueError("a server's URL has no query and no fragment")
    return f"{parts.scheme}://{parts.netloc}{parts.path.rstrip('/')}"
