"""Doors for what needs no sign-up: visits, redemptions, work items."""

from __future__ import annotations

from typing import Any

from kernel.web import DESK, VIEWER, Call, door
from services.events.schemas import records as record_bodies
from services.events.usecases import records, tracking
from services.events.usecases.application import Events
from services.events.usecases.programmes import one_programme
from services.events.web.places import of_part, of_programme
from services.events.web.sight import check_sight

RECORDED = record_bodies.RecordAnswer()


class RecordDoors:
    """One record each, and their lists; the programme's kind says which are taken.

    The lists of a confidential programme are for caseworkers only.
    """

    app: Events

    @door("POST", "/api/programmes/<string:key>/visits", allow=DESK, scope=of_programme,
          body=record_bodies.VisitBody(), answer=RECORDED, status=201, writes=True, audit="none")
    def record_visit(self, call: Call, key: str) -> Any:
        """A household was visited."""
        return records.record_visit(self.app, key, call.body, once=call.once)

    @door("GET", "/api/programmes/<string:key>/visits", allow=VIEWER, scope=of_part,
          query=record_bodies.DaysQuery(), answer=record_bodies.VisitAnswer(many=True))
    def list_visits(self, call: Call, key: str) -> Any:
        """Visits between days, the latest first."""
        check_sight(call, one_programme(self.app, key))
        return records.list_visits(self.app, key, limits=call.rights.scope, **call.query)

    @door("POST", "/api/programmes/<string:key>/redemptions", allow=DESK, scope=of_programme,
          body=record_bodies.RedemptionBody(), answer=RECORDED, status=201, writes=True,
          audit="none")
    def record_redemption(self, call: Call, key: str) -> Any:
        """A benefit was taken at a window."""
        return records.record_redemption(self.app, key, call.body, once=call.once)

    @door("GET", "/api/programmes/<string:key>/redemptions", allow=VIEWER, scope=of_part,
          query=record_bodies.DaysQuery(), answer=record_bodies.RedemptionAnswer(many=True))
    def list_redemptions(self, call: Call, key: str) -> Any:
        """Redemptions between days, the latest first."""
        check_sight(call, one_programme(self.app, key))
        return records.list_redemptions(self.app, key, limits=call.rights.scope, **call.query)

    @door("POST", "/api/programmes/<string:key>/work-items", allow=DESK, scope=of_programme,
          body=record_bodies.WorkItemBody(), answer=RECORDED, status=201, writes=True, audit="none")
    def record_work_item(self, call: Call, key: str) -> Any:
        """An item of a work list as it stands."""
        return records.record_work_item(self.app, key, call.body, once=call.once)

    @door("GET", "/api/programmes/<string:key>/work-items", allow=VIEWER, scope=of_programme,
          query=record_bodies.WorkItemQuery(), answer=record_bodies.WorkItemAnswer(many=True))
    def list_work_items(self, call: Call, key: str) -> Any:
        """The items of a work list, the overdue ones first."""
        check_sight(call, one_programme(self.app, key))
        return tracking.list_work_items(self.app, key, **call.query)

    @door("POST", "/api/programmes/<string:key>/work-items/<string:item_id>/state", allow=DESK,
          scope=of_programme, body=record_bodies.WorkItemStateBody(),
          answer=record_bodies.WorkItemAnswer(), writes=True)
    def change_work_item(self, call: Call, key: str, item_id: str) -> Any:
        """Sets an item done with evidence, or opens it again with a reason."""
        told = call.body
        change, why = (tracking.finish, "evidence") if told["state"] == "done" else (
            tracking.reopen, "reason")
        change(self.app, key, item_id, **{why: told.get(why)}, by=told.get("by"), once=call.once)
        return tracking.one_work_item(self.app, key, item_id)
