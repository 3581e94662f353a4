"""Doors to put a volunteer's name or telephone right at the desk, by two persons (C-17)."""

from __future__ import annotations

from logging import getLogger
from typing import Any

from kernel.web import CASEWORKER, DESK, Call, door
from kernel.web.scope import of_all
from services.volunteers.schemas import requests
from services.volunteers.usecases.people import amending
from services.volunteers.usecases.people.register import Register
from services.volunteers.web.acting import acting_of

log = getLogger(__name__)
ASKED = requests.RequestAnswer(only=("request_id", "state", "volunteer_no"))


class AmendDoors:
    """Who asked never decides; a volunteer with the code needs none of it (`…/own`)."""

    register: Register

    @door("POST", "/api/volunteers/<string:volunteer_no>/amendments", allow=DESK, scope=of_all,
          body=requests.AmendmentBody(), answer=ASKED, status=201, writes=True)
    def ask_amendment(self, call: Call, volunteer_no: str) -> Any:
        """Asks that a name or telephone be put right."""
        return amending.ask_amendment(self.register, volunteer_no, **call.body,
                                      acting=acting_of(call), once=call.once)

    @door("GET", "/api/volunteers/amendments", allow=CASEWORKER, scope=of_all,
          answer=requests.OpenAmendment(many=True))
    def list_amendments(self, call: Call) -> Any:
        """What waits for a decision, with what is to be."""
        found = amending.open_amendments(self.register)
        log.info("%d corrections of persons were read by %s (correlation %s)", len(found),
                 call.rights.actor, call.correlation)
        return found

    @door("POST", "/api/volunteers/amendments/<string:request_id>/decision", allow=CASEWORKER,
          scope=of_all, body=requests.DecisionBody(), answer=ASKED, writes=True)
    def decide_amendment(self, call: Call, request_id: str) -> Any:
        """Other eyes decide."""
        return amending.decide_amendment(self.register, request_id, **call.body,
                                         acting=acting_of(call), once=call.once)
