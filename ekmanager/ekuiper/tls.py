"""How the certificate of a server is checked, and which one we show."""

from __future__ import annotations

import os
import ssl
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, SecretStr
from pydantic.alias_generators import to_camel


class TLSOptions(BaseModel):
    """TLS of one server. Certificates are PEM text, never paths: a path typed into a form is not ours to open."""

    model_config = ConfigDict(
        frozen=True, extra="forbid", alias_generator=to_camel, populate_by_name=True, hide_input_in_errors=True
    )

    verify: bool = True
    ca_bundle: str | None = Field(default=None, description="PEM text of the authorities to trust instead")
    client_certificate: str | None = Field(default=None, description="PEM text of the certificate to show")
    client_key: SecretStr | None = Field(default=None, description="PEM text of its private key")

    def context(self) -> ssl.SSLContext:
        """The context to connect with, built once per set of options.

        Raises ValueError with the field's name when a PEM text cannot be used.
        """
        key = self.client_key.get_secret_value() if self.client_key else None
        return _context(self.verify, self.ca_bundle, self.client_certificate, key)


@lru_cache(maxsize=256)
def _context(verify: bool, ca_bundle: str | None, certificate: str | None, key: str | None) -> ssl.SSLContext:
    try:
        context = ssl.create_default_context(cadata=ca_bundle or None)
    except ssl.SSLError as error:
        raise ValueError("CA bundle: is not a certificate in PEM form") from error
    if not verify:
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    if certificate:
        with _as_file(certificate + "\n" + (key or "")) as path:
            try:
                context.load_cert_chain(path, password=_no_password)
            except (ssl.SSLError, ValueError) as error:
                raise ValueError(
                    "client certificate: certificate and key do not fit together, or the key is encrypted"
                ) from error
    return context


def _no_password() -> str:
    """Refuses an encrypted key; without this OpenSSL would ask on the terminal."""
    raise ValueError("the key is encrypted")


@contextmanager
def _as_file(text: str) -> Iterator[str]:
    """The text under a path for as long as OpenSSL reads it, in memory where the system can.

    Python's ssl module loads a client certificate from a path only.
    """
    if hasattr(os, "memfd_create"):
        descriptor = os.memfd_create("client-certificate")
        try:
            os.write(descriptor, text.encode())
            yield f"/proc/self/fd/{descriptor}"
        finally:
            os.close(descriptor)
        return
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "client.pem"
        path.touch(mode=0o600)
        path.write_text(text)
        yield str(path)
