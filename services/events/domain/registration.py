"""One party at one session: all of it in, all of it in line, all of it waiting for a word."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

Status = Literal[
    "confirmed", "waitlisted", "offered", "pending_consent", "pending_approval", "entered_draw",
    "cancelled", "lapsed",
]
PendingFor = Literal["consent", "approval", "draw"]
LapseReason = Literal[
    "offer_expired", "offer_declined", "consent_refused", "consent_withdrawn", "consent_expired",
    "approval_refused", "approval_expired", "line_closed", "place_released",
]
CancelReason = Literal["resident", "staff", "session_cancelled"]

ENDED: frozenset[Status] = frozenset({"cancelled", "lapsed"})
PENDING: dict[Status, PendingFor] = {
    "pending_consent": "consent", "pending_approval": "approval", "entered_draw": "draw",
}


@dataclass(frozen=True, kw_only=True)
class Registration:
    """A party's registration.

    `seats` names the kind of seat of each person of the party, all empty when there is one kind.
    `seated`: its places are counted as taken, whatever it still waits for. `arrival` is its place
    in the order of coming, 0 before it has come that far. `until`: when its present state runs
    out; `overdue_since`: when a decision on it was due that nobody took. `told` counts the facts
    told about it, so it also numbers its changes. `reason`: how it ended; `note`: the organiser's
    words for the person. `changed_at`: when it, or the time or place of its session, last became
    what it is; None for one kept before this was noted. `made_from`: the keyed hash of the address
    it was made from, None where that is not known.
    """

    registration_id: str
    session_id: str
    activity_id: str
    party: tuple[str, ...]
    seats: tuple[str, ...] = ()
    household_ref: str
    status: Status
    seated: bool = False
    arrival: int = 0
    priority: int = 0
    registered_at: datetime
    attended: bool = False
    consented: bool = True
    approved: bool = False
    until: datetime | None = None
    overdue_since: datetime | None = None
    told: int = 0
    reason: LapseReason | CancelReason | None = None
    note: str | None = None
    changed_at: datetime | None = None
    made_from: str | None = None

    @property
    def size(self) -> int:
        return len(self.party)

    @property
    def is_active(self) -> bool:
        """Whether it keeps its people from signing up for the session again."""
        return self.status not in ENDED

    @property
    def rank(self) -> tuple[int, int]:
        """Sorts the line: priority first, then who came first."""
        return (-self.priority, self.arrival)
