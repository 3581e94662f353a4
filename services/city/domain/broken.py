"""The rules of this service that can be broken."""

from __future__ import annotations

from collections.abc import Sequence


class UnknownPattern(ValueError):
    """A grant that no public fact answers to; `allowed` are all that there are."""

    def __init__(self, pattern: str, allowed: Sequence[str]) -> None:
        super().__init__(f"{pattern!r} grants nothing: no public fact is called so")
        self.pattern = pattern
        self.allowed = tuple(allowed)


class BadSubscriberName(ValueError):
    """Not a name that a subscriber may have."""

    def __init__(self, name: str) -> None:
        super().__init__(f"{name!r} is no name: 3 to 32 of a-z, 0-9 and -, a letter first and no "
                         "- at the end")


class SubscriberThere(ValueError):
    """The name is taken."""

    def __init__(self, name: str) -> None:
        super().__init__(f"{name} is a subscriber already: grant changes what it hears, rotate "
                         "gives it other credentials")


class UnknownSubscriber(LookupError):
    """Nobody subscribes by this name."""

    def __init__(self, name: str) -> None:
        super().__init__(f"no subscriber is called {name}: xiangxin subscriber list")


class NotPublic(ValueError):
    """A fact on its way to other systems that may not leave; the text names no value of it."""
