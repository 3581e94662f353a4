"""Grants: which public facts somebody may hear, by key or with the wildcards of AMQP's topics."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache

from contracts.event import CATALOGUE
from services.city.domain.broken import UnknownPattern

EVERYTHING = "#"
_PATTERN = re.compile(r"(?:[a-z0-9_]+|\*|#)(?:\.(?:[a-z0-9_]+|\*|#))*")


def public_keys() -> tuple[str, ...]:
    """Every public fact of the catalogue, in order of the alphabet."""
    return tuple(sorted(key for key, fact in CATALOGUE.items() if not fact.private))


def granted(patterns: Iterable[str]) -> tuple[str, ...]:
    """The public facts of today that the patterns name."""
    matchers = [_matcher(pattern) for pattern in patterns]
    return tuple(key for key in public_keys() if any(each.fullmatch(key) for each in matchers))


def allows(patterns: Iterable[str], key: str) -> bool:
    """Whether one of the patterns names the fact; facts told tomorrow as well."""
    return any(_matcher(pattern).fullmatch(key) for pattern in patterns)


def is_everything(patterns: Iterable[str]) -> bool:
    """Whether no fact is left out, whatever is told one day."""
    return EVERYTHING in patterns


def checked(patterns: Sequence[str]) -> tuple[str, ...]:
    """The patterns, each once. UnknownPattern for one that no public fact answers to."""
    for pattern in patterns:
        if not _PATTERN.fullmatch(pattern) or not granted([pattern]):
            raise UnknownPattern(pattern, public_keys())
    return tuple(dict.fromkeys(patterns))


@lru_cache(maxsize=1024)
def _matcher(pattern: str) -> _Dotted:
    """`*` is exactly one word, `#` any number of them, none included; as the broker reads them."""
    found = ""
    for word in pattern.split("."):
        if word == EVERYTHING:
            found += r"(?:\.[^.]+)*"
        else:
            found += r"\." + (r"[^.]+" if word == "*" else re.escape(word))
    return _Dotted(found)


class _Dotted:
    """Matches a key as if it began with a dot, so that every word of it has one before it."""

    def __init__(self, pattern: str) -> None:
        self._pattern = re.compile(pattern)

    def fullmatch(self, key: str) -> bool:
        return self._pattern.fullmatch(f".{key}") is not None
