"""A connection as a value."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from ekmanager.connections.model import Connection, new_id
from tests.connections.samples import CANARY, connection, private_key, with_secrets


def test_a_connection_shows_no_secret_and_no_foreign_field() -> None:
    secret = with_secrets(password=CANARY).with_locked({"credentials": {"password": CANARY}})
    assert CANARY not in f"{secret!r} {secret} {[secret]}"
    assert CANARY not in with_secrets().model_dump_json()


def test_a_refused_connection_does_not_repeat_its_input() -> None:
    fields = {
        "name": "",
        "url": f"http://admin:{CANARY}@edge",
        "credentials": {"kind": "basic", "password": CANARY},
        "headers": {"X-Key": f"{CANARY}\n"},
        "tls": {"clientKey": CANARY, "unknown": CANARY},
    }
    with pytest.raises(ValidationError) as refused:
        Connection.model_validate(fields)
    assert CANARY not in f"{refused.value} {refused.value!r}"


@pytest.mark.parametrize(
    "fields",
    [
        {"name": "x" * 121},
        {"name": "two\nlines"},
        {"name": "right to left \u202e"},
        {"name": "no\u200bspace"},
        {"name": "word\u2060joiner"},
        {"name": "a\u2066b"},
        {"name": "\u200djoined to nothing"},
        {"name": "joined to nothing\u200c"},
        {"name": "joined \u200d to spaces"},
        {"name": "joined\u200d\u200dtwice"},
        {"name": "hidden \u200d\u202e\u200d"},
        {"description": "x" * 2_001},
        {"url": "http://edge/" + "x" * 2_000},
        {"id": "a/b"},
        {"id": "../x"},
        {"id": ".x"},
        {"id": "x" * 81},
        {"tags": [str(number) for number in range(51)]},
        {"headers": {f"X-{number}": "v" for number in range(51)}},
        {"headers": {"X-Long": "v" * 40_000}},
        {"headers": {"Bad Name": "v"}},
        {"headers": {"Host": "v"}},
        {"headers": {"X-Key": "a\r\nX-Other: b"}},
        {"headers": {"X-Key": "a", "x-key": "b"}},
        {"credentials": {"kind": "jwt", "token": "t" * 40_000}},
        {"tls": {"caBundle": "c" * 300_000}},
        {"tls": {"caBundle": "-----BEGIN PRIVATE KEY-----\nx\n-----END PRIVATE KEY-----"}},
        {"timeout": 0},
        {"timeout": 301},
    ],
)
def test_fields_have_limits(fields: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        Connection.model_validate({"name": "A", "url": "http://edge:9081", **fields})


@pytest.mark.parametrize(
    "name",
    [
        "\U0001f469\u200d\U0001f4bb Anna",
        "\u2764\ufe0f\u200d\U0001f525",
        "\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645",
        "\u2699\ufe0f Press",
    ],
    ids=["joined emoji", "with a variation selector", "Persian", "one emoji"],
)
def test_signs_that_are_joined_by_invisible_ones_are_names(name: str) -> None:
    assert connection(name, id="a").name == name


def test_a_key_pasted_with_its_certificate_is_kept_as_a_secret() -> None:
    pem = f"-----BEGIN CERTIFICATE-----\nabc\n-----END CERTIFICATE-----\n{private_key()}"
    tls = connection(tls={"clientCertificate": pem}).tls
    assert tls.client_certificate == "-----BEGIN CERTIFICATE-----\nabc\n-----END CERTIFICATE-----"
    assert tls.client_key is not None
    assert tls.client_key.get_secret_value() == private_key().strip()


def test_tags_are_trimmed_and_unique() -> None:
    assert connection(tags=" a, b ,, a").tags == ("a", "b")


def test_camel_case_and_snake_case_are_both_read() -> None:
    assert connection(is_default=True).is_default
    assert connection(isDefault=True).is_default
    minted = {"kind": "minted", "issuer": "i", "private_key": private_key()}
    assert connection(credentials=minted).credentials.kind == "minted"
    assert connection(tls={"ca_bundle": "x"}).tls == connection(tls={"caBundle": "x"}).tls


@pytest.mark.parametrize(
    ("name", "connection_id"),
    [("Plant 3 / gw-2", "plant-3-gw-2"), ("Bücherei", "bucherei"), ("☂", "server"), ("x" * 100, "x" * 60)],
)
def test_an_id_is_made_from_the_name(name: str, connection_id: str) -> None:
    assert new_id(name, ()) == connection_id
    assert new_id(name, {connection_id}) == f"{connection_id}-2"
    assert new_id(name, (), private=True) != new_id(name, (), private=True)
