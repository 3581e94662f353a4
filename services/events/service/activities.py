"""Doors for what is published: activities and their sessions."""

from __future__ import annotations

from typing import Any

from marshmallow import ValidationError

from kernel.web import ANYONE, STAFF, Call, door
from services.events.domain import broken
from services.events.schemas import activities as activity_bodies
from services.events.usecases import activities
from services.events.usecases.application import Events
from services.events.web import views


class ActivityDoors:
    """What is on, and publishing it."""

    app: Events

    @door("POST", "/api/activities", allow=STAFF, body=activity_bodies.ActivityBody(),
          answer=activity_bodies.ActivityAnswer(), status=201, writes=True)
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
