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


class UnknownFact(LookupError):
    """An id that the feed does not have."""

    def __init__(self, id: str) -> None:
        super().__init__(f"the feed has no fact {id}")
        self.id = id


class NotNow(ValueError):
    """What was asked of a webhook does not fit how it stands; the text says what does."""


class Suspended(Exception):
    """A subscriber that operators suspended; its place in the feed stays what it is."""


class NotGranted(ValueError):
    """A subscriber asks for facts of which it may hear none."""

    def __init__(self, pattern: str, facts: Sequence[str]) -> None:
        super().__init__(f"{pattern!r} is not granted; granted are: {', '.join(facts)}")


class Forgotten(LookupError):
    """The feed does not reach back so far any more; `members` say where it begins."""

    def __init__(self, position: int, first: int) -> None:
        super().__init__(f"what follows position {position} is no longer kept: begin with "
                         f"after={first - 1}, and read on there what of the gap matters to you")
        self.members = {"first": first}


class Ahead(ValueError):
    """A position that the feed has not reached."""

    def __init__(self, position: int, last: int) -> None:
        super().__init__(f"position {position} is not given yet, the latest is {last}: is it of "
                         "another feed?")
        self.members = {"last": last}


class AskedTooOften(RuntimeError):
    """More requests of one subscriber within a minute than it may make; `seconds` to wait."""

    def __init__(self, most: int, seconds: int) -> None:
        super().__init__(f"at most {most} requests a minute: long poll (wait=30) needs two")
        self.seconds = seconds


class TooManyWaiting(RuntimeError):
    """More waiting requests of one subscriber than it may have open."""

    seconds = 5

    def __init__(self, most: int) -> None:
        super().__init__(f"at most {most} requests wait at once for one subscriber")
