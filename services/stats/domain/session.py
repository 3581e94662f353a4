"""One session (场次): its calendar entry, how its places fill, and what its organiser reported."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from contracts.events import (
    SeatOffered,
    SessionCancelled,
    SessionClosed,
    SessionMoved,
    SessionScheduled,
    SignupCancelled,
    SignupConfirmed,
    SignupLapsed,
    SignupMoved,
    SignupPending,
    SignupPromoted,
    SignupWaitlisted,
)
from services.stats.domain.day import Place, Share
from services.stats.domain.heard import Heard, place_of

SignUp = (
    SignupConfirmed | SignupWaitlisted | SignupPromoted | SignupCancelled | SignupPending
    | SeatOffered | SignupLapsed | SignupMoved
)
Own = SessionScheduled | SessionMoved | SessionCancelled | SessionClosed


@dataclass(frozen=True, kw_only=True)
class Session:
    """`confirmed` and `waiting` count persons; a session not told yet is known by its sign-ups.

    `scheduled` (or moved), `cancelled` and `closed` are the sequence of the fact that had the last
    word, 0 when untold.
    """

    key: str
    place: Place
    starts_at: datetime
    ends_at: datetime
    title: str | None
    sequence: int = 0
    scheduled: int = 0
    capacity: int | None = None
    closed: int = 0
    cancelled: int = 0
    served_count: int | None = None
    served_method: str | None = None
    served_reported_by: str | None = None
    audience_online: int | None = None
    confirmed: int = 0
    waiting: int = 0

    @staticmethod
    def key_of(fact: Own | SignUp) -> str:
        return fact.session.session_id

    @classmethod
    def first(cls, heard: Heard) -> Session:
        fact = heard.fact
        assert isinstance(fact, Own | SignUp)
        session = fact.session
        return cls(key=session.session_id, place=place_of(session), starts_at=session.starts_at,
                   ends_at=session.ends_at, title=session.title)

    def after(self, heard: Heard) -> Session:
        """With one more fact; a later one of the session itself has the last word on its place."""
        fact = heard.fact
        if not isinstance(fact, Own):
            return self
        kept = self
        if heard.sequence > self.sequence:
            kept = replace(self, place=place_of(fact.session), starts_at=fact.session.starts_at,
                           ends_at=fact.session.ends_at, title=fact.session.title,
                           sequence=heard.sequence)
        match fact:
            case SessionClosed() if heard.sequence > self.closed:
                return replace(kept, closed=heard.sequence, served_count=fact.served_count,
                               served_method=fact.served_method,
                               served_reported_by=fact.served_reported_by,
                               audience_online=fact.audience_online)
            case SessionScheduled() | SessionMoved() if heard.sequence > self.scheduled:
                return replace(kept, scheduled=heard.sequence, capacity=fact.capacity)
            case SessionCancelled() if heard.sequence > self.cancelled:
                return replace(kept, cancelled=heard.sequence)
        return kept

    def filled(self, *, confirmed: int, waiting: int) -> Session:
        """With so many persons more (or fewer) on its places and in its line."""
        return replace(self, confirmed=self.confirmed + confirmed, waiting=self.waiting + waiting)

    def shares(self) -> tuple[Share, ...]:
        """C-43: what the organiser did not report is absent here, never 0. A session that was
        cancelled is one that was not held, like one that is only scheduled."""
        if self.closed <= self.cancelled:
            sums = {"sessions": 0} if self.scheduled or self.cancelled else {}
        else:
            sums = {"sessions": 1, "onsite": 0}
        if self.served_count is not None:
            sums["served_reported"] = self.served_count
        if self.audience_online is not None:
            sums["audience_online"] = self.audience_online
        names = {"opened_sessions": (self.key,)}
        if self.served_count is not None and self.served_method:
            names["served_methods"] = (self.served_method,)
        return (Share(place=self.place, sums=sums, names=names),) if sums else ()
