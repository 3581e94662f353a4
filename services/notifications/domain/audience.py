"""Who takes part: how each sign-up stands, as far as its facts were heard, in any order."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from contracts.event import Fact
from contracts.events import (
    SeatOffered,
    SignupCancelled,
    SignupConfirmed,
    SignupLapsed,
    SignupPending,
    SignupPromoted,
    SignupWaitlisted,
)
from contracts.session import SessionRef

Standing = Literal["confirmed", "waiting", "pending", "ended"]
Group = Literal["confirmed", "waiting", "pending"]
GROUPS: tuple[Group, ...] = ("confirmed", "waiting", "pending")
Signup = (
    SignupConfirmed | SignupPromoted | SignupWaitlisted | SeatOffered | SignupPending
    | SignupCancelled | SignupLapsed
)
_STANDING: Mapping[type[Fact], Standing] = {
    SignupConfirmed: "confirmed", SignupPromoted: "confirmed",
    SignupWaitlisted: "waiting", SeatOffered: "waiting",
    SignupPending: "pending", SignupCancelled: "ended", SignupLapsed: "ended",
}


@dataclass(frozen=True, kw_only=True)
class SignedUp:
    """A sign-up as it stands after the fact of its subject's `sequence`."""

    registration_id: str
    activity_id: str
    session_id: str
    party: tuple[str, ...]
    standing: Standing
    sequence: int


@dataclass(frozen=True, kw_only=True)
class Known:
    """A session as it is after the fact of its own `sequence`; 0 when only sign-ups told of it."""

    session: SessionRef
    sequence: int
    cancelled: bool = False


def signed_up(fact: Signup, sequence: int) -> SignedUp:
    """What one fact says of a sign-up."""
    return SignedUp(
        registration_id=fact.registration_id, activity_id=fact.session.activity_id,
        session_id=fact.session.session_id, party=tuple(dict.fromkeys(fact.party)),
        standing=_STANDING[type(fact)], sequence=sequence,
    )


def people(signups: Iterable[SignedUp], sessions: Mapping[str, SessionRef],
           groups: Collection[Group], now: datetime) -> dict[str, SignedUp]:
    """Each person of these groups once, with the sign-up to be spoken of: that of the next session
    to come, else of the latest one. In the order of their references."""
    chosen: dict[str, SignedUp] = {}
    for signup in signups:
        if signup.standing not in groups or signup.session_id not in sessions:
            continue
        for person_ref in signup.party:
            other = chosen.get(person_ref)
            if other is None or _rank(signup, sessions, now) < _rank(other, sessions, now):
                chosen[person_ref] = signup
    return dict(sorted(chosen.items()))


def _rank(signup: SignedUp, sessions: Mapping[str, SessionRef],
          now: datetime) -> tuple[bool, float, str]:
    starts_at = sessions[signup.session_id].starts_at
    away = abs((starts_at - now).total_seconds())
    return (starts_at < now, away, signup.registration_id)
