"""The signed token that a browser keeps after somebody signed in (JWT, EdDSA: RFC 7519, 8037).

One service signs, every service checks with public keys alone: none can make a login of its own.
"""

from __future__ import annotations

import base64
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet, OKPKey
from joserfc.jws import JWSRegistry

Kind = Literal["staff", "resident"]
_ALGORITHMS = ["Ed25519"]
_LARGEST = 1_000  # characters; ours have some 350


@dataclass(frozen=True, kw_only=True)
class Login:
    """One sign-in on one device; moments in UTC."""

    login_id: str
    account_id: str
    kind: Kind
    began: datetime
    expires_at: datetime


class Signer:
    """Makes tokens. `seed` is the Ed25519 private key, 32 random bytes."""

    def __init__(self, seed: bytes) -> None:
        self._key = _okp(public_of(seed), seed)

    def sign(self, login: Login) -> str:
        claims = {
            "sub": login.account_id, "jti": login.login_id, "aud": login.kind,
            "iat": login.began.timestamp(), "exp": login.expires_at.timestamp(),
        }
        head = {"alg": "Ed25519", "kid": self._key.thumbprint()}
        return jwt.encode(head, claims, self._key, registry=_registry())


class Checker:
    """Reads tokens. `public` are the keys that count, 32 bytes each; several while one is changed.
    """

    def __init__(self, public: Sequence[bytes]) -> None:
        keys = [_okp(each) for each in public]
        self._keys = {key.thumbprint(): key for key in keys}

    def read(self, token: str, kind: Kind, now: datetime) -> Login | None:
        """The login, or None for whatever we did not sign, another kind, or one that is over."""
        try:
            if len(token) > _LARGEST or not token.isascii():
                return None
            found = jwt.decode(token, KeySet(list(self._keys.values())), registry=_registry())
            claims = found.claims
            login = Login(
                login_id=_text(claims["jti"]), account_id=_text(claims["sub"]), kind=kind,
                began=_moment(claims["iat"]), expires_at=_moment(claims["exp"]),
            )
        except (JoseError, ValueError, KeyError, TypeError, OverflowError):
            return None
        return login if claims["aud"] == kind and login.began <= now < login.expires_at else None


def public_of(seed: bytes) -> bytes:
    """The public key of a private one."""
    return Ed25519PrivateKey.from_private_bytes(seed).public_key().public_bytes_raw()


def _okp(public: bytes, seed: bytes | None = None) -> OKPKey:
    told: dict[str, str | list[str]] = {"kty": "OKP", "crv": "Ed25519", "x": _coded(public)}
    if seed is not None:
        told["d"] = _coded(seed)
    key = OKPKey.import_key(told)
    key.ensure_kid()
    return key


def _registry() -> JWSRegistry:
    return JWSRegistry(algorithms=_ALGORITHMS)


def _coded(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError("not text")
    return value


def _moment(value: object) -> datetime:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise TypeError("not a number")
    return datetime.fromtimestamp(value, UTC)
