"""Doors about absences (缺席): looking, excusing, appealing, deciding (C-32)."""

from __future__ import annotations

from typing import Any

from kernel.web import ANYONE, ORGANISER, Call, door
from services.events.schemas import no_shows as bodies
from services.events.usecases import no_shows
from services.events.usecases.application import Events
from services.events.web.places import of_no_show, of_person

CHANGED = bodies.NoShowChanged()


class NoShowDoors:
    """No automatic pause is final."""

    app: Events

    @door("GET", "/api/people/<string:person_ref>/no-shows", allow=ORGANISER, scope=of_person,
          answer=bodies.NoShowsAnswer())
    def list_no_shows(self, call: Call, person_ref: str) -> Any:
        """A person's absences, and until when they pause sign-up."""
        until, found = no_shows.no_shows_of(self.app, person_ref, confidential=call.confidential)
        return {"person_ref": person_ref, "paused_until": until, "no_shows": found}

    @door("POST", "/api/no-shows/<string:no_show_id>/excuse", allow=ORGANISER, scope=of_no_show,
          body=bodies.ReasonBody(), answer=CHANGED, writes=True)
    def excuse_no_show(self, call: Call, no_show_id: str) -> Any:
        """Staff take an absence back, with a reason."""
        return no_shows.excuse(self.app, no_show_id, call.body["reason"], once=call.once)

    @door("POST", "/api/no-shows/<string:no_show_id>/appeal", allow=ANYONE,
          body=bodies.AppealBody(), answer=CHANGED, writes=True)
    def appeal_no_show(self, call: Call, no_show_id: str) -> Any:
        """The person objects; until a decision the absence does not count."""
        return no_shows.appeal(self.app, no_show_id, call.body["text"], once=call.once)

    @door("POST", "/api/no-shows/<string:no_show_id>/decision", allow=ORGANISER, scope=of_no_show,
          body=bodies.AppealDecisionBody(), answer=CHANGED, writes=True)
    def decide_no_show(self, call: Call, no_show_id: str) -> Any:
        """Staff decide on an appeal, with a reason."""
        return no_shows.decide(self.app, no_show_id, call.body["decision"], call.body["reason"],
                               once=call.once)
