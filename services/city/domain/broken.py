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


class WrongUrl(ValueError):
    """An address that is no receiver's; the text says what one looks like."""


class NotOutside(ValueError):
    """A receiver whose name leads to a network that is not called."""

    def __init__(self, host: str, address: str) -> None:
        super().__init__(f"{host} leads to {address}, which is no address of the public network "
                         "nor in WEBHOOK_NETWORKS")
        self.host, self.address = host, address


class UnknownSubscriber(LookupError):
    """A name that no subscriber has."""

    def __init__(self, name: str) -> None:
        super().__init__(f"there is no subscriber {name}")
        self.name = name


class UnknownWebhook(LookupError):
    """A subscriber that has no webhook."""

    def __init__(self, name: str) -> None:
        super().__init__(f"{name} has no webhook")
        self.name = name


class NotNow(ValueError):
    """What was asked of a webhook does not fit how it stands; the text says what does."""
