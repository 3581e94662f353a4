"""What this service does, one order or question each: load, decide, save and tell."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from kernel.envelope import Envelope
from services.events.usecases.application import Events
from services.events.usecases.following import FOLLOW_PERSONS, follow_persons
from services.events.usecases.people import KEEP_QUALIFICATIONS, keep_qualifications

Reaction = Callable[[list[Envelope]], None]


def reactions(app: Events) -> dict[str, Reaction]:
    """What is done with facts of others, by queue."""
    return {
        KEEP_QUALIFICATIONS: partial(keep_qualifications, app),
        FOLLOW_PERSONS: partial(follow_persons, app),
    }
