"""Doors of the check-in desk and of the end of a session."""

from __future__ import annotations

from typing import Any

from kernel.web import STAFF, Call, door
from services.events.schemas import desk
from services.events.usecases import attending, scanning
from services.events.usecases.application import Events


class DeskDoors:
    """Scans in and out, and closing."""

    app: Events

    @door("POST", "/api/sessions/<string:session_id>/scans", allow=STAFF,
          body=desk.ScanBody(), answer=desk.ScanAnswer(), writes=True)
    def scan(self, call: Call, session_id: str) -> Any:
        """A check-in or check-out at the desk, once per nonce."""
        told = dict(call.body)
        ticket = told.pop("ticket", None) or told.pop("registration_id")
        order = scanning.Scan(session_id=session_id, registration_id=ticket, **told)
        return scanning.scan(self.app, order, once=call.once)

    @door("POST", "/api/sessions/<string:session_id>/close", allow=STAFF,
          body=desk.CloseBody(), answer=desk.CloseAnswer(), writes=True)
    def close_session(self, call: Call, session_id: str) -> Any:
        """Attendance is final; the organiser's figures go out with it."""
        return attending.close_session(self.app, session_id, call.body, once=call.once)
