"""How requests to the two big clouds are signed: ACS3-HMAC-SHA256 and TC3-HMAC-SHA256.

Checked in tests against what the makers' own SDKs compute.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping
from datetime import UTC, datetime


def acs3(headers: Mapping[str, str], content: bytes, *, key_id: str, key_secret: str) -> str:
    """The Authorization of a POST to `/` without query; all given headers are signed.

    `headers` (names in small letters) must hold `host` and `x-acs-content-sha256` of `content`.
    """
    names = ";".join(sorted(headers))
    told = _canonical(headers, names, hashlib.sha256(content).hexdigest())
    signature = hmac.new(
        key_secret.encode(), f"ACS3-HMAC-SHA256\n{told}".encode(), hashlib.sha256
    ).hexdigest()
    return f"ACS3-HMAC-SHA256 Credential={key_id},SignedHeaders={names},Signature={signature}"


def tc3(headers: Mapping[str, str], content: bytes, *, service: str, at: datetime, key_id: str,
        key_secret: str) -> str:
    """The Authorization of a POST to `/` without query, made at that moment.

    `headers` (names in small letters) are `content-type` and `host`.
    """
    names = ";".join(sorted(headers))
    scope = f"{at.astimezone(UTC):%Y-%m-%d}/{service}/tc3_request"
    told = _canonical(headers, names, hashlib.sha256(content).hexdigest())
    key = f"TC3{key_secret}".encode()
    for part in scope.split("/"):
        key = hmac.digest(key, part.encode(), "sha256")
    text = f"TC3-HMAC-SHA256\n{int(at.timestamp())}\n{scope}\n{told}"
    signature = hmac.new(key, text.encode(), hashlib.sha256).hexdigest()
    return (f"TC3-HMAC-SHA256 Credential={key_id}/{scope}, SignedHeaders={names}, "
            f"Signature={signature}")


def _canonical(headers: Mapping[str, str], names: str, digest: str) -> str:
    lines = "".join(f"{name}:{headers[name].strip()}\n" for name in names.split(";"))
    return hashlib.sha256(f"POST\n/\n\n{lines}\n{names}\n{digest}".encode()).hexdigest()
