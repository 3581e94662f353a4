"""The rules of this service that can be broken."""

from __future__ import annotations

from collections.abc import Sequence


class UnknownPattern(ValueError):
    """A grant that no public fact answers to; `allowed` are all that there are."""

    def __init__(self, pattern: str, allowed: Sequence[str]) -> None:
        super().__init__(f"{pattern!r} grants nothing: no public fact is called so")
        self.pattern = pattern
        self.allowed = tuple(allowed)


class NotPublic(ValueError):
    """A fact on its way to other systems that may not leave; the text names no value of it."""
