"""Where a request takes place: the resolvers by which doors look at a member's limits."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from kernel.transaction import Transaction
from kernel.web import Call
from kernel.web.scope import NOWHERE, Place
from services.events.domain.session import Session
from services.events.usecases import activities
from services.events.usecases.application import Events
from services.events.usecases.programmes import one_programme

Values = Mapping[str, Any]


def of_session(service: Any, call: Call, values: Values) -> Iterable[Place]:
    """The session's; what is asked for may move it to another street. Raises UnknownSession."""
    session = service.app.store.sessions.one(values["session_id"])
    told = _told(call)
    yield place_of(session)
    if told.get("street"):
        yield Place(programme=session.programme, street=told["street"])


def of_activity(service: Any, call: Call, values: Values) -> Iterable[Place]:
    """The activity's and those of its sessions. Raises UnknownActivity."""
    listed = activities.one_activity(service.app, values["activity_id"])
    yield Place(programme=listed.activity.programme, street=listed.activity.street)
    yield from map(place_of, listed.sessions)


def of_new_activity(service: Any, call: Call, values: Values) -> Iterable[Place]:
    """As the body or the form says; a form that says nothing yet makes nothing."""
    told = _told(call)
    if told:
        yield Place(programme=told["programme"], street=told["street"])


def of_registration(service: Any, call: Call, values: Values) -> Iterable[Place]:
    """Its session's."""
    return _of_registrations(service.app, [values["registration_id"]])


def of_picked(service: Any, call: Call, values: Values) -> Iterable[Place]:
    """Those of the registrations that are ticked in a form (`pick.<registration_id>`)."""
    typed = call.form.typed if call.form else {}
    ids = [name.removeprefix("pick.") for name in typed if name.startswith("pick.")]
    return _of_registrations(service.app, ids)


def of_programme(service: Any, call: Call, values: Values) -> Iterable[Place]:
    """The programme as a whole, or the street in it that is asked for. Raises UnknownProgramme."""
    programme = one_programme(service.app, values["key"])
    told = _told(call)
    window = programme.window(told["window"]) if told.get("window") else None
    street = told.get("street") or (window.street if window else None)
    yield Place(programme=programme.key, street=street)


def of_part(service: Any, call: Call, values: Values) -> Iterable[Place]:
    """The part of the programme that lies in the member's streets: the door shows no more of it.
    Raises UnknownProgramme."""
    programme = one_programme(service.app, values["key"])
    yield Place(programme=programme.key, street=next(iter(call.rights.scope.streets), None))


def of_person(service: Any, call: Call, values: Values) -> Iterable[Place]:
    """Those of all sessions that the person has to do with."""
    app: Events = service.app
    ref = values["person_ref"]
    person = app.store.people.some([ref]).get(ref)
    absences = app.transactions.look(
        lambda transaction: app.store.no_shows.of_people([ref], within=transaction))
    ids = {each.session_id for each in absences}
    ids |= {each.session_id for each in person.engagements} if person else set()
    return _of_sessions(app, ids) or [NOWHERE]


def of_no_show(service: Any, call: Call, values: Values) -> Iterable[Place]:
    """Its session's."""
    app: Events = service.app

    def work(transaction: Transaction) -> str | None:
        return app.store.no_shows.session_of(values["no_show_id"], within=transaction)

    session_id = app.transactions.look(work)
    return _of_sessions(app, [session_id] if session_id else []) or [NOWHERE]


def place_of(session: Session) -> Place:
    return Place(programme=session.programme, street=session.street)


def _of_registrations(app: Events, registration_ids: Iterable[str]) -> list[Place]:
    ids = set(registration_ids)
    found = app.store.registrations.some(ids)
    unknown = [NOWHERE] if ids - found.keys() else []
    return [*unknown, *_of_sessions(app, {each.session_id for each in found.values()})]


def _of_sessions(app: Events, session_ids: Iterable[str]) -> list[Place]:
    return [place_of(each) for each in app.store.sessions.some(session_ids).values()]


def _told(call: Call) -> Mapping[str, Any]:
    """The body, or what a form holds; empty for a form with faults, which is shown again."""
    told = call.form.values if call.form else call.body
    return told if isinstance(told, Mapping) else {}
