"""Doors for staff who look at persons, every look kept (C-28), and for what is kept how long."""

from __future__ import annotations

from typing import Any

from werkzeug.wrappers import Response

from kernel.retention import StandingAnswer
from kernel.sheets import formats
from kernel.web import CASEWORKER, CHECKER, DESK, OPERATOR, VIEWER, Call, door
from kernel.web.scope import of_all
from services.volunteers.schemas import people as bodies
from services.volunteers.schemas import requests
from services.volunteers.schemas.records import WholeAnswer
from services.volunteers.schemas.retention import RetentionAnswer, RetentionRun
from services.volunteers.usecases import App
from services.volunteers.usecases.people import consenting, reading, retaining
from services.volunteers.usecases.people.register import Register
from services.volunteers.usecases.people.showing import Whole
from services.volunteers.web.acting import acting_of
from services.volunteers.web.callers import exported_record, looked

OF = "/api/volunteers/<string:volunteer_no>"
TICKET = requests.RequestAnswer(only=("request_id", "state", "volunteer_no", "until"))


class LookDoors:
    """At minors only with a ticket."""

    app: App
    register: Register

    @door("GET", "/api/volunteers", allow=VIEWER, scope=of_all, query=bodies.FindQuery(),
          answer=bodies.FoundAnswer())
    def find_volunteer(self, call: Call) -> Any:
        """The volunteer who registered with a reference; not who it is."""
        return reading.find_by_reference(self.register, **call.query)

    @door("POST", "/api/volunteers/by-document", allow=CASEWORKER, scope=of_all,
          body=bodies.DocumentBody(), answer=bodies.FoundAnswer(), audit="read")
    def find_by_document(self, call: Call) -> Any:
        """The volunteer whose document lies on the counter; the look is kept."""
        return reading.find_by_document(self.register, call.body["type"], call.body["number"],
                                        acting=acting_of(call))

    @door("POST", "/api/volunteers/by-contact", allow=CASEWORKER, scope=of_all,
          body=bodies.ContactBody(), answer=bodies.FoundAnswer(), audit="read")
    def find_by_contact(self, call: Call) -> Any:
        """The volunteer who told this name with this telephone; the look is kept."""
        return reading.find_by_contact(self.register, **call.body, acting=acting_of(call))

    @door("GET", f"{OF}/record", allow=CASEWORKER, scope=of_all, query=bodies.LookQuery(),
          answer=WholeAnswer())
    def look_at_record(self, call: Call, volunteer_no: str) -> Any:
        """A volunteer's record, numbers masked; a minor's with `ticket`."""
        return self._look(call, volunteer_no, "record")

    @door("GET", f"{OF}/record.<any(csv, xlsx):form>", allow=CASEWORKER, scope=of_all,
          query=bodies.LookQuery(), gives=tuple(formats.KINDS.values()))
    def export_record(self, call: Call, volunteer_no: str, form: str) -> Response:
        """The same as a sheet, in the order of Order 67 Art. 5 to 9."""
        return exported_record(call, self._look(call, volunteer_no, form), form)

    @door("POST", f"{OF}/read-tickets", allow=CASEWORKER, scope=of_all, body=bodies.ReasonBody(),
          answer=TICKET, status=201, writes=True)
    def ask_ticket(self, call: Call, volunteer_no: str) -> Any:
        """Asks to look at a minor's data."""
        return reading.ask_ticket(self.register, volunteer_no, **call.body,
                                  acting=acting_of(call), once=call.once)

    @door("GET", "/api/volunteers/read-tickets", allow=CHECKER, scope=of_all,
          answer=requests.OpenTicket(many=True))
    def list_tickets(self, call: Call) -> Any:
        """Looks that wait for a decision."""
        return reading.open_tickets(self.register)

    @door("POST", "/api/volunteers/read-tickets/<string:request_id>/decision", allow=CHECKER,
          scope=of_all, body=requests.DecisionBody(), answer=TICKET, writes=True)
    def decide_ticket(self, call: Call, request_id: str) -> Any:
        """Other eyes allow a look for a while, or do not."""
        return reading.decide_ticket(self.register, request_id, **call.body,
                                     acting=acting_of(call), once=call.once)

    @door("GET", f"{OF}/reads", allow=CASEWORKER, scope=of_all, answer=bodies.ReadAnswer(many=True))
    def list_reads(self, call: Call, volunteer_no: str) -> Any:
        """Who looked at a volunteer's data."""
        return reading.looks(self.register, volunteer_no)

    @door("POST", f"{OF}/guardian-withdrawal", allow=DESK, scope=of_all,
          body=bodies.GuardianWithdrawalBody(), answer=bodies.StateAnswer(), writes=True)
    def withdraw_guardian(self, call: Call, volunteer_no: str) -> Any:
        """A guardian takes the consent back; processing stops at once (C-25)."""
        return consenting.withdraw_guardian(self.register, volunteer_no, **call.body,
                                            acting=acting_of(call), once=call.once)

    @door("GET", "/api/volunteers/retention", allow=OPERATOR, scope=of_all,
          answer=RetentionAnswer())
    def retention(self, call: Call) -> Any:
        """What is kept how long, and what the job did lately (C-31)."""
        return {"classes": retaining.classes(self.register),
                "runs": retaining.reports(self.register)}

    @door("POST", "/api/volunteers/retention/runs", allow=OPERATOR, scope=of_all,
          answer=RetentionRun())
    def run_retention(self, call: Call) -> Any:
        """Forgets at once what is past its time; the job does it once a day by itself."""
        return {"at": self.register.clock(), "forgotten": retaining.forget(self.register)}

    @door("GET", "/api/retention", allow=OPERATOR, scope=of_all,
          answer=StandingAnswer(many=True))
    def retention_standing(self, call: Call) -> Any:
        """What is kept how long, how old the oldest is, and what the job did last (C-31)."""
        return retaining.retention(self.register).standing(self.register.clock())

    def _look(self, call: Call, volunteer_no: str, what: str) -> Whole:
        return looked(self.app, self.register, call, volunteer_no, what, **call.query)
