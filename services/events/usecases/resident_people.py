"""What a signed-in resident sees of the people of their account: who they are, their sign-ups."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from kernel.contact import masked_phone
from kernel.rights import Sight
from services.events.domain.registration import Registration
from services.events.usecases.application import Events
from services.events.usecases.contacts import contacts_of
from services.events.usecases.registrations import Found

OWN = Sight(names=True, cases=True)  # one's own people are shown by name, telephones masked


@dataclass(frozen=True, kw_only=True)
class Somebody:
    """One of the account's people as its pages show them; the telephone is masked."""

    person_ref: str
    name: str
    phone: str
    is_ward: bool


def people_shown(app: Events, person_refs: Iterable[str]) -> list[Somebody]:
    """Those who are still known, in the same order."""
    refs = list(person_refs)
    contacts, kept = contacts_of(app, refs, sight=OWN), app.store.people.some(refs)
    return [
        Somebody(person_ref=ref, name=contacts[ref].name, phone=masked_phone(contacts[ref].phone),
                 is_ward=kept[ref].ward_of is not None)
        for ref in refs if ref in contacts
    ]


def registrations_of(app: Events, person_refs: Iterable[str]) -> list[Found]:
    """Every registration with one of these people in it, each once: those to come first, the next
    one at the top, then those that are over, the latest at the top."""
    registrations = app.store.registrations
    found: dict[str, Registration] = {}
    for ref, person in app.store.people.some(person_refs).items():
        engaged = [each.session_id for each in person.engagements]
        found |= {each.registration_id: each for each in registrations.of_person(ref, engaged)}
    sessions = app.store.sessions.some({each.session_id for each in found.values()})
    shown = [
        Found(registration=each, session=sessions[each.session_id],
              position=registrations.position(each) if each.status == "waitlisted" else None)
        for each in found.values() if each.session_id in sessions
    ]
    now = app.clock()
    to_come = [each for each in shown if each.registration.is_active and each.session.ends_at > now]
    over = [each for each in shown if each not in to_come]
    return [*sorted(to_come, key=_start), *sorted(over, key=_start, reverse=True)]


def _start(found: Found) -> tuple[datetime, str]:
    return found.session.starts_at, found.registration.registration_id
