"""Which addresses and URLs may be targets."""

from __future__ import annotations

import socket

import pytest

from ekmanager.connections.errors import TargetRefused
from ekmanager.connections.targets import TargetPolicy, is_of_this_machine


def _own_address() -> str:
    """An address of this machine that is not of the loopback, else a loopback one. Sends nothing."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("192.0.2.1", 9))
        except OSError:
            return "127.0.0.2"
        return str(probe.getsockname()[0])


NEVER = [
    "0.0.0.0",
    "0.1.2.3",
    "::",
    "169.254.169.254",
    "169.254.170.2",
    "169.254.0.1",
    "fe80::1",
    "fe80::1%1",
    "224.0.0.1",
    "239.255.255.250",
    "ff02::1",
    "255.255.255.255",
    "fd00:ec2::254",
    "fd00:ec2::23",
    "fd20:ce::254",
    "fd00:c1::a9fe:a9fe",
    "fd00:42::42",
    "168.63.129.16",
    "100.100.100.200",
    "192.0.0.192",
    "::ffff:169.254.169.254",
    "::ffff:0.0.0.0",
    "::ffff:6464:64c8",
    "::169.254.169.254",
    "64:ff9b::a9fe:a9fe",
    "64:ff9b:1::a9fe:a9fe",
    "64:ff9b:1:a9fe:a9:fe00::",
    "2002:a9fe:a9fe::1",
    "2001:0:a9fe:a9fe::1",
    "2001:db8::5efe:a9fe:a9fe",
]


@pytest.mark.parametrize("address", NEVER)
@pytest.mark.parametrize("allowed", [(), ("0.0.0.0/0", "::/0")], ids=["any", "everything listed"])
def test_addresses_that_are_never_targets(address: str, allowed: tuple[str, ...]) -> None:
    policy = TargetPolicy(allowed)
    with pytest.raises(TargetRefused, match="never a target") as refused:
        policy.check_address(address, 9081)
    assert refused.value.hint
    with pytest.raises(TargetRefused):
        policy.check_url(f"http://[{address}]:9081" if ":" in address else f"http://{address}:9081")


@pytest.mark.parametrize(
    "address",
    ["127.0.0.1", "::1", "10.0.0.7", "172.17.0.2", "192.168.1.20", "fd00::7", "100.64.0.1", "8.8.8.8", "2606:4700::1"],
)
def test_loopback_private_and_public_addresses_are_targets(address: str) -> None:
    TargetPolicy().check_address(address, 9081)


def test_what_is_no_address_is_refused() -> None:
    with pytest.raises(TargetRefused):
        TargetPolicy().check_address("localhost", 9081)


@pytest.mark.parametrize(
    "address", ["127.0.0.1", "127.8.9.10", "::1", "::ffff:127.0.0.1", "64:ff9b::7f00:1", _own_address()]
)
def test_the_app_itself_is_refused_on_every_address_of_this_machine(address: str) -> None:
    policy = TargetPolicy()
    policy.own_ports.add(8501)
    with pytest.raises(TargetRefused, match="this app itself"):
        policy.check_address(address, 8501)
    policy.check_address(address, 9081)


def test_the_port_of_the_app_is_allowed_on_other_machines() -> None:
    policy = TargetPolicy()
    policy.own_ports.add(8501)
    policy.check_address("192.0.2.7", 8501)
    policy.check_address("2001:db8::7", 8501)


def test_only_an_address_of_an_interface_is_of_this_machine() -> None:
    from ipaddress import ip_address

    assert is_of_this_machine(ip_address("127.0.0.1"))
    assert is_of_this_machine(ip_address(_own_address()))
    assert not is_of_this_machine(ip_address("192.0.2.7"))


@pytest.mark.parametrize(
    ("allowed", "address", "port", "fits"),
    [
        ("10.0.0.0/8", "10.1.2.3", 9081, True),
        ("10.0.0.0/8", "::ffff:10.1.2.3", 9081, True),
        ("10.0.0.0/8", "11.1.2.3", 9081, False),
        ("10.0.0.7", "10.0.0.7", 80, True),
        ("10.0.0.7", "10.0.0.8", 80, False),
        ("10.0.0.7/24", "10.0.0.9", 80, True),
        ("10.0.0.0/8:9081", "10.0.0.7", 9081, True),
        ("10.0.0.0/8:9081", "10.0.0.7", 22, False),
        ("fd00::/8", "fd00::7", 9081, True),
        ("[fd00::/8]:9081", "fd00::7", 9081, True),
        ("[fd00::/8]:9081", "fd00::7", 80, False),
        ("[fd00::7]", "fd00::7", 80, True),
        ("fd00::7", "fd00::8", 80, False),
        ("edge-7", "10.0.0.7", 9081, False),
    ],
)
def test_listed_networks(allowed: str, address: str, port: int, fits: bool) -> None:
    policy = TargetPolicy([allowed])
    if fits:
        policy.check_address(address, port)
    else:
        with pytest.raises(TargetRefused, match="not among the allowed"):
            policy.check_address(address, port)


@pytest.mark.parametrize(
    ("allowed", "url", "fits"),
    [
        ("edge-7", "http://edge-7:9081", True),
        ("Edge-7", "http://EDGE-7.:9081/base", True),
        ("edge-7", "http://edge-70:9081", False),
        ("edge-7:9081", "http://edge-7:9081", True),
        ("edge-7:9081", "http://edge-7", False),
        ("edge-7:443", "https://edge-7", True),
        ("*.plant.example", "http://gw.plant.example:9081", True),
        ("*.plant.example", "http://a.b.plant.example:9081", True),
        ("*.plant.example", "http://plant.example:9081", False),
        ("*.plant.example", "http://evilplant.example:9081", False),
        ("*.plant.example", "http://gw.plant.example.evil.example:9081", False),
        ("*.plant.example:9081", "http://gw.plant.example:80", False),
        ("edge-7", "http://10.0.0.7:9081", False),
        ("10.0.0.0/8", "http://10.0.0.7:9081", True),
        ("10.0.0.0/8", "http://11.0.0.7:9081", False),
        ("10.0.0.0/8", "http://some-name:9081", True),
    ],
)
def test_urls_before_connecting(allowed: str, url: str, fits: bool) -> None:
    policy = TargetPolicy([allowed])
    if fits:
        policy.check_url(url)
    else:
        with pytest.raises(TargetRefused, match="not among the allowed"):
            policy.check_url(url)


@pytest.mark.parametrize(
    "url",
    ["http://metadata.google.internal", "http://METADATA.google.internal./", "ftp://edge-7", "http://", "http://a:bc"],
)
def test_urls_that_are_refused_without_a_list(url: str) -> None:
    with pytest.raises(TargetRefused):
        TargetPolicy().check_url(url)


def test_a_listed_name_may_lead_to_any_address_but_the_forbidden() -> None:
    policy = TargetPolicy(["edge-7", "10.0.0.0/8"])
    policy.own_ports.add(8501)
    check = policy.for_url("http://edge-7:9081")
    check("192.168.1.7", 9081)
    with pytest.raises(TargetRefused, match="never a target"):
        check("169.254.169.254", 9081)
    with pytest.raises(TargetRefused, match="this app itself"):
        check("127.0.0.1", 8501)


@pytest.mark.parametrize("url", ["http://other:9081", "http://10.0.0.7:9081"])
def test_another_name_must_lead_to_a_listed_network(url: str) -> None:
    check = TargetPolicy(["edge-7", "10.0.0.0/8"]).for_url(url)
    check("10.0.0.7", 9081)
    with pytest.raises(TargetRefused, match="not among the allowed"):
        check("192.168.1.7", 9081)


@pytest.mark.parametrize(
    "entry", ["", "http://edge-7", "10.0.0.0/33", "300.1.1.1", "edge-7:0", "edge-7:99999", "*", "a b", "[edge-7]:1"]
)
def test_an_entry_that_is_none_is_named(entry: str) -> None:
    with pytest.raises(ValueError, match="port"):
        TargetPolicy([entry])


@pytest.mark.parametrize("url", ["http://localhost:8501", "http://app.localhost:8501", "http://LOCALHOST.:8501"])
def test_the_app_itself_is_refused_by_its_usual_name(url: str) -> None:
    policy = TargetPolicy()
    policy.own_ports.add(8501)
    with pytest.raises(TargetRefused, match="this app itself"):
        policy.check_url(url)
    policy.check_url(url.replace("8501", "9081"))
