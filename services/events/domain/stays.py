"""Stays of one person in order of time, whatever order their scans come in (C-06, C-13)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from services.events.domain.broken import AlreadyCheckedIn, AlreadyCheckedOut


@dataclass(frozen=True, kw_only=True)
class Stay:
    """One check-in with its check-out; either may be missing."""

    checked_in_at: datetime | None = None
    checked_out_at: datetime | None = None

    @property
    def began_at(self) -> datetime:
        """What it is sorted by."""
        moment = self.checked_in_at or self.checked_out_at
        assert moment is not None
        return moment


Stays = tuple[Stay, ...]


def inside_since(stays: Sequence[Stay], at: datetime,
                 leaves_at: datetime | None = None) -> datetime | None:
    """The check-in that a check-in at `at` would double, None when the person was outside.

    A check-in before one that is known already doubles it too, unless the person is known to
    have left in between, at `leaves_at`.
    """
    for stay in stays:
        came, left = stay.checked_in_at, stay.checked_out_at
        if came and came <= at and (left is None or at < left):
            return came
    following = _next_check_in(stays, at)
    if following is None or _check_out_for(stays, at):
        return None
    return None if leaves_at and at < leaves_at <= following else following


def enter(stays: Stays, at: datetime) -> Stays:
    """With this check-in; it completes a check-out that came before it (an offline desk)."""
    waiting = _check_out_for(stays, at)
    if waiting is None:
        return _sorted((*stays, Stay(checked_in_at=at)))
    others = tuple(each for each in stays if each is not waiting)
    return _sorted((*others, replace(waiting, checked_in_at=at)))


def leave(stays: Stays, at: datetime, *, check_in_may_come: bool = False) -> Stays:
    """With this check-out, of the stay that it ends, or alone when there is none (C-06).

    Raises AlreadyCheckedOut when the person had already left, unless the check-in in between
    may still come from an offline desk.
    """
    earlier = [each for each in stays if each.checked_in_at and each.checked_in_at < at]
    if earlier and earlier[-1].checked_out_at is None:
        others = tuple(each for each in stays if each is not earlier[-1])
        return _sorted((*others, replace(earlier[-1], checked_out_at=at)))
    left = [each.checked_out_at for each in earlier[-1:] or stays if each.checked_out_at]
    if left and (not check_in_may_come or at in left):
        raise AlreadyCheckedOut(left[-1])
    return _sorted((*stays, Stay(checked_out_at=at)))


def doubled(since: datetime | None) -> AlreadyCheckedIn | None:
    """The rule that is broken by a check-in while inside."""
    return AlreadyCheckedIn(since) if since else None


def _next_check_in(stays: Sequence[Stay], at: datetime) -> datetime | None:
    return min((each.checked_in_at for each in stays
                if each.checked_in_at and each.checked_in_at > at), default=None)


def _check_out_for(stays: Sequence[Stay], at: datetime) -> Stay | None:
    """The first check-out that waits for a check-in at `at`: nobody else came in between."""
    waiting = [each for each in stays if each.checked_in_at is None
               and each.checked_out_at and each.checked_out_at > at]
    following = _next_check_in(stays, at)
    if not waiting or (following and following < waiting[0].began_at):
        return None
    return waiting[0]


def _sorted(stays: Stays) -> Stays:
    return tuple(sorted(stays, key=lambda stay: stay.began_at))
