"""Doors for what needs no sign-up: visits, redemptions, work items."""

from __future__ import annotations

from typing import Any

from kernel.web import STAFF, Call, door
from services.events.schemas import records as record_bodies
from services.events.usecases import records
from services.events.usecases.application import Events

RECORDED = record_bodies.RecordAnswer()


class RecordDoors:
    """One record each; the programme's kind says which are taken."""

    app: Events

    @door("POST", "/api/programmes/<string:key>/visits", allow=STAFF,
          body=record_bodies.VisitBody(), answer=RECORDED, status=201, writes=True)
    def record_visit(self, call: Call, key: str) -> Any:
        """A household was visited."""
        return records.record_visit(self.app, key, call.body, once=call.once)

    @door("POST", "/api/programmes/<string:key>/redemptions", allow=STAFF,
          body=record_bodies.RedemptionBody(), answer=RECORDED, status=201, writes=True)
    def record_redemption(self, call: Call, key: str) -> Any:
        """A benefit was taken at a window."""
        return records.record_redemption(self.app, key, call.body, once=call.once)

    @door("POST", "/api/programmes/<string:key>/work-items", allow=STAFF,
          body=record_bodies.WorkItemBody(), answer=RECORDED, status=201, writes=True)
    def record_work_item(self, call: Call, key: str) -> Any:
        """An item of a work list as it stands."""
        return records.record_work_item(self.app, key, call.body, once=call.once)
