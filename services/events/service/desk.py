"""Doors of the check-in desk and of the end of a session."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from marshmallow import ValidationError

from kernel.web import DESK, ORGANISER, VIEWER, Call, door
from kernel.web.problem import flat
from services.events.domain.broken import BrokenRule
from services.events.schemas import desk
from services.events.service.errors import code_of
from services.events.usecases import attending, desk_view, finding, offline_list, scanning
from services.events.usecases.application import Events
from services.events.usecases.desk import Scan
from services.events.web.places import of_session
from services.events.web.sight import check_sight

LARGEST_BATCH = 512 * 1024  # bytes
UPLOADED = desk.UploadedScan()


class DeskDoors:
    """Scans in and out, with and without signal; who is expected; closing."""

    app: Events

    @door("POST", "/api/sessions/<string:session_id>/scans", allow=DESK, scope=of_session,
          body=desk.ScanBody(), answer=desk.ScanAnswer(), writes=True, audit="none")
    def scan(self, call: Call, session_id: str) -> Any:
        """A check-in or check-out at the desk, once per nonce."""
        order = scanning.order_of(self.app, session_id, call.body)
        return scanning.scan(self.app, order, once=call.once)

    @door("POST", "/api/sessions/<string:session_id>/scans/batch", allow=DESK, scope=of_session,
          body=desk.BatchBody(), answer=desk.BatchAnswer(), writes=True, largest=LARGEST_BATCH,
          audit="none")
    def upload_scans(self, call: Call, session_id: str) -> Any:
        """What a desk collected while offline, answered scan by scan."""
        gate = call.body.get("gate")
        read = [self._read(session_id, each, gate) for each in call.body["scans"]]
        orders = [each for each in read if isinstance(each, Scan)]
        answer = scanning.upload(self.app, session_id, orders, code_of=code_of, once=call.once)
        results = iter(answer["results"])
        return {"results": [next(results) if isinstance(each, Scan) else each for each in read]}

    @door("GET", "/api/sessions/<string:session_id>/conflicts", allow=DESK, scope=of_session,
          answer=desk.ConflictsAnswer())
    def list_conflicts(self, call: Call, session_id: str) -> Any:
        """Tickets that were let in twice while a desk was offline."""
        return {"conflicts": desk_view.conflicts_of(self.app, session_id)}

    @door("GET", "/api/sessions/<string:session_id>/desk", allow=VIEWER, scope=of_session,
          answer=desk.CountsAnswer())
    def desk_counts(self, call: Call, session_id: str) -> Any:
        """How many are expected, came and are inside."""
        return desk_view.counts_of(self.app, session_id)

    @door("GET", "/api/sessions/<string:session_id>/offline-list", allow=DESK, scope=of_session,
          answer=desk.OfflineListAnswer(), audit="read")
    def offline_list(self, call: Call, session_id: str) -> Any:
        """The list for a desk without signal, every entry sealed with its ticket."""
        return offline_list.offline_list(self.app, session_id, sight=call.rights.sight)

    @door("POST", "/api/sessions/<string:session_id>/attendees", allow=DESK, scope=of_session,
          body=desk.FindBody(), answer=desk.AttendeesAnswer(), audit="minors")
    def find_attendees(self, call: Call, session_id: str) -> Any:
        """Parties by part of a name, end of a telephone number, or beginning of an id; asked in the
        body, so that no name stands in an address."""
        check_sight(call, self.app.store.sessions.one(session_id))
        found = finding.find_attendees(self.app, session_id, call.body["term"],
                                       sight=call.rights.sight)
        return {"attendees": found}

    @door("POST", "/api/sessions/<string:session_id>/close", allow=ORGANISER, scope=of_session,
          body=desk.CloseBody(), answer=desk.CloseAnswer(), writes=True)
    def close_session(self, call: Call, session_id: str) -> Any:
        """Attendance is final; the organiser's figures go out with it."""
        return attending.close_session(self.app, session_id, call.body, once=call.once)

    def _read(self, session_id: str, told: Any, gate: str | None) -> Scan | dict[str, Any]:
        """One scan of a batch, or why it cannot be one."""
        nonce = told.get("nonce") if isinstance(told, Mapping) else None
        refused = {"nonce": nonce if isinstance(nonce, str) else None, "status": "refused"}
        try:
            return scanning.order_of(self.app, session_id, UPLOADED.load(told), gate=gate)
        except ValidationError as fault:
            errors = dict(flat(fault.normalized_messages()))
            return {**refused, "code": "invalid_input", "errors": errors}
        except BrokenRule as broken:
            return {**refused, "code": code_of(broken)}
