"""Doors to one's own data (C-27, C-29), opened with the header Volunteer-Code."""

from __future__ import annotations

from typing import Any

from werkzeug.wrappers import Response

from kernel import metrics
from kernel.sheets import formats
from kernel.web import ANYONE, Call, door
from services.volunteers.schemas import people as bodies
from services.volunteers.schemas.records import WholeAnswer
from services.volunteers.usecases import App
from services.volunteers.usecases.people import consenting, owning, reading
from services.volunteers.usecases.people.register import Register
from services.volunteers.usecases.people.showing import Whole, whole
from services.volunteers.web.acting import acting_of
from services.volunteers.web.callers import entries_of, owner, record_sheet


class OwnDoors:
    """What a volunteer sees and changes of themselves."""

    app: App
    register: Register

    @door("GET", "/api/volunteers/<string:volunteer_no>/own", allow=ANYONE, answer=WholeAnswer())
    def own_record(self, call: Call, volunteer_no: str) -> Any:
        """Everything kept of oneself, in the order of Order 67 Art. 5 to 9."""
        return self._own(call, volunteer_no)

    @door("GET", "/api/volunteers/<string:volunteer_no>/own.<any(csv, xlsx):form>", allow=ANYONE,
          gives=tuple(formats.KINDS.values()))
    def own_sheet(self, call: Call, volunteer_no: str, form: str) -> Response:
        """The same as a sheet."""
        record = self._own(call, volunteer_no)
        metrics.count("xiangxin_exports_total", what="record", who="volunteer")
        return record_sheet(record, form)

    @door("PATCH", "/api/volunteers/<string:volunteer_no>/own", allow=ANYONE,
          body=bodies.CorrectionBody(), answer=bodies.Corrected(), writes=True)
    def correct_own(self, call: Call, volunteer_no: str) -> Any:
        """Corrects one's name or telephone."""
        owner(self.register, call, volunteer_no)
        return owning.correct(self.register, volunteer_no, **call.body, once=call.once)

    @door("PUT", "/api/volunteers/<string:volunteer_no>/own/skills", allow=ANYONE,
          body=bodies.SkillsBody(), answer=bodies.SkillsAnswer(), writes=True)
    def tell_skills(self, call: Call, volunteer_no: str) -> Any:
        """Says what one can do."""
        owner(self.register, call, volunteer_no)
        return owning.tell_skills(self.register, volunteer_no, call.body["skills"],
                                  acting=acting_of(call), once=call.once)

    @door("DELETE", "/api/volunteers/<string:volunteer_no>/own", allow=ANYONE, writes=True)
    def delete_own(self, call: Call, volunteer_no: str) -> None:
        """Erases who one is; hours and figures stay with the number."""
        owner(self.register, call, volunteer_no)
        owning.delete(self.register, volunteer_no, once=call.once)

    @door("GET", "/api/volunteers/<string:volunteer_no>/own/consents", allow=ANYONE,
          answer=bodies.ConsentAnswer(many=True))
    def own_consents(self, call: Call, volunteer_no: str) -> Any:
        """Every toggle with its text; off where nothing was said."""
        owner(self.register, call, volunteer_no)
        return consenting.toggles(self.register, volunteer_no)

    @door("PUT", "/api/volunteers/<string:volunteer_no>/own/consents", allow=ANYONE,
          body=bodies.ConsentBody(), answer=bodies.ConsentAnswer(), writes=True)
    def set_consent(self, call: Call, volunteer_no: str) -> Any:
        """Gives or takes back one consent, from the next use on."""
        volunteer = owner(self.register, call, volunteer_no)
        return consenting.set_toggle(self.register, volunteer, **call.body,
                                     acting=acting_of(call), once=call.once)

    @door("GET", "/api/volunteers/<string:volunteer_no>/own/reads", allow=ANYONE,
          answer=bodies.ReadAnswer(many=True))
    def own_reads(self, call: Call, volunteer_no: str) -> Any:
        """Who of the staff looked at one's data, when and why."""
        owner(self.register, call, volunteer_no)
        return reading.looks(self.register, volunteer_no)

    def _own(self, call: Call, volunteer_no: str) -> Whole:
        volunteer = owner(self.register, call, volunteer_no)
        identity = self.register.opened(volunteer_no)
        return whole(self.register, volunteer, identity,
                     entries_of(self.app, volunteer.person_refs))
