"""Doors for what staff record of volunteers beside hours (C-03, C-26)."""

from __future__ import annotations

from typing import Any

from kernel.web import CHECKER, DESK, ORGANISER, VIEWER, Call, door
from kernel.web.scope import of_all
from services.volunteers.domain.people.records import Kind
from services.volunteers.schemas import records as bodies
from services.volunteers.schemas.people import ReasonBody, values_of
from services.volunteers.usecases.people import qualifying
from services.volunteers.usecases.people.register import Register
from services.volunteers.web.acting import acting_of

RECORDED = bodies.RecordAnswer()
OF = "/api/volunteers/<string:volunteer_no>"


class RecordDoors:
    """Who wrote it, when, on what evidence; nothing is overwritten."""

    register: Register

    @door("POST", f"{OF}/trainings", allow=ORGANISER, scope=of_all, body=bodies.TrainingBody(),
          answer=RECORDED, status=201, writes=True)
    def record_training(self, call: Call, volunteer_no: str) -> Any:
        """Records a training; it is never hours."""
        return self._record(call, volunteer_no, "training")

    @door("POST", f"{OF}/honours", allow=ORGANISER, scope=of_all, body=bodies.HonourBody(),
          answer=RECORDED, status=201, writes=True)
    def record_honour(self, call: Call, volunteer_no: str) -> Any:
        """Records a distinction."""
        return self._record(call, volunteer_no, "honour")

    @door("POST", f"{OF}/ratings", allow=ORGANISER, scope=of_all, body=bodies.RatingBody(),
          answer=RECORDED, status=201, writes=True)
    def record_rating(self, call: Call, volunteer_no: str) -> Any:
        """Records an organiser's word on the service at a session."""
        return self._record(call, volunteer_no, "rating")

    @door("POST", f"{OF}/qualifications", allow=DESK, scope=of_all, body=bodies.QualificationBody(),
          answer=RECORDED, status=201, writes=True)
    def record_qualification(self, call: Call, volunteer_no: str) -> Any:
        """Records a qualification; it counts once other eyes have verified it."""
        return self._record(call, volunteer_no, "qualification")

    @door("POST", f"{OF}/insurances", allow=DESK, scope=of_all, body=bodies.InsuranceBody(),
          answer=RECORDED, status=201, writes=True)
    def record_insurance(self, call: Call, volunteer_no: str) -> Any:
        """Records an insurance; it counts once other eyes have verified it."""
        return self._record(call, volunteer_no, "insurance")

    @door("POST", f"{OF}/records/<string:record_id>/verification", allow=CHECKER, scope=of_all,
          body=bodies.EvidenceBody(), answer=RECORDED, writes=True)
    def verify_record(self, call: Call, volunteer_no: str, record_id: str) -> Any:
        """Other eyes have seen the paper."""
        return qualifying.verify(self.register, volunteer_no, record_id, **call.body,
                                 acting=acting_of(call), once=call.once)

    @door("POST", f"{OF}/records/<string:record_id>/withdrawal", allow=CHECKER, scope=of_all,
          body=ReasonBody(), answer=RECORDED, writes=True)
    def withdraw_record(self, call: Call, volunteer_no: str, record_id: str) -> Any:
        """Takes a record back, with a reason; both stay."""
        return qualifying.withdraw(self.register, volunteer_no, record_id, **call.body,
                                   acting=acting_of(call), once=call.once)

    @door("GET", f"{OF}/qualifications", allow=VIEWER, scope=of_all,
          answer=bodies.PaperAnswer(many=True))
    def list_papers(self, call: Call, volunteer_no: str) -> Any:
        """Qualifications and insurances as they stand today; expired ones say so."""
        return qualifying.papers(self.register, volunteer_no)

    def _record(self, call: Call, volunteer_no: str, kind: Kind) -> Any:
        return qualifying.record(
            self.register, volunteer_no, kind, values_of(call.body),
            evidence=call.body["evidence"], acting=acting_of(call), once=call.once,
        )
