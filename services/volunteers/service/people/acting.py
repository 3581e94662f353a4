"""Who stands at a door of the register, and with which code to their own data."""

from __future__ import annotations

from collections.abc import Iterable

from kernel.web import Call
from services.volunteers import usecases
from services.volunteers.domain import Entry
from services.volunteers.domain.people.broken import UnknownVolunteer
from services.volunteers.domain.people.volunteer import Acting, Volunteer
from services.volunteers.usecases import App
from services.volunteers.usecases.people.codes import own
from services.volunteers.usecases.people.register import Register


def acting_of(call: Call) -> Acting:
    """As use cases take it."""
    rights = call.rights
    return Acting(actor=rights.actor, person_ref=rights.person_ref, staff=rights.staff,
                  confidential=rights.confidential, address=call.address)


def owner(register: Register, call: Call, volunteer_no: str) -> Volunteer:
    """The volunteer whose code came in the header Volunteer-Code. Raises as `own`."""
    code = str(call.environ.get("HTTP_VOLUNTEER_CODE", ""))
    if not code:
        raise UnknownVolunteer
    return own(register, volunteer_no, code, acting_of(call))


def entries_of(app: App, person_refs: Iterable[str]) -> list[Entry]:
    """The ledger's lines under all references of one person (C-35)."""
    return [entry for ref in person_refs for entry in usecases.hours_of(app, ref).entries]
