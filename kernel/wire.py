"""The wire: what private facts say is sealed on its way, so that nothing of it lies readable in the
broker: not in a queue, not where it was parked, not in the broker's files after it was heard.

The envelope stays readable, only its `data` becomes `{"sealed": "<base64>"}`: twelve bytes of nonce
and AES-256-GCM of the data as JSON, with the envelope's id and type as associated data. The key is
HKDF-SHA256 of the master key, which all services that tell or hear private facts have.
"""

from __future__ import annotations

import json
import secrets
from base64 import b64decode, b64encode
from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from kernel.envelope import SEALED, Envelope, parse

_INFO = b"xiangxin wire 1"
_NONCE = 12  # bytes


class Wire:
    """Seals with the first of the master keys and opens with any, as the vault does. Safe from
    threads."""

    def __init__(self, masters: Iterable[bytes]) -> None:
        self._ciphers = [AESGCM(_key(master)) for master in masters]

    def seal(self, text: str) -> str:
        """The envelope's JSON text with its data sealed."""
        envelope = parse(text)
        nonce, data = secrets.token_bytes(_NONCE), json.dumps(envelope.data).encode()
        sealed = nonce + self._ciphers[0].encrypt(nonce, data, _about(envelope))
        return replace(envelope, data={SEALED: b64encode(sealed).decode()}).to_json()

    def opened(self, envelope: Envelope) -> Envelope:
        """The envelope with its data as it was told; as it is when it is not sealed, or with a key
        that is not known here (yet): its `fact` raises StillSealed then, and it is tried again."""
        if not envelope.is_sealed:
            return envelope
        for cipher in self._ciphers:
            data = _data(cipher, envelope)
            if data is not None:
                return replace(envelope, data=data)
        return envelope


def _data(cipher: AESGCM, envelope: Envelope) -> dict[str, Any] | None:
    try:
        sealed = b64decode(envelope.data[SEALED], validate=True)
        plain = cipher.decrypt(sealed[:_NONCE], sealed[_NONCE:], _about(envelope))
        data: dict[str, Any] = json.loads(plain)
    except (InvalidTag, ValueError, TypeError):
        return None
    return data


def _about(envelope: Envelope) -> bytes:
    return f"{envelope.id} {envelope.type}".encode()


def _key(master: bytes) -> bytes:
    return HKDF(algorithm=SHA256(), length=32, salt=None, info=_INFO).derive(master)
