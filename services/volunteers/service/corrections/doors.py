"""Asking for corrections, deciding, confirming what is held, approving days (C-05, C-09, C-18)."""

from __future__ import annotations

from typing import Any

from marshmallow import ValidationError

from kernel.web import ANYONE, CHECKER, ORGANISER, VIEWER, Call, door
from kernel.web.fields import Day
from kernel.web.scope import WITHIN
from services.volunteers.schemas import corrections as bodies
from services.volunteers.schemas import waiting as lists
from services.volunteers.service.corrections.views import asked_answer
from services.volunteers.usecases import App, confirming, correcting, duties, waiting
from services.volunteers.web.acting import acting_of
from services.volunteers.web.places import of_correction, of_day, of_held

CORRECTION = lists.CorrectionAnswer()


class CorrectionDoors:
    """For volunteers who ask, and staff who decide: never the same (C-17)."""

    app: App

    @door("POST", "/api/corrections", allow=ANYONE, body=bodies.CorrectionBody(),
          answer=bodies.CorrectionMade(), status=201, writes=True)
    def ask_correction(self, call: Call) -> Any:
        """A request, by the volunteer or by staff on their behalf; free of charge (C-18)."""
        return correcting.ask(
            self.app, correcting.Order(**call.body), by=acting_of(call), once=call.once,
        )

    @door("GET", "/api/corrections/<string:correction_id>", allow=ANYONE, answer=CORRECTION)
    def show_correction(self, call: Call, correction_id: str) -> Any:
        """Where a request stands, and why it was refused."""
        found = waiting.one_correction(self.app, correction_id)
        return asked_answer(found, call, is_listed=False)

    @door("GET", "/api/corrections", allow=VIEWER, scope=WITHIN, query=lists.CorrectionsQuery(),
          answer=lists.CorrectionsAnswer())
    def list_corrections(self, call: Call) -> Any:
        """Requests, oldest first."""
        found = waiting.corrections(self.app, limits=call.rights.scope, **call.query)
        shown = [asked_answer(each, call, is_listed=True) for each in found.items]
        return {"corrections": shown, "page": found.page, "more": found.more}

    @door("POST", "/api/corrections/<string:correction_id>/decision", allow=CHECKER,
          scope=of_correction, body=bodies.DecisionBody(), answer=bodies.CorrectionDecidedAnswer(),
          writes=True)
    def decide_correction(self, call: Call, correction_id: str) -> Any:
        """Somebody who did not make it and does not gain by it decides (C-17)."""
        return correcting.decide(
            self.app, correction_id, "approved" if call.body["approve"] else "refused",
            reason=call.body["reason"], minutes=call.body.get("minutes"), by=acting_of(call),
            once=call.once,
        )

    @door("GET", "/api/duties", allow=VIEWER, scope=WITHIN, query=lists.DutiesQuery(),
          answer=lists.DutiesAnswer())
    def list_duties(self, call: Call) -> Any:
        """Sessions whose records are not complete: due, warned of, overdue (C-19)."""
        found = duties.due(self.app, standing=call.query["state"], page=call.query["page"],
                           limits=call.rights.scope)
        return {"duties": found.items, "page": found.page, "more": found.more}

    @door("GET", "/api/held", allow=VIEWER, scope=WITHIN, query=lists.HeldQuery(),
          answer=lists.HeldsAnswer())
    def list_held(self, call: Call) -> Any:
        """What waits to be confirmed or approved, longest first."""
        reason = call.query["reason"]
        found = waiting.held(self.app, level=call.query["level"], page=call.query["page"],
                             reasons=(reason,) if reason else (), limits=call.rights.scope)
        return {"held": found.items, "page": found.page, "more": found.more}

    @door("POST", "/api/held/<string:entry_id>/confirmation", allow=ORGANISER, scope=of_held,
          body=bodies.ConfirmationBody(), answer=bodies.ConfirmationAnswer(), writes=True)
    def confirm_held(self, call: Call, entry_id: str) -> Any:
        """The organiser says how long somebody was there (C-05)."""
        return confirming.confirm(self.app, entry_id, call.body["word"], by=acting_of(call),
                                  evidence=call.body["evidence"], reason=call.body["reason"],
                                  once=call.once)

    @door("POST", "/api/people/<string:person_ref>/days/<string:day>/approval", allow=CHECKER,
          scope=of_day, body=bodies.DayApprovalBody(), answer=bodies.DayApprovalAnswer(),
          writes=True)
    def approve_day(self, call: Call, person_ref: str, day: str) -> Any:
        """The parent organisation or the department lets a long day count (C-09)."""
        try:
            when = Day().deserialize(day)
        except ValidationError as error:
            raise ValidationError(error.messages, "day") from None
        return confirming.approve_day(
            self.app, person_ref, when, approved=call.body["approve"],
            level=call.body["level"], reason=call.body["reason"], by=acting_of(call),
            once=call.once,
        )
