"""The draw (抽签): an order of entries that anybody can work out again from seed and list.

The seed is fixed and its SHA-256 published before the first entry. When entries are closed the
list is published: one line an entry, `<code> <persons>`, sorted. The order of the draw is that of
SHA-256 over `<seed> <SHA-256 of the list> <code>`, all in hexadecimal; parties get places in that
order, the rest stands in line in it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from hashlib import sha256

SEED_BYTES = 32


@dataclass(frozen=True, kw_only=True)
class Entry:
    """A party in the draw: its public code, which names nobody, and how many persons it is."""

    code: str
    size: int


def code_of(registration_id: str) -> str:
    """The entry's public code: its holder can work it out, nobody can work back from it."""
    return sha256(registration_id.encode()).hexdigest()[:16]


def seed_sha256(seed: str) -> str:
    """What is published of the seed beforehand; `seed` is hexadecimal."""
    return sha256(bytes.fromhex(seed)).hexdigest()


def published_list(entries: Iterable[Entry]) -> str:
    """The list as it is published and hashed."""
    return "".join(sorted(f"{each.code} {each.size}\n" for each in entries))


def list_sha256(entries: Iterable[Entry]) -> str:
    return sha256(published_list(entries).encode()).hexdigest()


def drawn(entries: Sequence[Entry], *, seed: str) -> list[Entry]:
    """The entries in the order of the draw; the same for everybody who works it out."""
    listed = list_sha256(entries)

    def lot(entry: Entry) -> str:
        return sha256(f"{seed} {listed} {entry.code}".encode()).hexdigest()

    return sorted(entries, key=lot)
