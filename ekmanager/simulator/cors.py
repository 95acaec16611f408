"""Cross-origin headers and preflight as the servers answer them."""

from __future__ import annotations

from collections.abc import Mapping

from ekmanager.simulator.reply import Reply

_SIMPLE_METHODS = frozenset(["GET", "HEAD", "POST"])
_METHODS = _SIMPLE_METHODS | {"PUT", "DELETE"}
"""PATCH is not among them, so its preflight is refused."""
_SIMPLE_HEADERS = frozenset(["accept", "accept-language", "content-language", "origin"])
_HEADERS = _SIMPLE_HEADERS | {"content-type", "authorization"}


def preflight(headers: Mapping[str, str]) -> Reply:
    """The answer to OPTIONS, whatever the path. `headers` have lower-case names."""
    if "origin" not in headers:
        return Reply()
    wanted = headers.get("access-control-request-method")
    if wanted is None:
        return Reply(400)
    if wanted not in _METHODS:
        return Reply(405)
    asked = [name.strip().lower() for name in headers.get("access-control-request-headers", "").split(",")]
    extra = [name for name in asked if name and name not in _SIMPLE_HEADERS]
    if any(name not in _HEADERS for name in extra):
        return Reply(403)
    answer = {"Access-Control-Allow-Origin": "*"}
    if extra:
        answer["Access-Control-Allow-Headers"] = ",".join(name.title() for name in extra)
    if wanted not in _SIMPLE_METHODS:
        answer["Access-Control-Allow-Methods"] = wanted
    return Reply(headers=answer)


def allow_origin(headers: Mapping[str, str]) -> dict[str, str]:
    """What is added to every other answer."""
    return {"Access-Control-Allow-Origin": "*"} if "origin" in headers else {}
