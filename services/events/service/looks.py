"""Doors for looks at minors' data: asked for by who takes along, decided by a checker (C-28)."""

from __future__ import annotations

from typing import Any

from kernel.rights import Permission
from kernel.web import CASEWORKER, CHECKER, DESK, Call, door
from kernel.web.access import need
from kernel.web.scope import of_all
from services.events.schemas import looks as bodies
from services.events.usecases import looks
from services.events.usecases.application import Events
from services.events.web.callers import acting_of
from services.events.web.places import of_person, of_session


class LookDoors:
    """Members need names of their own: who asked never decides."""

    app: Events

    @door("POST", "/api/sessions/<string:session_id>/look-requests", allow=DESK, scope=of_session,
          body=bodies.LookBody(), answer=bodies.LookAnswer(), status=201, writes=True)
    def ask_roster_look(self, call: Call, session_id: str) -> Any:
        """Asks to export a session's roster with the names of minors."""
        need(call.rights, Permission.NAMES)
        return looks.ask(self.app, "roster", session_id, **call.body, acting=acting_of(call),
                         once=call.once)

    @door("POST", "/api/people/<string:person_ref>/look-requests", allow=CASEWORKER,
          scope=of_person, body=bodies.LookBody(), answer=bodies.LookAnswer(), status=201,
          writes=True)
    def ask_person_look(self, call: Call, person_ref: str) -> Any:
        """Asks to take along what is kept of a minor."""
        return looks.ask(self.app, "person", person_ref, **call.body, acting=acting_of(call),
                         once=call.once)

    @door("GET", "/api/look-requests", allow=CHECKER, scope=of_all,
          answer=bodies.OpenLook(many=True))
    def list_looks(self, call: Call) -> Any:
        """Looks that wait for a decision."""
        return looks.pending(self.app)

    @door("POST", "/api/look-requests/<string:request_id>/decision", allow=CHECKER, scope=of_all,
          body=bodies.LookDecisionBody(), answer=bodies.LookAnswer(), writes=True)
    def decide_look(self, call: Call, request_id: str) -> Any:
        """Other eyes allow a look for a while, or do not."""
        return looks.decide(self.app, request_id, **call.body, acting=acting_of(call),
                            once=call.once)
