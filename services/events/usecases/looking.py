"""What staff look at: how full things are, who is on a list, what waits, what happens next."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from logging import getLogger

from kernel.rights import ALL, Scope, Sight
from services.events.domain.registration import ENDED, Registration, Status
from services.events.domain.session import Session
from services.events.store.deadlines import Deadline
from services.events.usecases.activities import Listed
from services.events.usecases.application import Events
from services.events.usecases.contacts import shown
from services.events.usecases.seeing import saw

log = getLogger(__name__)
ERASED = "（已删除）"
AWAITS_CONSENT = "（等监护人同意）"
AT_MOST = 500


@dataclass(frozen=True, kw_only=True)
class Fill:
    """How full a session or an activity is. `places` and `taken` are persons, the rest parties."""

    places: int = 0
    taken: int = 0
    waiting: int = 0
    parties: Mapping[str, int] = field(default_factory=dict)

    def of(self, status: Status) -> int:
        """Parties in this state."""
        return self.parties.get(status, 0)


@dataclass(frozen=True, kw_only=True)
class Entry:
    """A registration on a list; `position` in line only, `names` only for who may see them."""

    registration: Registration
    position: int | None = None
    names: Sequence[str] | None = None

    @property
    def code(self) -> str:
        """The number in its SMS (编号), which says nothing about anybody."""
        return self.registration.registration_id[:10]


@dataclass(frozen=True, kw_only=True)
class Undecided:
    """A party that waits for the organiser's word; `names` as in `Entry`."""

    registration: Registration
    session: Session
    names: Sequence[str] | None = None


@dataclass(frozen=True, kw_only=True)
class Coming:
    """What will happen by itself; `session` None when it is gone, `registration` if about one."""

    deadline: Deadline
    session: Session | None
    registration: Registration | None


def fills(app: Events, sessions: Iterable[Session]) -> dict[str, Fill]:
    """By session, how full it is."""
    chosen = list(sessions)
    counts = app.store.registrations.counts(each.session_id for each in chosen)
    return {
        each.session_id: Fill(
            places=each.capacity, taken=each.taken, waiting=each.waiting,
            parties=counts.get(each.session_id, {}),
        )
        for each in chosen
    }


def together(found: Iterable[Fill]) -> Fill:
    """Several sessions as one."""
    places = taken = waiting = 0
    parties: dict[str, int] = {}
    for each in found:
        places, taken, waiting = places + each.places, taken + each.taken, waiting + each.waiting
        for status, count in each.parties.items():
            parties[status] = parties.get(status, 0) + count
    return Fill(places=places, taken=taken, waiting=waiting, parties=parties)


def with_fill(app: Events, found: Sequence[Listed]) -> list[tuple[Listed, Fill]]:
    """Activities with how full all of their sessions are that will take place."""
    standing = {
        each.activity.activity_id: [s for s in each.sessions if s.cancelled_at is None]
        for each in found
    }
    by_session = fills(app, (session for some in standing.values() for session in some))
    return [
        (each, together(by_session[s.session_id] for s in standing[each.activity.activity_id]))
        for each in found
    ]


def entries(app: Events, session_id: str, *, status: str | None) -> list[Entry]:
    """The session's registrations: of one state, `ended`, or (None) all that are active.

    In the order of the line where there is one, else as they came. Raises UnknownSession.
    """
    app.store.sessions.one(session_id)
    store = app.store.registrations
    if status == "ended" or status in ENDED:
        found = [each for each in store.all(session_id) if not each.is_active]
    else:
        found = store.active(session_id)
    if status not in (None, "ended"):
        found = [each for each in found if each.status == status]
    line = sorted((e for e in found if e.status == "waitlisted"), key=lambda each: each.rank)
    position = {each.registration_id: place for place, each in enumerate(line, 1)}
    rest = sorted(
        (each for each in found if each.status != "waitlisted"), key=lambda e: e.registered_at
    )
    return [
        Entry(registration=each, position=position.get(each.registration_id))
        for each in (*rest, *line)
    ]


def with_names(app: Events, found: Sequence[Entry], sight: Sight) -> list[Entry]:
    """The same with everybody's name, as `sight` says. That anybody of the session may be seen has
    been decided before (C-28)."""
    names = names_of(app, (ref for each in found for ref in each.registration.party), sight)
    return [
        Entry(registration=each.registration, position=each.position,
              names=[names[ref] for ref in each.registration.party])
        for each in found
    ]


def names_of(app: Events, person_refs: Iterable[str], sight: Sight) -> dict[str, str]:
    """Everybody's name as `sight` says, but no child's before its guardian consented (C-25).

    That so many were read is logged, and of minors in the audit log whose (C-28).
    """
    wanted = set(person_refs)
    names = dict.fromkeys(wanted, ERASED)
    people = app.store.people.some(wanted)
    known = {ref: each for ref, each in people.items() if each.contact is not None}
    contacts = {ref: shown(app.vault, each, sight) for ref, each in known.items() if each.told}
    saw(app, contacts)
    names |= dict.fromkeys((ref for ref, each in people.items() if not each.told), AWAITS_CONSENT)
    names |= {ref: contact.name for ref, contact in contacts.items()}
    if wanted:
        log.info("the names of %d persons were read", len(wanted))
    return names


def undecided(app: Events, *, sight: Sight | None, limits: Scope = ALL,
              limit: int = AT_MOST) -> list[Undecided]:
    """Every party that waits for a decision within the limits: overdue first, then who must be
    told soonest. Names as `sight` says, and none without it.
    """
    found = app.store.registrations.to_decide(limit=limit)
    sessions = {
        key: each for key, each in
        app.store.sessions.some({each.session_id for each in found}).items()
        if limits.covers(programme=each.programme, street=each.street)
    }
    may = {key for key, each in sessions.items()
           if sight and sight.shows(confidential=each.confidential)}
    seen = (ref for e in found if e.session_id in may for ref in e.party)
    names = names_of(app, seen, sight or Sight())
    made = [
        Undecided(
            registration=each, session=sessions[each.session_id],
            names=[names[ref] for ref in each.party] if each.session_id in may else None,
        )
        for each in found if each.session_id in sessions
    ]
    return sorted(made, key=_urgency)


def _urgency(waits: Undecided) -> tuple[bool, datetime]:
    registration = waits.registration
    late = registration.overdue_since
    return late is None, late or registration.until or registration.registered_at


def coming(app: Events, *, limit: int = 200) -> list[Coming]:
    """What happens by itself next, the soonest first."""
    found = app.store.deadlines.next(limit=limit)
    refs = {kind: [e.ref for e in found if e.kind == kind] for kind in ("registration", "consent")}
    consents = app.store.consents.some(refs["consent"])
    about = {key: each.registration_id for key, each in consents.items()}
    about |= {ref: ref for ref in refs["registration"]}
    registrations = app.store.registrations.some(about.values())
    made = [(each, registrations.get(about.get(each.ref, ""))) for each in found]
    session_of = {
        each.key: registration.session_id if registration else each.ref
        for each, registration in made
    }
    sessions = app.store.sessions.some(set(session_of.values()))
    return [
        Coming(deadline=each, registration=registration, session=sessions.get(session_of[each.key]))
        for each, registration in made
    ]
