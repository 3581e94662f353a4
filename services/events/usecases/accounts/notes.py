"""Short notes that a browser carries from one page to the next: signed, and over in minutes."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Literal

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import OctKey

Purpose = Literal["code", "invited", "provider"]
_ALGORITHMS = ["HS256"]
_LARGEST = 3_000  # characters


class Notes:
    """Only this service reads what it wrote; `seed` is what it signs logins with. A note is never
    a login: it has a key of its own, and says what it is for."""

    def __init__(self, seed: bytes) -> None:
        self._key = OctKey.import_key(hmac.digest(seed, b"xiangxin notes", hashlib.sha256))

    def write(self, purpose: Purpose, said: Mapping[str, str], *, now: datetime,
              holds: timedelta) -> str:
        """The note, to be kept in a cookie."""
        claims = {"aud": purpose, "exp": (now + holds).timestamp(), "said": dict(said)}
        return jwt.encode({"alg": "HS256"}, claims, self._key, algorithms=_ALGORITHMS)

    def read(self, purpose: Purpose, note: str, now: datetime) -> Mapping[str, str] | None:
        """What was written; None for what is not ours, of another purpose, or over."""
        try:
            if len(note) > _LARGEST or not note.isascii():
                return None
            claims: Mapping[str, Any] = jwt.decode(note, self._key, algorithms=_ALGORITHMS).claims
            said: Mapping[str, str] = claims["said"]
            fits = claims["aud"] == purpose and now.timestamp() < claims["exp"]
        except (JoseError, ValueError, KeyError, TypeError):
            return None
        return said if fits else None
