"""The account of messages: every one that was accepted is somewhere, and nowhere twice (N-26)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

from services.notifications.domain.message import State

Part = Literal[
    "delivered", "failed", "expired", "suppressed", "unknown", "held", "in_flight",
]
PARTS: Mapping[State, Part] = {
    "queued": "in_flight", "held": "held", "claimed": "in_flight", "sending": "in_flight",
    "submitted": "in_flight", "unknown": "unknown", "unknown_final": "unknown",
    "suppressed": "suppressed", "expired": "expired", "failed": "failed",
    "delivered": "delivered",
}
UNFINISHED: frozenset[State] = frozenset({"queued", "held", "claimed", "sending", "unknown"})


@dataclass(frozen=True, kw_only=True)
class Counted:
    """So many messages are in this state and wait in this turn (`lanes`), None for at rest."""

    state: State
    turn: int | None
    count: int


@dataclass(frozen=True, kw_only=True)
class Balance:
    """What was accepted, counted when it was, against where it all is now. `astray` are those of
    them that are not finished and that nobody will ever look at again."""

    accepted: int
    parts: Mapping[Part, int]
    astray: int

    @property
    def is_sound(self) -> bool:
        """accepted = delivered + failed + expired + suppressed + unknown + held + in flight."""
        return self.accepted == sum(self.parts.values()) and not self.astray

    def line(self) -> str:
        """All of it in one line."""
        parts = " + ".join(f"{count} {part}" for part, count in self.parts.items())
        return f"{self.accepted} accepted = {parts}; {self.astray} astray"


def balance(accepted: int, counted: Iterable[Counted]) -> Balance:
    """The account of what was accepted and of what is there."""
    parts: dict[Part, int] = dict.fromkeys(dict.fromkeys(PARTS.values()), 0)
    astray = 0
    for each in counted:
        parts[PARTS[each.state]] += each.count
        if each.turn is None and each.state in UNFINISHED:
            astray += each.count
    return Balance(accepted=accepted, parts=parts, astray=astray)
