"""Who asks, as use cases take it; for doors and pages alike."""

from __future__ import annotations

from collections.abc import Mapping

from kernel.web import Call, Problem
from services.volunteers.domain.acting import Acting

Errors = Mapping[type[Exception], Problem]


def acting_of(call: Call) -> Acting:
    """Who acts: a member of staff, also on the page of a volunteer, or a resident."""
    rights = call.rights
    resident = call.resident
    return Acting(actor=rights.actor, person_ref=rights.person_ref, roles=rights.roles,
                  address=call.address, own=frozenset(resident.person_refs if resident else ()))
