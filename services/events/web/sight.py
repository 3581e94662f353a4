"""Who may see the people of a session: staff, of a confidential one caseworkers only."""

from __future__ import annotations

from kernel.web import Call, Problem, Refused
from services.events.domain.session import Session


def check_sight(call: Call, session: Session) -> None:
    """Raises Refused (403 caseworker_needed)."""
    if session.confidential and not call.confidential:
        raise Refused(Problem(403, "caseworker_needed"))
