"""Who asks, as use cases take it; for doors and pages alike."""

from __future__ import annotations

from kernel.acting import Acting
from kernel.web import Call


def acting_of(call: Call) -> Acting:
    """The member of staff who asks."""
    rights = call.rights
    return Acting(actor=rights.actor, person_ref=rights.person_ref, roles=rights.roles)
