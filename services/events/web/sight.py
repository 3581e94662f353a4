"""Who may see what is confidential of a session or a programme: caseworkers only."""

from __future__ import annotations

from kernel.web import Call, Problem, Refused
from services.events.domain.programme import Programme
from services.events.domain.session import Session


def check_sight(call: Call, seen: Session | Programme) -> None:
    """Raises Refused (403 caseworker_needed)."""
    if seen.confidential and not call.confidential:
        raise Refused(Problem(403, "caseworker_needed"))
