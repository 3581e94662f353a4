"""What staff take out as a sheet: a session's roster (名册), the sessions with their figures."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from kernel.clock import SHANGHAI, local_day
from kernel.rights import ALL, Scope, Sight
from services.events.domain import attendance as rules
from services.events.domain.attendance import Attendance
from services.events.domain.broken import RangeTooLarge, TicketNeeded
from services.events.domain.look import Look
from services.events.domain.registration import Registration
from services.events.domain.session import Session
from services.events.store.people import KeptPerson
from services.events.usecases.application import Events
from services.events.usecases.contacts import Contact, seen, shown
from services.events.usecases.seeing import minors_of, saw

NOBODYS = Sight()  # 张*, 139****0001
MOST_SESSIONS = 5_000


@dataclass(frozen=True, kw_only=True)
class RosterRow:
    """One person of one registration; `size` on the party's first row only, so that it adds up.

    `name` and `phone` are None where they may not be shown or were erased. `awaits_consent`:
    nothing is shown of a child before its guardian's word (C-25).
    """

    registration: Registration
    position: int | None
    name: str | None
    phone: str | None
    awaits_consent: bool
    seat: str
    size: int | None
    checked_in_at: datetime | None
    checked_out_at: datetime | None


@dataclass(frozen=True, kw_only=True)
class SessionFigures:
    """A session with its places and how many persons were scanned so far."""

    session: Session
    came: int


def roster(app: Events, session_id: str, *, sight: Sight, ticket: Look | None = None,
           full: bool = False) -> list[RosterRow]:
    """Everybody with a registration, active ones first in order of arrival.

    Names and telephones as `sight` says; nobody of a confidential session is named without `cases`
    (C-30). Minors are masked without an approved ticket; in `full` there is none without (C-28).
    Raises UnknownSession, TicketNeeded.
    """
    session = app.store.sessions.one(session_id)
    found = app.store.registrations.all(session_id)
    found.sort(key=lambda each: (not each.is_active, each.arrival if each.is_active else 0))
    waiting = [each for each in found if each.status == "waitlisted"]
    waiting.sort(key=lambda each: each.rank)
    positions = {each.registration_id: place for place, each in enumerate(waiting, 1)}
    people: dict[str, KeptPerson] = {}
    if sight.shows(confidential=session.confidential):
        people = app.store.people.some({ref for each in found for ref in each.party})
    contacts = {ref: shown(app.vault, each, sight) for ref, each in people.items()
                if each.told and each.contact is not None}
    if sight.names and ticket is None:
        contacts = _without_minors(app, contacts, full=full)
    saw(app, contacts, ticket=ticket.request_id if ticket else None)
    sheet = _Sheet(session, people, contacts, app.store.attendances.of_session(session_id))
    return [
        row for each in found for row in sheet.rows(each, positions.get(each.registration_id))
    ]


def _without_minors(app: Events, contacts: dict[str, Contact], *, full: bool,
                    ) -> dict[str, Contact]:
    minors = minors_of(app, contacts)
    if minors and full:
        raise TicketNeeded
    return contacts | {ref: seen(contacts[ref], NOBODYS) for ref in minors}


@dataclass(frozen=True)
class _Sheet:
    session: Session
    people: dict[str, KeptPerson]
    contacts: dict[str, Contact]
    seen: dict[str, Attendance]

    def rows(self, registration: Registration, position: int | None) -> Iterator[RosterRow]:
        titles = {kind.key: kind.title for kind in self.session.seats}
        seats = registration.seats or ("",) * registration.size
        for place, (ref, seat) in enumerate(zip(registration.party, seats, strict=True)):
            name, phone, awaits = self._contact(ref)
            seen = self.seen.get(ref)
            if seen is not None and seen.registration_id != registration.registration_id:
                seen = None  # came with another registration, after this one had ended
            yield RosterRow(
                registration=registration, position=position, name=name, phone=phone,
                awaits_consent=awaits, seat=titles.get(seat, seat),
                size=registration.size if place == 0 else None,
                checked_in_at=rules.first_in(seen) if seen else None,
                checked_out_at=rules.last_out(seen) if seen else None,
            )

    def _contact(self, ref: str) -> tuple[str | None, str | None, bool]:
        person = self.people.get(ref)
        if person is None or person.contact is None:
            return None, None, False
        if person.told == 0:
            return None, None, True
        contact = self.contacts[ref]
        return contact.name, contact.phone, False


def figures(app: Events, *, programme: str | None = None, first_day: date | None = None,
            last_day: date | None = None, limits: Scope = ALL) -> list[SessionFigures]:
    """Sessions within the limits that start on the days, both inclusive, in Asia/Shanghai (C-44),
    earliest first.

    Raises RangeTooLarge rather than leave something out in silence.
    """
    activities = app.store.activities.matching(
        programme=programme, since=_midnight(first_day),
        until=_midnight(last_day + timedelta(days=1)) if last_day else None,
        limits=limits, limit=MOST_SESSIONS + 1,
    )
    by_activity = app.store.sessions.of_activities(each.activity_id for each in activities)
    sessions = [
        each for kept in by_activity.values() for each in kept
        if (first_day or date.min) <= local_day(each.starts_at) <= (last_day or date.max)
        and limits.covers(programme=each.programme, street=each.street)
    ]
    if len(sessions) > MOST_SESSIONS or len(activities) > MOST_SESSIONS:
        raise RangeTooLarge(MOST_SESSIONS)
    came = app.store.attendances.came(each.session_id for each in sessions)
    sessions.sort(key=lambda each: (each.starts_at, each.session_id))
    return [SessionFigures(session=each, came=came.get(each.session_id, 0)) for each in sessions]


def _midnight(day: date | None) -> datetime | None:
    return datetime.combine(day, time(), SHANGHAI) if day else None
