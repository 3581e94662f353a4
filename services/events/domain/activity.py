"""What is published: an activity of a programme, with one or more sessions."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from services.events.domain.terms import Terms


@dataclass(frozen=True, kw_only=True)
class Activity:
    """An activity; its sessions hold the places. `first_start` … `last_end` spans them all."""

    activity_id: str
    programme: str
    title: str
    place: str
    street: str
    terms: Terms
    confidential: bool
    opens_at: datetime | None
    closes_at: datetime | None
    first_start: datetime
    last_end: datetime
    cancelled_at: datetime | None = None
