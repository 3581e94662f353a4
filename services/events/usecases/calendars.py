"""Calendars: the entry of one registration, and everything one person has in theirs (R-9)."""

from __future__ import annotations

from datetime import timedelta

from services.events.domain.broken import UnknownPerson
from services.events.domain.calendar import Entry, entry_of
from services.events.usecases.application import Events

KEPT = timedelta(days=60)  # after its session, an ended registration stays in the calendar


def of_registration(app: Events, registration_id: str) -> list[Entry]:
    """The registration's entry. Raises UnknownRegistration."""
    registration = app.store.registrations.one(registration_id)
    return [entry_of(registration, app.store.sessions.one(registration.session_id))]


def of_person(app: Events, person_ref: str) -> list[Entry]:
    """Active registrations and recently ended ones, earliest first. Raises UnknownPerson."""
    person = app.store.people.some([person_ref]).get(person_ref)
    if person is None:
        raise UnknownPerson(0)
    engaged = [each.session_id for each in person.engagements]
    found = app.store.registrations.of_person(person_ref, engaged)
    sessions = app.store.sessions.some({each.session_id for each in found})
    recently = app.clock() - KEPT
    entries = [
        entry_of(each, sessions[each.session_id]) for each in found
        if each.is_active or sessions[each.session_id].ends_at > recently
    ]
    return sorted(entries, key=lambda entry: (entry.starts_at, entry.uid))
