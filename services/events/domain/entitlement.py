"""Who may use a benefit: an entitlement by occupation, for certain days, until it is revoked."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from kernel.clock import local_day


@dataclass(frozen=True, kw_only=True)
class Entitlement:
    """A person's right to a programme's benefit; one per person and programme, granted again
    when it is renewed. Days are local (Asia/Shanghai) and inclusive; None: without end."""

    entitlement_id: str
    programme: str
    person_ref: str
    occupation: str
    valid_from: date | None = None
    valid_until: date | None = None
    granted_at: datetime
    granted_by: str | None = None
    revoked_at: datetime | None = None
    revoked_by: str | None = None

    def holds_on(self, day: date) -> bool:
        """Whether it is valid on the day; not any more on the day on which it was revoked."""
        if self.revoked_at is not None and day >= local_day(self.revoked_at):
            return False
        starts = self.valid_from is None or self.valid_from <= day
        return starts and (self.valid_until is None or day <= self.valid_until)
