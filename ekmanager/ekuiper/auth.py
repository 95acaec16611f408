"""What a server wants to be shown before it answers.

eKuiper 1.14 to 2.4 with `authentication: true` expects the JWT itself in `Authorization`: with `Bearer` before
it the token is "malformed" (recorded). A gateway in front of a server usually wants bearer or basic instead.
"""

from __future__ import annotations

import base64
import time
from typing import Annotated, Literal

import jwt
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, SecretStr, field_validator
from pydantic.alias_generators import to_camel

AUDIENCE = "eKuiper"
"""The audience that eKuiper looks for in the claim `aud`."""

CLOCK_SKEW = 10
"""Seconds by which a minted token is dated back: eKuiper checks `nbf` and `exp` without leeway."""


class _Credentials(BaseModel):
    model_config = ConfigDict(
        frozen=True, extra="forbid", alias_generator=to_camel, populate_by_name=True, hide_input_in_errors=True
    )

    def authorization(self, now: float | None = None) -> str | None:  # noqa: ARG002
        """The value of the header `Authorization` at `now` (epoch seconds), or None."""
        return None


def _header_value(secret: SecretStr) -> str:
    """A token pasted over several lines is one token, and the word before it in an example is no part of it."""
    words = secret.get_secret_value().split()
    if len(words) > 1 and words[0].lower() == "bearer":
        del words[0]
    return "".join(words)


def _can_be_sent(value: SecretStr) -> SecretStr:
    text = _header_value(value)
    if not text:
        raise ValueError("must not be empty")
    if not (text.isascii() and text.isprintable()):
        raise ValueError("must consist of printable ASCII characters")
    return value


Token = Annotated[SecretStr, Field(min_length=1), AfterValidator(_can_be_sent)]


class NoCredentials(_Credentials):
    """Nothing is sent."""

    kind: Literal["none"] = "none"


class RawToken(_Credentials):
    """A JWT sent as it is, without `Bearer`: what eKuiper itself expects."""

    kind: Literal["jwt"] = "jwt"
    token: Token

    def authorization(self, now: float | None = None) -> str | None:  # noqa: ARG002
        return _header_value(self.token)


class MintedToken(_Credentials):
    """A short-lived RS256 JWT, signed here with the private key whose public half lies in `etc/mgmt/<issuer>`."""

    kind: Literal["minted"] = "minted"
    issuer: str = Field(min_length=1, max_length=200)
    private_key: SecretStr
    lifetime: int = Field(default=300, ge=30, le=86_400, description="seconds")

    @field_validator("private_key")
    @classmethod
    def _is_an_rsa_key(cls, value: SecretStr) -> SecretStr:
        from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
        from cryptography.hazmat.primitives.serialization import load_pem_private_key

        try:
            key = load_pem_private_key(value.get_secret_value().strip().encode(), password=None)
        except (ValueError, TypeError) as error:
            raise ValueError("is not an unencrypted private key in PEM form") from error
        if not isinstance(key, RSAPrivateKey):
            raise ValueError("is not an RSA key: eKuiper verifies RS256")
        return value

    def authorization(self, now: float | None = None) -> str | None:
        at = int(time.time() if now is None else now)
        claims = {"iss": self.issuer, "aud": AUDIENCE, "iat": at - CLOCK_SKEW, "nbf": at - CLOCK_SKEW}
        claims["exp"] = at + self.lifetime
        return jwt.encode(claims, self.private_key.get_secret_value().strip(), algorithm="RS256")


class BearerToken(_Credentials):
    """`Authorization: Bearer …`, for a gateway in front of the server."""

    kind: Literal["bearer"] = "bearer"
    token: Token

    def authorization(self, now: float | None = None) -> str | None:  # noqa: ARG002
        return f"Bearer {_header_value(self.token)}"


class BasicLogin(_Credentials):
    """User name and password, for a gateway in front of the server."""

    kind: Literal["basic"] = "basic"
    username: str = Field(min_length=1)
    password: SecretStr

    @field_validator("username")
    @classmethod
    def _has_no_colon(cls, value: str) -> str:
        if ":" in value:
            raise ValueError("must not contain a colon")
        return value

    def authorization(self, now: float | None = None) -> str | None:  # noqa: ARG002
        pair = f"{self.username}:{self.password.get_secret_value()}".encode()
        return f"Basic {base64.b64encode(pair).decode()}"


Credentials = Annotated[NoCredentials | RawToken | MintedToken | BearerToken | BasicLogin, Field(discriminator="kind")]
"""Any of the five, told apart by `kind`: none, jwt, minted, bearer, basic."""

SECRET_FIELDS: dict[str, tuple[str, ...]] = {
    "none": (),
    "jwt": ("token",),
    "minted": ("private_key",),
    "bearer": ("token",),
    "basic": ("password",),
}
"""The fields of each kind that are secret."""
