"""Who proposes and decides, as use cases take it: the same for doors and pages."""

from __future__ import annotations

from kernel.web import Call
from services.volunteers.usecases.stars.application import Judge


def judge_of(call: Call) -> Judge:
    """The member of staff who calls."""
    return Judge(actor=call.rights.actor, person_ref=call.rights.person_ref, once=call.once,
                 correlation=call.correlation)
