"""Looking for what must not be readable: in documents, in everything the broker holds, in files."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import bson
import requests
from bson.binary import UuidRepresentation
from bson.codec_options import CodecOptions
from pymongo.database import Database

from kernel.vault import Vault, VaultRefused
from services.notifications.store.sealed import Sealed

ANY_UUID: CodecOptions[dict[str, Any]] = CodecOptions(
    uuid_representation=UuidRepresentation.STANDARD)
ENCODINGS = ("utf-8", "utf-16-le", "utf-16-be", "gb18030")
PIECE = 1 << 20  # bytes of a file looked at together
VAULTED, OWN = 6, 128  # the subtypes of what the vault seals and of what a sealed key seals


def forms(words: Iterable[str]) -> set[bytes]:
    """Each word as any of our parts might write it down, JSON's escapes among them."""
    return {written for word in words
            for written in (*(word.encode(code) for code in ENCODINGS),
                            json.dumps(word).strip('"').encode())}


def holds(text: bytes, words: Iterable[str]) -> bool:
    """Whether one of the words stands in it."""
    return any(form in text for form in forms(words))


def in_documents(database: Database[dict[str, Any]], words: Iterable[str]) -> Iterator[str]:
    """Collection and id of every document in which one of the words can be read."""
    for name in database.list_collection_names():
        for document in database[name].find():
            if holds(bson.encode(document, codec_options=ANY_UUID), words):
                yield f"{database.name}.{name} {document['_id']}"


def opened_in(database: Database[dict[str, Any]], vault: Vault,
              words: Iterable[str]) -> Iterator[str]:
    """The same of what can be read with the key: the collections that hold it, sealed."""
    for name in database.list_collection_names():
        for document in database[name].find():
            if any(holds(text, words) for text in _opened(document, vault)):
                yield name


def _opened(value: Any, vault: Vault) -> Iterator[bytes]:
    if isinstance(value, dict):
        for each in value.values():
            yield from _opened(each, vault)
    elif isinstance(value, list):
        for each in value:
            yield from _opened(each, vault)
    elif isinstance(value, bson.Binary) and value.subtype in (VAULTED, OWN):
        try:
            yield (vault.open(value).encode() if value.subtype == VAULTED
                   else str(Sealed(vault).open(value)).encode())
        except (VaultRefused, ValueError):
            return


def in_files(folder: Path, words: Iterable[str]) -> list[str]:
    """Files below the folder in whose bytes one of the words stands."""
    wanted = forms(words)
    overlap = max(map(len, wanted))
    return [path.name for path in sorted(folder.rglob("*")) if path.is_file()
            and any(form in piece for piece in _pieces(path, overlap) for form in wanted)]


def _pieces(path: Path, overlap: int) -> Iterator[bytes]:
    with path.open("rb") as opened:
        tail = b""
        while piece := opened.read(PIECE):
            yield tail + piece
            tail = piece[-overlap:]


def metrics_of(address: str) -> str:
    """What a process shows to Prometheus."""
    return requests.get(f"http://{address}/metrics", timeout=10).text
