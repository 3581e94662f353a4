"""Doors for what is published: activities and their sessions."""

from __future__ import annotations

from typing import Any

from marshmallow import ValidationError

from kernel.web import ANYONE, ORGANISER, Call, door
from services.events.domain import broken
from services.events.schemas import activities as activity_bodies
from services.events.usecases import activities, drawing, organising
from services.events.usecases.application import Events
from services.events.web import views
from services.events.web.callers import caller_of
from services.events.web.places import of_activity, of_new_activity, of_session


class ActivityDoors:
    """What is on, and publishing it."""

    app: Events

    @door("POST", "/api/activities", allow=ORGANISER, scope=of_new_activity,
          body=activity_bodies.ActivityBody(), answer=activity_bodies.ActivityAnswer(), status=201,
          writes=True)
    def publish_activity(self, call: Call) -> Any:
        """A new activity with its sessions."""
        try:
            made = activities.publish_activity(self.app, call.body, once=call.once)
        except broken.UnknownProgramme as unknown:
            raise ValidationError({"programme": [str(unknown)]}) from unknown
        return views.activity(activities.one_activity(self.app, made["activity_id"]))

    @door("GET", "/api/activities", allow=ANYONE, query=activity_bodies.ActivityQuery(),
          answer=activity_bodies.ActivityAnswer(many=True))
    def list_activities(self, call: Call) -> Any:
        """Activities of a programme, a street, between days."""
        return [views.activity(each) for each in activities.list_activities(self.app, **call.query)]

    @door("GET", "/api/activities/<string:activity_id>", allow=ANYONE,
          answer=activity_bodies.ActivityAnswer())
    def show_activity(self, call: Call, activity_id: str) -> Any:
        """One activity with places left and waiting."""
        return views.activity(activities.one_activity(self.app, activity_id))

    @door("POST", "/api/sessions/<string:session_id>/change", allow=ORGANISER, scope=of_session,
          body=activity_bodies.SessionChangeBody(), answer=activity_bodies.SessionChangeAnswer(),
          writes=True)
    def change_session(self, call: Call, session_id: str) -> Any:
        """Another time, place or number of places; everybody concerned is told once."""
        return organising.change_session(
            self.app, session_id, call.body, caller=caller_of(call)
        )

    @door("POST", "/api/sessions/<string:session_id>/cancel", allow=ORGANISER, scope=of_session,
          answer=activity_bodies.CancelledAnswer(), writes=True)
    def cancel_session(self, call: Call, session_id: str) -> Any:
        """The session will not take place: tells everybody, frees them, keeps it in history."""
        return organising.cancel_session(self.app, session_id, caller=caller_of(call))

    @door("POST", "/api/activities/<string:activity_id>/cancel", allow=ORGANISER, scope=of_activity,
          answer=activity_bodies.CancelledAnswer(), writes=True)
    def cancel_activity(self, call: Call, activity_id: str) -> Any:
        """Cancels every session of the activity that is not closed yet."""
        return organising.cancel_activity(self.app, activity_id, caller=caller_of(call))

    @door("GET", "/api/sessions/<string:session_id>/draw", allow=ANYONE,
          answer=activity_bodies.DrawAnswer())
    def show_draw(self, call: Call, session_id: str) -> Any:
        """The draw: the seed's hash; when it was held, seed, list and order."""
        return drawing.look(self.app, session_id)

    @door("POST", "/api/sessions/<string:session_id>/draw", allow=ORGANISER, scope=of_session,
          answer=activity_bodies.DrawAnswer(), writes=True)
    def hold_draw(self, call: Call, session_id: str) -> Any:
        """Holds the draw now that sign-up has ended; by itself it is held at that moment."""
        drawing.hold(self.app, session_id, caller=caller_of(call))
        return drawing.look(self.app, session_id)
