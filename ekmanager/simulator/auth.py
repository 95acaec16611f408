"""The check of `Authorization` as the servers make it: a bare RS256 or RS512 token, refusals as plain sentences."""

from __future__ import annotations

import base64
import binascii
import time
from collections.abc import Callable, Mapping
from typing import Any

import jwt
from jwt.types import Options

from ekmanager.ekuiper.auth import AUDIENCE
from ekmanager.simulator import gojson

_SIGNATURE_ONLY: Options = {
    "verify_signature": True,
    "verify_exp": False,
    "verify_nbf": False,
    "verify_iat": False,
    "verify_aud": False,
    "verify_iss": False,
}

_RSA = frozenset(["RS256", "RS384", "RS512"])


class TokenCheck:
    """Verifies tokens with public keys (PEM text) by issuer; without keys every token is refused."""

    def __init__(self, keys: Mapping[str, str] | None = None, *, clock: Callable[[], float] = time.time) -> None:
        self._keys = {issuer.lower(): key for issuer, key in (keys or {}).items()}
        self._clock = clock

    def complaint(self, token: str | None) -> str:
        """Why the header's value is refused; empty when it is accepted."""
        if not token:
            return "missing_token"
        parts = token.split(".")
        if len(parts) != 3:
            return _invalid("token is malformed: token contains an invalid number of segments")
        header = _decode(parts[0])
        if isinstance(header, int):
            words = f"could not base64 decode header: illegal base64 data at input byte {header}"
            return _invalid(f"token is malformed: {words}")
        claims = _decode(parts[1])
        if isinstance(claims, int):
            words = f"could not base64 decode claim: illegal base64 data at input byte {claims}"
            return _invalid(f"token is malformed: {words}")
        return self._verify(token, header, claims)

    def _verify(self, token: str, header: dict[str, Any], claims: dict[str, Any]) -> str:
        issuer = claims.get("iss")
        unverifiable = "token is unverifiable: error while executing keyfunc: "
        if not issuer:
            return _invalid(unverifiable + "issuer field not exist in jwt payload")
        key = self._keys.get(str(issuer).lower())
        if key is None:
            return _invalid(f"{unverifiable}not found target key file {issuer} in /etc/mgmt")
        algorithm = str(header.get("alg"))
        if algorithm == "none":
            words = "token is unverifiable: 'none' signature type is not allowed"
            return _invalid(f"token signature is invalid: {words}")
        if algorithm not in _RSA:
            return _invalid("token signature is invalid: key is of invalid type: HMAC verify expects []byte")
        try:
            jwt.decode(token, key, algorithms=[algorithm], options=_SIGNATURE_ONLY)
        except jwt.PyJWTError:
            return _invalid("token signature is invalid: crypto/rsa: verification error")
        return self._times(claims)

    def _times(self, claims: Mapping[str, Any]) -> str:
        now = self._clock()
        if isinstance(claims.get("exp"), int | float) and now >= claims["exp"]:
            return _invalid("token has invalid claims: token is expired")
        if isinstance(claims.get("nbf"), int | float) and now < claims["nbf"]:
            return _invalid("token has invalid claims: token is not valid yet")
        audience = claims.get("aud") or []
        audience = [audience] if isinstance(audience, str) else audience
        if AUDIENCE not in audience:
            return f"audience field should contain {AUDIENCE}, but got [{' '.join(map(str, audience))}]"
        return ""


def _invalid(reason: str) -> str:
    return f"validate token error: {reason}"


def _decode(part: str) -> dict[str, Any] | int:
    """The JSON object in a part of a token, or the position at which its base64 ends."""
    alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    for position, char in enumerate(part):
        if char not in alphabet:
            return position
    try:
        value = gojson.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)).decode())
    except (binascii.Error, ValueError):
        return len(part)
    return value if isinstance(value, dict) else 0
