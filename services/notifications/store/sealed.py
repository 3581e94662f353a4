"""What a message says, sealed at little cost: one key for many, itself sealed by the vault (N-23).

The vault takes 0.1 ms for a value, which is much for every message of a rush. So it seals a fresh
key once per process and day, and that key seals the messages (AES-256-GCM, 4 µs). Each value holds
its key as the vault sealed it, with the id of the vault's key in it, so nothing else has to be kept
and a rotation of the vault's key reaches the messages of the next day.
"""

from __future__ import annotations

import base64
import secrets
import time
from collections import OrderedDict
from collections.abc import Mapping
from threading import Lock
from typing import Any

import bson
from bson.binary import Binary
from bson.codec_options import CodecOptions
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from kernel.vault import Sealing, VaultRefused

_KEY, _NONCE = 32, 12  # bytes
_SAME_KEY = 86_400.0  # seconds
_REMEMBERED = 256  # keys of other processes and days
_SUBTYPE = 128  # of the user's own, as BSON has it
_AWARE: CodecOptions[dict[str, Any]] = CodecOptions(tz_aware=True)


class Sealed:
    """Seals mappings of BSON values. Safe from threads."""

    def __init__(self, vault: Sealing) -> None:
        self._vault = vault
        self._lock = Lock()
        self._mine: tuple[bytes, AESGCM] | None = None
        self._until = 0.0
        self._others: OrderedDict[bytes, AESGCM] = OrderedDict()

    def seal(self, fields: Mapping[str, Any]) -> Binary:
        """The fields, unreadable without the vault's key."""
        sealed_key, cipher = self._key()
        nonce = secrets.token_bytes(_NONCE)
        body = cipher.encrypt(nonce, bson.encode(fields), sealed_key)
        head = len(sealed_key).to_bytes(2, "big") + sealed_key
        return Binary(head + nonce + body, _SUBTYPE)

    def open(self, sealed: bytes) -> dict[str, Any]:
        """The fields that were sealed. Raises VaultRefused."""
        length = int.from_bytes(sealed[:2], "big")
        sealed_key, rest = sealed[2:2 + length], sealed[2 + length:]
        try:
            plain = self._cipher(sealed_key).decrypt(rest[:_NONCE], rest[_NONCE:], sealed_key)
        except (InvalidTag, ValueError) as fault:
            raise VaultRefused("sealed with another key, or damaged") from fault
        fields: dict[str, Any] = bson.decode(plain, _AWARE)
        return fields

    def digest(self, text: str) -> str:
        """The vault's keyed digest."""
        return self._vault.digest(text)

    def _key(self) -> tuple[bytes, AESGCM]:
        with self._lock:
            if self._mine is None or time.monotonic() >= self._until:
                key = secrets.token_bytes(_KEY)
                sealed = bytes(self._vault.seal(base64.b64encode(key).decode()))
                self._mine, self._until = (sealed, AESGCM(key)), time.monotonic() + _SAME_KEY
            return self._mine

    def _cipher(self, sealed_key: bytes) -> AESGCM:
        with self._lock:
            if self._mine is not None and self._mine[0] == sealed_key:
                return self._mine[1]
            if sealed_key in self._others:
                self._others.move_to_end(sealed_key)
                return self._others[sealed_key]
        cipher = AESGCM(base64.b64decode(self._vault.open(Binary(sealed_key, 6))))
        with self._lock:
            self._others[sealed_key] = cipher
            while len(self._others) > _REMEMBERED:
                self._others.popitem(last=False)
        return cipher
