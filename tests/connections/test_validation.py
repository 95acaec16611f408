"""Problems of fields in words."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from ekmanager.connections.model import Connection
from ekmanager.connections.validation import explain
from tests.connections.samples import CANARY

TABLE: list[tuple[dict[str, object], str]] = [
    ({"name": ""}, "Name: must not be empty"),
    ({"name": "   "}, "Name: must not be empty"),
    ({"name": None}, "Name: must be text"),
    ({"name": "x" * 121}, "Name: must have at most 120 characters"),
    ({"name": "a\nb"}, "Name: must be one line of visible characters"),
    ({"url": ""}, "URL: Enter the server's URL, for example http://localhost:9081."),
    ({"url": "mqtt://x"}, "URL: mqtt:// is not the REST API. eKuiper's is http:// or https://, port 9081 as a rule."),
    ({"url": 7}, "URL: must be text"),
    ({"isDefault": "perhaps"}, "Default: must be true or false"),
    ({"isDefault": []}, "Default: must be true or false"),
    ({"tags": 7}, "Tags: must be a list"),
    ({"timeout": "soon"}, "Timeout: must be a number"),
    ({"timeout": 0}, "Timeout: must be more than 0"),
    ({"timeout": 301}, "Timeout: must be at most 300"),
    ({"credentials": 7}, "Credentials: must be an object"),
    ({"credentials": {}}, "Credentials: must name its kind"),
    (
        {"credentials": {"kind": "magic"}},
        "Credentials: must be one of 'none', 'jwt', 'minted', 'bearer', 'basic'",
    ),
    ({"credentials": {"kind": "basic", "username": "u"}}, "Credentials, password: is needed"),
    ({"credentials": {"kind": "jwt", "token": ""}}, "Credentials, token: must not be empty"),
    (
        {"credentials": {"kind": "minted", "issuer": "i", "privateKey": "x"}},
        "Credentials, private key: is not an unencrypted private key in PEM form",
    ),
    ({"credentials": {"kind": "none", "token": "x"}}, "Credentials, token: is not known here"),
    ({"headers": []}, "Headers: must be an object"),
    ({"headers": {"X-Key": 7}}, "Headers, X-Key: must be text"),
    ({"headers": {"Host": "x"}}, "Headers: Host is set by the connection itself and cannot be replaced"),
    ({"tls": {"verify": "perhaps"}}, "TLS, verify the certificate: must be true or false"),
    ({"tls": {"caBundel": "x"}}, "TLS, caBundel: is not known here"),
    ({"createdAt": "yesterday"}, "Created: must be a time such as 2026-01-31T12:00:00Z"),
    ({"revision": -1}, "Revision: must be at least 0"),
    ({"revision": 1.5}, "Revision: must be a whole number"),
]


@pytest.mark.parametrize(("fields", "sentence"), TABLE)
def test_a_problem_is_a_sentence(fields: dict[str, object], sentence: str) -> None:
    with pytest.raises(ValidationError) as refused:
        Connection.model_validate({"name": "A", "url": "http://a:9081"} | fields)
    assert sentence in [str(problem) for problem in explain(refused.value)]


def test_missing_fields_are_all_named() -> None:
    with pytest.raises(ValidationError) as refused:
        Connection.model_validate({})
    assert [str(problem) for problem in explain(refused.value)] == ["Name: is needed", "URL: is needed"]


def test_no_value_is_repeated() -> None:
    fields = {
        "name": [CANARY],
        "url": f"http://a:{CANARY}@b",
        "credentials": {"kind": "minted", "issuer": "i", "privateKey": CANARY},
        "headers": {"X-Key": [CANARY]},
        "tls": {"clientKey": [CANARY]},
    }
    with pytest.raises(ValidationError) as refused:
        Connection.model_validate(fields)
    problems = explain(refused.value)
    assert len(problems) >= 5
    assert CANARY not in " ".join(map(str, problems))
