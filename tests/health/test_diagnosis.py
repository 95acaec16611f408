"""The sentences: every row of the table, and every recorded refusal."""

from __future__ import annotations

import errno
import json

import aiohttp
import jwt
import pytest

from ekmanager.health.diagnosis import Place, diagnose, of_exception, of_refusal, of_status
from ekmanager.health.model import Status
from ekmanager.health.troubles import TROUBLES
from tests.recordings import VERSIONS, recordings

PLACE = Place("http", "edge-7", 9081)
LOCAL = Place("http", "localhost", 9081)
FACTS = {
    "timeout": "5 s",
    "route": "/rules/status/all",
    "limit": "64 KB",
    "status": 500,
    "said": "x",
    "ago": "3 d",
    "left": "1 h",
    "wait": "1 min",
    "checks": 4,
    "uptime": "3 s",
}
NOW = 1_795_358_150.0


def token(**claims: object) -> str:
    return jwt.encode({"iss": "labkey.pub", **claims}, "s" * 32, algorithm="HS256")


@pytest.mark.parametrize("code", TROUBLES)
def test_every_trouble_has_a_reason_and_a_remedy(code: str) -> None:
    found = diagnose(code, PLACE, **FACTS)
    assert found.reason.endswith((".", str(FACTS["said"])))
    assert found.hint.endswith(".")
    assert "{" not in found.reason + found.hint
    assert "`" not in found.reason + found.hint
    assert found.status is not Status.ONLINE


def test_the_container_hint_is_given_for_this_machine_only() -> None:
    assert "host.docker.internal" in diagnose("refused", LOCAL).hint
    assert "host.docker.internal" not in diagnose("refused", PLACE).hint


REFUSALS: list[tuple[str, str | None, str]] = [
    ("missing_token\n", None, "token_missing"),
    ("missing_token\n", "a.b.c", "token_lost"),
    ("validate token error: token has invalid claims: token is expired\n", token(exp=NOW - 90), "token_expired_ago"),
    ("validate token error: token has invalid claims: token is expired\n", token(exp=NOW + 90), "clock_ahead"),
    ("validate token error: token has invalid claims: token is expired\n", "opaque", "token_expired"),
    ("validate token error: token has invalid claims: token is not valid yet\n", token(nbf=NOW + 60), "token_future"),
    ("validate token error: token has invalid claims: token is not valid yet\n", token(nbf=NOW - 60), "clock_behind"),
    ("… keyfunc: not found target key file other.pub in /etc/mgmt\n", token(), "token_issuer"),
    ("… keyfunc: issuer field not exist in jwt payload\n", token(), "token_no_issuer"),
    ("audience field should contain eKuiper, but got [neuron]\n", token(), "token_audience"),
    ("validate token error: token signature is invalid: crypto/rsa: verification error\n", token(), "token_signature"),
    ("validate token error: token is malformed: could not base64 decode header\n", "Bearer a.b.c", "token_bearer"),
    ("validate token error: token is malformed: invalid number of segments\n", "Basic dXNlcg==", "token_basic"),
    ("validate token error: token is malformed: invalid number of segments\n", "not-a-jwt", "token_malformed"),
    ("Unauthorized", "Bearer x", "http_401"),
    ("<html>Login</html>", None, "http_401_open"),
]


@pytest.mark.parametrize(("body", "authorization", "code"), REFUSALS)
def test_a_refusal_says_which_part_of_the_token_is_wrong(body: str, authorization: str | None, code: str) -> None:
    found = of_refusal(401, body, PLACE, authorization, NOW)
    assert (found.status, found.code) == (Status.UNAUTHORIZED, code)
    if authorization:
        assert authorization not in found.reason + found.hint


def test_an_expiry_is_told_in_words() -> None:
    body = "validate token error: token has invalid claims: token is expired"
    assert "1 min 30 s" in of_refusal(401, body, PLACE, token(exp=NOW - 90), NOW).reason


@pytest.mark.parametrize("exp", ["soon", None, [1], 1e400, -5])
def test_a_token_with_strange_dates_is_no_failure(exp: object) -> None:
    sent = jwt.encode({"exp": exp}, "s" * 32, algorithm="HS256") if exp != 1e400 else "a.b.c"
    assert of_refusal(401, "token is expired", PLACE, sent, NOW).status is Status.UNAUTHORIZED


@pytest.mark.parametrize("version", VERSIONS)
def test_every_recorded_refusal_is_recognised(version: str) -> None:
    found = [each for each in recordings(version) if each.status == 401 and each.id.startswith("auth.")]
    assert len(found) > 10
    for each in found:
        authorization = each.request_headers.get("Authorization") or None
        diagnosis = of_refusal(401, each.text, PLACE, authorization, NOW)
        assert diagnosis.code.startswith(("token_", "clock_")), each.id


def test_the_servers_words_are_repeated_but_no_web_page() -> None:
    said = of_status(400, json.dumps({"error": 1000, "message": "no such thing"}).encode(), "/", PLACE, None, NOW)
    assert said.reason.endswith("It said: no such thing.")
    page = of_status(502, b"<html><script>alert(1)</script></html>", "/", PLACE, None, NOW)
    assert "<" not in page.reason
    assert page.code == "http_502"


@pytest.mark.parametrize(
    ("number", "code"),
    [
        (errno.ECONNREFUSED, "refused"),
        (errno.EHOSTUNREACH, "no_route"),
        (errno.ENETUNREACH, "no_route"),
        (errno.ECONNRESET, "reset"),
        (errno.ETIMEDOUT, "timeout_connect"),
        (errno.EMFILE, "out_of_files"),
    ],
)
def test_errors_of_the_system_are_told_apart(number: int, code: str) -> None:
    assert of_exception(OSError(number, "x"), PLACE).code == code


def test_a_lack_of_files_here_says_nothing_about_the_server() -> None:
    assert of_exception(OSError(errno.EMFILE, "x"), PLACE).status is Status.UNKNOWN


def test_a_header_that_cannot_be_sent_is_said_without_its_content() -> None:
    error = UnicodeEncodeError("latin-1", "secret-\u1234", 7, 8, "x")
    found = of_exception(error, PLACE)
    assert found.code == "unusable"
    assert "secret" not in found.reason


def test_an_exception_in_a_group_is_found() -> None:
    group = ExceptionGroup("several", [ValueError("x"), ConnectionRefusedError(errno.ECONNREFUSED, "x")])
    error = aiohttp.ClientError("outer")
    error.__cause__ = group
    assert of_exception(error, PLACE).code == "refused"
