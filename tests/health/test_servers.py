"""One server for each address and credential."""

from __future__ import annotations

from ekmanager.health.model import ProbeResult, ServerInfo, Status, Throughput
from ekmanager.health.servers import Servers
from tests.health.fakes import connection

URL = "http://127.0.0.1:9081"


def test_the_same_address_and_credential_is_one_server() -> None:
    servers = Servers()
    first, same = connection(URL), connection(URL, name="other name", id="d")
    other = connection(URL, credentials={"kind": "jwt", "token": "a.b.c"})
    assert servers.of(first) is servers.of(same)
    assert servers.of(first) is not servers.of(other)
    assert len(servers.all()) == 2


def test_those_without_a_connection_are_forgotten() -> None:
    servers = Servers()
    kept, gone = connection(URL), connection("http://127.0.0.1:9082")
    server = servers.of(kept)
    servers.of(gone)
    servers.keep({server.access.fingerprint}, {id(kept)})
    assert servers.all() == [server]
    assert servers.of(kept) is server


def test_batches_are_tried_by_version_and_again_after_an_upgrade() -> None:
    server = Servers().of(connection(URL))
    server.took(ProbeResult(Status.ONLINE, 0, info=ServerInfo("1.14.7", "", "", 1)))
    seen = [server.meter.batches]
    server.took(ProbeResult(Status.ONLINE, 0, info=ServerInfo("2.4.0", "", "", 1)))
    seen.append(server.meter.batches)
    server.meter.batches = False
    server.took(ProbeResult(Status.ONLINE, 0, info=ServerInfo("2.4.0", "", "", 1)))
    seen.append(server.meter.batches)
    assert seen == [False, True, False]


def test_a_server_that_is_away_has_no_throughput() -> None:
    server = Servers().of(connection(URL))
    server.throughput = Throughput(1, 1, 1.0, 1.0, 1.0, 1, 1)
    server.took(ProbeResult(Status.OFFLINE, 0))
    assert server.throughput is None
