"""Doors for programmes as such: the list, who is entitled to a benefit, slots of stations."""

from __future__ import annotations

from typing import Any

from kernel.web import ANYONE, DESK, ORGANISER, VIEWER, Call, door
from services.events.schemas import programmes as bodies
from services.events.schemas.records import RecordAnswer
from services.events.usecases import entitling, planning, programmes
from services.events.usecases.application import Events
from services.events.usecases.programmes import one_programme
from services.events.web.places import of_programme
from services.events.web.sight import check_sight


class ProgrammeDoors:
    """Every programme of the department, and what staff arrange for it."""

    app: Events

    @door("GET", "/api/programmes", allow=ANYONE, answer=bodies.ProgrammeShown(many=True))
    def list_programmes(self, call: Call) -> Any:
        """Every programme."""
        return programmes.list_programmes(self.app)

    @door("POST", "/api/programmes/<string:key>/entitlements", allow=DESK, scope=of_programme,
          body=bodies.EntitlementBody(), answer=RecordAnswer(), status=201, writes=True)
    def grant_entitlement(self, call: Call, key: str) -> Any:
        """Entitles a person to a benefit, or renews that."""
        return entitling.grant(self.app, key, call.body, once=call.once)

    @door("GET", "/api/programmes/<string:key>/entitlements", allow=VIEWER, scope=of_programme,
          query=bodies.EntitlementQuery(), answer=bodies.EntitlementAnswer(many=True))
    def list_entitlements(self, call: Call, key: str) -> Any:
        """Who is entitled, the latest granted first."""
        check_sight(call, one_programme(self.app, key))
        return entitling.list_entitlements(self.app, key, **call.query)

    @door("DELETE", "/api/programmes/<string:key>/entitlements/<string:entitlement_id>", allow=DESK,
          scope=of_programme, writes=True)
    def revoke_entitlement(self, call: Call, key: str, entitlement_id: str) -> Any:
        """Ends an entitlement today. Safe to repeat."""
        entitling.revoke(self.app, key, entitlement_id, once=call.once)

    @door("POST", "/api/programmes/<string:key>/slots", allow=ORGANISER, scope=of_programme,
          body=bodies.SlotsBody(), answer=bodies.SlotsAnswer())
    def plan_slots(self, call: Call, key: str) -> Any:
        """Puts the slots of a station on the calendar. Safe to repeat without a key: a day that
        is planned stays as it is."""
        return planning.plan_slots(self.app, key, **call.body)
