"""What can go wrong with a call, by what a person can do about it.

EKuiperError
├── Unreachable              no usable answer; `code` says why: refused, dns, no_route, reset, closed, tls, …
├── TimedOut                 connected or not: nothing came in time
├── Unauthorized             401 or 403: credentials missing, wrong or expired
├── NotFound                 the object is not there (eKuiper says so with 404, and often with 400)
├── RequestRefused           the server read the request and says no
│   ├── RefusedSQL           … because of its SQL
│   └── ImportIncomplete     … because some parts of an import failed; `problems` lists them
├── NotSupported             this version, or this build, has no such operation
├── ServerFailed             5xx
├── NotAnEKuiper             something answers, but not an eKuiper
└── UnreadableAnswer         an eKuiper answers, in a form that is not known here
    └── AnswerTooLarge       … or with more than was allowed for

What `check_address` of a client raises comes out as it is.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Self

HINTS: Mapping[str, str] = {
    "refused": "Is eKuiper running, and does its REST service listen on this port (9081 unless changed)? "
    "In a container, localhost is the container itself: use the host's name or the service's.",
    "dns": "Check the spelling. Names of containers are known only inside their network.",
    "no_route": "Check address, cable, VPN and firewall between this machine and the server.",
    "reset": "A proxy or firewall may cut the connection, or the process ended while it answered.",
    "closed": "eKuiper does this when the request crashed its handler: try again, then look into its log. "
    "With http:// on a TLS port it can look the same.",
    "tls": "Check that the server speaks TLS on this port, and which versions it allows.",
    "tls_certificate": "Give the certificate (or its authority) as CA bundle, use the name that stands in it, "
    "or switch verification off for this connection.",
    "tls_plain": "The server speaks plain HTTP on this port: use http:// in the URL.",
    "tls_wanted": "The server speaks TLS on this port: use https:// in the URL.",
    "tls_options": "Correct the certificate texts of this connection.",
    "timeout": "The server may be overloaded, or a firewall may swallow packets. eKuiper 2.4 blocks some calls for up "
    "to 5 s while a rule with a hanging sink stops: try a longer timeout.",
    "unauthorized": "eKuiper expects the JWT itself, without Bearer, signed with the private half of a key in its "
    "etc/mgmt folder. Check that it has not expired, and the clocks of both machines.",
    "not_ekuiper": "Check host, port and path of the URL: something else answers there, for example a reverse proxy.",
    "not_ekmanager": "Give the address of the app's pages, for example http://localhost:8501, "
    "with the path below which they are served, if any.",
    "redirect": "Redirects are not followed. Use the address that the server redirects to, "
    "or let the proxy in front of it pass the API through.",
    "server_failed": "Look into the server's log, or into that of the reverse proxy in front of it.",
}
"""What to try, by `code`."""


class EKuiperError(Exception):
    """A call to an eKuiper server did not do what it was for."""

    code = "error"

    def __init__(
        self,
        message: str,
        *,
        hint: str | None = None,
        operation: str = "",
        url: str = "",
        status: int | None = None,
        code: str | None = None,
        server_code: int | None = None,
        server_message: str = "",
    ) -> None:
        super().__init__(message)
        if code is not None:
            self.code = code
        self.message = message
        """What happened, to which server: a sentence for an operator."""
        self.hint = HINTS.get(self.code, "") if hint is None else hint
        """What to try, or empty."""
        self.operation = operation
        """The id in the table of operations, or empty."""
        self.url = url
        """Where the request went, without query and without credentials."""
        self.status = status
        """The HTTP status, or None when there was no answer."""
        self.server_code = server_code
        """eKuiper's own error number (1002: not found), or None."""
        self.server_message = server_message
        """The server's own words. They come from elsewhere: text, never markup."""

    def at(self, operation: str, url: str, where: str = "") -> Self:
        """The same error, knowing which call it belongs to; `where` is put before its message."""
        self.operation, self.url = operation, url
        if where:
            self.message = f"{where}: {self.message}"
            self.args = (self.message,)
        return self


class Unreachable(EKuiperError):
    """There was no usable answer."""

    code = "unreachable"


class TimedOut(EKuiperError):
    """Nothing came in time."""

    code = "timeout"


class Unauthorized(EKuiperError):
    """The server wants other credentials."""

    code = "unauthorized"


class NotFound(EKuiperError):
    """The object is not there."""

    code = "not_found"


class RequestRefused(EKuiperError):
    """The server read the request and says no."""

    code = "refused_request"


class RefusedSQL(RequestRefused):
    """The server says no to the SQL of the request."""

    code = "refused_sql"


class ImportIncomplete(RequestRefused):
    """Some parts of an import failed; the others were taken over."""

    code = "import_incomplete"
    problems: Mapping[str, Mapping[str, str]] = {}
    """The reason a part, by section and name: `{"rules": {"r1": "…"}}`. Empty where the server does not say (1.14)."""


class NotSupported(EKuiperError):
    """This version, or this build, has no such operation."""

    code = "not_supported"


class ServerFailed(EKuiperError):
    """The server, or a proxy in front of it, failed."""

    code = "server_failed"


class NotAnEKuiper(EKuiperError):
    """Something answers, but not as an eKuiper does."""

    code = "not_ekuiper"


class UnreadableAnswer(EKuiperError):
    """The answer has a form that is not known here."""

    code = "unreadable"


class AnswerTooLarge(UnreadableAnswer):
    """The answer is larger than was allowed for."""

    code = "too_large"
