"""Passwords: hashed with Argon2id, weighed before they are taken, checked in the same time."""

from __future__ import annotations

import hashlib
import unicodedata
from functools import cache
from pathlib import Path

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from services.events.domain.broken import WeakPassword
from services.events.domain.staff_account import fault_of_password

# OWASP's second choice: 19 MiB and two passes, 20 ms here; a pod with 400 workers keeps its memory.
_HASHER = PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1)
_COMMON = Path(__file__).with_name("common-passwords.txt")


def hashed(password: str, *, name: str) -> str:
    """What is kept of it. Raises WeakPassword."""
    plain = _normal(password)
    if fault := fault_of_password(plain, name=name, common=common()):
        raise WeakPassword(fault)
    return _HASHER.hash(plain)


def fits(password: str, kept: str | None) -> bool:
    """Whether it is the one that was kept. Without one it takes as long to say no."""
    try:
        return _HASHER.verify(kept or _nobodys(), _normal(password)) and kept is not None
    except (VerificationError, InvalidHashError):
        return False


def renewed(password: str, kept: str) -> str | None:
    """The hash by today's parameters, where the kept one is by others."""
    return _HASHER.hash(_normal(password)) if _HASHER.check_needs_rehash(kept) else None


def mark_of(kept: str | None) -> str:
    """Changes with the password and tells nothing of it."""
    return hashlib.sha256((kept or "").encode()).hexdigest()[:16]


@cache
def common() -> frozenset[str]:
    """Passwords of twelve characters and more that are tried first, in small letters."""
    return frozenset(_COMMON.read_text("utf-8").split())


@cache
def _nobodys() -> str:
    return _HASHER.hash("nobody has this password")


def _normal(password: str) -> str:
    """The same characters, however a keyboard wrote them."""
    return unicodedata.normalize("NFKC", password)
