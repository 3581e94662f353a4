"""Lists of confidential programmes are shown to caseworkers only."""

from __future__ import annotations

from kernel.web import Call, Problem, Refused
from services.events.usecases.application import Events
from services.events.usecases.programmes import one_programme


def caseworkers_only(app: Events, call: Call, key: str) -> None:
    """Raises UnknownProgramme, and Refused (403) for staff who may not see what is confidential."""
    if one_programme(app, key).confidential and not call.confidential:
        raise Refused(Problem(403, "caseworker_needed"))
