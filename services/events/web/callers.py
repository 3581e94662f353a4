"""Who asks, as use cases take it: made from a call, the same for doors and pages."""

from __future__ import annotations

from kernel.answers import Once
from kernel.web import Call
from services.events.usecases.book import Caller


def caller_of(call: Call, *, once: Once | None = None) -> Caller:
    """The caller of a door; a page names the key of its form as `once`."""
    return Caller(
        staff=call.staff, once=once or call.once, correlation=call.correlation,
        traceparent=call.traceparent,
    )
