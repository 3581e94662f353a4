"""One party's sign-up: how many persons it puts on places or in line."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from contracts.events import SignupCancelled, SignupConfirmed, SignupPromoted, SignupWaitlisted
from kernel.clock import local_day
from services.stats.domain.day import Place, Share
from services.stats.domain.heard import Heard
from services.stats.domain.session import SignUp

_STATES: dict[type, str] = {
    SignupConfirmed: "confirmed",
    SignupPromoted: "confirmed",
    SignupWaitlisted: "waiting",
    SignupCancelled: "cancelled",
}


@dataclass(frozen=True, kw_only=True)
class Registration:
    """The state is that of the highest sequence heard; `told_at` the moment of the first fact."""

    key: str
    session_id: str
    programme: str
    street: str
    confidential: bool
    told_at: datetime
    size: int = 0
    state: str = "unknown"
    sequence: int = 0

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
        earliest = replace(self, told_at=min(self.told_at, heard.told_at))
        if heard.sequence <= self.sequence:
            return earliest
        return replace(earliest, size=len(fact.party), state=_STATES[type(fact)],
                       sequence=heard.sequence)

    @property
    def confirmed(self) -> int:
        return self.size if self.state == "confirmed" else 0

    @property
    def waiting(self) -> int:
        return self.size if self.state == "waiting" else 0

    def shares(self) -> tuple[Share, ...]:
        """Persons who signed up, on the local day on which they did, unless they cancelled."""
        place = Place(day=local_day(self.told_at).isoformat(), programme=self.programme,
                      street=self.street, confidential=self.confidential)
        return (Share(place=place, sums={"signups": self.confirmed + self.waiting}),)
