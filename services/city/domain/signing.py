"""Signatures of calls to receivers, after the Standard Webhooks specification (version 1.0.0)."""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Iterable, Mapping
from datetime import datetime

PREFIX = "whsec_"
LENGTH = 32  # bytes of a secret; the specification wants 24 to 64
MASKED = "***"
SIGNATURE = "webhook-signature"


def written(secret: bytes) -> str:
    """A secret as receivers get it."""
    return PREFIX + base64.b64encode(secret).decode()


def signed(secrets: Iterable[str], *, id: str, at: datetime, body: bytes) -> dict[str, str]:
    """The three headers of a call. While a secret is changed there are several, and as many
    signatures with spaces between: the receiver looks for one that fits its own."""
    moment = str(int(at.timestamp()))
    said = f"{id}.{moment}.".encode() + body
    signatures = (f"v1,{_signature(secret, said)}" for secret in secrets)
    return {"webhook-id": id, "webhook-timestamp": moment, SIGNATURE: " ".join(signatures)}


def masked(headers: Mapping[str, str]) -> dict[str, str]:
    """The headers as a log may keep them."""
    return {name: MASKED if name == SIGNATURE else value for name, value in headers.items()}


def _signature(secret: str, said: bytes) -> str:
    key = base64.b64decode(secret.removeprefix(PREFIX))
    return base64.b64encode(hmac.digest(key, said, hashlib.sha256)).decode()
