"""Doors of the staff's console besides those of sign-up: lists, open decisions, qualifications."""

from __future__ import annotations

from typing import Any

from kernel.web import ORGANISER, VIEWER, Call, door
from kernel.web.scope import WITHIN
from services.events.schemas import staff
from services.events.usecases import looking, people
from services.events.usecases.application import Events
from services.events.web.places import of_person, of_session


class StaffDoors:
    """Who is registered, what waits for a decision, who is qualified."""

    app: Events

    @door("GET", "/api/sessions/<string:session_id>/registrations", allow=VIEWER, scope=of_session,
          query=staff.RegistrationsQuery(), answer=staff.ListedRegistration(many=True),
          audit="minors")
    def list_registrations(self, call: Call, session_id: str) -> Any:
        """A session's registrations; names only for who may see them in the clear."""
        found = looking.entries(self.app, session_id, status=call.query["status"])
        session, sight = self.app.store.sessions.one(session_id), call.rights.sight
        if sight.names and sight.shows(confidential=session.confidential):
            found = looking.with_names(self.app, found, sight)
        return [_listed(each) for each in found]

    @door("GET", "/api/approvals", allow=VIEWER, scope=WITHIN,
          answer=staff.ApprovalAnswer(many=True))
    def list_approvals(self, call: Call) -> Any:
        """Every party that waits for a decision, overdue ones first, without names."""
        return [
            {**vars(each.session), **vars(each.registration), "size": each.registration.size,
             "code": each.registration.registration_id[:10]}
            for each in looking.undecided(self.app, sight=None, limits=call.rights.scope)
        ]

    @door("PUT", "/api/people/<string:person_ref>/qualifications", allow=ORGANISER, scope=of_person,
          body=staff.QualificationsBody(), answer=staff.QualificationsAnswer(), writes=True)
    def set_qualifications(self, call: Call, person_ref: str) -> Any:
        """What somebody is qualified for, for posts that ask for it."""
        return people.set_qualifications(
            self.app, person_ref, call.body["qualifications"], once=call.once
        )


def _listed(entry: looking.Entry) -> dict[str, Any]:
    shown = {**vars(entry.registration), "size": entry.registration.size, "code": entry.code}
    if entry.position is not None:
        shown["position"] = entry.position
    if entry.names is not None:
        shown["names"] = entry.names
    return shown
