"""The table of everything that can be wrong with a server, in words: one row a trouble.

The hints follow eKuiper's ways (1.14 to 2.4): the REST service listens where `basic.restIp` and `basic.restPort` say,
tokens are sent without `Bearer`, public keys lie in `etc/mgmt` under the issuer's name. `{…}` is filled in by
`diagnosis.diagnose`. Tests walk over the whole table.
"""

from __future__ import annotations

from typing import NamedTuple

from ekmanager.health.model import Status


class Trouble(NamedTuple):
    """One row: the status it makes, the sentence, what to try."""

    status: Status
    reason: str
    hint: str
    container: bool = False
    """Whether the hint about `localhost` inside a container belongs to it."""


IN_A_CONTAINER = (
    "Inside a container, {host} is the container itself: use the name of eKuiper's container, "
    "host.docker.internal, or the machine's address."
)

_OFF, _ERR, _NO, _OPEN = Status.OFFLINE, Status.ERROR, Status.UNAUTHORIZED, Status.UNKNOWN
_KEYS = "the public key lies in etc/mgmt on the server, in a file named exactly like the token's issuer (iss)"
_CREDENTIALS = "Look at the connection's credentials"
_CLOCKS = "Compare the clocks of the server and of the machine that made the token: eKuiper allows no difference."

TROUBLES: dict[str, Trouble] = {
    # Nothing answers.
    "refused": Trouble(
        _OFF,
        "{host} refused the connection on port {port}: nothing listens there.",
        "See that eKuiper runs, that its REST service listens on this address and port (restIp and restPort under "
        "basic in etc/kuiper.yaml; 9081 unless changed), and that a container publishes the port.",
        container=True,
    ),
    "no_route": Trouble(
        _OFF,
        "There is no way to {host} from here.",
        "Check the address, the network or VPN between ekmanager and the server, and the firewalls on the way.",
    ),
    "dns": Trouble(
        _OFF,
        "The name {host} is not known here.",
        "Check the spelling. The name of a container is known only inside its own network; otherwise use an address, "
        "or add the name to DNS or to the hosts file of the machine on which ekmanager runs.",
    ),
    "timeout_connect": Trouble(
        _OFF,
        "No connection to {host} on port {port} came about within {timeout}.",
        "A firewall that drops packets, a wrong address or a machine that is off looks like this. "
        "See that port {port} is open from the machine on which ekmanager runs.",
    ),
    "timeout": Trouble(
        _OFF,
        "{host} did not answer on port {port} within {timeout}.",
        "The server may be overloaded or stuck, or something that is not eKuiper listens there. Try GET /ping by hand; "
        "a slow line may need a longer timeout in the connection.",
    ),
    "reset": Trouble(
        _OFF,
        "{host} broke the connection on port {port} off (reset).",
        "The process may just have died, or a firewall or proxy on the way cuts connections. Look at the server's log.",
    ),
    "out_of_files": Trouble(
        _OPEN,
        "ekmanager has no free file descriptor for another connection.",
        "Raise the limit of open files (ulimit -n) of the process that runs ekmanager.",
    ),
    # Something answers, but not as an eKuiper should.
    "closed": Trouble(
        _ERR,
        "{host} closed the connection without an answer.",
        "If this port expects TLS, begin the URL with https://. Otherwise a failure inside the server looks like this: "
        "look at its log.",
    ),
    "broken_answer": Trouble(
        _ERR,
        "The answer of {host} broke off in the middle.",
        "A proxy on the way or a server that is dying looks like this. Look at the server's log.",
    ),
    "not_http": Trouble(
        _ERR,
        "What listens on {host} port {port} does not speak HTTP.",
        "Check the port: 9081 is eKuiper's REST API unless changed; 1883 is a broker, 20498 the old command line port.",
    ),
    "too_large": Trouble(
        _ERR,
        "The answer of {host} to {route} is longer than {limit}, and was not read to its end.",
        "This is hardly an eKuiper: check host and port.",
    ),
    "web_page": Trouble(
        _ERR,
        "{host} answers with a web page, not as an eKuiper.",
        "Check host, port and base path. A web interface or a proxy's login page may stand in front of the REST API.",
    ),
    "not_ekuiper": Trouble(
        _ERR,
        "{host} answers on port {port}, but not with eKuiper's system information.",
        "Check host, port and base path: GET on the URL itself must give eKuiper's version. 9081 is the usual port.",
    ),
    "bad_answer": Trouble(
        _ERR,
        "{host} answers {route} with something that eKuiper does not send.",
        "A proxy in front of the server may change its answers. Call {route} by hand and compare.",
    ),
    "http_404": Trouble(
        _ERR,
        "{host} answers, but there is no eKuiper at this path ({status}).",
        "Check the base path of the URL. Behind a reverse proxy it is the prefix under which eKuiper is published.",
    ),
    "no_such_route": Trouble(
        _ERR,
        "The server does not know {route} ({status}).",
        "It may be older than eKuiper 1.14, or a proxy in front of it lets only some paths through.",
    ),
    "redirect": Trouble(
        _ERR,
        "{host} answers with a redirect ({status}), which is not followed.",
        "Enter the address to which it leads: often https:// instead of http://, or another base path.",
    ),
    "server_failed": Trouble(
        _ERR,
        "The server failed on {route} with {status}.{said}",
        "Look at the server's log. 502, 503 and 504 come from a proxy that cannot reach eKuiper itself.",
    ),
    "unexpected_status": Trouble(
        _ERR,
        "The server answered {route} with {status}.{said}",
        "Check host, port and base path, and what stands in front of the server.",
    ),
    # TLS.
    "tls_expected": Trouble(
        _ERR,
        "Port {port} of {host} expects TLS, but the URL begins with http://.",
        "Change the URL to begin with https://.",
    ),
    "tls_not_spoken": Trouble(
        _ERR,
        "Port {port} of {host} does not speak TLS, but the URL begins with https://.",
        "Change the URL to begin with http://, or switch TLS on in the server (restTls).",
    ),
    "certificate_self_signed": Trouble(
        _ERR,
        "The certificate of {host} is self-signed and not trusted here.",
        "Paste the certificate (or the authority that signed it) as CA bundle under TLS, or switch verification off "
        "on a network that you trust.",
    ),
    "certificate_unknown": Trouble(
        _ERR,
        "The certificate of {host} was signed by an authority that is not trusted here.",
        "Paste the certificate of that authority as CA bundle under TLS; intermediate certificates belong to it.",
    ),
    "certificate_name": Trouble(
        _ERR,
        "The certificate of {host} was made for another name.",
        "Use the name in the certificate as host of the URL, or have a certificate made that holds {host}.",
    ),
    "certificate_expired": Trouble(
        _ERR,
        "The certificate of {host} has expired.",
        "Renew it on the server. If it should still be valid, check the clock of the machine that runs ekmanager.",
    ),
    "certificate_future": Trouble(
        _ERR,
        "The certificate of {host} is not valid yet.",
        "Compare the clocks of the server and of the machine that runs ekmanager.",
    ),
    "certificate": Trouble(
        _ERR,
        "The certificate of {host} was not accepted: {said}.",
        "Check certificate and CA bundle under TLS.",
    ),
    "client_certificate": Trouble(
        _ERR,
        "{host} refused the TLS handshake; it may want a client certificate.",
        "Enter client certificate and key under TLS, or check that the server accepts the ones entered.",
    ),
    "tls": Trouble(
        _ERR,
        "TLS with {host} failed: {said}.",
        "Check that port {port} speaks TLS 1.2 or 1.3, and the TLS options of the connection.",
    ),
    # Not let in.
    "token_missing": Trouble(
        _NO,
        "The server wants a token, and the connection has none.",
        f"Enter a JWT under Credentials, or let ekmanager mint one; {_KEYS}.",
    ),
    "token_lost": Trouble(
        _NO,
        "The server received no token although one was sent.",
        "A proxy on the way removes the Authorization header: let it pass on.",
    ),
    "token_expired": Trouble(
        _NO,
        "The server says that the token has expired.",
        "Enter a new token, or let ekmanager mint short-lived ones. " + _CLOCKS,
    ),
    "token_expired_ago": Trouble(
        _NO,
        "The token expired {ago} ago.",
        "Enter a new token, or let ekmanager mint short-lived ones from the private key.",
    ),
    "clock_ahead": Trouble(
        _NO,
        "The server says that the token has expired, but by the clock here it is valid for another {left}.",
        "The server's clock is ahead, or this one is behind. " + _CLOCKS,
    ),
    "token_future": Trouble(
        _NO,
        "The token becomes valid in {wait}.",
        "Wait, or make a token with an earlier start of validity (nbf). " + _CLOCKS,
    ),
    "clock_behind": Trouble(
        _NO,
        "The server says that the token is not valid yet.",
        "The server's clock is behind. " + _CLOCKS,
    ),
    "token_issuer": Trouble(
        _NO,
        "The server has no public key for the issuer of the token.",
        f"The issuer must name the key: {_KEYS}, with its extension.",
    ),
    "token_no_issuer": Trouble(
        _NO,
        "The token names no issuer.",
        f"Make a token with an issuer (iss): {_KEYS}.",
    ),
    "token_signature": Trouble(
        _NO,
        "The signature of the token does not fit the server's public key.",
        "Sign with the private key that belongs to the public key on the server (RS256), and check that the token was "
        f"copied whole; {_KEYS}.",
    ),
    "token_audience": Trouble(
        _NO,
        "The token is not meant for eKuiper.",
        "Its audience (aud) must contain eKuiper, written exactly like this.",
    ),
    "token_bearer": Trouble(
        _NO,
        "The server cannot read the token, because eKuiper expects it without the word Bearer.",
        "Choose the credentials kind JWT instead of bearer token; bearer is for a gateway in front of the server.",
    ),
    "token_basic": Trouble(
        _NO,
        "The server expects a token, not user name and password.",
        "Choose the credentials kind JWT; basic is for a gateway in front of the server.",
    ),
    "token_malformed": Trouble(
        _NO,
        "What was sent is not a token that the server can read.",
        "A JWT has three parts joined by dots: copy it whole, without Bearer and without quotes.",
    ),
    "http_401": Trouble(
        _NO,
        "The server did not accept the credentials (401).",
        _CREDENTIALS + ". If a gateway stands in front of the server, its own kind of credentials is needed.",
    ),
    "http_401_open": Trouble(
        _NO,
        "The server wants credentials, and the connection has none (401).",
        _CREDENTIALS + ": eKuiper wants a JWT, a gateway in front of it usually bearer or basic.",
    ),
    "http_403": Trouble(
        _NO,
        "The credentials are known but may not do this (403).",
        "eKuiper itself never answers 403, so a gateway or firewall does: see what it allows for these credentials.",
    ),
    "http_403_open": Trouble(
        _NO,
        "Something in front of the server forbids the call (403), and the connection has no credentials.",
        "eKuiper itself never answers 403: see what the gateway or firewall in front of it wants.",
    ),
    # Neither well nor ill.
    "busy": Trouble(
        _OPEN,
        "The server answers, but listing its rules took longer than {timeout}.",
        "eKuiper 2.4 holds lists back for up to 5 s while a rule with a hanging sink stops. If it stays so, look for "
        "such a rule, or give the connection a longer timeout.",
    ),
    "busy_long": Trouble(
        _ERR,
        "The server answers, but it could not list its rules in {checks} checks in a row.",
        "Look for a rule whose sink hangs and stop it; if the server is only slow, give the connection more time.",
    ),
    "starting": Trouble(
        _OPEN,
        "The server started {uptime} ago and is not ready yet.",
        "Rules are recovered first; with many rules this takes some seconds.",
    ),
    # Not the server's fault.
    "unusable": Trouble(
        _ERR,
        "The connection cannot be used as it is: {said}.",
        "Edit the connection's credentials and TLS options.",
    ),
    "internal": Trouble(
        _ERR,
        "ekmanager itself failed while checking {host} ({said}).",
        "This is a fault of ekmanager: its log tells more.",
    ),
}
