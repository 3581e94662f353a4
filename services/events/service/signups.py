"""Doors of sign-up: a party goes in, a registration comes out, and what becomes of it."""

from __future__ import annotations

from typing import Any

from kernel.web import ANYONE, Call, door
from services.events.schemas import signup
from services.events.usecases import registrations, signing_up
from services.events.usecases.application import Events


def caller_of(call: Call) -> signing_up.Caller:
    return signing_up.Caller(
        staff=call.staff, once=call.once, correlation=call.correlation,
        traceparent=call.traceparent,
    )


class SignUpDoors:
    """Sign up, look, cancel."""

    app: Events

    @door("POST", "/api/sessions/<string:session_id>/registrations", allow=ANYONE,
          body=signup.SignUpBody(), answer=signup.RegistrationAnswer(), status=201, writes=True)
    def sign_up(self, call: Call, session_id: str) -> Any:
        """Places for a party, or its turn in line; with the staff token on its behalf (补录)."""
        return signing_up.sign_up(
            self.app, session_id, call.body["party"], caller=caller_of(call),
            household_ref=call.body.get("household_ref"),
        )

    @door("GET", "/api/registrations/<string:registration_id>", allow=ANYONE,
          answer=signup.RegistrationAnswer())
    def show_registration(self, call: Call, registration_id: str) -> Any:
        """A registration's state, with its place in line now."""
        found = registrations.find_registration(self.app, registration_id)
        return signing_up.answer_of(found.registration, found.position)

    @door("DELETE", "/api/registrations/<string:registration_id>", allow=ANYONE, writes=True)
    def cancel(self, call: Call, registration_id: str) -> Any:
        """Cancels; freed places go to the line. Safe to repeat."""
        signing_up.cancel(self.app, registration_id, caller=caller_of(call))
