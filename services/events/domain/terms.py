"""How places are given out: what the organiser sets for an activity, and what a seat is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Literal

from kernel.clock import SHANGHAI

Mode = Literal["first-come", "approval", "draw"]
Promotion = Literal["offer", "automatic"]


@dataclass(frozen=True, kw_only=True)
class Terms:
    """The terms of an activity; each of its sessions carries them.

    Minutes and hours are whole numbers. `promotion` says whether a freed place is offered with a
    deadline (C-49) or given at once. `pending_holds`: a party waiting for approval keeps its
    places meanwhile. `smaller_may_pass`: a smaller party may take what a larger one cannot.
    `per_…`: active registrations of one person in the activity, the `series` (or, without one,
    the programme) and the calendar month of it in Asia/Shanghai.
    """

    mode: Mode = "first-come"
    has_line: bool = True
    promotion: Promotion = "offer"
    offer_minutes: int = 120
    line_closes_minutes: int = 120
    smaller_may_pass: bool = False
    pending_holds: bool = False
    decide_hours: int = 72
    consent_hours: int = 48
    min_age: int | None = None
    max_age: int | None = None
    series: str | None = None
    per_activity: int | None = None
    per_series: int | None = None
    per_month: int | None = None
    walk_in_after: int | None = None
    min_crew: int | None = None

    @property
    def has_age_rule(self) -> bool:
        return self.min_age is not None or self.max_age is not None


@dataclass(frozen=True, kw_only=True)
class Pool:
    """Places that only some kinds of seat draw on; every seat draws on the session's own too."""

    key: str
    title: str
    capacity: int
    taken: int = 0

    @property
    def left(self) -> int:
        return self.capacity - self.taken


@dataclass(frozen=True, kw_only=True)
class SeatKind:
    """A kind of seat or a volunteer's post: which pool it draws on, which qualification it asks."""

    key: str
    title: str
    pool: str | None = None
    needs: str | None = None


@dataclass(frozen=True, kw_only=True)
class OfferHours:
    """The hours of the day, in Asia/Shanghai, in which people are asked to decide something."""

    opens: time = time(8)
    closes: time = time(21)

    def are_open(self, moment: datetime) -> bool:
        return self.opens <= moment.astimezone(SHANGHAI).time() < self.closes

    def next_opening(self, moment: datetime) -> datetime:
        """The moment itself when it lies within the hours, else the next morning's opening."""
        if self.are_open(moment):
            return moment
        local = moment.astimezone(SHANGHAI)
        opening = datetime.combine(local.date(), self.opens, SHANGHAI)
        return opening if opening > local else opening + timedelta(days=1)


Needs = Mapping[str, int]
