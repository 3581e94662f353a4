"""Doors to register, and the way back to an account."""

from __future__ import annotations

from logging import getLogger
from typing import Any

from kernel.web import ANYONE, CASEWORKER, Call, door
from kernel.web.scope import of_all
from services.volunteers.domain.people import consent
from services.volunteers.schemas import people as bodies
from services.volunteers.schemas import requests
from services.volunteers.texts import texts
from services.volunteers.usecases.people import consenting, recovering, registering
from services.volunteers.usecases.people.register import Register
from services.volunteers.web.acting import acting_of

log = getLogger(__name__)


class RegisterDoors:
    """One person, one volunteer (C-35)."""

    register: Register

    @door("GET", "/api/volunteers/consent-texts", allow=ANYONE, answer=bodies.ConsentTexts())
    def consent_texts(self, call: Call) -> Any:
        """What is read before one agrees, with its version."""
        purposes = consent.purposes(self.register.policy.receivers)
        return {"version": texts().version, "guardian": texts().guardian.strip(),
                "purposes": {each: consenting.text_of(each) for each in purposes}}

    @door("POST", "/api/volunteers", allow=ANYONE, body=bodies.RegistrationBody(),
          answer=bodies.RegistrationAnswer(), status=201, writes=True)
    def register_volunteer(self, call: Call) -> Any:
        """Registers a volunteer; under fourteen only staff do, with the guardian's consent."""
        body = dict(call.body)
        document = body.pop("document")
        asked = registering.Application(
            **{**body, "consents": tuple(body["consents"])},
            document_type=document["type"], document_number=document["number"],
        )
        return registering.register_volunteer(self.register, asked, acting=acting_of(call),
                                              once=call.once)

    @door("POST", "/api/volunteers/recoveries", allow=ANYONE, body=requests.RecoveryBody(),
          answer=requests.RequestAnswer(), status=202, writes=True)
    def ask_recovery(self, call: Call) -> Any:
        """Asks for the way back to an account; the answer is the same for an unknown document."""
        body = dict(call.body)
        document = body.pop("document")
        asked = recovering.Asked(**body, document_type=document["type"],
                                 document_number=document["number"])
        return recovering.ask_recovery(self.register, asked, acting=acting_of(call),
                                       once=call.once)

    @door("GET", "/api/volunteers/recoveries", allow=CASEWORKER, scope=of_all,
          answer=requests.OpenRecovery(many=True))
    def list_recoveries(self, call: Call) -> Any:
        """What waits for a decision, each beside the volunteer it would lead to."""
        found = recovering.open_recoveries(self.register)
        log.info("the names of %d persons were read by %s (correlation %s)", len(found),
                 call.rights.actor, call.correlation)
        return found

    @door("GET", "/api/volunteers/recoveries/<string:request_id>", allow=ANYONE,
          answer=requests.RequestAnswer(only=("request_id", "state", "decision_reason")))
    def recovery_state(self, call: Call, request_id: str) -> Any:
        """Where a request stands, for whoever asked."""
        return recovering.recovery(self.register, request_id)

    @door("POST", "/api/volunteers/recoveries/<string:request_id>/decision", allow=CASEWORKER,
          scope=of_all, body=requests.DecisionBody(), answer=requests.RequestAnswer(), writes=True)
    def decide_recovery(self, call: Call, request_id: str) -> Any:
        """Other eyes decide; hours of both references are then shown as one."""
        return recovering.decide_recovery(self.register, request_id, **call.body,
                                          acting=acting_of(call), once=call.once)
