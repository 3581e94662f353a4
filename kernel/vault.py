"""The vault: texts sealed before they reach the database, keyed digests to find them by."""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
import time
from collections import Counter
from collections.abc import Mapping
from contextlib import suppress
from threading import Lock
from typing import TYPE_CHECKING, Any, Protocol

import pymongo
from bson.binary import Binary
from bson.codec_options import CodecOptions
from pymongo import ASCENDING, IndexModel
from pymongo.database import Database
from pymongo.errors import DuplicateKeyError, EncryptionError

from kernel.mongo import available, ensure_indexes, is_unavailable, translate

if TYPE_CHECKING:
    from pymongo.encryption import ClientEncryption

KEYVAULT = "keyvault"
HASHING = "hashing"
INDEXES: Mapping[str, list[IndexModel]] = {
    KEYVAULT: [
        IndexModel(
            [("keyAltNames", ASCENDING)],
            name="one_key",
            unique=True,
            partialFilterExpression={"keyAltNames": {"$exists": True}},
        )
    ],
    HASHING: [],
}
_NAME = "contacts"
_LOOK_WITHIN = 5.0  # seconds
_KEY_HELD = 600.0  # seconds
_KEY_ID = slice(1, 17)  # where a sealed value names its data key
_ALGORITHM = "AEAD_AES_256_CBC_HMAC_SHA_512-Random"
_SEALED = 6  # the BSON subtype of encrypted values
_DIGEST = "digest"  # the one document of HASHING
TOLD = "sequences"  # of `telling`, which needs this module: not empty once anything was told


class VaultRefused(Exception):
    """What is to be opened was sealed with another key, or is damaged."""


class Sealing(Protocol):
    """What a vault does."""

    def seal(self, text: str) -> Binary:
        """The text, unreadable without the key; twice the same text gives two different values."""

    def open(self, sealed: Binary) -> str:
        """The text that was sealed. Raises VaultRefused."""

    def digest(self, text: str) -> str:
        """64 hexadecimal characters, the same for the same text and key, to look texts up by."""


class Vault:
    """Client-side field encryption; its data key lies, itself encrypted, in the service's database.

    `key` is the master key of 96 bytes, or several by name: the first wraps data keys, each opens
    what it wrapped. The key of digests is made once and kept sealed, so that another master key
    changes no digest; databases from before that, in which something was told or sealed, keep the
    one they had: derived from the master key of their oldest data key, else from the oldest. The
    first `seal` asks the database for the data key (and
    makes it when there is none; safe in several processes at once); it is asked anew every ten
    minutes, so that a rotation reaches processes that run. Each sealed value names its data key.
    """

    def __init__(
        self, database: Database[dict[str, Any]], key: bytes | Mapping[str, bytes]
    ) -> None:
        from pymongo.encryption import ClientEncryption  # a third of what a process imports

        self._database = database
        keys = {"": key} if isinstance(key, bytes) else key
        self._masters = {_provider(name): each for name, each in keys.items()}
        self._first = next(iter(self._masters))
        self._digest_key: bytes | None = None
        self._crypt: ClientEncryption[dict[str, Any]] = ClientEncryption(
            {provider: {"key": each} for provider, each in self._masters.items()},
            f"{database.name}.{KEYVAULT}",
            database.client,
            CodecOptions(tz_aware=True),
        )
        self._data_key: Binary | None = None
        self._until = 0.0
        self._lock = Lock()

    def seal(self, text: str) -> Binary:
        try:
            return self._crypt.encrypt(text, _ALGORITHM, key_id=self._key())
        except EncryptionError as error:
            raise _refusal(error) from error

    def open(self, sealed: Binary) -> str:
        try:
            return str(self._crypt.decrypt(sealed))
        except EncryptionError as error:
            raise _refusal(error) from error

    def digest(self, text: str) -> str:
        """Raises VaultRefused with a master key that this database does not know, Unavailable."""
        if self._digest_key is None:
            self._digest_key = self._kept_digest_key() or self._new_digest_key()
        return _digest(self._digest_key, text)

    def close(self) -> None:
        self._crypt.close()

    def rotate(self) -> None:
        """From now on values are sealed with a new data key; what was sealed is opened as before.

        Safe to repeat. Processes that run follow within ten minutes.
        """
        old = self._found()
        if old is not None:
            self._crypt.remove_key_alt_name(old, _NAME)
        self._data_key = None

    def rewrap(self) -> int:
        """Wraps every data key with the first master key; how many had another. Safe to repeat, and
        beside processes that know both. Raises VaultRefused when one of the others is not known."""
        self.digest("")  # what it is derived from may be given up after this
        try:
            done = self._crypt.rewrap_many_data_key(
                {"masterKey.provider": {"$ne": self._first}}, self._first)
        except EncryptionError as error:
            raise _refusal(error) from error
        return done.bulk_write_result.modified_count if done.bulk_write_result else 0

    def wrapped(self) -> list[tuple[str, int]]:
        """How many data keys each master key wraps, by its name; the first one's come first."""
        with available(), pymongo.timeout(_LOOK_WITHIN):
            rows = self._database[KEYVAULT].find({}, {"masterKey": 1})
            found = Counter(str(row["masterKey"]["provider"]) for row in rows)
        others = sorted(found.keys() - {self._first})
        return [(each.partition(":")[2], found[each]) for each in (self._first, *others)]

    def is_current(self, sealed: bytes) -> bool:
        """Whether the value was sealed with the data key of now."""
        return sealed[_KEY_ID] == bytes(self._key())

    def _key(self) -> Binary:
        if self._data_key is None or time.monotonic() >= self._until:
            with self._lock:
                self._data_key = self._found() or self._made()
                self._until = time.monotonic() + _KEY_HELD
        return self._data_key

    def _found(self) -> Binary | None:
        with available(), pymongo.timeout(_LOOK_WITHIN):
            row = self._database[KEYVAULT].find_one({"keyAltNames": _NAME}, {"_id": 1})
        return Binary.from_uuid(row["_id"]) if row else None

    def _made(self) -> Binary:
        ensure_indexes(self._database, INDEXES)
        try:
            return self._crypt.create_data_key(self._first, key_alt_names=[_NAME])
        except (DuplicateKeyError, EncryptionError) as error:
            if found := self._found():  # another process was first
                return found
            raise _refusal(error) from error

    def _kept_digest_key(self) -> bytes | None:
        with available(), pymongo.timeout(_LOOK_WITHIN):
            kept = self._database[HASHING].find_one({"_id": _DIGEST})
        return base64.b64decode(self.open(kept["sealed"])) if kept else None

    def _new_digest_key(self) -> bytes:
        with available(), pymongo.timeout(_LOOK_WITHIN):
            oldest = self._database[KEYVAULT].find_one({}, sort=[("creationDate", ASCENDING)])
            is_new = oldest is None and self._database[TOLD].find_one({}, {"_id": 1}) is None
        provider = oldest["masterKey"]["provider"] if oldest else [*self._masters][-1]
        if provider not in self._masters:
            raise VaultRefused("sealed with another key")
        made = secrets.token_bytes(32) if is_new else _digest_key(self._masters[provider])
        sealed = self.seal(base64.b64encode(made).decode())
        with available(), pymongo.timeout(_LOOK_WITHIN), suppress(DuplicateKeyError):
            self._database[HASHING].insert_one({"_id": _DIGEST, "sealed": sealed})
            return made
        return self._kept_digest_key() or made  # another process was first


class MemoryVault:
    """The same without a database: it remembers what it sealed as long as it lives."""

    def __init__(self, key: bytes = b"in memory only") -> None:
        self._digest_key = _digest_key(key)
        self._texts: dict[bytes, str] = {}

    def seal(self, text: str) -> Binary:
        sealed = Binary(secrets.token_bytes(16), _SEALED)
        self._texts[bytes(sealed)] = text
        return sealed

    def open(self, sealed: Binary) -> str:
        try:
            return self._texts[bytes(sealed)]
        except KeyError:
            raise VaultRefused("sealed elsewhere") from None

    def digest(self, text: str) -> str:
        return _digest(self._digest_key, text)


def _provider(name: str) -> str:
    """What the library calls a master key of ours."""
    return f"local:{name}" if name else "local"


def _digest_key(key: bytes) -> bytes:
    return hmac.digest(key, b"xiangxin digest", hashlib.sha256)


def _digest(key: bytes, text: str) -> str:
    return hmac.new(key, text.encode(), hashlib.sha256).hexdigest()


def _refusal(error: Exception) -> Exception:
    """The database may be away while the data key is fetched: no fault of what is sealed."""
    cause = getattr(error, "cause", error)
    if is_unavailable(cause):
        return translate(cause)
    return VaultRefused("sealed with another key, or damaged")
