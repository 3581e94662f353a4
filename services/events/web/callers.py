"""Who asks, as use cases take it: made from a call, the same for doors and pages."""

from __future__ import annotations

from kernel.answers import Once
from kernel.rights import Permission
from kernel.web import Call
from services.events.usecases.book import Caller


def caller_of(call: Call) -> Caller:
    """The caller of a door; at an open one staff act as staff with the permission for the desk."""
    return Caller(
        staff=call.staff and call.rights.may(Permission.DESK), once=call.once,
        correlation=call.correlation, traceparent=call.traceparent, address=call.address,
    )


def resident_of(call: Call, *, once: Once | None = None, is_prepared: bool = False) -> Caller:
    """The caller of a residents' page: a resident, also when a colleague looks at it.

    `is_prepared`: the party was prepared before opening, so the address is not counted.
    """
    return Caller(
        once=once, correlation=call.correlation, traceparent=call.traceparent,
        address=call.address, is_prepared=is_prepared,
    )
