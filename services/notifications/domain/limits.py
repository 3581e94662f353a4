"""How many messages one telephone gets: so many in a window that slides, no text twice in a row
(N-16). Counted by the number's keyed hash over all purposes, for a family shares a telephone.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from services.notifications.domain.lanes import EXPRESS, Lane, lane_of
from services.notifications.domain.message import Purpose

OPEN: frozenset[Lane] = frozenset({"cancelled", "promoted", "confirmed"})


@dataclass(frozen=True)
class Window:
    """At most `count` messages within any stretch of this length."""

    count: int
    within: timedelta


@dataclass(frozen=True, kw_only=True)
class Limits:
    """What the department grants, below what providers grant. `reserved` places of each window are
    kept for what cannot wait: cancellations, moves, offers. No windows: no limit."""

    windows: tuple[Window, ...] = ()
    same_text: timedelta = timedelta(0)
    reserved: int = 1

    @classmethod
    def usual(cls) -> Limits:
        """Below what the strictest provider grants, ten a day."""
        return cls(windows=(Window(5, timedelta(hours=1)), Window(10, timedelta(days=1))),
                   same_text=timedelta(seconds=30))

    @property
    def longest(self) -> timedelta:
        """How far back it matters what a telephone got."""
        return max((self.same_text, *(each.within for each in self.windows)))


@dataclass(frozen=True, kw_only=True)
class Sent:
    """A message that left, or is about to, for a telephone: once, however often it was tried;
    `said` is the keyed hash of its text."""

    message_id: str
    at: datetime
    said: str


def free_at(wanted: Sent, sent: Sequence[Sent], purpose: Purpose, limits: Limits) -> datetime:
    """When the message may leave for a telephone that got `sent`, in any order: now, `wanted.at`,
    or the moment when the fullest window lets go of one."""
    others = [each for each in sent if each.message_id != wanted.message_id]
    times = sorted(each.at for each in others)
    moments = [wanted.at]
    for window in limits.windows:
        places = _places(window, purpose, limits)
        if len(times) >= places:
            moments.append(times[-places] + window.within)
    same = [each.at for each in others if each.said == wanted.said]
    if same:
        moments.append(max(same) + limits.same_text)
    return max(moments)


def _places(window: Window, purpose: Purpose, limits: Limits) -> int:
    kept = 0 if lane_of(purpose) in EXPRESS else limits.reserved
    return max(window.count - kept, 1)


def noted(wanted: Sent, sent: Sequence[Sent], limits: Limits) -> list[Sent]:
    """What the telephone got, with this message, without what does not matter any more."""
    since = wanted.at - limits.longest
    others = [
        each for each in sent if each.message_id != wanted.message_id and each.at > since
    ]
    return [*others, wanted]


def fails_open(purpose: Purpose) -> bool:
    """Whether a message leaves uncounted when the counts cannot be read: what is about a person's
    place does; reminders, hours and broadcasts wait (N-16)."""
    return lane_of(purpose) in OPEN
