"""A subscriber: another city system, what it may hear, and by which ways."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from services.city.domain.granting import is_everything

NAME = re.compile(r"[a-z][a-z0-9-]{1,30}[a-z0-9]")  # also the name of its user and queue
_QUEUE = re.compile(rf"sub\.({NAME.pattern})\.main")
State = Literal["active", "suspended"]


@dataclass(frozen=True, kw_only=True)
class Subscriber:
    """`facts` are patterns (`volunteers.#`). `token_hash` is the SHA-256 of the token that opens
    the feed, in hex. `most_connections` at once; beyond `queue_megabytes` the oldest go."""

    name: str
    facts: tuple[str, ...]
    state: State
    token_hash: str
    most_connections: int
    queue_megabytes: int
    added_at: datetime
    dropped: int = 0  # messages that its queue dropped since it was added

    @property
    def user(self) -> str:
        """As whom it comes to the broker."""
        return f"sub.{self.name}"

    @property
    def queue(self) -> str:
        """Where the broker keeps its own copy of each fact."""
        return f"sub.{self.name}.main"

    @property
    def reads_log(self) -> bool:
        """Whether it may read the stream of all public facts: who may hear everything may."""
        return is_everything(self.facts)


def name_of(queue: str) -> str | None:
    """Whose queue it is; None for a queue that is no subscriber's."""
    found = _QUEUE.fullmatch(queue)
    return found[1] if found else None
