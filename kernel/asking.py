"""Something that was asked for and that other eyes decide, for a while (C-17, C-28)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Literal, TypeVar

AskedState = Literal["pending", "approved", "refused"]  # 待审、通过、驳回


@dataclass(frozen=True, kw_only=True)
class Asked:
    """`asked_by` and `decided_by` are names that records keep of staff; `until`: how long what was
    approved may be made use of, None for what has no end."""

    request_id: str
    asked_by: str
    asked_at: datetime
    reason: str
    state: AskedState = "pending"
    decided_by: str | None = None
    decided_at: datetime | None = None
    decision_reason: str | None = None
    until: datetime | None = None

    def holds(self, actor: str, now: datetime) -> bool:
        """Whether this lets the one who asked, and nobody else, do it now."""
        return (self.state == "approved" and self.asked_by == actor
                and self.until is not None and now < self.until)


A = TypeVar("A", bound=Asked)


def decided(asked: A, *, approve: bool, reason: str, by: str, now: datetime,
            lasts: timedelta | None = None) -> A:
    """After the decision of somebody who was found to be other eyes (`kernel.acting`)."""
    return replace(
        asked, state="approved" if approve else "refused", decided_by=by, decided_at=now,
        decision_reason=reason, until=now + lasts if approve and lasts else None,
    )
