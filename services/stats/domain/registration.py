"""One party's sign-up: how many persons it puts on places, in line, or before a decision."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from contracts.events import (
    SeatOffered,
    SignupCancelled,
    SignupConfirmed,
    SignupLapsed,
    SignupMoved,
    SignupPending,
    SignupPromoted,
    SignupWaitlisted,
)
from kernel.clock import local_day
from services.stats.domain.day import Place, Share
from services.stats.domain.heard import Heard
from services.stats.domain.session import SignUp

_STATES: dict[type, str] = {
    SignupConfirmed: "confirmed",
    SignupPromoted: "confirmed",
    SignupWaitlisted: "waiting",
    SeatOffered: "offered",
    SignupPending: "pending",
    SignupCancelled: "cancelled",
    SignupLapsed: "lapsed",
}
_ACTIVE = frozenset({"confirmed", "waiting", "offered", "pending"})


@dataclass(frozen=True, kw_only=True)
class Registration:
    """The state is that of the highest `sequence` that has one; a move has none, but as any fact
    it may have the last word (`placed`) on where the session is. `told_at` is the moment of the
    first fact."""

    key: str
    session_id: str
    programme: str
    street: str
    confidential: bool
    told_at: datetime
    size: int = 0
    state: str = "unknown"
    sequence: int = 0
    placed: int = 0

    @staticmethod
    def key_of(fact: SignUp) -> str:
        return fact.registration_id

    @classmethod
    def first(cls, heard: Heard) -> Registration:
        fact = heard.fact
        assert isinstance(fact, SignUp)
        session = fact.session
        return cls(key=fact.registration_id, session_id=session.session_id,
                   programme=session.programme, street=session.street,
                   confidential=session.confidential, told_at=heard.told_at)

    def after(self, heard: Heard) -> Registration:
        fact = heard.fact
        assert isinstance(fact, SignUp)
        kept = replace(self, told_at=min(self.told_at, heard.told_at))
        if heard.sequence > self.placed:
            kept = replace(kept, street=fact.session.street, placed=heard.sequence,
                           confidential=fact.session.confidential)
        if isinstance(fact, SignupMoved) or heard.sequence <= self.sequence:
            return kept
        return replace(kept, size=len(fact.party), state=_STATES[type(fact)],
                       sequence=heard.sequence)

    @property
    def confirmed(self) -> int:
        return self.size if self.state == "confirmed" else 0

    @property
    def waiting(self) -> int:
        """In line; who was offered a place stands there until the offer is accepted."""
        return self.size if self.state in ("waiting", "offered") else 0

    def shares(self) -> tuple[Share, ...]:
        """Persons who signed up, on the local day on which they did, until the sign-up ends: those
        with a place, in line, with an offer, and those who wait for a decision."""
        place = Place(day=local_day(self.told_at).isoformat(), programme=self.programme,
                      street=self.street, confidential=self.confidential)
        signups = self.size if self.state in _ACTIVE else 0
        return (Share(place=place, sums={"signups": signups}),)
