"""Who asks, as use cases take it: made from a call, the same for doors and pages."""

from __future__ import annotations

from kernel.web import Call
from services.events.usecases.book import Caller


def caller_of(call: Call) -> Caller:
    """The caller of a door."""
    return Caller(
        staff=call.staff, once=call.once, correlation=call.correlation,
        traceparent=call.traceparent,
    )
