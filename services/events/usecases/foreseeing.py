"""What an order of the staff would do to whom, before it is given; nothing is changed here."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Literal

from services.events.domain.broken import BrokenRule, NotPending, SessionClosed
from services.events.domain.registration import Registration
from services.events.domain.session import Session
from services.events.domain.signup import admit, check_cancel
from services.events.usecases.application import Events
from services.events.usecases.organising import changed, check_times, moves

Action = Literal["approve", "refuse", "cancel"]
Outcome = Literal["confirmed", "waitlisted", "refused", "cancelled"]


@dataclass(frozen=True, kw_only=True)
class Change:
    """A session before and after: `told` parties hear of it once, `guardians` are asked anew.

    `more` is by how many places the session grows; they go to the line first.
    """

    before: Session
    after: Session
    told: int
    persons: int
    guardians: int
    more: int

    @property
    def is_any(self) -> bool:
        return self.before != self.after


@dataclass(frozen=True, kw_only=True)
class Cancelling:
    """Sessions that would not take place: so many parties and persons are told and free again."""

    sessions: Sequence[Session]
    parties: int
    persons: int


@dataclass(frozen=True, kw_only=True)
class Foreseen:
    """What would become of a registration; `refused` says why nothing would."""

    registration: Registration
    session: Session
    outcome: Outcome | None = None
    refused: BrokenRule | None = None


def foresee_change(app: Events, session_id: str, order: Mapping[str, Any]) -> Change:
    """Raises UnknownSession, SessionClosed, WouldNeverStart, BelowTaken, as the change would."""
    before = app.store.sessions.one(session_id)
    if before.is_over:
        raise SessionClosed
    after = changed(before, order)
    active: list[Registration] = []
    if moves(before, after):
        check_times(after, app.clock())
        active = app.store.registrations.active(session_id)
    standing = app.store.consents.standing(each.registration_id for each in active)
    return Change(
        before=before, after=after, told=len(active), persons=sum(each.size for each in active),
        guardians=len({each.guardian_ref for each in standing}),
        more=max(after.capacity - before.capacity, 0),
    )


def foresee_cancelling(app: Events, sessions: Iterable[Session]) -> Cancelling:
    """What cancelling these would do; those that are over already are left out."""
    standing = [each for each in sessions if not each.is_over]
    active = [
        registration for each in standing
        for registration in app.store.registrations.active(each.session_id)
    ]
    return Cancelling(
        sessions=standing, parties=len(active), persons=sum(each.size for each in active)
    )


def foresee_decisions(app: Events, registration_ids: Sequence[str],
                      action: Action) -> list[Foreseen]:
    """What the same decision on each of these would do, one after the other, as things are now.

    Those that do not exist are left out.
    """
    found = app.store.registrations.some(registration_ids)
    sessions = app.store.sessions.some({each.session_id for each in found.values()})
    now = app.clock()
    made = []
    for registration in (found[key] for key in registration_ids if key in found):
        session = sessions[registration.session_id]
        after, foreseen = _decided(session, registration, action, now)
        sessions[session.session_id] = after
        made.append(foreseen)
    return made


def _decided(session: Session, registration: Registration, action: Action,
             now: datetime) -> tuple[Session, Foreseen]:
    as_now = Foreseen(registration=registration, session=session)
    try:
        if action == "cancel":
            if not registration.is_active:
                raise NotPending(registration.status)
            check_cancel(session, registration, now, staff=True)
            return session, replace(as_now, outcome="cancelled")
        if registration.status != "pending_approval":
            raise NotPending(registration.status)
        if action == "refuse":
            return session, replace(as_now, outcome="refused")
        if registration.seated:
            return session, replace(as_now, outcome="confirmed")
        after, admitted = admit(session, replace(registration, until=None), now)
    except BrokenRule as refused:
        return session, replace(as_now, refused=refused)
    return after, replace(as_now, outcome="confirmed" if admitted.seated else "waitlisted")

