"""The client against real TLS servers."""

from __future__ import annotations

import datetime
import ipaddress
import socketserver
import ssl
import threading

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from ekmanager.ekuiper.errors import Unreachable
from ekmanager.ekuiper.tls import TLSOptions
from tests.ekuiper.local_server import OK, AnswersAtOnce, made, sends, serving


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> tuple[ssl.SSLContext, str]:
    """A server's context with a self-signed certificate for 127.0.0.1, and that certificate."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "local")])
    now = datetime.datetime.now(datetime.UTC)
    signed = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), True)
        .sign(key, hashes.SHA256())
    )
    pem = signed.public_bytes(serialization.Encoding.PEM)
    secret = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    path = tmp_path_factory.mktemp("tls") / "server.pem"
    path.write_bytes(pem + secret)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(path)
    return context, pem.decode()


def test_a_certificate_of_an_unknown_authority_is_refused(certificate: tuple[ssl.SSLContext, str]) -> None:
    with serving(sends(OK), certificate[0]) as server, pytest.raises(Unreachable) as caught:
        made(server.url, retries=3).streams.list()
    assert caught.value.code == "tls_certificate"
    assert server.requests == []
    assert server.connections == 1


def test_a_certificate_of_a_given_authority_is_accepted(certificate: tuple[ssl.SSLContext, str]) -> None:
    with serving(sends(OK), certificate[0]) as server:
        assert made(server.url, tls=TLSOptions(ca_bundle=certificate[1])).streams.list() == []


def test_the_name_in_the_certificate_must_fit(certificate: tuple[ssl.SSLContext, str]) -> None:
    with serving(sends(OK), certificate[0]) as server, pytest.raises(Unreachable) as caught:
        made(f"https://localhost:{server.port}", tls=TLSOptions(ca_bundle=certificate[1])).streams.list()
    assert caught.value.code == "tls_certificate"


@pytest.mark.filterwarnings("ignore::urllib3.exceptions.InsecureRequestWarning")
def test_verification_can_be_switched_off_for_one_client_only(certificate: tuple[ssl.SSLContext, str]) -> None:
    with serving(sends(OK), certificate[0]) as server:
        assert made(server.url, tls=TLSOptions(verify=False)).streams.list() == []
        with pytest.raises(Unreachable):
            made(server.url).streams.list()
        assert made(server.url, tls=TLSOptions(verify=False)).streams.list() == []


def test_other_authorities_are_not_trusted_beside_a_given_one(certificate: tuple[ssl.SSLContext, str]) -> None:
    options = TLSOptions(ca_bundle=certificate[1])
    with serving(sends(OK), certificate[0]) as server:
        made(server.url, tls=options).streams.list()
    assert len(options.context().get_ca_certs()) == 1


def test_https_on_a_plain_port_says_so() -> None:
    with socketserver.TCPServer(("127.0.0.1", 0), AnswersAtOnce) as server:
        thread = threading.Thread(target=server.handle_request, daemon=True)
        thread.start()
        with pytest.raises(Unreachable) as caught:
            made(f"https://127.0.0.1:{server.server_address[1]}").streams.list()
        thread.join(5)
    assert caught.value.code == "tls_plain"
    assert "http://" in caught.value.hint


def test_an_unusable_certificate_text_is_told_with_the_first_call() -> None:
    client = made("https://127.0.0.1:1", tls=TLSOptions(ca_bundle="nonsense"))
    with pytest.raises(Unreachable) as caught:
        client.ping()
    assert caught.value.code == "tls_options"
    assert "CA bundle" in caught.value.message
