"""Doors of sign-up: a party goes in, a registration comes out, and what becomes of it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from kernel.web import ANYONE, DESK, ORGANISER, Call, door
from kernel.web.problem import refusal
from services.events.schemas import signup
from services.events.service.errors import ERRORS
from services.events.usecases import changing, consenting, registrations, series, signing_up
from services.events.usecases.application import Events
from services.events.usecases.holding import key_of
from services.events.web.callers import caller_of
from services.events.web.places import of_activity, of_registration, of_session

REGISTRATION = signup.RegistrationAnswer()


class SignUpDoors:
    """Sign up, look, cancel, accept, decide, consent."""

    app: Events

    @door("POST", "/api/sessions/<string:session_id>/registrations", allow=ANYONE, scope=of_session,
          body=signup.SignUpBody(), answer=REGISTRATION, status=201, writes=True)
    def sign_up(self, call: Call, session_id: str) -> Any:
        """Places for a party, or its turn in line; with the staff token on its behalf (补录)."""
        caller = caller_of(call)
        made = signing_up.sign_up(
            self.app, session_id, call.body["party"], caller=caller,
            household_ref=call.body.get("household_ref"),
            priority=call.body["priority"] if caller.staff else 0,
        )
        return self._with_key(made)

    @door("POST", "/api/sessions/<string:session_id>/walk-ins", allow=DESK, scope=of_session,
          body=signup.PartyBody(exclude=("household_ref",)), answer=REGISTRATION, status=201,
          writes=True, audit="none")
    def walk_in(self, call: Call, session_id: str) -> Any:
        """A party at the door takes places of those who have not come."""
        return signing_up.walk_in(
            self.app, session_id, call.body["party"], caller=caller_of(call)
        )

    @door("POST", "/api/activities/<string:activity_id>/registrations", allow=ANYONE,
          scope=of_activity, body=signup.SeriesBody(), answer=signup.SeriesAnswer(), status=201,
          writes=True)
    def sign_up_series(self, call: Call, activity_id: str) -> Any:
        """The party for several sessions of the activity, or all that are open; one answer each."""
        found = series.sign_up_series(
            self.app, activity_id, call.body["sessions"], call.body["party"],
            caller=caller_of(call), household_ref=call.body.get("household_ref"),
        )
        outcomes = [_outcome(each) for each in found["outcomes"]]
        return {"outcomes": [
            each | {"registration": self._with_key(each["registration"])}
            if each.get("registration") else each for each in outcomes
        ]}

    def _with_key(self, made: Mapping[str, Any]) -> dict[str, Any]:
        """For who signed up alone: what proves that it was them (0020)."""
        return {**made, "key": key_of(self.app, str(made["registration_id"]))}

    @door("GET", "/api/registrations/<string:registration_id>", allow=ANYONE, answer=REGISTRATION)
    def show_registration(self, call: Call, registration_id: str) -> Any:
        """A registration's state, with its place in line now."""
        found = registrations.find_registration(self.app, registration_id)
        return registrations.answer_of(found.registration, found.position)

    @door("DELETE", "/api/registrations/<string:registration_id>", allow=ANYONE,
          scope=of_registration, writes=True)
    def cancel(self, call: Call, registration_id: str) -> Any:
        """Cancels; freed places go to the line. Safe to repeat."""
        changing.cancel(self.app, registration_id, caller=caller_of(call))

    @door("POST", "/api/registrations/<string:registration_id>/accept", allow=ANYONE,
          answer=REGISTRATION, writes=True)
    def accept(self, call: Call, registration_id: str) -> Any:
        """Takes an offered place. Safe to repeat."""
        return changing.accept(self.app, registration_id, caller=caller_of(call))

    @door("POST", "/api/registrations/<string:registration_id>/decline", allow=ANYONE,
          answer=REGISTRATION, writes=True)
    def decline(self, call: Call, registration_id: str) -> Any:
        """Gives an offered place on to the next in line."""
        return changing.decline(self.app, registration_id, caller=caller_of(call))

    @door("POST", "/api/registrations/<string:registration_id>/decision", allow=ORGANISER,
          scope=of_registration, body=signup.DecisionBody(), answer=REGISTRATION, writes=True)
    def decide(self, call: Call, registration_id: str) -> Any:
        """Approves or refuses a party as a whole, with words for the person."""
        return changing.decide(self.app, registration_id, caller=caller_of(call), **call.body)

    @door("POST", "/api/registrations/<string:registration_id>/priority", allow=ORGANISER,
          scope=of_registration, body=signup.PriorityBody(), answer=REGISTRATION, writes=True)
    def prioritise(self, call: Call, registration_id: str) -> Any:
        """Moves a waiting party to another priority in line."""
        return changing.prioritise(self.app, registration_id, caller=caller_of(call), **call.body)

    @door("POST", "/api/consents", allow=ANYONE, body=signup.ConsentBody(),
          answer=signup.ConsentAnswer(), writes=True)
    def consent(self, call: Call) -> Any:
        """A guardian consents, refuses or withdraws with the code that came by SMS."""
        return consenting.answer(
            self.app, call.body["code"], call.body["decision"], caller=caller_of(call)
        )


def _outcome(outcome: dict[str, Any]) -> dict[str, Any]:
    refused = outcome.get("refused")
    if refused is None:
        return outcome
    found = refusal(refused, ERRORS)
    code = found.problem.code if found else "refused"
    return {"session_id": outcome["session_id"], "code": code, "detail": str(refused)}
