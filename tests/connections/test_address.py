"""What people paste as an address, and what they are told."""

from __future__ import annotations

import pytest

from ekmanager.connections.address import AddressError, normalise_url, origin_of, split_login, suggest_port

UNDERSTOOD = [
    ("http://localhost:9081", "http://localhost:9081"),
    ("localhost:9081", "http://localhost:9081"),
    ("localhost", "http://localhost"),
    ("edge-7", "http://edge-7"),
    ("edge_7.plant.example:9081", "http://edge_7.plant.example:9081"),
    ("  http://edge-7:9081/  ", "http://edge-7:9081"),
    ("http://edge-7:9081//", "http://edge-7:9081"),
    ("HTTP://Edge-7:9081", "http://edge-7:9081"),
    ("https://edge-7", "https://edge-7"),
    ("https://edge-7:443/", "https://edge-7:443"),
    ("http://host/edge-7/", "http://host/edge-7"),
    ("http://host/Edge/Seven", "http://host/Edge/Seven"),
    ("host/edge-7", "http://host/edge-7"),
    ("//edge-7:9081", "http://edge-7:9081"),
    ("http:/edge-7:9081", "http://edge-7:9081"),
    ("http//edge-7:9081", "http://edge-7:9081"),
    ("http:///edge-7:9081", "http://edge-7:9081"),
    ("https:edge-7", "https://edge-7"),
    ("http:9081", "http://http:9081"),
    ("<http://edge-7:9081>", "http://edge-7:9081"),
    ('"http://edge-7:9081",', "http://edge-7:9081"),
    ("`http://edge-7:9081`", "http://edge-7:9081"),
    ("http://edge-7:", "http://edge-7"),
    ("http://edge-7.:9081", "http://edge-7.:9081"),
    ("192.168.1.20:9081", "http://192.168.1.20:9081"),
    ("http://[FD00::7]:9081", "http://[fd00::7]:9081"),
    ("[::1]:9081", "http://[::1]:9081"),
    ("::1", "http://[::1]"),
    ("http://bücher.example:9081", "http://xn--bcher-kva.example:9081"),
    ("http:\u2060//[fd00::\u20607]:\u20609081\u200b", "http://[fd00::7]:9081"),
    ("http://host:8501/api/connections/a/ekuiper", "http://host:8501/api/connections/a/ekuiper"),
]

REFUSED = [
    ("", "Enter the server's URL"),
    ("   ", "Enter the server's URL"),
    ("http://", "names no host"),
    (":9081", "names no host"),
    ("http://:9081", "names no host"),
    ("http://edge 7:9081", "no spaces"),
    ("http://edge-7\\x", "backslashes"),
    ("curl http://edge-7:9081", "no spaces"),
    ("tcp://broker:1883", "not the REST API"),
    ("mqtt://broker", "not the REST API"),
    ("file:///etc/passwd", "begins with http"),
    ("gopher://edge-7", "begins with http"),
    ("http://edge-7:port", "'port' is not a port"),
    ("http://edge-7:99999", "'99999' is not a port"),
    ("http://edge-7:0", "'0' is not a port"),
    ("http://[::1:9081", "brackets"),
    ("fd00::7:9081:x", "is not a port"),
    ("http://edge-7:9081/?a=1", "Leave out everything from '?'"),
    ("http://edge-7:9081/#/rules", "Leave out everything from '?' or '#'"),
    ("http://edge-7:9081/rules", "Leave out /rules"),
    ("http://edge-7:9081/ping", "Leave out /ping"),
    ("http://edge-7:9081/a/../b", "no empty, '.' or '..' parts"),
    ("http://edge-7:9081/a//b", "no empty, '.' or '..' parts"),
    ("http://edge-7:9081/a%2fb", "percent signs"),
    ("http://edge..7", "is not a host name"),
    ("http://edge$7", "is not a host name"),
    ("http://" + "a" * 64, "is not a host name"),
    ("http://127.1:9081", "is not an IP address"),
    ("http://2130706433", "is not an IP address"),
    ("http://0x7f.0.0.0x1", "is not an IP address"),
    ("http://300.1.1.1", "is not an IP address"),
    ("javascript:alert(1)", "is not a port"),
]


@pytest.mark.parametrize(("pasted", "url"), UNDERSTOOD)
def test_understood(pasted: str, url: str) -> None:
    assert normalise_url(pasted) == url


@pytest.mark.parametrize(("pasted", "url"), UNDERSTOOD)
def test_what_was_understood_stays_as_it_is(pasted: str, url: str) -> None:
    assert normalise_url(url) == url


@pytest.mark.parametrize(("pasted", "sentence"), REFUSED)
def test_refused_with_a_sentence(pasted: str, sentence: str) -> None:
    with pytest.raises(AddressError) as refused:
        normalise_url(pasted)
    assert sentence in str(refused.value)


@pytest.mark.parametrize(
    "pasted",
    [
        "http://admin:s3cret@edge-7:9081",
        "admin:s3cret@edge-7:9081",
        "http://admin:s3cret/more@edge-7:9081",
        "http://admin:s3cret#more@edge-7:9081",
        "http://admin:s3cret?more@edge-7:9081",
        "http://s3cret@edge-7",
    ],
)
def test_a_login_in_the_url_is_refused_without_repeating_it(pasted: str) -> None:
    with pytest.raises(AddressError, match="under Credentials") as refused:
        normalise_url(pasted)
    assert "s3cret" not in str(refused.value)


def test_a_login_can_be_taken_out() -> None:
    assert split_login("http://admin:s3cret@edge-7:9081/x") == ("http://edge-7:9081/x", "admin", "s3cret")
    assert split_login("admin:s3cret@edge-7") == ("http://edge-7", "admin", "s3cret")
    assert split_login("http://edge-7:9081") is None
    assert split_login("http://[::1") is None


@pytest.mark.parametrize(
    ("url", "suggestion"),
    [
        ("http://edge-7", "http://edge-7:9081"),
        ("http://[::1]", "http://[::1]:9081"),
        ("http://edge-7:80", None),
        ("http://edge-7/base", None),
        ("https://edge-7", None),
    ],
)
def test_the_port_is_offered_where_none_is_given(url: str, suggestion: str | None) -> None:
    assert suggest_port(url) == suggestion


@pytest.mark.parametrize(
    ("url", "origin"),
    [
        ("http://edge-7", "http://edge-7:80"),
        ("http://edge-7:80/base", "http://edge-7:80"),
        ("https://edge-7/base", "https://edge-7:443"),
        ("http://[fd00::7]:9081", "http://[fd00::7]:9081"),
    ],
)
def test_an_origin_names_its_port(url: str, origin: str) -> None:
    assert origin_of(url) == origin


@pytest.mark.parametrize("pasted", ["http://" + "a" * 3000, "http://edge-7:" + "x" * 3000])
def test_a_refusal_does_not_repeat_an_endless_text(pasted: str) -> None:
    with pytest.raises(AddressError) as refused:
        normalise_url(pasted)
    assert len(str(refused.value)) < 200
