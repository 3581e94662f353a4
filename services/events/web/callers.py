"""Who asks, as use cases take it: made from a call, the same for doors and pages."""

from __future__ import annotations

import re

from kernel.acting import Acting
from kernel.answers import Once
from kernel.rights import Permission, Resident
from kernel.web import Call, Refused
from kernel.web.access import ONLY_HERE, is_same_origin
from services.events.usecases.book import Caller

COOKIE = "xiangxin_mine"  # ids of registrations whose page was opened here, and keys got here
KEPT = re.compile(r"([0-9a-f]{32})(?:-([0-9a-f]{20}))?")


def caller_of(call: Call) -> Caller:
    """The caller of a door for programs, which may show a registration's key in a header; at an
    open one staff act as staff with the permission for the desk."""
    return Caller(
        staff=call.staff and call.rights.may(Permission.DESK), once=call.once,
        correlation=call.correlation, traceparent=call.traceparent, address=call.address,
        is_program=True, keys=frozenset({call.environ.get("HTTP_REGISTRATION_KEY", "")[:64]}),
        person_refs=_people(call),
    )


def resident_of(call: Call, *, once: Once | None = None, is_prepared: bool = False) -> Caller:
    """The caller of a residents' page: a resident, also when a colleague looks at it.

    `is_prepared`: the party was prepared before opening, so the address is not counted.
    """
    return Caller(
        once=once, correlation=call.correlation, traceparent=call.traceparent,
        address=call.address, is_prepared=is_prepared,
        keys=frozenset(remembered(call).values()), person_refs=_people(call),
    )


def acting_of(call: Call) -> Acting:
    """The member of staff who acts, for checks of other eyes (C-17)."""
    rights = call.rights
    return Acting(actor=rights.actor, person_ref=rights.person_ref, roles=rights.roles)


def own_resident(call: Call) -> Resident | None:
    """Who is signed in and sends a form of ours; None for nobody. Raises Refused for a form of
    another site."""
    if not is_same_origin(call.environ):
        raise Refused(ONLY_HERE)
    return call.resident


def remembered(call: Call) -> dict[str, str]:
    """The registrations this browser has seen, the newest first, each with the key that it got for
    it or ""; whatever else stands in the cookie is passed over."""
    written = call.request.cookies.get(COOKIE, "")
    found = [KEPT.fullmatch(each) for each in written.split(".")]
    return {each[1]: each[2] or "" for each in found if each}


def _people(call: Call) -> frozenset[str]:
    resident = call.resident
    return frozenset(resident.person_refs) if resident else frozenset()
