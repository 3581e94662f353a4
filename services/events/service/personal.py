"""Doors for what is kept of one person: a caseworker looks, corrects and erases for them (C-29)."""

from __future__ import annotations

from typing import Any

from werkzeug.wrappers import Response

from kernel import metrics
from kernel.retention import StandingAnswer
from kernel.sheets import formats
from kernel.web import CASEWORKER, OPERATOR, Call, door
from kernel.web.files import sheet
from kernel.web.scope import of_all
from services.events.schemas import personal as bodies
from services.events.usecases import looks, own_data, retaining
from services.events.usecases.application import Events
from services.events.web.personal_tables import long_table
from services.events.web.places import of_person

OF = "/api/people/<string:person_ref>"


class PersonalDoors:
    """Of somebody who is also registered as a volunteer, `volunteers` erases first."""

    app: Events

    @door("POST", "/api/people/by-contact", allow=CASEWORKER, scope=of_all, body=bodies.WhoseBody(),
          answer=bodies.WhoseAnswer(), audit="read")
    def find_person(self, call: Call) -> Any:
        """Whose name and telephone these are; nothing is listed."""
        return {"person_ref": own_data.find_person(self.app, **call.body)}

    @door("GET", f"{OF}/export", allow=CASEWORKER, scope=of_person, answer=bodies.PersonalAnswer())
    def export_person(self, call: Call, person_ref: str) -> Any:
        """Everything that is kept here of one person; of a minor with an approved look (C-28)."""
        return self._taken_along(call, person_ref)

    @door("GET", f"{OF}/export.<any(csv, xlsx):form>", allow=CASEWORKER, scope=of_person,
          gives=tuple(formats.KINDS.values()))
    def export_person_sheet(self, call: Call, person_ref: str, form: str) -> Response:
        """The same as a sheet, a row for each filled field."""
        found = bodies.PersonalAnswer().dump(self._taken_along(call, person_ref))
        return sheet(form, f"person-{person_ref[:10]}", long_table(found))

    @door("POST", f"{OF}/contact", allow=CASEWORKER, scope=of_person, body=bodies.ContactBody(),
          answer=bodies.CorrectedAnswer(), writes=True)
    def correct_person(self, call: Call, person_ref: str) -> Any:
        """Puts a name, telephone or birth date right."""
        return own_data.correct_contact(self.app, person_ref, **call.body, once=call.once)

    @door("DELETE", OF, allow=CASEWORKER, scope=of_person, writes=True)
    def erase_person(self, call: Call, person_ref: str) -> Any:
        """Erases who somebody was and tells all services, figures stay; not the identity in the
        register of volunteers, which is erased there first. Safe to repeat."""
        own_data.erase_person(self.app, person_ref, once=call.once)

    @door("GET", "/api/retention", allow=OPERATOR, scope=of_all,
          answer=StandingAnswer(many=True))
    def retention(self, call: Call) -> Any:
        """What is kept how long, how old the oldest is, and what the job did last (C-31)."""
        return retaining.retention(self.app).standing(self.app.clock())

    def _taken_along(self, call: Call, person_ref: str) -> own_data.Personal:
        metrics.count("xiangxin_exports_total", what="person", who="caseworker")
        ticket = looks.check_person(self.app, person_ref, call.rights.actor)
        return own_data.export_person(self.app, person_ref,
                                      ticket=ticket.request_id if ticket else None)
