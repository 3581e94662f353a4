"""What the register's doors and pages share: who stands there, their hours, their record."""

from __future__ import annotations

from collections.abc import Iterable
from logging import getLogger

from werkzeug.wrappers import Response

from kernel import metrics
from kernel.web import Call
from kernel.web.files import sheet
from services.volunteers import usecases
from services.volunteers.domain import Entry
from services.volunteers.domain.people.broken import UnknownVolunteer
from services.volunteers.domain.people.volunteer import Volunteer
from services.volunteers.usecases import App
from services.volunteers.usecases.people import reading
from services.volunteers.usecases.people.codes import own
from services.volunteers.usecases.people.register import Register
from services.volunteers.usecases.people.showing import Whole, whole
from services.volunteers.web import record_tables
from services.volunteers.web.acting import acting_of

log = getLogger(__name__)


def owner(register: Register, call: Call, volunteer_no: str) -> Volunteer:
    """The volunteer whose code came in the header Volunteer-Code. Raises as `own`."""
    code = str(call.environ.get("HTTP_VOLUNTEER_CODE", ""))
    if not code:
        raise UnknownVolunteer
    return own(register, volunteer_no, code, acting_of(call))


def entries_of(app: App, person_refs: Iterable[str]) -> list[Entry]:
    """The ledger's lines under all references of one person (C-35)."""
    return [entry for ref in person_refs for entry in usecases.hours_of(app, ref).entries]


def exported_record(call: Call, record: Whole, form: str) -> Response:
    """The record as a file for staff: counted, and logged without a name."""
    metrics.count("xiangxin_exports_total", what="record", who="caseworker")
    log.info("record of a volunteer exported by %s (correlation %s)", call.rights.actor,
             call.correlation)
    return record_sheet(record, form)


def looked(app: App, register: Register, call: Call, volunteer_no: str, what: str,
           **why: str | None) -> Whole:
    """A volunteer's record opened by a caseworker, the look kept. Raises as `reading.look`."""
    found = reading.look(register, volunteer_no, what, acting=acting_of(call), **why)
    return whole(register, found.volunteer, found.identity,
                 entries_of(app, found.volunteer.person_refs))


def record_sheet(record: Whole, form: str) -> Response:
    """The record as a file: a sheet a part, or one long table where there is only one."""
    name = f"record-{record.basic.volunteer_no}"
    if form == "csv":
        return sheet(form, name, record_tables.long_table(record))
    return sheet(form, name, *record_tables.tables(record))
