"""What a person pastes as the address of a server, and what we make of it."""

from __future__ import annotations

import ipaddress
import re
import unicodedata
from urllib.parse import urlsplit

EKUIPER_PORT = 9081
"""The port of eKuiper's REST API unless it is configured otherwise."""

DEFAULT_PORTS = {"http": 80, "https": 443}

MISTYPED_PATHS = (
    "/rules",
    "/streams",
    "/tables",
    "/ping",
    "/plugins",
    "/metadata",
    "/configs",
    "/connections",
)


class AddressError(ValueError):
    """The text is not the address of a server; the message says what to change."""


def normalise_url(text: str) -> str:
    """The base URL of a server: scheme, host, port if given, path without a slash at its end.

    `edge-7:9081` gets `http://`; the host is lower case. Raises AddressError with a sentence that helps.
    """
    # What is copied from a web page or a chat may hold characters that nobody sees.
    text = "".join(char for char in text if unicodedata.category(char) != "Cf")
    text = text.strip().strip("<>\"'`,;")
    if not text:
        raise AddressError("Enter the server's URL, for example http://localhost:9081.")
    if any(char.isspace() or ord(char) < 32 or char == "\\" for char in text):
        raise AddressError("A URL has no spaces, line breaks or backslashes.")
    text = _with_scheme(text)
    if "@" in text:
        # Before anything is parsed: a '/' or '#' in a password would put a part of it into another message.
        raise AddressError(
            "Leave user and password out of the URL and enter them under Credentials, where they are kept secret."
        )
    try:
        parts = urlsplit(text)
        port = parts.port
    except ValueError as error:
        raise AddressError(_port_or_host(text)) from error
    scheme = parts.scheme.lower()
    if scheme in {"tcp", "mqtt", "mqtts", "ws", "wss", "ssl"}:
        raise AddressError(f"{scheme}:// is not the REST API. eKuiper's is http:// or https://, port 9081 as a rule.")
    if scheme not in {"http", "https"}:
        raise AddressError(f"{scheme}:// cannot be used; a server's URL begins with http:// or https://.")
    if parts.query or parts.fragment:
        raise AddressError("Leave out everything from '?' or '#' on: only the server's base URL is needed.")
    host = parts.hostname or ""
    if not host:
        raise AddressError("The URL names no host. An example: http://edge-7:9081")
    host = _host(host)
    path = parts.path.rstrip("/")
    segments = path.split("/")[1:]
    if any(segment in {"", ".", ".."} for segment in segments) or "%" in path:
        raise AddressError("The path of a base URL has no empty, '.' or '..' parts and no percent signs.")
    if path in MISTYPED_PATHS:
        raise AddressError(f"Leave out {path}: only the server's base URL is needed.")
    if port == 0:
        raise AddressError(_port_or_host(text))
    netloc = host if port is None else f"{host}:{port}"
    return f"{scheme}://{netloc}{path}"


def origin_of(url: str) -> str:
    """Scheme, host and port of a normalised URL; the port is always there."""
    parts = urlsplit(url)
    host = f"[{parts.hostname}]" if ":" in (parts.hostname or "") else parts.hostname
    return f"{parts.scheme}://{host}:{parts.port or DEFAULT_PORTS.get(parts.scheme, 0)}".lower()


def split_login(text: str) -> tuple[str, str, str] | None:
    """(URL without login, user, password) of a pasted URL that carries a login, else None."""
    candidate = text.strip() if "://" in text else "http://" + text.strip()
    try:
        parts = urlsplit(candidate)
    except ValueError:
        return None
    if "@" not in parts.netloc or not parts.username:
        return None
    bare = parts._replace(netloc=parts.netloc.rpartition("@")[2]).geturl()
    return bare, parts.username, parts.password or ""


def suggest_port(url: str) -> str | None:
    """The same URL with eKuiper's port where an `http` URL names none and has no path; else None.

    Offered, never forced: behind a reverse proxy port 80 is right.
    """
    parts = urlsplit(url)
    if parts.scheme != "http" or parts.port is not None or parts.path or not parts.hostname:
        return None
    return f"{url}:{EKUIPER_PORT}"


def _with_scheme(text: str) -> str:
    """`http:/edge` and `http//edge` are slips of the finger; without a scheme it is `http`."""
    text = re.sub(r"^(https?)(?::/{0,3}|//)(?=[^/\d])", r"\1://", text, flags=re.IGNORECASE)
    if "://" in text:
        return text
    text = text.lstrip("/")
    try:
        bare = ipaddress.IPv6Address(text)
    except ValueError:
        return "http://" + text
    return f"http://[{bare.compressed}]"


def _host(host: str) -> str:
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        pass
    else:
        return f"[{address.compressed}]" if address.version == 6 else address.compressed
    try:
        ascii_host = host if host.isascii() else host.encode("idna").decode("ascii")
    except UnicodeError as error:
        raise AddressError(f"{_short(host)!r} is not a host name.") from error
    labels = ascii_host.rstrip(".").split(".")
    if len(ascii_host) > 253 or not all(
        0 < len(label) <= 63 and label.replace("-", "").replace("_", "").isalnum() for label in labels
    ):
        raise AddressError(f"{_short(host)!r} is not a host name.")
    if re.fullmatch(r"\d+|0x[0-9a-f]*", labels[-1], flags=re.IGNORECASE):
        raise AddressError(f"{host!r} is not an IP address: it has four numbers from 0 to 255 with dots between.")
    return ascii_host.lower()


def _port_or_host(text: str) -> str:
    tail = text.rsplit(":", 1)[-1].split("/", 1)[0]
    if "[" in text or "]" in text:
        return "An IPv6 address stands in brackets: http://[fd00::7]:9081"
    return f"{_short(tail)!r} is not a port; a port is a number from 1 to 65535."


def _short(text: str, limit: int = 60) -> str:
    return text if len(text) <= limit else f"{text[: limit - 1]}…"
