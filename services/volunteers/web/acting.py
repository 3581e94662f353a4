"""Who asks, as use cases take it, and how a page answers a refusal; for doors and pages alike."""

from __future__ import annotations

from collections.abc import Mapping

from kernel.web import Call, Problem
from kernel.web.problem import refusal
from services.volunteers.domain.acting import Acting
from services.volunteers.domain.broken import BrokenRule

Errors = Mapping[type[Exception], Problem]


def acting_of(call: Call) -> Acting:
    """Who acts: a member of staff, also on the page of a volunteer, or a resident."""
    rights = call.rights
    return Acting(actor=rights.actor, person_ref=rights.person_ref, roles=rights.roles,
                  address=call.address)


def status_of(refused: BrokenRule, table: Errors) -> int:
    """The status that the doors give for the rule, for a page that shows it beside its form."""
    found = refusal(refused, table)
    return found.problem.status if found else 409
